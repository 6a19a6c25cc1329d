"""Positions in JSON text: containers are cut into raw children one at a time, only along the paths that are asked for."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from cvt_engine.document.json_outline import Members, root_of
from cvt_engine.document.span import Span

_Raw = msgspec.Raw
_GAP: Final = re.compile(rb"[ \t\r\n,]*")
_MEMBER: Final = re.compile(rb'[ \t\r\n,]*("[^"\\]*(?:\\.[^"\\]*)*")[ \t\r\n]*:[ \t\r\n]*', re.S)
_OBJECT: Final = msgspec.json.Decoder(dict[str, _Raw])
_ARRAY: Final = msgspec.json.Decoder(list[_Raw])


class JsonSpans:
    """Spans of one JSON file that is known to parse. `members` are those known from parsing it."""

    def __init__(self, data: bytes, members: Members | None = None) -> None:
        self._view = memoryview(data)
        self._data = data
        self._root = root_of(data)
        self._children: Members = dict(members or {})

    def find(self, path: list[str]) -> tuple[Span, int]:
        """Span of the deepest existing element on the path, and how many tokens of the path led there."""
        span = self._root
        for depth, token in enumerate(path):
            child = self._cut(span).get(token)
            if child is None:
                return span, depth
            span = child
        return span, len(path)

    def _cut(self, span: Span) -> dict[str, Span]:
        known = self._children.get(span.start)
        if known is None:
            known = self._children[span.start] = self._split(span)
        return known

    def _split(self, span: Span) -> dict[str, Span]:
        match self._data[span.start]:
            case 0x7B:
                return self._members(span)
            case 0x5B:
                return self._items(span)
            case _:
                return {}

    def _members(self, span: Span) -> dict[str, Span]:
        found: dict[str, Span] = {}
        at = span.start + 1
        for name, raw in _OBJECT.decode(self._view[span.start : span.end]).items():
            head = _MEMBER.match(self._data, at)
            if head is None:
                break
            at = head.end() + len(memoryview(raw))
            found[name] = Span(head.start(1), head.end(), at)
        return found

    def _items(self, span: Span) -> dict[str, Span]:
        found: dict[str, Span] = {}
        at = span.start + 1
        for index, raw in enumerate(_ARRAY.decode(self._view[span.start : span.end])):
            begin = _skip(self._data, at)
            at = begin + len(memoryview(raw))
            found[str(index)] = Span(begin, begin, at)
        return found


def _skip(data: bytes, at: int) -> int:
    gap = _GAP.match(data, at)
    return gap.end() if gap else at
