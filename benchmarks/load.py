"""How many calls a second the contract server answers, and how long they take: `ghz` on the same machine asks over gRPC."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import grpc
from google.protobuf import descriptor_pb2, json_format

from benchmarks.figures import Count, Figure, Figures, Tell
from benchmarks.inputs import NEW, OLD, ROOT, Place, github_description
from benchmarks.measure import Absent, Missing
from cvt_engine.errors import EngineError
from cvt_engine.facade import Contract, HttpRequest, HttpResponse, generate, load_spec
from cvt_wire import cvt_pb2 as wire
from tests.server.databases import postgres_server
from tools import gotool

KEY: Final = "benchmark-key-0123456789abcdef"
SERVICE: Final = "cvt.ContractValidator"
SECONDS: Final = 30
CALLERS: Final = 50
OPERATIONS: Final = 40
INVALID_EVERY: Final = 10
LEAST_RATE: Final = 4000
MOST_P99: Final = 0.025
CONSUMERS: Final = 10_000
USED: Final = 20
MOST_P95: Final = 0.1
DEPLOYS: Final = 200
OPTIONS: Final = (("grpc.max_send_message_length", 2**24), ("grpc.max_receive_message_length", 2**24))


@dataclass(frozen=True, slots=True)
class Load:
    """What ghz saw. Latencies in seconds."""

    rate: float
    p95: float
    p99: float
    count: int
    failed: int


def validate_calls(place: Place) -> Count:
    """ValidateInteraction on GitHub's description: 40 operations, one exchange in ten invalid, API keys on."""
    description = github_description(place, NEW)

    def take(_runs: int, tell: Tell) -> Figures:
        messages = place.sub("load") / f"exchanges-{NEW}.json"
        messages.write_text(json.dumps(exchanges(description.read_bytes())), "utf-8")
        lines: list[Figure | Absent] = []
        for workers, kind in ((1, "SQLite"), (2, "SQLite"), (1, "PostgreSQL"), (2, "PostgreSQL")):
            tell(f"ghz, {workers} worker(s) on {kind}")
            lines.append(_validated(place, description, messages, workers, kind))
        return Figures(tuple(lines))

    return Count(take)


def _validated(place: Place, description: Path, messages: Path, workers: int, kind: str) -> Figure | Absent:
    name = f"{workers} worker{'s' if workers > 1 else ''}, {kind}"
    try:
        with storage(kind) as variables, served({**variables, "CVT_WORKERS": str(workers)}) as address:
            stub = Stub(address)
            stub("RegisterSchema", wire.RegisterSchemaRequest(schema_id="github", schema_content=description.read_text("utf-8")))
            ghz(place, address, "ValidateInteraction", messages, seconds=3)
            load = ghz(place, address, "ValidateInteraction", messages, seconds=SECONDS)
    except (gotool.ToolUnavailableError, Missing) as problem:
        return Absent(name, str(problem))
    text = f"{load.rate:,.0f} calls/s, p95 {load.p95 * 1000:.1f} ms, p99 {load.p99 * 1000:.1f} ms; {load.failed} of {load.count:,} failed"
    met = min(load.rate / LEAST_RATE, MOST_P99 / load.p99 if load.p99 else 0.0, 0.0 if load.failed else 1e9)
    return Figure(name, text, met if (workers, kind) == (1, "SQLite") else None)


