"""Compiled validators: one per schema and direction, made when first needed."""

from __future__ import annotations

import binascii
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from threading import RLock
from typing import Any, Final, NamedTuple

from cvt_engine.change import Direction
from cvt_engine.document import escape
from cvt_engine.schema.bounds import Bounds, bounds
from cvt_engine.schema.explain import explained, found_at, unchecked
from cvt_engine.schema.loc import Conj, Loc, Source
from cvt_engine.schema.translate import HEAVY, TooLarge, weight
from cvt_engine.schema.translation import Translation

BACKTRACK_LIMIT: Final = 50_000
"""Steps of one pattern that needs backtracking; others run in linear time."""
DEFINITIONS: Final = 20_000
"""Definitions that one validator may reach."""
OWN: Final = 150
"""Definitions that a schema may reach and still have a validator of its own; larger ones share one, or each would take megabytes."""
UNCHECKED: Final = "unchecked"
"""Stands for a keyword where the schema could not be applied."""
_PARTS: Final = frozenset(("anyOf", "oneOf"))


class Problem(NamedTuple):
    """One thing that is wrong with a value. `path` leads to it inside of the value; `home` and `tokens` to the keyword that says so."""

    text: str
    path: tuple[str | int, ...]
    home: Loc
    tokens: tuple[str, ...]
    keyword: str


class Checker:
    """Judges values of one schema. `is_valid` is the fast way; `problems` says what is wrong."""

    __slots__ = ("_bounds", "_homes", "_key", "_root", "_schema", "_validator", "is_valid")

    def __init__(self, schema: Conj, compiled: Compiled, root: Any, homes: dict[str, Loc], *, key: str = "") -> None:
        self._schema = schema
        self._validator, self._bounds = compiled
        self._root = root
        self._homes = homes
        self._key = key
        self.is_valid: Callable[[Any], bool] = self._validator.is_valid if self._bounds.flat and not key else self._careful

    def _careful(self, value: Any) -> bool:
        return not self._bounds.too_deep(value) and bool(self._validator.is_valid(self._wrapped(value)))

    def _wrapped(self, value: Any) -> Any:
        """A validator that serves many schemas finds each under a key of its own."""
        return {self._key: value} if self._key else value

    @property
    def home(self) -> Loc:
        """Where the schema stands."""
        return self._schema[0]

    def problems(self, value: Any, *, most: int) -> Iterator[Problem]:
        """What is wrong, at most `most` problems."""
        if self._bounds.too_deep(value):
            yield Problem("cannot be checked: it is nested too deep for this schema", (), self.home, (), UNCHECKED)
            return
        if not self._bounds.explicable(self._root, value):
            yield Problem("does not fit the schema, which has too many alternatives to tell why", (), self.home, (), "")
            return
        told: set[Problem] = set()
        errors = islice(self._validator.iter_errors(self._wrapped(value)), most)
        for error in islice((inner for outer in errors for inner in _telling(outer)), most):
            problem = self._problem(error, value)
            if problem not in told:  # a parent and its heir say the same about each other
                told.add(problem)
                yield problem

    def _problem(self, error: Any, whole: Any) -> Problem:
        path, value = found_at(whole, error.instance_path[1:] if self._key else error.instance_path)
        home, tokens = self._place(error.schema_path)
        if unchecked(error):
            return Problem("needs too many steps of a regular expression to be checked", path, home, tokens, UNCHECKED)
        return Problem(explained(error, value), path, home, tokens, error.kind.name)

    def _place(self, way: list[str | int]) -> tuple[Loc, tuple[str, ...]]:
        """The definition that the way leads through last, and the steps inside of it."""
        texts = tuple(map(str, way))
        if len(texts) > 1 and texts[0] == "$defs" and texts[1] in self._homes:
            return self._homes[texts[1]], texts[2:]
        return self._schema[0], ()


def _telling(error: Any) -> Iterator[Any]:
    """Inside of alternatives of which one is clearly meant (all others fail by type or by a fixed value at once), the errors of that one."""
    context = getattr(error.kind, "context", None)
    if error.kind.name in _PARTS and context and type(error.kind).__name__ != "OneOfMultipleValid":
        meant = [branch for branch in context if branch and not any(_excludes(inner, error) for inner in branch)]
        if len(meant) == 1:
            yield from (telling for inner in meant[0] for telling in _telling(inner))
            return
    yield error


def _excludes(inner: Any, outer: Any) -> bool:
    """Whether the branch was never meant: the value has another type, or a member that tells alternatives apart has another value."""
    depth = len(inner.instance_path) - len(outer.instance_path)
    name = inner.kind.name
    return (depth == 0 and name == "type") or (depth == 1 and name in ("const", "enum"))


