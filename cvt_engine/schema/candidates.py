"""Values that may prove a fact: for each kind of fact those that tell most, then what lies at the edges of both schemas."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations, islice
from typing import Any, Final

from cvt_engine.change import Change
from cvt_engine.schema.canon import canon
from cvt_engine.schema.loc import ANY, Conj
from cvt_engine.schema.meet import declared
from cvt_engine.schema.overlap import SUPPOSED, one_ofs
from cvt_engine.schema.read import shape_of
from cvt_engine.schema.regex_sample import edges_of, strings_of
from cvt_engine.schema.sample import FORMATS, NOTHING, Sampler, longer, numbers
from cvt_engine.schema.scalars import text_set
from cvt_engine.schema.shape import Shape, join
from cvt_engine.schema.texts import outside
from cvt_engine.schema.told import tagged, texts
from cvt_engine.schema.values import SCALARS, thaw

PAIRS: Final = 400
"""Pairs of alternatives for which a value of both is made."""


def candidates(change: Change, giver: Conj, taker: Conj, sampler: Sampler) -> Iterator[Any]:
    """Values of the giving side that the fact says the taking side refuses, the most telling first."""
    if SUPPOSED in change.traits:
        yield from _smallest(sampler.values(giver), giver)
        return
    source = _SOURCES.get(change.aspect)
    if source is not None:
        yield from source(change, giver, taker, sampler)
    yield from _edges(giver, taker, sampler)


def _smallest(values: Iterator[Any], giver: Conj) -> Iterator[Any]:
    """The values with no more members than an alternative of the giving side requires: what is optional is open to all alternatives, and nobody means that."""
    shapes = [shape for _, shape in _alternatives(giver, "object")]
    for value in values:
        match value:
            case dict() if any(value.keys() <= shape.required.keys() for shape in shapes):
                yield value
            case list() if not any(isinstance(item, dict | list) for item in value):
                yield value
            case None | bool() | int() | float() | str():
                yield value


def _alternatives(schema: Conj, *kinds: str) -> Iterator[tuple[str, Shape]]:
    for kind, shapes in canon(schema).items():
        if not kinds or kind in kinds:
            yield from ((kind, shape) for shape in shapes)


def _scalar_edges(kind: str, shape: Shape) -> Iterator[Any]:
    """Strings and numbers at the limits of one alternative."""
    if kind == "string":
        yield from ("a" * length for length in _around(shape.min_length, shape.max_length))
        yield from (text for pattern in shape.patterns for text in strings_of(pattern))
    elif kind == "number":
        yield from numbers(shape)


def _ends(kind: str, shape: Shape, sampler: Sampler) -> Iterator[Any]:
    """The same, and arrays as long as they may be."""
    yield from _scalar_edges(kind, shape)
    if kind == "array":
        yield from (sampler.array_of(shape, size) for size in _around(shape.min_items, shape.max_items))


def _edges(giver: Conj, taker: Conj, sampler: Sampler) -> Iterator[Any]:
    """Values at the edges of both schemas, whatever the fact is about."""
    yield from sampler.values(giver)
    for kind, shape in _alternatives(taker):
        yield from _scalar_edges(kind, shape)
        if shape.enum is not None and kind in SCALARS:
            yield from (thaw(value) for value in shape.enum)
    for kind, shape in _alternatives(giver):
        yield from _ends(kind, shape, sampler)
    for _, shape in _alternatives(giver, "object"):
        for name in shape.props:
            for value in islice(sampler.values(shape.props[name]), 4):
                yield from islice(sampler.objects(shape, plus={name: value}), 1)
    yield from ("", "a", "A", "0", " ", "-", "é", "a b", "a@b", 0, 1, -1, 0.5, 2**31, 2**63, True, False, None, [], {}, ["a"], {"a": 1})


def _around(least: int, most: int | None) -> Iterator[int]:
    for edge in (least, most):
        if edge is not None:
            yield from (size for size in (edge, edge + 1, edge - 1) if 0 <= size <= 70_000)


def _between(change: Change, *limits: tuple[int, int | None]) -> list[int]:
    """Sizes around the limits, those at the end that changed first."""
    sizes = dict.fromkeys(size for pair in limits for size in _around(*pair))
    return sorted(sizes, reverse=change.aspect.startswith("max"))


def _listed(_change: Change, giver: Conj, taker: Conj, sampler: Sampler) -> Iterator[Any]:
    """Listed values that the other side does not list, and for a free giving side what it takes beside the list."""
    if any(shape.patterns for _, shape in (*_alternatives(giver, "string"), *_alternatives(taker, "string"))):
        yield from _telling_texts(giver, taker)
    for kind, shape in _alternatives(giver):
        known = {value for other in canon(taker).get(kind, []) for value in other.enum or ()}
        yield from (thaw(value) for value in shape.enum or () if value not in known)
        if shape.enum is None:
            yield from islice(sampler.of_shape(kind, shape), 8)
            if kind == "object":
                yield from islice(sampler.objects(shape, plus={"extra": "a"}), 1)


def _padded(shape: Shape, size: int) -> Iterator[str]:
    """Strings of a length that may still have the shape's format."""
    yield "a" * size
    for name in shape.formats:
        yield from (padded for text in FORMATS.get(name, ()) for padded in longer(name, text, size))


