"""From a shape to its alternatives by JSON type: unions are spread out, equal ways of saying the same thing become one."""

from __future__ import annotations

from typing import Final

from cvt_engine.schema.chosen import called
from cvt_engine.schema.loc import ANY, Conj, Loc
from cvt_engine.schema.meet import meet
from cvt_engine.schema.normal import of_type, plain
from cvt_engine.schema.read import shape_of
from cvt_engine.schema.scalars import holds, within
from cvt_engine.schema.shape import Bound, Group, Shape, closed, join
from cvt_engine.schema.values import SCALARS, Value, as_text, freeze, thaw

LIMIT: Final = 250
"""More alternatives than this are not spread out; the unions stay opaque and are compared as written."""

STEPS: Final = 300
"""Branches looked at before the unions of one schema stay opaque."""

POOL: Final = 20_000
"""Branches looked at in one comparison; GitHub's description needs some thousands."""

DEPTH: Final = 40
"""Unions within unions followed."""

FEW: Final = 4
"""Branches of a `oneOf` up to which each is read without the others."""


def excludes(group: Group) -> bool:
    """Is one branch meant, and no other? Branches that declare members are open to those of each other, and nobody means that."""
    return group.kind == "oneOf" and 1 < len(group.branches) <= FEW and not any(shape_of(branch).props or shape_of(branch).groups for branch in group.branches)


Canon = dict[str, list[Shape]]


class Pool:
    """What is left of the work that one comparison may spend on unions."""

    def __init__(self, left: int = POOL) -> None:
        self.left = left


def canon(schema: Conj, pool: Pool | None = None, *, chosen: bool = False, alone: bool = False) -> Canon:
    """JSON type -> the alternatives of that type. A type that is missing is not accepted at all.

    `chosen`: each as a discriminator calls it; `alone`: each of a `oneOf` without what the others accept.
    A union beside `additionalProperties: false` that leaves nothing is read as it is meant: closed to what no alternative declares.
    """
    shape, pool = shape_of(schema), pool or Pool()
    found = _typed(expand(shape, pool, chosen=chosen, alone=alone))
    if not found and shape.groups and closed(shape.additional):
        meant = shape.copy(additional=ANY, additional_said=False, unevaluated=shape.additional)
        found = _typed(expand(meant, pool, chosen=chosen, alone=alone))
    return {kind: _merged(kind, shapes) for kind, shapes in found.items()}


def _typed(variants: list[Shape]) -> Canon:
    found: Canon = {}
    for variant in variants:
        for kind in variant.types:
            if (typed := of_type(variant, kind)) is not None:
                found.setdefault(kind, []).append(typed)
    return found


def expand(shape: Shape, pool: Pool, *, chosen: bool = False, alone: bool = False) -> list[Shape]:
    """All alternatives of a shape, each without unions; beyond the limits the unions stay in it as they are."""
    work = _Expansion(min(STEPS, pool.left), chosen=chosen, alone=alone)
    found = work.alternatives(shape, frozenset())
    pool.left -= min(STEPS, pool.left) - max(work.steps, 0)
    return [_closed_over(variant) for variant in found]


class _Expansion:
    """Spreads one shape. `steps` bounds the work, however unions are nested."""

    def __init__(self, steps: int, *, chosen: bool, alone: bool) -> None:
        self.steps = steps
        self.chosen = chosen
        self.alone = alone

    def alternatives(self, shape: Shape, within: frozenset[Loc]) -> list[Shape]:
        """The alternatives of a shape that stands within the branches named."""
        if not shape.groups and not shape.or_null:
            return [shape] if shape.types and shape.enum != () else []
        variants = [shape.copy(groups=(), or_null=False)]
        for group in sorted(shape.groups, key=_size) if len(shape.groups) > 1 else shape.groups:  # however `allOf` orders them, the same ones stay opaque
            branches = [branch for branch in group.branches if not (branch and branch[-1] is group.loc)]
            if not branches or any(branch and branch[-1] in within for branch in branches):
                continue
            if len(branches) > LIMIT:
                branches = _listed(group, branches)
            if self.chosen and shape.discriminators:
                branches = [called(shape, branch) for branch in branches]
            others = branches if self.alone and excludes(group) else []
            spread = self._spread(variants, branches, within, others)
            variants = [variant.copy(groups=(*variant.groups, group)) for variant in variants] if spread is None else spread
        if shape.or_null:
            variants.append(_null(shape))
        return [variant for variant in variants if variant.types and variant.enum != ()]

    def _spread(self, variants: list[Shape], branches: list[Conj], within: frozenset[Loc], others: list[Conj]) -> list[Shape] | None:
        if len(variants) * len(branches) > LIMIT or len(within) > DEPTH:
            return None
        found: list[Shape] = []
        for variant in variants:
            for branch in branches:
                self.steps -= 1
                joined = _without(meet(variant.copy(groups=()), shape_of(branch)), [other for other in others if other is not branch])
                below = self.alternatives(joined, within | set(branch)) if joined.groups or joined.or_null else [joined]
                found += [leaf.copy(groups=(*variant.groups, *leaf.groups)) for leaf in below] if variant.groups else below
                if self.steps < 0 or len(found) > LIMIT:
                    return None
        return found


