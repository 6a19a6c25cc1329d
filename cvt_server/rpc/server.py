"""The gRPC server: both services, health and reflection on one port, every call through the same gate."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import grpc
from google.protobuf.message import DecodeError
from grpc import aio
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1._async import HealthServicer
from grpc_reflection.v1alpha import reflection

from cvt_server.auth import Caller, Gate
from cvt_server.errors import Forbidden, ServerError, SettingWrong, TooLarge, TooMany, Unauthenticated, Unavailable
from cvt_server.metrics import Metrics
from cvt_server.model import Actor
from cvt_server.rpc.contract import SCOPES, ContractCalls
from cvt_server.settings import Settings
from cvt_server.tracing import Traces
from cvt_wire import cvt_pb2 as wire

MAX_MESSAGE: Final = 16 * 1024 * 1024
CONTRACT: Final = "cvt.ContractValidator"
HEALTH_NAMES: Final = ("", CONTRACT)
_STATUS: Final[Mapping[type[ServerError], grpc.StatusCode]] = {
    Unauthenticated: grpc.StatusCode.UNAUTHENTICATED,
    Forbidden: grpc.StatusCode.PERMISSION_DENIED,
    TooMany: grpc.StatusCode.RESOURCE_EXHAUSTED,
    Unavailable: grpc.StatusCode.UNAVAILABLE,
    TooLarge: grpc.StatusCode.RESOURCE_EXHAUSTED,
}
_ELSEWHERE: Final = "ask on the HTTP port, where answers may be longer and lists have pages: /api/docs"
_log: Final = logging.getLogger("cvt.rpc")
Inner = Callable[[Any, Actor], Awaitable[Any]]
Call = Callable[..., Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Method:
    """One call: the coroutine behind it, its messages, and the scope it needs."""

    inner: Inner
    scope: str
    request: Any


class Service(grpc.GenericRpcHandler):
    """A service by its descriptor: finds the method of a call and leads it through the gate."""

    def __init__(self, name: str, methods: Mapping[str, Method], gate: Gate, metrics: Metrics, traces: Traces | None = None) -> None:
        self._gate = gate
        self._metrics = metrics
        self._traces = traces
        self._calls: dict[str, Call] = {}
        self._strangers: dict[str, grpc.RpcMethodHandler[Any, Any]] = {}
        for method, row in methods.items():
            call = self._call(method, f"{name}/{method}", row)
            self._calls[f"/{name}/{method}"] = call
            self._strangers[f"/{name}/{method}"] = self._stranger(method, row, call)

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler[Any, Any] | None:
        """The handler of a call, None where the method is not ours. Where keys are needed, one without a known key is not read before it is let in."""
        call = self._calls.get(handler_call_details.method)
        if call is None:
            return None
        if not self._gate.open:
            caller = self._gate.caller(_secret(handler_call_details.invocation_metadata))
            if caller is None:
                return self._strangers[handler_call_details.method]
            call = partial(call, caller=caller)  # the key is looked up once for each call
        return grpc.unary_unary_rpc_method_handler(call)

    def _call(self, name: str, full: str, row: Method) -> Call:
        self._metrics.expect(name)
        parse, inner, scope = row.request.FromString, row.inner, row.scope
        traces, open_ = self._traces, self._gate.open

        async def call(data: bytes, context: aio.ServicerContext[Any, Any], caller: Caller | None = None) -> Any:
            started = time.perf_counter()
            known = ok = False
            try:
                actor = self._gate.admitted(caller, scope) if caller is not None else await self._enter(context, scope)
                known = not open_
                reply = _serialized(await inner(parse(data), actor), name)
                ok = True
            except ServerError as problem:
                await self._refuse(context, problem)
            except DecodeError:
                await context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"the bytes are no {row.request.DESCRIPTOR.full_name}")
            except Exception:  # noqa: BLE001 the one place where a call's unexpected failure ends
                await _broken(context, name)
            else:
                return reply
            finally:
                took = time.perf_counter() - started
                self._metrics.called(name, took, ok=ok, known=known)
                if traces is not None:
                    _trace(traces, full, took, context)

        return call

    def _stranger(self, name: str, row: Method, known: Call) -> grpc.RpcMethodHandler[Any, Any]:
        """For a key that is not known (yet). Taken as a stream, whose messages are read when they are asked for, or never."""

        async def call(requests: AsyncIterable[bytes], context: aio.ServicerContext[Any, Any]) -> Any:
            try:
                if not await self._gate.learns(_secret(context.invocation_metadata())):
                    await self._enter(context, row.scope)
            except ServerError as problem:
                self._metrics.called(name, 0.0, ok=False, known=False)
                await self._refuse(context, problem)
            async for data in requests:
                return await known(data, context)
            return None

        return grpc.stream_unary_rpc_method_handler(call)

    async def _enter(self, context: aio.ServicerContext[Any, Any], scope: str) -> Actor:
        peer = str(context.peer() or "") if self._gate.limited else ""
        if self._gate.open:
            return self._gate.anonymous(peer, scope)
        return await self._gate.admit(_secret(context.invocation_metadata()), scope, peer)

    async def _refuse(self, context: aio.ServicerContext[Any, Any], problem: ServerError) -> None:
        self._metrics.refused(problem)
        status = next((code for kind, code in _STATUS.items() if isinstance(problem, kind)), grpc.StatusCode.INVALID_ARGUMENT)
        await context.abort(status, str(problem) if status is not grpc.StatusCode.UNAUTHENTICATED else problem.message)


def _secret(metadata: Iterable[tuple[str, Any]] | None) -> str | None:
    """The API key that came along; the first where there are several."""
    for name, value in metadata or ():
        if name == "x-api-key":
            return value if isinstance(value, str) else None
    return None


def _trace(traces: Traces, name: str, took: float, context: aio.ServicerContext[Any, Any]) -> None:
    metadata = dict(context.invocation_metadata() or ())
    code = context.code()
    failed = "" if code in (None, 0, grpc.StatusCode.OK) else str(code)
    traces.call(name, seconds=took, parent=str(metadata.get("traceparent", "")), system="grpc", error=failed)


async def _broken(context: aio.ServicerContext[Any, Any], name: str) -> None:
    """A defect of ours: the caller gets a number to tell, the log gets the rest, the process lives on."""
    number = secrets.token_hex(6)
    _log.exception("call failed", extra={"fields": {"method": name, "error_id": number}})
    await context.abort(grpc.StatusCode.INTERNAL, f"internal error {number}; the server's log has more under this number")


def _serialized(reply: Any, name: str) -> bytes:
    data: bytes = reply if isinstance(reply, bytes) else reply.SerializeToString()
    if len(data) > MAX_MESSAGE:
        raise TooLarge(f"the reply of {name} has {len(data)} bytes, more than the {MAX_MESSAGE} of a message", hint=_ELSEWHERE)
    return data


class Health:
    """What the probes are told; watchers hear of every change."""

    def __init__(self) -> None:
        self.servicer = HealthServicer()

    async def end(self) -> None:
        """Not serving from now on, whatever happens."""
        await self.servicer.enter_graceful_shutdown()

    async def set(self, *, serving: bool) -> None:
        """Serving, or not (any more)."""
        status = health_pb2.HealthCheckResponse.SERVING if serving else health_pb2.HealthCheckResponse.NOT_SERVING
        for name in HEALTH_NAMES:
            await self.servicer.set(name, status)


def contract_service(calls: ContractCalls, gate: Gate, metrics: Metrics, traces: Traces | None = None) -> Service:
    """The published contract."""
    described = wire.DESCRIPTOR.services_by_name["ContractValidator"]
    methods = {method.name: Method(getattr(calls, method.name), SCOPES[method.name], getattr(wire, method.input_type.name)) for method in described.methods}
    return Service(CONTRACT, methods, gate, metrics, traces)


def server_of(services: Sequence[Service], health: Health, names: tuple[str, ...], *, shared: bool = False) -> aio.Server:
    """A server that has everything but a port. `names` are the services that reflection tells of; `shared`: other processes have the port too."""
    server = aio.server(
        options=(
            ("grpc.max_receive_message_length", MAX_MESSAGE),
            ("grpc.max_send_message_length", MAX_MESSAGE),
            ("grpc.so_reuseport", int(shared)),
            ("grpc.keepalive_permit_without_calls", 1),
            ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
            ("grpc.max_metadata_size", 64 * 1024),
        )
    )
    server.add_generic_rpc_handlers(tuple(services))
    health_pb2_grpc.add_HealthServicer_to_server(health.servicer, server)
    reflection.enable_server_reflection((*names, health_pb2.DESCRIPTOR.services_by_name["Health"].full_name, reflection.SERVICE_NAME), server)
    return server


def listen(server: aio.Server, settings: Settings) -> int:
    """Open the port; the one that was opened. Raises SettingWrong where it cannot be."""
    address = f"{settings.host or '[::]'}:{settings.port}"
    try:
        if settings.tls_enabled:
            return server.add_secure_port(address, _credentials(settings))
        return server.add_insecure_port(address)
    except RuntimeError:
        raise SettingWrong(f"cannot listen on {address} for gRPC", hint="the port is taken or may not be opened; name another with --port") from None


def _credentials(settings: Settings) -> grpc.ServerCredentials:
    pair = (_read(settings.tls_key_file, "key"), _read(settings.tls_cert_file, "certificate"))
    authorities = _read(settings.tls_ca_file, "authorities") if settings.tls_client_auth != "none" else None
    return grpc.ssl_server_credentials([pair], authorities, settings.tls_client_auth == "require")


def _read(path: str, what: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as problem:
        raise SettingWrong(f"the TLS {what} {path} cannot be read: {problem.strerror}") from None
