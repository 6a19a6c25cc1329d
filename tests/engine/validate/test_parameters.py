"""Every place and style of a parameter, as OpenAPI's own table of styles shows them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.validate.contracts import Json, answered, asked, contract, described, operation

OK: Json = {"responses": {"200": {"description": "ok"}}}
INTS: Json = {"type": "array", "items": {"type": "integer"}, "minItems": 2}
RGB: Json = {"type": "object", "required": ["r", "g"], "properties": {"r": {"type": "integer"}, "g": {"type": "boolean"}}, "additionalProperties": False}

PLACES: Json = {"type": "array", "items": {"enum": ["Paris, TX", "Rome"]}}


def one(place: str, schema: Any, *, version: str = "3.0.3", name: str = "p", **more: Any) -> Any:
    parameter = {"name": name, "in": place, "required": True, "schema": schema, **more}
    path = "/a/{p}" if place == "path" else "/a"
    return operation({"parameters": [parameter], **OK}, path=path, method="get", version=version)


STYLES = [
    ("query", "form", True, INTS, "/a?p=1&p=2", "/a?p=1&p=x"),
    ("query", "form", False, INTS, "/a?p=1,2", "/a?p=1,x"),
    ("query", "form", False, INTS, "/a?p=1%2C2", "/a?p=1%2Cx"),
    ("query", "form", False, INTS, "/a?p=1%2c2,3", "/a?p=1%2c,2"),
    ("query", "form", False, RGB, "/a?p=r%2C1%2Cg%2Ctrue", "/a?p=r%2C1%2Cg"),
    ("query", "form", False, PLACES, "/a?p=Paris%2C%20TX,Rome", "/a?p=Paris%2C%20TX,Bonn"),
    ("query", "form", True, INTS, "/a?p=1&p=2", "/a?p=1%2C2"),
    ("query", "pipeDelimited", False, INTS, "/a?p=1|2", "/a?p=1%2C2"),
    ("query", "spaceDelimited", False, INTS, "/a?p=1%202", "/a?p=1%20x"),
    ("query", "spaceDelimited", False, INTS, "/a?p=1+2", "/a?p=1"),
    ("query", "pipeDelimited", False, INTS, "/a?p=1|2", "/a?p=1|x"),
    ("query", "pipeDelimited", False, INTS, "/a?p=1%7C2", "/a?p=1,2"),
    ("query", "form", True, RGB, "/a?r=1&g=true", "/a?r=1&g=2"),
    ("query", "form", False, RGB, "/a?p=r,1,g,true", "/a?p=r,1,g"),
    ("query", "pipeDelimited", False, RGB, "/a?p=r|1|g|true", "/a?p=r|x|g|true"),
    ("query", "deepObject", True, RGB, "/a?p[r]=1&p[g]=true", "/a?p[r]=1&p[g]=true&p[b]=1"),
    ("path", "simple", False, INTS, "/a/1,2", "/a/1,x"),
    ("path", "simple", True, INTS, "/a/1,2", "/a/1"),
    ("path", "simple", False, RGB, "/a/r,1,g,true", "/a/r,x,g,true"),
    ("path", "simple", True, RGB, "/a/r=1,g=true", "/a/r,1,g,true"),
    ("path", "label", False, INTS, "/a/.1,2", "/a/1,2"),
    ("path", "label", False, INTS, "/a/.1.2", "/a/.1.x"),
    ("path", "label", False, RGB, "/a/.r.1.g.true", "/a/.r.1.g"),
    ("path", "simple", False, INTS, "/a/1,2", "/a/1%2C2"),
    ("path", "label", True, INTS, "/a/.1.2", "/a/.1.x"),
    ("path", "label", True, RGB, "/a/.r=1.g=true", "/a/.r=1.g=x"),
    ("path", "matrix", False, INTS, "/a/;p=1,2", "/a/;q=1,2"),
    ("path", "matrix", True, INTS, "/a/;p=1;p=2", "/a/;p=1;p=x"),
    ("path", "matrix", True, RGB, "/a/;r=1;g=true", "/a/;r=1"),
    ("path", "matrix", False, RGB, "/a/;p=r,1,g,true", "/a/;p=r,1,g,2"),
    ("path", "simple", False, {"type": "string", "enum": ["a/b"]}, "/a/a%2Fb", "/a/a%2Fc"),
    ("path", "label", False, {"type": "integer"}, "/a/.5", "/a/.x"),
    ("path", "matrix", False, {"type": "integer"}, "/a/;p=5", "/a/;p=x"),
]


@pytest.mark.parametrize(("place", "style", "explode", "schema", "good", "bad"), STYLES)
def test_styles(place: str, style: str, explode: bool, schema: Json, good: str, bad: str) -> None:
    found = one(place, schema, style=style, explode=explode)
    assert asked(found, "GET", good) == []
    assert asked(found, "GET", bad) != []


@pytest.mark.parametrize(
    ("place", "schema", "good", "bad", "explode"),
    [
        ("header", INTS, "1,2", "1,x", False),
        ("header", INTS, "1, 2", "1", False),
        ("header", RGB, "r,1,g,true", "r,1", False),
        ("header", RGB, "r=1, g=true", "r=x,g=true", True),
        ("header", {"type": "boolean"}, "true", "yes", False),
        ("header", {"type": "string", "format": "date"}, "2026-01-01", "today", False),
    ],
)
def test_headers(place: str, schema: Json, good: str, bad: str, explode: bool) -> None:
    found = one(place, schema, name="X-P", explode=explode)
    assert asked(found, "GET", headers={"x-p": good}) == []
    assert asked(found, "GET", headers={"X-P": bad}) != []
    assert asked(found, "GET") == ["request-parameter-missing header.X-P"]
    response = {"responses": {"200": {"description": "", "headers": {"X-P": {"required": True, "explode": explode, "schema": schema}}}}}
    answering = operation(response, method="get")
    assert answered(answering, headers={"x-p": good}) == []
    assert answered(answering, headers={"x-p": bad}) != []


def test_repeated_headers_are_one_list() -> None:
    from cvt_engine.facade import HttpRequest

    found = one("header", INTS, name="X-P")
    assert found.check_request(HttpRequest("GET", "/a", (("X-P", "1"), ("x-p", "2")))) == ()


def test_headers_that_openapi_leaves_to_others() -> None:
    found = operation(
        {"parameters": [{"name": name, "in": "header", "required": True, "schema": {"type": "integer"}} for name in ("Accept", "Authorization")], **OK}
    )
    assert asked(found) == []


def test_cookies() -> None:
    found = one("cookie", {"type": "integer"}, name="sid")
    assert asked(found, "GET", headers={"Cookie": "a=b; sid=7"}) == []
    assert asked(found, "GET", headers={"cookie": "sid=x"}) == ["request-parameter-schema cookie.sid"]
    assert asked(found, "GET", headers={"cookie": "side=1"}) == ["request-parameter-missing cookie.sid"]


def test_parameters_with_content() -> None:
    found = operation({"parameters": [{"name": "p", "in": "query", "content": {"application/json": {"schema": RGB}}}], **OK}, method="get")
    assert asked(found, "GET", "/a?p=%7B%22r%22:1,%22g%22:true%7D") == []
    assert asked(found, "GET", "/a?p=%7B%22r%22:%22x%22,%22g%22:true%7D") == ["request-parameter-schema query.p /r"]
    assert asked(found, "GET", "/a?p=nothing") == ["request-parameter-malformed query.p"]


def test_the_whole_query_string() -> None:
    form = operation(
        {"parameters": [{"name": "q", "in": "querystring", "content": {"application/x-www-form-urlencoded": {"schema": RGB}}}], **OK}, version="3.2.0"
    )
    assert asked(form, path="/a?r=1&g=true") == []
    assert asked(form, path="/a?r=1&g=x") == ["request-parameter-schema query /g"]
    document = operation({"parameters": [{"name": "q", "in": "querystring", "content": {"application/json": {"schema": RGB}}}], **OK}, version="3.2.0")
    assert asked(document, path="/a?%7B%22r%22%3A1%2C%22g%22%3Atrue%7D") == []


def test_a_text_fits_when_one_reading_of_it_does() -> None:
    found = one("query", {"oneOf": [{"type": "integer", "maximum": 5}, {"type": "string", "enum": ["all", "9"]}]})
    assert [asked(found, "GET", f"/a?p={text}") == [] for text in ("3", "all", "9", "7", "some")] == [True, True, True, False, False]
    listed = one("query", {"oneOf": [{"type": "string", "maxLength": 3}, {"type": "array", "items": {"type": "string", "maxLength": 1}}]})
    assert [asked(listed, "GET", f"/a?{text}") == [] for text in ("p=abc", "p=a&p=b", "p=a", "p=abcd")] == [True, True, True, False]


@pytest.mark.parametrize("text", ["05", "1_000", "0x10", "+1", "1e400", "٣", "1" * 500, "NaN", "Infinity", ""])
def test_what_is_no_number(text: str) -> None:
    assert asked(one("query", {"type": "number"}), "GET", f"/a?p={text}") == ["request-parameter-schema query.p"]


def test_empty_values() -> None:
    assert asked(one("query", {"type": "integer"}, allowEmptyValue=True), "GET", "/a?p") == []
    assert asked(one("query", {"type": "string"}), "GET", "/a?p=") == []
    assert asked(one("query", {"type": "integer", "nullable": True}), "GET", "/a?p=") == []


def test_one_value_sent_twice() -> None:
    assert asked(one("query", {"type": "integer"}), "GET", "/a?p=1&p=2") == ["request-parameter-repeated query.p"]


def test_the_operation_overrides_its_path_item() -> None:
    def query(schema: Json) -> Json:
        return {"name": "q", "in": "query", "schema": schema}

    item = {"parameters": [query({"type": "integer"})], "get": {"parameters": [query({"type": "string"})], **OK}, "put": OK}
    found = contract(described({"/a": item}))
    assert asked(found, "GET", "/a?q=x") == []
    assert asked(found, "PUT", "/a?q=x") == ["request-parameter-schema query.q"]


def test_nested_and_repeated_members_of_deep_objects() -> None:
    schema = {
        "type": "object",
        "properties": {"a": {"type": "array", "items": {"type": "integer"}}, "b": {"type": "object", "properties": {"c": {"type": "integer"}}}},
    }
    found = one("query", schema, style="deepObject", explode=True)
    for good in ("p[a]=1&p[a]=2", "p[a][]=1&p[a][]=2", "p[a][0]=1&p[a][1]=2", "p[b][c]=1"):
        assert asked(found, "GET", f"/a?{good}") == [], good
    assert asked(found, "GET", "/a?p[a]=x&p[a]=2") == ["request-parameter-schema query.p /a/0"]
    assert asked(found, "GET", "/a?p[b][c]=x") == ["request-parameter-schema query.p /b/c"]
    assert asked(found, "GET", "/a?p[b]=1&p[b][c]=1") == ["request-parameter-malformed query.p"]
    assert asked(found, "GET", "/a?p[a=1") == ["request-parameter-malformed query.p"]


def test_deep_brackets_do_not_overflow() -> None:
    found = one("query", {"type": "object"}, style="deepObject", explode=True)
    assert asked(found, "GET", "/a?p" + "[a]" * 20_000 + "=1") == ["request-parameter-malformed query.p"]


def test_an_object_that_is_known_by_its_properties() -> None:
    found = operation({"parameters": [{"name": "p", "in": "query", "schema": {"properties": {"r": {"type": "integer"}}}}], **OK}, method="get")
    assert asked(found, "GET", "/a?r=1") == []
    assert asked(found, "GET", "/a?r=x") == ["request-parameter-schema query.p /r"]


def test_what_comes_late_in_a_long_query_is_checked_too() -> None:
    found = one("query", {"type": "array", "items": {"type": "integer"}})
    assert asked(found, "GET", "/a?" + "p=1&" * 20_000 + "p=x") == ["request-parameter-schema query.p /20000"]


def test_what_counts_as_declared_in_a_query() -> None:
    spread = {"name": "p", "in": "query", "schema": {"type": "object", "properties": {"r": {}, "g": {}}}}
    deep = {"name": "d", "in": "query", "style": "deepObject", "explode": True, "schema": {"type": "object"}}
    strict = {"unknown_query": "error"}
    more: Json = {"components": {"securitySchemes": {"k": {"type": "apiKey", "in": "query", "name": "key"}}}, "security": [{"k": []}]}
    found = operation({"parameters": [spread, deep, {"name": "q", "in": "query", "schema": {}}], **OK}, options=strict, **more)
    assert asked(found, path="/a?r=1&g=2&d[x]=1&q=1&key=s") == []
    assert asked(found, path="/a?key=s&b=1&p=1") == ["request-parameter-undeclared query.b", "request-parameter-undeclared query.p"]
    anything = {**spread, "schema": {"type": "object", "additionalProperties": {"type": "integer"}}}
    assert asked(operation({"parameters": [anything], **OK}, options=strict), path="/a?whatever=1") == []
