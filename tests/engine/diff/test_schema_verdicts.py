"""What a change of one schema means, in a request and in a response."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.diff.pairs import answering, asking, verdict

E, W, N = "error", "warning", ""
STR, INT, NUM = {"type": "string"}, {"type": "integer"}, {"type": "number"}


def obj(required: tuple[str, ...] = (), /, *, extra: Any = None, **props: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "object", "properties": props}
    if required:
        found["required"] = list(required)
    if extra is not None:
        found["additionalProperties"] = extra
    return found


CASES: list[tuple[str, Any, Any, str, str]] = [
    # name, base schema, revision schema, verdict in a request, verdict in a response
    ("self", obj(("a",), a=STR), obj(("a",), a=STR), N, N),
    ("string to integer", STR, INT, E, E),
    ("integer to number", INT, NUM, N, E),
    ("number to integer", NUM, INT, E, N),
    ("nullable added", STR, {"type": ["string", "null"]}, N, E),
    ("nullable removed", {"type": ["string", "null"]}, STR, E, N),
    ("nullable spelled as anyOf", {"type": ["string", "null"]}, {"anyOf": [STR, {"type": "null"}]}, N, N),
    ("type list is anyOf", {"type": ["string", "integer"]}, {"anyOf": [STR, INT]}, N, N),
    ("type list is oneOf", {"oneOf": [STR, INT]}, {"type": ["integer", "string"]}, N, N),
    ("type added", STR, {"type": ["string", "integer"]}, N, E),
    ("type removed from list", {"type": ["string", "integer"]}, STR, E, N),
    ("any to string", {}, STR, E, N),
    ("string to any", STR, {}, N, E),
    ("true is any", True, {}, N, N),
    ("single branch", STR, {"allOf": [STR]}, N, N),
    ("single oneOf", STR, {"oneOf": [STR]}, N, N),
    ("const is enum", {"const": "a"}, {"enum": ["a"]}, N, N),
    ("enum as oneOf consts", {"enum": ["a", "b"]}, {"oneOf": [{"const": "a"}, {"const": "b"}]}, N, N),
    ("typed enum as consts", {"type": "string", "enum": ["a", "b"]}, {"anyOf": [{"const": "b"}, {"const": "a"}]}, N, N),
    ("enum value removed", {"type": "string", "enum": ["a", "b"]}, {"type": "string", "enum": ["a"]}, E, N),
    ("enum value added", {"type": "string", "enum": ["a"]}, {"type": "string", "enum": ["a", "b"]}, N, E),
    ("enum reordered", {"type": "string", "enum": ["a", "b"]}, {"type": "string", "enum": ["b", "a"]}, N, N),
    ("enum set", STR, {"type": "string", "enum": ["a"]}, E, N),
    ("enum freed", {"type": "string", "enum": ["a"]}, STR, N, E),
    ("boolean is its two values", {"type": "boolean"}, {"enum": [True, False]}, N, N),
    ("boolean limited", {"type": "boolean"}, {"const": True}, E, N),
    ("enum number 1 and 1.0", {"enum": [1]}, {"enum": [1.0]}, N, N),
    ("enum true is not 1", {"enum": [1]}, {"enum": [True]}, E, E),
    ("minimum raised", {"type": "integer", "minimum": 1}, {"type": "integer", "minimum": 2}, E, N),
    ("minimum lowered", {"type": "integer", "minimum": 2}, {"type": "integer", "minimum": 1}, N, E),
    ("minimum set", INT, {"type": "integer", "minimum": 1}, E, N),
    ("maximum set", INT, {"type": "integer", "maximum": 1}, E, N),
    ("exclusive and whole", {"type": "integer", "exclusiveMinimum": 4}, {"type": "integer", "minimum": 5}, N, N),
    ("exclusive bound", {"type": "number", "minimum": 4}, {"type": "number", "exclusiveMinimum": 4}, E, N),
    ("multiple of", {"type": "integer", "multipleOf": 2}, {"type": "integer", "multipleOf": 4}, E, N),
    ("multiple of one", INT, {"type": "integer", "multipleOf": 1}, N, N),
    ("unrelated multiples", {"type": "integer", "multipleOf": 2}, {"type": "integer", "multipleOf": 3}, E, E),
    ("max length lowered", {"type": "string", "maxLength": 5}, {"type": "string", "maxLength": 4}, E, N),
    ("min length zero", STR, {"type": "string", "minLength": 0}, N, N),
    ("min length set", STR, {"type": "string", "minLength": 1}, E, N),
    ("pattern set", STR, {"type": "string", "pattern": "^a"}, E, N),
    ("pattern freed", {"type": "string", "pattern": "^a"}, STR, N, E),
    ("pattern of everything", STR, {"type": "string", "pattern": ".*"}, N, N),
    ("format set", STR, {"type": "string", "format": "uuid"}, E, N),
    ("format freed", {"type": "string", "format": "uuid"}, STR, N, E),
    ("format widened", {"type": "integer", "format": "int32"}, {"type": "integer", "format": "int64"}, N, E),
    ("format changed", {"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}, E, E),
    ("password is a hint", STR, {"type": "string", "format": "password"}, N, N),
    ("required property added", obj(("a",), a=STR), obj(("a", "b"), a=STR, b=STR), E, N),
    ("required with default", obj(), obj(("b",), b={"type": "string", "default": "x"}), E, N),
    ("optional property added", obj(("a",), a=STR), obj(("a",), a=STR, b=STR), N, N),
    ("became required", obj((), a=STR), obj(("a",), a=STR), E, N),
    ("became optional", obj(("a",), a=STR), obj((), a=STR), N, E),
    ("required property removed", obj(("a",), a=STR), obj(), W, E),
    ("optional property removed", obj((), a=STR), obj(), W, W),
    ("removed from a closed object", obj((), extra=False, a=STR, b=STR), obj((), extra=False, b=STR), E, W),
    ("added to a closed object", obj((), extra=False, a=STR), obj((), extra=False, a=STR, b=STR), N, W),
    ("closed", obj((), a=STR), obj((), extra=False, a=STR), E, N),
    ("opened", obj((), extra=False, a=STR), obj((), a=STR), N, E),
    ("map values typed", obj(), obj((), extra=STR), E, N),
    ("map values freed", obj((), extra=STR), obj(), N, E),
    ("map values changed", obj((), extra=STR), obj((), extra=INT), E, E),
    ("required name that is not declared", obj((), a=STR), {"type": "object", "properties": {"a": STR}, "required": ["zz"]}, E, N),
    ("nested", obj((), o=obj((), a=STR)), obj((), o=obj((), a=INT)), E, E),
    ("read-only required added", obj(), obj(("id",), id={"type": "string", "readOnly": True}), N, N),
    ("write-only removed", obj(("p",), p={"type": "string", "writeOnly": True}), obj(), W, N),
    ("items", {"type": "array", "items": STR}, {"type": "array", "items": INT}, E, E),
    ("items freed", {"type": "array", "items": STR}, {"type": "array"}, N, E),
    ("max items set", {"type": "array", "items": STR}, {"type": "array", "items": STR, "maxItems": 3}, E, N),
    ("unique items", {"type": "array"}, {"type": "array", "uniqueItems": True}, E, N),
    ("tuple position", {"prefixItems": [STR, STR]}, {"prefixItems": [STR, INT]}, E, E),
    ("tuple closed", {"type": "array", "prefixItems": [STR]}, {"type": "array", "prefixItems": [STR], "items": False}, E, N),
    ("contains set", {"type": "array"}, {"type": "array", "contains": STR}, E, N),
    ("dependent required", obj((), a=STR, b=STR), {**obj((), a=STR, b=STR), "dependentRequired": {"a": ["b"]}}, E, N),
    ("pattern properties set", {"type": "object"}, {"type": "object", "patternProperties": {"^x": STR}}, E, N),
    ("property names set", {"type": "object"}, {"type": "object", "propertyNames": {"maxLength": 3}}, E, N),
    ("min properties", {"type": "object"}, {"type": "object", "minProperties": 1}, E, N),
    ("allOf split", obj(("a", "b"), a=STR, b=INT), {"allOf": [obj(("a",), a=STR), obj(("b",), b=INT)]}, N, N),
    ("required split over allOf", {"allOf": [obj((), a=STR), {"required": ["a"]}]}, obj(("a",), a=STR), N, N),
    ("required added in allOf", {"allOf": [obj((), a=STR)]}, {"allOf": [obj((), a=STR), {"required": ["a"]}]}, E, N),
    ("bounds split over allOf", {"allOf": [{"type": "integer", "minimum": 1}, {"maximum": 9}]}, {"type": "integer", "minimum": 1, "maximum": 9}, N, N),
    ("branch added", {"oneOf": [STR, INT]}, {"oneOf": [STR, INT, {"type": "boolean"}]}, N, E),
    ("branch removed", {"oneOf": [STR, INT]}, {"oneOf": [STR]}, E, N),
    ("branches reordered", {"anyOf": [obj(("a",), a=STR), obj(("b",), b=STR)]}, {"anyOf": [obj(("b",), b=STR), obj(("a",), a=STR)]}, N, N),
    ("anyOf to oneOf of disjoint", {"anyOf": [STR, INT]}, {"oneOf": [INT, STR]}, N, N),
    ("subsumed branch", {"anyOf": [STR, {"type": "string", "maxLength": 3}]}, STR, N, N),
    ("nested unions", {"oneOf": [STR, {"oneOf": [INT, {"type": "boolean"}]}]}, {"oneOf": [STR, INT, {"type": "boolean"}]}, N, N),
    ("wrapped into oneOf", STR, {"oneOf": [STR, INT]}, N, E),
    (
        "object branch changed",
        {"oneOf": [obj(("k",), k={"const": "a"}, v=STR), obj(("k",), k={"const": "b"})]},
        {"oneOf": [obj(("k",), k={"const": "a"}, v=INT), obj(("k",), k={"const": "b"})]},
        E,
        E,
    ),
    ("unevaluated closes", {"allOf": [obj((), a=STR)]}, {"allOf": [obj((), a=STR)], "unevaluatedProperties": False}, E, N),
    ("unevaluated over parts", {"allOf": [obj((), a=STR), obj((), b=STR)], "unevaluatedProperties": False}, obj((), extra=False, a=STR, b=STR), N, N),
    ("never", obj((), a=STR), obj((), a=False), E, N),
    ("title and description", {"type": "string", "title": "a"}, {"type": "string", "description": "b", "examples": ["x"]}, N, N),
    ("deprecated", obj((), a=STR), obj((), a={"type": "string", "deprecated": True}), N, N),
    ("default of items changed", {"type": "array", "items": {**STR, "default": "x"}}, {"type": "array", "items": STR}, N, N),
    ("default of members changed", {"type": "object", "additionalProperties": {**STR, "default": "x"}}, {"type": "object", "additionalProperties": STR}, N, N),
    ("default of a member of items changed", {"type": "array", "items": obj((), a={**STR, "default": "x"})}, {"type": "array", "items": obj((), a=STR)}, W, N),
    ("default changed", obj((), a={"type": "string", "default": "x"}), obj((), a={"type": "string", "default": "y"}), W, N),
    ("pattern changed, undecided", {"type": "string", "pattern": "^[a-z]+$"}, {"type": "string", "pattern": r"^[a-z]+\b$"}, W, W),
    ("pattern spelled otherwise", {"type": "string", "pattern": "^[a-z]+$"}, {"type": "string", "pattern": "^[a-z]*[a-z]$"}, N, N),
    ("last letter of a class dropped", {"type": "string", "pattern": "^[a-z]+$"}, {"type": "string", "pattern": "^[a-y]+$"}, E, N),
    ("class cut", {"type": "string", "pattern": "^[a-z]{3}$"}, {"type": "string", "pattern": "^[a-f]{3}$"}, E, N),
    ("letter inside a class dropped", {"type": "string", "pattern": "^[a-z]+$"}, {"type": "string", "pattern": "^[a-ln-z]+$"}, E, N),
    ("digits cut", {"type": "string", "pattern": "^[0-9]{4}$"}, {"type": "string", "pattern": "^[0-8]{4}$"}, E, N),
    ("whole numbers above zero", {"type": "number", "exclusiveMinimum": 0}, {"type": "integer", "minimum": 1}, E, N),
    ("length that the format implies", {"type": "string", "format": "uuid"}, {"type": "string", "format": "uuid", "minLength": 2, "maxLength": 40}, N, N),
    ("length beyond the format", {"type": "string", "format": "ipv4"}, {"type": "string", "format": "ipv4", "maxLength": 9}, E, N),
    ("not added", STR, {"type": "string", "not": {"const": "x"}}, E, N),
    ("same not", {"not": STR}, {"not": {"type": "string", "title": "s"}}, N, N),
    ("same condition", {"if": STR, "then": {"minLength": 1}}, {"then": {"minLength": 1}, "if": STR}, N, N),
]


@pytest.mark.parametrize(("base", "revision", "request_verdict", "response_verdict"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_schema_change(base: Any, revision: Any, request_verdict: str, response_verdict: str) -> None:
    assert verdict(asking(base), asking(revision)) == request_verdict
    assert verdict(answering(base), answering(revision)) == response_verdict
