"""Paths: their templates, their parameters, and what two of them have in common."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import Any, Final, NamedTuple

from cvt_engine.document import Document
from cvt_engine.lint.problem import Problem, Trail, plain
from cvt_engine.lint.survey import Survey

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_NAME: Final = re.compile(r"\{([^{}]*)\}")
_MAX_AMBIGUOUS: Final = 200
"""Ambiguous pairs reported; a hostile document could have millions."""
_MAX_COMPARED: Final = 400
"""Templates of one shape that are compared pair by pair."""


class _Parameter(NamedTuple):
    name: str
    trail: Trail


def check_paths(survey: Survey) -> Iterator[Problem]:
    """Everything about `paths` of the entry document."""
    paths = survey.spec.entry.tree.get("paths")
    if not isinstance(paths, dict):
        return
    document = survey.spec.entry
    templates = [path for path in paths if isinstance(path, str) and path.startswith("/")]
    if not templates and "webhooks" not in document.tree:
        yield Problem("paths-empty", document, (None, "paths"), "`paths` is empty: the document describes no operation")
    for path in templates:
        at: Trail = ((None, "paths"), path)
        broken = _template_error(path)
        if broken:
            yield Problem("path-syntax", document, at, f"path `{plain(path)}` {broken}")
        else:
            yield from _check_parameters(survey, path, paths[path], at)
    yield from _duplicates(templates, document)
    yield from _ambiguous(templates, document)


def names_in(path: str) -> list[str]:
    """Parameter names of a path template.

    >>> names_in("/a/{b}/{c}.{d}")
    ['b', 'c', 'd']
    """
    return _NAME.findall(path)


def _template_error(path: str) -> str:
    rest = _NAME.sub("", path)
    if "{" in rest or "}" in rest:
        return "has a brace without its partner"
    names = names_in(path)
    if "" in names:
        return "has an empty parameter name `{}`"
    if len(set(names)) < len(names):
        return "names the same parameter twice"
    if "?" in rest or "#" in rest:
        return "contains a query string or fragment; describe query parameters under `parameters`"
    return ""


def _check_parameters(survey: Survey, path: str, item: Any, at: Trail) -> Iterator[Problem]:
    """Each operation must declare the template's parameters, and no others in `path`; its own and those of the path item count."""
    document = survey.spec.entry
    target = survey.follow(item, document) if isinstance(item, dict) else None
    if target is None:
        return
    node = target.node if isinstance(target.node, dict) else {}
    outside = target.document is not document or target.node is not item
    wanted = set(names_in(path))
    shared = _path_parameters(survey, node.get("parameters"), target.document, (at, "parameters"))
    unused: dict[str, Trail] = {}
    for method, operation, trail in _operations(node, at):
        own = _path_parameters(survey, operation.get("parameters"), target.document, (trail, "parameters"))
        if own is None or shared is None:
            continue
        declared = {parameter.name for parameter in (*shared, *own)}
        for name in sorted(wanted - declared):
            detail = f"{method.upper()} {plain(path)} does not declare its path parameter `{plain(name)}`"
            yield Problem("path-parameter-undeclared", document, at if outside else trail, detail, hint=_declare(name), subject=name)
        for parameter in (*own, *shared):
            if parameter.name not in wanted:
                unused.setdefault(parameter.name, at if outside else parameter.trail)
    for name, trail in unused.items():
        near = f"; the path has {', '.join('{' + plain(known) + '}' for known in sorted(wanted))}" if wanted else ""
        yield Problem("path-parameter-unused", document, trail, f"path parameter `{plain(name)}` does not stand in the path `{plain(path)}`{near}", subject=name)


def _declare(name: str) -> str:
    return f"add a parameter with `name: {plain(name)}`, `in: path`, `required: true`"


def _operations(item: dict[str, Any], at: Trail) -> Iterator[tuple[str, dict[str, Any], Trail]]:
    for method in METHODS:
        operation = item.get(method)
        if isinstance(operation, dict):
            yield method, operation, (at, method)
    more = item.get("additionalOperations")
    for name, operation in more.items() if isinstance(more, dict) else ():
        if isinstance(operation, dict):
            yield str(name), operation, ((at, "additionalOperations"), name)


def _path_parameters(survey: Survey, parameters: Any, document: Document, at: Trail) -> list[_Parameter] | None:
    """The `in: path` parameters of a list; None where one of them cannot be read, and so nothing can be said."""
    if parameters is None:
        return []
    if not isinstance(parameters, list):
        return None
    found = []
    for index, item in enumerate(parameters):
        target = survey.follow(item, document)
        if target is None or not isinstance(target.node, dict):
            return None
        name, where = target.node.get("name"), target.node.get("in")
        if not isinstance(name, str) or not isinstance(where, str):
            return None
        if where == "path":
            found.append(_Parameter(name, (at, index)))
    return found


def _duplicates(templates: list[str], document: Document) -> Iterator[Problem]:
    """Two templates that differ in parameter names only are the same path."""
    seen: dict[str, str] = {}
    for path in templates:
        shape = _NAME.sub("{}", path)
        first = seen.setdefault(shape, path)
        if first != path:
            yield Problem("path-duplicate", document, ((None, "paths"), path), f"`{plain(path)}` is the same path as `{plain(first)}`", subject=first)


def _ambiguous(templates: list[str], document: Document) -> Iterator[Problem]:
    """Pairs such as `/a/{x}` and `/{y}/b`: a request can match both, and neither is the more specific one."""
    groups: dict[tuple[int, ...], list[tuple[str, list[str]]]] = defaultdict(list)
    for path in templates:
        if "{" in path:
            segments = path.split("/")
            groups[(len(segments),)].append((path, segments))
    reported = 0
    for group in groups.values():
        for (first, left), (second, right) in combinations(_mixed(group), 2):
            if _crosses(left, right):
                yield Problem("path-ambiguous", document, ((None, "paths"), second), f"a request can match both `{plain(second)}` and `{plain(first)}`", subject=first)
                reported += 1
                if reported >= _MAX_AMBIGUOUS:
                    return


def _mixed(group: list[tuple[str, list[str]]]) -> list[tuple[str, list[str]]]:
    """Only templates in which a literal follows a parameter can cross another one of the group on both sides."""
    return group[:_MAX_COMPARED]


def _crosses(left: list[str], right: list[str]) -> bool:
    """Whether some path matches both, while each has a literal where the other has a parameter."""
    left_wins = right_wins = False
    for one, other in zip(left, right, strict=True):
        if one == other:
            continue
        open_left, open_right = "{" in one, "{" in other
        if open_left and open_right:
            continue
        if not open_left and not open_right:
            return False
        if not _fits(other, one) if open_right else not _fits(one, other):
            return False
        left_wins = left_wins or open_right
        right_wins = right_wins or open_left
    return left_wins and right_wins


def _fits(template: str, literal: str) -> bool:
    """Whether a segment with parameters can take the form of a literal segment, judged by its fixed beginning and end."""
    head, tail = template[: template.index("{")], template[template.rindex("}") + 1 :] if "}" in template else ""
    return literal.startswith(head) and literal.endswith(tail) and len(literal) > len(head) + len(tail)
