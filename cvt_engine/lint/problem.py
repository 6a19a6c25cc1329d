"""What a check reports: a rule, a place, and the words that fill the rule's message."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct, field

from cvt_engine.document import Document, escape
from cvt_engine.schema.quote import plain, quoted

__all__ = ["Problem", "Trail", "plain", "pointer_of", "quoted", "steps", "trail_of"]

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


class Problem(Struct, frozen=True):
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
