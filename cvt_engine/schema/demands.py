"""What a value is asked to be while a counterexample is looked for: one alternative of one type, and what it must not be."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

from cvt_engine.schema.loc import ANY, Conj, Loc
from cvt_engine.schema.meet import meet
from cvt_engine.schema.normal import of_type
from cvt_engine.schema.read import shape_of
from cvt_engine.schema.shape import Condition, Shape, join
from cvt_engine.schema.texts import Texts
from cvt_engine.schema.values import Value

if TYPE_CHECKING:
    from fractions import Fraction

EVERY_TEXT: Final = Texts(frozenset())
Schemas = tuple[Conj, ...]


class Stray(NamedTuple):
    """A member that must be there under some name, one of `texts` and none of the `others`; it must violate `lacks`."""

    texts: Texts = EVERY_TEXT
    others: tuple[Texts, ...] = ()
    lacks: Schemas = ()


class Some(NamedTuple):
    """An item that must be there at index `start` or later: it satisfies `fits` and violates `lacks`."""

    start: int
    fits: Conj = ANY
    lacks: Schemas = ()


class Wanted(NamedTuple):
    """The value so far. `shape` has no unions; `lacks` are what a member or an item at an index must violate, `every` what all items must.

    `steps` are what a number is no multiple of.
    """

    kind: str
    shape: Shape
    near: Loc
    values: frozenset[Value] = frozenset()
    texts: tuple[Texts, ...] = ()
    absent: frozenset[str] = frozenset()
    lacks: dict[str | int, Schemas] = {}  # noqa: RUF012
    strays: tuple[Stray, ...] = ()
    somes: tuple[Some, ...] = ()
    every: Schemas = ()
    steps: tuple[Fraction, ...] = ()

    def but(self, shape: Shape) -> Wanted | None:
        """The same value, which also satisfies `shape`; None where nothing is both."""
        found = of_type(meet(self.shape, shape), self.kind)
        return None if found is None or not found.types else self._replace(shape=found)

    def limited(self, **limits: object) -> Wanted | None:
        """The same value within these bounds, given as attributes of a shape."""
        return self.but(Shape(types=frozenset({self.kind})).copy(**limits))

    def having(self, name: str) -> Wanted:
        """The same object with a member of this name."""
        if name in self.shape.required:
            return self
        return self._replace(shape=self.shape.copy(required={**self.shape.required, name: self.near}))

    def lacking(self, place: str | int, schema: Conj) -> Wanted:
        """The same value whose member or item violates a schema."""
        return self._replace(lacks={**self.lacks, place: (*self.lacks.get(place, ()), schema)})


class Fits(NamedTuple):
    """The value must satisfy a schema."""

    schema: Conj


class Breaks(NamedTuple):
    """The value must violate a schema; of several alternatives, those that speak of all these members: to open ones of another kind nobody turns."""

    schema: Conj
    members: frozenset[str] = frozenset()


class Leaves(NamedTuple):
    """The value must violate one alternative."""

    shape: Shape


class Implies(NamedTuple):
    """Where the member is there, these are too, and the schema is satisfied."""

    name: str
    names: frozenset[str]
    schema: Conj


Demand = Fits | Breaks | Leaves | Implies | Condition
Possible = Callable[[Conj, Schemas], bool]
"""May there be a value that satisfies the one and violates each of the others?"""
Way = tuple[Wanted, tuple[Demand, ...]]
"""The value after one more choice, and what is still to be seen to."""


def entering(found: Shape) -> tuple[Shape, tuple[Demand, ...]]:
    """An alternative without what depends on the value, and that as demands. What is left out makes the set larger only."""
    demands: list[Demand] = [Breaks(schema) for schema in found.nots if not _counts_branches(schema)]
    if "object" in found.types:
        demands += [Implies(name, names, found.dependent_schemas.get(name, ANY)) for name, names in found.dependent.items()]
        demands += [Implies(name, frozenset(), schema) for name, schema in found.dependent_schemas.items() if name not in found.dependent]
    demands += [item for item in found.conditions if not _counts_branches(item.test)]
    if "unevaluatedProperties" in found.where and (found.conditions or found.dependent_schemas):
        found = found.copy(additional=ANY)
    return found.copy(nots=(), conditions=(), dependent={}, dependent_schemas={}, unevaluated=ANY, unevaluated_items=ANY), tuple(demands)


def _counts_branches(schema: Conj) -> bool:
    """Does it hold a `oneOf`, which violating no branch is not the only way to violate?"""
    return any(group.kind == "oneOf" and len(group.branches) > 1 for group in shape_of(schema).groups)


def together(*schemas: Conj) -> Conj:
    """All of them at once."""
    found: Conj = ANY
    for schema in schemas:
        found = join(found, schema)
    return found
