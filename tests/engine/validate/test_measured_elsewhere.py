"""Cases that a widely used validator is known to get wrong or right, one by one, and what must be said about each."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cvt_engine.facade import Contract, HttpRequest, HttpResponse, load_spec
from tests.engine.validate.contracts import JSON, Json, answered, answering, asked, contract, described, operation

OK: Json = {"responses": {"200": {"description": "ok"}}}
OBJECT: Json = {"type": "object", "properties": {"a": {"type": "integer"}}}


def body(schema: Any, *, required: bool = True, kind: str = "application/json") -> Json:
    return {"requestBody": {"required": required, "content": {kind: {"schema": schema}}}, **OK}


def query(name: str, schema: Any, **more: Any) -> Json:
    return {"parameters": [{"name": name, "in": "query", "schema": schema, **more}], **OK}


def responses(**codes: Json) -> Json:
    return {"responses": {code.lstrip("_"): {"description": "", **what} for code, what in codes.items()}}


def content(schema: Any) -> Json:
    return {"content": {"application/json": {"schema": schema}}}


def test_undocumented_status_is_an_error_unless_ignored() -> None:
    assert answered(operation(OK), status=418, method="POST") == ["response-status-undocumented status"]
    assert answered(operation(OK, options={"undocumented_status": "ignore"}), status=418, method="POST") == []


def test_status_304_without_content_passes() -> None:
    assert answered(operation(responses(_304={})), status=304, method="POST") == []
    assert answered(operation(responses(_304=content(OBJECT))), status=304, method="POST") == []


@pytest.mark.parametrize(("status", "says"), [(200, "integer"), (201, "string"), (404, "boolean")])
def test_exact_code_then_range_then_default(status: int, says: str) -> None:
    found = operation(responses(default=content({"type": "boolean"}), _2XX=content({"type": "string"}), _200=content({"type": "integer"})), method="get")
    values = {"integer": 1, "string": "a", "boolean": True}
    for kind, value in values.items():
        assert (answered(found, value, status=status) == []) is (kind == says)


def test_required_response_header() -> None:
    found = operation(responses(_200={"headers": {"X-Id": {"required": True, "schema": {"type": "integer"}}}}), method="get")
    assert answered(found) == ["response-header-missing header.X-Id"]
    assert answered(found, headers={"x-id": "abc"}) == ["response-header-schema header.X-Id"]
    assert answered(found, headers={"x-ID": "7"}) == []


def test_closed_objects_bounds_and_missing_parameters() -> None:
    assert answered(answering({**OBJECT, "additionalProperties": False}), {"b": 1}) == ["response-body-schema body"]
    assert asked(operation(query("n", {"type": "integer", "minimum": 1})), path="/a?n=0") == ["request-parameter-schema query.n"]
    assert asked(operation(query("n", {"type": "integer"}, required=True))) == ["request-parameter-missing query.n"]


def test_deep_object() -> None:
    found = operation(query("f", {"type": "object", "properties": {"n": {"type": "integer"}}}, style="deepObject", explode=True))
    assert asked(found, path="/a?f[n]=1") == []
    assert asked(found, path="/a?f%5Bn%5D=x") == ["request-parameter-schema query.f /n"]


def test_static_path_wins_over_template() -> None:
    item = {"parameters": [{"name": "x", "in": "path", "required": True, "schema": {"type": "integer"}}], "get": OK}
    found = contract(described({"/a/{x}": item, "/a/me": {"get": OK}}))
    assert answered(found, path="/a/me") == []
    assert asked(found, "GET", "/a/me") == []
    assert asked(found, "GET", "/a/you") == ["request-parameter-schema path.x"]


@pytest.mark.parametrize("text", ["null", "", " null "])
def test_null_is_no_body_where_none_is_required(text: str) -> None:
    assert asked(operation(OK, method="get"), "GET", raw=text) == []
    assert asked(operation(body(OBJECT, required=False)), raw=text, headers=JSON) == []
    assert asked(operation(body(OBJECT, required=False)), raw=text) == []


def test_null_is_a_body_where_one_is_required() -> None:
    assert asked(operation(body(OBJECT)), raw="null", headers=JSON) == ["request-body-schema body"]
    assert asked(operation(body({"type": "string", "nullable": True})), raw="null", headers=JSON) == []
    assert asked(operation(body(OBJECT)), raw="") == ["request-body-missing body"]


def test_an_empty_body_where_json_is_declared() -> None:
    assert answered(answering(OBJECT), raw="") == ["response-body-missing body"]
    found = operation(responses(_200=content(OBJECT), _204=content(OBJECT)), method="head")
    assert answered(found, method="HEAD") == []
    assert answered(operation(responses(_204=content(OBJECT))), status=204, method="POST") == []


def test_a_body_encoded_twice_is_explained() -> None:
    found = operation(body(OBJECT))
    violation = found.check_request(HttpRequest.of("POST", "/a", JSON, '"{\\"a\\": 1}"'))[0]
    assert violation.rule == "request-body-schema"
    assert "encoded twice" in violation.hint


def test_security_is_satisfied_by_a_credential() -> None:
    more: Json = {"components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}}}
    for found in (operation({**OK, "security": [{"key": []}]}, **more), operation(OK, security=[{"key": []}], **more)):
        assert asked(found, headers={"x-key": "s3cret"}) == []
        assert asked(found) == ["request-security security"]
        assert asked(found, headers={"x-key": ""}) == ["request-security security"]
    assert asked(operation({**OK, "security": [{"key": []}]}, options={"security": False}, **more)) == []


def test_missing_content_type_is_inferred_or_an_error() -> None:
    assert answered(answering(OBJECT), raw='{"a": 1}') == []
    assert answered(answering(OBJECT), raw='{"a": "x"}') == ["response-body-schema body /a"]
    assert answered(answering(OBJECT), raw="<a/>") == ["response-body-malformed body"]
    assert asked(operation(body(OBJECT)), raw='{"a": 1}') == []
    strict = {"missing_content_type": "error"}
    assert answered(answering(OBJECT, options=strict), raw='{"a": 1}') == ["response-content-type-missing header.Content-Type"]
    assert asked(operation(body(OBJECT), options=strict), raw='{"a": 1}') == ["request-content-type-missing header.Content-Type"]


def test_charset_and_case_of_header_names() -> None:
    assert answered(answering(OBJECT), raw='{"a": 1}', headers={"CONTENT-TYPE": "Application/JSON; charset=UTF-8"}) == []
    latin = HttpResponse(200, (("content-type", "application/json; charset=iso-8859-1"),), '"é"'.encode("latin-1"))
    assert answering({"type": "string", "maxLength": 1}).check_response(HttpRequest("GET", "/a"), latin) == ()


def test_a_body_where_none_is_declared() -> None:
    assert answered(operation(OK), {"x": 1}, method="POST") == []
    assert asked(operation(OK), value={"x": 1}) == []
    strict = {"undeclared_body": "error"}
    assert answered(operation(OK, options=strict), {"x": 1}, method="POST") == ["response-body-undeclared body"]
    assert asked(operation(OK, options=strict), value={"x": 1}) == ["request-body-undeclared body"]


def test_unknown_query_and_extra_properties() -> None:
    assert asked(operation(query("n", {})), path="/a?m=1") == []
    assert asked(operation(query("n", {}), options={"unknown_query": "error"}), path="/a?m=1&n=2") == ["request-parameter-undeclared query.m"]
    assert answered(answering(OBJECT), {"b": 1}) == []


FORMATS = [
    ("string", "uuid", "123e4567-e89b-12d3-a456-426614174000", "123"),
    ("string", "email", "a@b.example", "a"),
    ("string", "uri", "https://a.example/b", "not a uri"),
    ("string", "ipv4", "10.0.0.1", "10.0.0.256"),
    ("string", "ipv6", "::1", "g::1"),
    ("string", "hostname", "a-b.example", "-a"),
    ("string", "date", "2026-02-28", "2026-02-30"),
    ("string", "date-time", "2026-02-28T10:00:00+01:00", "2026-02-28 10:00"),
    ("string", "byte", "aGk=", "a"),
    ("integer", "int32", 2**31 - 1, 2**31),
    ("integer", "int64", 2**63 - 1, 2**63),
    ("number", "float", 3.4e38, 3.5e38),
    ("string", "password", "x", None),
    ("string", "binary", "x", None),
    ("string", "made-up", "x", None),
]


@pytest.mark.parametrize(("kind", "name", "good", "bad"), FORMATS)
def test_formats_are_asserted(kind: str, name: str, good: Any, bad: Any) -> None:
    for version in ("3.0.3", "3.1.0"):
        found = answering({"type": kind, "format": name}, version=version)
        assert answered(found, good) == []
        if bad is not None:
            assert answered(found, bad) == ["response-body-schema body"]


def test_a_time_was_any_text_before_31() -> None:
    assert answered(answering({"type": "string", "format": "time"}), "10:30") == []
    assert answered(answering({"type": "string", "format": "time"}, version="3.1.0"), "10:30") == ["response-body-schema body"]
    assert answered(answering({"type": "string", "format": "time"}, version="3.1.0"), "10:30:00Z") == []


def test_formats_can_be_left_alone() -> None:
    assert answered(answering({"type": "string", "format": "uuid"}, options={"formats": False}), "123") == []


def test_numbers() -> None:
    assert answered(answering({"type": "integer"}), raw="1.0") == []
    assert answered(answering({"type": "integer"}), raw="1.5") == ["response-body-schema body"]
    assert answered(answering({"type": "number", "multipleOf": 0.01}), raw="19.99") == []


def test_nullable_and_write_only() -> None:
    assert answered(answering({"type": "string", "nullable": True}), raw="null") == []
    assert answered(answering({"type": "string"}), raw="null") == ["response-body-schema body"]
    secret = {"type": "object", "required": ["p"], "properties": {"p": {"type": "string", "writeOnly": True}}}
    assert answered(answering(secret), {}) == []
    assert asked(operation(body(secret)), value={}) == ["request-body-schema body"]


def test_path_item_parameters() -> None:
    parameters = [{"name": "id", "in": "path", "required": True, "schema": {"type": "string", "maxLength": 2}}]
    found = contract(described({"/a/{id}": {"parameters": parameters, "get": OK}}))
    assert asked(found, "GET", "/a/abc") == ["request-parameter-schema path.id"]
    assert asked(found, "GET", "/a/a%20") == []


def test_head_and_trailing_slash_are_not_described() -> None:
    found = operation(OK, method="get")
    assert asked(found, "HEAD") == ["method-undocumented method"]
    assert asked(found, "GET", "/a/") == ["path-undocumented path"]
    assert "did you mean /a?" in found.check_request(HttpRequest("GET", "/a/"))[0].message
    assert asked(operation(OK, method="head"), "head") == []


def test_other_media_types() -> None:
    assert answered(answering(OBJECT, kind="application/xml"), raw="<a/>", headers={"Content-Type": "application/xml"}) == []
    assert answered(answering({"type": "integer"}, kind="text/plain"), raw="x", headers={"Content-Type": "text/plain"}) == ["response-body-schema body"]
    problem = answering(OBJECT, kind="application/problem+json")
    assert answered(problem, raw='{"a": "x"}', headers={"Content-Type": "application/problem+json"}) == ["response-body-schema body /a"]
    assert answered(problem, raw='{"a": 1}', headers={"Content-Type": "application/json"}) == ["response-content-type-undeclared header.Content-Type"]


def test_look_ahead_in_a_pattern() -> None:
    found = answering({"type": "string", "pattern": "^(?!admin)[a-z]+$"})
    assert answered(found, "user") == []
    assert answered(found, "administrator") == ["response-body-schema body"]


def test_an_example_that_contradicts_its_schema_is_no_hindrance() -> None:
    assert answered(answering({"type": "integer", "example": "x"}), 1) == []


@pytest.mark.parametrize("url", ["/v1", "https://a.example/v1", "v1", "https://{host}.example/{version}", "https://a.example/v{n}/"])
def test_server_prefixes(url: str) -> None:
    variables = {name: {"default": "1"} for name in ("host", "version", "n") if f"{{{name}}}" in url}
    found = operation(OK, method="get", servers=[{"url": "https://other.example/base"}, {"url": url, "variables": variables}])
    for path in ("/a", "/v1/a", "/base/a", "https://a.example/v1/a?x=1", "http://localhost:8080/a"):
        assert asked(found, "GET", path) == [], path
    assert asked(found, "GET", "/elsewhere/v1/a") == ["path-undocumented path"]


def test_an_external_reference_is_followed() -> None:

    files = {
        "api/openapi.json": described({"/a": {"get": {"responses": {"200": {"description": "", **content({"$ref": "../b.json#/B"})}}}}}),
        "b.json": {"B": {"type": "object", "properties": {"a": {"$ref": "#/C"}}}, "C": {"type": "integer"}},
    }
    found = Contract.compile(load_spec(lambda uri: json.dumps(files[uri]).encode(), "api/openapi.json"))
    violation = found.check_response(HttpRequest("GET", "/a"), HttpResponse.of(200, JSON, '{"a": "x"}'))[0]
    assert violation.spec_pointer == "b.json#/C/type"
    assert violation.position is not None
    assert violation.position.file == "b.json"


MODERN: list[tuple[Any, Any, Any]] = [
    ({"type": ["string", "null"]}, None, 1),
    ({"type": "integer", "exclusiveMinimum": 3}, 4, 3),
    (True, {"x": 1}, None),
    ({"const": "a"}, "a", "b"),
    ({"type": "string", "examples": ["a"]}, "a", 1),
    ({"prefixItems": [{"type": "integer"}], "items": False}, [1], [1, 2]),
    ({"if": {"required": ["a"]}, "then": {"required": ["b"]}}, {"a": 1, "b": 1}, {"a": 1}),
    ({"propertyNames": {"maxLength": 1}}, {"a": 1}, {"ab": 1}),
    ({"patternProperties": {"^x-": {"type": "integer"}}}, {"x-a": 1}, {"x-a": "1"}),
    ({"allOf": [{"properties": {"a": {}}}], "unevaluatedProperties": False}, {"a": 1}, {"b": 1}),
    ({"type": "array", "contains": {"const": 1}}, [0, 1], [0]),
    ({"dependentRequired": {"a": ["b"]}}, {"b": 1}, {"a": 1}),
    ({"type": "array"}, [1, "a"], {}),
    ({"$defs": {"x": {"type": "integer"}}, "$ref": "#/components/schemas/S", "minimum": 5}, 5, 4),
]


@pytest.mark.parametrize(("schema", "good", "bad"), MODERN)
@pytest.mark.parametrize("version", ["3.1.0", "3.2.0"])
def test_the_keywords_of_31(version: str, schema: Any, good: Any, bad: Any) -> None:
    found = answering(schema, version=version, components={"schemas": {"S": {"type": "integer"}}})
    assert answered(found, good) == []
    if bad is not None:
        assert answered(found, bad) != []


def test_31_without_paths() -> None:
    tree = {"openapi": "3.1.0", "info": {"title": "T", "version": "1", "license": {"name": "x", "identifier": "MIT"}}, "webhooks": {"w": {"post": OK}}}
    assert contract(tree).endpoints() == ()
    assert asked(contract(tree)) == ["path-undocumented path"]


def old(what: Json, **more: Any) -> Any:
    return operation(what, version="2.0", **more)


@pytest.mark.parametrize("where", [{"host": "a.example", "basePath": "/v1"}, {"basePath": "/v1"}])
def test_base_path_with_and_without_host(where: Json) -> None:
    found = old(OK, **where)
    assert asked(found, path="/v1/a") == []
    assert asked(found, path="/a") == []
    assert asked(found, path="/v2/a") == ["path-undocumented path"]


def test_x_nullable() -> None:
    found = old({"responses": {"200": {"description": "", "schema": {"type": "string", "x-nullable": True}}}}, method="get")
    assert answered(found, raw="null", headers=JSON) == []


def test_no_consumes_means_json() -> None:
    found = old({"parameters": [{"in": "body", "name": "b", "required": True, "schema": OBJECT}], **OK})
    assert asked(found, value={"a": 1}) == []
    assert asked(found, value={"a": "x"}) == ["request-body-schema body /a"]
    assert asked(found, raw="<a/>", headers={"Content-Type": "application/xml"}) == ["request-content-type-undeclared header.Content-Type"]


@pytest.mark.parametrize(
    ("collection", "good", "bad"),
    [("csv", "t=1,2", "t=1,x"), ("ssv", "t=1%202", "t=1%20x"), ("tsv", "t=1%092", "t=1%09x"), ("pipes", "t=1|2", "t=1|x"), ("multi", "t=1&t=2", "t=1&t=x")],
)
def test_collection_formats(collection: str, good: str, bad: str) -> None:
    parameter = {"name": "t", "in": "query", "type": "array", "items": {"type": "integer"}, "collectionFormat": collection}
    found = old({"parameters": [parameter], **OK})
    assert asked(found, path=f"/a?{good}") == []
    assert asked(found, path=f"/a?{bad}") == ["request-parameter-schema query.t /1"]


def test_several_form_parameters() -> None:
    fields = [{"name": "n", "in": "formData", "type": "integer", "required": True}, {"name": "f", "in": "formData", "type": "string"}]
    found = old({"consumes": ["application/x-www-form-urlencoded"], "parameters": fields, **OK})
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert asked(found, raw="n=1&f=2", headers=form) == []
    assert asked(found, raw="n=x", headers=form) == ["request-body-schema body /n"]
    assert asked(found, raw="f=2", headers=form) == ["request-body-schema body"]


def test_definitions_and_security_of_20() -> None:
    found = old(
        {"responses": {"200": {"description": "", "schema": {"$ref": "#/definitions/D"}}}, "security": [{"basic": []}]},
        definitions={"D": OBJECT},
        securityDefinitions={"basic": {"type": "basic"}},
    )
    assert asked(found, headers={"Authorization": "Basic dTpw"}) == []
    assert asked(found, headers={"Authorization": "Bearer x"}) == ["request-security security"]
    assert answered(found, {"a": "x"}, method="POST") == ["response-body-schema body /a"]
