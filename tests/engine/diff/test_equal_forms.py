"""Forms that mean the same and look different are silent both ways; what is one step beyond them is not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.diff.pairs import Json, answering, asking, document, operation, rules, verdict, with_parameters

STR: Json = {"type": "string"}
INT: Json = {"type": "integer"}
TAKES_A: Json = {"if": {"required": ["a"]}}
IS_A: Json = {"properties": {"k": {"const": "a"}}}
ONCE: Json = {"type": "array", "uniqueItems": True}
LISTED: Json = {**ONCE, "items": {"enum": ["a", "b"]}}
CLOSED: Json = {"type": "object", "additionalProperties": False}
AB: Json = {**CLOSED, "properties": {"a": STR, "b": STR}}
ONE_OF_AB: Json = {"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}
OK: Json = {"204": {"description": "ok"}}
JSON = "application/json"


def obj(**properties: Any) -> Json:
    return {"type": "object", "properties": properties}


def _named(*patterns: str) -> Json:
    """An object whose names all match one of the patterns."""
    return {**CLOSED, "patternProperties": dict.fromkeys(patterns, STR)}


SCHEMAS: list[tuple[str, Any, Any]] = [
    ("steps and their common step", {"allOf": [{**INT, "multipleOf": 4}, {"multipleOf": 6}]}, {**INT, "multipleOf": 12}),
    ("pattern and list", {**STR, "pattern": "^(on|off)$"}, {**STR, "enum": ["on", "off"]}),
    ("pattern and lengths", {**STR, "pattern": r"^[\s\S]{1,5}$"}, {**STR, "minLength": 1, "maxLength": 5}),
    ("not any and none of", {**STR, "not": {"anyOf": [{"const": "a"}, {"const": "b"}]}}, {**STR, "allOf": [{"not": {"const": "a"}}, {"not": {"const": "b"}}]}),
    ("patterns of names", {"type": "object", "patternProperties": {"^[0-9]+$": STR}}, {"type": "object", "patternProperties": {r"^\d+$": STR}}),
    ("condition and demand", {**obj(), **TAKES_A, "then": {"required": ["b"]}}, {**obj(), "dependentRequired": {"a": ["b"]}}),
    (
        "one condition and two",
        {**obj(), **TAKES_A, "then": {"required": ["b"]}, "else": {"required": ["c"]}},
        {**obj(), "allOf": [{**TAKES_A, "then": {"required": ["b"]}}, {**TAKES_A, "else": {"required": ["c"]}}]},
    ),
    (
        "all items are contained",
        {"type": "array", "items": {"const": "a"}, "minItems": 1},
        {"type": "array", "items": {"const": "a"}, "minItems": 1, "contains": {"const": "a"}},
    ),
    (
        "all types and none named",
        {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean", "null", "array", "object"]}},
        {"type": "object"},
    ),
    ("not at least and below", {**INT, "not": {"minimum": 5}}, {**INT, "exclusiveMaximum": 5}),
    ("not above and at most", {"type": "number", "not": {"exclusiveMinimum": 5}}, {"type": "number", "maximum": 5}),
    ("neither short nor long", {**STR, "not": {"anyOf": [{"maxLength": 0}, {"minLength": 10}]}}, {**STR, "minLength": 1, "maxLength": 9}),
    ("not few items", {"type": "array", "items": STR, "not": {"maxItems": 3}}, {"type": "array", "items": STR, "minItems": 4}),
    ("not many members", {"type": "object", "not": {"minProperties": 3}}, {"type": "object", "maxProperties": 2}),
    (
        "pattern of all names",
        {"type": "object", "propertyNames": {"pattern": "^x"}, "additionalProperties": STR},
        {"type": "object", "patternProperties": {"^x": STR}, "additionalProperties": False},
    ),
    (
        "length of all names",
        {**obj(a=INT), "propertyNames": {"maxLength": 3}},
        {**obj(a=INT), "patternProperties": {r"^[\s\S]{0,3}$": {}}, "additionalProperties": False},
    ),
    ("format and its bounds", {**INT, "format": "int32"}, {**INT, "minimum": -(2**31), "maximum": 2**31 - 1}),
    ("unsigned format and the bounds of another", {**INT, "format": "uint32"}, {**INT, "format": "int64", "minimum": 0, "maximum": 2**32 - 1}),
    ("each listed value once", {**LISTED, "maxItems": 2}, LISTED),
    ("each of true and false once", {**ONCE, "items": {"type": "boolean"}, "maxItems": 2}, {**ONCE, "items": {"type": "boolean"}}),
    ("unsigned format and its bounds", {**INT, "format": "uint8"}, {**INT, "minimum": 0, "maximum": 255}),
    # not, all, any and none
    ("null taken away", {"type": ["string", "null"], "not": {"const": None}}, STR),
    ("none of a list and none of its values", {**STR, "not": {"enum": ["a", "b"]}}, {**STR, "allOf": [{"not": {"const": "a"}}, {"not": {"const": "b"}}]}),
    ("not neither", {**STR, "not": {"allOf": [{"not": {"const": "a"}}, {"not": {"const": "b"}}]}}, {"enum": ["a", "b"]}),
    (
        "outside of a range",
        {"type": "number", "not": {"minimum": 5, "maximum": 10}},
        {"type": "number", "anyOf": [{"exclusiveMaximum": 5}, {"exclusiveMinimum": 10}]},
    ),
    ("an end taken away", {**INT, "minimum": 0, "not": {"const": 0}}, {**INT, "minimum": 1}),
    ("refused pattern of texts", {**STR, "not": {"pattern": "^x"}}, {**STR, "not": {**STR, "pattern": "^x"}}),
    ("not both members", {**obj(), "not": {"required": ["a", "b"]}}, {**obj(), "anyOf": [{"not": {"required": ["a"]}}, {"not": {"required": ["b"]}}]}),
    ("contained nowhere", {"type": "array", "not": {"contains": {"const": "a"}}}, {"type": "array", "items": {"not": {"const": "a"}}}),
    ("contained never", {"type": "array", "contains": STR, "minContains": 0, "maxContains": 0}, {"type": "array", "items": {"not": STR}}),
    # conditions
    ("implication", {**obj(), **TAKES_A, "then": {"required": ["b"]}}, {**obj(), "anyOf": [{"not": {"required": ["a"]}}, {"required": ["b"]}]}),
    ("otherwise demanded", {**obj(), **TAKES_A, "else": {"required": ["b"]}}, {**obj(), "anyOf": [{"required": ["a"]}, {"required": ["b"]}]}),
    (
        "branches swapped",
        {**obj(), "if": {"not": {"required": ["a"]}}, "then": {"required": ["b"]}, "else": {"required": ["c"]}},
        {**obj(), **TAKES_A, "then": {"required": ["c"]}, "else": {"required": ["b"]}},
    ),
    (
        "condition on what is an object",
        {**obj(), "if": {"type": "object", **IS_A}, "then": {"required": ["b"]}},
        {**obj(), "if": IS_A, "then": {"required": ["b"]}},
    ),
    (
        "condition on what is there",
        {**obj(k=STR), "required": ["k"], "if": {**IS_A, "required": ["k"]}, "then": {"required": ["b"]}},
        {**obj(k=STR), "required": ["k"], "if": IS_A, "then": {"required": ["b"]}},
    ),
    (
        "wider test that nothing more meets",
        {**obj(k={"enum": ["a", "b"]}), "if": IS_A, "then": {"required": ["b"]}},
        {**obj(k={"enum": ["a", "b"]}), "if": {"properties": {"k": {"enum": ["a", "c"]}}}, "then": {"required": ["b"]}},
    ),
    (
        "condition and cases",
        {**obj(k={"enum": ["a", "b"]}), "required": ["k"], "if": IS_A, "then": {"required": ["x"]}, "else": {"required": ["y"]}},
        {"oneOf": [{**obj(k={"const": "a"}), "required": ["k", "x"]}, {**obj(k={"const": "b"}), "required": ["k", "y"]}]},
    ),
    ("impossible otherwise", {"anyOf": [{"const": "a"}, {"if": {"type": "boolean"}, "else": False}]}, {"anyOf": [{"const": "a"}, {"type": "boolean"}]}),
    ("impossible branch", {"if": {"not": obj(a=STR)}, "then": False}, obj(a=STR)),
    (
        "members in the branches",
        {**obj(k={"enum": ["a", "b"]}), "required": ["k"], "if": IS_A, "then": {"properties": {"x": STR}}, "else": {"properties": {"y": INT}}},
        {"oneOf": [{**obj(k={"const": "a"}, x=STR), "required": ["k"]}, {**obj(k={"const": "b"}, y=INT), "required": ["k"]}]},
    ),
    ("demand of what is there", {**obj(a=STR, b=STR), "required": ["a"], "dependentRequired": {"a": ["b"]}}, {**obj(a=STR, b=STR), "required": ["a", "b"]}),
    ("demand of itself", {**obj(a=STR), "dependentRequired": {"a": ["a"]}}, obj(a=STR)),
    ("demand through another", {**obj(), "dependentRequired": {"a": ["b"], "b": ["c"]}}, {**obj(), "dependentRequired": {"a": ["b", "c"], "b": ["c"]}}),
    (
        "demand and schema",
        {**obj(b=STR), "dependentSchemas": {"a": {"required": ["b"], "properties": {"b": {"minLength": 2}}}}},
        {**obj(b=STR), "dependentRequired": {"a": ["b"]}, "dependentSchemas": {"a": {"properties": {"b": {"minLength": 2}}}}},
    ),
    (
        "schema of what is there",
        {**obj(a=STR, b=STR), "required": ["a"], "dependentSchemas": {"a": {"properties": {"b": {"minLength": 2}}}}},
        {**obj(a=STR, b={**STR, "minLength": 2}), "required": ["a"]},
    ),
    # counts and names
    ("one of one", {**CLOSED, "properties": {"a": STR}, "minProperties": 1}, {**CLOSED, "properties": {"a": STR}, "required": ["a"]}),
    ("two of two", {**CLOSED, "properties": {"a": STR, "b": STR}, "minProperties": 2}, {**CLOSED, "properties": {"a": STR, "b": STR}, "required": ["a", "b"]}),
    ("no members", {"type": "object", "maxProperties": 0}, CLOSED),
    ("the empty object", CLOSED, {"const": {}}),
    ("the empty list", {"type": "array", "maxItems": 0}, {"const": []}),
    ("the empty text", {**STR, "maxLength": 0}, {"const": ""}),
    ("nothing more", {"type": "object", "additionalProperties": {"not": {}}}, CLOSED),
    ("two names in one pattern", {"type": "object", "patternProperties": {"^(a|b)$": STR}}, obj(a=STR, b=STR)),
    ("two names in one closed pattern", {**CLOSED, "patternProperties": {"^(a|b)$": STR}}, {**CLOSED, "properties": {"a": STR, "b": STR}}),
    ("pattern cut in two", {**CLOSED, "patternProperties": {"^[ab]_": STR}}, {**CLOSED, "patternProperties": {"^a_": STR, "^b_": STR}}),
    ("length that every name has", {**CLOSED, "properties": {"a": STR}, "propertyNames": {"maxLength": 3}}, {**CLOSED, "properties": {"a": STR}}),
    (
        "one pattern of all names beside members",
        {**obj(xa={**STR, "maxLength": 2}), "propertyNames": {"pattern": "^x"}, "additionalProperties": STR},
        {**CLOSED, "properties": {"xa": {**STR, "maxLength": 2}}, "patternProperties": {"^x": STR}},
    ),
    # items
    ("no second item", {"type": "array", "prefixItems": [STR, False]}, {"type": "array", "prefixItems": [STR], "items": False}),
    ("all of them are such", {"type": "array", "items": STR, "contains": STR}, {"type": "array", "items": STR, "minItems": 1}),
    ("one is contained", {"type": "array", "contains": STR, "minItems": 1}, {"type": "array", "contains": STR}),
    ("contained twice said", {"type": "array", "allOf": [{"contains": STR}, {"contains": STR}]}, {"type": "array", "contains": STR}),
    ("no more items than values", {**ONCE, "items": {"type": "boolean"}}, {**ONCE, "items": {"type": "boolean"}, "maxItems": 2}),
    ("no more items than listed values", {**ONCE, "items": {"enum": ["a", 1, None]}}, {**ONCE, "items": {"enum": ["a", 1, None]}, "maxItems": 3}),
    (
        "no more items than whole numbers",
        {**ONCE, "items": {**INT, "minimum": 1, "maximum": 3}},
        {**ONCE, "items": {**INT, "minimum": 1, "maximum": 3}, "maxItems": 3},
    ),
    (
        "the same value first and then",
        {**ONCE, "prefixItems": [{"const": "a"}], "items": {"const": "a"}},
        {"type": "array", "items": {"const": "a"}, "maxItems": 1},
    ),
    ("names that both parts let through", {"allOf": [_named("^x-"), _named("^x-a")]}, _named("^x-a")),
    ("names that one part refuses", {"allOf": [_named("^x-"), _named("^x-", "^y-")]}, _named("^x-")),
    (
        "names by pattern in a part that limits all others",
        {"allOf": [{"type": "object", "patternProperties": {"^x-": STR}}, {"type": "object", "additionalProperties": {"maxLength": 5}}]},
        {"type": "object", "patternProperties": {"^x-": {**STR, "maxLength": 5}}, "additionalProperties": {"maxLength": 5}},
    ),
    (
        "members of one part that the patterns of another name",
        {"allOf": [{**CLOSED, "properties": {"a": STR, "x-1": STR}}, {**_named("^x-"), "properties": {"a": {}}}]},
        {**CLOSED, "properties": {"a": STR, "x-1": STR}},
    ),
    ("one of two members", {**AB, **ONE_OF_AB}, {**AB, "minProperties": 1, "maxProperties": 1}),
    ("one of two members and not both", {**obj(), **ONE_OF_AB}, {**obj(), "anyOf": ONE_OF_AB["oneOf"], "not": {"required": ["a", "b"]}}),
    (
        "one of two members and two closed objects",
        {**AB, **ONE_OF_AB},
        {"oneOf": [{**CLOSED, "properties": {name: STR}, "required": [name]} for name in ("a", "b")]},
    ),
    ("lengths of which one only counts", {"oneOf": [{**STR, "maxLength": 5}, {**STR, "minLength": 3}]}, {**STR, "not": {"minLength": 3, "maxLength": 5}}),
    (
        "pattern of names as a union of one",
        {"type": "object", "propertyNames": {"oneOf": [{"pattern": "^x"}]}},
        {"type": "object", "propertyNames": {"pattern": "^x"}},
    ),
    (
        "demand of what is there beside a member that one direction leaves out",
        {**obj(a=STR, b=STR, c={**STR, "writeOnly": True}, d={**STR, "readOnly": True}), "required": ["a", "b"]},
        {**obj(a=STR, b=STR, c={**STR, "writeOnly": True}, d={**STR, "readOnly": True}), "required": ["a"], "dependentRequired": {"a": ["b"]}},
    ),
    ("listed value refused", {"enum": ["a", "b"], "not": {"const": "b"}}, {"const": "a"}),
    ("lists of one kind that share a value", {"oneOf": [{"enum": ["a", "b"]}, {"enum": ["b", "c"]}]}, {"enum": ["a", "c"]}),
    ("spelled length that the format implies", {"anyOf": [{**STR, "format": "date"}, {**STR, "format": "date", "minLength": 1}]}, {**STR, "format": "date"}),
    ("letters of a class", {**STR, "pattern": r"^[\p{L}\d]+$"}, {**STR, "pattern": r"^(\p{L}|[0-9])+$"}),
    ("steps and bounds between them", {**INT, "multipleOf": 5, "minimum": 1, "maximum": 14}, {**INT, "multipleOf": 5, "minimum": 5, "maximum": 10}),
    ("length of every instant", {**STR, "format": "date-time"}, {**STR, "format": "date-time", "minLength": 20}),
    ("lengths of every host", {**STR, "format": "hostname"}, {**STR, "format": "hostname", "minLength": 1, "maxLength": 253}),
    ("pattern of every date", {**STR, "format": "date"}, {**STR, "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}),
    ("format and its pattern", {**STR, "format": "uuid"}, {**STR, "pattern": "^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$"}),
    ("word beside a format", {"anyOf": [{"const": "now"}, {**STR, "format": "date"}]}, {"oneOf": [{"const": "now"}, {**STR, "format": "date"}]}),
    ("listed value without the format", {**STR, "enum": ["2024-02-29", "now"], "format": "date"}, {"const": "2024-02-29"}),
    ("dynamic reference", {"$dynamicAnchor": "n", **obj(c={"$dynamicRef": "#n"})}, {"$anchor": "n", **obj(c={"$ref": "#n"})}),
]


@pytest.mark.parametrize(("one", "other"), [case[1:] for case in SCHEMAS], ids=[case[0] for case in SCHEMAS])
def test_equal_schemas_are_silent(one: Any, other: Any) -> None:
    for wrap in (asking, answering):
        assert rules(wrap(one), wrap(other)) == set()
        assert rules(wrap(other), wrap(one)) == set()


NEARLY: list[tuple[str, Any, Any]] = [
    ("not at least", {**INT, "not": {"minimum": 5}}, {**INT, "maximum": 3}),
    ("not of whole numbers", {"type": "number", "not": {**INT, "minimum": 5}}, {"type": "number", "maximum": 4}),
    ("not above what moved", {**INT, "not": {"minimum": 9}}, {**INT, "not": {"minimum": 5}}),
    ("not of two bounds", {"type": "number"}, {"type": "number", "not": {"minimum": 5, "maximum": 9}}),
    (
        "names of two patterns",
        {"type": "object", "propertyNames": {"pattern": "^x"}},
        {"type": "object", "patternProperties": {"^xy": {}}, "additionalProperties": False},
    ),
    (
        "names and their values",
        {"type": "object", "propertyNames": {"pattern": "^x"}},
        {"type": "object", "patternProperties": {"^x": STR}, "additionalProperties": False},
    ),
    ("bounds beyond the format", {**INT, "minimum": -(2**31), "maximum": 2**31}, {**INT, "format": "int32"}),
    ("signed and unsigned format", {**INT, "format": "int64"}, {**INT, "format": "uint32"}),
    ("unsigned format and none", INT, {**INT, "format": "uint64"}),
    ("unsigned format and its lower half", {**INT, "format": "uint64"}, {**INT, "format": "int64", "minimum": 0}),
    ("not each listed value once", LISTED, {**LISTED, "maxItems": 1}),
    ("listed values and null once", {**ONCE, "items": {"type": ["boolean", "null"]}}, {**ONCE, "items": {"type": ["boolean", "null"]}, "maxItems": 2}),
    ("bounds within the format", {**INT, "format": "uint8"}, {**INT, "minimum": 0, "maximum": 254}),
    ("one bound of the format", {**INT, "maximum": 2**31 - 1}, {**INT, "format": "int32"}),
    ("not both and not the first", {**obj(), "not": {"required": ["a", "b"]}}, {**obj(), "not": {"required": ["a"]}}),
    (
        "one of two and both",
        {**CLOSED, "properties": {"a": STR, "b": STR}, "minProperties": 1},
        {**CLOSED, "properties": {"a": STR, "b": STR}, "minProperties": 2},
    ),
    ("demand of what may be there", {**obj(a=STR, b=STR), "dependentRequired": {"a": ["b"]}}, {**obj(a=STR, b=STR), "required": ["b"]}),
    (
        "fewer items than whole numbers",
        {**ONCE, "items": {**INT, "minimum": 1, "maximum": 3}},
        {**ONCE, "items": {**INT, "minimum": 1, "maximum": 3}, "maxItems": 2},
    ),
    ("fewer names in a part", {"allOf": [_named("^x-"), _named("^x-", "^y-")]}, {"allOf": [_named("^x-a"), _named("^x-", "^y-")]}),
    ("one of two members and the first", {**AB, **ONE_OF_AB}, {**CLOSED, "properties": {"a": STR}, "minProperties": 1}),
    ("more items in a condition", {"if": {"type": "array"}, "then": {"maxItems": 9}}, {"if": {"type": "array"}, "then": {"maxItems": 8}}),
    ("longer text in a condition", {"if": STR, "then": {"maxLength": 9}}, {"if": STR, "then": {"maxLength": 8}}),
    ("objects of further members", obj(a={"enum": [1, 2]}), {"enum": [{"a": 1}, {"a": 2}]}),
    ("one list of two", {"oneOf": [{"enum": ["a", "b"]}, {"enum": ["c"]}]}, {"enum": ["a", "b"]}),
    ("one list of two beside a refusal", {"anyOf": [{"enum": ["a", "b"], "not": {"pattern": "^c"}}, {"enum": ["c"]}]}, {"enum": ["a", "b"]}),
    ("more listed values refused", {"enum": ["a", "b"], "not": {"const": "b"}}, {"enum": ["a", "b"], "not": {"enum": ["a", "b"]}}),
    ("numbers above and whole ones", {"type": "number"}, {"anyOf": [{"type": "number", "exclusiveMinimum": 4}, INT]}),
    (
        "numbers of which some become whole",
        {"anyOf": [{"type": "number", "minimum": 4}, {"type": "number", "maximum": 0}]},
        {"anyOf": [{"type": "number", "minimum": 4}, {**INT, "maximum": 0}]},
    ),
    ("length beyond what the format implied", {**STR, "minLength": 1}, {**STR, "format": "date-time"}),
    ("length within what the format implied", {**STR, "format": "uuid"}, {**STR, "format": "uuid", "pattern": "^1"}),
    ("fewer items than values", {**ONCE, "items": {"enum": ["a", "b", "c"]}}, {**ONCE, "items": {"enum": ["a", "b", "c"]}, "maxItems": 2}),
    (
        "as many items as values, each more than once",
        {"type": "array", "items": {"type": "boolean"}},
        {"type": "array", "items": {"type": "boolean"}, "maxItems": 2},
    ),
    ("length of some instants", {**STR, "format": "date-time"}, {**STR, "format": "date-time", "minLength": 21}),
    ("pattern of some dates", {**STR, "format": "date"}, {**STR, "format": "date", "pattern": r"^20\d{2}-"}),
    ("format and half of its pattern", {**STR, "format": "uuid"}, {**STR, "pattern": "^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$"}),
    ("word that is not of the format", {"anyOf": [{"const": ""}, {**STR, "format": "uri"}]}, {**STR, "format": "uri"}),
    ("words and a format", {"enum": ["2024-02-29", "now"]}, {"enum": ["2024-02-29", "now"], "format": "date"}),
    ("number that is not of the format", {"enum": [1, 2**31]}, {"enum": [1, 2**31], "format": "int32", "type": "integer"}),
    ("letters of a smaller class", {**STR, "pattern": r"^\p{L}+$"}, {**STR, "pattern": r"^\p{Ll}+$"}),
    ("items that need not be such", {"type": "array", "items": STR}, {"type": "array", "items": STR, "contains": STR}),
    ("names of one pattern less", {**CLOSED, "patternProperties": {"^[ab]_": STR}}, {**CLOSED, "patternProperties": {"^a_": STR}}),
]


@pytest.mark.parametrize(("wide", "narrow"), [case[1:] for case in NEARLY], ids=[case[0] for case in NEARLY])
def test_nearly_equal_schemas_break_one_way(wide: Any, narrow: Any) -> None:
    assert verdict(asking(wide), asking(narrow)) == verdict(answering(narrow), answering(wide)) == "error"
    assert verdict(asking(narrow), asking(wide)) != "error"
    assert verdict(answering(wide), answering(narrow)) != "error"


def query(schema: Json, **more: Any) -> Json:
    return with_parameters({"name": "q", "in": "query", "schema": schema, **more})


def content(kind: str, schema: Json) -> Json:
    return with_parameters({"name": "q", "in": "query", "content": {kind: {"schema": schema}}})


def form(schema: Json, kind: str = "multipart/form-data", *, version: str = "3.1.0", **encoding: Json) -> Json:
    return operation(version=version, requestBody={"content": {kind: {"schema": schema, "encoding": encoding}}})


BINARY: Json = {"type": "string", "format": "binary"}
FORM = "application/x-www-form-urlencoded"
ONE_HOST: Json = {"default": "x", "enum": ["x"]}
VENDOR = "application/vnd.x+json"


def swagger(*parameters: Json, works: Json | None = None, **root: Any) -> Json:
    """A description of 2.0 with one operation."""
    return document({"/x": {"post": {"parameters": list(parameters), "responses": OK, **(works or {})}}}, version="2.0", **root)


def asking_as(kind: str, *, version: str = "3.1.0") -> Json:
    return operation(version=version, requestBody={"content": {kind: {"schema": STR}}})


def asking_any(schema: Json) -> Json:
    return operation(version="3.0.3", requestBody={"content": {"*/*": {"schema": schema}}})


def segment(schema: Json) -> Json:
    return with_parameters({"name": "p", "in": "path", "required": True, "schema": schema}, path="/x/{p}")


def served(url: str, **more: Any) -> Json:
    return operation(root={"servers": [{"url": url}]}, **more)


WIRES: list[tuple[str, Json, Json]] = [
    ("short range and listed texts", query({**INT, "minimum": 1, "maximum": 3}), query({**STR, "enum": ["1", "2", "3"]})),
    ("charset of a parameter", content(JSON, obj(a=STR)), content("application/json; charset=utf-8", obj(a=STR))),
    ("order of media types", form(obj(a=STR), a={"contentType": "image/png, image/jpeg"}), form(obj(a=STR), a={"contentType": "image/jpeg,image/png"})),
    ("base64 of 3.0 and 3.1 in a form", form(obj(f={**STR, "format": "byte"}), version="3.0.3"), form(obj(f={**STR, "contentEncoding": "base64"}))),
    ("bytes as a union of one", form(obj(f=BINARY), version="3.0.3"), form(obj(f={"oneOf": [BINARY]}), version="3.0.3")),
    (
        "lists of bytes as a union of one",
        form(obj(f={"type": "array", "items": BINARY}), version="3.0.3"),
        form(obj(f={"anyOf": [{"type": "array", "items": {"oneOf": [BINARY]}}]}), version="3.0.3"),
    ),
    ("object as a union of one", form(obj(f=obj(a=STR))), form(obj(f={"oneOf": [obj(a=STR)]}))),
    ("bytes of 3.0 and 3.1", form(obj(f=BINARY), version="3.0.3"), form(obj(f={}))),
    ("base64 of 3.0 and 3.1", answering({**STR, "format": "byte"}, version="3.0.3"), answering({**STR, "contentEncoding": "base64"})),
    (
        "host in capitals and a port that goes without saying",
        document({}, servers=[{"url": "https://API.example.com:443/v1"}]),
        document({}, servers=[{"url": "https://api.example.com/v1/"}]),
    ),
    ("order of parameters of a media type", asking_as(f"{VENDOR}; a=1; b=2"), asking_as(f"{VENDOR}; b=2; a=1")),
    ("quotes of a media type", asking_as(f'{VENDOR}; v="1"'), asking_as(f"{VENDOR};V=1")),
    ("list of bytes of 3.0 and 3.1", form(obj(f={"type": "array", "items": BINARY}), version="3.0.3"), form(obj(f={"type": "array", "items": {}}))),
    ("bytes said by their media type", form(obj(f=BINARY), version="3.0.3"), form(obj(f={**STR, "contentMediaType": "application/octet-stream"}))),
    ("no servers of its own", served("https://a.com"), served("https://a.com", servers=[])),
    ("servers that every operation names", operation(servers=[{"url": "https://a.com"}]), served("https://a.com")),
    ("escape that needs none", served("https://a.com/%7Ex"), served("https://a.com/~x")),
    (
        "each item by itself",
        query({"type": "array", "items": STR}, style="spaceDelimited", explode=True),
        query({"type": "array", "items": STR}, style="form", explode=True),
    ),
    (
        "each item of a field by itself",
        form(obj(a={"type": "array", "items": STR}), FORM, a={"style": "pipeDelimited", "explode": True}),
        form(obj(a={"type": "array", "items": STR}), FORM),
    ),
    ("content type among the headers of a part", form(obj(a=STR), a={"headers": {"content-Type": {"required": True, "schema": STR}}}), form(obj(a=STR))),
    ("text without a type", query({"pattern": "^a"}), query({**STR, "pattern": "^a"})),
    ("field without a type", form(obj(a={"maxLength": 5}), FORM), form(obj(a={**STR, "maxLength": 5}), FORM)),
    ("any bytes in any media type", asking_any({}), asking_any(BINARY)),
    ("nothing is a text too", query(STR, allowEmptyValue=True), query(STR)),
    (
        "nothing in a header",
        with_parameters({"name": "h", "in": "header", "schema": INT, "allowEmptyValue": True}),
        with_parameters({"name": "h", "in": "header", "schema": INT}),
    ),
    ("nothing of 2.0", swagger({"name": "q", "in": "query", **STR, "allowEmptyValue": True}), swagger({"name": "q", "in": "query", **STR})),
    ("host without scheme", swagger(host="a.com"), operation(version="3.0.3", root={"servers": [{"url": "//a.com"}]})),
    (
        "schemes of an operation of 2.0",
        swagger(works={"schemes": ["http"]}, host="a.com", schemes=["https"]),
        operation(version="3.0.3", servers=[{"url": "http://a.com"}], root={"servers": [{"url": "https://a.com"}]}),
    ),
    ("default media type of a field", form(obj(a=obj(b=STR))), form(obj(a=obj(b=STR)), a={"contentType": JSON})),
    ("numbers listed as words", form(obj(a={"enum": [1, 2]}), FORM), form(obj(a={"enum": ["1", "2"]}), FORM)),
    ("variable of one value", served("https://x.com"), operation(root={"servers": [{"url": "https://{h}.com", "variables": {"h": ONE_HOST}}]})),
    (
        "bodies of 2.0",
        swagger({"name": "b", "in": "body", "schema": obj(a=STR)}),
        operation(version="3.0.3", requestBody={"content": {JSON: {"schema": obj(a=STR)}}}),
    ),
    (
        "a file of 2.0 and 3.1",
        swagger({"name": "f", "in": "formData", "type": "file"}),
        operation(requestBody={"content": {"multipart/form-data": {"schema": obj(f={"contentMediaType": "application/octet-stream"})}}}),
    ),
    (
        "lists of 2.0",
        swagger({"name": "q", "in": "query", "type": "array", "items": STR, "collectionFormat": "pipes"}),
        operation(
            version="3.0.3", parameters=[{"name": "q", "in": "query", "style": "pipeDelimited", "explode": False, "schema": {"type": "array", "items": STR}}]
        ),
    ),
    (
        "media type of 3.2",
        asking_as(JSON, version="3.2.0"),
        operation(
            version="3.2.0",
            requestBody={"content": {JSON: {"$ref": "#/components/mediaTypes/M"}}},
            root={"components": {"mediaTypes": {"M": {"schema": STR}}}},
        ),
    ),
    (
        "name of a callback",
        operation(callbacks={"a": {"{$url}": {"post": {"responses": OK}}}}),
        operation(callbacks={"b": {"{$url}": {"post": {"responses": OK}}}}),
    ),
]


@pytest.mark.parametrize(("one", "other"), [case[1:] for case in WIRES], ids=[case[0] for case in WIRES])
def test_equal_wire_forms_are_silent(one: Json, other: Json) -> None:
    assert rules(one, other) == set()
    assert rules(other, one) == set()


def test_any_value_in_a_path_is_a_text() -> None:
    assert rules(segment({}), segment(STR)) == set()
    assert rules(segment({"pattern": "^a"}), segment(STR)) == set()
    assert rules(segment({}), segment({**STR, "pattern": "^a"})) == {"request-type-narrowed"}


def test_a_list_in_a_form_of_2_0_is_written_with_commas() -> None:
    field = {"name": "a", "in": "formData", "type": "array", "items": STR}
    old = document({"/x": {"post": {"consumes": ["application/x-www-form-urlencoded"], "parameters": [field], "responses": OK}}}, version="2.0")
    multi = document(
        {"/x": {"post": {"consumes": ["application/x-www-form-urlencoded"], "parameters": [{**field, "collectionFormat": "multi"}], "responses": OK}}},
        version="2.0",
    )
    schema = obj(a={"type": "array", "items": STR})
    kind = "application/x-www-form-urlencoded"
    assert rules(old, form(schema, kind, version="3.0.3", a={"style": "form", "explode": False})) == set()
    assert rules(multi, form(schema, kind, version="3.0.3")) == set()
    assert rules(old, multi) == {"request-encoding-changed"}


def test_more_media_types_of_a_field_are_welcome_and_fewer_are_not() -> None:
    png, both, every = (form(obj(a=STR), a={"contentType": kinds}) for kinds in ("image/png", "image/png, image/jpeg", "image/*"))
    assert rules(png, both) == rules(both, every) == set()
    assert rules(both, png) == rules(every, both) == {"request-encoding-changed"}


def test_an_entry_beside_a_range_may_not_be_narrower_than_it() -> None:
    wide = operation(requestBody={"content": {"application/*": {"schema": STR}}})
    own = operation(requestBody={"content": {"application/*": {"schema": STR}, JSON: {"schema": {**STR, "maxLength": 3}}}})
    assert rules(wide, own) == {"request-max-length-narrowed"}
    assert rules(own, wide) == set()


def test_numbers_become_texts_only_where_every_digit_fits() -> None:
    assert verdict(query(INT), query({**STR, "pattern": "^-?[0-9]+$"})) == ""
    assert verdict(query({**INT, "minimum": 0}), query({**STR, "pattern": "^[0-9]{1,3}$"})) == "error"
    assert verdict(query({**STR, "pattern": "^[0-9]+$"}), query(INT)) == ""


LOST: Json = {"$ref": "#/components/nothing/here"}
BROKEN: list[tuple[str, Json, Json]] = [
    ("parameter", query(STR), with_parameters(LOST)),
    ("parameter of the path", query(STR), with_parameters(shared=(LOST,))),
    ("request body", asking(STR), document({"/x": {"post": {"requestBody": LOST, "responses": OK}}})),
    ("response", operation(responses={"200": {"description": "ok"}}), operation(responses={"200": LOST})),
    (
        "header",
        operation(responses={"200": {"description": "ok", "headers": {"X-A": {"schema": STR, "required": True}}}}),
        operation(responses={"200": {"description": "ok", "headers": {"X-A": LOST}}}),
    ),
    ("path item", document({"/x": {"get": {"responses": OK}}}), document({"/x": LOST})),
    ("callback", operation(callbacks={"a": {"{$url}": {"post": {"responses": OK}}}}), operation(callbacks={"a": LOST})),
]


@pytest.mark.parametrize(("sound", "broken"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
def test_what_a_broken_reference_hides_is_not_removed(sound: Json, broken: Json) -> None:
    assert {rule.partition("-")[2] for rule in rules(sound, broken)} == {"unreadable-changed"}
    assert {rule.partition("-")[2] for rule in rules(broken, sound)} == {"unreadable-changed"}
    assert rules(broken, broken) == set()


def test_a_reference_below_an_identified_schema_is_relative_to_it() -> None:
    listed = {"type": "array", "items": {"$ref": "#/$defs/text"}, "$defs": {"text": STR}}
    near = {"$id": "https://example.com/dir/list", "type": "array", "items": {"$ref": "text"}}
    plain = asking({"type": "array", "items": STR})
    for schemas in ({"A": {"$id": "https://example.com/list", **listed}}, {"A": near, "B": {"$id": "https://example.com/dir/text", **STR}}):
        tree = asking({"$ref": "#/components/schemas/A"}, components={"schemas": schemas})
        assert rules(tree, plain) == rules(plain, tree) == set()


def test_a_new_discriminator_value_is_new_though_an_open_alternative_takes_its_objects() -> None:
    kinds = {name: {**obj(kind=STR, **{member: STR}), "required": ["kind"]} for name, member in (("Cat", "claws"), ("Dog", "bone"), ("Cow", "milk"))}

    def told(*names: str) -> Json:
        mapping = {name.lower(): f"#/components/schemas/{name}" for name in names}
        union = {"oneOf": [{"$ref": target} for target in mapping.values()], "discriminator": {"propertyName": "kind", "mapping": mapping}}
        return answering(union, components={"schemas": kinds})

    assert rules(told("Cat", "Dog"), told("Cat", "Dog", "Cow")) == {"response-discriminator-value-added"}
    assert verdict(told("Cat", "Dog", "Cow"), told("Cat", "Dog")) == ""
    assert rules(told("Cat", "Dog"), told("Dog", "Cat")) == set()


def test_a_pattern_of_names_that_a_wider_one_covers_is_still_allowed() -> None:
    narrow, wide = ({"type": "object", "patternProperties": {pattern: INT}, "additionalProperties": False} for pattern in ("^a", "^[ab]"))
    assert verdict(asking(narrow), asking(wide)) == ""
    assert verdict(asking(wide), asking(narrow)) == "error"


def test_a_bound_that_the_format_implies_says_nothing_new() -> None:
    plain = {**INT, "format": "int32"}
    assert rules(asking(plain), asking({**plain, "minimum": -(2**31), "maximum": 2**31 - 1})) == set()
    assert rules(asking(plain), asking({**plain, "maximum": 2**31 - 2})) == {"request-maximum-narrowed"}


def test_a_pattern_beside_a_format_is_no_error_without_a_value_that_proves_it() -> None:
    first, second = ({**STR, "format": "date-time", "pattern": pattern} for pattern in ("^[a-z]+$", "^[a-z]*$"))
    assert verdict(answering(first), answering(second)) == "warning"
    assert verdict(asking({**STR, "format": "byte", "pattern": "^[a-z]*$"}), asking({**STR, "format": "byte", "pattern": "^[a-z]+$"})) == "error"


def _kinds(said: bool, *, words: tuple[str, str] = ("cat", "dog"), listed: bool) -> Json:
    """An argument `schema` with the components that it needs: two alternatives, told apart by a discriminator (`said`) or by listed words."""
    names = dict(zip(("Cat", "Dog"), words, strict=True))
    kind = {name: {**STR, "enum": [word]} if listed else STR for name, word in names.items()}
    mapping = {word.lower(): f"#/components/schemas/{name}" for name, word in names.items()}
    union: Json = {"oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in names]}
    schemas = {name: {**obj(kind=kind[name], **{name: STR}), "required": ["kind", name]} for name in names}
    return {"schema": {**union, **({"discriminator": {"propertyName": "kind", "mapping": mapping}} if said else {})}, "components": {"schemas": schemas}}


def test_what_a_discriminator_chooses_has_the_value_that_chooses_it() -> None:
    chosen = _kinds(True, listed=False)
    for same in (_kinds(True, listed=True), _kinds(False, listed=True)):
        for wrap in (asking, answering):
            assert rules(wrap(**chosen), wrap(**same)) == set()
        assert rules(answering(**same), answering(**chosen)) == set()
    assert rules(asking(**chosen), asking(**_kinds(True, words=("CAT", "dog"), listed=True))) == {"request-enum-narrowed"}


def test_a_discriminator_is_found_within_a_union_of_one() -> None:
    schemas = {name: {**obj(kind=STR, **{name: STR}), "required": ["kind"]} for name in ("Cat", "Dog")}
    schemas["Pet"] = {"oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in ("Cat", "Dog")], "discriminator": {"propertyName": "kind"}}
    pet = {"$ref": "#/components/schemas/Pet"}
    for wrap in (asking, answering):
        plain, wrapped = (wrap(schema, components={"schemas": schemas}) for schema in (pet, {"oneOf": [pet]}))
        assert rules(plain, wrapped) == rules(wrapped, plain) == set()


def test_a_union_demanded_too_often_to_be_spread_is_no_defect() -> None:
    union = {"anyOf": [{**STR, "pattern": "^a"}, {"type": "null"}]}
    many = {"allOf": [union] * 7}
    assert rules(asking(many), asking(union)) == rules(answering(union), answering(many)) == set()


def _files(link: Json, *, wrapped: bool = False) -> Json:
    """An argument `schema` with its components: a union called by a discriminator, of which one alternative is open to the members of the others."""
    node = {"$ref": "#/components/schemas/Node"}
    schemas: Json = {"Node": {**obj(kind=STR, name=STR), "required": ["kind", "name"]}}
    schemas["Folder"], schemas["Link"] = {"allOf": [node, obj(quota=INT)]}, {"allOf": [node, link]}
    branches = [{"$ref": f"#/components/schemas/{name}"} for name in ("Folder", "Link")]
    told = {"propertyName": "kind", "mapping": {name.lower(): f"#/components/schemas/{name}" for name in ("Folder", "Link")}}
    union = {"oneOf": [{"allOf": [branch, {}], "description": "d"} if wrapped else branch for branch in branches], "discriminator": told}
    return {"schema": union, "components": {"schemas": schemas}}


@pytest.mark.parametrize("wrapped", [False, True])
def test_no_open_alternative_stands_in_for_one_that_a_discriminator_calls(wrapped: bool) -> None:
    link = _files(obj(target=STR))
    assert rules(asking(**link), asking(**_files(obj(target=STR), wrapped=wrapped))) == set()
    for narrow in ({**obj(target=STR), "additionalProperties": False}, obj(target={**STR, "maxLength": 9})):
        other = _files(narrow, wrapped=wrapped)
        assert verdict(asking(**link), asking(**other)) == verdict(answering(**other), answering(**link)) == "error"


def test_an_open_alternative_does_not_take_the_values_of_another_one_away() -> None:
    def told(*breeds: str) -> Json:
        fox = obj(name=STR, breed={"oneOf": [{**STR, "enum": [breed]} for breed in breeds]})
        schemas = {"Dog": obj(name=STR), "Cat": obj(name=STR), "Fox": fox}
        return {"schema": {"oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in schemas]}, "components": {"schemas": schemas}}

    assert verdict(answering(**told("red")), answering(**told("red", "brown"))) == "error"


def test_a_length_in_place_of_a_format_that_implies_it_narrows_nothing() -> None:
    date = {**STR, "format": "date"}
    assert verdict(asking(date), asking({**STR, "minLength": 1, "maxLength": 32})) == verdict(answering({**STR, "minLength": 1}), answering(date)) == ""


def test_a_forbidden_member_that_becomes_required_is_told() -> None:
    without, demanded = obj(a=STR, b=False), {**obj(a=STR, b=STR), "required": ["b"]}
    assert rules(asking(without), asking(demanded)) == {"request-property-became-required"}
    assert "response-property-became-optional" in rules(answering(demanded), answering(without))
