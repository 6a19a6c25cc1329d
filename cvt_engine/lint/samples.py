"""Where a description shows values: defaults and examples, each with the schema it must satisfy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from cvt_engine.document import Document, Version
from cvt_engine.lint.problem import Trail
from cvt_engine.lint.survey import Site, Survey, trail_to

_KEYS: Final = frozenset(("default", "example", "examples"))
_TEXTUAL: Final = frozenset(("Parameter", "Header"))


class Sample(NamedTuple):
    """A value and the schema it stands for. `textual`: on the wire the value is text, so an example may be written as text."""

    rule: str
    value: Any
    schema: dict[str, Any]
    document: Document
    trail: Trail
    schema_document: Document
    textual: bool = False


def samples(survey: Survey) -> Iterator[Sample]:
    """Every default and example of the description."""
    newer = survey.spec.version in (Version.V31, Version.V32)
    for site in survey.sites["Schema"]:
        if not _KEYS.isdisjoint(site[0]):
            yield from _of_schema(site, newer=newer)
    for kind in ("MediaType", "Parameter", "Header"):
        for site in survey.sites[kind]:
            yield from _of_holder(survey, site, kind)
    if survey.spec.version == Version.V2:
        yield from _of_old_responses(survey)
        yield from _of_old_items(survey)


def _of_schema(site: Site, *, newer: bool) -> Iterator[Sample]:
    node, document, trail = site
    if "default" in node and not (node["default"] is None and node.get("nullable") is True and "enum" not in node):
        yield Sample("default-invalid", node["default"], node, document, (trail, "default"), document)
    if "example" in node:
        yield Sample("example-invalid", node["example"], node, document, (trail, "example"), document)
    examples = node.get("examples")
    if newer and isinstance(examples, list):
        for index, value in enumerate(examples):
            yield Sample("example-invalid", value, node, document, ((trail, "examples"), index), document)


def _of_holder(survey: Survey, site: Site, kind: str) -> Iterator[Sample]:
    """Examples beside a `schema`: of media types, parameters and headers."""
    node, document, trail = site
    schema = node.get("schema")
    if not isinstance(schema, dict):
        return
    textual = kind in _TEXTUAL or not _is_json(trail)
    if "example" in node:
        yield Sample("example-invalid", node["example"], schema, document, (trail, "example"), document, textual)
    examples = node.get("examples")
    for name, item in examples.items() if isinstance(examples, dict) else ():
        yield from _of_example(survey, item, ((trail, "examples"), name), schema, document, textual)


def _of_example(survey: Survey, item: Any, trail: Trail, schema: dict[str, Any], document: Document, textual: bool) -> Iterator[Sample]:
    target = survey.follow(item, document)
    if target is None or not isinstance(target.node, dict):
        return
    key = next((name for name in ("value", "dataValue") if name in target.node), "")
    if key:
        at = trail if target.node is item else trail_to(target)
        yield Sample("example-invalid", target.node[key], schema, target.document, (at, key), document, textual)


def _is_json(trail: Trail) -> bool:
    """Whether a media type, named by the last step, carries JSON."""
    name = str(trail[1]).partition(";")[0].strip().lower() if trail is not None else ""
    return name.endswith(("/json", "+json", "*/*")) or name == "application/*"


def _of_old_responses(survey: Survey) -> Iterator[Sample]:
    for node, document, trail in survey.sites["Response"]:
        schema, examples = node.get("schema"), node.get("examples")
        if isinstance(schema, dict) and isinstance(examples, dict):
            for name, value in examples.items():
                at: Trail = ((trail, "examples"), name)
                yield Sample("example-invalid", value, schema, document, at, document, not _is_json(at))


def _of_old_items(survey: Survey) -> Iterator[Sample]:
    """In 2.0 parameters, headers and their items are schemas themselves."""
    for kind in ("Parameter", "Header", "Items"):
        for node, document, trail in survey.sites[kind]:
            if "default" in node:
                yield Sample("default-invalid", node["default"], node, document, (trail, "default"), document)
