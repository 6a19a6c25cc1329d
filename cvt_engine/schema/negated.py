"""`not` of one bound is the opposite bound: `not: {minimum: 5}` of numbers says `exclusiveMaximum: 5`."""

from __future__ import annotations

from typing import Any, Final

from cvt_engine.schema.loc import Conj, Loc
from cvt_engine.schema.meet import meet
from cvt_engine.schema.read import shape_of
from cvt_engine.schema.shape import Bound, Shape

_SPOKEN: Final = frozenset(["type", "default", "deprecated", "readOnly", "writeOnly"])
_OPPOSITE: Final[dict[str, dict[str, tuple[str, str, str]]]] = {
    "number": {"minimum": ("minimum", "maximum", "maximum"), "maximum": ("maximum", "minimum", "minimum")},
    "string": {"minLength": ("min_length", "max_length", "maxLength"), "maxLength": ("max_length", "min_length", "minLength")},
    "array": {"minItems": ("min_items", "max_items", "maxItems"), "maxItems": ("max_items", "min_items", "minItems")},
    "object": {"minProperties": ("min_props", "max_props", "maxProperties"), "maxProperties": ("max_props", "min_props", "minProperties")},
}
"""JSON type -> keyword -> (its attribute, the opposite attribute, the opposite keyword)."""


def without_negated(shape: Shape, kind: str) -> Shape | None:
    """The shape for one JSON type with each `not` of a single bound told as the opposite bound; None when nothing is left."""
    kept: list[Conj] = []
    bounds: list[Shape] = []
    for schema in shape.nots:
        found = _opposite(shape_of(schema), shape, kind)
        if found is None:
            kept.append(schema)
        else:
            bounds.append(found)
    if not bounds:
        return shape
    whole = shape.copy(nots=tuple(kept))
    for bound in bounds:
        if -1 in (bound.max_length, bound.max_items, bound.max_props):
            return None
        whole = meet(whole, bound)
    return whole.copy(blend=shape.blend)


def _opposite(refused: Shape, shape: Shape, kind: str) -> Shape | None:
    """What is left of the type where these values are refused; None where that is not a bound."""
    said = refused.where.keys() - _SPOKEN
    row = _OPPOSITE.get(kind, {}).get(next(iter(said))) if len(said) == 1 else None
    if row is None or kind not in refused.types or _says_more(refused) or (refused.integer and not shape.integer):
        return None
    attribute, opposite, keyword = row
    limit = getattr(refused, attribute)
    home = refused.where[next(iter(said))]
    return _bounded(opposite, keyword, _beyond(limit, attribute), home)


def _bounded(attribute: str, keyword: str, limit: Any, home: Loc) -> Shape:
    found = Shape(where={keyword: home})
    setattr(found, attribute, limit)
    return found


def _says_more(shape: Shape) -> bool:
    return bool(shape.required or shape.groups or shape.or_null or shape.broken or shape.enum is not None)


def _beyond(limit: Any, attribute: str) -> Any:
    if isinstance(limit, Bound):
        return Bound(limit.value, not limit.exclusive)
    return limit - 1 if attribute.startswith("min") else limit + 1
