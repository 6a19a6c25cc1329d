"""What is surely unchanged: equal bytes, and nothing below any reference changed either."""

from __future__ import annotations

import re
from collections import deque
from typing import Final
from urllib.parse import unquote

import msgspec

from cvt_engine.document import Document
from cvt_engine.errors import EngineError
from cvt_engine.schema.loc import Loc, Source

_REF: Final = re.compile(rb'"\$(?:dynamicR|recursiveR|r)ef":"((?:[^"\\]|\\.)*)"')
_Edge = tuple[str, str, str]


class Sameness:
    """Answers `same(base place, revision place)` in the time of one encoding; knows every changed reference target beforehand."""

    def __init__(self, base: Source, revision: Source) -> None:
        self.base = base
        self.revision = revision
        self.comparable = base.version == revision.version
        self._texts: dict[Loc, bytes] = {}
        self._known: dict[tuple[Loc, Loc], bool] = {}
        self._changed: set[_Edge] = self._changed_targets() if self.comparable else set()

    def same(self, base: Loc, revision: Loc) -> bool:
        """True when both places mean the same, with everything they refer to."""
        key = (base, revision)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self.comparable and base.node == revision.node and self._same_below(base, revision)
        return known

    def _same_below(self, base: Loc, revision: Loc) -> bool:
        """Python takes 1, 1.0 and true for equal, JSON does not: only the texts decide."""
        text = self.text(base)
        if text != self.text(revision):
            return False
        return not self._changed or not any(self._edge(base.document, revision.document, ref) in self._changed for ref in _refs(text))

    def text(self, loc: Loc) -> bytes:
        """The place's value as JSON, keys in document order."""
        found = self._texts.get(loc)
        if found is None:
            found = self._texts[loc] = msgspec.json.encode(loc.node)
        return found

    def _edge(self, base: Document, revision: Document, ref: str) -> _Edge:
        return (base.uri, revision.uri, ref)

    def _changed_targets(self) -> set[_Edge]:
        """Walk every reference once, then let changes flow back to whatever refers to them."""
        users: dict[_Edge, list[_Edge]] = {}
        changed: set[_Edge] = set()
        queue: deque[tuple[Document, Document, str, _Edge | None]] = deque()
        start = self.base.root, self.revision.root
        queue.extend((start[0].document, start[1].document, ref, None) for ref in _refs(self.text(start[0])))
        seen: set[_Edge] = set()
        while queue:
            old, new, ref, user = queue.popleft()
            edge = self._edge(old, new, ref)
            if user is not None:
                users.setdefault(edge, []).append(user)
            if edge not in seen:
                seen.add(edge)
                queue.extend((*below, edge) for below in self._visit(old, new, ref, changed))
        self._texts.clear()
        return _flow_back(changed, users)

    def _visit(self, old: Document, new: Document, ref: str, changed: set[_Edge]) -> list[tuple[Document, Document, str]]:
        if ref.startswith("#/") and not _there(new, ref):
            changed.add(self._edge(old, new, ref))
            return []
        try:
            first, second = self.base.spec.resolve(ref, old), self.revision.spec.resolve(ref, new)
        except EngineError:
            changed.add(self._edge(old, new, ref))
            return []
        text = msgspec.json.encode(first.node)
        if text != msgspec.json.encode(second.node):
            changed.add(self._edge(old, new, ref))
        return [(first.document, second.document, name) for name in _refs(text)]


def _refs(text: bytes) -> set[str]:
    return {msgspec.json.decode(b'"' + found + b'"', type=str) if b"\\" in found else found.decode() for found in _REF.findall(text)}


def _there(document: Document, ref: str) -> bool:
    """Is there anything at all at a local reference? Cheaper than an error that guesses what was meant."""
    try:
        document.node(unquote(ref[1:]))
    except KeyError:
        return False
    return True


def _flow_back(changed: set[_Edge], users: dict[_Edge, list[_Edge]]) -> set[_Edge]:
    stack = list(changed)
    while stack:
        for user in users.get(stack.pop(), ()):
            if user not in changed:
                changed.add(user)
                stack.append(user)
    return changed
