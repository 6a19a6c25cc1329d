"""Patterns as sets of texts, and whether one set lies within another. ECMA 262: searched for anywhere, `\\d` and `\\w` are ASCII."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Final, TypeAlias

from cvt_engine.schema.language import (
    ANYTHING,
    EMPTY,
    EVERY,
    LAST,
    NOTHING,
    Difference,
    Language,
    Many,
    Ranges,
    TooComplexError,
    both,
    either,
    letters,
    repeat,
    text,
    then,
    without,
)
from cvt_engine.schema.regex_tree import tree

_LONGEST: Final = 1_000
_FEW: Final = 16
"""More ranges than these are hashed once: they stand in every step of a question."""
_LENGTHENS: Final = 200
"""How many characters of patterns make a step twice as long."""
_OTHERWISE: Final = re.compile(r"\{,|&&|--|~~|\[\[|\[\^?\]|\(\?P|\(\?#|\(\?\(|\(\?[a-zA-Z-]+[:)]|[*+?}]\+|\\[AZzGhHRKXQEUa0-9]|\\[uN]\{|\\c")
"""What other dialects read otherwise than Python's parser does."""
_ESCAPED: Final = re.compile(r"\\[pP]\{[^{}]*\}|\\.", re.S)
_LINE_ENDS: Final[Ranges] = ((0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029))
_DIGITS: Final[Ranges] = ((0x30, 0x39),)
_WORDS: Final[Ranges] = ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
_SPACES: Final[Ranges] = (
    *((0x09, 0x0D), (0x20, 0x20), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A)),
    *((0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF)),
)


TextSet: TypeAlias = tuple[frozenset[str], int, int | None, frozenset[str] | None]
"""Patterns that are all found in a text, its least and most length; or the list of all texts."""


class _UnknownError(Exception):
    """The pattern uses what cannot be told as a set here."""


def told_apart(first: TextSet, second: TextSet) -> tuple[tuple[str] | tuple[()] | None, int]:
    """The shortest text of the first set that is not in the second, () where there is none, None where it cannot be decided; and what it cost."""
    return _searched((first, second), lambda: Difference(_language(*first), _language(*second)))


def left_over(texts: TextSet, refused: tuple[TextSet, ...]) -> tuple[bool | None, int]:
    """Is there a text in the first set that is in none of the others? None where it cannot be decided; and what it cost."""
    found, work = _searched((texts, *refused), lambda: Difference(_language(*texts), either(*(_language(*each) for each in refused))))
    return None if found is None else found != (), work


def _searched(sets: tuple[TextSet, ...], begin: Callable[[], Difference]) -> tuple[tuple[str] | tuple[()] | None, int]:
    size = sum(map(_size, sets))
    try:
        search = begin()
    except (TooComplexError, _UnknownError, RecursionError):
        return None, size
    try:
        found = search.witness()
    except (TooComplexError, RecursionError):
        return None, _work(size, search.steps)
    return () if found is None else (found,), _work(size, search.steps)


def _size(texts: TextSet) -> int:
    patterns, _, _, listed = texts
    return sum(min(len(pattern), _LONGEST) for pattern in patterns) + sum(map(len, listed or ()))


def _work(size: int, steps: int) -> int:
    """What a question cost: the expressions of long patterns are long, and so is each step with them."""
    return size + steps + steps * size // _LENGTHENS


def _language(patterns: frozenset[str], least: int, most: int | None, listed: frozenset[str] | None) -> Language:
    if listed is not None:
        return either(*(text(item) for item in listed))
    sized = ANYTHING if (least, most) == (0, None) else repeat(letters(EVERY), least, most)
    return both(sized, *(_pattern(pattern) for pattern in patterns))


@lru_cache(maxsize=1024)
def _pattern(pattern: str) -> Language:
    if len(pattern) > _LONGEST or _OTHERWISE.search(_ESCAPED.sub(_property_as_letter, pattern)):
        raise _UnknownError
    items = tree(pattern, last=LAST)
    if items is None:
        raise _UnknownError
    return either(_sequence(items, ANYTHING, start=True), then(letters(EVERY), then(ANYTHING, _sequence(items, ANYTHING, start=False))))


def _property_as_letter(found: re.Match[str]) -> str:
    return "a" if found[0].endswith("}") and len(found[0]) > 2 else found[0]


