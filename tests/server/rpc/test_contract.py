"""The contract service over a real channel: every answer in-band, every limit, nothing that ends the process."""

from __future__ import annotations

import asyncio
import json
import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest
from google.protobuf.descriptor import FieldDescriptor

from cvt_engine.facade import ValidateOptions
from cvt_server.metrics import Metrics
from cvt_server.model import Actor
from cvt_server.rpc.contract import ContractCalls
from cvt_server.service.requests import Register
from cvt_server.service.schemas import Rules
from cvt_server.service.services import services_on
from cvt_server.storage.base import storage_on
from cvt_server.storage.sqlite import open_memory
from cvt_wire import cvt_pb2 as wire
from tests.server.running import SERVICE, Server, description, exchange, register, serving

SERVICE_OF = wire.DESCRIPTOR.services_by_name["ContractValidator"]
METHODS = [method.name for method in SERVICE_OF.methods]


def test_all_twelve_calls_are_there() -> None:
    assert len(METHODS) == 12


def test_an_exchange_that_fits_says_what_it_was_held_against(server: Server) -> None:
    found = server.call("ValidateInteraction", exchange())
    stored = server.call("GetSchema", wire.GetSchemaRequest(schema_id="shop"))
    assert (found.valid, list(found.errors), found.validated_against_version) == (True, [], "1.0.0")
    assert found.validated_against_hash == stored.metadata.schema_hash


def test_every_violation_is_a_line_and_the_version_is_told_too(server: Server) -> None:
    found = server.call("ValidateInteraction", exchange("/orders/x", '{"id": "y"}'))
    assert not found.valid
    assert len(found.errors) == 2
    assert all("\n" not in line for line in found.errors)
    assert found.validated_against_version == "1.0.0"


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (wire.InteractionRequest(schema_id="shop", response=wire.ResponseData(status_code=200)), "Validation error: request cannot be null"),
        (wire.InteractionRequest(schema_id="shop", request=wire.RequestData(method="GET", path="/ping")), "Validation error: response cannot be null"),
        (exchange(schema_id=""), "Validation error: schema ID cannot be null or empty"),
        (exchange(schema_id="x" * 256), "Validation error: schema ID cannot exceed 255 characters (got 256)"),
        (exchange(path=""), "Validation error: path cannot be empty"),
        (exchange(path="orders"), "Validation error: path must start with /"),
        (exchange(status=42), "Validation error: status code must be between 100 and 599 (got 42)"),
        (exchange(method=""), "Validation error:"),
        (exchange(schema_id="nope"), "Schema not found: nope"),
        (exchange(version="9.9.9"), "Schema not found: shop"),
        (exchange("/nope"), "Route not found:"),
        (exchange(method="PATCH"), "Route not found:"),
    ],
)
def test_what_cannot_be_checked_is_told_in_the_reply(server: Server, request_: wire.InteractionRequest, words: str) -> None:
    found = server.call("ValidateInteraction", request_)
    assert not found.valid
    assert found.errors[0].startswith(words)


@pytest.mark.parametrize("path", ["/orders/7", "/v1/orders/7", "/orders/{id}", "https://api.example.com/v1/orders/7", "/orders/7?x=1"])
@pytest.mark.parametrize("method", ["GET", "get", "Get"])
def test_paths_and_methods_in_every_spelling(server: Server, path: str, method: str) -> None:
    assert server.call("ValidateInteraction", exchange(path, method=method)).valid


@pytest.mark.parametrize(
    ("path", "method", "sent", "status", "answered"), [("/orders/7", "GET", "null", 200, '{"id": 7}'), ("/ping", "GET", "null", 204, "null")]
)
def test_null_is_no_body_where_none_is_needed(server: Server, path: str, method: str, sent: str, status: int, answered: str) -> None:
    assert list(server.call("ValidateInteraction", exchange(path, answered, method=method, request_body=sent, status=status)).errors) == []


