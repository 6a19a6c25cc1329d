"""Whatever a document holds, linting it ends with findings: no exception, no hang."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cvt_engine.facade import lint, load_spec
from cvt_engine.finding import Finding
from tests.engine.lint.documents import RICH, minimal, spec_of

_KEYS = (
    *("paths", "components", "schemas", "parameters", "responses", "get", "post", "schema", "type", "items", "properties", "required", "enum", "default"),
    *("example", "examples", "value", "$ref", "allOf", "oneOf", "not", "content", "application/json", "in", "name", "operationId", "security", "tags", "200"),
    *("discriminator", "mapping", "pattern", "patternProperties", "format", "nullable", "minimum", "exclusiveMinimum", "const", "$defs", "$schema", "/a/{b}"),
    *("/a", "/{b}/c", "default", "definitions", "securityDefinitions", "flows", "scopes", "callbacks", "links", "headers", "webhooks", "info", "x-y", ""),
)
_TEXTS = st.sampled_from(
    ("", "a", "string", "integer", "path", "query", "#/components/schemas/A", "#", "#/", "#/a/~2", "other.yaml#/b", "(", "^(a+)+$", "http://x/y", "null")
)
_SCALARS = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False) | _TEXTS
_TREES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_KEYS), inner, max_size=5),
    max_leaves=25,
)
_HEADS = st.sampled_from(({"swagger": "2.0"}, {"openapi": "3.0.3"}, {"openapi": "3.1.0"}, {"openapi": "3.2.0"}))
_RELAXED = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def checked(tree: Any) -> tuple[Finding, ...]:
    found = lint(spec_of(tree))
    for finding in found:
        assert finding.message
        assert finding.position is not None
        assert finding.fingerprint
    assert len({(finding.rule, finding.pointer, finding.subject) for finding in found}) == len(found)
    return found


@_RELAXED
@given(_HEADS, st.dictionaries(st.sampled_from(_KEYS), _TREES, max_size=6))
def test_random_documents(head: dict[str, str], tree: dict[str, Any]) -> None:
    checked({**tree, **head})


@_RELAXED
@given(_HEADS, _TREES, _TREES, _TREES)
def test_random_parts_in_their_places(head: dict[str, str], schema: Any, item: Any, parameters: Any) -> None:
    components = {"schemas": {"A": schema}, "parameters": {"a": parameters}}
    checked(
        {**minimal(), **head, "paths": {"/a/{b}": item, "/c": {"get": item, "parameters": parameters}}, "components": components, "definitions": {"A": schema}}
    )


@pytest.mark.parametrize("version", RICH)
@pytest.mark.parametrize("value", [None, [], "", 0, True, {}, [None], {"$ref": "#"}])
def test_every_section_replaced(version: str, value: Any) -> None:
    for key in RICH[version]:
        if key not in ("openapi", "swagger"):
            checked({**RICH[version], key: value})


@pytest.mark.parametrize("version", ["3.0", "3.1"])
def test_schemas_that_contain_themselves(version: str) -> None:
    schemas = {
        "A": {"allOf": [{"$ref": "#/components/schemas/A"}], "default": 1},
        "B": {"anyOf": [{"$ref": "#/components/schemas/C"}], "example": {}},
        "C": {"oneOf": [{"$ref": "#/components/schemas/B"}, {"not": {"$ref": "#/components/schemas/C"}}], "required": ["x"]},
        "D": {"type": "object", "properties": {"d": {"$ref": "#/components/schemas/D"}}, "example": {"d": {"d": {"d": 1}}}},
        "E": {"$ref": "#/components/schemas/E"},
    }
    assert "ref-cycle" in {finding.rule for finding in checked(minimal(version, components={"schemas": schemas}))} or version == "3.1"


def test_deep_schema_and_deep_example() -> None:
    deep: Any = {"type": "string", "default": 1}
    value: Any = 1
    for _ in range(150):
        deep = {"type": "object", "properties": {"a": deep}}
        value = {"a": value}
    schemas = {"Deep": {**deep, "example": value}, "Flat": {"type": "integer", "default": "x"}}
    found = checked(minimal(components={"schemas": schemas}))
    assert {finding.pointer for finding in found if finding.rule == "default-invalid"} >= {"/components/schemas/Flat/default"}


def test_catastrophic_pattern() -> None:
    schemas = {
        "Linear": {"type": "string", "pattern": "^(a+)+$", "example": "a" * 5000 + "!"},
        "Backtracking": {"type": "string", "pattern": r"^(?=a)(a+)+\1$", "example": "a" * 5000 + "!"},
        "Huge": {"type": "string", "pattern": "(" * 20_000, "example": "a"},
        "Repeated": {"type": "string", "pattern": "((a{1000}){1000}){1000}", "example": "a"},
    }
    found = checked(minimal(components={"schemas": schemas}))
    assert "/components/schemas/Linear/example" in {finding.pointer for finding in found}
    assert "/components/schemas/Huge/pattern" in {finding.pointer for finding in found}


def test_one_schema_that_cannot_be_compiled_spares_the_others() -> None:
    schemas = {"Bad": {"type": "string", "pattern": "a{2,1}", "example": 1}, "Good": {"type": "integer", "default": "x"}}
    rules = {(finding.rule, finding.pointer) for finding in checked(minimal(components={"schemas": schemas}))}
    assert rules >= {("pattern-invalid", "/components/schemas/Bad/pattern"), ("default-invalid", "/components/schemas/Good/default")}


def test_huge_enum_and_many_errors() -> None:
    schemas: dict[str, Any] = {"Enum": {"type": "integer", "enum": list(range(50_000)), "default": -1}}
    schemas |= {f"S{number}": {"tpye": "string"} for number in range(5000)}
    found = checked(minimal(components={"schemas": schemas}))
    assert len(found) < 2500


def test_many_crossing_paths() -> None:
    paths: dict[str, Any] = {f"/{'/'.join('{p' + str(i) + '}' if number >> i & 1 else 'x' for i in range(10))}": {"get": {}} for number in range(1024)}
    checked(minimal(paths=paths))


def test_text_of_the_document_stays_on_one_line() -> None:
    evil = "a\n::error::b\r\x1b[31m"
    tree = minimal(paths={"/" + evil + "{": {}, evil: {}}, tags=[{"name": evil}, {"name": evil}], components={"schemas": {evil: {"type": evil}}})
    for finding in checked(tree):
        assert finding.message.isprintable(), finding
        assert finding.hint.isprintable(), finding


def test_aliases_of_a_bomb_are_walked_once() -> None:
    text = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}\ncomponents:\n  schemas:\n    S0: &s0 {type: strng}\n"
    for level in range(1, 12):
        text += f"    S{level}: &s{level} {{allOf: [*s{level - 1}, *s{level - 1}]}}\n"
    found = lint(load_spec(lambda _: text.encode(), "api.yaml"))
    assert "schema-invalid" in {finding.rule for finding in found}


def test_keys_that_are_not_text() -> None:
    text = "openapi: 3.0.3\ninfo: {title: t, version: 1}\npaths:\n  /a:\n    get:\n      responses:\n        200: {description: ok}\n        null: {}\n"
    found = lint(load_spec(lambda _: text.encode(), "api.yaml"))
    assert {finding.rule for finding in found} == {"field-unknown", "field-type"}


def test_surrogates_are_no_crash() -> None:
    tree = json.dumps(minimal(components={"schemas": {"A": {"type": "string", "enum": ["\U0001f600"], "default": "\U0001f601"}}}))
    assert "default-invalid" in {finding.rule for finding in lint(spec_of(json.loads(tree)))}


def test_many_circles_many_strangers_and_many_names() -> None:
    schemas: dict[str, Any] = {}
    for number in range(1200):
        schemas[f"C{number}a"] = {"$ref": f"#/components/schemas/C{number}b"}
        schemas[f"C{number}b"] = {"$ref": f"#/components/schemas/C{number}a"}
        schemas[f"K{number}"] = {f"minLengt{number}": 1, "required": [f"n{number}"], "properties": {f"m{number}": {}}}
    found = checked(minimal("3.1", components={"schemas": schemas}, **{f"key{number}": 1 for number in range(5000)}))
    rules = [finding.rule for finding in found]
    assert rules.count("ref-cycle") == 1000
    assert rules.count("field-unknown") == 50


def test_properties_declared_far_away() -> None:
    schemas: dict[str, Any] = {
        f"S{number}": {"allOf": [{"$ref": f"#/components/schemas/S{other}"} for other in range(150)], "required": ["x"]} for number in range(150)
    }
    checked(minimal(components={"schemas": schemas}))
