"""From a byte offset to line and column and back, without an index as large as the file."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from typing import Final

BLOCK: Final = 1 << 13
_CONTINUATION: Final = bytes(range(0x80, 0xC0))
"""UTF-8 bytes that do not start a code point."""


class LineIndex:
    """Checkpoints every `BLOCK` bytes: newlines and code points seen so far. Offsets are bytes, columns are code points.

    Newlines are counted, and the starts of lines noted, as far as somebody asked.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._newlines = [0]
        self._starts = [0]

    @cached_property
    def _points(self) -> list[int] | None:
        """Code points before each checkpoint; None where every byte is one. Counted only when a long line or a YAML reader asks."""
        data = self._data
        return None if data.isascii() else [0, *accumulate(_points(data[at : at + BLOCK]) for at in range(0, len(data), BLOCK))]

    def position(self, offset: int) -> tuple[int, int]:
        """1-based line and column of a byte offset."""
        start = self.line_start(offset)
        column = _points(self._data[start:offset]) if offset - start <= BLOCK else self.point(offset) - self.point(start)
        return self.line(offset), column + 1

    def line(self, offset: int) -> int:
        """1-based line of a byte offset."""
        block = offset // BLOCK
        known = self._newlines
        if len(known) <= block:
            counts = (self._data.count(b"\n", at, at + BLOCK) for at in range((len(known) - 1) * BLOCK, block * BLOCK, BLOCK))
            known = self._newlines = [*known[:-1], *accumulate(counts, initial=known[-1])]
        return known[block] + self._data.count(b"\n", block * BLOCK, offset) + 1

    def line_start(self, offset: int) -> int:
        """Offset of the first byte of the line that holds `offset`."""
        block = offset // BLOCK
        known = self._starts
        if len(known) <= block:  # a file may be one line of many megabytes
            found = (self._data.rfind(b"\n", at, at + BLOCK) + 1 for at in range((len(known) - 1) * BLOCK, block * BLOCK, BLOCK))
            known = self._starts = [*known[:-1], *accumulate(found, max, initial=known[-1])]
        return self._data.rfind(b"\n", block * BLOCK, offset) + 1 or known[block]

    def point(self, offset: int) -> int:
        """How many code points come before a byte offset."""
        if self._points is None:
            return offset
        block = offset // BLOCK
        return self._points[block] + _points(self._data[block * BLOCK : offset])

    def offset(self, point: int) -> int:
        """The byte offset of the code point with this number: the inverse of `point`."""
        if self._points is None:
            return point
        block = max(bisect_right(self._points, point) - 1, 0)
        start = block * BLOCK
        while start < len(self._data) and 0x80 <= self._data[start] < 0xC0:
            start += 1
        text = self._data[start : start + BLOCK + 4].decode("utf-8", "ignore")
        return start + len(text[: point - self._points[block]].encode())


def _points(data: bytes) -> int:
    return len(data.translate(None, _CONTINUATION))
