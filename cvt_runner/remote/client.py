"""Calls to a contract server: the published contract, and the registry's own operations where the server has them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import grpc
import msgspec

from cvt_runner.errors import AccessDenied, Refused, RunnerError, Unreachable, UsageError
from cvt_runner.net import one_line, scrub
from cvt_runner.remote.target import DEFAULT_PORT, Target
from cvt_wire import cvt_pb2, registry_pb2

MAX_MESSAGE: Final = 16 * 1024 * 1024
CONTRACT: Final = "cvt.ContractValidator"
REGISTRY: Final = "cvt.registry.v1.Registry"
TIMEOUT: Final = 30.0
ATTEMPTS: Final = 3
FIRST_WAIT: Final = 0.2
_HEALTH: Final = "/grpc.health.v1.Health/Check"
_SERVING: Final = b"\x08\x01"
_HTTP_PORT: Final = DEFAULT_PORT + 1
_LOST: Final[tuple[tuple[str, bool | None, str], ...]] = (
    (
        "certificate_verify_failed",
        True,
        "its TLS certificate is not from one of the authorities in --ca or CVT_TLS_CA (else the usual ones), or is for another host",
    ),
    ("name not found", None, "is the name of the host right?"),
    ("address lookup", None, "is the name of the host right?"),
    ("wrong_version_number", True, "it speaks no TLS: leave --tls, --ca and https:// out"),
    ("security handshaker", True, "--ca, --cert and --key have to be PEM files: certificates, a certificate, its private key"),
    ("refused", None, "is the contract server running there? start one with `cvt serve`; wait for one with `cvt wait --server {address}`"),
    (
        "",
        True,
        "is its TLS certificate of the authorities in --ca or CVT_TLS_CA (else the usual ones)? does it ask for --cert and --key? else leave them out",
    ),
    ("", False, "does the server use TLS? then name the authorities of its certificate with --ca FILE (CVT_TLS_CA), or use --tls"),
)
"""What to do about a lost connection, by a word of gRPC's detail and by whether we speak TLS; the first that fits counts."""
Code: Final = grpc.StatusCode


class NotOffered(RunnerError):
    """The server has no registry beside the published contract (it is the public one, or an old one of ours)."""

    exit_code = 3


