"""`oneOf` demands exactly one: a value that lies within two alternatives at once is refused by both together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cvt_engine.change import Act, Direction
from cvt_engine.schema.node import NARROWS, NEITHER, WIDENS, Node
from cvt_engine.schema.read import shape_of
from cvt_engine.schema.scalars import Difference
from cvt_engine.schema.shape import Shape

if TYPE_CHECKING:
    from cvt_engine.schema.compat import Comparer


def compare(comparer: Comparer, node: Node, kind: str, base: list[Shape], revision: list[Shape]) -> None:
    """Report alternatives of the giving side that lie within two of the taking side's `oneOf`, where the giving side has none.

    A suspicion, until a value proves it. Where both sides choose by `oneOf`, alternatives are open to each other on both, and nobody means that.
    """
    asked = node.mode.side is Direction.REQUEST
    shapes = shape_of(node.base), shape_of(node.revision)
    given, taken = (base, revision) if asked else (revision, base)
    there = [any(group.kind == "oneOf" for group in shape.groups) for shape in shapes]
    if node.mode.strict or len(taken) < 2 or there != [not asked, asked]:
        return
    if any(_within(comparer, node, kind, shape, taken) > 1 for shape in given):
        act = Act.NARROWED if asked else Act.WIDENED
        comparer.report(node, Difference("overlap", "oneOf", act, None, None, proved=False), *shapes, what=NEITHER)


def _within(comparer: Comparer, node: Node, kind: str, shape: Shape, others: list[Shape]) -> int:
    strict = node.mode._replace(strict=True)
    if node.mode.side is Direction.REQUEST:
        return sum(comparer.free_of(NARROWS, kind, (shape, other), strict) for other in others)
    return sum(comparer.free_of(WIDENS, kind, (other, shape), strict) for other in others)
