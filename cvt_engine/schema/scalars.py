"""Scalars: does a value satisfy a shape, does one scalar shape lie within another, and how two differ keyword by keyword."""

from __future__ import annotations

import math
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cvt_engine.change import Act
from cvt_engine.schema.formats import SIZES, refuses
from cvt_engine.schema.regex import matches, readable
from cvt_engine.schema.shape import Bound, Shape
from cvt_engine.schema.texts import Texts
from cvt_engine.schema.values import SCALARS, Value, freeze, show, thaw

if TYPE_CHECKING:
    from fractions import Fraction


class Difference(NamedTuple):
    """One keyword's difference. `proved` is false where the keyword alone cannot decide which way it goes."""

    aspect: str
    keyword: str
    act: Act
    before: str | None
    after: str | None
    subject: str = ""
    proved: bool = True


RANGES: Final = {f"int{bits}": (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for bits in (8, 16, 32, 64)} | {
    f"uint{bits}": (0, 2**bits - 1) for bits in (8, 16, 32, 64)
}
"""The whole numbers that a format stands for, from and to."""
EXACT: Final = 2**53
"""Whole numbers up to here are floating-point numbers as well (IEEE 754)."""


def _wider(name: str) -> frozenset[str]:
    low, high = RANGES[name]
    whole = {other for other, ends in RANGES.items() if other != name and ends[0] <= low and high <= ends[1]}
    return frozenset({*whole, "decimal", *(("float", "double") if high <= EXACT else ())})


WIDER_FORMATS: Final[dict[str, frozenset[str]]] = {name: _wider(name) for name in RANGES} | {
    "float": frozenset({"double", "decimal"}),
    "double": frozenset({"decimal"}),
    "email": frozenset({"idn-email"}),
    "hostname": frozenset({"idn-hostname"}),
    "uri": frozenset({"uri-reference", "iri", "iri-reference"}),
    "url": frozenset({"uri", "uri-reference", "iri", "iri-reference"}),
    "uri-reference": frozenset({"iri-reference"}),
    "iri": frozenset({"iri-reference"}),
}
"""Format -> formats that accept all of its values (OpenAPI format registry; RFC 3986 and 3987 grammars)."""

NUMBER_FORMATS: Final = frozenset({"int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float", "double", "decimal"})
TEXT_FORMATS: Final = (
    frozenset({"date", "date-time", "time", "duration", "email", "idn-email", "hostname", "idn-hostname", "ipv4", "ipv6"})
    | frozenset({"uri", "uri-reference", "uri-template", "iri", "iri-reference", "url", "uuid", "json-pointer", "relative-json-pointer", "regex"})
    | frozenset({"byte", "base64url"})
)
FREE: Final = frozenset({"password", "binary"})
"""Formats that every text has: one hides what is typed, the other stands for any bytes (OpenAPI 3.0, Data Types)."""
ASSERTED: Final = NUMBER_FORMATS | TEXT_FORMATS
"""Formats with a published meaning; any other is an annotation that cannot be decided."""


LONGEST_LIST: Final = 1_000
"""Ranges of whole numbers longer than this are not written out for comparison with a list."""


def holds(shape: Shape, value: Value) -> bool:
    """Does a scalar of the right type satisfy the shape's own scalar keywords (formats are not looked at)?"""
    kind, content = value
    match kind:
        case "number":
            return _number_holds(shape, content)
        case "string":
            return _string_holds(shape, content)
        case _:
            return True


def allowed(shape: Shape, value: Value) -> bool:
    """Does it satisfy them, and the formats that can be checked?"""
    kind, content = value
    return holds(ranged(shape) if kind == "number" else shape, value) and not (kind == "string" and any(refuses(name, content) for name in shape.formats))


def _number_holds(shape: Shape, number: float) -> bool:
    if shape.integer and not float(number).is_integer():
        return False
    low, high = shape.minimum, shape.maximum
    if low and (number < low.value or (low.exclusive and number == low.value)):
        return False
    if high and (number > high.value or (high.exclusive and number == high.value)):
        return False
    return all(divides(step, number) for step in shape.multiples)


def divides(step: float | Fraction, number: float) -> bool:
    """Is the number a multiple of the step?"""
    from fractions import Fraction

    if number in (float("inf"), float("-inf")):
        return False
    return Fraction(str(number)) % Fraction(str(step)) == 0


def _string_holds(shape: Shape, text: str) -> bool:
    if len(text) < shape.min_length or (shape.max_length is not None and len(text) > shape.max_length):
        return False
    return all(matches(pattern, text) for pattern in shape.patterns)


def within(kind: str, inner: Shape, outer: Shape) -> bool:
    """True when every value of `inner` surely satisfies `outer` (both scalars of one type)."""
    if kind == "number" and outer.integer and not inner.integer and inner.enum is None:
        return False
    return not any(item.act not in (Act.WIDENED, Act.ADDED) for item in scalar_differences(kind, inner, outer))


def scalar_differences(kind: str, base: Shape, revision: Shape) -> Iterator[Difference]:
    """How a scalar type's value set changed, one difference per keyword."""
    if kind == "null":
        return
    if base.enum is not None or revision.enum is not None:
        yield from _enum_differences(kind, base, revision)
        return
    if kind == "number":
        yield from _bounds(base, revision)
        yield from _multiples(base, revision)
        yield from _formats(base, revision, of_other_type=TEXT_FORMATS)
    elif kind == "string":
        yield from _texts(base, revision)
        base, revision = _encoded(base, revision), _encoded(revision, base)
        yield from _formats(base, revision, of_other_type=NUMBER_FORMATS)
        yield from _contents(base, revision)


def _encoded(shape: Shape, other: Shape) -> Shape:
    """`format: byte` of 3.0 and `contentEncoding: base64` of 3.1 say the same: told in the words of the other side."""
    if "byte" in shape.formats and "byte" not in other.formats and "base64" in other.contents:
        kept = {name: loc for name, loc in shape.formats.items() if name != "byte"}
        return shape.copy(formats=kept, contents={**shape.contents, "base64": shape.formats["byte"]})
    return shape


def sized(shape: Shape) -> tuple[int, int | None]:
    """The lengths that a string of the shape can have, its formats counted in: a bound that they imply says nothing new."""
    least, most = shape.min_length, shape.max_length
    for name in shape.formats:
        low, high = SIZES.get(name, (0, None))
        least, most = max(least, low), high if most is None else most if high is None else min(most, high)
    return least, most


def _enum_differences(kind: str, base: Shape, revision: Shape) -> Iterator[Difference]:
    if kind == "boolean":
        base, revision = _spelled(base), _spelled(revision)
    old, new = base.enum, revision.enum
    if old is not None and new is not None:
        known = set(old), set(new)
        gone, come = [value for value in old if value not in known[1]], [value for value in new if value not in known[0]]
        if gone:
            yield Difference("enum-value", "enum", Act.REMOVED, _words(gone), None, _words(gone))
        if come:
            yield Difference("enum-value", "enum", Act.ADDED, None, _words(come), _words(come))
        return
    if (spelled := _counted(base, revision)) is not None:
        yield from _enum_differences(kind, *spelled)
        return
    listed, free = (old, revision) if old is not None else (new or (), base)
    unsure = kind not in SCALARS and bool(free.where.keys() - {"type"})
    outside = unsure or any(not allowed(free, value) for value in listed or ())
    beyond = unsure or not (kind == "string" and free.patterns and text_set(free).within(text_set(base if old is not None else revision)))
    narrowed, widened = (outside, beyond) if old is not None else (beyond, outside)
    if narrowed or widened:
        act = Act.CHANGED if narrowed and widened else Act.NARROWED if narrowed else Act.WIDENED
        yield Difference("enum", "enum", act, _words(old) if old else None, _words(new) if new else None, proved=not unsure)


def _counted(base: Shape, revision: Shape) -> tuple[Shape, Shape] | None:
    """A short range of whole numbers beside a list: both as lists."""
    listed, free = (base, revision) if base.enum is not None else (revision, base)
    low, high = free.minimum, free.maximum
    if not free.integer or low is None or high is None or not 0 <= high.value - low.value <= LONGEST_LIST:
        return None
    values = [("number", number) for number in range(int(low.value), int(high.value) + 1)]
    spelled = free.copy(enum=tuple(value for value in values if holds(free, value)))
    return (listed, spelled) if listed is base else (spelled, listed)


def _spelled(shape: Shape) -> Shape:
    return shape if shape.enum is not None else shape.copy(enum=(freeze(True), freeze(False)))


def _words(values: Any) -> str:
    return ", ".join(show(thaw(value), limit=60) for value in values)


def _bounds(base: Shape, revision: Shape) -> Iterator[Difference]:
    for name in ("minimum", "maximum"):
        old, new = _limit(base, name, revision), _limit(revision, name, base)
        if base.integer != revision.integer and whole(old, up=name == "minimum") == whole(new, up=name == "minimum"):
            continue
        if old != new:
            tighter = old is None or (new is not None and _tighter(old, new, name))
            yield Difference(name, name, Act.NARROWED if tighter else Act.WIDENED, _bound_text(old), _bound_text(new))


def _limit(shape: Shape, name: str, other: Shape) -> Bound | None:
    """The bound, unless the format of either side says as much."""
    bound: Bound | None = getattr(shape, name)
    for known in (*shape.formats, *other.formats):
        if bound is not None and (ends := RANGES.get(known)) and (bound.value >= ends[1] if name == "maximum" else bound.value <= ends[0]):
            return None
    return bound


def ranged(shape: Shape) -> Shape:
    """The shape with the bounds of its formats written out."""
    from cvt_engine.schema.meet import meet

    for name in shape.formats.keys() & RANGES.keys():
        low, high = RANGES[name]
        shape = meet(shape, Shape(minimum=Bound(low, False), maximum=Bound(high, False), where={"minimum": shape.formats[name]}))
    return shape


def whole(bound: Bound | None, *, up: bool) -> Bound | None:
    """The bound as it is for whole numbers: inclusive, the next one inside."""
    if bound is None or bound.value != bound.value or bound.value in (float("inf"), float("-inf")):
        return bound
    limit = math.ceil(bound.value) if up else math.floor(bound.value)
    if bound.exclusive and limit == bound.value:
        limit += 1 if up else -1
    return Bound(limit, False)


def _tighter(old: Bound, new: Bound, name: str) -> bool:
    if old.value == new.value:
        return new.exclusive
    return new.value > old.value if name == "minimum" else new.value < old.value


def _bound_text(bound: Bound | None) -> str | None:
    return None if bound is None else f"{bound.value:g} (exclusive)" if bound.exclusive else f"{bound.value}"


def _multiples(base: Shape, revision: Shape) -> Iterator[Difference]:
    old, new = base.multiples, revision.multiples
    if old == new:
        return
    steps = common_step(old | ({1} if base.integer else set())), common_step(new | ({1} if revision.integer else set()))
    narrowed, widened = not divides_all(steps[1], steps[0]), not divides_all(steps[0], steps[1])
    if narrowed or widened:
        act = Act.CHANGED if narrowed and widened else Act.NARROWED if narrowed else Act.WIDENED
        yield Difference("multiple-of", "multipleOf", act, _words(map(freeze, sorted(old))) or None, _words(map(freeze, sorted(new))) or None)


def common_step(steps: AbstractSet[float]) -> Fraction | None:
    """The least common multiple: what is a multiple of all is a multiple of it. None where any number will do."""
    from fractions import Fraction

    found: Fraction | None = None
    for step in steps:
        each = Fraction(str(step))
        top = math.lcm((found or each).numerator, each.numerator)
        found = Fraction(top, math.gcd((found or each).denominator, each.denominator))
    return found


def divides_all(step: Fraction | None, other: Fraction | None) -> bool:
    """Is every multiple of `other` a multiple of `step`?"""
    return step is None or (other is not None and other % step == 0)


def lengths(base: Shape, revision: Shape, least: tuple[str, str], most: tuple[str, str]) -> Iterator[Difference]:
    """A pair of size bounds, each given as (attribute, keyword)."""
    old, new = getattr(base, least[0]), getattr(revision, least[0])
    if old != new:
        yield Difference(_kebab(least[1]), least[1], Act.NARROWED if new > old else Act.WIDENED, str(old) if old else None, str(new) if new else None)
    old, new = getattr(base, most[0]), getattr(revision, most[0])
    if old != new:
        tighter = old is None or (new is not None and new < old)
        texts = (None if old is None else str(old), None if new is None else str(new))
        yield Difference(_kebab(most[1]), most[1], Act.NARROWED if tighter else Act.WIDENED, *texts)


def _kebab(keyword: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in keyword)


def _texts(base: Shape, revision: Shape) -> Iterator[Difference]:
    """Lengths and patterns. Each says what its keyword changed, as far as both keywords together changed the texts."""
    sizes = sized(base), sized(revision)
    found: list[Difference] = []
    if sizes[0] != sizes[1] or base.formats.keys() != revision.formats.keys():
        found += (item for item in lengths(base, revision, ("min_length", "minLength"), ("max_length", "maxLength")) if _shows(item, *sizes))
    found += _patterns(base, revision)
    if found and (base.patterns or revision.patterns):
        fits = text_set(base).within(text_set(revision)), text_set(revision).within(text_set(base))
        if fits == (True, True) or not _shaped(base, revision):
            found = [item._replace(act=act) for item in found if (act := _left(item.act, fits)) is not None]
    yield from found


def _shows(item: Difference, base: tuple[int, int | None], revision: tuple[int, int | None]) -> bool:
    """Does a length make a difference, the formats counted in?"""
    inner, outer = (base, revision) if item.act is Act.NARROWED else (revision, base)
    if item.aspect == "min-length":
        return outer[0] > inner[0]
    return outer[1] is not None and (inner[1] is None or outer[1] < inner[1])


def _shaped(base: Shape, revision: Shape) -> bool:
    """Does a format have a say in which texts there are, beside the patterns? Only a value can then prove that a pattern made a difference."""
    return not (base.formats.keys() | revision.formats.keys()).isdisjoint(TEXT_FORMATS - {"byte"})


def text_set(shape: Shape, *, sized: bool = True) -> Texts:
    """The texts that lengths and patterns (or a list) of a shape allow; formats are not looked at."""
    if shape.enum is not None:
        return Texts(frozenset(), listed=frozenset(content for kind, content in shape.enum if kind == "string"))
    told = frozenset(pattern for pattern in shape.patterns if readable(pattern))
    return Texts(told, shape.min_length, shape.max_length) if sized else Texts(told)


def _left(act: Act, fits: tuple[bool | None, bool | None]) -> Act | None:
    """What is left of an act where it is known that one set lies within the other."""
    narrowed = act in (Act.NARROWED, Act.CHANGED) and fits[0] is not True
    widened = act in (Act.WIDENED, Act.CHANGED) and fits[1] is not True
    return Act.CHANGED if narrowed and widened else Act.NARROWED if narrowed else Act.WIDENED if widened else None


def _patterns(base: Shape, revision: Shape) -> Iterator[Difference]:
    old, new = _anchored(base), _anchored(revision)
    if old == new:
        return
    before, after = " and ".join(base.patterns) or None, " and ".join(revision.patterns) or None
    if old < new or old > new:
        yield Difference("pattern", "pattern", Act.NARROWED if old < new else Act.WIDENED, before, after)
        return
    sets = text_set(base, sized=False), text_set(revision, sized=False)
    fits = sets[0].within(sets[1]), sets[1].within(sets[0])
    if (act := _left(Act.CHANGED, fits)) is not None:
        sure = None not in fits and not _shaped(base, revision)
        yield Difference("pattern", "pattern", act if sure else Act.CHANGED, before, after, proved=sure)


def _anchored(shape: Shape) -> frozenset[str]:
    """The patterns that say something, without what makes no difference to an unanchored search."""
    plain = {pattern.removeprefix("^.*").removesuffix(".*$") for pattern in shape.patterns if readable(pattern)}
    return frozenset(plain - {"", ".*", "^", "$", "^.*$", "(.*)"})


def _formats(base: Shape, revision: Shape, *, of_other_type: frozenset[str]) -> Iterator[Difference]:
    old, new = meant(base), meant(revision)
    if old == new:
        return
    narrowed = any(not (covered(name, old) or bounded(base, name)) for name in new)
    widened = any(not (covered(name, new) or bounded(revision, name)) for name in old)
    if narrowed or widened:
        act = Act.CHANGED if narrowed and widened else Act.NARROWED if narrowed else Act.WIDENED
        decided = (old ^ new) <= ASSERTED - of_other_type
        yield Difference("format", "format", act, ", ".join(sorted(old)) or None, ", ".join(sorted(new)) or None, proved=decided)


def meant(shape: Shape) -> set[str]:
    """The formats without those that refuse nothing, or only repeat the type."""
    return set(shape.formats) - {*FREE, *shape.types, *(("integer",) if shape.integer else ())}


def covered(name: str, known: set[str]) -> bool:
    """Is the format, or one that says more, among those known?"""
    return name in known or any(name in WIDER_FORMATS.get(other, ()) for other in known)


def bounded(shape: Shape, name: str) -> bool:
    """Do the shape's bounds say as much as the format: `int32` written out?"""
    ends, known = RANGES.get(name), ranged(shape)
    low, high = known.minimum, known.maximum
    return bool(ends and shape.integer and low and high and low.value >= ends[0] and high.value <= ends[1])


def _contents(base: Shape, revision: Shape) -> Iterator[Difference]:
    old, new = set(base.contents), set(revision.contents)
    if old != new:
        yield Difference("content-encoding", "contentEncoding", Act.CHANGED, ", ".join(sorted(old)) or None, ", ".join(sorted(new)) or None)
