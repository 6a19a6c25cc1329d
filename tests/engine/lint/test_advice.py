"""Hints: what people usually get wrong, and what they are told. One mistake is one finding."""

from __future__ import annotations

import copy
from typing import Any, Final

import pytest

from cvt_engine.facade import lint
from cvt_engine.finding import Finding, Severity
from cvt_engine.lint.grammar.versions import grammar_of
from cvt_engine.lint.hints import MISSING, MOVED, VALUES
from cvt_engine.lint.words import nearest
from tests.engine.lint.documents import RICH, minimal, spec_of


def only_error(tree: dict[str, Any]) -> Finding:
    errors = [finding for finding in lint(spec_of(tree)) if finding.severity is Severity.ERROR]
    assert len(errors) == 1, [(error.pointer, error.message) for error in errors]
    return errors[0]


def with_schema(schema: Any, version: str) -> dict[str, Any]:
    if version == "2.0":
        return minimal(version, definitions={"A": schema})
    return minimal(version, components={"schemas": {"A": schema}})


SCHEMAS: Final = [
    ("3.0", {"type": ["string", "null"]}, "/type", "nullable: true"),
    ("3.0", {"type": "null"}, "/type", "nullable: true"),
    ("3.0", {"type": "strnig"}, "/type", "did you mean `string`?"),
    ("3.0", {"type": "int"}, "/type", "write `integer`"),
    ("3.1", {"type": "datetime"}, "/type", "format: date-time"),
    ("3.0", {"properties": {"a": {"type": "string", "required": True}}}, "/properties/a/required", "parent's list"),
    ("3.0", {"requried": ["a"]}, "/requried", "did you mean `required`?"),
    ("3.0", {"const": 1}, "/const", "`enum` with one value"),
    ("3.0", {"minimum": 1, "exclusiveMinimum": 1}, "/exclusiveMinimum", "exclusiveMinimum: true"),
    ("3.1", {"minimum": 1, "exclusiveMinimum": True}, "/exclusiveMinimum", "the bound itself"),
    ("3.0", {"exclusiveMinimum": True}, "", "modifies `minimum`"),
    ("3.1", {"items": [{"type": "string"}]}, "/items", "prefixItems"),
    ("3.0", {"type": "string", "enum": []}, "/enum", "at least one value"),
    ("2.0", {"oneOf": [{}]}, "/oneOf", "since OpenAPI 3.0"),
    ("2.0", {"type": "string", "nullable": True}, "/nullable", "x-nullable"),
    ("3.0", {"discriminator": "kind", "oneOf": [{}]}, "/discriminator", "propertyName"),
    ("3.0", {"maxLength": -1}, "/maxLength", ""),
    ("3.0", {"properties": {"a": {"$ref": "#/components/schemas/B", "required": True}}}, "/properties/a/required", "parent's list"),
]


@pytest.mark.parametrize(("version", "schema", "at", "hint"), SCHEMAS)
def test_schema_mistakes(version: str, schema: Any, at: str, hint: str) -> None:
    tree = with_schema(schema, version)
    if version == "3.0":
        tree["components"]["schemas"]["B"] = {}
    error = only_error(tree)
    assert (error.rule, error.pointer) == ("schema-invalid", ("/definitions/A" if version == "2.0" else "/components/schemas/A") + at)
    assert hint in error.hint


def operation_with(version: str = "3.0", **fields: Any) -> dict[str, Any]:
    tree = minimal(version)
    tree["paths"]["/ping"]["get"] |= fields
    return tree


OBJECTS: Final = [
    (operation_with(parameters=[{"name": "a", "in": "query", "type": "string"}]), "/parameters/0/type", "under `schema`"),
    (operation_with(parameters=[{"name": "a", "in": "body", "schema": {}}]), "/parameters/0/in", "requestBody"),
    (operation_with(parameters=[{"name": "a", "in": "query"}]), "/parameters/0", "add `schema`"),
    (operation_with(parameters=[{"name": "a", "in": "header", "schema": {}, "style": "form"}]), "/parameters/0/style", ""),
    (operation_with("2.0", parameters=[{"name": "a", "in": "query", "schema": {"type": "string"}}]), "/parameters/0/schema", "`type` on the parameter"),
    (operation_with("2.0", requestBody={"content": {}}), "/requestBody", "in: body"),
    (operation_with(responses={"200": {"description": "ok", "schema": {}}}), "/responses/200/schema", "under `content`"),
    (operation_with(responses={"ok": {"description": "ok"}}), "/responses/ok", "status code"),
    (operation_with(responses={}), "/responses", "at least one response"),
    (operation_with(tags="pets"), "/tags", "even for one tag"),
    (operation_with(security={"key": []}), "/security", "list of requirements"),
    (operation_with(consumes=["a/b"]), "/consumes", "`content`"),
    (operation_with(respones={}), "/respones", "did you mean `responses`?"),
]


@pytest.mark.parametrize(("tree", "at", "hint"), OBJECTS)
def test_object_mistakes(tree: dict[str, Any], at: str, hint: str) -> None:
    error = only_error(tree)
    assert error.pointer == "/paths/~1ping/get" + at
    assert hint in error.hint
    assert error.operation == "GET /ping"


def test_a_misspelt_field_is_not_missing_too() -> None:
    tree = minimal()
    get = tree["paths"]["/ping"]["get"]
    get["reponses"] = get.pop("responses")
    assert only_error(tree).hint == "did you mean `responses`?"


def test_a_version_mixture_names_the_right_place() -> None:
    tree = minimal(definitions={"A": {"type": "string"}})
    assert (only_error(tree).pointer, only_error(tree).hint) == ("/definitions", "move it to `components/schemas`")


def test_fields_of_a_later_version() -> None:
    tree = minimal(webhooks={})
    assert "3.1" in only_error(tree).hint


@pytest.mark.parametrize("version", RICH)
def test_every_misspelt_field_is_one_error_with_its_name(version: str) -> None:
    """Misspell each field of the info and the operations in turn: the finding stands at the field and names the right one."""
    for name in RICH[version]["info"]:
        tree = copy.deepcopy(RICH[version])
        tree["info"][name + "x"] = tree["info"].pop(name)
        error = only_error(tree)
        assert (error.pointer, error.hint) == (f"/info/{name}x", f"did you mean `{name}`?")


def test_hints_stand_at_kinds_and_fields_that_exist() -> None:
    kinds = {name for version in RICH for name in grammar_of(version)} | {"Parameter", "Scheme", "SchemaBesideReference"}
    for kind, _ in MOVED:
        assert kind in kinds
    for kind, _ in MISSING:
        assert not kind or kind in kinds
    fields = {field for version in RICH for row in grammar_of(version).values() for field in (*row.fields, row.switch)}
    for field, _ in VALUES:
        assert field in fields


def test_moved_fields_are_unknown_where_their_hint_applies() -> None:
    """A hint for a field that the version allows would never be shown, or be wrong."""
    for (kind, field), hint in MOVED.items():
        for version in hint.versions:
            row = grammar_of(version).get(kind)
            assert row is None or row.switch or field not in row.fields or row.open, (kind, field, version)


@pytest.mark.parametrize(("word", "expected"), [("requried", "required"), ("REQUIRED", "required"), ("max_length", "maxLength"), ("zzz", "")])
def test_nearest(word: str, expected: str) -> None:
    assert nearest(word, ["required", "maxLength", "type"]) == expected
