"""A JSON text read member by member: what a like document says in the same words is not read again, but shared with it."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from cvt_engine.document import Document
from cvt_engine.document.json_outline import Members, outline, root_of
from cvt_engine.document.span import Span
from cvt_engine.load.json_text import ESCAPED_QUOTE, shallow

_DECODE: Final = msgspec.json.Decoder().decode
_ENCODE: Final = msgspec.json.Encoder().encode
_NOTHING: Final = Span(-1, -1, -1)
"""Where the like document has no such member; its own root may begin at 0."""


def read_members(data: bytes, uri: str, like: Document | None = None) -> Document | None:
    """The document; None where the text must be read in one piece, which also tells whatever is wrong with it."""
    members = outline(data)
    if not members:
        return None
    reading = _Reading(data, members, like)
    try:
        tree = reading.whole()
    except (_Doubt, msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    return Document(uri, data, tree, "json", {"members": members, "written": reading.written})


class _Doubt(Exception):
    """A key may have been lost, or something may be nested too deep."""


class _Reading:
    """One text on its way to a tree."""

    def __init__(self, data: bytes, members: Members, like: Document | None) -> None:
        self._data = data
        self._members = members
        self._like = like
        self._known: Members = like.members if like is not None else {}
        self.written: dict[int, bytes] = {}
        """What was read, written again without blanks, by identity: it was made to check what was read, and comparing asks for it."""

    def whole(self) -> Any:
        """The tree. Raises _Doubt, and what the parser raises."""
        if self._like is None or not self._known:
            return self._value(root_of(self._data), _NOTHING, None)
        return self._value(root_of(self._data), root_of(self._like.data), self._like.tree)

    def _value(self, span: Span, old: Span, like: Any) -> Any:
        members = self._members.get(span.start)
        if members is not None:
            return self._object(members, self._known.get(old.start, {}), like if type(like) is dict else {})
        text = self._data[span.start : span.end]
        if old.end - old.start == len(text) and self._like is not None and self._like.data.startswith(text, old.start):
            return like
        tree, written = _read(text)
        self.written[id(tree)] = written
        return tree

    def _object(self, members: dict[str, Span], known: dict[str, Span], like: dict[str, Any]) -> dict[str, Any]:
        found = {name: self._value(span, known.get(name, _NOTHING), like.get(name)) for name, span in members.items()}
        unchanged = len(found) == len(like) and all(mine is theirs for mine, theirs in zip(found.values(), like.values(), strict=True))
        return like if unchanged and list(found) == list(like) else found


def _read(text: bytes) -> tuple[Any, bytes]:
    """The value of one piece of text, and this written again: it has as many quotes unless a key was lost, or the text spells a quote differently."""
    tree = _DECODE(text)
    written = _ENCODE(tree)
    if written.count(b'"') != text.count(b'"') or (b"\\" in text and ESCAPED_QUOTE.search(text)) or not shallow(written):
        raise _Doubt
    return tree, written