def test_null_is_a_body_where_one_is_needed(server: Server) -> None:
    assert not server.call("ValidateInteraction", exchange("/orders", '{"id": 7}', method="POST", request_body="null", status=201)).valid
    assert not server.call("ValidateInteraction", exchange("/orders/7", "null")).valid


def test_a_missing_content_type_is_inferred(server: Server) -> None:
    request = exchange()
    request.response.headers.clear()
    assert server.call("ValidateInteraction", request).valid


def test_the_made_up_response_of_producer_middleware_is_not_judged(server: Server) -> None:
    asked = wire.RequestData(method="POST", path="/orders", headers={"host": "x", "content-type": "application/json"}, body='{"id": 1}')
    probe = wire.InteractionRequest(schema_id="shop", request=asked, response=wire.ResponseData(status_code=200, body="{}"))
    assert server.call("ValidateInteraction", probe).valid
    probe.request.body = "{}"
    found = server.call("ValidateInteraction", probe)
    assert [line.split()[0] for line in found.errors] == ["request"]


def test_a_producer_response_is_checked_alone_or_with_its_request(server: Server) -> None:
    answered = wire.ResponseData(status_code=201, body='{"id": 1}')
    alone = wire.ValidateProducerRequest(schema_id="shop", method="post", path="/orders", response=answered)
    assert server.call("ValidateProducerResponse", alone).valid
    both = wire.ValidateProducerRequest(schema_id="shop", method="post", path="/orders", response=answered, request=wire.RequestData(method="POST", body="{}"))
    assert not server.call("ValidateProducerResponse", both).valid
    assert server.call("ValidateProducerResponse", wire.ValidateProducerRequest(schema_id="shop")).errors[0].startswith("Validation error: ")


@pytest.mark.parametrize(
    ("content", "version", "words"),
    [
        (description(), "2.0.0", "Version mismatch: provided version '2.0.0' does not match schema info.version '1.0.0'"),
        ("", "", "schema content"),
        ("{", "", ""),
        ('{"hello": 1}', "", ""),
        ('{"openapi": "3.0.0", "info": {"title": "x", "version": "1"}}', "", "Invalid OpenAPI schema"),
        (description(field="other"), "", "with other content"),
    ],
)
def test_what_cannot_be_registered(server: Server, content: str, version: str, words: str) -> None:
    found = server.call("RegisterSchema", wire.RegisterSchemaRequest(schema_id="shop", schema_content=content, schema_version=version))
    assert not found.success
    assert words in found.message
    assert found.message


def test_registering_the_same_again_changes_nothing(server: Server) -> None:
    first, again = register(server), register(server)
    assert first.success
    assert again.metadata == first.metadata


def test_breaking_changes_are_told_and_mapped(server: Server) -> None:
    register(server, "steps", description("1.0.0"))
    request = wire.RegisterSchemaRequest(schema_id="steps", schema_content=description("2.0.0", field="number"), check_compatibility=True)
    found = server.call("RegisterSchema", request)
    assert found.success
    assert {change.method for change in found.breaking_changes} == {"GET", "POST"}
    compared = server.call("CompareSchemas", wire.CompareSchemasRequest(schema_id="steps"))
    assert not compared.compatible
    assert (compared.old_schema.schema_version, compared.new_schema.schema_version) == ("1.0.0", "2.0.0")
    kinds = {wire.BreakingChangeType.Name(change.type) for change in compared.breaking_changes}
    assert "RESPONSE_SCHEMA_CHANGED" in kinds
    assert "BREAKING_CHANGE_UNSPECIFIED" not in kinds


@pytest.mark.parametrize(
    "request_", [wire.CompareSchemasRequest(), wire.CompareSchemasRequest(schema_id="nope"), wire.CompareSchemasRequest(schema_id="shop", new_version="7")]
)
def test_what_is_not_there_is_not_compatible(server: Server, request_: wire.CompareSchemasRequest) -> None:
    found = server.call("CompareSchemas", request_)
    assert not found.compatible
    assert found.breaking_changes[0].description


