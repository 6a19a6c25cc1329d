"""Facts: what is different between base and revision, with no judgement of whether that is bad."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct


class Act(StrEnum):
    """What happened from base to revision. `narrowed` and `widened` speak of the set of accepted values, `changed` of both at once."""

    ADDED = "added"
    REMOVED = "removed"
    NARROWED = "narrowed"
    WIDENED = "widened"
    CHANGED = "changed"


class Direction(StrEnum):
    """Who sends the value: the client (`request`) or the API (`response`). Callbacks and webhooks turn it round."""

    REQUEST = "request"
    RESPONSE = "response"
    NONE = "none"

    @property
    def turned(self) -> Direction:
        """The opposite direction."""
        match self:
            case Direction.REQUEST:
                return Direction.RESPONSE
            case Direction.RESPONSE:
                return Direction.REQUEST
            case Direction.NONE:
                return Direction.NONE


class Ref(NamedTuple):
    """An element of one side: document uri and JSON pointer."""

    uri: str
    pointer: str


class Change(Struct, frozen=True):
    """One fact. `subject` names what changed (part of its identity), `before` and `after` are short texts of the values.

    `traits` refine the fact for narrow rules (`required`, `has-default`, `read-only`, `unproved`, ...). `base` and `revision` locate the
    element; for an element missing on one side, that side points to where it would be.
    """

    aspect: str
    act: Act
    side: Direction
    base: Ref | None = None
    revision: Ref | None = None
    subject: str = ""
    before: str | None = None
    after: str | None = None
    traits: frozenset[str] = frozenset()
