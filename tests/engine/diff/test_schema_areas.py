"""The areas in which comparing keyword by keyword goes wrong, each in a request and in a response."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.diff.pairs import Json, answering, asking, rules, verdict

E, W, N = "error", "warning", ""
STR, INT, NUM, BOOL, NULL = {"type": "string"}, {"type": "integer"}, {"type": "number"}, {"type": "boolean"}, {"type": "null"}
Case = tuple[str, Any, Any, str, str]


def obj(required: str = "", /, *, extra: Any = None, also: Json | None = None, **props: Any) -> Json:
    """An object; `required` is a list of names separated by spaces, `extra` its additionalProperties, `also` further keywords."""
    found: Json = {"type": "object", "properties": props, **(also or {})}
    if required:
        found["required"] = required.split()
    if extra is not None:
        found["additionalProperties"] = extra
    return found


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


KIND_A, KIND_B = obj("kind", kind={"const": "a"}), obj("kind", kind={"const": "b"})

ALL_OF: list[Case] = [
    ("parts reordered", {"allOf": [obj("a", a=STR), obj("b", b=INT)]}, {"allOf": [obj("b", b=INT), obj("a", a=STR)]}, N, N),
    ("nested parts flattened", {"allOf": [{"allOf": [obj("a", a=STR)]}, obj(b=INT)]}, obj("a", a=STR, b=INT), N, N),
    ("part beside keywords", {**obj(a=STR), "allOf": [obj(b=INT)]}, obj(a=STR, b=INT), N, N),
    ("required of another part's property", {"allOf": [obj(a=STR), obj(b=INT), {"required": ["a", "b"]}]}, obj("a b", a=STR, b=INT), N, N),
    ("required lost in the split", obj("a b", a=STR, b=INT), {"allOf": [obj("a", a=STR), obj(b=INT)]}, N, E),
    ("required gained in the split", obj("a", a=STR, b=INT), {"allOf": [obj("a", a=STR), obj("b", b=INT)]}, E, N),
    ("property narrowed by two parts", obj(a=INT), {"allOf": [obj(a=INT), obj(a={"minimum": 3})]}, E, N),
    ("same bound twice", {"type": "integer", "minimum": 3}, {"allOf": [INT, {"minimum": 3}, {"minimum": 1}]}, N, N),
    ("enum cut by parts", {"enum": ["a", "b"]}, {"allOf": [{"enum": ["a", "b", "c"]}, {"enum": ["b", "a", "d"]}]}, N, N),
    ("enum cut smaller", {"enum": ["a", "b"]}, {"allOf": [{"enum": ["a", "b"]}, {"enum": ["b", "c"]}]}, E, N),
    ("types cut", {"type": "string"}, {"allOf": [{"type": ["string", "integer"]}, {"type": ["string", "boolean"]}]}, N, N),
    ("integer of number", INT, {"allOf": [NUM, INT]}, N, N),
    ("closed part knows only its own", obj(a=STR, b=STR), {"allOf": [obj(a=STR, extra=False), obj(b=STR)]}, E, N),
    ("closed part opened", {"allOf": [obj(a=STR, extra=False)]}, {"allOf": [obj(a=STR)]}, N, E),
    ("map part", {"allOf": [obj(a=STR), {"additionalProperties": STR}]}, {"allOf": [obj(a=STR)]}, N, E),
    (
        "union in a part",
        {"allOf": [obj("k", k=STR), {"oneOf": [KIND_A, KIND_B]}]},
        {"oneOf": [{"allOf": [obj("k", k=STR), KIND_A]}, {"allOf": [obj("k", k=STR), KIND_B]}]},
        N,
        N,
    ),
    ("impossible part", {"allOf": [STR, INT]}, False, N, N),
    ("nullable part is not null", {"allOf": [{"type": ["string", "null"]}, STR]}, STR, N, N),
    (
        "patterns of two parts",
        {"type": "string", "pattern": "^a", "allOf": [{"pattern": "z$"}]},
        {"allOf": [{"type": "string", "pattern": "z$"}, {"pattern": "^a"}]},
        N,
        N,
    ),
    (
        "items of two parts",
        {"type": "array", "items": {"allOf": [INT, {"minimum": 1}]}},
        {"allOf": [{"type": "array", "items": INT}, {"items": {"minimum": 1}}]},
        N,
        N,
    ),
]

UNIONS: list[Case] = [
    ("enum tag regrouped", obj("kind", kind={"enum": ["a", "b"]}), {"oneOf": [KIND_A, KIND_B]}, N, N),
    ("consts merged", {"anyOf": [KIND_A, KIND_B]}, obj("kind", kind={"type": "string", "enum": ["b", "a"]}), N, N),
    ("enum tag regrouped, one lost", obj("kind", kind={"enum": ["a", "b", "c"]}), {"oneOf": [KIND_A, KIND_B]}, E, N),
    ("enum tag regrouped, one more", obj("kind", kind={"enum": ["a"]}), {"oneOf": [KIND_A, KIND_B]}, N, E),
    (
        "regrouped with a common member",
        obj("kind v", kind={"enum": ["a", "b"]}, v=INT),
        {"oneOf": [obj("kind v", kind={"const": "a"}, v=INT), obj("kind v", kind={"const": "b"}, v=INT)]},
        N,
        N,
    ),
    (
        "regrouped, one member typed otherwise",
        obj("kind v", kind={"enum": ["a", "b"]}, v=INT),
        {"oneOf": [obj("kind v", kind={"const": "a"}, v=INT), obj("kind v", kind={"const": "b"}, v=STR)]},
        E,
        E,
    ),
    (
        "half regrouped",
        {"oneOf": [KIND_A, KIND_B, obj("kind", kind={"const": "c"})]},
        {"oneOf": [obj("kind", kind={"enum": ["a", "c"]}), KIND_B]},
        N,
        N,
    ),
    ("branches widened together", {"oneOf": [obj("a", a=INT), obj("b", b=INT)]}, {"oneOf": [obj("a", a=NUM), obj("b", b=NUM)]}, N, E),
    (
        "one branch narrowed, other widened",
        {"oneOf": [KIND_A, obj("kind v", kind={"const": "b"}, v=INT)]},
        {"oneOf": [KIND_A, obj("kind v", kind={"const": "b"}, v=NUM)]},
        N,
        E,
    ),
    ("subsumed branch added", {"anyOf": [NUM]}, {"anyOf": [NUM, INT]}, N, N),
    ("subsumed enum branch", {"anyOf": [STR, {"enum": ["a"]}]}, STR, N, N),
    ("subsumed object branch", {"anyOf": [obj("a", a=STR), obj("a b", a=STR, b=INT)]}, obj("a", a=STR), N, N),
    ("ranges joined", {"anyOf": [{"type": "integer", "maximum": 5}, {"type": "integer", "minimum": 6}]}, INT, N, N),
    ("ranges with a gap", INT, {"anyOf": [{"type": "integer", "maximum": 5}, {"type": "integer", "minimum": 7}]}, E, N),
    ("overlapping ranges", {"anyOf": [{"type": "number", "maximum": 5}, {"type": "number", "minimum": 3}]}, NUM, N, N),
    (
        "one range of two",
        {"type": "integer", "minimum": 0, "maximum": 9},
        {"anyOf": [{"type": "integer", "minimum": 0, "maximum": 4}, {"type": "integer", "minimum": 5, "maximum": 9}]},
        N,
        N,
    ),
    ("empty union branch is anything", STR, {"anyOf": [STR, {}]}, N, E),
    ("false branch is nothing", STR, {"anyOf": [STR, False]}, N, N),
    ("null branch", {"oneOf": [STR, NULL]}, {"oneOf": [STR]}, E, N),
    ("union of arrays", {"type": "array", "items": {"anyOf": [STR, INT]}}, {"anyOf": [{"type": "array", "items": STR}, {"type": "array", "items": INT}]}, E, N),
    ("two unions at once", {"anyOf": [STR, INT], "oneOf": [INT, BOOL]}, INT, N, N),
    ("any or none", {"anyOf": [{"required": ["a"]}, {"required": ["b"]}], **obj(a=STR, b=STR)}, obj(a=STR, b=STR), N, E),
    ("one of two demanded", obj(a=STR, b=STR), {**obj(a=STR, b=STR), "anyOf": [{"required": ["a"]}, {"required": ["b"]}]}, E, N),
    ("null and nothing", NULL, {"type": "null", "const": 3}, E, N),
    ("null of a property and nothing", obj(a=NULL), obj(a={"allOf": [NULL, STR]}), E, N),
    ("a list beside what is not whole", {"anyOf": [{**NUM, "not": INT}, STR]}, {"anyOf": [{**NUM, "not": INT}, {"const": 3}, STR]}, N, E),
    ("oneOf within a nullable", {"anyOf": [{"anyOf": [INT, NUM]}, NULL]}, {"anyOf": [{"oneOf": [INT, NUM]}, NULL]}, E, N),
    ("oneOf within oneOf of one", {"oneOf": [INT]}, {"oneOf": [{"oneOf": [INT, NUM]}]}, E, E),
    ("lists of oneOf", {"type": "array"}, {"oneOf": [{"type": "array", "items": STR}, {"type": "array", "items": INT}]}, E, N),
    (
        "oneOf of overlapping became anyOf",
        {"oneOf": [{"type": "integer", "multipleOf": 2}, {"type": "integer", "multipleOf": 3}]},
        {"anyOf": [{"type": "integer", "multipleOf": 2}, {"type": "integer", "multipleOf": 3}]},
        N,
        E,
    ),
]

OBJECTS: list[Case] = [
    ("map of anything said", obj(), obj(extra=True), N, N),
    ("map of empty schema", obj(), obj(extra={}), N, N),
    ("map narrowed below", obj(extra=NUM), obj(extra=INT), E, N),
    ("map closed", obj(extra=STR), obj(extra=False), E, N),
    ("declared out of a map", obj(extra=STR), obj(a=STR, extra=STR), N, N),
    ("declared out of a map, narrower", obj(extra=STR), obj(a={"enum": ["x"]}, extra=STR), E, N),
    ("declared out of a map, other type", obj(extra=STR), obj(a=INT, extra=STR), E, E),
    ("fell back to the map", obj(a=INT, extra=INT), obj(extra=INT), W, W),
    ("pattern takes over", obj(a1=STR), obj(also={"patternProperties": {"^a": STR}}), E, N),
    ("pattern stricter than the property", obj(a1=STR), obj(a1=STR, also={"patternProperties": {"^a": {"maxLength": 3}}}), E, N),
    ("exact pattern is a property", obj(extra=False, a=STR), obj(extra=False, also={"patternProperties": {"^a$": STR}}), N, N),
    ("pattern property narrowed", obj(also={"patternProperties": {"^x-": NUM}}), obj(also={"patternProperties": {"^x-": INT}}), E, N),
    ("pattern property dropped from closed", obj(extra=False, also={"patternProperties": {"^x-": STR}}), obj(extra=False), E, N),
    ("pattern of all names is the map", obj(extra=STR), obj(also={"patternProperties": {".*": STR}}), N, N),
    ("pattern of all names, empty", obj(extra=STR), obj(also={"patternProperties": {"": STR}}), N, N),
    ("names listed closes", obj(a=STR, b=STR, extra=False), obj(a=STR, b=STR, also={"propertyNames": {"enum": ["a", "b"]}}), N, N),
    ("names listed, one missing", obj(a=STR, b=STR), obj(a=STR, b=STR, also={"propertyNames": {"enum": ["a"]}}), E, W),
    ("names freed", obj(also={"propertyNames": {"pattern": "^a"}}), obj(), N, E),
    ("names narrowed", obj(also={"propertyNames": {"maxLength": 9}}), obj(also={"propertyNames": {"maxLength": 3}}), E, N),
    ("names of type string", obj(), obj(also={"propertyNames": {"type": "string"}}), N, N),
    ("count implied by required", obj("a b", a=STR, b=STR), obj("a b", a=STR, b=STR, also={"minProperties": 2}), N, N),
    ("count beyond required", obj("a", a=STR), obj("a", a=STR, also={"minProperties": 2}), E, N),
    ("count implied by closed", obj(a=STR, b=STR, extra=False), obj(a=STR, b=STR, extra=False, also={"maxProperties": 2}), N, N),
    ("count below closed", obj(a=STR, b=STR, extra=False), obj(a=STR, b=STR, extra=False, also={"maxProperties": 1}), E, N),
    ("forbidden property", obj(), obj(a=False), N, N),
    ("required and forbidden is nothing", obj("a", a=False), False, N, N),
    ("required undeclared dropped", {"type": "object", "required": ["z"]}, {"type": "object"}, W, E),
    ("required undeclared became declared", {"type": "object", "required": ["z"]}, obj("z", z={}), N, N),
    ("required undeclared got a type", {"type": "object", "required": ["z"]}, obj("z", z=STR), E, N),
    ("dependent said by required", obj("b", a=STR, b=STR), obj("b", a=STR, b=STR, also={"dependentRequired": {"a": ["b"]}}), N, N),
    ("dependent freed", obj(a=STR, b=STR, also={"dependentRequired": {"a": ["b"]}}), obj(a=STR, b=STR), N, E),
    (
        "dependent as schema",
        obj(a=STR, b=STR, also={"dependentRequired": {"a": ["b"]}}),
        obj(a=STR, b=STR, also={"dependentSchemas": {"a": {"required": ["b"]}}}),
        N,
        N,
    ),
    ("dependent schema set", obj(a=STR, b=STR), obj(a=STR, b=STR, also={"dependentSchemas": {"a": {"required": ["b"]}}}), E, N),
    ("dependent schema narrowed", obj(also={"dependentSchemas": {"a": obj(b=NUM)}}), obj(also={"dependentSchemas": {"a": obj(b=INT)}}), E, N),
    ("unevaluated is additional without parts", obj(a=STR, extra=False), {**obj(a=STR), "unevaluatedProperties": False}, N, N),
    (
        "unevaluated over a union",
        {"anyOf": [obj("a", a=STR), obj("b", b=STR)], "unevaluatedProperties": False},
        {"anyOf": [obj("a", a=STR, extra=False), obj("b", b=STR, extra=False)]},
        N,
        N,
    ),
    ("unevaluated freed", {**obj(a=STR), "unevaluatedProperties": False}, obj(a=STR), N, E),
    ("unevaluated with a schema", {**obj(a=STR), "unevaluatedProperties": STR}, obj(a=STR, extra=STR), N, N),
    ("unevaluated useless after additional", {**obj(a=STR, extra=True), "unevaluatedProperties": False}, obj(a=STR), N, N),
    ("untyped object typed", {"properties": {"a": STR}}, obj(a=STR), W, N),
    ("read-only became plain and required", obj(a={"type": "string", "readOnly": True}), obj("a", a=STR), E, N),
    ("became read-only", obj(a=STR), obj(a={"type": "string", "readOnly": True}), W, N),
    ("required became read-only", obj("a", a=STR), obj("a", a={"type": "string", "readOnly": True}), W, N),
    ("read-only narrowed", obj(a={"type": "string", "readOnly": True}), obj(a={"type": "string", "readOnly": True, "maxLength": 1}), N, N),
    ("read-only widened", obj(a={"type": "integer", "readOnly": True}), obj(a={"type": "number", "readOnly": True}), N, E),
    ("became write-only", obj(a=STR), obj(a={"type": "string", "writeOnly": True}), N, W),
    ("required became write-only", obj("a", a=STR), obj("a", a={"type": "string", "writeOnly": True}), N, E),
    ("write-only narrowed", obj(a={"type": "string", "writeOnly": True}), obj(a={"type": "string", "writeOnly": True, "maxLength": 1}), E, N),
    ("write-only required removed", obj("a", a={"type": "string", "writeOnly": True}), obj(), W, N),
    ("read-only by reference", obj("a", a={"allOf": [STR], "readOnly": True}), obj("a", a={"allOf": [STR]}), E, N),
]

ARRAYS: list[Case] = [
    ("items said to be anything", {"type": "array"}, {"type": "array", "items": {}}, N, N),
    ("items forbidden", {"type": "array", "items": STR}, {"type": "array", "items": False}, E, N),
    ("items forbidden is length zero", {"type": "array", "maxItems": 0}, {"type": "array", "items": False}, N, N),
    ("tuple as long as its items", {"type": "array", "prefixItems": [STR, STR], "items": STR}, {"type": "array", "items": STR}, N, N),
    ("tuple rest freed", {"type": "array", "prefixItems": [STR], "items": INT}, {"type": "array", "prefixItems": [STR]}, N, E),
    ("tuple got longer", {"type": "array", "prefixItems": [STR]}, {"type": "array", "prefixItems": [STR, INT]}, E, N),
    ("tuple closed by maxItems", {"type": "array", "prefixItems": [STR], "items": False}, {"type": "array", "prefixItems": [STR], "maxItems": 1}, N, N),
    (
        "unevaluated items closes a tuple",
        {"type": "array", "prefixItems": [STR], "items": False},
        {"type": "array", "prefixItems": [STR], "unevaluatedItems": False},
        N,
        N,
    ),
    (
        "items that say nothing leave nothing unevaluated",
        {"type": "array", "items": {}, "unevaluatedItems": NULL},
        {"type": "array", "items": STR, "unevaluatedItems": NULL},
        E,
        N,
    ),
    ("unique of at most one", {"type": "array", "maxItems": 1}, {"type": "array", "maxItems": 1, "uniqueItems": True}, N, N),
    ("unique freed", {"type": "array", "uniqueItems": True}, {"type": "array"}, N, E),
    ("minItems from contains", {"type": "array", "contains": {}}, {"type": "array", "minItems": 1}, N, N),
    ("contains freed", {"type": "array", "contains": STR}, {"type": "array"}, N, E),
    ("contains none demanded", {"type": "array"}, {"type": "array", "contains": STR, "minContains": 0}, N, N),
    ("contains more", {"type": "array", "contains": STR}, {"type": "array", "contains": STR, "minContains": 2}, E, N),
    ("contains at most", {"type": "array", "contains": STR}, {"type": "array", "contains": STR, "maxContains": 3}, E, N),
    ("contains narrower", {"type": "array", "contains": NUM}, {"type": "array", "contains": INT}, E, N),
    ("contains wider", {"type": "array", "contains": INT}, {"type": "array", "contains": NUM}, N, E),
    ("empty array only", {"type": "array", "items": STR, "maxItems": 0}, {"type": "array", "items": INT, "maxItems": 0}, N, N),
]

SCALARS: list[Case] = [
    ("integer is a whole number", INT, {"type": "number", "multipleOf": 1}, N, N),
    ("number of whole steps", {"type": "number", "multipleOf": 5}, {"type": "integer", "multipleOf": 5}, N, N),
    ("half minimum of an integer", {"type": "integer", "minimum": 0.5}, {"type": "integer", "minimum": 1}, N, N),
    ("exclusive maximum of an integer", {"type": "integer", "exclusiveMaximum": 10}, {"type": "integer", "maximum": 9}, N, N),
    ("bounds leave one value", {"type": "integer", "minimum": 3, "maximum": 3}, {"const": 3}, N, N),
    ("bounds leave listed values", {"type": "integer", "minimum": 1, "maximum": 3}, {"enum": [1, 2, 3]}, N, N),
    ("enum out of its own bounds", {"type": "integer", "enum": [1, 50], "maximum": 9}, {"const": 1}, N, N),
    ("enum out of its own type", {"type": "string", "enum": ["a", 1, None]}, {"const": "a"}, N, N),
    ("enum with null", {"type": ["string", "null"], "enum": ["a", None]}, {"anyOf": [{"const": "a"}, NULL]}, N, N),
    ("enum loses null", {"enum": ["a", None]}, {"enum": ["a"]}, E, N),
    ("enum of objects", {"enum": [{"a": 1}]}, {"const": {"a": 1.0}}, N, N),
    ("enum of objects changed", {"enum": [{"a": 1}]}, {"enum": [{"a": 2}]}, E, E),
    ("enum of arrays widened", {"enum": [[1]]}, {"enum": [[1], [2]]}, N, E),
    ("object enum freed", {"enum": [{"a": 1}]}, {"type": "object"}, N, E),
    ("enum to bounds", {"enum": [1, 2]}, {"type": "integer", "minimum": 0}, N, E),
    ("enum to a pattern", {"enum": ["ab", "ac"]}, {"type": "string", "pattern": "^a"}, N, E),
    ("enum to a pattern that misses", {"enum": ["ab", "cc"]}, {"type": "string", "pattern": "^a"}, E, E),
    ("enum to a length that misses", {"enum": ["a", "bbbb"]}, {"type": "string", "maxLength": 3}, E, E),
    ("mixed enum loses a type", {"enum": ["a", 1]}, {"enum": ["a"]}, E, N),
    ("max length of null", {"type": ["string", "null"], "maxLength": 5}, {"type": ["string", "null"], "maxLength": 6}, N, E),
    ("exclusive false", {"type": "number", "minimum": 1}, {"type": "number", "minimum": 1, "description": "d"}, N, N),
    ("weaker bound of two", {"type": "number", "minimum": 5, "exclusiveMinimum": 2}, {"type": "number", "minimum": 5}, N, N),
    ("zero as float", {"type": "number", "minimum": 0}, {"type": "number", "minimum": 0.0}, N, N),
    ("both bounds", {"type": "integer", "minimum": 1, "maximum": 5}, {"type": "integer", "minimum": 2, "maximum": 6}, E, E),
    ("multiple of a tenth", {"type": "number", "multipleOf": 0.1}, {"type": "number", "multipleOf": 0.01}, N, E),
    ("pattern with needless ends", {"type": "string", "pattern": "^.*abc.*$"}, {"type": "string", "pattern": "abc"}, N, N),
    ("pattern and length", {"type": "string", "pattern": "^a"}, {"type": "string", "pattern": "^a", "minLength": 2}, E, N),
    ("same pattern twice", {"type": "string", "pattern": "^a"}, {"type": "string", "pattern": "^a", "allOf": [{"pattern": "^a"}]}, N, N),
    ("unknown format", STR, {"type": "string", "format": "order-number"}, W, N),
    ("format that repeats the type", {"type": "string", "format": "string"}, STR, N, N),
    ("format that repeats the type of whole numbers", INT, {"type": "integer", "format": "integer"}, N, N),
    ("format of another type", {"type": "string", "format": "int32"}, {"type": "string"}, N, W),
    ("content encoding", STR, {"type": "string", "contentEncoding": "base64"}, E, E),
    ("content media type", STR, {"type": "string", "contentMediaType": "image/png"}, N, N),
    ("number format set", NUM, {"type": "number", "format": "float"}, E, N),
    ("never to something", False, STR, N, E),
    ("something to never", STR, False, E, N),
    ("empty enum is never", STR, {"enum": []}, E, N),
    ("not anything is never", {"not": {}}, False, N, N),
    ("not never is anything", {"not": False}, {}, N, N),
]

APPLICATORS: list[Case] = [
    ("not of a type", {"not": STR}, {"type": ["null", "boolean", "number", "array", "object"]}, N, N),
    ("anything but null", {}, {"not": NULL}, E, N),
    ("every other type", {}, {"type": ["boolean", "number", "string", "array", "object"]}, E, N),
    ("not narrowed", {"type": "string", "not": {"enum": ["a"]}}, {"type": "string", "not": {"enum": ["a", "b"]}}, E, N),
    ("not widened", {"type": "string", "not": {"enum": ["a", "b"]}}, {"type": "string", "not": {"enum": ["a"]}}, N, E),
    ("not that never bites", STR, {"type": "string", "not": {"type": "integer"}}, N, N),
    ("double not", STR, {"not": {"not": STR}}, N, N),
    (
        "conditions reordered",
        {"allOf": [{"if": {"required": ["a"]}, "then": {"required": ["b"]}}, {"if": {"required": ["c"]}, "then": {"required": ["d"]}}]},
        {"allOf": [{"if": {"required": ["c"]}, "then": {"required": ["d"]}}, {"if": {"required": ["a"]}, "then": {"required": ["b"]}}]},
        N,
        N,
    ),
    ("condition that demands nothing", STR, {"type": "string", "if": {"minLength": 3}, "then": {}}, N, N),
    ("condition without an end", STR, {"type": "string", "if": {"minLength": 3}}, N, N),
    ("branch of a condition narrowed", {"if": {"required": ["a"]}, "then": obj(b=NUM)}, {"if": {"required": ["a"]}, "then": obj(b=INT)}, W, N),
    ("condition dropped", {**obj(a=STR), "if": {"required": ["a"]}, "then": {"required": ["b"]}}, obj(a=STR), N, E),
    ("always true condition", STR, {"if": True, "then": STR}, N, N),
    ("always false condition", STR, {"if": False, "then": INT, "else": STR}, N, N),
    (
        "same condition from a component",
        {"if": {"properties": {"k": {"const": 1}}}, "then": {"required": ["b"]}},
        {"if": {"properties": {"k": {"enum": [1]}}}, "then": {"required": ["b"]}},
        N,
        N,
    ),
]

AREAS = {"allOf": ALL_OF, "unions": UNIONS, "objects": OBJECTS, "arrays": ARRAYS, "scalars": SCALARS, "applicators": APPLICATORS}
CASES = [case for cases in AREAS.values() for case in cases]
IDS = [f"{area}: {case[0]}" for area, cases in AREAS.items() for case in cases]


@pytest.mark.parametrize(("base", "revision", "in_request", "in_response"), [case[1:] for case in CASES], ids=IDS)
def test_schema_area(base: Any, revision: Any, in_request: str, in_response: str) -> None:
    assert verdict(asking(base), asking(revision)) == in_request, rules(asking(base), asking(revision))
    assert verdict(answering(base), answering(revision)) == in_response, rules(answering(base), answering(revision))


@pytest.mark.parametrize("schema", [part for case in CASES for part in case[1:3]])
def test_a_schema_never_breaks_against_itself(schema: Any) -> None:
    assert verdict(asking(schema), asking(schema)) == ""
    assert verdict(answering(schema), answering(schema)) == ""
