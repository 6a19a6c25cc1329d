"""A real server in a process of its own, and what tests say to it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import grpc

from cvt_wire import cvt_pb2 as wire
from cvt_wire import registry_pb2
from tests.rig import ROOT

SERVICE: Final = "cvt.ContractValidator"
OPTIONS: Final = (("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1), ("grpc.enable_http_proxy", 0))
SECONDS: Final = 30


@dataclass
class Server:
    """A running server."""

    process: subprocess.Popen[str]
    port: int
    http: int
    lines: list[str] = field(default_factory=list)
    credentials: grpc.ChannelCredentials | None = None
    _channel: grpc.Channel | None = None

    @property
    def address(self) -> str:
        return f"localhost:{self.port}"

    @property
    def channel(self) -> grpc.Channel:
        if self._channel is None:
            secure = self.credentials
            self._channel = grpc.secure_channel(self.address, secure, options=OPTIONS) if secure else grpc.insecure_channel(self.address, options=OPTIONS)
        return self._channel

    def call(self, method: str, request: Any, *, key: str = "") -> Any:
        """One call of the contract service."""
        described = wire.DESCRIPTOR.services_by_name["ContractValidator"].methods_by_name[method]
        reply = getattr(wire, described.output_type.name)
        raw = self.raw(f"/{SERVICE}/{method}", request.SerializeToString(), key=key)
        return reply.FromString(raw)

    def raw(self, path: str, data: bytes, *, key: str = "") -> bytes:
        """One call with bytes."""
        metadata = (("x-api-key", key),) if key else ()
        call: Any = self.channel.unary_unary(path)
        reply: bytes = call(data, timeout=SECONDS, metadata=metadata, wait_for_ready=False)
        return reply

    def registry(self, operation: str, *, key: str = "", **arguments: Any) -> tuple[int, Any]:
        """One call of the registry's service."""
        request = registry_pb2.CallRequest(operation=operation, arguments=json.dumps(arguments).encode())
        reply = registry_pb2.CallReply.FromString(self.raw("/cvt.registry.v1.Registry/Call", request.SerializeToString(), key=key))
        return reply.status, json.loads(reply.body) if reply.body else None

    def get(self, path: str, method: str = "GET", body: Any = None, headers: Mapping[str, str] | None = None, context: Any = None) -> Answer:
        """One HTTP request; a body that is no bytes is sent as JSON."""
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        kind = {"content-type": "application/json"} if data is not None else {}
        scheme = "https" if context else "http"
        request = urllib.request.Request(f"{scheme}://localhost:{self.http}{path}", data, {**kind, **(headers or {})}, method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))
        try:
            with opener.open(request, timeout=SECONDS) as answer:
                return Answer(answer.status, dict(answer.headers), answer.read())
        except urllib.error.HTTPError as problem:
            with problem:
                return Answer(problem.code, dict(problem.headers), problem.read())

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to stop; the exit code."""
        if self._channel is not None:
            self._channel.close()
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(SECONDS)


@dataclass(frozen=True)
class Answer:
    """What HTTP answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), "")


def environ(variables: Mapping[str, str] | None = None) -> dict[str, str]:
    """A server's environment: nothing of the tests' own but what a process needs."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "CVT_HOST": "127.0.0.1", "CVT_STORAGE_TYPE": "memory", **(variables or {})}


def command(*flags: str) -> list[str]:
    return [sys.executable, "-m", "cvt_server", "serve", *flags]


@contextmanager
def serving(*flags: str, env: Mapping[str, str] | None = None, credentials: grpc.ChannelCredentials | None = None) -> Iterator[Server]:
    """A server on free ports, in memory unless told otherwise."""
    ports = () if any(flag in ("-p", "--port") for flag in flags) else ("--port", "0", "--metrics-port", "0")
    process = subprocess.Popen(command(*ports, *flags), env=environ(env), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    server = Server(process, 0, 0, credentials=credentials)
    assert process.stderr is not None
    try:
        for line in process.stderr:
            server.lines.append(line)
            if found := re.search(r"gRPC on port (\d+), HTTP on port (\d+)", line):
                server.port, server.http = int(found[1]), int(found[2])
                break
        assert server.port, "".join(server.lines)
        reader = threading.Thread(target=server.lines.extend, args=(process.stderr,), daemon=True)
        reader.start()
        yield server
    finally:
        try:
            server.stop()
        finally:
            process.kill()
            process.wait()
            if server.port:
                reader.join(SECONDS)
            process.stderr.close()


def refused(*flags: str, env: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Exit code and words of a server that does not start."""
    done = subprocess.run(command(*flags), env=environ(env), capture_output=True, text=True, timeout=SECONDS, check=False)
    return done.returncode, done.stderr


def until(condition: Any, seconds: float = SECONDS) -> None:
    """Wait for something that happens by itself."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def description(version: str = "1.0.0", *, field: str = "id", title: str = "Shop") -> str:
    """A small description."""
    shape = {"type": "object", "required": [field], "properties": {field: {"type": "integer"}}}
    answer = {"description": "one", "content": {"application/json": {"schema": shape}}}
    number = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    body = {"required": True, "content": {"application/json": {"schema": shape}}}
    paths = {
        "/orders/{id}": {"get": {"operationId": "one", "summary": "One", "parameters": [number], "responses": {"200": answer}}},
        "/orders": {"post": {"operationId": "add", "requestBody": body, "responses": {"201": answer}}},
        "/ping": {"get": {"operationId": "ping", "responses": {"204": {"description": "nothing"}}}},
    }
    return json.dumps({"openapi": "3.0.3", "info": {"title": title, "version": version}, "servers": [{"url": "https://api.example.com/v1"}], "paths": paths})


def register(server: Server, schema_id: str = "shop", content: str = "", *, key: str = "") -> Any:
    return server.call("RegisterSchema", wire.RegisterSchemaRequest(schema_id=schema_id, schema_content=content or description()), key=key)


def exchange(path: str = "/orders/7", body: str = '{"id": 7}', *, schema_id: str = "shop", **given: Any) -> wire.InteractionRequest:
    """A GET and its answer."""
    asked = wire.RequestData(method=given.get("method", "GET"), path=path, body=given.get("request_body", ""))
    answered = wire.ResponseData(status_code=given.get("status", 200), headers={"content-type": "application/json"}, body=body)
    return wire.InteractionRequest(schema_id=schema_id, request=asked, response=answered, schema_version=given.get("version", ""))
