"""Health probe for containers: `cvt-health`, also called as `grpc_health_probe` with its flags and exit codes.

Runs every few seconds in every container, so it speaks the little of HTTP/2 that one health check takes (RFC 9113, and the gRPC protocol over it)
instead of loading a gRPC library, and imports nothing of ours. Exit codes: 0 serving, 1 wrong flags, 2 no connection, 3 the call failed, 4 not serving.
"""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Mapping
from typing import Final

VALUES: Final = ("addr", "service", "connect-timeout", "rpc-timeout", "tls-ca-cert", "tls-client-cert", "tls-client-key", "tls-server-name", "user-agent")
SWITCHES: Final = ("tls", "tls-no-verify", "v", "h", "help")
UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
PREFACE: Final = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RESET, SETTINGS, PING, GOAWAY = 0, 1, 3, 4, 6, 7
END_STREAM, ACK, END_HEADERS, PADDED = 1, 1, 4, 8
MAX_FRAME: Final = 16_384  # the limit that we have not raised (RFC 9113, 4.2)
MAX_FRAMES: Final = 100
STATUS: Final = {1: "SERVING", 2: "NOT_SERVING", 3: "SERVICE_UNKNOWN"}
USAGE: Final = f"usage: cvt-health {' '.join(f'[-{name} VALUE]' for name in VALUES)} {' '.join(f'[-{name}]' for name in SWITCHES)}\n"


class Failed(Exception):
    """The probe's answer is no. `code` is the exit code."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Options:
    """What to ask, and how: flags by their names, with the environment's defaults below them."""

    __slots__ = ("switches", "values")

    def __init__(self, values: dict[str, str]) -> None:
        self.values = values
        self.switches: set[str] = set()

    def seconds(self, name: str) -> float:
        """A duration such as 500ms, 1s or 1m30s; one second when it is not given."""
        text, total = self.values.get(name, "1s"), 0.0
        rest = text
        while rest:
            number = rest[: len(rest) - len(rest.lstrip("0123456789."))]
            unit = next((unit for unit in UNITS if rest[len(number) :].startswith(unit)), "")
            if not unit or number.count(".") > 1 or not number.strip("."):
                raise Failed(1, f"-{name} is '{text}', but must be a duration such as 500ms or 2s")
            total += float(number) * UNITS[unit]
            rest = rest[len(number) + len(unit) :]
        return total


def parse(arguments: list[str], environ: Mapping[str, str]) -> Options:
    """Flags as Go programs take them: one or two dashes, the value after `=` or as the next argument. Raises Failed."""
    options = Options(defaults(environ))
    if environ.get("CVT_TLS_ENABLED", "").lower() in ("true", "1", "yes", "on"):
        options.switches |= {"tls", "tls-no-verify"}
    rest = list(arguments)
    while rest:
        given = rest.pop(0)
        name, equals, value = given.lstrip("-").partition("=")
        if given.startswith("-") and name in VALUES and (equals or rest):
            options.values[name] = value if equals else rest.pop(0)
        elif given.startswith("-") and name in SWITCHES and value in ("", "true", "false"):
            (options.switches.discard if value == "false" else options.switches.add)(name)
        else:
            raise Failed(1, f"'{given}' is not a flag of this probe, or lacks its value\n{USAGE}")
    if "tls-ca-cert" in options.values and "-tls-no-verify" not in " ".join(arguments):
        options.switches.discard("tls-no-verify")
    return options


def defaults(environ: Mapping[str, str]) -> dict[str, str]:
    """The server of this container, unless GRPC_HOST, GRPC_PORT and GRPC_SERVICE say otherwise."""
    host, port = environ.get("GRPC_HOST") or "localhost", environ.get("GRPC_PORT") or environ.get("CVT_PORT") or "9550"
    found = {"addr": f"{host}:{port}", "service": environ.get("GRPC_SERVICE", ""), "user-agent": "cvt-health"}
    if environ.get("CVT_TLS_CLIENT_AUTH", "").lower() == "require":  # the server's own certificate is the one that is at hand
        found["tls-client-cert"] = environ.get("CVT_TLS_CERT_FILE") or "/certs/server.crt"
        found["tls-client-key"] = environ.get("CVT_TLS_KEY_FILE") or "/certs/server.key"
    return found


def check(options: Options) -> str:
    """One health check; returns the status's name. Raises Failed."""
    host, _, port = options.values["addr"].rpartition(":")
    if not host or not port.isdecimal():
        raise Failed(1, f"-addr is '{options.values['addr']}', but must be HOST:PORT")
    connect, call = options.seconds("connect-timeout"), options.seconds("rpc-timeout")
    try:
        with connection(host.strip("[]"), int(port), options, connect) as stream:
            stream.settimeout(call)
            stream.sendall(request(options))
            return status(answer(stream, time.monotonic() + call))
    except TimeoutError:
        raise Failed(3, f"{options.values['addr']} did not answer within {call:g} s") from None
    except OSError as problem:
        raise Failed(3, f"the call to {options.values['addr']} failed: {problem}") from None


