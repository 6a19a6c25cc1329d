"""Credentials that a request carries."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.validate.contracts import Json, asked, operation

OK: Json = {"responses": {"200": {"description": "ok"}}}
SCHEMES: Json = {
    "head": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "sid"},
    "basic": {"type": "http", "scheme": "Basic"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "digest": {"type": "http", "scheme": "Digest"},
    "oauth": {"type": "oauth2", "flows": {}},
    "oidc": {"type": "openIdConnect", "openIdConnectUrl": "https://a.example"},
    "mtls": {"type": "mutualTLS"},
}


def secured(*requirements: Json, version: str = "3.1.0") -> Any:
    return operation({**OK, "security": list(requirements)}, method="get", version=version, components={"securitySchemes": SCHEMES})


GIVEN = {
    "head": ("/a", {"x-key": "1"}),
    "query": ("/a?key=1", {}),
    "cookie": ("/a", {"Cookie": "sid=1"}),
    "basic": ("/a", {"Authorization": "basic dTpw"}),
    "bearer": ("/a", {"authorization": "Bearer x.y"}),
    "digest": ("/a", {"Authorization": 'Digest username="u"'}),
    "oauth": ("/a", {"Authorization": "bearer x"}),
    "oidc": ("/a", {"Authorization": "BEARER x"}),
}


@pytest.mark.parametrize("name", GIVEN)
def test_each_kind(name: str) -> None:
    path, headers = GIVEN[name]
    assert asked(secured({name: []}), "GET", path, headers=headers) == []
    assert asked(secured({name: []}), "GET") == ["request-security security"]


@pytest.mark.parametrize("value", ["", "Bearer", "Bearer ", "Basic x", "token x", "Bearerx"])
def test_what_is_no_bearer_token(value: str) -> None:
    assert asked(secured({"bearer": []}), "GET", headers={"Authorization": value}) == ["request-security security"]


def test_all_of_one_or_any_of_several() -> None:
    both = secured({"head": [], "query": []}, {"cookie": []})
    assert asked(both, "GET", "/a?key=1", headers={"X-Key": "1"}) == []
    assert asked(both, "GET", headers={"Cookie": "sid=1"}) == []
    assert asked(both, "GET", headers={"X-Key": "1"}) == ["request-security security"]


def test_optional_and_invisible_credentials() -> None:
    assert asked(secured({"head": []}, {}), "GET") == []
    assert asked(secured({"mtls": []}), "GET") == []
    assert asked(secured({"mtls": [], "head": []}), "GET") == ["request-security security"]
    assert asked(secured({"mtls": []}, {"head": []}), "GET") == []
    assert asked(secured({"unknown": []}), "GET") == []


def test_an_empty_list_lifts_the_requirement_of_the_whole() -> None:
    found = operation({**OK, "security": []}, method="get", security=[{"head": []}], components={"securitySchemes": SCHEMES})
    assert asked(found, "GET") == []


def test_the_message_names_what_is_asked_for_and_never_what_was_sent() -> None:
    from cvt_engine.facade import HttpRequest

    found = secured({"head": [], "query": []}, {"bearer": []})
    violation = found.check_request(HttpRequest.of("GET", "/a", {"Authorization": "Basic s3cret"}))[0]
    assert violation.message == "carries none of the credentials that the operation asks for: header `x-key` and query `key` or `Authorization: Bearer`"
    assert "s3cret" not in str(violation)
