"""Whatever a peer or a description contains, there is an answer: in bounded time, on one line, and without a crash."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cvt_engine.facade import HttpRequest, HttpResponse, Verdict
from cvt_engine.schema.bounds import extent
from tests.engine.validate.contracts import Json, answered, answering, asked, contract, described, operation

OK: Json = {"responses": {"200": {"description": "ok"}}}
GENEROUS_S = 20
"""A hang takes forever, an exponential check longer than this; a slow machine does not."""


@pytest.mark.parametrize(
    "raw",
    [
        "NaN",
        "Infinity",
        "1e400",
        "-1e400",
        "1" * 5_000,
        '"\\ud800"',
        b"\xff",
        b'"\xed\xa0\x80"',
        "{",
        '{"a":1,}',
        "'a'",
        "[" * 100_000,
        "\x00",
        "\ufeff\ufeff1",
        "1 2",
    ],
)
def test_what_is_no_json(raw: str | bytes) -> None:
    assert answered(answering({"type": ["object", "null"]}, version="3.1.0"), raw=raw) == ["response-body-malformed body"]


@pytest.mark.parametrize(
    ("schema", "raw"),
    [
        ({"type": "integer"}, "9" * 400),
        ({"type": "number", "maximum": 10}, "1e-400"),
        ({"type": "integer"}, "-0"),
        ({"type": "object", "properties": {"a": {"type": "integer"}}}, '{"a": "x", "a": 1}'),
        ({"type": "string", "maxLength": 1}, '"\\ud83d\\ude00"'),
        ({"type": "string"}, '"\\u0000"'),
    ],
)
def test_what_is_json_nevertheless(schema: Json, raw: str) -> None:
    assert answered(answering(schema), raw=raw) == []


def test_deep_json() -> None:
    any_depth = answering({"$ref": "#/components/schemas/A"}, components={"schemas": {"A": {"type": "array", "items": {"$ref": "#/components/schemas/A"}}}})
    assert answered(any_depth, raw="[" * 400 + "]" * 400) == []
    assert answered(any_depth, raw="[" * 700 + "]" * 700) == ["response-body-malformed body"]
    assert answered(any_depth, raw='{"a":' * 100_000) == ["response-body-malformed body"]


@pytest.mark.parametrize("length", [300, 1_000])
def test_long_ways_through_components_are_no_recursion(length: int) -> None:
    chain = {f"A{n}": {"properties": {"x": {"$ref": f"#/components/schemas/A{n + 1}"}}} for n in range(length)}
    found = answering({"$ref": "#/components/schemas/A0"}, components={"schemas": {**chain, f"A{length}": {"type": "integer"}}})
    assert answered(found, {"x": {"x": 1}}) == []
    assert answered(found, raw='{"x":' * 300 + ('"x"' if length == 300 else "1") + "}" * 300) == (
        ["response-body-schema body " + "/x" * 300] if length == 300 else []
    )


def test_a_schema_that_is_a_long_chain_is_answered_by_every_thread() -> None:
    for length, fits in ((100, True), (3_000, False)):
        chain = {f"A{n}": {"allOf": [{"$ref": f"#/components/schemas/A{n + 1}"}]} for n in range(length)}
        last = {"type": "array", "items": {"$ref": "#/components/schemas/A0"}}
        found = answering({"$ref": "#/components/schemas/A0"}, components={"schemas": {**chain, f"A{length}": last}})
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(answered, found, raw="[" * 40 + "]" * 40).result() == ([] if fits else ["response-schema-unusable body"])
            assert pool.submit(answered, found, raw="[" * 400 + "]" * 400).result() == ["response-schema-unusable body"]


BRANCHING = [
    {"anyOf": [{"properties": {"x": {"$ref": "#/components/schemas/A"}}, "required": [f"r{n}"]} for n in range(4)]},
    {"oneOf": [{"type": "string"}, *[{"type": "object", "required": ["x"], "properties": {"x": {"$ref": "#/components/schemas/A"}}}] * 3]},
    {
        "type": ["object", "integer"],
        "unevaluatedProperties": {"$ref": "#/components/schemas/A"},
        "allOf": [{"properties": {"x": {"$ref": "#/components/schemas/A"}}}] * 3,
    },
    {"if": {"properties": {"x": {"$ref": "#/components/schemas/A"}}}, "then": False, "else": {"properties": {"x": {"$ref": "#/components/schemas/A"}}}},
]


@pytest.mark.parametrize("schema", BRANCHING)
@pytest.mark.parametrize("size", [12, 40, 400])
def test_a_schema_that_branches_into_itself(schema: Json, size: int) -> None:
    started = time.monotonic()
    found = answering({"$ref": "#/components/schemas/A"}, version="3.1.0", components={"schemas": {"A": schema}})
    assert answered(found, raw='{"x":' * size + "true" + "}" * size) == ["response-body-schema body"]
    assert time.monotonic() - started < GENEROUS_S


def test_a_large_body_of_a_schema_that_branches_into_itself_is_judged() -> None:
    kinds = [
        {"type": "object", "required": ["t"], "properties": {"t": {"enum": [n]}, "below": {"type": "array", "items": {"$ref": "#/components/schemas/A"}}}}
        for n in range(30)
    ]
    found = answering({"$ref": "#/components/schemas/A"}, components={"schemas": {"A": {"oneOf": kinds}}})
    tree: Any = {"t": 29, "below": [{"t": n % 30, "below": [{"t": 3}] * 20} for n in range(300)]}
    assert answered(found, tree) == []
    tree["below"][7]["t"] = "x"
    assert answered(found, tree) == ["response-body-schema body"]


def test_a_schema_that_branches_without_recursion() -> None:
    doubling = {f"A{n}": {"allOf": [{"$ref": f"#/components/schemas/A{n + 1}"}] * 2} for n in range(60)}
    found = answering({"$ref": "#/components/schemas/A0"}, components={"schemas": {**doubling, "A60": {"type": "string"}}})
    assert answered(found, 1) == ["response-schema-unusable body"]


@pytest.mark.parametrize(
    "loop", [{"$ref": "#/components/schemas/A"}, {"allOf": [{"$ref": "#/components/schemas/A"}]}, {"not": {"$ref": "#/components/schemas/A"}}]
)
def test_a_schema_that_is_itself(loop: Json) -> None:
    answered(answering({"$ref": "#/components/schemas/A"}, components={"schemas": {"A": loop}}), 1)


@pytest.mark.parametrize("pattern", ["^(a+)+$", "^(a|a)*$", r"^(?=(a+)+b)", r"(a+)+\1+b", "(?:(?:(?:a*)*)*)*b", "a{1,1000}{1,1000}", r"^(?!x)(\w+\s?)*$"])
def test_hostile_patterns(pattern: str) -> None:
    started = time.monotonic()
    found = answering({"type": "string", "pattern": pattern})
    answered(found, "a" * 30_000 + "!")
    assert time.monotonic() - started < GENEROUS_S


def test_a_pattern_that_needs_too_many_steps_is_said() -> None:
    found = answering({"type": "string", "pattern": r"(a+)+\1+b"})
    violation = found.check_response(HttpRequest("GET", "/a"), HttpResponse.of(200, (), json.dumps("a" * 5_000 + "!")))[0]
    assert (violation.rule, violation.message) == ("response-schema-unusable", "needs too many steps of a regular expression to be checked")


@pytest.mark.parametrize("name", ["0", "01", "+1", "-1", "007", "1.0", "\u0663", "~/"])
def test_member_names_that_look_like_indexes(name: str) -> None:
    assert answered(answering({"additionalProperties": {"type": "integer"}}), {name: "x"}) == [
        f"response-body-schema body /{name.replace('~', '~0').replace('/', '~1')}"
    ]


def test_huge_bodies_have_bounded_answers() -> None:
    found = answering({"type": "array", "items": {"type": "integer"}})
    violations = found.check_response(HttpRequest("GET", "/a"), HttpResponse.of(200, (), json.dumps(["x" * 50] * 50_000)))
    assert len(violations) == 100
    assert sum(len(str(violation)) for violation in violations) < 20_000


def test_messages_are_one_bounded_line() -> None:
    evil = "\n\x1b[31m\u202e" + "x" * 5_000
    schema = {"type": "object", "additionalProperties": False, "properties": {"a": {"enum": [evil]}}}
    found = answering(schema)
    for value in ({evil: 1}, {"a": evil}, {evil * 2: 1, "a": 1}):
        for violation in found.check_response(HttpRequest("GET", "/a"), HttpResponse.of(200, (), json.dumps(value))):
            assert len(violation.message) <= 400
            assert violation.message.isprintable()
    for violation in found.check_request(HttpRequest(evil, f"/{evil}")):
        assert violation.message.isprintable()
        assert len(violation.message) <= 400


def test_many_parts_are_bounded() -> None:
    found = operation({"parameters": [{"name": "p", "in": "query", "schema": {"type": "array", "items": {"type": "integer"}}}], **OK})
    assert asked(found, path="/a?" + "p=1&" * 100_000) == []
    assert asked(found, headers={"Cookie": "a=b;" * 100_000}) == []
    multipart = operation({"requestBody": {"content": {"multipart/form-data": {"schema": {"type": "object", "properties": {"a": {}}}}}}, **OK})
    many = '--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * 3_000 + "--B--"
    assert asked(multipart, raw=many, headers={"Content-Type": "multipart/form-data; boundary=B"}) == ["request-body-malformed body"]


def test_many_spellings_of_one_content_type_are_not_all_remembered() -> None:
    found = answering({"type": "integer"})
    for number in range(500):
        assert answered(found, raw="1", headers={"Content-Type": f"application/json; x={number}"}) == []


@pytest.mark.parametrize(
    "paths",
    [
        None,
        [],
        {"/a": None},
        {"/a": []},
        {"/a": {"get": None}},
        {"/a": {"get": {}}},
        {"/a": {"get": {"responses": []}}},
        {"/{": {"get": OK}},
        {"/{a}{b}": {"get": OK}},
    ],
)
def test_malformed_descriptions(paths: Any) -> None:
    found = contract(described(paths))
    for path in ("/a", "/{", "/xy"):
        assert isinstance(found.check(HttpRequest("GET", path), HttpResponse(200)), Verdict)


@pytest.mark.parametrize(
    "parts",
    [
        {
            "parameters": [
                None,
                1,
                {},
                {"name": 1, "in": "query"},
                {"name": "a", "in": "nowhere"},
                {"name": "a", "in": "query", "schema": 7, "style": 7, "explode": "x"},
            ]
        },
        {"parameters": {"name": "a"}, "requestBody": []},
        {"requestBody": {"content": {"application/json": None, "a/b": {"schema": []}, "": {}}}},
        {"requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": {"properties": {"a": 1}}, "encoding": {"a": 1}}}}},
        {"security": {"a": []}},
        {"security": [None, {"a": None}]},
        {"servers": [None, {"url": 1}, {"url": "//{", "variables": {"a": 1}}]},
        {"responses": {"200": {"description": "", "headers": {"X": None, "Y": {"schema": 1}}, "content": {"a/b": 1}}, "2x": {}, "0": {}, "default": 1}},
    ],
)
@pytest.mark.parametrize("version", ["2.0", "3.0.3", "3.1.0", "3.2.0"])
def test_malformed_operations(parts: Json, version: str) -> None:
    found = contract(described({"/a": {"post": {**OK, **parts}}}, version=version))
    for kind in ("application/json", "application/x-www-form-urlencoded", "a/b", ""):
        verdict = found.check(HttpRequest.of("POST", "/a?a=1&b[c]=2", {"Content-Type": kind}, "a=1"), HttpResponse.of(200, {"X": "1", "y": "2"}, "1"))
        assert verdict.operation == "POST /a"


LINES = st.dictionaries(st.sampled_from(["Content-Type", "Cookie", "Authorization", "X-Id"]), st.text(max_size=40))
EVERYTHING = {
    "/a/{p}": {
        "parameters": [
            {"name": "p", "in": "path", "required": True, "style": "matrix", "explode": True, "schema": {"type": "object"}},
            {"name": "q", "in": "query", "style": "deepObject", "schema": {"type": "object"}},
            {"name": "r", "in": "query", "schema": {"type": "object", "additionalProperties": {"type": "integer"}}},
            {"name": "X-Id", "in": "header", "schema": {"type": "array", "items": {"type": "integer"}}},
            {"name": "c", "in": "cookie", "explode": False, "schema": {"type": "object"}},
        ],
        "post": {
            "requestBody": {
                "content": {
                    "application/json": {"schema": {"type": "object", "properties": {"a": {"format": "date-time"}}}},
                    "multipart/form-data": {"schema": {"type": "object"}},
                    "application/x-www-form-urlencoded": {"schema": {"type": "object"}},
                    "text/plain": {"schema": {"type": "integer"}},
                }
            },
            "security": [{"k": []}],
            "responses": {"default": {"description": "", "content": {"application/json": {"schema": {"type": "array", "uniqueItems": True}}}}},
        },
    }
}
WHOLE = contract(described(EVERYTHING, components={"securitySchemes": {"k": {"type": "http", "scheme": "basic"}}}))
KINDS = ["application/json", "multipart/form-data; boundary=B", "application/x-www-form-urlencoded", "text/plain; charset=utf-16", "x/y"]


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=30), st.text(max_size=30), LINES, st.binary(max_size=60), st.sampled_from(KINDS), st.integers(-1, 1_000))
def test_any_exchange_has_a_verdict(path: str, query: str, lines: dict[str, str], body: bytes, kind: str, status: int) -> None:
    request = HttpRequest.of("POST", f"/a/{path}?{query}", {"content-type": kind, **lines}, body)
    verdict = WHOLE.check(request, HttpResponse.of(status, lines, body))
    assert verdict.valid is (not verdict.violations)
    assert all(str(violation).isprintable() for violation in verdict.violations)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=10,
)


@given(JSON_VALUES)
def test_extent_counts_values_and_levels(value: Any) -> None:
    def count(node: Any) -> tuple[int, int]:
        below = [count(child) for child in (node.values() if isinstance(node, dict) else node if isinstance(node, list) else ())]
        return 1 + sum(nodes for nodes, _ in below), 1 + max((depth for _, depth in below), default=0)

    assert extent(value) == count(value)


def test_one_contract_serves_many_threads() -> None:
    schemas = {f"S{n}": {"type": "object", "required": ["a"], "properties": {"a": {"$ref": f"#/components/schemas/S{n + 1}"}}} for n in range(30)}
    schemas["S30"] = {"type": "integer"}
    paths = {
        f"/p{n}": {"post": {"requestBody": {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/S{n}"}}}}, **OK}} for n in range(31)
    }
    found = contract(described(paths, components={"schemas": schemas}))

    def check(number: int) -> list[str]:
        return asked(found, path=f"/p{number % 31}", value={"a": "x"})

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(check, range(31 * 20)))
    assert answers == [check(number) for number in range(31 * 20)]


def test_forms_are_read_alike_by_many_threads() -> None:
    part = {f"F{n}": {"allOf": [{"$ref": f"#/components/schemas/F{n + 1}"}, {"properties": {f"p{n}": {"type": "integer"}}}]} for n in range(30)}
    schemas = {**part, "F30": {"type": "object", "properties": {"list": {"type": "array", "items": {"type": "integer"}}}}}
    form = "application/x-www-form-urlencoded"
    for _ in range(5):
        found = operation({"requestBody": {"content": {form: {"schema": {"$ref": "#/components/schemas/F0"}}}}, **OK}, components={"schemas": schemas})

        def check(number: int, found: Any = found) -> list[str]:
            return asked(found, raw=f"p{number % 30}=1&list=1&list=2&p{number % 7}=1", headers={"Content-Type": form})

        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(check, range(100))) == [[]] * 100


def test_alternatives_of_alternatives_of_a_parameter() -> None:
    started = time.monotonic()
    deep = {
        f"A{n}": {"oneOf": [{"$ref": f"#/components/schemas/A{n + 1}"}, *({"allOf": [{"$ref": f"#/components/schemas/A{n + 1}"}]} for _ in range(8))]}
        for n in range(40)
    }
    parameter = {"name": "q", "in": "query", "schema": {"$ref": "#/components/schemas/A0"}}
    found = operation({"parameters": [parameter], **OK}, components={"schemas": {**deep, "A40": {"type": "integer"}}})
    assert asked(found, path="/a?q=1") == ["request-schema-unusable query.q"]
    assert time.monotonic() - started < GENEROUS_S


@pytest.mark.parametrize("text", ["\ud800", "a\udfff"])
def test_half_surrogates_in_text(text: str) -> None:
    parameters = [
        {"name": name, "in": place, "schema": {"type": "string", "maxLength": 9}} for name, place in (("q", "query"), ("X", "header"), ("c", "cookie"))
    ]
    found = operation({"parameters": parameters, **OK})
    said = asked(found, path=f"/a?q={text}", headers={"X": text, "Cookie": f"c={text}"})
    assert sorted(said) == [f"request-parameter-schema {place}" for place in ("cookie.c", "header.X", "query.q")]
    assert asked(found, path=f"/{text}") == ["path-undocumented path"]


def test_the_limit_of_violations_is_kept_on_both_sides() -> None:
    schema = {"type": "array", "items": {"type": "integer"}}
    content = {"application/json": {"schema": schema}}
    what = {"requestBody": {"content": content}, "responses": {"200": {"description": "", "content": content}}}
    found = operation(what, options={"max_violations": 3})
    body = json.dumps(["x"] * 10)
    verdict = found.check(HttpRequest.of("POST", "/a", (), body), HttpResponse.of(200, (), body))
    assert [violation.side for violation in verdict.violations] == ["request"] * 3 + ["response"] * 3
