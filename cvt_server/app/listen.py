"""Sockets for HTTP, and what is said when a port cannot be had."""

from __future__ import annotations

import errno
import socket
import ssl

from cvt_server.errors import SettingWrong
from cvt_server.settings import Settings


def open_socket(host: str, port: int, *, what: str, option: str, shared: bool = False) -> socket.socket:
    """A socket bound to an address; an empty host means every interface, IPv6 too where there is any. Raises SettingWrong."""
    problem: OSError | None = None
    for family, address in _addresses(host):
        made = socket.socket(family, socket.SOCK_STREAM)
        try:
            _bind(made, address, port, shared=shared)
        except OSError as error:
            made.close()
            problem = error
            if error.errno == errno.EADDRINUSE:
                break
            continue
        return made
    raise SettingWrong(_told(host, port, what, problem), hint=f"name another with {option}")


def _addresses(host: str) -> list[tuple[socket.AddressFamily, str]]:
    if not host:
        return [(socket.AF_INET6, "::"), (socket.AF_INET, "0.0.0.0")]
    try:
        found = socket.getaddrinfo(host.strip("[]"), None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as problem:
        reason = getattr(problem, "strerror", None) or "no host has such a name"
        raise SettingWrong(f"--host is {host[:100]!r}, which is no address of this machine: {reason}") from None
    return [(family, str(where[0])) for family, _, _, _, where in found]


def _bind(made: socket.socket, address: str, port: int, *, shared: bool) -> None:
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    if made.family == socket.AF_INET6 and address == "::":
        made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    made.bind((address, port))


def _told(host: str, port: int, what: str, problem: OSError | None) -> str:
    where = f"port {port}" + (f" of {host}" if host else "")
    if problem is not None and problem.errno == errno.EADDRINUSE:
        return f"{where} for {what} is in use"
    return f"{where} for {what} cannot be opened: {problem.strerror if problem else 'no address'}"


def free(settings: Settings) -> None:
    """Make sure that both ports can be had by nobody but us. Raises SettingWrong."""
    for port, what, option in ((settings.port, "gRPC", "--port"), (settings.metrics_port, "HTTP", "--metrics-port")):
        if port:
            open_socket(settings.host, port, what=what, option=option).close()


def ssl_context(settings: Settings) -> ssl.SSLContext | None:
    """TLS 1.2 or newer for the HTTP port, None without TLS. Raises SettingWrong."""
    if not settings.tls_enabled:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(settings.tls_cert_file, settings.tls_key_file, password=_no_password)
        if settings.tls_client_auth != "none":
            context.load_verify_locations(settings.tls_ca_file)
            context.verify_mode = ssl.CERT_REQUIRED if settings.tls_client_auth == "require" else ssl.CERT_OPTIONAL
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        files = f"{settings.tls_cert_file}, {settings.tls_key_file}" + (f", {settings.tls_ca_file}" if settings.tls_client_auth != "none" else "")
        raise SettingWrong(f"TLS cannot be set up with {files}: {reason}", hint="name readable PEM files with --cert, --key and --ca") from None
    return context


def _no_password() -> str:
    """Asked for a key that is encrypted: nobody sits at a server to type it, and gRPC takes none."""
    raise ValueError("the key is encrypted; write it without a pass phrase")