def _listed(group: Group, branches: list[Conj]) -> list[Conj]:
    """Many branches of which each lists its values are one list, where no two of a `oneOf` share a value."""
    shapes = [shape_of(branch) for branch in branches]
    if any(shape.enum is None or shape.groups or shape.nots or shape.conditions for shape in shapes):
        return branches
    values = [value for shape in shapes for value in shape.enum or () if value[0] in shape.types and holds(shape, value)]
    if any(kind not in SCALARS for kind, _ in values) or (group.kind == "oneOf" and len(set(values)) < len(values)):
        return branches
    return [(group.loc.source.made(group.loc, "listed", {"enum": list(map(thaw, dict.fromkeys(values)))}),)]


def _without(shape: Shape, schemas: list[Conj]) -> Shape:
    """The shape of what satisfies none of the schemas."""
    return shape.copy(nots=(*shape.nots, *schemas), where={**shape.where, "not": shape.locs[0]}) if schemas else shape


def _size(group: Group) -> int:
    return len(group.branches)


def _null(shape: Shape) -> Shape:
    return Shape(locs=shape.locs, types=frozenset({"null"}), typed=True)


def _closed_over(shape: Shape) -> Shape:
    """`unevaluatedProperties` closes what all parts together leave undeclared."""
    changes: dict[str, object] = {}
    if shape.unevaluated and not shape.additional_said:
        changes = {"additional": shape.unevaluated, "unevaluated": ()}
    if shape.unevaluated_items and "items" not in shape.where:
        changes |= {"items": shape.unevaluated_items, "unevaluated_items": ()}
    return shape.copy(**changes) if changes else shape


def _merged(kind: str, shapes: list[Shape]) -> list[Shape]:
    shapes = _one_enum(shapes)
    if kind not in SCALARS:
        return _without_doubles(shapes)
    if kind == "number" and len(shapes) > 1:
        shapes = _joined_ranges(shapes)
    if len(shapes) == 1:
        return [found for shape in shapes if (found := plain(shape, kind)) is not None]
    kept: list[Shape] = []
    for index, shape in enumerate(shapes):
        others = kept + shapes[index + 1 :]
        if not any(not (other.nots or other.conditions) and within(kind, shape, other) for other in others):
            kept.append(shape)
    return [found for shape in kept if (found := plain(shape, kind)) is not None]


def _one_enum(shapes: list[Shape]) -> list[Shape]:
    listed: list[Shape] = []
    others: list[Shape] = []
    for shape in shapes:
        (others if shape.enum is None or shape.nots or shape.conditions else listed).append(shape)
    if len(listed) < 2:
        return shapes
    values: dict[Value, None] = {value: None for shape in listed for value in shape.enum or ()}
    locs: Conj = ()
    for shape in listed:
        locs = join(locs, shape.locs)
    union = listed[0].copy(enum=tuple(values), locs=locs, blend=True)
    return [*others, union]


def _joined_ranges(shapes: list[Shape]) -> list[Shape]:
    """Ranges of numbers that overlap or touch, alike in everything else, are one range."""
    groups: dict[object, list[Shape]] = {}
    for shape in shapes:
        alike = (shape.integer, shape.multiples, frozenset(shape.formats)) if shape.enum is None and not shape.nots and not shape.conditions else id(shape)
        groups.setdefault(alike, []).append(shape)
    found = []
    for group in groups.values():
        group.sort(key=lambda shape: (_edge(shape.minimum, lower=True), shape.minimum is not None and shape.minimum.exclusive))
        run = group[:1]
        for shape in group[1:]:
            if _touching(run[-1], shape):
                run[-1] = _joined(run[-1], shape)
            else:
                run.append(shape)
        found += run
    return found


def _edge(bound: Bound | None, *, lower: bool) -> float:
    return bound.value if bound is not None else float("-inf") if lower else float("inf")


def _touching(first: Shape, second: Shape) -> bool:
    end, start = _edge(first.maximum, lower=False), _edge(second.minimum, lower=True)
    if start == end:
        both_open = first.maximum is not None and second.minimum is not None and first.maximum.exclusive and second.minimum.exclusive
        return not both_open
    return start < end or (first.integer and not first.multiples and start == end + 1)


def _joined(first: Shape, second: Shape) -> Shape:
    ends = (_edge(first.maximum, lower=False), _edge(second.maximum, lower=False))
    if ends[0] == ends[1]:
        wider = first if first.maximum is None or not first.maximum.exclusive else second
    else:
        wider = first if ends[0] > ends[1] else second
    return first.copy(maximum=wider.maximum, locs=join(first.locs, second.locs), blend=True)


def _without_doubles(shapes: list[Shape]) -> list[Shape]:
    seen: dict[tuple[Loc, ...], Shape] = {}
    for shape in shapes:
        seen.setdefault(tuple(sorted(shape.locs, key=id)) if shape.locs else (), shape)
    return list(seen.values())


def only_texts(schema: Conj) -> bool:
    """Is no type written, and all that is said said of texts?"""
    shape = shape_of(schema)
    return not shape.typed and shape.implied == {"string"} and shape.enum is None and not shape.groups


def text_canon(schema: Conj, pool: Pool | None = None) -> Canon:
    """The alternatives of a value sent as text (parameter, header, form field): booleans and listed values are words, null is not on the wire."""
    found = canon(schema, pool)
    found.pop("null", None)
    if only_texts(schema):
        found = {kind: shapes for kind, shapes in found.items() if kind == "string"}  # what is said of texts is meant for all that is sent
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