def test_consumers_and_the_deploy_gate(server: Server) -> None:
    register(server, "gate", description("1.0.0"))
    register(server, "gate", description("2.0.0", field="number"))
    used = [wire.EndpointUsage(method="GET", path="/orders/42", used_fields=["id"])]
    web = wire.RegisterConsumerRequest(consumer_id="web", schema_id="gate", schema_version="1.0.0", environment="prod", used_endpoints=used)
    stored = server.call("RegisterConsumer", web)
    assert (stored.success, stored.message) == (True, "Consumer registered successfully")
    assert [one.consumer_id for one in server.call("ListConsumers", wire.ListConsumersRequest(schema_id="gate")).consumers] == ["web"]
    broken = server.call("CanIDeploy", wire.CanIDeployRequest(schema_id="gate", new_version="2.0.0"))
    assert not broken.safe_to_deploy
    assert [(one.consumer_id, one.will_break) for one in broken.affected_consumers] == [("web", True)]
    assert broken.affected_consumers[0].relevant_changes
    gone = server.call("DeregisterConsumer", wire.DeregisterConsumerRequest(consumer_id="web", schema_id="gate", environment="prod"))
    assert (gone.success, gone.message) == (True, "Consumer deregistered successfully")
    again = server.call("DeregisterConsumer", wire.DeregisterConsumerRequest(consumer_id="web", schema_id="gate", environment="prod"))
    assert (again.success, again.message) == (False, "consumer not found: web/gate/prod")


def test_the_deploy_gate_s_reply_is_one_that_clients_take(server: Server) -> None:
    def large(version: str, field: str) -> str:
        tree = json.loads(description(version, field=field))
        shown = tree["paths"]["/orders/{id}"]["get"]["responses"]["200"]
        tree["paths"] = {f"/things-{number}": {"get": {"responses": {"200": shown}}} for number in range(300)}
        return json.dumps(tree)

    register(server, "large", large("1.0.0", "id"))
    register(server, "large", large("2.0.0", "number"))
    for number in range(100):
        consumer = wire.RegisterConsumerRequest(consumer_id=f"web-{number}", schema_id="large", schema_version="1.0.0", environment="prod")
        assert server.call("RegisterConsumer", consumer).success
    found = server.call("CanIDeploy", wire.CanIDeployRequest(schema_id="large", new_version="2.0.0"))
    assert found.ByteSize() < 4 * 1024 * 1024
    assert (len(found.affected_consumers), {one.will_break for one in found.affected_consumers}) == (100, {True})
    assert all(one.relevant_changes for one in found.affected_consumers)
    assert "300 of 300 changes are listed" in found.summary


@pytest.mark.parametrize("schema_id", ["", "nope"])
def test_nothing_unknown_may_be_deployed(server: Server, schema_id: str) -> None:
    found = server.call("CanIDeploy", wire.CanIDeployRequest(schema_id=schema_id, new_version="1.0.0"))
    assert (found.safe_to_deploy, bool(found.summary)) == (False, True)


def test_fixtures_in_three_forms(server: Server) -> None:
    request = wire.GenerateFixtureRequest(schema_id="shop", method="post", path="/orders", use_examples=True, content_type="application/json")
    whole = server.call("GenerateFixture", request)
    assert whole.success
    checked = exchange(whole.fixture.request.path, whole.fixture.response.body, method="POST", request_body=whole.fixture.request.body, status=201)
    checked.request.headers.update(whole.fixture.request.headers)
    assert list(server.call("ValidateInteraction", checked).errors) == []
    request.output_type = wire.OUTPUT_REQUEST
    assert server.call("GenerateFixture", request).request_body == whole.fixture.request.body
    request.output_type = wire.OUTPUT_RESPONSE
    assert server.call("GenerateFixture", request).response.status_code == 201


