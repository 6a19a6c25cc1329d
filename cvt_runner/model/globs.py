"""Path globs with `**`, `*`, `?` and `{a,b}`, matched in linear passes so that no pattern can be slow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

from cvt_runner.errors import UsageError

_MAX_ALTERNATIVES: Final = 100


def is_glob(text: str) -> bool:
    """Whether a path holds glob characters."""
    return any(sign in text for sign in "*?{")


def expand(pattern: str) -> tuple[str, ...]:
    """Write the `{a,b}` alternatives of a pattern out. Raises UsageError when there are too many.

    >>> expand("api/*.{yaml,json}")
    ('api/*.yaml', 'api/*.json')
    """
    done: list[str] = []
    todo = [pattern]
    while todo:
        text = todo.pop(0)
        start = text.find("{")
        end = text.find("}", start)
        if start < 0 or end < 0:
            done.append(text)
        else:
            todo.extend(text[:start] + part + text[end + 1 :] for part in text[start + 1 : end].split(","))
        if len(done) + len(todo) > _MAX_ALTERNATIVES:
            raise UsageError(f"the pattern {pattern!r} has more than {_MAX_ALTERNATIVES} alternatives", hint="use `**` or list the files")
    return tuple(done)


def matches(text: str, pattern: str) -> bool:
    """Whether `*` (any characters) and `?` (one character) of the pattern cover the whole text.

    >>> matches("GET /orders", "GET *"), matches("abc", "a?d")
    (True, False)
    """
    return _covers(text, pattern, any_number="*", one=lambda sign, want: want in ("?", sign))


@lru_cache(maxsize=256)
def _segments(pattern: str) -> tuple[str, ...]:
    return tuple(pattern.split("/"))


def matches_path(path: str, pattern: str) -> bool:
    """Whether a pattern covers a path: `*` stays inside one folder, `**` covers any number of folders.

    >>> matches_path("a/b/c.yaml", "**/*.yaml"), matches_path("a/b.yaml", "*.yaml")
    (True, False)
    """
    return _covers(path.split("/"), _segments(pattern), any_number="**", one=matches)


def _covers(items: Sequence[str], pattern: Sequence[str], *, any_number: str, one: Callable[[str, str], bool]) -> bool:
    """Does a pattern cover a sequence? One place is remembered to come back to, so that the time is at most the product of the lengths."""
    position, at, star, mark = 0, 0, -1, 0
    while position < len(items):
        if at < len(pattern) and pattern[at] == any_number:
            star, mark = at, position
            at += 1
        elif at < len(pattern) and one(items[position], pattern[at]):
            position += 1
            at += 1
        elif star >= 0:
            mark += 1
            position, at = mark, star + 1
        else:
            return False
    return all(part == any_number for part in pattern[at:])
