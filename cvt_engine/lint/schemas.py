"""Schemas that are well-formed but do not say what their author meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from cvt_engine.document import Document, Version
from cvt_engine.lint.grammar.kind import Kind
from cvt_engine.lint.patterns import is_regex
from cvt_engine.lint.problem import Problem, Trail, plain, quoted
from cvt_engine.lint.survey import Survey

_COMBINING: Final = ("allOf", "anyOf", "oneOf")
_HOLDING: Final = ("items", "not", "if", "then", "else")
_INTEREST: Final = frozenset(("enum", "pattern", "patternProperties", "required", "discriminator", "nullable"))
_MAX_DEPTH: Final = 40
"""How far declared properties are looked for through `allOf` and references."""


def check_schemas(survey: Survey) -> Iterator[Problem]:
    """Every schema of the description."""
    newer = survey.spec.version in (Version.V31, Version.V32)
    kind = survey.grammar["Schema"]
    known = kind.fields.keys()
    near: dict[str, str] = {}
    for node, document, trail in survey.sites["Schema"]:
        if newer and not node.keys() <= known:
            yield from _unknown_keywords(survey, node, kind, document, trail, near=near)
        if _INTEREST.isdisjoint(node):
            continue
        yield from _patterns(node, document, trail)
        if "required" in node:
            yield from _undeclared(survey, node, document, trail)
        if "enum" in node:
            yield from _enum_types(node, document, trail)
        if "discriminator" in node:
            yield from _discriminator(survey, node, document, trail)
        if newer and "nullable" in node:
            yield Problem("nullable-ignored", document, (trail, "nullable"), "`nullable` means nothing since OpenAPI 3.1", hint=_null_type(node))


def _unknown_keywords(survey: Survey, node: dict[str, Any], kind: Kind, document: Document, trail: Trail, *, near: dict[str, str]) -> Iterator[Problem]:
    """Other keywords are allowed since 3.1, so only near misses are reported. `near` remembers them by keyword."""
    for key in node:
        if key in kind.fields or key.startswith("x-") or key == "nullable":
            continue
        if key not in near:
            near[key] = survey.nearest(key, kind.fields)
        if near[key] and near[key] not in node:
            yield Problem(
                "keyword-unknown", document, (trail, key), f"`{plain(key)}` is not a keyword, so it has no effect", hint=f"did you mean `{near[key]}`?"
            )


def _null_type(node: dict[str, Any]) -> str:
    known = node.get("type")
    return f'write `type: [{known}, "null"]`' if isinstance(known, str) else 'add "null" to `type`'


def _patterns(node: dict[str, Any], document: Document, trail: Trail) -> Iterator[Problem]:
    pattern = node.get("pattern")
    if isinstance(pattern, str) and not is_regex(pattern):
        yield Problem("pattern-invalid", document, (trail, "pattern"), f"{quoted(pattern)} is not a regular expression")
    patterns = node.get("patternProperties")
    for name in patterns if isinstance(patterns, dict) else ():
        if isinstance(name, str) and not is_regex(name):
            yield Problem("pattern-invalid", document, ((trail, "patternProperties"), name), f"{quoted(name)} is not a regular expression")


def _undeclared(survey: Survey, node: dict[str, Any], document: Document, trail: Trail) -> Iterator[Problem]:
    """`required` names that no `properties` declares. With `allOf`, none of its parts either: there the name is most often misspelt."""
    required = node["required"]
    if not isinstance(required, list) or not ("properties" in node or "allOf" in node) or "$ref" in node:
        return
    properties = node.get("properties")
    if isinstance(properties, dict) and all(isinstance(name, str) and name in properties for name in required):
        return
    declared = _declared(survey, node, document, 0, set())
    if survey.effort <= 0:
        return
    for index, name in enumerate(required):
        if not isinstance(name, str) or name in declared:
            continue
        near = survey.nearest(name, declared)
        rule = "required-undefined" if "allOf" in node else "required-undeclared"
        where = "under `properties` or in a part of `allOf`" if "allOf" in node else "under `properties`"
        hint = f"did you mean `{plain(near)}`?" if near else ""
        yield Problem(rule, document, ((trail, "required"), index), f"required property `{plain(name)}` is not declared {where}", hint=hint, subject=name)


def _declared(survey: Survey, node: Any, document: Document, depth: int, seen: set[int]) -> set[str]:
    """Property names that a schema declares, through references and every combining keyword."""
    survey.effort -= 1
    target = survey.follow(node, document) if survey.effort > 0 else None
    if target is None or not isinstance(target.node, dict) or id(target.node) in seen or depth > _MAX_DEPTH:
        return set()
    schema = target.node
    seen.add(id(schema))
    properties = schema.get("properties")
    names: set[str] = set(properties) if isinstance(properties, dict) else set()
    survey.effort -= len(names)
    parts = [part for key in _COMBINING if isinstance(schema.get(key), list) for part in schema[key]]
    for part in (*parts, *(schema.get(key) for key in _HOLDING)):
        if isinstance(part, dict):
            names |= _declared(survey, part, target.document, depth + 1, seen)
    return names


def _enum_types(node: dict[str, Any], document: Document, trail: Trail) -> Iterator[Problem]:
    members, wanted = node["enum"], node.get("type")
    types = {name for name in (wanted if isinstance(wanted, list) else [wanted]) if isinstance(name, str)}
    if not isinstance(members, list) or not types or (wanted == "string" and all(type(member) is str for member in members)):
        return
    if node.get("nullable") is True or node.get("x-nullable") is True:
        types.add("null")
    for index, member in enumerate(members):
        if not types & types_of(member):
            detail = f"enum value {quoted(member)} is not of type {' or '.join(sorted(plain(t) for t in types))}, so it can never occur"
            yield Problem("enum-type", document, ((trail, "enum"), index), detail, hint=_enum_hint(member, types))


def _enum_hint(member: Any, types: set[str]) -> str:
    if "string" in types and not isinstance(member, dict | list) and member is not None:
        return "put it in quotes"
    if member is None:
        return "allow null in `type` (or `nullable: true` before OpenAPI 3.1)"
    return "remove the quotes" if isinstance(member, str) and types & {"integer", "number", "boolean"} else ""


def types_of(value: Any) -> set[str]:
    """JSON Schema types that a value has; a whole number in floating form is an integer too."""
    match value:
        case None:
            return {"null"}
        case bool():
            return {"boolean"}
        case int():
            return {"integer", "number"}
        case float():
            return {"integer", "number"} if value.is_integer() else {"number"}
        case str():
            return {"string"}
        case list():
            return {"array"}
        case _:
            return {"object"}


def _discriminator(survey: Survey, node: dict[str, Any], document: Document, trail: Trail) -> Iterator[Problem]:
    discriminator = node["discriminator"]
    if not isinstance(discriminator, dict):
        return
    at: Trail = (trail, "discriminator")
    mapping = discriminator.get("mapping")
    for key, target in mapping.items() if isinstance(mapping, dict) else ():
        if isinstance(target, str) and not _is_target(survey, target, document):
            yield Problem(
                "discriminator-target-missing",
                document,
                ((at, "mapping"), key),
                f"`{plain(target)}` is neither a schema name nor a reference that leads anywhere",
                subject=str(key),
            )
    if not any(key in node for key in (*_COMBINING, "properties")) and not mapping:
        yield Problem(
            "discriminator-useless", document, at, "`discriminator` stands beside no `oneOf`, `anyOf`, `allOf`, `properties` or mapping, so it selects nothing"
        )


def _is_target(survey: Survey, target: str, document: Document) -> bool:
    components = document.tree.get("components") if isinstance(document.tree, dict) else None
    schemas = components.get("schemas") if isinstance(components, dict) else None
    if isinstance(schemas, dict) and target in schemas:
        return True
    return survey.follow({"$ref": target}, document) is not None
