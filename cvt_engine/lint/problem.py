"""What a check reports: a rule, a place, and the words that fill the rule's message."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cvt_engine.document import Document, escape

Trail = tuple[Any, Any] | None
"""The way to a node, innermost step last: `(parent trail, key or index)`, None at the root. Cheap to extend, turned into a pointer only for findings."""


def steps(trail: Trail) -> list[Any]:
    """Keys and indexes from the root to the node."""
    out: list[Any] = []
    while trail is not None:
        out.append(trail[1])
        trail = trail[0]
    out.reverse()
    return out


def trail_of(path: Iterator[Any] | list[Any], *, start: Trail = None) -> Trail:
    """A trail from steps, continuing `start`."""
    trail = start
    for step in path:
        trail = (trail, step)
    return trail


def pointer_of(trail: Trail) -> str:
    """The JSON pointer of a trail."""
    return "".join("/" + escape(str(step)) for step in steps(trail))


@dataclass(frozen=True, slots=True)
class Problem:
    """One violation of one rule. `detail` fills `{detail}` of the rule's message, `hint` replaces the rule's own where it can be more concrete.

    `also` are further places with the same cause.
    """

    rule: str
    document: Document
    trail: Trail
    detail: str
    hint: str = ""
    subject: str = ""
    also: tuple[tuple[Document, Trail], ...] = field(default=())


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
    return plain(str(value), limit=limit)


def plain(text: str, *, limit: int = 60) -> str:
    """A name of the document in a message: one line, no control characters, cut at `limit` characters."""
    flat = text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text[: 2 * limit])
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"