def deploy_calls(place: Place) -> Count:
    """CanIDeploy with 10,000 consumers of 20 endpoints each, on PostgreSQL."""
    old, new = github_description(place, OLD), github_description(place, NEW)

    def take(_runs: int, tell: Tell) -> Figures:
        tell(f"registering {CONSUMERS:,} consumers")
        try:
            with storage("PostgreSQL") as variables, served(variables) as address:
                stub = Stub(address)
                register_all(stub, old, new)
                first = time.perf_counter()
                version = Contract.compile(load_spec(lambda _: new.read_bytes(), "n.json")).info_version
                ask = wire.CanIDeployRequest(schema_id="github", new_version=version, environment="prod")
                first = time.perf_counter()
                reply = stub("CanIDeploy", ask)
                first = time.perf_counter() - first
                message = place.sub("load") / "deploy.json"
                message.write_text(json.dumps([json_format.MessageToDict(ask, preserving_proto_field_name=True)]), "utf-8")
                alone = stub.timed("CanIDeploy", ask, DEPLOYS)
                load = ghz(place, address, "CanIDeploy", message, seconds=10, callers=4)
        except (gotool.ToolUnavailableError, Missing) as problem:
            return Figures((Absent("CanIDeploy", str(problem)),))
        consumers = f"{len(reply.affected_consumers):,} consumers, PostgreSQL"
        said = f"the first after a change {first * 1000:.0f} ms; reply {reply.ByteSize() / 1e6:.1f} MB"
        one = Figure(f"{consumers}, one caller that takes the reply as bytes", f"p95 {alone * 1000:.1f} ms; {said}", MOST_P95 / alone)
        text = f"p95 {load.p95 * 1000:.1f} ms, {load.rate:,.0f} calls/s; ghz decodes every reply on the same cores"
        return Figures((one, Figure(f"{consumers}, 4 callers of ghz", text, None)))

    return Count(take)


def register_all(stub: Stub, old: Path, new: Path) -> None:
    """Two versions and the consumers of the older one, each with its own twenty of the operations."""
    contract = Contract.compile(load_spec(lambda _: old.read_bytes(), "o.json"))
    endpoints = contract.endpoints()
    for path in (old, new):
        stub("RegisterSchema", wire.RegisterSchemaRequest(schema_id="github", schema_content=path.read_text("utf-8")))
    pending = []
    for number in range(CONSUMERS):
        used = (endpoints[(number * 7 + place * 31) % len(endpoints)] for place in range(USED))
        usages = [wire.EndpointUsage(method=one.method, path=one.path, used_fields=["id", "name"]) for one in used]
        pending.append(
            stub.later(
                "RegisterConsumer",
                wire.RegisterConsumerRequest(
                    consumer_id=f"consumer-{number}",
                    consumer_version="1",
                    schema_id="github",
                    schema_version=contract.info_version,
                    environment="prod",
                    used_endpoints=usages,
                ),
            )
        )
        if len(pending) >= CALLERS:
            for call in pending:
                if not call.result().success:
                    raise Missing("a consumer was refused")
            pending.clear()


class Stub:
    """Calls of the contract service."""

    def __init__(self, address: str) -> None:
        self._channel = grpc.insecure_channel(address, options=OPTIONS)

    def __call__(self, method: str, request: Any) -> Any:
        """One call."""
        return self.later(method, request).result()

    def timed(self, method: str, request: Any, times: int) -> float:
        """The 95th percentile of calls one after another, in seconds; replies are received whole and not decoded."""
        data, taken = request.SerializeToString(), []
        call: Any = self._channel.unary_unary(f"/{SERVICE}/{method}")
        for _ in range(times):
            started = time.perf_counter()
            call(data, metadata=(("x-api-key", KEY),), timeout=120)
            taken.append(time.perf_counter() - started)
        return sorted(taken)[int(times * 0.95)]

    def later(self, method: str, request: Any) -> Any:
        """One call's future."""
        described = wire.DESCRIPTOR.services_by_name["ContractValidator"].methods_by_name[method]
        call: Any = self._channel.unary_unary(
            f"/{SERVICE}/{method}",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=getattr(wire, described.output_type.name).FromString,
        )
        return call.future(request, metadata=(("x-api-key", KEY),), timeout=120)


