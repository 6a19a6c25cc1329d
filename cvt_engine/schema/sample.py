"""Making values: the smallest value that satisfies a schema, and the ones at its edges. What comes out is always checked by a validator."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from cvt_engine.change import Direction
from cvt_engine.schema.canon import Canon, Pool, canon
from cvt_engine.schema.loc import Conj
from cvt_engine.schema.meet import declared, item_at
from cvt_engine.schema.read import shape_of
from cvt_engine.schema.regex import matches
from cvt_engine.schema.regex_sample import strings_of
from cvt_engine.schema.scalars import holds
from cvt_engine.schema.shape import Shape, closed
from cvt_engine.schema.values import thaw

Place = tuple[str | int, ...]
"""Keys and indexes that lead to a part of a value."""
NOTHING: Final = object()
"""No value could be made."""

FORMATS: Final[dict[str, tuple[str, ...]]] = {
    "date": ("2024-02-29",),
    "date-time": ("2024-02-29T12:30:00Z", "2024-02-29T12:30:00.5+02:00"),
    "time": ("12:30:00Z",),
    "duration": ("P1D",),
    "email": ("a@example.com",),
    "idn-email": ("a@example.com", "ä@example.com"),
    "hostname": ("example.com",),
    "idn-hostname": ("example.com", "exämple.com"),
    "ipv4": ("192.0.2.1",),
    "ipv6": ("2001:db8::1",),
    "uri": ("https://example.com/a",),
    "url": ("https://example.com/a",),
    "uri-reference": ("/a", "https://example.com/a"),
    "iri": ("https://example.com/ä",),
    "iri-reference": ("/ä",),
    "uri-template": ("/a/{b}",),
    "uuid": ("123e4567-e89b-12d3-a456-426614174000",),
    "json-pointer": ("/a",),
    "relative-json-pointer": ("0/a",),
    "regex": ("a+",),
    "byte": ("YWJj",),
}
LONGEST: Final = 10_000
"""Strings that need more letters are not made."""
_DEPTH: Final = 12
_MOST_ITEMS: Final = 2_000
_MOST_UNIQUE: Final = 64
_ORDER: Final = ("string", "number", "boolean", "object", "array", "null")


class Sampler:
    """Makes values for one direction. `least` remembers the smallest value of a schema. `left` is how many schemas may still be looked at."""

    def __init__(self, side: Direction) -> None:
        self.side = side
        self.left = 0
        self._pool = Pool()
        self._least: dict[Conj, Any] = {}
        self._canon: dict[Conj, Canon] = {}

    def least(self, schema: Conj, depth: int = 0) -> Any:
        """A small value for a schema, or NOTHING."""
        if schema in self._least:
            return self._least[schema]
        if depth > _DEPTH:
            return NOTHING
        found = next(self.values(schema, depth), NOTHING)
        if depth == 0 or found is not NOTHING:
            self._least[schema] = found
        return found

    def values(self, schema: Conj, depth: int = 0) -> Iterator[Any]:
        """Small values for a schema, one or a few for each alternative."""
        self.left -= 1
        if self.left < 0:
            return
        alternatives = self._canon.get(schema)
        if alternatives is None:
            alternatives = self._canon[schema] = canon(schema, self._pool)
        for kind in _ORDER:
            for shape in alternatives.get(kind, []):
                yield from islice(self.of_shape(kind, shape, depth), 3)

    def of_shape(self, kind: str, shape: Shape, depth: int = 0) -> Iterator[Any]:
        """Small values for one alternative."""
        if shape.enum is not None:
            yield from (thaw(value) for value in shape.enum)
            return
        match kind:
            case "null":
                yield None
            case "boolean":
                yield from (True, False)
            case "number":
                yield from (number for number in numbers(shape) if holds(shape, (kind, number)))
            case "string":
                yield from (text for text in strings(shape) if holds(shape, (kind, text)))
            case "array":
                yield from self._arrays(shape, depth)
            case _:
                yield from self.objects(shape, depth)

    def _arrays(self, shape: Shape, depth: int) -> Iterator[Any]:
        found = self.array_of(shape, shape.min_items, depth)
        if found is not NOTHING:
            yield found

    def array_of(self, shape: Shape, size: int, depth: int = 0) -> Any:
        """An array with `size` items that fit their places; `contains` is served by the first places."""
        if size > (_MOST_UNIQUE if shape.unique else _MOST_ITEMS):
            return NOTHING
        wanted = [item.schema for item in shape.contains for _ in range(min(item.least, 8))]
        size = max(size, len(wanted))
        items: list[Any] = []
        for index in range(size):
            schema = (*item_at(shape, index), *(wanted[index] if index < len(wanted) else ()))
            choices = self.values(schema, depth + 1) if shape.unique else iter([self.least(schema, depth + 1)])
            value = next(
                (value for value in islice(_more(choices, shape.unique), 80) if value is not NOTHING and not (shape.unique and value in items)), NOTHING
            )
            if value is NOTHING:
                return NOTHING
            items.append(value)
        return items

    def objects(self, shape: Shape, depth: int = 0, *, without: str | None = None, plus: dict[str, Any] | None = None) -> Iterator[Any]:
        """An object with what is required, `plus` given members, never the name `without`."""
        found: dict[str, Any] = dict(plus or {})
        for name in shape.required:
            if name == without or name in found or self.hidden(shape, name):
                continue
            value = self.least(declared(shape, name), depth + 1)
            if value is NOTHING:
                return
            found[name] = value
        self._fill(shape, found, without, depth)
        for name, others in shape.dependent.items():
            if name in found:
                for other in others - found.keys() - {without or ""}:
                    found[other] = self.least(declared(shape, other), depth + 1)
        if NOTHING not in found.values() and len(found) >= shape.min_props:
            yield found

    def _fill(self, shape: Shape, found: dict[str, Any], without: str | None, depth: int) -> None:
        names = [*shape.props, *(f"extra{index}" for index in range(min(shape.min_props, 20)))]
        for name in names:
            if len(found) >= shape.min_props:
                return
            schema = declared(shape, name)
            if name not in found and name != without and not closed(schema) and (value := self.least(schema, depth + 1)) is not NOTHING:
                found[name] = value

    def hidden(self, shape: Shape, name: str) -> bool:
        """Is the property out of the direction's sight (readOnly in requests, writeOnly in responses)?"""
        prop = shape_of(shape.props.get(name, ()))
        return prop.read_only if self.side is Direction.REQUEST else prop.write_only if self.side is Direction.RESPONSE else False


