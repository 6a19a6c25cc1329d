"""The grammar rows as one JSON Schema, written so that every mistake fails at exactly one place.

Alternatives are decided by `if`/`then` on what the author evidently meant (a `$ref`, a value of `in` or `type`), never by `oneOf`: a typo is then one
error at its own position instead of one for every alternative.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from cvt_engine.document import Version
from cvt_engine.lint.grammar.kind import Grammar, Kind, Reference, link_to
from cvt_engine.lint.grammar.versions import grammar_of

BARE: Final = ".object"
"""Suffix of the definition of a kind itself, without a `$ref` in its place."""
_HAS_REFERENCE: Final = {"type": "object", "required": ["$ref"]}


@cache
def checker(version: str, *, kind: str = "Document", opaque: bool = False) -> Any:
    """The compiled validator of one kind of a version; compiling takes a few milliseconds.

    `opaque`: schemas are written in another dialect, so nothing is said about their inside.
    """
    import jsonschema_rs

    grammar = grammar_of(version)
    definitions = _definitions(version, grammar)
    if opaque:
        definitions["Schema"] = {"type": ["object", "boolean"]}
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$ref": f"#/$defs/{kind}", "$defs": definitions}
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True, formats={"regex": _any_text}, ignore_unknown_formats=True, offline=True)


def _any_text(_: str) -> bool:
    """Regular expressions are judged by their own rule, which knows more dialects than one."""
    return True


def _definitions(version: str, grammar: Grammar) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for kind in grammar.values():
        out[kind.name + BARE] = _object(kind)
        out[kind.name] = _or_reference(kind)
    if version == Version.V2:
        out["Reference"] = {"type": "object", "properties": {"$ref": {"type": "string"}}, "additionalProperties": False}
    if version == Version.V30:
        from cvt_engine.lint.grammar.openapi30 import BESIDE_REFERENCE

        out[BESIDE_REFERENCE.name + BARE] = _object(BESIDE_REFERENCE)
        out["Schema"] = {"if": _HAS_REFERENCE, "then": link_to(BESIDE_REFERENCE.name + BARE), "else": link_to("Schema" + BARE)}
    if version in (Version.V31, Version.V32):
        out["Schema"] = {"if": {"type": "boolean"}, "else": link_to("Schema" + BARE)}
    return out


def _or_reference(kind: Kind) -> dict[str, Any]:
    bare = link_to(kind.name + BARE)
    if kind.reference in (Reference.NO, Reference.KEYWORD):
        return bare
    return {"if": _HAS_REFERENCE, "then": link_to("Reference"), "else": bare}


def _object(kind: Kind) -> dict[str, Any]:
    out: dict[str, Any] = {"type": "object", **_fields(kind)}
    rules = [*_cases(kind), *_clashes(kind)]
    if kind.required:
        out["required"] = list(kind.required)
    if kind.needs:
        out["dependentRequired"] = {key: list(names) for key, names in kind.needs}
    if kind.least:
        out["anyOf"] = [{"required": [name]} for name in kind.least]
    if kind.extra:
        rules.append(dict(kind.extra))
    if rules:
        out["allOf"] = rules
    return out


def _fields(kind: Kind) -> dict[str, Any]:
    if kind.switch:
        return {"properties": {kind.switch: {"enum": list(kind.cases)}}}
    patterns: dict[str, Any] = {pattern: shape.schema for pattern, shape in kind.patterned}
    if kind.extensible:
        patterns["^x-"] = True
    out: dict[str, Any] = {"properties": {name: shape.schema for name, shape in kind.fields.items()}, "patternProperties": patterns}
    if kind.rest is not None:
        out["additionalProperties"] = kind.rest.schema
    elif not kind.open:
        out["additionalProperties"] = False
    return out


def _cases(kind: Kind) -> list[dict[str, Any]]:
    return [
        {"if": {"properties": {kind.switch: {"const": value}}, "required": [kind.switch]}, "then": link_to(name + BARE)} for value, name in kind.cases.items()
    ]


def _clashes(kind: Kind) -> list[dict[str, Any]]:
    return [{"if": {"required": [key]}, "then": {"properties": dict.fromkeys(barred, False)}} for key, barred in kind.clashes]
