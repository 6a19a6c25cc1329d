"""What holds for every answer: headers that keep browsers from doing more than reading."""

from __future__ import annotations

from typing import Any, Final

from starlette.requests import Request

from cvt_server.operations.perform import failed
from cvt_server.operations.problem import Problem
from cvt_server.rest.endpoint import respond

# No Access-Control-Allow-Origin: pages of other sites may not read what this server says.
HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"),
    (b"referrer-policy", b"no-referrer"),
)
_READING: Final = frozenset(("GET", "HEAD", "OPTIONS"))
LOCAL: Final = frozenset(("localhost", "127.0.0.1", "::1", ""))
"""The names of a server that listens on this machine only: another name comes from a page that pretends to be us."""


class Guard:
    """Adds the headers that an answer does not have itself, and turns away what other sites make a browser send."""

    def __init__(self, application: Any, hosts: frozenset[str]) -> None:
        """`hosts` are the names by which this server may be called, without ports; empty: by any."""
        self._application = application
        self._hosts = hosts

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """ASGI."""

        async def guarded(message: Any) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"]
                present = {name for name, _ in headers}
                headers.extend(line for line in HEADERS if line[0] not in present)
            await send(message)

        if scope["type"] == "http" and (reason := self._foreign(scope)):
            request = Request(scope)
            await respond(failed(Problem("forbidden", 403, reason, "call the server by its own name")), request)(scope, receive, guarded)
        else:
            await self._application(scope, receive, guarded)

    def _foreign(self, scope: Any) -> str:
        """Why a request is not one that the server's own users send; "" when it may be."""
        headers = dict(scope["headers"])
        host = headers.get(b"host", b"").decode("latin-1").lower()
        if self._hosts and name_of(host) not in self._hosts:
            return f"this server is not called {host[:100]}"
        origin = headers.get(b"origin", b"").decode("latin-1").lower()
        if origin and scope["method"] not in _READING and origin.partition("://")[2] != host:
            return f"pages of {origin[:100]} may not write here"
        return ""


def name_of(host: str) -> str:
    """A Host header without its port.

    >>> name_of("[::1]:9551"), name_of("localhost:9551"), name_of("localhost")
    ('::1', 'localhost', 'localhost')
    """
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0] if ":" in host else host
