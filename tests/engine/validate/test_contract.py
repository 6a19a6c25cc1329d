"""The public surface: what a contract tells about itself and about an exchange."""

from __future__ import annotations

from cvt_engine.facade import Contract, Endpoint, HttpRequest, HttpResponse, Match
from tests.engine.validate.contracts import contract, described

ORDER = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}, "note": {"type": "string"}}}
PATHS = {
    "/orders/{id}": {
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
        "put": {
            "operationId": "putOrder",
            "summary": "Replace",
            "deprecated": True,
            "requestBody": {"required": True, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}},
            "responses": {"200": {"description": "ok", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}}},
        },
        "get": {"responses": {"200": {"description": "ok"}}},
    },
    "/orders": {"get": {"responses": {"200": {"description": "ok"}}}},
}


def shop() -> Contract:
    return contract(described(PATHS, components={"schemas": {"Order": ORDER}}))


def test_it_tells_what_it_is() -> None:
    found = shop()
    assert (found.openapi_version, found.info_version, found.title) == ("3.0.3", "1.2.3", "T")


def test_endpoints_stand_in_document_order() -> None:
    assert shop().endpoints() == (
        Endpoint("PUT", "/orders/{id}", "putOrder", "Replace", deprecated=True),
        Endpoint("GET", "/orders/{id}", "", "", deprecated=False),
        Endpoint("GET", "/orders", "", "", deprecated=False),
    )


def test_match_gives_operation_and_path_texts() -> None:
    found = shop()
    assert found.match("put", "/orders/7?x=1") == Match("PUT", "/orders/{id}", "putOrder", {"id": "7"})
    assert found.match("DELETE", "/orders/7") is None
    assert found.match("GET", "/nothing") is None
    assert found.allowed("/orders/7") == ("GET", "PUT")
    assert found.allowed("/nothing") == ()


def test_all_violations_come_at_once_with_places() -> None:
    found = shop()
    request = HttpRequest.of("PUT", "/orders/x", {"content-type": "application/json"}, '{"id": "a", "note": 1}')
    verdict = found.check(request, HttpResponse.of(200, {"Content-Type": "application/json"}, "{}"))
    assert not verdict.valid
    assert verdict.operation == "PUT /orders/{id}"
    assert [(v.rule, v.side, v.location, v.pointer, v.spec_pointer) for v in verdict.violations] == [
        ("request-parameter-schema", "request", "path.id", "", "/paths/~1orders~1{id}/parameters/0/schema/type"),
        ("request-body-schema", "request", "body", "/id", "/components/schemas/Order/properties/id/type"),
        ("request-body-schema", "request", "body", "/note", "/components/schemas/Order/properties/note/type"),
        ("response-body-schema", "response", "body", "", "/components/schemas/Order/required"),
    ]
    assert str(verdict.violations[1]) == 'request body/id: is "a", not an integer [request-body-schema]'
    position = verdict.violations[1].position
    assert position is not None
    assert (position.file, position.line) == ("openapi.json", 1)
    assert all(violation.hint and violation.operation == "PUT /orders/{id}" for violation in verdict.violations)


def test_a_fitting_exchange_is_valid() -> None:
    verdict = shop().check(HttpRequest.of("PUT", "/orders/7", {"Content-Type": "application/json"}, b'{"id":7}'), HttpResponse.of(200, (), b'{"id":7}'))
    assert (verdict.valid, verdict.violations) == (True, ())


def test_a_position_is_found_behind_any_name() -> None:
    schema = {"type": "object", "properties": {"a#/b~": {"type": "integer"}}}
    found = contract(described({"/a#b": {"get": {"responses": {"200": {"description": "", "content": {"application/json": {"schema": schema}}}}}}}))
    end = found.endpoints()[0]
    assert end.path == "/a#b"
    violation = found.check_response(HttpRequest("GET", "/a%23b"), HttpResponse.of(200, (), '{"a#/b~": "x"}'))[0]
    assert violation.pointer == "/a#~1b~0"
    assert violation.position is not None
    assert violation.position.column > 200
