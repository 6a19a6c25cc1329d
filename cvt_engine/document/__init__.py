"""A parsed source file: its tree, its bytes, and the way from a JSON pointer to file, line and column."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from cvt_engine.document.lines import LineIndex
from cvt_engine.document.pointer import escape, tokens, unescape, walk
from cvt_engine.document.span import Span, Spans
from cvt_engine.finding import Excerpt, Position

if TYPE_CHECKING:
    from cvt_engine.document.json_outline import Members

__all__ = ["MAX_LINE", "Document", "Version", "escape", "tokens", "unescape", "walk"]

MAX_LINE: Final = 200
"""Characters of a source line shown in a code frame; the rest is cut."""


@dataclass(frozen=True, slots=True)
class Document:
    """One source file. `uri` is the path shown to people, relative to the repository where there is one; `format` is `json` or `yaml`.

    `data` is UTF-8 without a byte order mark. Nodes that a YAML alias repeats are the same Python object in `tree`, and two versions of a file
    may share nodes: a tree is never changed.
    """

    uri: str
    data: bytes
    tree: Any
    format: str
    _cache: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def members(self) -> Members:
        """The outer members of a JSON text by place, where they are known from reading it."""
        members: Members = self._cache.get("members", {})
        return members

    @property
    def written(self) -> dict[int, bytes]:
        """The outer members of a JSON text written again without blanks, by the identity of their nodes, where they are known from reading it."""
        written: dict[int, bytes] = self._cache.get("written", {})
        return written

    def renamed(self, uri: str) -> Document:
        """The same content under another name."""
        return Document(uri, self.data, self.tree, self.format, self._cache)

    def node(self, pointer: str) -> Any:
        """The value at a JSON pointer (`""` is the whole document); raises KeyError where there is none."""
        return walk(self.tree, tokens(pointer))

    def locate(self, pointer: str, *, key: bool = True) -> tuple[Position, bool]:
        """Position of the element, and whether it exists; otherwise the position of its nearest existing parent.

        The region runs from the element's key (its value when `key` is false, or in an array) to the end of its value.
        """
        path = tokens(pointer)
        span, depth = self._spans().find(path)
        return self._position(span, key=key), depth == len(path)

    def excerpt(self, pointer: str, *, max_lines: int = 6) -> Excerpt:
        """Position plus the first source lines of the element (or of its nearest existing parent, `exact=False`).

        The excerpt's pointer is that of the element shown. A line is cut after `MAX_LINE` characters; tabs are kept.
        """
        path = tokens(pointer)
        span, depth = self._spans().find(path)
        shown = "".join("/" + escape(token) for token in path[:depth])
        position = self._position(span, key=True)
        lines = self._lines_from(span.key, min(max_lines, position.end_line - position.line + 1))
        return Excerpt(position, shown if depth < len(path) else pointer, lines, position.line, depth == len(path))

    def _position(self, span: Span, *, key: bool) -> Position:
        lines = self._lines()
        line, column = lines.position(span.key if key else span.start)
        return Position(self.uri, line, column, *lines.position(span.end))

    def _lines_from(self, offset: int, count: int) -> tuple[str, ...]:
        start = self._lines().line_start(offset)
        found: list[str] = []
        while len(found) < count:
            piece = self.data[start : start + 4 * MAX_LINE].partition(b"\n")[0].decode("utf-8", "ignore")
            found.append(piece.rstrip("\r")[:MAX_LINE])
            if len(found) < count:
                start = self.data.find(b"\n", start) + 1 or len(self.data)
        return tuple(found)

    def _lines(self) -> LineIndex:
        lines: LineIndex | None = self._cache.get("lines")
        if lines is None:
            lines = self._cache["lines"] = LineIndex(self.data)
        return lines

    def _spans(self) -> Spans:
        spans: Spans | None = self._cache.get("spans")
        if spans is None:
            spans = self._cache["spans"] = self._new_spans()
        return spans

    def _new_spans(self) -> Spans:
        if self.format == "json":
            from cvt_engine.document.json_spans import JsonSpans

            return JsonSpans(self.data, self.members)
        from cvt_engine.document.yaml_spans import YamlSpans

        return YamlSpans(self.data, tree=self.tree, lines=self._lines())


class Version:
    """The OpenAPI versions the engine knows: values of `Spec.version`."""

    V2 = "2.0"
    V30 = "3.0"
    V31 = "3.1"
    V32 = "3.2"
