"""Positions in YAML text: by indentation as far as that is certain, then by libyaml's events on the small piece that is left."""

from __future__ import annotations

from typing import Any, Final

from yaml import YAMLError

from cvt_engine.document.lines import LineIndex
from cvt_engine.document.pointer import step
from cvt_engine.document.span import Span
from cvt_engine.document.yaml_blocks import Block, Entry, entries, whole
from cvt_engine.document.yaml_events import Mark, compose

_BLANK: Final = b" \t\r\n"


class YamlSpans:
    """Spans of one YAML file that is known to parse to `tree`."""

    def __init__(self, data: bytes, *, tree: Any, lines: LineIndex) -> None:
        self._data = data
        self._tree = tree
        self._lines = lines
        self._entries: dict[int, dict[str, Entry] | None] = {}
        self._pieces: dict[int, Mark | None] = {}
        self._composed: Mark | None = None

    def find(self, path: list[str]) -> tuple[Span, int]:
        """Span of the deepest existing element on the path, and how many tokens of the path led there."""
        path = self._existing(path)
        found = self._by_blocks(path) or self._by_events(path)
        return (found, len(path)) if found else (self._enclosing(path), len(path))

    def _existing(self, path: list[str]) -> list[str]:
        node = self._tree
        for depth, token in enumerate(path):
            try:
                node = step(node, token)
            except KeyError:
                return path[:depth]
        return path

    def _by_blocks(self, path: list[str]) -> Span | None:
        """Follow the path by indentation; the last certain entry is read exactly, whatever is left of the path inside it."""
        entry, done = self._follow(path)
        if entry is None:
            return None if path else self._root()
        node = self._at(path[:done])
        if done == len(path):
            last = self._last_inside(entry.value, node)
            if last is not None:
                end = self._read(*last, [])
                begin = self._first(entry, node)
                return Span(entry.at if type(self._at(path[: done - 1])) is dict else begin, begin, end.end) if end else None
        return self._read(entry, self._at(path[: done - 1]), path[done:])

    def _root(self) -> Span | None:
        last = self._last_inside(whole(self._data), self._tree)
        end = self._read(*last, []) if last else None
        if end is None:
            return None
        children = self._cut(whole(self._data), self._tree)
        start = next(iter(children.values())).at if children else 0
        return Span(start, start, end.end)

    def _follow(self, path: list[str]) -> tuple[Entry | None, int]:
        block, node = whole(self._data), self._tree
        entry: Entry | None = None
        for depth, token in enumerate(path):
            children = self._cut(block, node)
            if children is None:
                return entry, depth
            entry, node = children[token], step(node, token)
            block = entry.value
        return entry, len(path)

    def _last_inside(self, block: Block, node: Any) -> tuple[Entry, Any] | None:
        """The last entry of a block collection, at whatever depth, and the collection it stands in; None when it is not one."""
        found: tuple[Entry, Any] | None = None
        while children := self._cut(block, node):
            token, entry = next(reversed(children.items()))
            found = entry, node
            block, node = entry.value, step(node, token)
        return found

    def _first(self, entry: Entry, node: Any) -> int:
        children = self._cut(entry.value, node)
        return next(iter(children.values())).at if children else entry.at

    def _cut(self, block: Block, node: Any) -> dict[str, Entry] | None:
        if type(node) not in (dict, list) or not node:
            return None
        if block.start not in self._entries:
            self._entries[block.start] = entries(self._data, block, node)
        return self._entries[block.start]

    def _read(self, entry: Entry, parent: Any, rest: list[str]) -> Span | None:
        """Parse one entry alone and follow the rest of the path in it; None when that does not lead to what the tree has."""
        top = self._piece(entry)
        if top is None or len(top.items) != 1 or (type(parent) is dict) != (top.keys is not None):
            return None
        found = _descend((top.keys[0].start if top.keys else top.items[0].start, top.items[0]), rest)
        if found is None:
            return None
        key, node = found
        lines = self._lines
        shift = lines.point(entry.at) - (entry.at - lines.line_start(entry.at))
        return Span(*(lines.offset(shift + at) for at in (key, node.start, node.end)))

    def _piece(self, entry: Entry) -> Mark | None:
        """The marks of one entry, indented as it stands; None when that is not YAML by itself."""
        if entry.at not in self._pieces:
            pad = entry.at - self._lines.line_start(entry.at)
            try:
                self._pieces[entry.at] = compose(" " * pad + self._data[entry.at : entry.value.end].decode())
            except YAMLError:
                self._pieces[entry.at] = None
        return self._pieces[entry.at]

    def _by_events(self, path: list[str]) -> Span | None:
        """The same from the whole document, exact and slow."""
        if self._composed is None:
            try:
                self._composed = compose(self._data.decode()) or Mark(0, 0)
            except YAMLError:
                self._composed = Mark(0, 0)
        found = _descend((self._composed.start, self._composed), path)
        if found is None or self._composed.end == 0:
            return None
        key, node = found
        offset = self._lines.offset
        return Span(offset(key), offset(node.start), offset(node.end))

    def _enclosing(self, path: list[str]) -> Span:
        """The nearest certain entry around the path, for text that the event reader refuses."""
        entry, _ = self._follow(path)
        if entry is None:
            return Span(0, 0, len(self._data.rstrip(_BLANK)))
        end = entry.at + len(self._data[entry.at : entry.value.end].rstrip(_BLANK))
        return Span(entry.at, entry.at, end)

    def _at(self, path: list[str]) -> Any:
        node = self._tree
        for token in path:
            node = step(node, token)
        return node


def _descend(start: tuple[int, Mark], path: list[str]) -> tuple[int, Mark] | None:
    key, node = start
    for token in path:
        found = node.child(token)
        if found is None:
            return None
        key, node = found
    return key, node
