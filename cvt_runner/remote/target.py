"""Where the contract server is and how to speak to it."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cvt_runner.errors import UsageError

DEFAULT_PORT: Final = 9550
DEFAULT: Final = f"localhost:{DEFAULT_PORT}"
OF_A_RUN: Final = ("embedded", "docker")
"""What the input `server` of `cvt ci` may be besides an address."""
_SECONDS: Final = 2.0
_TRUE: Final = frozenset(("true", "1", "yes", "on"))


@dataclass(frozen=True, slots=True)
class Target:
    """An address `host:port`, with the files of TLS where it is used, and the API key."""

    address: str
    tls: bool = False
    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""
    api_key: str = field(default="", repr=False)

    @property
    def local(self) -> bool:
        """Is it this machine?"""
        return self.address.rpartition(":")[0].strip("[]") in ("localhost", "127.0.0.1", "::1")

    def listens(self) -> bool:
        """Does anything take a connection there? A name may have several addresses, and gRPC tells of the last only."""
        host, _, port = self.address.rpartition(":")
        try:
            with socket.create_connection((host.strip("[]"), int(port)), timeout=_SECONDS):
                return True
        except OSError:
            return False


def target_of(given: Mapping[str, str], env: Mapping[str, str]) -> Target:
    """From options (`server`, `tls`, `ca`, `cert`, `key`, `api-key-file`) and the environment. Raises UsageError."""
    server = _server(given, env)
    ca = given.get("ca") or env.get("CVT_TLS_CA", "")
    cert, key = given.get("cert") or env.get("CVT_TLS_CERT", ""), given.get("key") or env.get("CVT_TLS_KEY", "")
    if bool(cert) != bool(key):
        raise UsageError("a client certificate needs both --cert and --key")
    tls = bool(ca or cert) or given.get("tls") == "true" or env.get("CVT_TLS", "").lower() in _TRUE or server.startswith("https://")
    return Target(address_of(server), tls, ca, cert, key, _api_key(given.get("api-key-file", ""), env))


def _server(given: Mapping[str, str], env: Mapping[str, str]) -> str:
    """What was named, for the commands of a server that is there already."""
    named = (("--server", given.get("server")), ("CVT_SERVER_ADDR", env.get("CVT_SERVER_ADDR")), ("CVT_SERVER", env.get("CVT_SERVER")), ("", DEFAULT))
    place, server = next((place, server) for place, server in named if server)
    if server.strip() in OF_A_RUN:
        hint = f"`cvt ci` starts such a server for its own run; start one that stays with `cvt serve`, and name it with --server, as in {DEFAULT}"
        raise UsageError(f"{place} is '{server.strip()}', but this command needs HOST:PORT", hint=hint)
    return server


def address_of(text: str) -> str:
    """`host:port` from what people write. Raises UsageError.

    >>> address_of("cvt.internal"), address_of("https://cvt.internal:443/"), address_of("[::1]:9550")
    ('cvt.internal:9550', 'cvt.internal:443', '[::1]:9550')
    """
    bare = text.strip().removeprefix("http://").removeprefix("https://").removeprefix("grpc://").rstrip("/")
    host, colon, port = bare.rpartition(":")
    if not colon or bare.endswith("]"):
        host, port = bare, str(DEFAULT_PORT)
    if not host or "/" in bare or any(char.isspace() for char in bare) or not (port.isascii() and port.isdecimal() and 0 < int(port[:6]) < 65_536):
        raise UsageError(f"the server is {text!r}, but must be HOST:PORT", hint=f"for example {DEFAULT}")
    return f"{host}:{port}"


def _api_key(file: str, env: Mapping[str, str]) -> str:
    """Never from the command line, where everybody on the machine can read it."""
    if not file:
        return env.get("CVT_API_KEY", "").strip()
    try:
        return Path(os.path.expanduser(file)).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as problem:
        raise UsageError(f"the key file {file} cannot be read: {getattr(problem, 'strerror', None) or 'it is not text'}") from None
