"""Defaults and examples against their schemas."""

from __future__ import annotations

from typing import Any

import pytest

from cvt_engine.facade import lint
from cvt_engine.finding import Finding
from tests.engine.lint.documents import minimal, spec_of

RULES = ("default-invalid", "example-invalid")


def of(schema: Any, version: str = "3.0", **others: Any) -> list[Finding]:
    tree = minimal(version, components={"schemas": {"A": schema, **others}})
    return [finding for finding in lint(spec_of(tree)) if finding.rule in RULES]


VALID: list[tuple[str, dict[str, Any], Any]] = [
    ("3.0", {"type": "string", "nullable": True}, None),
    ("3.0", {"type": "string", "nullable": True, "enum": ["a", None]}, None),
    ("3.0", {"type": "integer", "format": "int32"}, 2**31 - 1),
    ("3.0", {"type": "number"}, 1),
    ("3.0", {"type": "string", "format": "byte"}, "YQ=="),
    ("3.0", {"type": "string", "format": "date-time"}, "2024-01-01T00:00:00Z"),
    ("3.0", {"type": "string", "format": "uri"}, "not checked"),
    ("3.0", {"minimum": 1, "exclusiveMinimum": True}, 2),
    ("3.0", {"allOf": [{"$ref": "#/components/schemas/B"}]}, {"b": 1}),
    ("3.1", {"type": ["string", "null"]}, None),
    ("3.1", {"exclusiveMinimum": 1}, 2),
    ("3.1", {"$ref": "#/components/schemas/B", "maxProperties": 1}, {"b": 1}),
    ("3.1", {"prefixItems": [{"type": "string"}], "items": False}, ["a"]),
    ("3.1", {"if": {"required": ["a"]}, "then": {"required": ["b"]}}, {"a": 1, "b": 1}),
    ("3.1", {"type": "integer"}, 1.0),
]
INVALID: list[tuple[str, dict[str, Any], Any]] = [
    ("3.0", {"type": "string", "nullable": True, "enum": ["a"]}, None),
    ("3.0", {"type": "string"}, None),
    ("3.0", {"type": "string"}, 1),
    ("3.0", {"type": "string", "enum": ["a"]}, "b"),
    ("3.0", {"type": "boolean"}, 0),
    ("3.0", {"type": "integer"}, True),
    ("3.0", {"type": "integer"}, 1.5),
    ("3.0", {"type": "integer", "format": "int32"}, 2**31),
    ("3.0", {"type": "integer", "format": "int32", "allOf": [{"minimum": 5}]}, 4),
    ("3.0", {"type": "string", "format": "date"}, "2024-13-01"),
    ("3.0", {"type": "string", "format": "byte"}, "ä"),
    ("3.0", {"type": "string", "maxLength": 1}, "ab"),
    ("3.0", {"minimum": 1, "exclusiveMinimum": True}, 1),
    ("3.0", {"allOf": [{"$ref": "#/components/schemas/B"}]}, {}),
    ("3.0", {"type": "array", "items": {"$ref": "#/components/schemas/B"}}, [{"b": "x"}]),
    ("3.0", {"additionalProperties": False, "properties": {"a": {}}}, {"b": 1}),
    ("3.0", {"not": {"type": "string"}}, "a"),
    ("3.0", {"oneOf": [{"type": "string"}, {"maxLength": 3}]}, "abc"),
    ("3.1", {"exclusiveMinimum": 1}, 1),
    ("3.1", {"const": 1}, 2),
    ("3.1", {"enum": []}, 1),
    ("3.1", {"$ref": "#/components/schemas/B", "maxProperties": 0}, {"b": 1}),
    ("3.1", {"prefixItems": [{"type": "string"}], "items": False}, ["a", "b"]),
    ("3.1", {"unevaluatedProperties": False, "allOf": [{"properties": {"a": {}}}]}, {"b": 1}),
    ("3.1", {"dependentRequired": {"a": ["b"]}}, {"a": 1}),
    ("3.1", {"patternProperties": {"^x": {"type": "string"}}}, {"xa": 1}),
    ("3.1", {"if": {"required": ["a"]}, "then": {"required": ["b"]}}, {"a": 1}),
]
B = {"type": "object", "required": ["b"], "properties": {"b": {"type": "integer"}}}


@pytest.mark.parametrize(("version", "schema", "value"), VALID)
@pytest.mark.parametrize("key", ["default", "example"])
def test_valid(version: str, schema: dict[str, Any], value: Any, key: str) -> None:
    assert of({**schema, key: value}, version, B=B) == []


