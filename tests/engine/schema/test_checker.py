"""Checkers: one validator each, or one for all where schemas reach very many others; the answers are the same."""

from __future__ import annotations

from typing import Any

import pytest

from cvt_engine.facade import Contract, HttpRequest, HttpResponse
from cvt_engine.schema.checker import OWN, Checker
from tests.engine.validate.contracts import JSON, Json, answered, contract, described, told


def web(size: int, **more: Json) -> Contract:
    """`GET /N` answers with component SN, `GET /list/N` with a list of it; each component refers to the next one, the last one to the first."""
    schemas: Json = {
        f"S{n}": {
            "type": "object",
            "required": ["id"],
            "properties": {"id": {"type": "integer"}, "next": {"$ref": f"#/components/schemas/S{(n + 1) % size}"}, "secret": {"writeOnly": True}},
        }
        for n in range(size)
    }
    paths: Json = {}
    for n in range(0, size, 7):
        one = {"$ref": f"#/components/schemas/S{n}"}
        paths[f"/{n}"] = {"get": _answer(one), "post": {**_answer(one), "requestBody": {"content": {"application/json": {"schema": one}}}}}
        paths[f"/list/{n}"] = {"get": _answer({"type": "array", "items": one, "maxItems": 2})}
    paths |= {f"/{name}": {"get": _answer(schema)} for name, schema in more.items()}
    extra = {f"D{n}": {"allOf": [{"$ref": f"#/components/schemas/D{n + 1}"}] * 2} for n in range(40)}
    return contract(described(paths, components={"schemas": {**schemas, **extra, "D40": {"$ref": "#/components/schemas/S0"}}}))


def _answer(schema: Any) -> Json:
    return {"responses": {"200": {"description": "", "content": {"application/json": {"schema": schema}}}}}


def nested(depth: int, last: Any) -> Any:
    return {"id": depth, "next": nested(depth - 1, last)} if depth else last


@pytest.mark.parametrize("size", [OWN - 50, OWN + 50])
def test_small_and_large_webs_say_the_same(size: int) -> None:
    found = web(size)
    for n in (0, 7, 14, 70):
        assert answered(found, {"id": 1, "next": {"id": 2}}, path=f"/{n}") == []
        assert answered(found, nested(5, {"id": "x"}), path=f"/{n}") == ["response-body-schema body /next/next/next/next/next/id"]
        assert answered(found, {"next": {}}, path=f"/{n}") == ["response-body-schema body", "response-body-schema body /next"]
        assert answered(found, [{"id": 1}, {"id": "x"}], path=f"/list/{n}") == ["response-body-schema body /1/id"]
        assert answered(found, [{"id": 1}] * 3, path=f"/list/{n}") == ["response-body-schema body"]
        violation = found.check_response(HttpRequest("GET", f"/{n}"), HttpResponse.of(200, JSON, '{"next": {"id": "x"}, "id": 1}'))[0]
        assert violation.spec_pointer == f"/components/schemas/S{n + 1}/properties/id/type"
        assert told(found.check_request(HttpRequest.of("POST", f"/{n}", JSON, '{"id": "x"}'))) == ["request-body-schema body /id"]


def test_a_large_web_has_one_validator() -> None:
    found = web(OWN + 50)
    for n in (0, 7, 14):
        answered(found, {"id": 1}, path=f"/{n}")
        answered(found, [], path=f"/list/{n}")
    checkers = [one for one in found._schemas._known.values() if isinstance(one, Checker)]
    assert len(checkers) == 6
    assert len({id(one._validator) for one in checkers}) == 1


def test_one_bad_schema_spoils_no_other() -> None:
    found = web(OWN + 50, heavy={"$ref": "#/components/schemas/D0"})
    assert answered(found, {"id": 1}, path="/heavy") == ["response-schema-unusable body"]
    assert answered(found, {"id": 1}, path="/7") == []
    assert answered(found, {"id": "x"}, path="/14") == ["response-body-schema body /id"]


def test_every_error_of_the_alternative_that_was_meant() -> None:
    closed = {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}}
    found = contract(described({"/a": {"get": _answer({"oneOf": [{"type": "string"}, closed]})}}))
    assert answered(found, {"a": "x", "b": "y"}) == ["response-body-schema body /a", "response-body-schema body /b"]
