"""`oneOf` demands exactly one: a value that lies within two alternatives at once is refused by both together."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from itertools import combinations
from typing import TYPE_CHECKING, Final

from cvt_engine.change import Act, Direction
from cvt_engine.schema.node import NARROWS, NEITHER, WIDENS, Node
from cvt_engine.schema.read import shape_of
from cvt_engine.schema.scalars import Difference
from cvt_engine.schema.shape import Group, Shape
from cvt_engine.schema.tags import telling, told_apart
from cvt_engine.schema.values import SCALARS

if TYPE_CHECKING:
    from cvt_engine.schema.compat import Comparer


SUPPOSED: Final = "supposed"
"""The trait of what is told only where a value proves it."""
NESTED: Final = 3
"""Unions within unions looked into."""
MOST: Final = 24
"""Alternatives of one `oneOf` that are held against each other."""
HELD: Final = 150
"""Pairs of alternatives of two `oneOf` that are held against each other."""


def compare(comparer: Comparer, node: Node, kind: str, base: list[Shape], revision: list[Shape]) -> None:
    """Report alternatives of the giving side that lie within two of the taking side's `oneOf`, where they did not do so within the giving side's.

    A suspicion, until a value proves it. Where both sides choose by `oneOf`, alternatives are open to each other on both, and nobody means that:
    of those that listed values tell apart, one counts that lies within two, while no other one lies within either of these.
    """
    asked, shapes = node.mode.side is Direction.REQUEST, _whole_shapes(node)
    given, taken = (base, revision) if asked else (revision, base)
    if len(taken) < 2 or node.mode.strict:
        return
    if _only_taken(node, shapes):
        found = any(len(_homes(comparer, node, kind, shape, taken)) > 1 for shape in given)
    else:
        apart = _both_choose(shapes) and len(given) * len(taken) <= HELD and telling(given, taken)
        found = bool(apart) and _shared_alone([_homes(comparer, node, kind, shape, taken) for shape in given])
    if found:
        _suspect(comparer, node, shapes)


def _both_choose(shapes: tuple[Shape, Shape]) -> bool:
    return all(one_ofs(shape) and not shape.discriminators for shape in shapes)


def _shared_alone(homes: list[set[int]]) -> bool:
    return any(len(mine) > 1 and sum(not mine.isdisjoint(others) for others in homes) == 1 for mine in homes)


def compare_whole(comparer: Comparer, node: Node) -> None:
    """The same for alternatives as they are written, before those of one type are put together: two that have a type in common may overlap.

    Objects and lists of a giving side that has a `oneOf` itself are only supposed to: without a proof that is not told.
    """
    shapes = _whole_shapes(node)
    giver, taker = shapes if node.mode.side is Direction.REQUEST else (shapes[1], shapes[0])
    if not taker.groups or taker.discriminators:
        return
    known = one_ofs(giver)
    one_of = [group for group in one_ofs(taker) if not any(_alike(comparer, node, group, other) for other in known)]
    if not one_of:
        return
    given = comparer.alternatives(node.base if giver is shapes[0] else node.revision, text=node.mode.text)
    kinds = given.keys()
    likely = kinds if _only_taken(node, shapes) else kinds & SCALARS
    if any(_shared(comparer, node, group, likely) for group in one_of):
        _suspect(comparer, node, shapes)
        return
    objects = given.get("object", [])
    if any(_shared(comparer, node, group, kinds & {"array"}) for group in one_of) or _begin_to_meet(comparer, node, (known, one_of), objects):
        _suspect(comparer, node, shapes, traits=frozenset({SUPPOSED}))


def one_ofs(shape: Shape, depth: int = NESTED) -> list[Group]:
    """Every `oneOf` of a shape and of its alternatives."""
    if not shape.groups:
        return []
    inner = [found for group in shape.groups for branch in group.branches[:MOST] if depth for found in one_ofs(shape_of(branch), depth - 1)]
    return [*(group for group in shape.groups if group.kind == "oneOf" and len(group.branches) > 1), *inner]


def _alike(comparer: Comparer, node: Node, group: Group, other: Group) -> bool:
    if len(group.branches) != len(other.branches):
        return False
    asked = node.mode.side is Direction.REQUEST
    pairs = zip(other.branches, group.branches, strict=True)
    return all(comparer.equal(*(pair if asked else pair[::-1])) for pair in pairs)


def _shared(comparer: Comparer, node: Node, group: Group, kinds: AbstractSet[str]) -> bool:
    found = [comparer.alternatives(branch, text=node.mode.text).keys() & kinds for branch in group.branches[:MOST]]
    return any(first & second for first, second in combinations(found, 2))


def _begin_to_meet(comparer: Comparer, node: Node, groups: tuple[list[Group], list[Group]], given: list[Shape]) -> bool:
    """May the smallest object of an alternative fit two branches of the taking side, and no two of the giving side?"""
    known, taken = groups
    met = _meeting(comparer, node, taken, given)
    return bool(met) and len(_meeting(comparer, node, known, met)) < len(met)


def _meeting(comparer: Comparer, node: Node, groups: list[Group], shapes: list[Shape]) -> list[Shape]:
    """The shapes whose smallest object may fit two branches of a group."""
    spread = [_objects(comparer, node, group) for group in groups if len(group.branches) * len(shapes) <= HELD]
    return [shape for shape in shapes if any(_fitting(shape, branches) > 1 for branches in spread)]


def _objects(comparer: Comparer, node: Node, group: Group) -> list[list[Shape]]:
    return [comparer.alternatives(branch, text=node.mode.text).get("object", []) for branch in group.branches[:MOST]]


def _fitting(shape: Shape, branches: list[list[Shape]]) -> int:
    """How many branches demand no more names of an object than the shape does, and no other values of them."""
    return sum(any(other.required.keys() <= shape.required.keys() and not told_apart(shape, other) for other in branch) for branch in branches)


def _whole_shapes(node: Node) -> tuple[Shape, Shape]:
    """The whole shapes of both sides."""
    return shape_of(node.base), shape_of(node.revision)


def _only_taken(node: Node, shapes: tuple[Shape, Shape]) -> bool:
    asked = node.mode.side is Direction.REQUEST
    return not node.mode.strict and [bool(one_ofs(shape)) for shape in shapes] == [not asked, asked]


def _suspect(comparer: Comparer, node: Node, shapes: tuple[Shape, Shape], *, traits: frozenset[str] = frozenset()) -> None:
    act = Act.NARROWED if node.mode.side is Direction.REQUEST else Act.WIDENED
    for change in [change for change in node.facts if SUPPOSED in change.traits]:
        del node.facts[change]
    comparer.report(node, Difference("overlap", "oneOf", act, None, None, proved=False), *shapes, what=NEITHER, traits=traits)


def _homes(comparer: Comparer, node: Node, kind: str, shape: Shape, others: list[Shape]) -> set[int]:
    """The others that the alternative lies within, by their place."""
    strict = node.mode._replace(strict=True)
    if node.mode.side is Direction.REQUEST:
        return {place for place, other in enumerate(others) if comparer.free_of(NARROWS, kind, (shape, other), strict)}
    return {place for place, other in enumerate(others) if comparer.free_of(WIDENS, kind, (other, shape), strict)}
