"""Does one schema surely lie within another? A value of the one that violates the other is looked for; where none can be, it does.

What cannot be told counts as possible: only "no such value" is a proof. Parts of a value are smaller than the value, so a question that comes up
again below itself has no smallest counterexample. That a schema demands itself without an end is not held against it: nobody means that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from cvt_engine.change import Direction
from cvt_engine.schema import room
from cvt_engine.schema.breaches import breaches
from cvt_engine.schema.canon import Pool, canon, excludes
from cvt_engine.schema.demands import Breaks, Demand, Fits, Implies, Leaves, Schemas, Wanted, Way, entering
from cvt_engine.schema.loc import ANY, Conj, Loc, Source
from cvt_engine.schema.meet import meet
from cvt_engine.schema.normal import plain
from cvt_engine.schema.read import shape_of
from cvt_engine.schema.shape import Condition, Shape, closed
from cvt_engine.schema.values import SCALARS, TYPES, Value, show, thaw

STEPS: Final = 200
"""Choices looked at for one question, at least; more, where few questions will be asked."""
ALL: Final = 20_000
"""Choices looked at in one comparison."""
DEPTH: Final = 24
"""Parts of parts looked into."""
LISTED: Final = 24
"""Objects or arrays in a list that are taken apart."""


class _GaveUp(Exception):
    pass


class Refuter:
    """Answers for one comparison. `same` knows places of both sides that are equal with all they refer to; about `questions` will be asked."""

    def __init__(self, same: Callable[[Loc, Loc], bool], *, questions: int) -> None:
        self._same = same
        self._each = max(STEPS, ALL // 2 // max(questions, 1))
        self._base: Source | None = None
        self._left = ALL
        self._steps = 0
        self._side = Direction.NONE
        self._alone = False
        self._open: set[object] = set()
        self._settled: dict[object, bool] = {}
        self._canon: dict[tuple[Conj, str, bool, bool], list[Shape]] = {}
        self._pool = Pool()

    def equal(self, base: Conj, revision: Conj, side: Direction) -> bool:
        """Do both surely accept the same values?"""
        return self.harmless(base, revision, side) and self._sure(revision, base, side, against=True)

    def empty(self, base: Conj, revision: Conj, side: Direction) -> bool:
        """Is what is sent surely nothing at all? Then all that can be said of it is true, and nobody means it."""
        return self._sure(base, revision, side, against=False)

    def harmless(self, base: Conj, revision: Conj, side: Direction) -> bool:
        """Does every value that is sent surely satisfy what takes it: requests of the base the revision, answers of the revision the base?"""
        return self._sure(base, revision, side, against=True) or (
            _excludes(base, revision, side) and self._sure(base, revision, side, against=True, alone=True)
        )

    def _sure(self, base: Conj, revision: Conj, side: Direction, *, against: bool, alone: bool = False) -> bool:
        if self._left <= 0 or not base or not revision or side is Direction.NONE:
            return False
        inner, outer = (base, revision) if side is Direction.REQUEST else (revision, base)
        self._steps, self._side, self._base = min(self._each, self._left), side, base[0].source
        granted = self._steps
        self._alone = alone
        self._open.clear()
        self._settled.clear()
        try:
            return not self.possible(inner, (outer,) if against else ())
        except (_GaveUp, RecursionError):
            return False
        finally:
            self._left -= granted - max(self._steps, 0)

    def possible(self, fits: Conj, lacks: Schemas) -> bool:
        """May there be a value that satisfies the one and violates each of the others?"""
        if closed(fits) or any(self._implied(fits, schema) for schema in lacks):
            return False
        if not fits and not lacks:
            return True
        key = (fits, frozenset(lacks))
        if key in self._open:
            return not lacks
        if key not in self._settled:
            if len(self._open) >= DEPTH:
                raise _GaveUp
            self._open.add(key)
            try:
                self._settled[key] = any(self._any(kind, fits, lacks) for kind in sorted(TYPES))
            finally:
                self._open.discard(key)
            if self._settled[key]:
                self._settled = {other: found for other, found in self._settled.items() if found}
        return self._settled[key]

    def _implied(self, fits: Conj, schema: Conj) -> bool:
        return all(any(loc is other or self._alike(loc, other) for other in fits) for loc in schema)

    def _alike(self, first: Loc, second: Loc) -> bool:
        return first.source is not second.source and (self._same(first, second) if first.source is self._base else self._same(second, first))

    def _any(self, kind: str, fits: Conj, lacks: Schemas) -> bool:
        for shape, inner in map(self._entering, self.alternatives(fits, kind)):
            near = next(loc for schema in (fits, *lacks) for loc in schema)
            demands = tuple(Breaks(schema, frozenset(shape.props)) for schema in lacks)
            if self._reached(Wanted(kind, shape, near), (*inner, *demands)):
                return True
        return False

    def _entering(self, shape: Shape) -> tuple[Shape, tuple[Demand, ...]]:
        return entering(self._bound(shape))

    def _bound(self, shape: Shape) -> Shape:
        """What the direction does not bind is free: readOnly in requests, writeOnly in responses."""
        hidden = [name for name, schema in shape.props.items() if schema and self._hidden(shape_of(schema))]
        if hidden:
            required = {name: loc for name, loc in shape.required.items() if name not in hidden}
            shape = shape.copy(required=required, props={**shape.props, **dict.fromkeys(hidden, ANY)})
        return shape

    def _hidden(self, shape: Shape) -> bool:
        return (shape.read_only and self._side is Direction.REQUEST) or (shape.write_only and self._side is Direction.RESPONSE)

    def _reached(self, wanted: Wanted, demands: tuple[Demand, ...]) -> bool:
        self._steps -= 1
        if self._steps < 0:
            raise _GaveUp
        if not demands:
            return room.left(wanted, self.possible)
        return any(self._reached(found, (*more, *demands[1:])) for found, more in self._ways(wanted, demands[0]))

    def _ways(self, wanted: Wanted, demand: Demand) -> Iterator[Way]:
        match demand:
            case Fits(schema):
                for shape, inner in map(self._entering, self.alternatives(schema, wanted.kind)):
                    if (found := wanted.but(shape)) is not None:
                        yield found, inner
            case Breaks(schema, members):
                outer = self.alternatives(schema, wanted.kind, sent=False)
                yield wanted, tuple(Leaves(shape) for shape in outer if len(outer) == 1 or closed(shape.additional) or members <= spoken_of(shape))
            case Leaves(shape):
                yield from breaches(wanted, self._bound(shape), self.possible)
            case Implies(name, names, schema):
                if name not in wanted.shape.required:
                    yield wanted._replace(absent=wanted.absent | {name}), ()
                found = wanted.having(name)
                for other in names:
                    found = found.having(other)
                yield found, ((Fits(schema),) if schema else ())
            case Condition(test, then, otherwise, _):
                yield wanted, (Fits(test), *((Fits(then),) if then else ()))
                yield wanted, (Breaks(test), *((Fits(otherwise),) if otherwise else ()))

    def alternatives(self, schema: Conj, kind: str, *, sent: bool = True) -> list[Shape]:
        """The alternatives of one type; a listed object or array is told by its members. What is `sent` has the values by which a discriminator calls it."""
        key = (schema, kind, sent, self._alone)
        found = self._canon.get(key)
        if found is None:
            spread = canon(schema, self._pool, chosen=sent, alone=sent and self._alone).get(kind, []) if schema else [Shape(types=frozenset({kind}))]
            found = self._canon[key] = [piece for shape in spread for piece in _pieces(shape, kind)]
        return found


def _excludes(base: Conj, revision: Conj, side: Direction) -> bool:
    """Does what is sent satisfy one of some alternatives only?"""
    return any(map(excludes, shape_of(base if side is Direction.REQUEST else revision).groups))


def spoken_of(shape: Shape) -> frozenset[str]:
    """The members that an object is told to have, or to have in some case."""
    below = [schema for item in shape.conditions for schema in (item.test, item.then, item.otherwise)]
    below += [*shape.dependent_schemas.values(), *shape.nots]
    return frozenset(shape.props).union(*(shape_of(schema).props for schema in below))


def _pieces(shape: Shape, kind: str) -> list[Shape]:
    if shape.enum is None or kind in SCALARS or shape.blend or not shape.locs or len(shape.enum) > LISTED:
        return [shape]
    whole = shape.copy(enum=None)
    return [found for value in shape.enum if (found := plain(meet(whole, _taken_apart(shape.locs[0], value)), kind)) is not None]


def _taken_apart(near: Loc, value: Value) -> Shape:
    def only(part: Value) -> Conj:
        said = {"const": thaw(part)}
        return (near.source.made(near, f"value {show(said, limit=10_000)}", said),)

    kind, content = value
    nothing: Conj = (near.source.made(near, "false", False),)
    if kind == "array":
        items, size = tuple(map(only, content)), len(content)
        return Shape(locs=(near,), types=frozenset({kind}), prefix=items, items=nothing, min_items=size, max_items=size, where={"const": near})
    members = {name: only(part) for name, part in content}
    return Shape(
        locs=(near,),
        types=frozenset({kind}),
        props=members,
        required=dict.fromkeys(members, near),
        additional=nothing,
        additional_said=True,
        where={"const": near},
    )
