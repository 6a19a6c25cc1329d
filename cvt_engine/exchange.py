"""One HTTP exchange as values: what was asked and what was answered, as they are on the wire."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from msgspec import Struct

Headers: TypeAlias = "tuple[tuple[str, str], ...]"
"""Name and value of each header line, in order; names in any case, repeated names allowed."""
Given: TypeAlias = "Mapping[str, str] | Iterable[tuple[str, str]]"


class HttpRequest(Struct, frozen=True):
    """A request. `path` may carry a query and may be a whole URL; `body` is None (or empty) where nothing was sent."""

    method: str
    path: str
    headers: Headers = ()
    body: bytes | None = None

    @classmethod
    def of(cls, method: str, path: str, headers: Given = (), body: bytes | str | None = None) -> HttpRequest:
        """From a mapping or pairs of headers, and a body as bytes or text."""
        return cls(method, path, _lines(headers), _bytes(body))


class HttpResponse(Struct, frozen=True):
    """A response."""

    status: int
    headers: Headers = ()
    body: bytes | None = None

    @classmethod
    def of(cls, status: int, headers: Given = (), body: bytes | str | None = None) -> HttpResponse:
        """From a mapping or pairs of headers, and a body as bytes or text."""
        return cls(status, _lines(headers), _bytes(body))


def _lines(headers: Given) -> Headers:
    return tuple(headers.items()) if isinstance(headers, Mapping) else tuple(headers)


def _bytes(body: bytes | str | None) -> bytes | None:
    return body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