@pytest.mark.parametrize(
    "request_",
    [
        wire.GenerateFixtureRequest(),
        wire.GenerateFixtureRequest(schema_id="nope", method="GET", path="/x"),
        wire.GenerateFixtureRequest(schema_id="shop"),
        wire.GenerateFixtureRequest(schema_id="shop", method="GET", path="/nope"),
        wire.GenerateFixtureRequest(schema_id="shop", method="GET", path="/ping", status_code=418),
    ],
)
def test_no_fixture_and_why(server: Server, request_: wire.GenerateFixtureRequest) -> None:
    found = server.call("GenerateFixture", request_)
    assert (found.success, bool(found.message)) == (False, True)


def test_endpoints_in_the_order_of_the_document(server: Server) -> None:
    found = server.call("ListEndpoints", wire.ListEndpointsRequest(schema_id="shop")).endpoints
    assert [(one.method, one.path, one.operation_id) for one in found] == [("GET", "/orders/{id}", "one"), ("POST", "/orders", "add"), ("GET", "/ping", "ping")]
    assert not server.call("ListEndpoints", wire.ListEndpointsRequest(schema_id="nope")).endpoints


def test_a_long_summary_at_many_paths_stays_a_short_listing(server: Server) -> None:
    shared = {"summary": "x" * 100_000, "responses": {"200": {"description": "fine"}}}
    paths = {f"/p{number}": {"$ref": "#/components/pathItems/shared"} for number in range(500)}
    tree = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": paths, "components": {"pathItems": {"shared": {"get": shared}}}}
    assert register(server, "shared", json.dumps(tree)).success
    found = server.call("ListEndpoints", wire.ListEndpointsRequest(schema_id="shared"))
    assert (len(found.endpoints), len(found.endpoints[0].summary)) == (500, 200)
    assert len(server.get("/api/v1/schemas/shared/endpoints").body) < 300_000


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("data", [b"\xff", b"\x0a\xff\xff\xff\xff\x0f", b"\x00" * 40])
def test_bytes_that_are_no_message_are_refused_and_nothing_dies(server: Server, method: str, data: bytes) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        server.raw(f"/{SERVICE}/{method}", data)
    assert caught.value.code() in (grpc.StatusCode.INTERNAL, grpc.StatusCode.INVALID_ARGUMENT)
    assert server.call("ValidateInteraction", exchange()).valid


def test_text_that_is_not_utf_8_is_no_message(server: Server) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        server.raw(f"/{SERVICE}/GetSchema", b"\x0a\x02\xc3\x28")
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT


@pytest.mark.parametrize("method", METHODS)
def test_an_empty_message_is_answered(server: Server, method: str) -> None:
    server.raw(f"/{SERVICE}/{method}", b"")


@pytest.mark.parametrize("method", METHODS)
def test_hostile_values_in_every_field_are_answered_in_band(server: Server, method: str) -> None:
    chance = random.Random(method)
    kind = getattr(wire, SERVICE_OF.methods_by_name[method].input_type.name)
    for _ in range(150):
        request = _filled(kind(), chance)
        if method == "ListSchemas":
            request.page_token = ""  # its reply has no room to say that one is wrong
        server.raw(f"/{SERVICE}/{method}", request.SerializeToString())
    assert server.call("ValidateInteraction", exchange()).valid


TEXTS = (
    "",
    "shop",
    "GET",
    "/orders/7",
    "/",
    "\x00",
    "\u202e",
    "a" * 300,
    "x" * 70_000,
    "9" * 400,
    "{",
    '{"id": 7}',
    "[" * 5000,
    "%2e%2e/%00",
    "https://",
    "1.0.0",
    "null",
)


