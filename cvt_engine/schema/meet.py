"""Intersection of two normal forms: what satisfies both."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from cvt_engine.schema.loc import Conj, Loc
from cvt_engine.schema.patterned import pattern_props
from cvt_engine.schema.regex import matches
from cvt_engine.schema.shape import Bound, Shape, join
from cvt_engine.schema.values import Value

K = TypeVar("K")


def meet(first: Shape, second: Shape) -> Shape:
    """The shape of `allOf: [first, second]`. Closed objects stay closed to names they do not declare themselves."""
    if _blank(second):
        return first.copy(locs=join(first.locs, second.locs))
    if _blank(first):
        return second.copy(locs=join(first.locs, second.locs))
    return Shape(
        locs=join(first.locs, second.locs),
        types=first.types & second.types,
        typed=first.typed or second.typed,
        integer=(first.integer and "number" in second.types) or (second.integer and "number" in first.types),
        enum=_enums(first.enum, second.enum),
        minimum=_tighter(first.minimum, second.minimum, lower=True),
        maximum=_tighter(first.maximum, second.maximum, lower=False),
        multiples=first.multiples | second.multiples,
        min_length=max(first.min_length, second.min_length),
        max_length=_least(first.max_length, second.max_length),
        patterns={**first.patterns, **second.patterns},
        formats={**first.formats, **second.formats},
        contents={**first.contents, **second.contents},
        items=join(first.items, second.items),
        prefix=_prefixes(first, second),
        min_items=max(first.min_items, second.min_items),
        max_items=_least(first.max_items, second.max_items),
        unique=first.unique or second.unique,
        contains=_together(first.contains, second.contains),
        unevaluated_items=join(first.unevaluated_items, second.unevaluated_items),
        props=_properties(first, second),
        required={**second.required, **first.required},
        pattern_props=pattern_props(first, second),
        additional=join(first.additional, second.additional),
        additional_said=first.additional_said or second.additional_said,
        names=join(first.names, second.names),
        min_props=max(first.min_props, second.min_props),
        max_props=_least(first.max_props, second.max_props),
        dependent={name: first.dependent.get(name, frozenset()) | second.dependent.get(name, frozenset()) for name in (*first.dependent, *second.dependent)},
        dependent_schemas=_joined(first.dependent_schemas, second.dependent_schemas),
        unevaluated=join(first.unevaluated, second.unevaluated),
        groups=_together(first.groups, second.groups),
        nots=_together(first.nots, second.nots),
        conditions=_together(first.conditions, second.conditions),
        discriminators=_together(first.discriminators, second.discriminators),
        or_null=_takes_null(first) and _takes_null(second) and (first.or_null or second.or_null),
        read_only=first.read_only or second.read_only,
        write_only=first.write_only or second.write_only,
        deprecated=first.deprecated or second.deprecated,
        default=first.default if first.default is not None else second.default,
        where=_sites(first, second),
        broken=_together(first.broken, second.broken),
    )


def _blank(shape: Shape) -> bool:
    return not shape.where and not shape.props and not shape.required and not shape.groups and len(shape.types) == 6 and not shape.or_null and not shape.broken


def _takes_null(shape: Shape) -> bool:
    return shape.or_null or ("null" in shape.types and (shape.enum is None or ("null", None) in shape.enum))


def _enums(first: tuple[Value, ...] | None, second: tuple[Value, ...] | None) -> tuple[Value, ...] | None:
    if first is None or second is None:
        return second if first is None else first
    known = set(second)
    return tuple(value for value in first if value in known)


def _tighter(first: Bound | None, second: Bound | None, *, lower: bool) -> Bound | None:
    found = [bound for bound in (first, second) if bound is not None]
    if not found:
        return None
    return max(found) if lower else min(found, key=lambda bound: (bound.value, not bound.exclusive))


def _least(first: int | None, second: int | None) -> int | None:
    return min((value for value in (first, second) if value is not None), default=None)


def _together(first: tuple[K, ...], second: tuple[K, ...]) -> tuple[K, ...]:
    return (*first, *(item for item in second if item not in first)) if second else first


def _joined(first: dict[str, Conj], second: dict[str, Conj]) -> dict[str, Conj]:
    if not second:
        return first
    names: Iterable[str] = dict.fromkeys((*first, *second))
    return {name: join(first.get(name, ()), second.get(name, ())) for name in names}


def _properties(first: Shape, second: Shape) -> dict[str, Conj]:
    names = dict.fromkeys((*first.props, *second.props))
    return {name: join(declared(first, name), declared(second, name)) for name in names}


def declared(shape: Shape, name: str) -> Conj:
    """What a shape demands of the property `name`: its declaration, the patterns that match it, or the rule for all other names."""
    if not shape.pattern_props:
        return shape.props.get(name, shape.additional)
    found: Conj = shape.props.get(name, ())
    known = name in shape.props
    for pattern, schema in shape.pattern_props.items():
        if matches(pattern, name):
            known = True
            found = join(found, schema)
    return found if known else shape.additional


def _prefixes(first: Shape, second: Shape) -> tuple[Conj, ...]:
    length = max(len(first.prefix), len(second.prefix))
    return tuple(join(item_at(first, index), item_at(second, index)) for index in range(length))


def item_at(shape: Shape, index: int) -> Conj:
    """What a shape demands of the array item at `index`."""
    return shape.prefix[index] if index < len(shape.prefix) else shape.items


def _sites(first: Shape, second: Shape) -> dict[str, Loc]:
    sites = {**second.where, **first.where}
    for keyword in second.where.keys() & _BOUNDED.keys():
        attribute = _BOUNDED[keyword]
        mine, other = getattr(first, attribute), getattr(second, attribute)
        if mine != other and _tighter_side(mine, other, lower=keyword.startswith("min")):
            sites[keyword] = second.where[keyword]
    return sites


_BOUNDED = {
    "minimum": "minimum",
    "maximum": "maximum",
    "minLength": "min_length",
    "maxLength": "max_length",
    "minItems": "min_items",
    "maxItems": "max_items",
    "minProperties": "min_props",
    "maxProperties": "max_props",
}


def _tighter_side(mine: float | Bound | None, other: float | Bound | None, *, lower: bool) -> bool:
    if mine is None or other is None:
        return other is not None
    return other > mine if lower else other < mine  # type: ignore[operator]
