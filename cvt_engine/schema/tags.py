"""Alternatives that are told apart by the listed values of one property, cut to the same pieces on both sides."""

from __future__ import annotations

from typing import Final

from cvt_engine.schema.read import shape_of
from cvt_engine.schema.shape import Shape
from cvt_engine.schema.values import Value, show, thaw

MOST: Final = 96
"""More pieces than this are not made."""

Shapes = list[Shape]


def aligned(base: Shapes, revision: Shapes) -> tuple[Shapes, Shapes]:
    """Both sides with one piece for each value of the telling properties, where the sides group these values differently.

    `{kind: a | b}` is the same set as `{kind: a}` or `{kind: b}`; cut alike, the pieces can be compared one by one.
    """
    for name in telling(base, revision):
        groups = [{frozenset(_values(shape, name)) for shape in side} for side in (base, revision)]
        if groups[0] != groups[1] and all(sum(len(_values(shape, name)) for shape in side) <= MOST for side in (base, revision)):
            base, revision = _cut(base, name), _cut(revision, name)
    return base, revision


def telling(base: Shapes, revision: Shapes) -> list[str]:
    """The properties that every alternative demands and lists the values of."""
    first, *others = (*base, *revision)
    return [name for name in first.required if _values(first, name) and all(name in shape.required and _values(shape, name) for shape in others)]


def _values(shape: Shape, name: str) -> tuple[Value, ...]:
    schema = shape.props.get(name)
    return (shape_of(schema).enum or ()) if schema else ()


def _cut(shapes: Shapes, name: str) -> Shapes:
    return [piece for shape in shapes for piece in _pieces(shape, name)]


def _pieces(shape: Shape, name: str) -> Shapes:
    values = _values(shape, name)
    if len(values) == 1 or not shape.locs:
        return [shape]
    home, found = shape.locs[0], []
    for value in values:
        said = {"const": thaw(value)}
        mark = f"{name} {show(said)}"
        only = home.source.made(home, f"value {mark}", said)
        whole = home.source.made(home, f"piece {mark}", {"properties": {name: said}})
        found.append(shape.copy(props={**shape.props, name: (*shape.props[name], only)}, locs=(*shape.locs, whole)))
    return found


def told_apart(first: Shape, second: Shape) -> bool:
    """True when a required property has listed values that the two do not share: neither can lie within the other."""
    for name in first.required.keys() & second.required.keys():
        mine, yours = shape_of(first.props.get(name, ())).enum, shape_of(second.props.get(name, ())).enum
        if mine is not None and yours is not None and not set(mine) & set(yours):
            return True
    return False