def _filled(message: Any, chance: random.Random) -> Any:
    for row in message.DESCRIPTOR.fields:
        if chance.random() < 0.2:
            continue
        if row.message_type is not None and row.message_type.GetOptions().map_entry:
            getattr(message, row.name).update({chance.choice(TEXTS): chance.choice(TEXTS) for _ in range(3)})
        elif row.type == FieldDescriptor.TYPE_MESSAGE:
            target = getattr(message, row.name)
            _filled(target.add() if row.is_repeated else target, chance)
        elif row.is_repeated:
            getattr(message, row.name).extend(chance.choice(TEXTS) for _ in range(3))
        elif row.type == FieldDescriptor.TYPE_STRING:
            setattr(message, row.name, chance.choice(TEXTS))
        elif row.type == FieldDescriptor.TYPE_BOOL:
            setattr(message, row.name, chance.random() < 0.5)
        else:
            setattr(message, row.name, chance.choice((0, 1, 2, 200, 204, 599, -1, 2**31 - 1, -(2**31))))
    return message


def test_a_message_of_nearly_16_mib_is_taken_and_a_larger_one_refused(server: Server) -> None:
    large = exchange(body='"' + "x" * (14 * 2**20) + '"')
    assert not server.call("ValidateInteraction", large).valid
    with pytest.raises(grpc.RpcError) as caught:
        server.call("ValidateInteraction", exchange(body="x" * (16 * 2**20)))
    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert server.call("ValidateInteraction", exchange()).valid


def test_content_past_its_limit_is_refused_in_band(server: Server) -> None:
    found = server.call("RegisterSchema", wire.RegisterSchemaRequest(schema_id="big", schema_content=" " * (15 * 2**20) + description()))
    assert not found.success


class CountingPool(ThreadPoolExecutor):
    """Counts what is done in its threads."""

    work = 0

    def submit(self, *given: Any, **named: Any) -> Any:
        self.work += 1
        return super().submit(*given, **named)


@pytest.mark.parametrize("method", ["ValidateInteraction", "ValidateProducerResponse"])
def test_a_large_exchange_is_judged_beside_the_event_loop_and_a_small_one_in_it(method: str) -> None:
    storage = storage_on(open_memory())
    services = services_on(storage, rules=Rules(), options=ValidateOptions())
    services.schemas.register(Register("shop", description()), Actor())

    def request(path: str) -> Any:
        whole = exchange(path)
        if method == "ValidateInteraction":
            return whole
        return wire.ValidateProducerRequest(schema_id="shop", method="GET", path=path, request=whole.request, response=whole.response)

    with CountingPool(2) as pool:
        call = getattr(ContractCalls(services, pool, pool, Metrics()), method)

        async def ask(path: str) -> int:
            before = pool.work
            await call(request(path), Actor())
            return pool.work - before

        async def asked() -> list[int]:
            return [await ask(path) for path in ("/orders/1", "/orders/1", "/orders/1?" + "a=1&" * 100_000)]

        assert asyncio.run(asked())[1:] == [0, 1]
    storage.database.close()


def test_a_wrong_page_token_is_told(server: Server) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        server.call("ListSchemas", wire.ListSchemasRequest(page_token="garbled"))
    assert (caught.value.code(), "page token" in str(caught.value.details())) == (grpc.StatusCode.INVALID_ARGUMENT, True)


def test_a_reply_that_no_message_holds_says_where_there_are_pages() -> None:
    used = [wire.EndpointUsage(method="GET", path="/ping", used_fields=[f"{number}{'x' * 990}" for number in range(900)])]
    with serving() as server:
        register(server)
        for number in range(20):
            assert server.call("RegisterConsumer", wire.RegisterConsumerRequest(consumer_id=f"c{number}", schema_id="shop", used_endpoints=used)).success
        with pytest.raises(grpc.RpcError) as caught:
            server.call("ListConsumers", wire.ListConsumersRequest(schema_id="shop"))
        assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert all(words in str(caught.value.details()) for words in ("the reply of ListConsumers has", "lists have pages"))
        status, page = server.registry("listConsumers", schema_id="shop", page_size=5)
        assert (status, len(page["items"]), page["total"]) == (200, 5, 20)
        assert not any("Traceback" in line or "call failed" in line for line in server.lines)


