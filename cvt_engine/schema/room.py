"""May a value that is wanted exist? False only where that is sure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from cvt_engine.schema.demands import EVERY_TEXT, Possible, Schemas, Some, Stray, Wanted, together
from cvt_engine.schema.formats import LOOSELY
from cvt_engine.schema.loc import Conj
from cvt_engine.schema.meet import declared, item_at
from cvt_engine.schema.names import NOTHING, common, listing, matching, names_of
from cvt_engine.schema.read import shape_of
from cvt_engine.schema.scalars import common_step, divides, divides_all, holds, ranged, sized, whole
from cvt_engine.schema.shape import Shape, closed
from cvt_engine.schema.texts import Texts, perhaps_in, remains, surely_in

if TYPE_CHECKING:
    from fractions import Fraction

LISTED: Final = 1_000
"""Whole numbers in a range that are tried one by one."""
ITEMS: Final = 40
"""Items of an array that are looked at one by one."""
_Names = tuple[Texts, tuple[Texts, ...]]
"""The names that may pass a schema of names, and those that do not."""


def left(wanted: Wanted, possible: Possible) -> bool:
    """May it exist? `possible` answers for its parts."""
    shape = wanted.shape
    if shape.enum is not None:
        return any(value not in wanted.values and not _refused(wanted, value[1]) for value in shape.enum)
    match wanted.kind:
        case "null":
            return ("null", None) not in wanted.values
        case "boolean":
            return not {("boolean", True), ("boolean", False)} <= wanted.values
        case "number":
            return _numbers(wanted)
        case "string":
            return _strings(wanted)
        case "array":
            return _arrays(wanted, possible)
        case _:
            return _objects(wanted, possible)


def _refused(wanted: Wanted, content: object) -> bool:
    if isinstance(content, str):
        return any(surely_in(texts, content) for texts in wanted.texts)
    return isinstance(content, int | float) and any(divides(step, content) for step in wanted.steps)


def _near(low: float, high: float, most: float | Fraction) -> bool:
    try:
        return high - low <= most
    except OverflowError:  # a whole number beyond all doubles
        return False


def _numbers(wanted: Wanted) -> bool:
    shape = ranged(wanted.shape)
    low, high = shape.minimum, shape.maximum
    step = common_step(shape.multiples | ({1} if shape.integer else set()))
    if any(divides_all(other, step) for other in wanted.steps):
        return False
    if shape.integer:
        low, high = whole(low, up=True), whole(high, up=False)
    if low is None or high is None:
        return True
    if low.value > high.value or (low.value == high.value and (low.exclusive or high.exclusive)):
        return False
    if low.value == high.value:
        return ("number", low.value) not in wanted.values and holds(shape, ("number", low.value))
    if step is None or not _near(low.value, high.value, LISTED * step):
        return True
    numbers = (count * step for count in range(int(low.value // step), int(high.value // step) + 2))
    return any(holds(shape, ("number", _plain(number))) and ("number", _plain(number)) not in wanted.values for number in numbers)


def _plain(number: object) -> float:
    value = float(number)  # type: ignore[arg-type]
    return int(value) if value.is_integer() else value


def _strings(wanted: Wanted) -> bool:
    least, most = sized(wanted.shape)
    if most is not None and least > most:
        return False
    spelled = (LOOSELY[name] for name in wanted.shape.formats if name in LOOSELY)
    texts = Texts(frozenset((*wanted.shape.patterns, *spelled)), least, most)
    listed = frozenset(content for kind, content in wanted.values if kind == "string")
    return remains(texts, (*wanted.texts, listing(listed))) is not False


def _arrays(wanted: Wanted, possible: Possible) -> bool:
    shape = wanted.shape
    least = max([shape.min_items, *(item.least for item in shape.contains)])
    most = _most(shape)
    if most is not None and least > most:
        return False
    every = (*wanted.every, *(item.schema for item in shape.contains if item.most == 0))
    for index in range(min(least, ITEMS)):
        if not possible(item_at(shape, index), (*wanted.lacks.get(index, ()), *every)):
            return False
    somes = (*wanted.somes, *(Some(0, fits=item.schema) for item in shape.contains if item.least))
    return all(_placed(wanted, some, every, possible) for some in somes)


def _most(shape: Shape) -> int | None:
    """How many items there may be: each value that they can have once, where none may come twice."""
    values = _few((*shape.prefix, shape.items)) if shape.unique else None
    found = [size for size in (values, shape.max_items) if size is not None]
    return min(found, default=None)


def _few(schemas: Schemas) -> int | None:
    """How many values there are that satisfy one of them; None where these are not few."""
    shapes = [shape_of(schema) for schema in schemas]
    if all(shape.enum is not None and not shape.or_null for shape in shapes):
        return len({value for shape in shapes for value in shape.enum or ()})
    sizes = [_size(shape) for shape in shapes]
    return sum(size for size in sizes if size is not None) if None not in sizes else None


def _size(shape: Shape) -> int | None:
    if shape.enum is not None:
        return len(shape.enum) + shape.or_null
    numbers = _whole_numbers(shape) if "number" in shape.types else 0
    others = shape.types - {"number"}
    return sum(_FEW[kind] for kind in others) + numbers + shape.or_null if others <= _FEW.keys() and numbers is not None else None


def _whole_numbers(shape: Shape) -> int | None:
    shape = ranged(shape)
    low, high = whole(shape.minimum, up=True), whole(shape.maximum, up=False)
    return max(int(high.value - low.value) + 1, 0) if shape.integer and low and high and _near(low.value, high.value, LISTED) else None


_FEW: Final = {"boolean": 2, "null": 1}
"""How many values these types have."""


def _placed(wanted: Wanted, some: Some, every: Schemas, possible: Possible) -> bool:
    shape = wanted.shape
    reach = max(len(shape.prefix), some.start, *(index + 1 for index in wanted.lacks if isinstance(index, int)), 0)
    last = reach if shape.max_items is None else min(reach, shape.max_items - 1)
    return any(
        possible(together(item_at(shape, index), some.fits), (*some.lacks, *wanted.lacks.get(index, ()), *every)) for index in range(some.start, last + 1)
    )


def _objects(wanted: Wanted, possible: Possible) -> bool:
    shape = wanted.shape
    if wanted.absent & shape.required.keys() or (shape.max_props is not None and len(shape.required) > shape.max_props):
        return False
    names = _names(shape)
    if not all(_named(names, name) and possible(declared(shape, name), wanted.lacks.get(name, ())) for name in shape.required):
        return False
    if shape.min_props > len(shape.required) and closed(shape.additional) and not shape.pattern_props:
        there = [
            name for name in shape.props if name not in wanted.absent and _named(names, name) and possible(declared(shape, name), wanted.lacks.get(name, ()))
        ]
        if len(there) < shape.min_props:
            return False
    return all(_housed(wanted, stray, possible) for stray in wanted.strays)


def _named(names: _Names, name: str) -> bool:
    """May the name pass the schema of names?"""
    allowed, refused = names
    return perhaps_in(allowed, name) and not any(surely_in(texts, name) for texts in refused)


def _names(shape: Shape) -> _Names:
    """The names that may pass, and those that do not: every name where it cannot be told."""
    allowed, refused = names_of(shape.names)
    return (allowed[0], refused) if allowed and allowed[0] != NOTHING else (EVERY_TEXT, refused)


def _housed(wanted: Wanted, stray: Stray, possible: Possible) -> bool:
    shape = wanted.shape
    names = _names(shape)
    full = shape.max_props is not None and len(shape.required) >= shape.max_props
    for name in dict.fromkeys((*shape.props, *shape.required)):
        if name in wanted.absent or (full and name not in shape.required) or not _may_be(stray, name) or not _named(names, name):
            continue
        if possible(declared(shape, name), (*stray.lacks, *wanted.lacks.get(name, ()))):
            return True
    return not full and any(possible(schema, stray.lacks) for schema in _homes(wanted, stray))


def _may_be(stray: Stray, name: str) -> bool:
    return perhaps_in(stray.texts, name) and not any(surely_in(texts, name) for texts in stray.others)


def _homes(wanted: Wanted, stray: Stray) -> Iterator[Conj]:
    """What an undeclared member has to satisfy, wherever a name for it may be left."""
    shape = wanted.shape
    allowed, refused = _names(shape)
    names = common(allowed, stray.texts)
    taken = (*refused, *stray.others, listing((*shape.props, *wanted.absent)))
    for pattern, schema in shape.pattern_props.items():
        if remains(common(names, matching(pattern)), taken) is not False:
            yield schema
    mine = tuple(map(matching, shape.pattern_props))
    if not closed(shape.additional) and remains(names, (*taken, *mine)) is not False:
        yield shape.additional
