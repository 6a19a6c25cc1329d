"""What checking a value may cost: schemas that branch into themselves take exponential time, and long ways through a schema take stack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from cvt_engine.schema.cost import Costs, Narrowed, groups, risky

MAX_DEPTH: Final = 500
"""Deepest nesting of a JSON body; far more than real ones have, and safe for recursive readers."""
MAX_FRAMES: Final = 10_000
"""Schemas that may be open at once; a thread's usual stack of 8 MB holds more."""
STEPS: Final = 5_000
"""Schema evaluations for which errors are told one by one; each costs up to 0.2 ms. Whether a value fits is always found out: that remembers its tries."""
WAYS: Final = 64
"""Ways through a schema without recursion from which on evaluations are counted before errors are told."""
_SAME: Final = ("not", "if", "then", "else")
_SAME_LISTS: Final = ("allOf", "anyOf", "oneOf")
_ONE: Final = ("items", "contains", "additionalProperties", "unevaluatedProperties", "unevaluatedItems", "propertyNames")
_MAPS: Final = ("properties", "patternProperties")


class Bounds(NamedTuple):
    """Of one validator: its definitions, which of them are costly to explain, and how many schemas are open at once for one and the same value."""

    definitions: Mapping[str, Narrowed]
    risky: frozenset[str]
    height: int

    @property
    def flat(self) -> bool:
        """Whether every value up to `MAX_DEPTH` can be checked without looking at its depth."""
        return self.height * MAX_DEPTH <= MAX_FRAMES

    def too_deep(self, value: Any) -> bool:
        """Whether checking the value would take more stack than there is."""
        return not self.flat and extent(value)[1] * self.height > MAX_FRAMES

    def explicable(self, root: Any, value: Any) -> bool:
        """Whether all errors of the value can be told in bounded time."""
        if not self.risky:
            return True
        costs = Costs(self.definitions, known=self.risky, each=STEPS, together=STEPS)
        return costs.affordable(Narrowed(root, tuple(self.definitions), branches=True), value)


def bounds(definitions: Mapping[str, Any]) -> Bounds:
    """The bounds of a set of definitions."""
    told = {name: _Told(body) for name, body in definitions.items()}
    known = {name: Narrowed(body, tuple(told[name].refs), told[name].branches) for name, body in definitions.items()}
    return Bounds(known, risky(known, most=WAYS), _height(told))


def _height(told: Mapping[str, _Told]) -> int:
    """The longest way through schemas of one value: those that lead back to themselves are open once each."""
    plain = {name: Narrowed(None, tuple(found.same), branches=False) for name, found in told.items()}
    heights: dict[str, int] = {}
    for group in groups(plain):
        inner = set(group)
        below = max((heights[target] for name in group for target in plain[name].refs if target not in inner), default=0)
        total = sum(told[name].depth for name in group) + below
        heights |= dict.fromkeys(group, total)
    return max(heights.values(), default=1)


class _Told:
    """What one definition's body says: every reference, those that apply to the same value, how deep the latter nest, and whether it combines schemas."""

    def __init__(self, body: Any) -> None:
        self.refs: list[str] = []
        self.same: list[str] = []
        self.depth = 1
        self.branches = False
        stack: list[tuple[Any, int, bool]] = [(body, 1, True)]
        while stack:
            node, depth, same = stack.pop()
            if isinstance(node, dict):
                self._read(node, depth, same=same)
                stack += _parts(node, depth, same=same)

    def _read(self, node: dict[str, Any], depth: int, *, same: bool) -> None:
        self.depth = max(self.depth, depth)
        if isinstance(ref := node.get("$ref"), str):
            name = ref.rpartition("/")[2]
            self.refs.append(name)
            if same:
                self.same.append(name)
        self.branches = self.branches or any(key in node for key in (*_SAME_LISTS, "if", "dependentSchemas"))


def _parts(node: dict[str, Any], depth: int, *, same: bool) -> Iterator[tuple[Any, int, bool]]:
    for key in _SAME:
        yield node.get(key), depth + 1, same
    for key in _SAME_LISTS:
        yield from ((part, depth + 1, same) for part in node.get(key, ()))
    yield from ((part, depth + 1, same) for part in node.get("dependentSchemas", {}).values())
    for key in _ONE:
        yield node.get(key), 1, False
    for key in _MAPS:
        yield from ((part, 1, False) for part in node.get(key, {}).values())
    yield from ((part, 1, False) for part in node.get("prefixItems", ()))


def extent(value: Any) -> tuple[int, int]:
    """How many values there are in a value, and how deep they nest; the depth is cut off at `MAX_DEPTH` + 1."""
    level, nodes, depth = [value], 0, 0
    while level and depth <= MAX_DEPTH:
        nodes += len(level)
        depth += 1
        below: list[Any] = []
        for node in level:
            if type(node) is dict:
                below += node.values()
            elif type(node) is list:
                below += node
        level = below
    return nodes, depth