@pytest.mark.parametrize(("kind", "told"), [("text/json", "7"), ("application/problem+json", "7"), ("text/plain", '"7"')])
def test_what_is_json_is_said_in_one_place(server: Server, kind: str, told: str) -> None:
    answer = {"description": "one", "content": {kind: {"schema": {"type": "integer", "enum": [7]}}}}
    paths = {"/go": {"get": {"responses": {"200": answer}}}}
    register(server, kind, json.dumps({"openapi": "3.0.3", "info": {"title": "Kinds", "version": "1"}, "paths": paths}))
    request = wire.GenerateFixtureRequest(schema_id=kind, method="GET", path="/go", content_type="application/json")
    assert server.call("GenerateFixture", request).fixture.response.body == told


def test_an_unknown_method_is_unimplemented(server: Server) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        server.raw(f"/{SERVICE}/Nope", b"")
    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED


def test_a_side_that_is_asked_for_does_not_need_the_other(server: Server) -> None:
    nothing = {"description": "cannot be", "content": {"text/plain": {"schema": {"type": "integer", "minimum": 2, "maximum": 1}}}}
    body = {"required": True, "content": {"text/plain": {"schema": {"type": "string", "enum": ["go"]}}}}
    paths = {"/go": {"post": {"requestBody": body, "responses": {"200": nothing}}}}
    register(server, "halves", json.dumps({"openapi": "3.0.3", "info": {"title": "Halves", "version": "1"}, "paths": paths}))
    request = wire.GenerateFixtureRequest(schema_id="halves", method="POST", path="/go", content_type="application/json", output_type=wire.OUTPUT_REQUEST)
    found = server.call("GenerateFixture", request)
    assert (found.success, found.request_body) == (True, '"go"'), "who wants JSON, or says nothing, reads it as JSON"
    request.content_type = "text/plain"
    assert server.call("GenerateFixture", request).request_body == "go"
    request.output_type = wire.OUTPUT_RESPONSE
    assert not server.call("GenerateFixture", request).success


def test_a_consumer_is_told_the_changes_at_its_own_endpoints(server: Server) -> None:
    def described(version: str, **fields: str) -> str:
        shape = {"type": "object", "required": list(fields), "properties": {name: {"type": kind} for name, kind in fields.items()}}
        answer = {"200": {"description": "ok", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Item"}}}}}
        number = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
        paths = {"/a": {"get": {"responses": answer}}, "/b/{id}": {"get": {"parameters": [number], "responses": answer}}}
        info = {"title": "Parts", "version": version}
        return json.dumps({"openapi": "3.0.3", "info": info, "paths": paths, "components": {"schemas": {"Item": shape}}})

    for content in (described("1.0.0", id="integer", name="string"), described("2.0.0", id="integer")):
        register(server, "parts", content)
    used = [wire.EndpointUsage(method="GET", path="/b/42", used_fields=["name"])]
    consumer = wire.RegisterConsumerRequest(consumer_id="web", schema_id="parts", schema_version="1.0.0", environment="prod", used_endpoints=used)
    assert server.call("RegisterConsumer", consumer).success
    found = server.call("CanIDeploy", wire.CanIDeployRequest(schema_id="parts", new_version="2.0.0", environment="prod"))
    assert {change.path for change in found.breaking_changes} == {"/a", "/b/{id}"}
    assert [change.path for change in found.affected_consumers[0].relevant_changes] == ["/b/{id}"]
    (told,) = server.get("/api/v1/schemas/parts/can-i-deploy?version=2.0.0&environment=prod").json()["consumers"]
    assert told["operations"] == ["GET /b/{}"]


def test_a_text_that_cannot_be_read_names_the_line_and_no_file(server: Server) -> None:
    for content, words in (
        ("{", "Failed to parse schema: line 1:2: the JSON text"),
        ("{}", "Failed to parse schema: line 1:1: the document declares no OpenAPI version"),
    ):
        assert register(server, "torn", content).message.startswith(words)
