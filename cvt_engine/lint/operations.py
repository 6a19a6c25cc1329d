"""Operations: their ids, parameters and bodies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cvt_engine.document import Document, Version
from cvt_engine.lint.problem import Problem, Trail, plain, pointer_of, quoted, steps
from cvt_engine.lint.survey import Survey


def check_operations(survey: Survey) -> Iterator[Problem]:
    """Duplicate ids, duplicate parameters, and bodies where none is expected."""
    yield from _duplicate_ids(survey)
    for kind in ("PathItem", "Operation"):
        for node, document, trail in survey.sites[kind]:
            if "parameters" in node:
                yield from _duplicate_parameters(survey, node["parameters"], document, (trail, "parameters"))
    for node, document, trail in survey.sites["Operation"]:
        yield from _unexpected_body(survey, node, document, trail)


def _duplicate_ids(survey: Survey) -> Iterator[Problem]:
    seen: dict[str, tuple[Document, Trail]] = {}
    for node, document, trail in survey.sites["Operation"]:
        name = node.get("operationId")
        if not isinstance(name, str):
            continue
        if name in seen:
            where = operation_of(seen[name][1]) or pointer_of(seen[name][1])
            yield Problem(
                "operation-id-duplicate",
                document,
                (trail, "operationId"),
                f"operationId {quoted(name)} is already that of {plain(where, limit=120)}",
                subject=name,
            )
        else:
            seen[name] = (document, trail)


def operation_of(trail: Trail) -> str:
    """The operation a place belongs to, as `GET /orders`, or "".

    >>> operation_of((((None, "paths"), "/a"), "get"))
    'GET /a'
    """
    path = steps(trail)
    if len(path) < 3 or path[0] not in ("paths", "webhooks"):
        return ""
    at = 3 if path[2] == "additionalOperations" else 2
    if len(path) <= at or path[at] in ("parameters", "servers", "summary", "description", "$ref"):
        return ""
    return f"{str(path[at]).upper()} {path[1]}"


def _duplicate_parameters(survey: Survey, parameters: Any, document: Document, at: Trail) -> Iterator[Problem]:
    seen: dict[tuple[str, str], int] = {}
    for index, item in enumerate(parameters if isinstance(parameters, list) else ()):
        target = survey.follow(item, document)
        if target is None or not isinstance(target.node, dict):
            continue
        name, where = target.node.get("name"), target.node.get("in")
        if not isinstance(name, str) or not isinstance(where, str):
            continue
        if (name, where) in seen:
            detail = f"parameter `{plain(name)}` in {plain(where)} is already item {seen[name, where]} of the list"
            yield Problem("parameter-duplicate", document, (at, index), detail, subject=f"{where}:{name}")
        else:
            seen[name, where] = index


def _unexpected_body(survey: Survey, node: dict[str, Any], document: Document, trail: Trail) -> Iterator[Problem]:
    method = str(trail[1]) if trail is not None else ""
    if method not in ("get", "head", "delete"):
        return
    at: Trail = (trail, "requestBody") if "requestBody" in node else None
    if survey.spec.version == Version.V2:
        at = next(((((trail, "parameters"), index)) for index in _body_parameters(survey, node.get("parameters"), document)), None)
    if at is not None:
        detail = f"{method.upper()} has a request body, which many clients, proxies and servers drop"
        yield Problem("request-body-unexpected", document, at, detail)


def _body_parameters(survey: Survey, parameters: Any, document: Document) -> Iterator[int]:
    for index, item in enumerate(parameters if isinstance(parameters, list) else ()):
        target = survey.follow(item, document)
        if target is not None and isinstance(target.node, dict) and target.node.get("in") in ("body", "formData"):
            yield index


def check_links(survey: Survey) -> Iterator[Problem]:
    """`operationId` of a link must be that of an operation."""
    known = {str(node.get("operationId")) for node, _, _ in survey.sites["Operation"]}
    for node, document, trail in survey.sites["Link"]:
        name = node.get("operationId")
        if isinstance(name, str) and name not in known:
            yield Problem("link-operation-unknown", document, (trail, "operationId"), f"no operation has the id {quoted(name)}", subject=name)