def _member(change: Change, giver: Conj, taker: Conj, sampler: Sampler) -> Iterator[Any]:
    """Objects without, and with, the property in question."""
    demanded = {name: other for _, shape in _alternatives(taker, "object") for name, other in shape.required.items() if name != change.subject}
    for _, shape in _alternatives(giver, "object"):
        others = {name: sampler.least(declared(shape, name)) for name in demanded}
        yield from sampler.objects(shape, without=change.subject, plus={name: value for name, value in others.items() if value is not NOTHING})
        yield from sampler.objects(shape, without=change.subject)
        if change.subject in shape.props:
            for value in islice(sampler.values(shape.props[change.subject]), 4):
                yield from sampler.objects(shape, plus={change.subject: value})


def _undeclared(change: Change, giver: Conj, taker: Conj, sampler: Sampler) -> Iterator[Any]:
    """Objects with names that no side declares, holding whatever the giving side takes there."""
    for _, shape in _alternatives(giver, "object"):
        known = set(shape.props) | {name for _, other in _alternatives(taker, "object") for name in other.props}
        names = [name for name in ("extra", "x-extra", "zz9", "a", "0") if name not in known]
        if change.aspect == "pattern-property":
            names = [name for name in strings_of(change.subject) if name not in known]
        names += islice((name for pattern in shape.pattern_props for name in strings_of(pattern)), 4)
        names += ["n" * 40, "with space"]
        for name in names:
            for value in (*islice(sampler.values(shape.additional), 3), "a", 1, None, [], {}):
                yield from sampler.objects(shape, plus={name: value})


def _sizes(change: Change, giver: Conj, taker: Conj, sampler: Sampler) -> Iterator[Any]:
    """Arrays, objects and strings of the sizes between the two limits."""
    if any(shape.patterns for _, shape in _alternatives(giver, "string")):
        yield from _telling_texts(giver, taker)
    for kind, mine in _alternatives(giver, "array", "string", "object"):
        for _, other in _alternatives(taker, kind):
            if kind == "string":
                for size in _between(change, (other.min_length, other.max_length), (mine.min_length, mine.max_length)):
                    yield from _padded(mine, size)
                yield from (text for pattern in mine.patterns for text in strings_of(pattern))
            elif kind == "array":
                yield from (sampler.array_of(mine, size) for size in _between(change, (other.min_items, other.max_items), (mine.min_items, mine.max_items)))
            else:
                for size in _between(change, (other.min_props, other.max_props), (mine.min_props, mine.max_props)):
                    extra = {f"extra{index}": next(sampler.values(mine.additional), "a") for index in range(min(size, 200))}
                    yield from sampler.objects(mine, plus=extra)
                    yield from sampler.objects(mine.copy(min_props=size))


