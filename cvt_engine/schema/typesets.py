"""The first question about two schemas: which JSON types does each accept?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cvt_engine.change import Act, Direction
from cvt_engine.schema.canon import Canon
from cvt_engine.schema.node import Node
from cvt_engine.schema.scalars import Difference, holds, text_set, within
from cvt_engine.schema.shape import Shape
from cvt_engine.schema.texts import Texts
from cvt_engine.schema.values import SCALARS, TYPES

if TYPE_CHECKING:
    from cvt_engine.schema.compat import Comparer

Pair = tuple[Shape, Shape]


def compare_types(comparer: Comparer, node: Node, base: Canon, revision: Canon, shapes: Pair) -> list[str]:
    """Report a change of type or nullability; returns the types that both sides accept and whose details are still to be compared."""
    if node.mode.text:
        return _text_types(comparer, node, base, revision, shapes)
    if base.keys() != TYPES or revision.keys() != TYPES:
        _nullability(comparer, node, base, revision, shapes)
    old, new = base.keys() - {"null"}, revision.keys() - {"null"}
    narrowed, widened = bool(old - new), bool(new - old)
    whole = _wholeness(base, revision)
    narrowed, widened = narrowed or whole == (False, True), widened or whole == (True, False)
    narrowed, widened = narrowed or _only_null(base, revision), widened or _only_null(revision, base)
    if narrowed or widened:
        act = Act.CHANGED if narrowed and widened else Act.NARROWED if narrowed else Act.WIDENED
        traits = frozenset({"implied"}) if _only_spelled(shapes, base, revision) else frozenset()
        item = Difference("type", "type", act, type_names(base), type_names(revision))
        comparer.report(node, item, *shapes, traits=traits)
        if _says_all(node, act, shapes):
            return []
    return sorted(old & new)


def _says_all(node: Node, act: Act, shapes: Pair) -> bool:
    """Does a type that harms tell all there is, where the other side says nothing at all? What was said of the parts is gone, or new, with it."""
    harms = act is (Act.NARROWED if node.mode.side is Direction.REQUEST else Act.WIDENED)
    free = shapes[0] if act is Act.NARROWED else shapes[1]
    return harms and free.types == TYPES and not (free.where or free.groups or free.required or free.broken)


def type_names(found: Canon) -> str:
    """How to say the accepted types in words."""
    if found.keys() == {"null"}:
        return "null"
    names = ["integer" if name == "number" and _integers(found[name]) else name for name in found if name != "null"]
    return "any" if len(names) == len(TYPES) - 1 else " or ".join(sorted(names)) or "nothing"


def _integers(shapes: list[Shape]) -> bool:
    return all(shape.integer or (shape.enum is not None and all(float(value[1]).is_integer() for value in shape.enum)) for shape in shapes)


def _wholeness(base: Canon, revision: Canon) -> tuple[bool, bool]:
    """(base only whole numbers, revision only whole numbers), where both accept free numbers."""
    old, new = base.get("number"), revision.get("number")
    if not old or not new or any(shape.enum is not None for shape in (*old, *new)):
        return False, False
    return _integers(old), _integers(new)


def _only_spelled(shapes: Pair, base: Canon, revision: Canon) -> bool:
    """One side writes no type, but its keywords speak of exactly the type that the other side writes."""
    first, second = shapes
    if first.typed and not second.typed:
        return bool(second.implied) and second.implied == base.keys() - {"null"}
    if second.typed and not first.typed:
        return bool(first.implied) and first.implied == revision.keys() - {"null"}
    return False


def _nullability(comparer: Comparer, node: Node, base: Canon, revision: Canon, shapes: Pair) -> None:
    old, new = "null" in base, "null" in revision
    if old == new or len(base) == 0 or len(revision) == 0:
        return
    others = base.keys() - {"null"}, revision.keys() - {"null"}
    if others[0] != others[1] and len(TYPES) - 1 in map(len, others):
        return  # that any type is accepted, or is not any more, says it already
    act = Act.NARROWED if old else Act.WIDENED
    comparer.report(node, Difference("nullable", "type", act, "nullable" if old else "not nullable", "nullable" if new else "not nullable"), *shapes)


def _only_null(first: Canon, second: Canon) -> bool:
    """Is null all that one side takes, while nothing at all satisfies the other?"""
    return first.keys() == {"null"} and not second


def _text_types(comparer: Comparer, node: Node, base: Canon, revision: Canon, shapes: Pair) -> list[str]:
    old, new = base.keys(), revision.keys()
    if old == new:
        whole = _wholeness(base, revision)
        if whole[0] != whole[1]:
            act = Act.NARROWED if whole[1] else Act.WIDENED
            comparer.report(node, Difference("type", "type", act, type_names(base), type_names(revision)), *shapes)
        return sorted(old)
    narrowed = not _text_within(comparer, base, revision)
    widened = not _text_within(comparer, revision, base)
    if narrowed or widened:
        act = Act.CHANGED if narrowed and widened else Act.NARROWED if narrowed else Act.WIDENED
        comparer.report(node, Difference("type", "type", act, _text_names(base, shapes[0]), _text_names(revision, shapes[1])), *shapes)
    return sorted((old & new) - SCALARS) if old & SCALARS != new & SCALARS else sorted(old & new)


def _text_names(found: Canon, shape: Shape) -> str:
    if shape.typed and shape.types == {"boolean"}:
        return "boolean"
    return type_names(found)


def _text_within(comparer: Comparer, inner: Canon, outer: Canon) -> bool:
    """Is every text that the inner alternatives accept accepted by the outer ones? One value is also a list of one."""
    lists = outer.get("array", [])
    for kind, shapes in inner.items():
        for shape in shapes:
            if any(_text_fits(kind, shape, other_kind, other) for other_kind, others in outer.items() for other in others if other_kind in SCALARS):
                continue
            if kind in outer and kind not in SCALARS:
                continue
            if kind in SCALARS and any(_one_item(comparer, kind, shape, other) for other in lists):
                continue
            return False
    return True


def _text_fits(kind: str, shape: Shape, other_kind: str, other: Shape) -> bool:
    if kind not in SCALARS:
        return False
    if kind == other_kind:
        return within(kind, shape, other)
    if kind == "number":
        return not other.formats and _digits(shape).within(text_set(other)) is True
    if shape.enum is None:
        return other_kind == "number" and bool(shape.patterns) and _any_number(other) and text_set(shape).within(_digits(other, loose=True)) is True
    return all(_numeric(value[1], other) for value in shape.enum)


LISTED: Final = 100
"""Ranges of whole numbers up to this long are compared with texts one by one."""


def _any_number(shape: Shape) -> bool:
    """Is every number accepted, as far as its sign does not matter?"""
    return shape.enum is None and not shape.multiples and shape.maximum is None and (shape.minimum is None or shape.minimum == (0, False))


def _digits(shape: Shape, *, loose: bool = False) -> Texts:
    """The texts of a number; `loose`: those that are read as one."""
    low, high = shape.minimum, shape.maximum
    if shape.integer and low is not None and high is not None and 0 <= high.value - low.value <= LISTED:
        return Texts(frozenset(), listed=frozenset(str(number) for number in range(int(low.value), int(high.value) + 1) if holds(shape, ("number", number))))
    sign = "" if low is not None and low.value >= 0 else "-?"
    whole = "[0-9]+" if loose else "(0|[1-9][0-9]*)"
    return Texts(frozenset({f"^{sign}{whole}$" if shape.integer else f"^{sign}{whole}([.][0-9]+)?([eE][-+]?[0-9]+)?$"}))


def _numeric(text: str, shape: Shape) -> bool:
    try:
        number = float(text)
    except ValueError:
        return False
    return number == number and abs(number) != float("inf") and holds(shape, ("number", number))


def _one_item(comparer: Comparer, kind: str, shape: Shape, array: Shape) -> bool:
    if array.min_items > 1 or (array.max_items is not None and array.max_items < 1):
        return False
    if not array.items:
        return True
    items = [(name, other) for name, others in comparer.alternatives(array.items, text=True).items() for other in others if name in SCALARS]
    return any(_text_fits(kind, shape, name, other) for name, other in items)
