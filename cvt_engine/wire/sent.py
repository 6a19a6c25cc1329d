"""The parts of a request that parameters are looked for in, taken apart when one is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

from cvt_engine.exchange import Headers
from cvt_engine.wire.styles import query_text

Fields: TypeAlias = "dict[str, list[str]]"
_NONE: Final[Fields] = {}


class Sent:
    """`values` are the raw path texts by parameter name (None: the client sent the template), `query` is still encoded, by decoded name."""

    __slots__ = ("_cookies", "_header", "headers", "query", "raw_query", "values")

    def __init__(self, values: Mapping[str, str | None], query: str, headers: Headers) -> None:
        self.values = values
        self.raw_query = query
        self.query = pairs_of(query) if query else _NONE
        self.headers = headers
        self._header: Fields | None = None
        self._cookies: Fields | None = None

    @property
    def header(self) -> Fields:
        """Header values by lower-case name."""
        if self._header is None:
            self._header = {}
            for name, value in self.headers:
                self._header.setdefault(name.lower(), []).append(value.strip())
        return self._header

    @property
    def cookies(self) -> Fields:
        """Cookie values by name."""
        if self._cookies is None:
            self._cookies = {}
            for line in self.header.get("cookie", ()):
                for part in line.split(";"):
                    name, sign, value = part.strip().partition("=")
                    if sign:
                        self._cookies.setdefault(name, []).append(value)
        return self._cookies


def pairs_of(text: str) -> Fields:
    """Encoded values of a query or form by decoded name."""
    found: Fields = {}
    for part in text.split("&") if text else ():
        if part:
            name, _, value = part.partition("=")
            found.setdefault(query_text(name), []).append(value)
    return found
