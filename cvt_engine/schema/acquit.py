"""Which differences do no harm after all: keywords differ, and yet every value that is sent still satisfies what takes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import structs

from cvt_engine.change import Act, Change, Direction
from cvt_engine.schema.compat import Comparer
from cvt_engine.schema.node import Effect, Node
from cvt_engine.schema.refute import Refuter

ASKED: Final = 300
"""Pairs of schemas that are asked about in one comparison."""
BESIDE: Final = frozenset({"discriminator", "unreadable"})
"""Differences that harm whatever the values."""


def acquitted(roots: list[Node], comparer: Comparer) -> frozenset[int]:
    """The nodes, by id, that are reached from the roots only through pairs whose differences do no harm as a whole."""
    guilty = _guilty(roots)
    court = _Court(guilty, Refuter(comparer.same)) if guilty else None
    blamed: set[int] = set()
    stack = [node for node in roots if id(node) in guilty]
    while stack and court is not None:
        node = stack.pop()
        if id(node) in blamed:
            continue
        if court.innocent(node):
            stack += court.hollow_below(node)
            continue
        blamed.add(id(node))
        stack += court.below(node)
    return frozenset(guilty.keys() - blamed)


class _Court:
    """Asks about the pairs that have harmful differences, or lead to some."""

    def __init__(self, guilty: dict[int, Node], refuter: Refuter) -> None:
        self._guilty = guilty
        self._refuter = refuter
        self._left = ASKED
        self._hollow: dict[int, bool] = {}

    def innocent(self, node: Node) -> bool:
        """Do the differences at and below a pair do no harm?"""
        self._left -= 1
        return self._left >= 0 and self._refuter.harmless(node.base, node.revision, node.mode.side) and not self._is_hollow(node)

    def _is_hollow(self, node: Node) -> bool:
        """Is what is sent nothing at all? Anything can be said of it then, so the pair says nothing for those below it."""
        if id(node) not in self._hollow:
            self._hollow[id(node)] = self._refuter.empty(node.base, node.revision, node.mode.side)
        return self._hollow[id(node)]

    def below(self, node: Node) -> list[Node]:
        """Guilty pairs directly below one."""
        return [child for _, child in node.children if id(child) in self._guilty]

    def hollow_below(self, start: Node) -> list[Node]:
        """Those below an innocent pair that have to stand for themselves."""
        found, stack, seen = [], self.below(start), {id(start)}
        while stack:
            node = stack.pop()
            if id(node) not in seen:
                seen.add(id(node))
                if self._is_hollow(node):
                    found.append(node)
                else:
                    stack += self.below(node)
        return found


def _guilty(roots: list[Node]) -> dict[int, Node]:
    """The nodes that have harmful differences, or lead to some, by id."""
    users: dict[int, list[int]] = {}
    found: list[int] = []
    stack, seen = list(roots), {id(node): node for node in roots}
    while stack:
        node = stack.pop()
        if any(_harms(change, effect) for change, effect in node.facts.items()):
            found.append(id(node))
        for _, child in node.children:
            users.setdefault(id(child), []).append(id(node))
            if id(child) not in seen:
                seen[id(child)] = child
                stack.append(child)
    return {key: seen[key] for key in _spread(found, users)}


def _spread(found: Iterable[int], users: dict[int, list[int]]) -> set[int]:
    reached, stack = set(found), list(found)
    while stack:
        for user in users.get(stack.pop(), ()):
            if user not in reached:
                reached.add(user)
                stack.append(user)
    return reached


def _harms(change: Change, effect: Effect) -> bool:
    if change.aspect in BESIDE:
        return False
    return effect.narrows if change.side is Direction.REQUEST else effect.widens if change.side is Direction.RESPONSE else False


def softened(change: Change, effect: Effect) -> Iterator[Change]:
    """What is left of a difference that does no harm as part of the whole."""
    if not _harms(change, effect):
        yield change
    elif change.act is Act.CHANGED:
        yield structs.replace(change, act=Act.WIDENED if change.side is Direction.REQUEST else Act.NARROWED)