@pytest.mark.parametrize(("version", "schema", "value"), INVALID)
@pytest.mark.parametrize("key", ["default", "example"])
def test_invalid(version: str, schema: dict[str, Any], value: Any, key: str) -> None:
    findings = of({**schema, key: value}, version, B=B)
    assert [finding.rule for finding in findings] == [f"{key}-invalid"]
    assert findings[0].pointer.startswith(f"/components/schemas/A/{key}")
    assert findings[0].message.isprintable()


def test_the_finding_stands_at_the_wrong_part() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "integer"}}}, "example": {"a": [1, "two", 3]}}
    (finding,) = of(schema)
    assert finding.pointer == "/components/schemas/A/example/a/1"
    assert finding.message == '`a[1]` of the example is "two", not an integer'


def test_one_example_is_one_finding() -> None:
    (finding,) = of({"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}, "required": ["c"], "example": {"a": "x", "b": "y"}})
    assert finding.message.endswith("and 2 more")


def test_one_way_properties_may_be_left_out() -> None:
    properties = {"id": {"type": "integer", "readOnly": True}, "secret": {"type": "string", "writeOnly": True}, "name": {"type": "string"}}
    schema = {"type": "object", "required": ["id", "secret", "name"], "properties": properties}
    assert of({**schema, "example": {"name": "a"}}) == []
    assert of({**schema, "example": {"id": 1}}) != []


def media(name: str, **fields: Any) -> dict[str, Any]:
    tree = minimal(components={"examples": {"shared": {"value": {"id": "x"}}}})
    tree["paths"]["/ping"]["get"]["responses"]["200"]["content"] = {name: {"schema": {"type": "object", "properties": {"id": {"type": "integer"}}}, **fields}}
    return tree


def test_named_examples_are_found_where_they_are_written() -> None:
    tree = media(
        "application/json", examples={"own": {"value": {"id": "y"}}, "shared": {"$ref": "#/components/examples/shared"}, "far": {"externalValue": "a.json"}}
    )
    assert [finding.pointer for finding in lint(spec_of(tree))] == [
        "/components/examples/shared/value/id",
        "/paths/~1ping/get/responses/200/content/application~1json/examples/own/value/id",
    ]


@pytest.mark.parametrize(
    ("name", "value", "wrong"), [("application/json", "{}", True), ("application/problem+json; charset=utf-8", "{}", True), ("text/xml", "<a/>", False)]
)
def test_text_is_an_example_of_textual_media_types(name: str, value: str, wrong: bool) -> None:
    assert bool(lint(spec_of(media(name, example=value)))) is wrong


def test_parameters_may_show_their_wire_form() -> None:
    tree = minimal()
    tree["paths"]["/ping"]["get"]["parameters"] = [
        {"name": "a", "in": "query", "schema": {"type": "integer"}, "example": "12"},
        {"name": "b", "in": "query", "schema": {"type": "integer"}, "example": True},
    ]
    assert [finding.pointer for finding in lint(spec_of(tree))] == ["/paths/~1ping/get/parameters/1/example"]


def test_examples_of_2_0() -> None:
    tree = minimal("2.0")
    tree["paths"]["/ping"]["get"]["responses"]["200"] |= {"schema": {"type": "array", "items": {"type": "integer"}}, "examples": {"application/json": ["a"]}}
    tree["paths"]["/ping"]["get"]["parameters"] = [
        {"name": "q", "in": "query", "type": "integer", "default": "x"},
        {"name": "r", "in": "query", "type": "integer", "default": 1},
    ]
    assert [(finding.rule, finding.pointer) for finding in lint(spec_of(tree))] == [
        ("default-invalid", "/paths/~1ping/get/parameters/0/default"),
        ("example-invalid", "/paths/~1ping/get/responses/200/examples/application~1json/0"),
    ]


def test_schemas_in_another_dialect_are_left_alone() -> None:
    tree = minimal(
        "3.1", jsonSchemaDialect="http://json-schema.org/draft-07/schema#", components={"schemas": {"A": {"type": "integer", "default": "x", "items": [{}]}}}
    )
    assert lint(spec_of(tree)) == ()


@pytest.mark.parametrize("name", ["0", "01", "7"])
def test_member_names_that_look_like_indexes(name: str) -> None:
    found = of({"additionalProperties": {"type": "integer"}, "example": {name: "x"}})
    assert [finding.pointer for finding in found] == [f"/components/schemas/A/example/{name}"]


def test_a_pattern_that_needs_too_many_steps_says_nothing() -> None:
    assert of({"type": "string", "pattern": r"(a+)+\1+b", "example": "a" * 3_000}) == []
