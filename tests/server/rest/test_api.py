"""REST over HTTP: every operation, every kind of problem. `ask` holds each answer against the description."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.server.rest.conftest import Ask
from tests.server.running import Server, description, until


def register(ask: Ask, name: str = "shop", version: str = "1.0.0", field: str = "id", **more: Any) -> Any:
    return ask("POST", f"/schemas/{name}", {"content": description(version, field=field), **more})


def problem(answer: Any, status: int, kind: str) -> Any:
    assert (answer.status, answer.header("content-type")) == (status, "application/problem+json"), answer.body
    values = answer.json()
    assert values["type"] == f"urn:cvt:problem:{kind}"
    assert values["status"] == status
    assert values["title"]
    assert values["detail"]
    return values


def test_a_schema_from_registration_to_deletion(ask: Ask) -> None:
    first = register(ask, "life", revision="abc", ownership={"owner": "me"})
    assert (first.status, first.json()["created"]) == (201, True)
    assert first.json()["schema"]["revision"] == "abc"
    assert (register(ask, "life").status, register(ask, "life").json()["created"]) == (200, False)
    second = register(ask, "life", "2.0.0", "number", check=True).json()
    assert second["compared_with"]["version"] == "1.0.0"
    assert second["findings"][0]["rule"]
    assert second["findings"][0]["revision"]["line"] >= 1
    assert [one["version"] for one in ask("GET", "/schemas/life/versions").json()["items"]] == ["2.0.0", "1.0.0"]
    got = ask("GET", "/schemas/life?version=1.0.0")
    assert json.loads(got.json()["content"])["info"]["version"] == "1.0.0"
    assert ask("GET", "/schemas/life?version=1.0.0", if_none_match=got.header("etag")).status == 304
    compared = ask("GET", "/schemas/life/compare").json()
    assert (compared["compatible"], compared["old"]["version"], compared["new"]["version"]) == (False, "1.0.0", "2.0.0")
    assert ask("DELETE", "/schemas/life?version=2.0.0").status == 204
    assert ask("GET", "/schemas/life").json()["schema"]["version"] == "1.0.0"
    assert ask("POST", "/schemas/life/restore?version=2.0.0").status == 204
    assert ask("GET", "/schemas/life").json()["schema"]["version"] == "2.0.0"
    assert ask("DELETE", "/schemas/life").status == 204
    problem(ask("GET", "/schemas/life"), 404, "not-found")


def test_pages_follow_each_other(ask: Ask) -> None:
    for number in range(3):
        register(ask, f"page-{number}", ownership={"owner": "pages"})
    found, token = [], ""
    for _ in range(3):
        page = ask("GET", f"/schemas?owner=pages&page_size=1&page_token={token}").json()
        found += [one["schema_id"] for one in page["items"]]
        token = page["next_page_token"]
    assert (found, token, page["total"]) == (["page-0", "page-1", "page-2"], "", 3)
    problem(ask("GET", "/schemas?page_token=forged"), 400, "invalid-input")


def test_an_id_may_hold_any_text(ask: Ask) -> None:
    assert register(ask, "team%2Forders%20%C3%A4%3F%23").status == 201
    assert ask("GET", "/schemas/team%2Forders%20%C3%A4%3F%23").json()["schema"]["schema_id"] == "team/orders ä?#"


def test_breaking_changes_can_be_refused(ask: Ask) -> None:
    register(ask, "strict")
    values = problem(register(ask, "strict", "1.1.0", "number", refuse_breaking=True), 409, "breaking-change")
    assert values["findings"]
    assert ask("GET", "/schemas/strict").json()["schema"]["version"] == "1.0.0"


def test_registration_is_refused_with_reasons(ask: Ask) -> None:
    register(ask, "fixed")
    values = problem(register(ask, "fixed", field="number"), 409, "conflict")
    assert ask("GET", "/schemas/fixed").json()["schema"]["hash"] in values["detail"]
    problem(ask("POST", "/schemas/fixed", {"content": "{"}), 422, "invalid-document")
    problem(register(ask, "fixed", ownership=None), 400, "invalid-input")
    problem(ask("POST", "/schemas/fixed", {"content": description(), "version": "7"}), 400, "invalid-input")


def test_endpoints_fixtures_and_validation(ask: Ask) -> None:
    register(ask)
    endpoints = ask("GET", "/schemas/shop/endpoints")
    assert [one["path"] for one in endpoints.json()["items"]] == ["/orders/{id}", "/orders", "/ping"]
    assert ask("GET", "/schemas/shop/endpoints", if_none_match=endpoints.header("etag")).status == 304
    made = ask("POST", "/schemas/shop/fixture", {"method": "post", "path": "/orders", "seed": 7}).json()
    request = {"method": made["request"]["method"], "path": made["request"]["path"], "headers": made["request"]["headers"], "body": made["request"]["body"]}
    response = {"status": made["response"]["status"], "headers": made["response"]["headers"], "body": made["response"]["body"]}
    assert ask("POST", "/schemas/shop/validate", {"request": request, "response": response}).json()["valid"]
    assert ask("POST", "/schemas/shop/validate", {"request": request}).json()["valid"]
    whole = {"request": {"method": "GET", "path": "/ping"}, "response": {"status": 204.0}}
    assert ask("POST", "/schemas/shop/validate", whole).json()["valid"]
    assert ask("POST", "/schemas/shop/fixture", {"method": "get", "path": "/ping", "status": 204.0}).json()["response"]["status"] == 204
    wrong = {"request": {"method": "GET", "path": "/orders/x"}, "response": {"status": 200, "headers": {"content-type": "application/json"}, "body": "{}"}}
    found = ask("POST", "/schemas/shop/validate", wrong).json()
    assert [(one["side"], one["location"]) for one in found["violations"]] == [("request", "path.id"), ("response", "body")]
    assert found["violations"][1]["position"]["line"] >= 1
    assert len(ask("POST", "/schemas/shop/validate", {**wrong, "sides": "response"}).json()["violations"]) == 1
    problem(ask("POST", "/schemas/shop/fixture", {"method": "get", "path": "/nope"}), 404, "not-found")


def test_consumers_deployments_and_the_gate(ask: Ask) -> None:
    register(ask, "gate")
    register(ask, "gate", "2.0.0", "number")
    consumer = {"consumer_id": "web", "consumer_version": "3", "schema_id": "gate", "schema_version": "1.0.0", "environment": "prod"}
    used = [{"method": "GET", "path": "/orders/42", "used_fields": ["id"]}]
    assert ask("POST", "/consumers", {**consumer, "used_endpoints": used}).json()["used_endpoints"] == used
    assert [one["consumer_id"] for one in ask("GET", "/schemas/gate/consumers").json()["items"]] == ["web"]
    problem(ask("GET", "/schemas/gate/consumers?page_size=1&page_token=x"), 400, "invalid-input")
    answer = ask("GET", "/schemas/gate/can-i-deploy?version=2.0.0").json()
    assert (answer["answer"], answer["consumers"][0]["will_break"]) == ("no", True)
    assert answer["consumers"][0]["findings"] == [finding["fingerprint"] for finding in answer["findings"]]
    assert ask("GET", "/schemas/gate/can-i-deploy?version=1.0.0").json()["answer"] == "yes"
    assert ask("GET", "/schemas/gate/can-i-deploy?version=9.0.0").json()["reasons"][0]["code"] == "version-not-found"
    assert ask("GET", "/schemas/never/can-i-deploy").json()["answer"] == "unknown"
    head = description("1.0.1", field="number")
    assert ask("POST", "/schemas/gate/impact", {"content": head}).json()["answer"] == "no"
    deployed = ask("POST", "/deployments", {"schema_id": "gate", "version": "1.0.0", "environment": "prod"}).json()
    assert deployed["current"]
    assert ask("GET", "/deployments?environment=prod&history=true").json()["items"] == [deployed]
    problem(ask("DELETE", "/schemas/gate?version=1.0.0"), 409, "conflict")
    problem(ask("POST", "/deployments", {"schema_id": "gate", "version": "9", "environment": "prod"}), 404, "not-found")
    assert ask("DELETE", "/schemas/gate/consumers/web?environment=prod").status == 204
    problem(ask("DELETE", "/schemas/gate/consumers/web?environment=prod"), 404, "not-found")


def test_verdicts_are_published_once_by_run(ask: Ask) -> None:
    verdict = {"run_id": "run-1", "api": "shop", "verdict": "broken", "breaking": 2, "fingerprints": ["a"], "duration": 1.5}
    assert ask("POST", "/verdicts", verdict).json()["breaking"] == 2
    assert ask("POST", "/verdicts", {**verdict, "breaking": 3}).json()["breaking"] == 3
    found = ask("GET", "/verdicts?api=shop&verdict=broken&since=1").json()
    assert (found["total"], found["items"][0]["breaking"], found["items"][0]["fingerprints"]) == (1, 3, ["a"])
    problem(ask("POST", "/verdicts", {**verdict, "verdict": "fine"}), 400, "invalid-input")


def test_keys_and_the_audit_trail(ask: Ask) -> None:
    made = ask("POST", "/keys", {"name": "ci", "scopes": ["write"]})
    key = made.json()
    assert (made.status, key["scopes"], key["secret"][:4]) == (201, ["write"], "cvt_")
    turned = ask("POST", f"/keys/{key['key_id']}/rotate", {"grace": 60}).json()
    assert turned["secret"] != key["secret"]
    assert ask("POST", f"/keys/{turned['key_id']}/rotate").status == 201
    listed = ask("GET", "/keys").json()["items"]
    assert {key["key_id"], turned["key_id"]} <= {one["key_id"] for one in listed}
    assert all("secret" not in one for one in listed)
    assert ask("DELETE", f"/keys/{key['key_id']}").status == 204
    problem(ask("DELETE", "/keys/nope"), 404, "not-found")
    events = ask("GET", "/audit").json()["items"]
    assert "key.revoked" in {one["action"] for one in events}


def test_an_id_with_a_line_break_is_an_id_like_others(ask: Ask) -> None:
    for end in ("%0A", "%0Ab", "%0Db"):
        assert "Schema not found" in problem(ask("GET", f"/schemas/a{end}"), 404, "not-found")["detail"]
        assert "control character" in problem(register(ask, f"a{end}"), 400, "invalid-input")["detail"]


def test_activity_and_the_server(ask: Ask) -> None:
    register(ask, "busy")
    ask("POST", "/schemas/busy/validate", {"request": {"method": "GET", "path": "/ping"}})
    until(lambda: ask("GET", "/activity?schema_id=busy").json()["items"])
    assert ask("GET", "/activity?schema_id=busy").json()["items"][0]["valid"] == 1
    assert ask("GET", "/server").json()["caller"]["name"] == "anonymous"


def test_problems_of_http_itself(ask: Ask, server: Server) -> None:
    problem(ask("GET", "/nope"), 404, "no-such-path")
    refused = ask("PUT", "/schemas")
    problem(refused, 405, "method-not-allowed")
    assert refused.header("allow") == "GET"
    problem(ask("POST", "/consumers", b"a=b", content_type="application/x-www-form-urlencoded"), 415, "unsupported-media-type")
    problem(ask("POST", "/consumers", b"{"), 400, "invalid-input")
    problem(ask("POST", "/consumers", b"[1]"), 400, "invalid-input")
    problem(ask("POST", "/consumers", b"\xff\xfe"), 400, "invalid-input")
    problem(ask("POST", "/consumers", {}), 400, "invalid-input")
    problem(ask("GET", "/schemas?page_size=x"), 400, "invalid-input")
    problem(ask("GET", "/schemas?unknown=1"), 400, "invalid-input")
    problem(ask("GET", "/schemas/%00"), 400, "invalid-input") if ask("GET", "/schemas/%00").status == 400 else problem(
        ask("GET", "/schemas/%00"), 404, "not-found"
    )
    problem(server.get("/nope"), 404, "no-such-path")
    problem(server.get("/healthz", "POST", {}), 405, "method-not-allowed")


@pytest.mark.parametrize("number", ["1e999", "-1e999", "NaN", "Infinity", "1" * 5000])
def test_numbers_without_end_are_refused(server: Server, number: str) -> None:
    body = f'{{"run_id": "r", "api": "a", "verdict": "ok", "duration": {number}}}'.encode()
    problem(server.get("/api/v1/verdicts", "POST", body), 400, "invalid-input")


@pytest.mark.parametrize("depth", [65, 900, 100_000])
def test_deep_nesting_is_refused(ask: Ask, depth: int) -> None:
    problem(ask("POST", "/consumers", b'{"a":' * depth + b"1" + b"}" * depth), 400, "invalid-input")


def test_a_body_past_the_limit_is_refused_before_it_is_read(ask: Ask) -> None:
    problem(ask("POST", "/consumers", b'"' + b"x" * (16 * 2**20) + b'"'), 413, "too-large")


def test_pages_that_are_no_api(server: Server) -> None:
    docs = server.get("/api/docs")
    assert (docs.status, b"registerSchema" in docs.body, b"<script" in docs.body) == (200, True, False)
    assert b"http://" not in docs.body.replace(b"http://localhost", b"")
    assert "default-src 'none'" in docs.header("content-security-policy")
    assert server.get("/api/v1/openapi.json").json()["info"]["title"] == "CVT contract server"
    assert b"openapi: 3.1.0" in server.get("/api/v1/openapi.yaml").body
    assert server.get("/healthz").json() == {"status": "alive"}
    assert server.get("/readyz").json() == {"status": "ready"}
    assert server.get("/api/v1/schemas", "HEAD").status == 200


def test_no_other_site_may_read_or_write(server: Server) -> None:
    for method in ("GET", "OPTIONS"):
        answer = server.get("/api/v1/schemas", method, headers={"origin": "https://evil.example"})
        assert answer.header("access-control-allow-origin") == ""
    sent = server.get("/api/v1/schemas/x", "POST", {"content": description()}, headers={"origin": "https://evil.example"})
    problem(sent, 403, "forbidden")
    assert server.get("/api/v1/server", headers={"host": "evil.example"}).status == 403
    assert server.get("/api/v1/server", headers={"origin": f"http://localhost:{server.http}"}).status == 200


def test_the_registry_service_answers_alike(server: Server, ask: Ask) -> None:
    register(ask, "alike")
    assert server.registry("getSchema", schema_id="alike") == (200, ask("GET", "/schemas/alike").json())
    status, values = server.registry("getSchema", schema_id="missing")
    assert (status, values) == (404, ask("GET", "/schemas/missing").json())
    assert server.registry("getSchema")[0] == 400
    assert server.registry("nope")[0] == 404
    assert server.registry("listSchemas", page_size="x")[0] == 400
    assert server.registry("listSchemas", page_size=[1])[0] == 400
    assert server.registry("deregisterConsumer", schema_id="a/b", consumer_id="c d", environment="")[0] == 404
    assert server.registry("registerSchema", schema_id="by/name", body={"content": description()})[0] == 201
    assert server.registry("deleteSchema", schema_id="by/name") == (204, None)
