"""What `propertyNames` says, as sets of texts."""

from __future__ import annotations

from collections.abc import Iterable

from cvt_engine.schema.loc import ANY, Conj
from cvt_engine.schema.read import shape_of
from cvt_engine.schema.scalars import holds, text_set
from cvt_engine.schema.shape import Shape
from cvt_engine.schema.texts import Texts, perhaps_in

NOTHING = Texts(frozenset(), listed=frozenset())


def matching(pattern: str) -> Texts:
    """The texts in which a pattern is found."""
    return Texts(frozenset({pattern}))


def listing(names: Iterable[str]) -> Texts:
    """These texts."""
    return Texts(frozenset(), listed=frozenset(names))


def names_of(schema: Conj) -> tuple[tuple[Texts, ...], tuple[Texts, ...]]:
    """Sets that a name must be in, and sets that it must not be in. What cannot be told so is an empty set to be in."""
    if schema == ANY:
        return (), ()
    rule = shape_of(schema)
    if not _is_plain(rule) or not all(_is_plain(shape_of(part)) and not shape_of(part).nots for part in rule.nots):
        return (NOTHING,), ()
    return (_texts(rule),), tuple(_texts(inner) for part in rule.nots if "string" in (inner := shape_of(part)).types)


def _texts(rule: Shape) -> Texts:
    if rule.enum is None:
        return text_set(rule)
    return listing(value[1] for value in rule.enum if value[0] == "string" and holds(rule, value))


def _is_plain(rule: Shape) -> bool:
    return "string" in rule.types and not (rule.groups or rule.conditions or rule.formats or rule.contents or rule.broken or rule.or_null)


def common(first: Texts, second: Texts) -> Texts:
    """The texts of both, or more where a pattern cannot be run."""
    if first.listed is None and second.listed is None:
        most = min((size for size in (first.most, second.most) if size is not None), default=None)
        return Texts(first.patterns | second.patterns, max(first.least, second.least), most)
    listed, other = (first, second) if first.listed is not None else (second, first)
    return listed._replace(listed=frozenset(text for text in listed.listed or () if perhaps_in(other, text)))
