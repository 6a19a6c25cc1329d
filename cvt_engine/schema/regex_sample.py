"""Strings that a regular expression accepts, made from its parse tree; a few, small, and always the same."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice, product
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Final

from cvt_engine.schema.regex_tree import tree

_MOST: Final = 24
_LONGEST: Final = 400
_CLASSES: Final = {
    op.CATEGORY_DIGIT: "05",
    op.CATEGORY_NOT_DIGIT: "a-",
    op.CATEGORY_SPACE: " ",
    op.CATEGORY_NOT_SPACE: "a0",
    op.CATEGORY_WORD: "aZ0_",
    op.CATEGORY_NOT_WORD: "- ",
}
_EVERY: Final = "aZ05_- .b"


@lru_cache(maxsize=1024)
def strings_of(pattern: str) -> tuple[str, ...]:
    """Up to a few dozen strings for a pattern, shortest repetitions first; none where it uses what cannot be sampled."""
    if len(pattern) > _LONGEST:
        return ()
    items = tree(pattern)
    return () if items is None else tuple(dict.fromkeys(islice(_sequence(items), _MOST)))


@lru_cache(maxsize=1024)
def edges_of(pattern: str) -> tuple[str, ...]:
    """The characters a pattern speaks of, and their neighbours: where two patterns differ, they differ there."""
    todo: list[Any] = list(tree(pattern[:_LONGEST]) or ())
    points: dict[int, None] = {}
    while todo and len(points) < 200:
        item = todo.pop()
        if isinstance(item, tuple) and item and item[0] in (op.LITERAL, op.NOT_LITERAL):
            points |= dict.fromkeys((item[1], item[1] - 1, item[1] + 1))
        elif isinstance(item, tuple) and item and item[0] is op.RANGE:
            points |= dict.fromkeys((*item[1], item[1][0] - 1, item[1][1] + 1))
        elif isinstance(item, list | tuple | parser.SubPattern):
            todo += list(item)
    return tuple(chr(point) for point in points if 32 <= point < 0xD800)


def _sequence(items: list[Any]) -> Iterator[str]:
    choices = [list(islice(_item(code, argument), 4)) for code, argument in items]
    if any(not choice for choice in choices):
        return
    yield "".join(choice[0] for choice in choices)
    for index, choice in enumerate(choices):
        for other in choice[1:]:
            yield "".join(other if place == index else known[0] for place, known in enumerate(choices))
    if len(choices) <= 3:
        yield from ("".join(parts) for parts in product(*choices))


def _item(code: Any, argument: Any) -> Iterator[str]:
    if code in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        return _repeat(*argument)
    if code is op.SUBPATTERN:
        return _sequence(list(argument[-1]))
    if code is op.ATOMIC_GROUP:
        return _sequence(list(argument))
    return letters_of(code, argument)


def letters_of(code: Any, argument: Any) -> Iterator[str]:
    """Strings for one element of a parse tree that is no repetition and no group."""
    if code is op.LITERAL:
        yield chr(argument)
    elif code is op.NOT_LITERAL:
        yield from (letter for letter in _EVERY if ord(letter) != argument)
    elif code is op.ANY:
        yield from _EVERY
    elif code is op.IN:
        yield from _members(argument)
    elif code is op.BRANCH:
        for branch in argument[1]:
            yield from islice(_sequence(list(branch)), 2)
    elif code is op.AT:
        yield ""


def _repeat(least: int, most: Any, items: Any) -> Iterator[str]:
    if least > 200:
        return
    parts = list(islice(_sequence(list(items)), 3))
    if not parts:
        return
    limit = 200 if most is op.MAXREPEAT else int(most)
    for count in dict.fromkeys((least, min(least + 1, limit), min(limit, max(least, 12)))):
        yield parts[0] * count
    yield from (part * max(1, least) for part in parts[1:] if limit >= 1)


def _members(argument: list[Any]) -> Iterator[str]:
    if argument and argument[0][0] is op.NEGATE:
        excluded = set(_letters(argument[1:], 200))
        yield from (letter for letter in _EVERY if letter not in excluded)
        return
    yield from _letters(argument, 4)


def _letters(argument: list[Any], most: int) -> Iterator[str]:
    for code, value in argument:
        if code is op.LITERAL:
            yield chr(value)
        elif code is op.RANGE:
            yield from dict.fromkeys((chr(value[0]), chr(value[1])))
            yield from (chr(point) for point in islice(range(value[0] + 1, value[1]), most))
        elif code is op.CATEGORY:
            yield from _CLASSES.get(value, "")