def _sequence(items: list[Any], rest: Language, *, start: bool) -> Language:
    """The items, followed by `rest`. `start`: nothing stands before them."""
    for place in range(len(items) - 1, -1, -1):
        first = start and all(code in (op.AT, op.ASSERT, op.ASSERT_NOT) for code, _ in items[:place])
        rest = _followed(items[place], rest, start=first, never=not start)
    return rest


def _followed(item: tuple[Any, Any], rest: Language, *, start: bool, never: bool) -> Language:
    """One item followed by `rest`. `never`: it surely does not stand at the start of the text; neither flag: it may or may not."""
    code, argument = item
    if code is op.AT:
        return _anchor(argument, rest, start=start, never=never)
    if code is op.BRANCH:
        return either(*(_inner(list(branch), rest, start=start, never=never) for branch in argument[1]))
    if code is op.SUBPATTERN:
        return _inner(list(argument[-1]), rest, start=start, never=never)
    if code in (op.ASSERT, op.ASSERT_NOT):
        if argument[0] != 1:
            raise _UnknownError
        ahead = _inner(list(argument[1]), ANYTHING, start=start, never=never)
        return both(ahead if code is op.ASSERT else without(ahead), rest)
    return then(_plain(code, argument), rest)


def _inner(items: list[Any], rest: Language, *, start: bool, never: bool) -> Language:
    if not start and not never and _anchored(items):
        raise _UnknownError
    return _sequence(items, rest, start=start)


def _anchored(items: Any) -> bool:
    """Does it speak of the start of the text anywhere?"""
    if isinstance(items, parser.SubPattern):
        items = list(items)
    if isinstance(items, tuple) and len(items) == 2 and items[0] is op.AT:
        return items[1] is not op.AT_END
    return isinstance(items, list | tuple) and any(_anchored(item) for item in items)


def _anchor(where: Any, rest: Language, *, start: bool, never: bool) -> Language:
    if where is op.AT_END:
        return both(EMPTY, rest)
    if where is not op.AT_BEGINNING or not (start or never):
        raise _UnknownError
    return rest if start else NOTHING


def _plain(code: Any, argument: Any) -> Language:
    """An item that does not look beyond itself."""
    if code in (op.MAX_REPEAT, op.MIN_REPEAT):
        least, most, items = argument
        return repeat(_alone(list(items)), int(least), None if most is op.MAXREPEAT else int(most))
    return letters(_characters(code, argument))


def _alone(items: list[Any]) -> Language:
    found = EMPTY
    for code, argument in reversed(items):
        if code is op.BRANCH:
            part = either(*(_alone(list(branch)) for branch in argument[1]))
        elif code is op.SUBPATTERN:
            part = _alone(list(argument[-1]))
        else:
            part = _plain(code, argument)
        found = then(part, found)
    return found


def _characters(code: Any, argument: Any) -> Ranges:
    if code is op.LITERAL:
        return ((argument, argument),)
    if code is op.NOT_LITERAL:
        return _others(((argument, argument),))
    if code is op.ANY:
        return _others(_LINE_ENDS)
    if code is op.RANGE:
        return (tuple(argument),)
    if code is op.CATEGORY and argument in _CATEGORIES:
        return _CATEGORIES[argument]
    if code is op.IN:
        negated = argument[0][0] is op.NEGATE
        found = _merged(part for inner in argument[negated:] for part in _characters(*inner))
        return _others(found) if negated else found
    raise _UnknownError


def _merged(ranges: Iterable[tuple[int, int]]) -> Ranges:
    found: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return Many(found) if len(found) > _FEW else tuple(found)


def _others(ranges: Ranges) -> Ranges:
    """All characters that are not in the ranges."""
    found, low = [], 0
    for first, last in _merged((*ranges, (0xD800, 0xDFFF))):
        if low < first:
            found.append((low, first - 1))
        low = last + 1
    return _merged((*found, (low, LAST)) if low <= LAST else found)


_CATEGORIES: Final[dict[Any, Ranges]] = {
    op.CATEGORY_DIGIT: _DIGITS,
    op.CATEGORY_NOT_DIGIT: _others(_DIGITS),
    op.CATEGORY_WORD: _WORDS,
    op.CATEGORY_NOT_WORD: _others(_WORDS),
    op.CATEGORY_SPACE: _SPACES,
    op.CATEGORY_NOT_SPACE: _others(_SPACES),
}
