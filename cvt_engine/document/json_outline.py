"""The outer members of an indented JSON text: which they are and where, without parsing what they hold."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Final, TypeAlias

import msgspec

from cvt_engine.document.span import Span

Members: TypeAlias = dict[int, dict[str, Span]]
"""The members of the outer objects, in order, by the offset of each object's opening bracket."""

LEVELS: Final = 3
"""How deep members are told: `components`, its `schemas`, and each of these."""
MOST: Final = 100_000
"""More members are not told: the text is read in one piece then."""

_OPENING: Final = re.compile(rb'[ \t\r\n]*\{\r?\n( +|\t+)"')
_KEY: Final = re.compile(rb'("[^"\\]*(?:\\.[^"\\]*)*")[ \t\r\n]*:[ \t\r\n]*', re.S)
_BLANK: Final = b" \t\r\n"
_NAME: Final = msgspec.json.Decoder(str).decode


def outline(data: bytes) -> Members:
    """The outer members as the indentation shows them; empty where it does not.

    What is told is true if every value without members of its own is JSON by itself, which is for the caller to check: the keys, colons, commas and
    brackets around these values are checked here, and JSON can be read in one way only.
    """
    opening = _OPENING.match(data)
    indent = opening.group(1) if opening else b""
    starts = _starts(data, indent) if indent else None
    if starts is None:
        return {}
    found: Members = {}
    return found if _Outline(data, len(indent), starts, found).members(root_of(data), 0) else {}


def root_of(data: bytes) -> Span:
    """The value that a JSON text is."""
    begin = 0
    while data[begin] in _BLANK:
        begin += 1
    return Span(begin, begin, _trimmed(data, len(data)))


def _starts(data: bytes, indent: bytes) -> list[list[int]] | None:
    """Offsets of the quotes that begin a line, by depth."""
    found: list[list[int]] = [[] for _ in range(LEVELS)]
    step = len(indent)
    lines = re.compile(rb'\n%b{%d,%d}"' % (indent[:1], step, step * LEVELS))
    for count, line in enumerate(lines.finditer(data)):
        if count >= MOST:
            return None
        start, end = line.span()
        depth, rest = divmod(end - start - 2, step)
        if not rest:
            found[depth - 1].append(end - 1)
    return found


def _trimmed(data: bytes, end: int) -> int:
    while data[end - 1] in _BLANK:
        end -= 1
    return end


class _Outline:
    """Tells the members of objects, outermost first."""

    def __init__(self, data: bytes, step: int, starts: list[list[int]], found: Members) -> None:
        self._data = data
        self._step = step
        self._starts = starts
        self._found = found

    def members(self, span: Span, depth: int) -> bool:
        """Note the members of the object at this span; False when the indentation does not tell them."""
        data = self._data
        starts = self._between(span, depth)
        if not starts or data[span.end - 1] != 0x7D or not data[span.start + 1 : starts[0]].isspace():
            return False
        found: dict[str, Span] = {}
        ends = [self._end(after, depth) for after in starts[1:]]
        for start, end in zip(starts, [*ends, _trimmed(data, span.end - 1)], strict=True):
            head = _KEY.match(data, start, end)
            if head is None or (begin := head.end()) == end:
                return False
            name, value = self._name(head.group(1)), Span(start, begin, end)
            if name is None or (depth + 1 < LEVELS and self._is_open(value, depth + 1) and not self.members(value, depth + 1)):
                return False
            found[name] = value
        self._found[span.start] = found
        return len(found) == len(starts)

    def _is_open(self, value: Span, depth: int) -> bool:
        return self._data[value.start] == 0x7B and bool(self._between(value, depth))

    def _between(self, span: Span, depth: int) -> list[int]:
        starts = self._starts[depth]
        first = bisect_left(starts, span.start)
        return starts[first : bisect_left(starts, span.end, first)]

    def _end(self, after: int, depth: int) -> int:
        """Where a value ends whose comma stands before the next member; 0 when there is no comma."""
        data, comma = self._data, after - self._step * (depth + 1) - 2
        if data[comma] != 0x2C:  # blanks behind it, or another way to end a line
            comma = _trimmed(data, after) - 1
            if data[comma] != 0x2C:
                return 0
        return comma if data[comma - 1] not in _BLANK else _trimmed(data, comma)

    @staticmethod
    def _name(key: bytes) -> str | None:
        try:
            return _NAME(key)
        except (msgspec.MsgspecError, UnicodeError):
            return None
