"""Names and values of a hostile document in a message: one line, no control characters, bounded."""

from __future__ import annotations

from typing import Any


def quoted(value: Any, *, limit: int = 60) -> str:
    """A value of the document in a message: JSON-like, on one line, cut at `limit` characters.

    >>> quoted("a"), quoted(None), quoted([1])
    ('"a"', 'null', 'a list')
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    if isinstance(value, str):
        return '"' + plain(value, limit=limit) + '"'
    return plain(number(value), limit=limit)


def number(value: Any) -> str:
    """A number as text; the interpreter refuses to write very long ones in decimal."""
    try:
        return str(value)
    except ValueError:
        return f"a number of {value.bit_length()} bits"


def plain(text: str, *, limit: int = 60) -> str:
    """A name of the document in a message: one line, no control characters, cut at `limit` characters."""
    flat = text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text[: 2 * limit])
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"
