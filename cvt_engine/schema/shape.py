"""The normal form of a schema: what its keywords together say, each with the place it came from."""

from __future__ import annotations

from typing import Any, NamedTuple

from msgspec import Struct, field

from cvt_engine.schema.loc import ANY, Conj, Loc
from cvt_engine.schema.values import TYPES, Value


class Bound(NamedTuple):
    """A numeric bound."""

    value: float
    exclusive: bool


class Group(NamedTuple):
    """A `oneOf` or `anyOf`: the value satisfies a branch. `tags` gives each branch its explicit discriminator values."""

    kind: str
    branches: tuple[Conj, ...]
    loc: Loc


class Condition(NamedTuple):
    """`if`, `then`, `else`."""

    test: Conj
    then: Conj
    otherwise: Conj
    loc: Loc


class Contains(NamedTuple):
    """`contains` with its counts; `most` is None when unlimited."""

    schema: Conj
    least: int
    most: int | None
    loc: Loc


class Discriminator(NamedTuple):
    """`discriminator`: property name and explicit mapping (value -> reference text)."""

    prop: str
    mapping: tuple[tuple[str, str], ...]
    loc: Loc


class Shape(Struct, eq=False):
    """All keywords of a conjunction, merged. `where` maps a keyword to the place that set it. Treated as frozen once built.

    `types` holds JSON types with every number as `number`; `integer` restricts those to whole ones. `typed` is false when no `type` was
    written. Bounds are None when absent, schemas are Conj with ANY for "no constraint"; a `false` schema is a Conj holding a Loc whose node is
    False. `blend` marks several alternatives put into one: `locs` then only says where they stand. `broken` holds references that cannot be read.
    """

    locs: Conj = ANY
    types: frozenset[str] = TYPES
    typed: bool = False
    integer: bool = False
    enum: tuple[Value, ...] | None = None
    minimum: Bound | None = None
    maximum: Bound | None = None
    multiples: frozenset[float] = frozenset()
    min_length: int = 0
    max_length: int | None = None
    patterns: dict[str, Loc] = field(default_factory=dict)
    formats: dict[str, Loc] = field(default_factory=dict)
    contents: dict[str, Loc] = field(default_factory=dict)
    items: Conj = ANY
    prefix: tuple[Conj, ...] = ()
    min_items: int = 0
    max_items: int | None = None
    unique: bool = False
    contains: tuple[Contains, ...] = ()
    unevaluated_items: Conj = ANY
    props: dict[str, Conj] = field(default_factory=dict)
    required: dict[str, Loc] = field(default_factory=dict)
    pattern_props: dict[str, Conj] = field(default_factory=dict)
    additional: Conj = ANY
    additional_said: bool = False
    names: Conj = ANY
    min_props: int = 0
    max_props: int | None = None
    dependent: dict[str, frozenset[str]] = field(default_factory=dict)
    dependent_schemas: dict[str, Conj] = field(default_factory=dict)
    unevaluated: Conj = ANY
    groups: tuple[Group, ...] = ()
    nots: tuple[Conj, ...] = ()
    conditions: tuple[Condition, ...] = ()
    discriminators: tuple[Discriminator, ...] = ()
    or_null: bool = False
    read_only: bool = False
    write_only: bool = False
    deprecated: bool = False
    default: Value | None = None
    where: dict[str, Loc] = field(default_factory=dict)
    blend: bool = False
    broken: tuple[str, ...] = ()

    def copy(self, **changes: Any) -> Shape:
        """A shallow copy with some fields replaced."""
        new: Shape = self.__copy__()  # type: ignore[attr-defined]
        for name, value in changes.items():
            setattr(new, name, value)
        return new

    @property
    def implied(self) -> frozenset[str]:
        """The types that the keywords speak of, for a schema that writes no `type`."""
        found = set()
        if self.props or self.required or self.pattern_props or self.additional_said or self.min_props or self.max_props is not None:
            found.add("object")
        if self.items or self.prefix or self.min_items or self.max_items is not None or self.unique:
            found.add("array")
        if self.min_length or self.max_length is not None or self.patterns or self.formats:
            found.add("string")
        if self.minimum or self.maximum or self.multiples:
            found.add("number")
        return frozenset(found)


def join(first: Conj, second: Conj) -> Conj:
    """Both conjunctions at once, each element only once."""
    if not first:
        return second
    return (*first, *(loc for loc in second if loc not in first)) if second else first


def closed(schema: Conj) -> bool:
    """True when nothing can satisfy it by construction (a `false` schema is among its elements)."""
    for loc in schema:  # noqa: SIM110 - asked more often than anything else, and `any` takes three times as long
        if loc.node is False:
            return True
    return False