class Unusable:
    """Stands in where a schema cannot be compiled; nothing can be said about a value then."""

    __slots__ = ("_schema", "why")

    def __init__(self, schema: Conj, why: str) -> None:
        self._schema = schema
        self.why = why

    @property
    def home(self) -> Loc:
        """Where the schema stands."""
        return self._schema[0]

    def is_valid(self, _value: Any) -> bool:
        """Never: unknown is not valid."""
        return False

    def problems(self, _value: Any, *, most: int) -> Iterator[Problem]:  # noqa: ARG002
        """That it cannot be checked."""
        yield Problem(f"cannot be checked: {self.why}", (), self._schema[0], (), UNCHECKED)


class Compiled(NamedTuple):
    """A compiled validator and what it may cost."""

    validator: Any
    bounds: Bounds


class Pool(NamedTuple):
    """One validator for many schemas that reach each other, by the names of their definitions."""

    compiled: Compiled
    definitions: dict[str, Any]
    weights: dict[str, int]


Roots = Callable[[Direction], Iterable[Conj]]


class Schemas:
    """All checkers of one description. Whoever makes something anew holds `lock`: translations and normal forms are shared.

    `roots` lists the schemas of a direction that will be asked for: where schemas reach very many others, all share one validator. `formats`: whether
    `format` is asserted. `one_way`: whether a read-only property in a request, or a write-only one in a response, is an error.
    """

    def __init__(self, source: Source, lock: RLock, roots: Roots, *, formats: bool = True, one_way: bool = False) -> None:
        self.lock = lock
        self._roots = roots
        self._formats = formats
        self._translations = {side: Translation(source, side, formats=formats, one_way=one_way) for side in (Direction.REQUEST, Direction.RESPONSE)}
        self._known: dict[tuple[Conj, Direction], Checker | Unusable] = {}
        self._pools: dict[Direction, Pool | None] = {}

    def checker(self, schema: Conj, side: Direction) -> Checker | Unusable | None:
        """The checker of a schema; None where it accepts everything."""
        if not schema:
            return None
        key = (schema, side)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._make(schema, side)
        return found

    def _make(self, schema: Conj, side: Direction) -> Checker | Unusable:
        try:
            return self._compile(schema, side)
        except TooLarge:
            return Unusable(schema, "the schema branches into itself too often")
        except RecursionError:
            return Unusable(schema, "the schema is nested too deep")
        except ValueError as error:
            return Unusable(schema, str(error).partition("\n")[0])

    def _compile(self, schema: Conj, side: Direction) -> Checker:
        translation = self._translations[side]
        needed = translation.reached(schema, DEFINITIONS)
        root = translation.root(schema)
        if len(needed) > OWN and len(schema) == 1 and (pool := self._pool(side)) is not None:
            name = root["allOf"][0]["$ref"].rpartition("/")[2]
            if name in pool.definitions:
                if weight(root, pool.definitions, pool.weights) > HEAVY:
                    raise TooLarge
                return Checker(schema, pool.compiled, root, translation.homes, key=name)
        if weight(root, needed, {}) > HEAVY:
            raise TooLarge
        return Checker(schema, self._compiled({**root, "$defs": needed}), root, translation.homes)

    def _pool(self, side: Direction) -> Pool | None:
        """The one shared validator of a direction; None where it cannot be made, so that one bad schema does not spoil all."""
        if side not in self._pools:
            translation = self._translations[side]
            try:
                needed = translation.reached((loc for schema in self._roots(side) for loc in schema), DEFINITIONS)
                document = {"properties": {name: {"$ref": f"#/$defs/{name}"} for name in needed}, "$defs": needed}
                self._pools[side] = Pool(self._compiled(document), needed, {})
            except (TooLarge, RecursionError, ValueError):
                self._pools[side] = None
        return self._pools[side]

    def _compiled(self, document: Any) -> Compiled:
        import jsonschema_rs

        options: Any = {"validate_formats": self._formats, "formats": FORMATS, "offline": True}
        patterns = jsonschema_rs.FancyRegexOptions(backtrack_limit=BACKTRACK_LIMIT)
        try:
            validator = jsonschema_rs.Draft202012Validator(document, pattern_options=patterns, **options)
        except jsonschema_rs.ReferencingError as error:
            raise ValueError(str(error)) from None
        return Compiled(validator, bounds(document["$defs"]))


def pointer_of(path: tuple[str | int, ...]) -> str:
    """A JSON pointer from steps."""
    return "".join("/" + escape(str(step)) for step in path)


def _is_base64(text: str) -> bool:
    try:
        binascii.a2b_base64("".join(text.split()).encode("ascii"), strict_mode=True)
    except (ValueError, UnicodeEncodeError):
        return False
    return True


FORMATS: Final = {"byte": _is_base64}