def connection(host: str, port: int, options: Options, timeout: float) -> socket.socket:
    """A connected socket, encrypted when asked for. Raises Failed with code 2."""
    try:
        plain = socket.create_connection((host, port), timeout=timeout)
        if "tls" not in options.switches:
            return plain
        try:
            return encrypted(plain, host, options)
        except BaseException:
            plain.close()
            raise
    except (OSError, OverflowError) as problem:
        raise Failed(2, f"cannot connect to {host}:{port} within {timeout:g} s: {problem}") from None


def encrypted(plain: socket.socket, host: str, options: Options) -> socket.socket:
    """TLS over a socket, with HTTP/2 agreed upon. Raises OSError."""
    import ssl

    context = ssl.create_default_context(cafile=options.values.get("tls-ca-cert"))
    if "tls-no-verify" in options.switches:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if "tls-client-cert" in options.values:
        context.load_cert_chain(options.values["tls-client-cert"], options.values.get("tls-client-key"))
    context.set_alpn_protocols(["h2"])
    return context.wrap_socket(plain, server_hostname=options.values.get("tls-server-name") or host)


def request(options: Options) -> bytes:
    """Everything that the client says at first: settings, the headers of one unary call, its message."""
    fields = {
        ":method": "POST",
        ":scheme": "https" if "tls" in options.switches else "http",
        ":path": "/grpc.health.v1.Health/Check",
        ":authority": options.values.get("tls-server-name") or options.values["addr"],
        "content-type": "application/grpc",
        "te": "trailers",
        "user-agent": options.values["user-agent"],
    }
    block = b"".join(b"\x00" + text(name) + text(value) for name, value in fields.items())
    service = options.values["service"].encode()
    message = b"\x0a" + number(len(service), 0x7F) + service if service else b""
    body = b"\x00" + len(message).to_bytes(4, "big") + message
    if max(len(block), len(body)) > MAX_FRAME:
        raise Failed(1, "-service, -addr or -user-agent is too long")
    return PREFACE + frame(SETTINGS, 0, 0, b"") + frame(HEADERS, END_HEADERS, 1, block) + frame(DATA, END_STREAM, 1, body)


def frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    """One HTTP/2 frame (RFC 9113, 4.1)."""
    return len(payload).to_bytes(3, "big") + bytes((kind, flags)) + stream.to_bytes(4, "big") + payload


def text(value: str) -> bytes:
    """A string of a header block, as it is (RFC 7541, 5.2)."""
    raw = value.encode()
    if len(raw) < 0x7F:
        return bytes((len(raw),)) + raw
    return b"\x7f" + number(len(raw) - 0x7F, 0x7F) + raw


def number(value: int, mask: int) -> bytes:
    """An unsigned number in groups of seven bits, lowest first: as protobuf and header blocks have it."""
    out = bytearray()
    while value > mask:
        out.append(value & mask | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def answer(stream: socket.socket, end: float) -> bytes:
    """The bytes of the reply on stream 1. Raises Failed, and TimeoutError when they are not complete in time."""
    found = b""
    for _ in range(MAX_FRAMES):
        stream.settimeout(max(end - time.monotonic(), 0.001))
        head = exactly(stream, 9)
        kind, flags, size = head[3], head[4], int.from_bytes(head[:3], "big")
        if size > MAX_FRAME:
            raise Failed(3, "the other side does not speak gRPC")
        payload = exactly(stream, size)
        if kind == SETTINGS and not flags & ACK:
            stream.sendall(frame(SETTINGS, ACK, 0, b""))
        elif kind == PING and not flags & ACK:
            stream.sendall(frame(PING, ACK, 0, payload))
        elif kind in (RESET, GOAWAY):
            raise Failed(3, "the server ended the call")
        elif kind == DATA:
            found += payload[1 : len(payload) - payload[0]] if flags & PADDED and payload else payload
        if kind in (DATA, HEADERS) and flags & END_STREAM:
            return found
    raise Failed(3, "the answer does not end")


def exactly(stream: socket.socket, size: int) -> bytes:
    """That many bytes. Raises OSError when the connection ends first."""
    found = b""
    while len(found) < size:
        part = stream.recv(size - len(found))
        if not part:
            raise ConnectionError("the connection was closed (does the server expect TLS?)")
        found += part
    return found


def status(reply: bytes) -> str:
    """The status's name in one uncompressed message. Raises Failed; for an empty one too, which some servers send beside their error."""
    if len(reply) != 7 or reply[:6] != b"\x00\x00\x00\x00\x02\x08":
        raise Failed(3, "the server refused the call: it does not know the service, or has no health service")
    return STATUS.get(reply[6], str(reply[6]))


def main(arguments: list[str], environ: Mapping[str, str]) -> int:
    """Ask once, say the answer, return the exit code."""
    try:
        options = parse(arguments, environ)
        if options.switches & {"h", "help"}:
            sys.stdout.write(USAGE)
            return 0
        found = check(options)
    except Failed as problem:
        sys.stderr.write(f"cvt-health: {problem}\n")
        return problem.code
    sys.stderr.write(f"status: {found}\n")
    return 0 if found == "SERVING" else 4


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:], os.environ))
