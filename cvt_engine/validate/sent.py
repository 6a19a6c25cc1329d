"""The parts of a request that parameters are looked for in, taken apart when one is asked for."""

from __future__ import annotations

from functools import cached_property

from cvt_engine.exchange import Headers
from cvt_engine.validate.styles import query_text

MAX_PAIRS = 10_000
"""Query parameters, form fields and cookies of one request that are read."""


class Sent:
    """`values` are the raw path texts by parameter name (None: the client sent the template), `query` is still encoded."""

    def __init__(self, values: dict[str, str | None], query: str, headers: Headers) -> None:
        self.values = values
        self.raw_query = query
        self.headers = headers

    @cached_property
    def query(self) -> dict[str, list[str]]:
        """Encoded values by decoded name."""
        return pairs_of(self.raw_query)

    @cached_property
    def header(self) -> dict[str, list[str]]:
        """Header values by lower-case name."""
        found: dict[str, list[str]] = {}
        for name, value in self.headers:
            found.setdefault(name.lower(), []).append(value.strip())
        return found

    @cached_property
    def cookies(self) -> dict[str, list[str]]:
        """Cookie values by name."""
        found: dict[str, list[str]] = {}
        for line in self.header.get("cookie", ()):
            for part in line.split(";", MAX_PAIRS)[:MAX_PAIRS]:
                name, sign, value = part.strip().partition("=")
                if sign:
                    found.setdefault(name, []).append(value)
        return found


def pairs_of(text: str) -> dict[str, list[str]]:
    """Encoded values of a query or form by decoded name."""
    found: dict[str, list[str]] = {}
    for part in text.split("&", MAX_PAIRS)[:MAX_PAIRS] if text else ():
        if part:
            name, _, value = part.partition("=")
            found.setdefault(query_text(name), []).append(value)
    return found
