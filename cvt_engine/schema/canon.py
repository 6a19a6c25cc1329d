"""From a shape to its alternatives by JSON type: unions are spread out, equal ways of saying the same thing become one."""

from __future__ import annotations

from typing import Final

from cvt_engine.schema.loc import Conj, Loc
from cvt_engine.schema.meet import meet
from cvt_engine.schema.read import shape_of
from cvt_engine.schema.scalars import holds, within
from cvt_engine.schema.shape import Bound, Shape, closed, join
from cvt_engine.schema.values import SCALARS, Value, as_text, freeze

LIMIT: Final = 96
"""More alternatives than this are not spread out; the unions stay opaque and are compared as written."""

Canon = dict[str, list[Shape]]


def canon(schema: Conj) -> Canon:
    """JSON type -> the alternatives of that type. A type that is missing is not accepted at all."""
    found: Canon = {}
    for variant in expand(shape_of(schema)):
        for kind in variant.types:
            if (typed := _of_type(variant, kind)) is not None:
                found.setdefault(kind, []).append(typed)
    return {kind: _merged(kind, shapes) for kind, shapes in found.items()}


def expand(shape: Shape, seen: frozenset[Loc] = frozenset()) -> list[Shape]:
    """All alternatives of a shape, each without unions. A union whose branch leads back to itself adds nothing new."""
    variants = [shape.copy(groups=(), or_null=False)]
    for group in shape.groups:
        branches = [branch for branch in group.branches if not (branch and branch[-1] in seen)]
        spread = [meet(variant, shape_of(branch)) for variant in variants for branch in branches]
        if len(spread) > LIMIT:
            variants = [variant.copy(groups=(*variant.groups, group)) for variant in variants]
            continue
        inner = seen.union(*(branch[-1:] for branch in branches))
        variants = [leaf for variant in spread for leaf in (expand(variant, inner) if variant.groups else [variant.copy(or_null=False)])]
        if any(variant.or_null for variant in spread):
            variants.append(_null(shape))
    variants = [_closed_over(variant) for variant in variants if variant.types and variant.enum != ()]
    if shape.or_null:
        variants.append(_null(shape))
    return variants


def _null(shape: Shape) -> Shape:
    return Shape(locs=shape.locs, types=frozenset({"null"}), typed=True)


def _closed_over(shape: Shape) -> Shape:
    """`unevaluatedProperties` closes what all parts together leave undeclared."""
    changes: dict[str, object] = {}
    if shape.unevaluated and not shape.additional_said:
        changes = {"additional": shape.unevaluated, "unevaluated": ()}
    if shape.unevaluated_items and not shape.items:
        changes |= {"items": shape.unevaluated_items, "unevaluated_items": ()}
    return shape.copy(**changes) if changes else shape


def _of_type(shape: Shape, kind: str) -> Shape | None:
    if shape.enum is None:
        typed = shape if len(shape.types) == 1 else shape.copy(types=frozenset({kind}))
    else:
        values = tuple(value for value in shape.enum if value[0] == kind and (kind not in SCALARS or holds(shape, value)))
        if not values:
            return None
        typed = shape.copy(types=frozenset({kind}), enum=values)
    return _plain(typed, kind)


def _plain(shape: Shape, kind: str) -> Shape:
    """Rewrite what has an equal, simpler form."""
    if kind == "boolean" and shape.enum is not None and len(shape.enum) == 2:
        return shape.copy(enum=None)
    if kind == "number" and shape.integer and shape.enum is None:
        return shape.copy(minimum=_whole(shape.minimum, up=True), maximum=_whole(shape.maximum, up=False))
    if kind == "array" and closed(shape.items):
        length = len(shape.prefix)
        return shape.copy(items=(), max_items=length if shape.max_items is None else min(length, shape.max_items))
    return shape


def _whole(bound: Bound | None, *, up: bool) -> Bound | None:
    if bound is None or bound.value in (float("inf"), float("-inf")):
        return bound
    import math

    whole = math.ceil(bound.value) if up else math.floor(bound.value)
    if bound.exclusive and whole == bound.value:
        whole += 1 if up else -1
    return Bound(whole, False)


def _merged(kind: str, shapes: list[Shape]) -> list[Shape]:
    shapes = _one_enum(shapes)
    if len(shapes) == 1 or kind not in SCALARS:
        return _without_doubles(shapes)
    kept: list[Shape] = []
    for index, shape in enumerate(shapes):
        others = kept + shapes[index + 1 :]
        if not any(within(kind, shape, other) for other in others):
            kept.append(shape)
    return [_plain(shape, kind) for shape in kept]


def _one_enum(shapes: list[Shape]) -> list[Shape]:
    listed = [shape for shape in shapes if shape.enum is not None]
    if len(listed) < 2:
        return shapes
    values: dict[Value, None] = {value: None for shape in listed for value in shape.enum or ()}
    locs: Conj = ()
    for shape in listed:
        locs = join(locs, shape.locs)
    union = listed[0].copy(enum=tuple(values), locs=locs)
    return [*(shape for shape in shapes if shape.enum is None), union]


def _without_doubles(shapes: list[Shape]) -> list[Shape]:
    seen: dict[tuple[Loc, ...], Shape] = {}
    for shape in shapes:
        seen.setdefault(tuple(sorted(shape.locs, key=id)) if shape.locs else (), shape)
    return list(seen.values())


def text_canon(schema: Conj) -> Canon:
    """The alternatives of a value sent as text (parameter, header, form field): booleans and listed values are words, null is not on the wire."""
    found = canon(schema)
    found.pop("null", None)
    words: list[Shape] = []
    for shape in found.pop("boolean", []):
        values = shape.enum or (freeze(True), freeze(False))
        words.append(shape.copy(types=frozenset({"string"}), enum=tuple(filter(None, map(as_text, values)))))
    numbers = found.pop("number", [])
    listed = [(shape, shape.enum) for shape in numbers if shape.enum is not None]
    words += [shape.copy(types=frozenset({"string"}), enum=tuple(filter(None, map(as_text, values)))) for shape, values in listed]
    plain = [shape for shape in numbers if shape.enum is None]
    strings = found.pop("string", [])
    if plain:
        found["number"] = plain
    if strings or words:
        found["string"] = _merged("string", [*strings, *words])
    return found
