"""The graph of compared schema pairs: each pair once, with its own facts and the pairs below it."""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct, field

from cvt_engine.change import Act, Change, Direction, Ref
from cvt_engine.schema.loc import Conj


class Mode(NamedTuple):
    """How to compare. `text`: the value is text on the wire. `strict`: bare set inclusion, without the contract's leniencies.

    `form`: an object whose members are form fields, each of them text unless it is an object. `xml`: values are elements and attributes.
    """

    side: Direction
    text: bool = False
    strict: bool = False
    form: bool = False
    xml: bool = False


class Near(NamedTuple):
    """Where a schema that is absent on a side would be."""

    base: Ref | None
    revision: Ref | None


class Effect(NamedTuple):
    """What a set of facts does to the accepted values."""

    narrows: bool = False
    widens: bool = False

    def plus(self, other: Effect) -> Effect:
        """Both together."""
        return Effect(self.narrows or other.narrows, self.widens or other.widens)


NARROWS = Effect(True, False)
WIDENS = Effect(False, True)
NEITHER = Effect()
EVERY = Effect(True, True)
EFFECTS = {Act.NARROWED: NARROWS, Act.REMOVED: NARROWS, Act.WIDENED: WIDENS, Act.ADDED: WIDENS, Act.CHANGED: EVERY}


class Node(Struct, eq=False):
    """One compared pair. `facts` are its own, with what each does; `children` are (path segment, node), shared between parents."""

    base: Conj
    revision: Conj
    mode: Mode
    near: Near
    facts: dict[Change, Effect] = field(default_factory=dict)
    children: list[tuple[str, Node]] = field(default_factory=list)
    own: Effect = NEITHER
    done: bool = False

    def emit(self, change: Change, effect: Effect) -> None:
        """Record a fact of this pair."""
        self.facts[change] = effect
        self.own = self.own.plus(effect)
