"""What checking a value may cost. Schemas that branch and recurse at once can take exponential time; such values are recognised before they are tried."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

MAX_STEPS: Final = 5_000
"""Schema evaluations that one value of a branching schema may take; a failing evaluation costs up to 0.1 ms."""
MAX_TOTAL: Final = 50_000
"""Evaluations that all such values of a description may take together."""
_MAX_PATHS: Final = 10_000
"""Ways through a schema without recursion from which on its values are looked at one by one."""
_BRANCHES: Final = ("allOf", "anyOf", "oneOf")
_SAME_VALUE: Final = ("not", "if", "then", "else")
_EACH_MEMBER: Final = ("additionalProperties", "unevaluatedProperties")
_EACH_ITEM: Final = ("items", "contains", "unevaluatedItems", "additionalItems")


class Narrowed(NamedTuple):
    """A plain schema, the definitions it refers to (as often as it does), and whether it applies several schemas to one value somewhere."""

    schema: Any
    refs: tuple[str, ...]
    branches: bool


class _TooMuchError(Exception):
    """The budget of one value is used up."""


class Costs:
    """Judges values of one description's schemas: `each` evaluations for one value, so many `together`. Values must outlive it; `known` are the risky names."""

    def __init__(self, definitions: Mapping[str, Narrowed], *, known: frozenset[str] | None = None, each: int = MAX_STEPS, together: int = MAX_TOTAL) -> None:
        self.definitions = definitions
        self.risky = risky(definitions) if known is None else known
        self.left = together
        self._each = each
        self._memo: dict[tuple[int, int], int] = {}

    def affordable(self, schema: Narrowed, value: Any) -> bool:
        """Whether the value can be checked in bounded time."""
        if not self.risky or self.risky.isdisjoint(schema.refs):
            return True
        try:
            steps = self._steps(schema.schema, value)
        except (_TooMuchError, RecursionError):
            return False
        self.left -= steps
        return self.left >= 0

    def _steps(self, schema: Any, value: Any) -> int:
        if type(schema) is not dict:
            return 1
        key = (id(schema), id(value))
        known = self._memo.get(key)
        if known is not None:
            return known
        self._memo[key] = 0  # a schema that contains itself for the same value is evaluated once
        total = 1 + sum(self._steps(inner, part) for inner, part in self._applied(schema, value))
        if total > self._each:
            raise _TooMuchError
        self._memo[key] = total
        return total

    def _applied(self, schema: dict[str, Any], value: Any) -> Iterator[tuple[Any, Any]]:
        """Every pair of a schema and a part of the value that a validator may look at next."""
        ref = schema.get("$ref")
        if type(ref) is str:
            yield self.definitions[ref.rpartition("/")[2]].schema, value
        for name in _BRANCHES:
            yield from ((branch, value) for branch in schema.get(name, ()))
        yield from ((schema[name], value) for name in _SAME_VALUE if name in schema)
        yield from ((inner, value) for inner in schema.get("dependentSchemas", {}).values())
        if type(value) is dict:
            yield from _of_members(schema, value)
        elif type(value) is list:
            yield from zip(schema.get("prefixItems", ()), value, strict=False)
            for name in _EACH_ITEM:
                inner = schema.get(name)
                yield from zip(inner, value, strict=False) if type(inner) is list else ((inner, item) for item in value)


def _of_members(schema: dict[str, Any], value: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    for name, inner in schema.get("properties", {}).items():
        if name in value:
            yield inner, value[name]
    for keyword in _EACH_MEMBER:
        inner = schema.get(keyword)
        if type(inner) is dict:
            yield from ((inner, member) for member in value.values())
    for inner in schema.get("patternProperties", {}).values():
        yield from ((inner, member) for member in value.values())


def risky(definitions: Mapping[str, Narrowed], *, most: int = _MAX_PATHS) -> frozenset[str]:
    """Names of the definitions from which a branching recursion, or more than `most` ways, can be reached."""
    found: set[str] = set()
    paths: dict[str, int] = {}
    for group in groups(definitions):
        recursive = len(group) > 1 or group[0] in definitions[group[0]].refs
        inner = set(group)
        ways = 1
        for name in group:
            below = [paths[target] for target in definitions[name].refs if target not in inner]
            ways *= max(1, sum(below) if definitions[name].branches else max(below, default=1))
            if not found.isdisjoint(definitions[name].refs) or (recursive and definitions[name].branches):
                found |= inner
        for name in group:
            paths[name] = min(ways, 10 * most)
        if ways > most:
            found |= inner
    return frozenset(found)


def groups(definitions: Mapping[str, Narrowed]) -> Iterator[list[str]]:
    """Definitions that refer to each other in a circle, those they lead to first (Tarjan's algorithm without recursion)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    open_: list[str] = []
    waiting: set[str] = set()
    for root in definitions:
        if root in order:
            continue
        stack = [(root, iter(definitions[root].refs))]
        order[root] = low[root] = len(order)
        open_.append(root)
        waiting.add(root)
        while stack:
            name, targets = stack[-1]
            target = next(targets, None)
            if target is None:
                stack.pop()
                if stack:
                    low[stack[-1][0]] = min(low[stack[-1][0]], low[name])
                if low[name] == order[name]:
                    at = open_.index(name)
                    group = open_[at:]
                    del open_[at:]
                    waiting.difference_update(group)
                    yield group
            elif target not in order:
                order[target] = low[target] = len(order)
                open_.append(target)
                waiting.add(target)
                stack.append((target, iter(definitions[target].refs)))
            elif target in waiting:
                low[name] = min(low[name], order[target])