class Client:
    """An open connection; ends it as a context manager. Raises Unreachable, AccessDenied, Refused."""

    def __init__(self, target: Target, *, timeout: float = TIMEOUT, sleep: Callable[[float], None] = time.sleep) -> None:
        """`timeout` is seconds for one call with all its attempts."""
        self._target = target
        self._timeout = timeout
        self._sleep = sleep
        self._channel = _channel(target)
        self._methods: dict[str, Any] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self._channel.close()

    def contract(self, method: str, request: Any) -> Any:
        """One call of the published contract. Every one of them may be repeated: what is stored is stored once."""
        described = cvt_pb2.DESCRIPTOR.services_by_name["ContractValidator"].methods_by_name[method]
        reply = getattr(cvt_pb2, described.output_type.name)
        return self._call(f"/{CONTRACT}/{method}", request, reply.FromString)

    def registry(self, operation: str, arguments: Mapping[str, Any]) -> tuple[int, Any]:
        """One operation of the registry: HTTP status and JSON body. Raises NotOffered where the server has none."""
        request = registry_pb2.CallRequest(operation=operation, arguments=msgspec.json.encode(arguments))
        reply = self._call(f"/{REGISTRY}/Call", request, registry_pb2.CallReply.FromString)
        try:
            return reply.status, msgspec.json.decode(reply.body) if reply.body else None
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise Unreachable(f"{self._target.address} answered {operation} with what is no JSON", hint="is it a contract server?") from None

    def ask(self, operation: str, arguments: Mapping[str, Any]) -> Any:
        """The same, with what the server refuses raised as Refused, AccessDenied or Unreachable."""
        status, body = self.registry(operation, arguments)
        if status < 400:
            return body
        raise problem_of(status, body)

    def serving(self) -> bool:
        """Does the health service say so? Raises Unreachable and AccessDenied."""
        reply: bytes = self._call(_HEALTH, None, bytes, attempts=1)
        return reply == _SERVING

    def _call(self, path: str, request: Any, read: Callable[[bytes], Any], *, attempts: int = ATTEMPTS) -> Any:
        end = time.monotonic() + self._timeout
        for attempt in range(attempts):
            try:
                return self._method(path, read)(request, timeout=max(end - time.monotonic(), 0.001), metadata=self._metadata())
            except grpc.RpcError as problem:
                wait = FIRST_WAIT * 4.0**attempt
                if problem.code() is not Code.UNAVAILABLE or attempt == attempts - 1 or time.monotonic() + wait >= end:
                    raise self._told(problem, path) from None
                self._sleep(wait)
        raise AssertionError("there is at least one attempt")

    def _method(self, path: str, read: Callable[[bytes], Any]) -> Any:
        if path not in self._methods:
            self._methods[path] = self._channel.unary_unary(path, request_serializer=_serialized, response_deserializer=read)
        return self._methods[path]

    def _metadata(self) -> tuple[tuple[str, str], ...]:
        return (("x-api-key", self._target.api_key),) if self._target.api_key else ()

    def _told(self, problem: Any, path: str) -> RunnerError:
        detail = one_line(scrub(problem.details() or "", self._target.api_key))
        where = self._target.address
        match problem.code():
            case Code.UNAUTHENTICATED:
                return AccessDenied(f"{where} did not accept the API key: {detail}", hint="set CVT_API_KEY, or name a file with --api-key-file")
            case Code.PERMISSION_DENIED:
                return AccessDenied(f"{where} does not allow this: {detail}", hint="use a key with the scope")
            case Code.UNIMPLEMENTED:
                return NotOffered(f"{where} does not offer {path.rpartition('/')[2]}: {detail}", hint="it is another kind of server, or an older one")
            case Code.DEADLINE_EXCEEDED:
                return Unreachable(f"{where} did not answer within {self._timeout:g} s", hint="is the address right? a longer time: --timeout")
            case Code.RESOURCE_EXHAUSTED:
                return Unreachable(f"{where} refused the call: {detail}", hint="send less, or try again later")
            case _:
                return self._lost(detail)

    def _lost(self, detail: str) -> RunnerError:
        if "refused" in detail.lower() and self._target.listens():
            detail = "something listens there, but does not answer as a contract server " + ("with TLS" if self._target.tls else "without TLS")
        found = (hint for word, tls, hint in _LOST if word in detail.lower() and tls in (None, self._target.tls))
        hint = next(found, "").format(address=self._target.address)
        if self._target.address.endswith(f":{_HTTP_PORT}"):
            hint = f"{_HTTP_PORT} is the server's port of HTTP; commands speak gRPC, on {DEFAULT_PORT} where nothing else was set"
        return Unreachable(f"{self._target.address} cannot be reached: {detail or 'no answer'}", hint=hint)


def problem_of(status: int, body: Any) -> RunnerError:
    """The error for a problem (RFC 9457) that the registry answered with."""
    detail = body.get("detail") or body.get("title") if isinstance(body, dict) else ""
    hint = str(body.get("hint") or "") if isinstance(body, dict) else ""
    text = one_line(str(detail or f"the server answered {status}"))
    if status in (401, 403):
        return AccessDenied(text, hint=hint)
    return Unreachable(text, hint=hint) if status in (429, 503) or status >= 500 else Refused(text, hint=hint)


def _serialized(request: Any) -> bytes:
    data: bytes = b"" if request is None else request.SerializeToString()
    return data


def _channel(target: Target) -> Any:
    options = (
        ("grpc.max_receive_message_length", MAX_MESSAGE),
        ("grpc.max_send_message_length", MAX_MESSAGE),
        ("grpc.enable_retries", 0),
        ("grpc.initial_reconnect_backoff_ms", 200),
        ("grpc.max_reconnect_backoff_ms", 2000),
        ("grpc.enable_http_proxy", 0 if target.local else 1),
    )
    if not target.tls:
        return grpc.insecure_channel(target.address, options=options)
    credentials = grpc.ssl_channel_credentials(_file(target.ca_file), _file(target.key_file), _file(target.cert_file))
    return grpc.secure_channel(target.address, credentials, options=options)


def _file(path: str) -> bytes | None:
    if not path:
        return None
    try:
        return Path(path).expanduser().read_bytes()
    except OSError as problem:
        raise UsageError(f"{path} cannot be read: {problem.strerror}") from None
