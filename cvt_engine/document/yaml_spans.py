"""Positions in YAML text."""

from __future__ import annotations

from cvt_engine.document.lines import LineIndex
from cvt_engine.document.span import Span
from cvt_engine.document.yaml_events import Mark, compose


class YamlSpans:
    """Spans of one YAML file that is known to parse."""

    def __init__(self, data: bytes, *, lines: LineIndex) -> None:
        self._data = data
        self._lines = lines
        self._root: Mark | None = None

    def find(self, path: list[str]) -> tuple[Span, int]:
        """Span of the deepest existing element on the path, and how many tokens of the path led there."""
        node = self._top()
        key, depth = node.start, 0
        for token in path:
            found = node.child(token)
            if found is None:
                break
            key, node = found
            depth += 1
        offset = self._lines.offset
        return Span(offset(key), offset(node.start), offset(node.end)), depth

    def _top(self) -> Mark:
        if self._root is None:
            self._root = compose(self._data.decode()) or Mark(0, 0)
        return self._root
