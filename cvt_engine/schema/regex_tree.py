"""Parse trees of patterns: what ECMA 262 writes otherwise than Python is spelled out before."""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from itertools import groupby
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Final

_NAMED: Final = re.compile(r"\(\?<(?![=!])")
_PROPERTY: Final = re.compile(r"\\([pP])\{(?:(?:General_Category|gc)=)?([^{}]*)\}|\\.|[\[\]]", re.S)
_LONG: Final = {
    "Letter": "L",
    "Uppercase_Letter": "Lu",
    "Lowercase_Letter": "Ll",
    "Mark": "M",
    "Number": "N",
    "Decimal_Number": "Nd",
    "Punctuation": "P",
    "Symbol": "S",
    "Separator": "Z",
    "Other": "C",
}
_SURROGATES: Final = "Cs"
LAST: Final = 0x10FFFF
PRINTED: Final = 0x7E
"""The last character that texts are made of."""


def tree(pattern: str, *, last: int = PRINTED) -> list[Any] | None:
    """The parse tree; None where it cannot be read. Classes of characters by Unicode property go up to the character `last`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return list(parser.parse(_spelled(_NAMED.sub("(?P<", pattern), last)))
        except (re.error, LookupError, OverflowError, RecursionError):
            return None


def _spelled(pattern: str, last: int) -> str:
    """The pattern with the characters of each property written out. Raises LookupError for properties that are no general category."""
    if "\\p" not in pattern and "\\P" not in pattern:
        return pattern
    found, end, inside = [], 0, False
    for match in _PROPERTY.finditer(pattern):
        found.append(pattern[end : match.start()])
        end = match.end()
        if match[1] is None:
            inside = inside if match[0].startswith("\\") else match[0] == "["
            found.append(match[0])
            continue
        listed = "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in _ranges(match[2], match[1] == "P", last))
        found.append(listed if inside else f"[{listed}]")
    return "".join((*found, pattern[end:]))


@lru_cache(maxsize=64)
def _ranges(name: str, negated: bool, last: int) -> tuple[tuple[int, int], ...]:
    """The characters of a general category (Unicode, table 4-4), or all others."""
    runs, short = _runs(last), _LONG.get(name, name)
    if not short or not any(kind.startswith(short) for kind, _, _ in runs):
        raise LookupError(name)
    found: list[tuple[int, int]] = []
    for kind, low, high in runs:
        if kind.startswith(short) is negated or kind == _SURROGATES:
            continue
        if found and found[-1][1] == low - 1:
            low = found.pop()[0]
        found.append((low, high))
    return tuple(found)


@lru_cache(maxsize=2)
def _runs(last: int) -> list[tuple[str, int, int]]:
    """The general category of all characters: which, from, to. Printed characters begin with the blank."""
    import unicodedata

    found, low = [], 0x20 if last == PRINTED else 0
    for kind, run in groupby(map(unicodedata.category, map(chr, range(low, last + 1)))):
        high = low + sum(1 for _ in run) - 1
        found.append((kind, low, high))
        low = high + 1
    return found