def surround(schema: Conj, way: tuple[str, ...], value: Any, sampler: Sampler) -> tuple[Any, Place]:
    """The smallest value of a schema that holds `value` at the end of `way` (segments as the comparison names them), and its place; or NOTHING."""
    if not way or value is NOTHING:
        return value, ()
    segment, rest = way[0], way[1:]
    for kind, shapes in canon(schema).items():
        for shape in shapes if kind in ("array", "object") else []:
            found = _surround_item(shape, segment, rest, (value, sampler)) if kind == "array" else _surround_member(shape, segment, rest, (value, sampler))
            if found[0] is not NOTHING:
                return found
    return NOTHING, ()


def _surround_item(shape: Shape, segment: str, rest: tuple[str, ...], goal: tuple[Any, Sampler]) -> tuple[Any, Place]:
    if not segment.startswith("["):
        return NOTHING, ()
    index = int(segment[1:-1]) if segment[1:-1].isdigit() else len(shape.prefix)
    inner, place = surround(item_at(shape, index), rest, *goal)
    items = goal[1].array_of(shape, max(shape.min_items, index + 1)) if inner is not NOTHING else NOTHING
    if items is not NOTHING:
        items[index] = inner
    return items, (index, *place)


def _surround_member(shape: Shape, segment: str, rest: tuple[str, ...], goal: tuple[Any, Sampler]) -> tuple[Any, Place]:
    if segment == "{name}":
        return next(goal[1].objects(shape, plus={goal[0]: goal[1].least(shape.additional)}), NOTHING) if isinstance(goal[0], str) else NOTHING, ()
    name = "extra" if segment == "{*}" else segment
    if segment.startswith("{") and segment != "{*}":
        name = next(iter(strings_of(segment[1:-1])), "")
    schema = declared(shape, name)
    if not name or segment.startswith("[") or closed(schema):
        return NOTHING, ()
    inner, place = surround(schema, rest, *goal)
    return next(goal[1].objects(shape, plus={name: inner}), NOTHING) if inner is not NOTHING else NOTHING, (name, *place)


def _more(values: Iterator[Any], distinct: bool) -> Iterator[Any]:
    yield from values
    if distinct:
        for index in range(70):
            yield from (index, f"s{index}", index + 0.5)


def numbers(shape: Shape) -> Iterator[Any]:
    """Numbers at the edges of the shape's bounds, on both sides."""
    step = max(shape.multiples, default=1 if shape.integer else 0)
    low = shape.minimum.value if shape.minimum else None
    high = shape.maximum.value if shape.maximum else None
    edges = [value for value in (low, high) if value is not None and abs(value) < 1e300]
    near = [edge + delta for edge in edges for delta in (0, 1, -1, 0.5, -0.5, step, -step)]
    if step and edges:
        near += [(edge // step) * step + shift for edge in edges for shift in (0, step)]
    for value in (1, 0, step or 0.5, *near):
        number = int(value) if float(value).is_integer() else value
        if not shape.integer or isinstance(number, int):
            yield number


def strings(shape: Shape) -> Iterator[str]:
    """Strings of the shape's format, pattern and length."""
    for name in shape.formats:
        yield from FORMATS.get(name, ())
        if shape.min_length <= LONGEST:
            yield from (padded for text in FORMATS.get(name, ()) for padded in longer(name, text, shape.min_length))
    for pattern in shape.patterns:
        yield from (text for text in strings_of(pattern) if all(matches(other, text) for other in shape.patterns))
    if shape.min_length <= LONGEST:
        yield "a" * max(1, shape.min_length) if shape.max_length != 0 else ""
        yield "a" * shape.min_length


def longer(name: str, text: str, size: int) -> Iterator[str]:
    """The text of a format made as long as `size`, where it may then still have its format."""
    more = "a" * (size - len(text))
    if more and name.startswith(("ur", "ir", "json")):
        yield text + more
    elif more and "email" in name:
        yield more + text
