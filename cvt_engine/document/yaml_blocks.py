"""The entries of block style YAML collections by indentation alone, checked against the tree that the text is known to have.

A scan of line starts is many times faster than a parser, and wrong only where a text of several lines, an anchor, a merge key or flow style is in the
way. So the keys (or the number of items) that it finds must be exactly those of the tree; otherwise the answer is None and an exact reader is asked.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final, NamedTuple

import msgspec

_GAP: Final = re.compile(rb"(?:[ \t]*(?:#[^\n]*)?\r?(?:\n|\Z))*[ ]*")
_QUOTED: Final = re.compile(rb"""(?:"([^"\\\n]*(?:\\.[^"\\\n]*)*)"|'((?:[^'\n]|'')*)')""")
_COLON: Final = re.compile(rb" *:(?=[ \r\n]|\Z)")
_NOT_PLAIN: Final = frozenset(b"\"'&*!|>%@`{}[],#")
_DASH: Final = re.compile(rb"-(?=[ \r\n]|\Z)")
_MARKER: Final = re.compile(rb"(?:[ \t]*(?:#[^\n]*)?\r?\n)*---[ \t]*\r?\n")


class Block(NamedTuple):
    """A stretch of the text that holds one node: byte offsets, and whether the node may begin a collection on the line it starts in."""

    start: int
    end: int
    inline: bool


class Entry(NamedTuple):
    """One entry of a collection: where its key (its dash, in a sequence) stands, and the block of its value."""

    at: int
    value: Block


def whole(data: bytes) -> Block:
    """The block of the document's root node."""
    marker = _MARKER.match(data)
    return Block(marker.end() if marker else 0, len(data), True)


def entries(data: bytes, block: Block, node: Any) -> dict[str, Entry] | None:
    """The entries of a block collection by token, in order; None when the scan does not find exactly what the tree has."""
    gap = _GAP.match(data, block.start, block.end)
    first = gap.end() if gap else block.start
    line = data.rfind(b"\n", 0, first) + 1
    if not block.inline and line <= block.start:
        return None
    column = first - line
    if type(node) is dict:
        return _members(data, [first, *_starts(_member_start(column), data, first, block.end)], block.end, node)
    if type(node) is list:
        return _items(data, [first, *_starts(_item_start(column), data, first, block.end)], block.end, node)
    return None


def _members(data: bytes, starts: list[int], end: int, node: dict[str, Any]) -> dict[str, Entry] | None:
    if len(starts) != len(node):
        return None
    found: dict[str, Entry] = {}
    for at, after, expected in zip(starts, [*starts[1:], end], node, strict=True):
        value = _after_key(data, at, expected)
        if value is None:
            return None
        found[expected] = Entry(at, Block(value, after, False))
    return found


def _items(data: bytes, starts: list[int], end: int, node: list[Any]) -> dict[str, Entry] | None:
    if len(starts) != len(node) or not all(_DASH.match(data, at, end) for at in starts):
        return None
    return {str(index): Entry(at, Block(at + 1, after, True)) for index, (at, after) in enumerate(zip(starts, [*starts[1:], end], strict=True))}


def _after_key(data: bytes, at: int, expected: str) -> int | None:
    """Where the value begins if the key at this offset is the one that the tree has; else None."""
    if data[at : at + 1] in (b'"', b"'"):
        head = _QUOTED.match(data, at)
        end = head.end() if head and _unquoted(head) == expected else -1
    else:
        plain = expected.encode()
        end = at + len(plain) if plain and plain[0] not in _NOT_PLAIN and data.startswith(plain, at) else -1
    colon = _COLON.match(data, end) if end >= 0 else None
    return colon.end() if colon else None


def _unquoted(head: re.Match[bytes]) -> str | None:
    double, single = head.groups()
    if single is not None:
        return single.replace(b"''", b"'").decode()
    try:
        text: str = msgspec.json.decode(b'"' + double + b'"') if b"\\" in double else double.decode()
    except msgspec.DecodeError:
        return None
    return text


def _starts(pattern: re.Pattern[bytes], data: bytes, begin: int, end: int) -> list[int]:
    return [found.end() for found in pattern.finditer(data, begin, end)]


@lru_cache(maxsize=256)
def _member_start(column: int) -> re.Pattern[bytes]:
    return re.compile(rb"\n {%d}(?![ #\r\n]|-[ \r\n]|\Z)" % column)


@lru_cache(maxsize=256)
def _item_start(column: int) -> re.Pattern[bytes]:
    return re.compile(rb"\n {%d}(?=-[ \r\n]|-\Z)" % column)