def exchanges(data: bytes) -> list[dict[str, Any]]:
    """Messages for ghz: exchanges that fit, of operations with JSON answers of about the same size, and one in ten that does not."""
    spec = load_spec(lambda _: data, "github.json")
    contract = Contract.compile(spec)
    found: list[dict[str, Any]] = []
    for endpoint in contract.endpoints():
        try:
            made = generate(spec, endpoint.method, endpoint.path)
        except EngineError:
            continue
        body = made.response.body or ""
        asked = HttpRequest.of(made.request.method, made.request.path, made.request.headers, made.request.body)
        if 700 <= len(body) <= 2600 and contract.check(asked, HttpResponse.of(made.response.status, made.response.headers, body)).valid:
            found.append(_message(made, body))
        if len(found) == OPERATIONS:
            break
    many = [dict(found[number % len(found)]) for number in range(4 * len(found))]
    for number in range(0, len(many), INVALID_EVERY):
        many[number] = {**many[number], "response": {**many[number]["response"], "body": '{"unexpected": true}', "status_code": 299}}
    return many


def _message(made: Any, body: str) -> dict[str, Any]:
    request = {"method": made.request.method, "path": made.request.path, "headers": dict(made.request.headers), "body": made.request.body or ""}
    response = {"status_code": made.response.status, "headers": dict(made.response.headers), "body": body}
    return {"schema_id": "github", "request": request, "response": response}


@contextmanager
def storage(kind: str) -> Iterator[dict[str, str]]:
    """The variables for an empty database of a kind."""
    if kind == "SQLite":
        with tempfile.TemporaryDirectory(prefix="cvt-load-") as folder:
            yield {"CVT_STORAGE_TYPE": "sqlite", "CVT_STORAGE_DSN": f"{folder}/cvt.db"}
        return
    try:
        with postgres_server() as server:
            yield {"CVT_STORAGE_TYPE": "postgres", "CVT_POSTGRES_DSN": server.url}
    except BaseException as problem:
        if type(problem).__name__ in ("Skipped", "Failed"):  # the tests' way to say that there is no PostgreSQL here
            raise Missing(str(problem)) from None
        raise


@contextmanager
def served(variables: Mapping[str, str]) -> Iterator[str]:
    """A server of this checkout on free ports; its gRPC address."""
    from tests.rig import free_port

    ports = {"CVT_PORT": str(free_port()), "CVT_METRICS_PORT": str(free_port())}
    keys = {"CVT_API_KEY_ENABLED": "true", "CVT_API_KEYS": f"{KEY}:bench", "CVT_HOST": "127.0.0.1", "LOG_LEVEL": "error"}
    process = subprocess.Popen(
        [sys.executable, "-m", "cvt_server", "serve"], cwd=ROOT, env={**os.environ, **ports, **keys, **variables}, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr is not None
        line = process.stderr.readline()
        if not re.search(r"gRPC on port \d+", line):
            raise Missing(f"the server did not start: {line.strip()}")
        threading.Thread(target=process.stderr.read, daemon=True).start()
        yield f"127.0.0.1:{ports['CVT_PORT']}"
    finally:
        process.terminate()
        process.wait(60)


def ghz(place: Place, address: str, method: str, messages: Path, *, seconds: int, callers: int = CALLERS) -> Load:
    """Run ghz. Raises ToolUnavailableError, Missing."""
    program = gotool.ensure("ghz", os.environ)
    described = place.sub("load") / "cvt.protoset"
    files = descriptor_pb2.FileDescriptorSet()
    wire.DESCRIPTOR.CopyToProto(files.file.add())
    described.write_bytes(files.SerializeToString())
    command = [str(program), "--insecure", "--protoset", str(described), "--call", f"{SERVICE}.{method}", "-D", str(messages)]
    command += ["-c", str(callers), "-z", f"{seconds}s", "--duration-stop", "wait", "-m", json.dumps({"x-api-key": KEY}), "-O", "json", address]
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 120, check=False)
    if done.returncode:
        raise Missing(f"ghz failed: {done.stderr.strip()[-300:]}")
    return load_of(json.loads(done.stdout))


def load_of(report: Mapping[str, Any]) -> Load:
    """What a report of ghz says."""
    latencies = {row["percentage"]: row["latency"] / 1e9 for row in report["latencyDistribution"] or ()}
    failed = sum(count for status, count in report["statusCodeDistribution"].items() if status != "OK")
    return Load(report["rps"], latencies.get(95, 0.0), latencies.get(99, 0.0), report["count"], failed)
