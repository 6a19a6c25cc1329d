"""Sets of texts as expressions that are closed under union, intersection and complement, decided by derivatives (Brzozowski 1964)."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from typing import Any, Final, TypeAlias

Ranges: TypeAlias = tuple[tuple[int, int], ...]
"""Code points, as sorted ranges that include both ends."""
Language: TypeAlias = tuple[Any, ...]
"""An expression: its kind and its parts. Equal expressions are equal tuples."""

STATES: Final = 4_000
"""Derivatives looked at for one question; beyond it there is no answer."""
STEPS: Final = 40_000
"""Parts of expressions derived for one question: some tenths of a second at most."""
_BEGINNING: Final = 500
"""What a question costs before its first step."""
_COMPARED: Final = 50
"""Characters held against sets for the price of one step."""
_DEEPEST: Final = 200
_WIDEST: Final = 200
LAST: Final = 0x10FFFF
EVERY: Final[Ranges] = ((0, 0xD7FF), (0xE000, LAST))
NOTHING: Final[Language] = ("nothing",)
EMPTY: Final[Language] = ("empty",)
_NICE: Final = "abcxyzABC0123456789-_ .,:/@"


class TooComplexError(Exception):
    """The question takes more work than it is worth."""


class Many(tuple[tuple[int, int], ...]):  # noqa: SLOT001 - a tuple has no slots to give
    """Ranges that remember their hash."""

    def __hash__(self) -> int:
        known: int | None = self.__dict__.get("known")
        if known is None:
            known = self.__dict__["known"] = tuple.__hash__(self)
        return known


def letters(ranges: Ranges) -> Language:
    """One character of a set."""
    return ("letters", ranges) if ranges else NOTHING


ANYTHING: Final[Language] = ("repeat", ("letters", EVERY), 0, None)


def then(first: Language, second: Language) -> Language:
    """A text of one after a text of the other."""
    if NOTHING in (first, second):
        return NOTHING
    if first == EMPTY:
        return second
    if second == EMPTY:
        return first
    if first[0] == "then":
        return ("then", first[1], then(first[2], second))
    return ("then", first, second)


def either(*parts: Language) -> Language:
    """Union."""
    found: set[Language] = set()
    for part in parts:
        found |= part[1] if part[0] == "either" else {part}
    found.discard(NOTHING)
    if ANYTHING in found:
        return ANYTHING
    return _many("either", found, NOTHING)


def both(*parts: Language) -> Language:
    """Intersection."""
    found: set[Language] = set()
    for part in parts:
        found |= part[1] if part[0] == "both" else {part}
    found.discard(ANYTHING)
    if NOTHING in found:
        return NOTHING
    if EMPTY in found:
        return EMPTY if all(nullable(part) for part in found) else NOTHING
    return _many("both", found, ANYTHING)


def _many(kind: str, found: set[Language], none: Language) -> Language:
    if len(found) > _WIDEST:
        raise TooComplexError
    return none if not found else next(iter(found)) if len(found) == 1 else (kind, frozenset(found))


def without(part: Language) -> Language:
    """Complement."""
    if part == NOTHING:
        return ANYTHING
    if part == ANYTHING:
        return NOTHING
    return part[1] if part[0] == "without" else ("without", part)


def repeat(part: Language, least: int, most: int | None) -> Language:
    """Between `least` and `most` texts of a language one after the other."""
    if most == 0 or part == EMPTY:
        return EMPTY
    if part == NOTHING:
        return NOTHING if least else EMPTY
    if least == most == 1:
        return part
    if part[0] == "repeat" and part[3] is None and part[2] in (0, 1) and least <= 1:
        return repeat(part[1], min(part[2], least), None)
    return ("repeat", part, 0 if nullable(part) else least, most)


def text(content: str) -> Language:
    """Exactly one text."""
    found = EMPTY
    for letter in reversed(content):
        found = then(letters(((ord(letter), ord(letter)),)), found)
    return found


def nullable(part: Language) -> bool:
    """Is the empty text in it?"""
    match part:
        case ("empty",):
            return True
        case ("nothing",) | ("letters", _):
            return False
        case ("then", first, second):
            return nullable(first) and nullable(second)
        case ("either", parts):
            return any(map(nullable, parts))
        case ("both", parts):
            return all(map(nullable, parts))
        case ("without", inner):
            return not nullable(inner)
        case _:
            return bool(part[2] == 0)


class Difference:
    """Searches the shortest text that is in one language and not in another."""

    def __init__(self, inner: Language, outer: Language) -> None:
        self._start = both(inner, without(outer))
        self._known: dict[tuple[Language, int], Language] = {}
        self._symbols, compared = _symbols(self._start)
        self._left = STEPS
        self._looked_at = _BEGINNING + 5 * len(self._symbols) + compared // _COMPARED

    @property
    def steps(self) -> int:
        """The work done so far."""
        return STEPS - self._left + self._looked_at

    def witness(self) -> str | None:
        """The text; None where there is none. Raises TooComplexError."""
        seen = {self._start}
        queue: deque[tuple[Language, str]] = deque([(self._start, "")])
        while queue:
            state, way = queue.popleft()
            self._looked_at += len(self._symbols)
            if nullable(state):
                return way
            for symbol in self._symbols:
                after = self._derived(state, symbol, 0)
                if after not in seen and after != NOTHING:
                    seen.add(after)
                    queue.append((after, way + chr(symbol)))
            if len(seen) > STATES:
                raise TooComplexError
        return None

    def _derived(self, part: Language, symbol: int, depth: int) -> Language:
        """What may follow the symbol."""
        key = (part, symbol)
        found = self._known.get(key)
        if found is None:
            self._left -= len(part[1]) if part[0] in ("either", "both") else 1
            if depth > _DEEPEST or self._left < 0:
                raise TooComplexError
            found = self._known[key] = self._derive(part, symbol, depth + 1)
        return found

    def _derive(self, part: Language, symbol: int, depth: int) -> Language:
        match part:
            case ("letters", ranges):
                return EMPTY if _among(ranges, symbol) else NOTHING
            case ("then", first, second):
                ahead = then(self._derived(first, symbol, depth), second)
                return either(ahead, self._derived(second, symbol, depth)) if nullable(first) else ahead
            case ("either", parts):
                return either(*(self._derived(inner, symbol, depth) for inner in parts))
            case ("both", parts):
                return both(*(self._derived(inner, symbol, depth) for inner in parts))
            case ("without", inner):
                return without(self._derived(inner, symbol, depth))
            case ("repeat", inner, least, most):
                rest = repeat(inner, max(least - 1, 0), None if most is None else most - 1)
                return then(self._derived(inner, symbol, depth), rest)
            case _:
                return NOTHING


def _among(ranges: Ranges, symbol: int) -> bool:
    index = bisect_right(ranges, (symbol, LAST)) - 1
    return index >= 0 and ranges[index][0] <= symbol <= ranges[index][1]


def _symbols(start: Language) -> tuple[list[int], int]:
    """One character for each group of characters that no set in the expression tells apart; and how often one was held against a set."""
    sets: set[Ranges] = set()
    todo: list[Any] = [start]
    while todo:
        part = todo.pop()
        if isinstance(part, frozenset):
            todo += part
        elif isinstance(part, tuple) and part and part[0] == "letters":
            sets.add(part[1])
        elif isinstance(part, tuple):
            todo += [inner for inner in part if isinstance(inner, tuple | frozenset)]
    listed = sorted(sets)
    edges = sorted({0, *(edge for ranges in listed for low, high in ranges for edge in (low, high + 1) if edge <= LAST)})
    if len(edges) * len(listed) > 20 * STATES:
        raise TooComplexError
    found: dict[tuple[bool, ...], int] = {}
    for point in (*map(ord, _NICE), *edges):
        if not 0xD800 <= point <= 0xDFFF:
            found.setdefault(tuple(_among(ranges, point) for ranges in listed), point)
    return list(found.values()), len(edges) * len(listed)
