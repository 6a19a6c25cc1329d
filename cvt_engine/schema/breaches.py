"""Every way in which a value can violate one alternative: what the value must be for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from cvt_engine.schema.demands import Breaks, Fits, Possible, Some, Stray, Wanted, Way
from cvt_engine.schema.formats import CHECKED, SPELLED, refuses
from cvt_engine.schema.names import listing, matching, names_of
from cvt_engine.schema.scalars import bounded, common_step, covered, meant
from cvt_engine.schema.shape import Bound, Contains, Shape
from cvt_engine.schema.values import SCALARS

Ways = Iterator[Way]


def breaches(wanted: Wanted, outer: Shape, possible: Possible) -> Ways:
    """The ways, and for what cannot be told in this form the value as it is. `possible` answers for parts of the value."""
    listed = outer.enum is not None and wanted.kind not in SCALARS
    if listed or outer.groups or outer.broken or (outer.unevaluated and not outer.additional_said) or (outer.unevaluated_items and not outer.items):
        yield wanted, ()
        return
    if outer.enum is not None and wanted.kind in SCALARS:
        yield wanted._replace(values=wanted.values | set(outer.enum)), ()
    else:
        yield from _BY_KIND.get(wanted.kind, _nothing)(wanted, outer)
        yield from _contents(wanted, outer, possible)
    for schema in outer.nots:
        yield wanted, (Fits(schema),)
    for condition in outer.conditions:
        if condition.then:
            yield wanted, (Fits(condition.test), Breaks(condition.then))
        if condition.otherwise:
            yield wanted, (Breaks(condition.test), Breaks(condition.otherwise))


def _nothing(_wanted: Wanted, _outer: Shape) -> Ways:
    return iter(())


def _within(found: Wanted | None) -> Ways:
    if found is not None:
        yield found, ()


def _numbers(wanted: Wanted, outer: Shape) -> Ways:
    if outer.minimum is not None:
        yield from _within(wanted.limited(maximum=_beyond(outer.minimum)))
    if outer.maximum is not None:
        yield from _within(wanted.limited(minimum=_beyond(outer.maximum)))
    step = common_step(outer.multiples | ({1} if outer.integer else set()))
    if step is not None:
        yield wanted._replace(steps=(*wanted.steps, step)), ()
    yield from _formats(wanted, outer)


def _beyond(bound: Bound) -> Bound:
    return Bound(bound.value, not bound.exclusive)


def _formats(wanted: Wanted, outer: Shape) -> Ways:
    known = set(wanted.shape.formats)
    for name in meant(outer):
        if not covered(name, known) and not bounded(wanted.shape, name):
            yield from _unformed(wanted, name)
    if outer.contents.keys() != wanted.shape.contents.keys():
        yield wanted, ()


def _unformed(wanted: Wanted, name: str) -> Ways:
    """The value that is not of a format."""
    if name in SPELLED:
        yield wanted._replace(texts=(*wanted.texts, matching(SPELLED[name]))), ()
    elif name not in CHECKED or wanted.shape.enum is None:
        yield wanted, ()
    elif listed := tuple(value for value in wanted.shape.enum if value[0] != "string" or refuses(name, value[1])):
        yield wanted._replace(shape=wanted.shape.copy(enum=listed)), ()


def _strings(wanted: Wanted, outer: Shape) -> Ways:
    if outer.min_length:
        yield from _within(wanted.limited(max_length=outer.min_length - 1))
    if outer.max_length is not None:
        yield from _within(wanted.limited(min_length=outer.max_length + 1))
    for pattern in outer.patterns:
        yield wanted._replace(texts=(*wanted.texts, matching(pattern))), ()
    yield from _formats(wanted, outer)


def _arrays(wanted: Wanted, outer: Shape) -> Ways:
    if outer.min_items:
        yield from _within(wanted.limited(max_items=outer.min_items - 1))
    if outer.max_items is not None:
        yield from _within(wanted.limited(min_items=outer.max_items + 1))
    if outer.unique and not wanted.shape.unique and (wanted.shape.max_items is None or wanted.shape.max_items > 1):
        yield wanted, ()
    for index, schema in enumerate(outer.prefix):
        if schema and (found := wanted.limited(min_items=index + 1)) is not None:
            yield found.lacking(index, schema), ()
    start = len(outer.prefix)
    if outer.items and (found := wanted.limited(min_items=start + 1)) is not None:
        yield found._replace(somes=(*found.somes, Some(start, lacks=(outer.items,)))), ()


def _contents(wanted: Wanted, outer: Shape, possible: Possible) -> Ways:
    for item in outer.contains if wanted.kind == "array" else ():
        yield from _contains(wanted, item, possible)


def _contains(wanted: Wanted, item: Contains, possible: Possible) -> Ways:
    mine = wanted.shape.contains
    if item.least == 1:
        yield wanted._replace(every=(*wanted.every, item.schema)), ()
    elif item.least > 1 and not any(other.least >= item.least and not possible(other.schema, (item.schema,)) for other in mine):
        yield wanted, ()
    if item.most is not None and not any(other.most is not None and other.most <= item.most and not possible(item.schema, (other.schema,)) for other in mine):
        found = wanted.limited(min_items=item.most + 1)
        if found is not None:
            yield found._replace(somes=(*found.somes, Some(0, fits=item.schema))), ()


def _objects(wanted: Wanted, outer: Shape) -> Ways:
    for name in outer.required:
        if name not in wanted.shape.required:
            yield wanted._replace(absent=wanted.absent | {name}), ()
    for name, schema in outer.props.items():
        if schema and name not in wanted.absent:
            yield wanted.having(name).lacking(name, schema), ()
    yield from _strays(wanted, outer)
    if outer.min_props:
        yield from _within(wanted.limited(max_props=outer.min_props - 1))
    if outer.max_props is not None:
        yield from _within(wanted.limited(min_props=outer.max_props + 1))
    for name, names in outer.dependent.items():
        for other in names - wanted.shape.required.keys():
            yield wanted.having(name)._replace(absent=wanted.absent | {other}), ()
    for name, schema in outer.dependent_schemas.items():
        yield wanted.having(name), (Breaks(schema),)


def _strays(wanted: Wanted, outer: Shape) -> Ways:
    found = [Stray(matching(pattern), lacks=(schema,)) for pattern, schema in outer.pattern_props.items() if schema]
    if outer.additional:
        others = (*map(matching, outer.pattern_props), listing(outer.props))
        found.append(Stray(others=others, lacks=(outer.additional,)))
    allowed, refused = names_of(outer.names)
    found += [Stray(others=(texts,)) for texts in allowed]
    found += [Stray(texts) for texts in refused]
    for stray in found:
        yield wanted._replace(strays=(*wanted.strays, stray)), ()


_BY_KIND: Final[dict[str, Callable[[Wanted, Shape], Ways]]] = {"number": _numbers, "string": _strings, "array": _arrays, "object": _objects}
