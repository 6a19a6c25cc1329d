"""What users of the published SDK do, run in a process of its own: its generated messages have the names of ours. Usage: ADDRESS FOLDER [KEY]."""

from __future__ import annotations

import asyncio
import io
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from cvt_sdk import ContractValidator, ContractValidatorOptions, EndpointUsage, GenerateOptions, RegisterConsumerOptions
from cvt_sdk.adapters import ContractValidatingSession, MockSession
from cvt_sdk.auto_register import AutoRegisterConfig
from cvt_sdk.producer import Producer, ProducerConfig, ProducerTestConfig, ProducerTestKit, ValidationMode
from cvt_sdk.producer.adapters import ASGIMiddleware, WSGIMiddleware
from cvt_sdk.producer.testing import MockRequest

ADDRESS, FOLDER, KEY = sys.argv[1], Path(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else None


def fails(call: Any, *words: str) -> None:
    """The SDK raises ValueError from flags in the reply."""
    said = ""
    try:
        call()
    except ValueError as problem:
        said = str(problem)
    assert said, f"no ValueError about {words}"
    assert all(word in said for word in words), said


def registry(validator: Any) -> None:
    validator.register_schema("shop", str(FOLDER / "one.json"))
    validator.register_schema("yaml", str(FOLDER / "one.yaml"))
    validator.register_schema("shop", str(FOLDER / "two.json"))
    validator.register_schema_with_version("shop", str(FOLDER / "one.json"), "1.0.0")
    fails(lambda: validator.register_schema_with_version("shop", str(FOLDER / "one.json"), "9.9.9"), "9.9.9", "1.0.0")
    fails(lambda: validator.register_schema("bad", str(FOLDER / "bad.json")), "registration failed")
    fails(lambda: validator.use_schema("shop", "5.0.0"), "not registered")
    assert validator.use_schema("shop").schema_version == "2.0.0"
    info = validator.use_schema("shop", "1.0.0")
    assert (info.schema_version, info.endpoint_count, info.openapi_version) == ("1.0.0", 3, "3.0.3")


def exchanges(validator: Any) -> None:
    asked = {"method": "GET", "path": "/orders/7"}
    for request in (asked, {**asked, "body": None}, {**asked, "method": "get", "headers": {}}, {**asked, "path": "/v1/orders/7"}):
        found = validator.validate(request, {"status_code": 200, "body": {"id": 7}})
        assert found == {"valid": True, "errors": []}, found
    assert validator.validate({"method": "GET", "path": "/ping", "body": None}, {"statusCode": 204, "body": None})["valid"]
    broken = validator.validate(asked, {"status_code": 200, "body": {"id": "seven"}})
    assert not broken["valid"]
    assert "response body/id" in broken["errors"][0]
    assert not validator.validate(asked, {"status_code": 200, "body": {}})["valid"]
    assert not validator.validate(asked, {"status_code": 418, "body": {}})["valid"]


def comparison(validator: Any) -> None:
    found = validator.compare_schemas("shop", "1.0.0", "2.0.0")
    assert not found["compatible"]
    assert {change["type"] for change in found["breaking_changes"]} <= {str(number) for number in range(1, 7)}
    assert not validator.compare_schemas("shop", "1.0.0", "7.0.0")["compatible"]
    assert validator.compare_schemas("shop", "1.0.0", "1.0.0")["compatible"]


def fixtures(validator: Any) -> None:
    assert [(one["method"], one["path"]) for one in validator.list_endpoints()] == [("GET", "/orders/{id}"), ("POST", "/orders"), ("GET", "/ping")]
    made = validator.generate_fixture("POST", "/orders")
    found = validator.validate(made["request"], made["response"])
    assert found["valid"], found
    assert "number" in validator.generate_response("GET", "/orders/7", GenerateOptions(status_code=200))["body"]
    assert "number" in validator.generate_request_body("POST", "/orders")
    fails(lambda: validator.generate_fixture("GET", "/nope"))


def consumers(validator: Any) -> None:
    usage = [EndpointUsage(method="GET", path="/orders/42", used_fields=["id"])]
    validator.register_consumer(RegisterConsumerOptions("web", "1.0.0", "shop", "1.0.0", "prod", usage))
    assert [one["consumer_id"] for one in validator.list_consumers("shop", "prod")] == ["web"]
    answer = validator.can_i_deploy("shop", "2.0.0", "prod")
    assert not answer["safe_to_deploy"]
    assert answer["affected_consumers"][0]["relevant_changes"]
    assert not validator.can_i_deploy("shop", "9.0.0", "prod")["safe_to_deploy"]
    assert not validator.can_i_deploy("nope", "1.0.0", "prod")["safe_to_deploy"]
    validator.deregister_consumer("web", "shop", "prod")
    fails(lambda: validator.deregister_consumer("web", "shop", "prod"), "consumer not found: web/shop/prod")
    fails(lambda: validator.register_consumer(RegisterConsumerOptions("web", "1", "nope", "1.0.0", "prod")), "schema not found: nope")


class Shop(BaseHTTPRequestHandler):
    """An API that keeps the contract for one order only."""

    def do_GET(self) -> None:
        body = json.dumps({"number": 7 if self.path.endswith("/7") else "seven"}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Quiet."""


def sessions(validator: Any) -> None:
    shop = HTTPServer(("127.0.0.1", 0), Shop)
    threading.Thread(target=shop.serve_forever, daemon=True).start()
    seen: list[Any] = []
    session = ContractValidatingSession(validator, on_validation_failure=lambda result, *_: seen.append(result))
    session.trust_env = False
    root = f"http://127.0.0.1:{shop.server_port}"
    session.get(f"{root}/orders/7")
    assert seen == []
    session.get(f"{root}/orders/8")
    assert len(seen) == 1
    interactions = session.get_interactions()
    assert len(interactions) == 2
    config = AutoRegisterConfig(consumer_id="auto", consumer_version="1", environment="dev", schema_version="2.0.0", schema_id="shop")
    validator.register_consumer_from_interactions(interactions, config)
    assert [one["consumer_id"] for one in validator.list_consumers("shop", "dev")] == ["auto"]
    shop.shutdown()
    mock = MockSession(validator)
    answer = mock.get("http://mock.shop/orders/7")
    assert (answer.status_code, "number" in answer.json()) == (200, True)
    assert mock.post("http://mock.shop/orders", json_body={"number": 1}).status_code == 201
    validator.register_schema("text", str(FOLDER / "text.json"))
    assert mock.get("http://mock.shop/motd").text == "hello"
    validator.use_schema("shop", "2.0.0")


def producers(validator: Any) -> None:
    kit = ProducerTestKit(ProducerTestConfig(schema_id="shop", schema_version="2.0.0", server_address=ADDRESS, api_key=KEY))
    found = kit.validate_response(method="GET", path="/orders/7", status_code=200, body={"number": 7})
    assert (found.valid, found.validated_against_version) == (True, "2.0.0"), found.errors
    assert not kit.validate_response(method="GET", path="/orders/7", status_code=200, body={"number": "x"}).valid
    wrong = MockRequest(method="POST", path="/orders", body={"number": "x"}, headers={"content-type": "application/json"})
    assert not kit.validate_response(method="POST", path="/orders", status_code=201, body={"number": 1}, request=wrong).valid
    assert kit.for_endpoint("GET", "/orders/{id}").validate_response(200, {"number": 7}, path_values={"id": "7"}).valid
    kit.close()
    config = ProducerConfig(schema_id="shop", validator=validator, mode=ValidationMode.STRICT)
    asked = asyncio.run(Producer(config).validate_request("POST", "/orders", {"host": "shop", "content-type": "application/json"}, {"number": 1}))
    assert asked["valid"], asked
    assert _wsgi(config, b'{"number": 1}') == "201 Created"
    assert _wsgi(config, b'{"number": "x"}').startswith("400")
    assert asyncio.run(_asgi(config, b'{"number": 1}')) == 201
    assert asyncio.run(_asgi(config, b'{"number": "x"}')) == 400


def _wsgi(config: Any, body: bytes) -> str:
    def application(_environ: Any, start: Any) -> Any:
        start("201 Created", [("Content-Type", "application/json")])
        return [b'{"number": 1}']

    said: list[str] = []
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/orders",
        "QUERY_STRING": "",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_HOST": "shop.example.com",
        "wsgi.input": io.BytesIO(body),
    }
    b"".join(WSGIMiddleware(application, config)(environ, lambda status, *_: said.append(status)))
    return said[0]


async def _asgi(config: Any, body: bytes) -> int:
    async def application(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 201, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": b'{"number": 1}'})

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    said: list[int] = []

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            said.append(message["status"])

    headers = [(b"host", b"shop.example.com"), (b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "path": "/orders", "query_string": b"", "headers": headers}
    await ASGIMiddleware(application, config)(scope, receive, send)
    return said[0]


def main() -> None:
    validator = ContractValidator(ContractValidatorOptions(address=ADDRESS, api_key=KEY))
    registry(validator)
    exchanges(validator)
    comparison(validator)
    validator.use_schema("shop", "2.0.0")
    fixtures(validator)
    consumers(validator)
    sessions(validator)
    producers(validator)
    validator.close()
    print("all of the SDK works")


if __name__ == "__main__":
    main()
