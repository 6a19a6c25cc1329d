"""Which differences do no harm after all: keywords differ, and yet every value that is sent still satisfies what takes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import structs

from cvt_engine.change import Act, Change, Direction
from cvt_engine.schema.compat import Comparer
from cvt_engine.schema.inherited import CHOSEN
from cvt_engine.schema.node import Effect, Node
from cvt_engine.schema.read import shape_of
from cvt_engine.schema.refute import Refuter
from cvt_engine.schema.shape import Shape, closed
from cvt_engine.schema.values import SCALARS

ASKED: Final = 300
"""Pairs of schemas that are asked about in one comparison."""
BESIDE: Final = frozenset({"discriminator", "unreadable"})
"""Differences that harm whatever the values."""
WHOLE: Final = frozenset({"alternative", "content-encoding"})
"""Differences that have no harmless half."""


class Acquittal:
    """What is left of the differences of all pairs that are reached from the roots."""

    def __init__(self, roots: list[Node], comparer: Comparer) -> None:
        guilty = _guilty(roots)
        self._comparer = comparer
        self._court = _Court(guilty, Refuter(comparer.same, questions=len(guilty)))
        self._innocent = _acquitted(roots, guilty, self._court)

    def left(self, node: Node) -> Iterator[Change]:
        """The differences of one pair that have to be told."""
        innocent = id(node) in self._innocent
        for change, effect in node.facts.items():
            if innocent and _harms(change, effect):
                yield from _softened(change)
            elif not self._still_there(node, change):
                yield change

    def _still_there(self, node: Node, change: Change) -> bool:
        """Is a property that is no longer declared said by other keywords, with all that was said of it? What is allowed for all names does not say it."""
        if change.aspect != "property" or change.act is not Act.REMOVED:
            return False
        old, new = (self._comparer.alternatives(schema, text=False).get("object", []) for schema in (node.base, node.revision))
        told = any(shape.props.get(change.subject) for shape in old) and not any(shape.additional for shape in new)
        return told and self._court.equal(node)


def _acquitted(roots: list[Node], guilty: dict[int, Node], court: _Court) -> frozenset[int]:
    """The nodes, by id, that are reached from the roots only through pairs whose differences do no harm as a whole."""
    blamed: set[int] = set()
    stack = [node for node in (*roots, *_chosen(guilty.values())) if id(node) in guilty]
    while stack:
        node = stack.pop()
        if id(node) in blamed:
            continue
        if not exact(node) and court.innocent(node):
            stack += court.hollow_below(node)
            continue
        blamed.add(id(node))
        stack += court.below(node)
    return frozenset(guilty.keys() - blamed)


def exact(node: Node) -> bool:
    """Is a pair compared keyword by keyword as exactly as its values are? Then nothing but the pairs below it can be in question."""
    base, revision = shape_of(node.base), shape_of(node.revision)
    return (base.enum is None) is (revision.enum is None) and _exact(base) and _exact(revision)


def _exact(shape: Shape) -> bool:
    """Does no keyword decide about what another one says?"""
    tied = (shape.groups, shape.nots, shape.conditions, shape.dependent, shape.dependent_schemas, shape.names, shape.pattern_props, shape.contains)
    rest = (shape.unevaluated, shape.unevaluated_items, shape.prefix, shape.multiples, shape.min_props, shape.broken, shape.or_null)
    if any(tied) or any(rest) or shape.patterns or shape.max_props is not None or shape.max_items is not None:
        return False
    if shape.enum is not None and any(kind not in SCALARS for kind, _ in shape.enum):
        return False
    if shape.additional and not closed(shape.additional):
        return False
    return shape.required.keys() <= shape.props.keys() and not any(map(closed, (*shape.props.values(), shape.items)))


class _Court:
    """Asks about the pairs that have harmful differences, or lead to some."""

    def __init__(self, guilty: dict[int, Node], refuter: Refuter) -> None:
        self._guilty = guilty
        self._refuter = refuter
        self._left = ASKED
        self._hollow: dict[int, bool] = {}
        self._equal: dict[int, bool] = {}

    def innocent(self, node: Node) -> bool:
        """Do the differences at and below a pair do no harm?"""
        self._left -= 1
        return self._left >= 0 and self._refuter.harmless(node.base, node.revision, node.mode.side) and not self._is_hollow(node)

    def equal(self, node: Node) -> bool:
        """Do both sides of a pair surely accept the same values, and some? Every property that is gone asks."""
        if id(node) not in self._equal:
            self._left -= 1
            self._equal[id(node)] = self._left >= 0 and self._refuter.equal(node.base, node.revision, node.mode.side) and not self._is_hollow(node)
        return self._equal[id(node)]

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


def _chosen(nodes: Iterable[Node]) -> list[Node]:
    """Pairs that a discriminator chooses: what leads to them does not say by itself what they demand."""
    return [child for node in nodes for segment, child in node.children if segment.startswith(CHOSEN)]


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


def _softened(change: Change) -> Iterator[Change]:
    """What is left of a difference that does no harm as part of the whole."""
    if change.act is Act.CHANGED and change.aspect not in WHOLE:
        yield structs.replace(change, act=Act.WIDENED if change.side is Direction.REQUEST else Act.NARROWED)