def _bounds(_change: Change, giver: Conj, taker: Conj, _sampler: Sampler) -> Iterator[Any]:
    for _, mine in _alternatives(giver, "number"):
        yield from numbers(mine)
        for _, other in _alternatives(taker, "number"):
            edges = numbers(other.copy(integer=mine.integer))
            steps = max(mine.multiples, default=0)
            for edge in edges:
                yield edge
                if steps:
                    yield from (int(edge // steps) * steps, (int(edge // steps) + 1) * steps, (int(edge // steps) - 1) * steps)


def _multiples(_change: Change, giver: Conj, _taker: Conj, _sampler: Sampler) -> Iterator[Any]:
    for _, mine in _alternatives(giver, "number"):
        step = max(mine.multiples, default=1 if mine.integer else 0.1)
        start = mine.minimum.value if mine.minimum else 0
        yield from ((start // step) * step + step * count for count in range(1, 12))
        yield from (round(step * count, 10) for count in range(1, 12))


def _overlapping(_change: Change, giver: Conj, taker: Conj, sampler: Sampler) -> Iterator[Any]:
    """What lies within two alternatives of the taking side at once."""
    pairs = (pair for group in one_ofs(shape_of(taker)) for pair in combinations(group.branches, 2))
    for pair in islice(pairs, PAIRS):
        both = join(*pair)
        yield from islice(sampler.values(join(giver, both)), 4)
        for kind, shape in _alternatives(both):
            yield from islice(_scalar_edges(kind, shape), 12)


def _formats(change: Change, giver: Conj, _taker: Conj, sampler: Sampler) -> Iterator[Any]:
    yield from (text for name in (change.before or "", change.after or "") for part in name.split(", ") for text in FORMATS.get(part, ()))
    yield from sampler.values(giver)
    yield from (2**31, 2**63, -(2**31) - 1, 2**40, 1e39, "not a format", "a", "", "%", "::")


def _repeated(_change: Change, giver: Conj, _taker: Conj, sampler: Sampler) -> Iterator[Any]:
    for _, shape in _alternatives(giver, "array"):
        item = sampler.least(shape.items)
        yield from ([item] * size for size in (2, max(2, shape.min_items)))


def _contains(_change: Change, giver: Conj, taker: Conj, sampler: Sampler) -> Iterator[Any]:
    for _, shape in _alternatives(giver, "array"):
        kinds = (*islice(sampler.values(shape.items), 6), "a", 1, None, True, {}, [])
        yield from (sampler.array_of(shape.copy(contains=()), size) for size in range(4))
        for kind in kinds:
            yield from ([kind] * size for size in range(1, 5))
        held = [found.schema for found in shape.contains] or [ANY]
        wanted = [found.schema for _, other in _alternatives(taker, "array") for found in other.contains] or [ANY]
        for mine in held:
            for yours in wanted:
                values = [value for value in islice(_edges(join(shape.items, mine), join(shape.items, yours), sampler), 24) if value is not NOTHING]
                yield from ([value] * size for value in values for size in range(6))
                yield from (list(pair) for pair in combinations(values[:12], 2))


def _dependents(change: Change, giver: Conj, _taker: Conj, sampler: Sampler) -> Iterator[Any]:
    trigger, _, others = change.subject.partition(": ")
    for _, shape in _alternatives(giver, "object"):
        value = next(sampler.values(shape.props.get(trigger, ())), "a")
        for other in others.split(", "):
            yield from sampler.objects(shape, plus={trigger: value}, without=other)


def _negated(_change: Change, giver: Conj, taker: Conj, sampler: Sampler) -> Iterator[Any]:
    """Values that a `not` or a condition of the taking side speaks of, mixed into what the giving side takes."""
    shapes = [shape for schema in (taker, giver) for shape in (shape_of(schema), *(found for _, found in _alternatives(schema)))]
    inner = list(dict.fromkeys(part for shape in shapes for part in _applied(shape)))
    for found in (found for schema in (giver, taker) for found in shape_of(schema).conditions):
        for way in (join(found.test, found.then), found.otherwise):
            yield from islice(sampler.values(join(giver, way)), 8)
            yield from (edge for kind, shape in _alternatives(join(giver, way)) for edge in islice(_ends(kind, shape, sampler), 12))
    objects = [shape for _, shape in _alternatives(giver, "object")]
    triggers = [name for shape in shapes for name in shape.dependent_schemas]
    members = [(name, list(islice(sampler.values(declared(objects[0], name)), 1))) for name in dict.fromkeys(triggers) if objects]
    for part in inner:
        yield from islice(sampler.values(part), 8)
        for name, prop in shape_of(part).props.items():
            members.append((name, _of_member(declared(objects[0], name) if objects else ANY, prop, sampler)))
            for shape in objects:
                for value in members[-1][1]:
                    yield from sampler.objects(shape, plus={name: value})
                yield from sampler.objects(shape, without=name)
    whole = [shape for found in shape_of(giver).conditions for _, shape in _alternatives(join(giver, join(found.test, found.then)), "object")]
    for shape in (*whole, *objects):
        yield from _mixed(shape, members, sampler)


def _applied(shape: Shape) -> Iterator[Conj]:
    """The schemas that a shape applies to some of its values only."""
    yield from shape.nots
    yield from (part for found in shape.conditions for part in (found.test, found.then, found.otherwise))
    yield from shape.dependent_schemas.values()


def _of_member(given: Conj, demanded: Conj, sampler: Sampler) -> list[Any]:
    """Values of a property that fit what is demanded of it, and some that do not."""
    both = join(given, demanded)
    values = [*islice(sampler.values(both), 2), *(edge for kind, shape in _alternatives(both) for edge in islice(_ends(kind, shape, sampler), 12))]
    values += islice(sampler.values(given), 2)
    return [value for index, value in enumerate(values) if value is not NOTHING and value not in values[:index]][:8]


def _mixed(shape: Shape, members: list[tuple[str, list[Any]]], sampler: Sampler) -> Iterator[Any]:
    for name, values in members[:6]:
        for other, others in members[:6]:
            for value in values[:8]:
                for mate in others[:8]:
                    if other != name:
                        yield from sampler.objects(shape, plus={name: value, other: mate})
            for value in values[:2]:
                yield from sampler.objects(shape, plus={name: value}, without=other)


def _varied(text: str, edges: tuple[str, ...]) -> Iterator[str]:
    """The text with one character replaced by each character at an edge of the patterns."""
    for place in range(min(len(text), 6)):
        yield from (f"{text[:place]}{edge}{text[place + 1 :]}" for edge in edges)


def _telling_texts(giver: Conj, taker: Conj) -> Iterator[str]:
    """The shortest texts that alternatives of the giving side have and those of the taking side have not."""
    for _, mine in _alternatives(giver, "string"):
        for _, yours in _alternatives(taker, "string"):
            yield from outside(text_set(mine), text_set(yours)) or ()


def _patterns(_change: Change, giver: Conj, taker: Conj, _sampler: Sampler) -> Iterator[Any]:
    yield from _telling_texts(giver, taker)
    told = [pattern for schema in (giver, taker) for _, shape in _alternatives(schema, "string") for pattern in shape.patterns]
    edges = tuple(dict.fromkeys(edge for pattern in told for edge in edges_of(pattern)))
    for schema in (giver, taker):
        for _, shape in _alternatives(schema, "string"):
            for pattern in shape.patterns:
                for text in strings_of(pattern):
                    yield from (
                        text,
                        f"{text}{text}",
                        f"x{text}",
                        f"{text}x",
                        text.upper(),
                        text[:-1],
                        f" {text}",
                        f"{text}-",
                        f"{text}_",
                        f"{text}.",
                        f"{text}0",
                    )
    for pattern in told:
        for text in strings_of(pattern)[:8]:
            yield from _varied(text, edges)


_SOURCES: Final[dict[str, Callable[[Change, Conj, Conj, Sampler], Iterator[Any]]]] = {
    "enum-value": _listed,
    "enum": _listed,
    "property": _member,
    "required": _member,
    "additional-properties": _undeclared,
    "pattern-property": _undeclared,
    "property-names": _undeclared,
    "min-length": _sizes,
    "max-length": _sizes,
    "min-items": _sizes,
    "max-items": _sizes,
    "min-properties": _sizes,
    "max-properties": _sizes,
    "minimum": _bounds,
    "maximum": _bounds,
    "multiple-of": _multiples,
    "format": _formats,
    "unique-items": _repeated,
    "contains": _contains,
    "dependent-required": _dependents,
    "dependent-schemas": _negated,
    "not": _negated,
    "condition": _negated,
    "pattern": _patterns,
    "overlap": _overlapping,
    "discriminator": tagged,
    "discriminator-value": tagged,
    "content-encoding": texts,
    "content-media-type": texts,
}
