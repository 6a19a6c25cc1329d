"""What is surely unchanged: equal bytes, and nothing below any reference changed either."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

import msgspec

from cvt_engine.document import Document
from cvt_engine.errors import EngineError
from cvt_engine.schema.loc import Loc, Source

_REF: Final = re.compile(rb'"\$(?:dynamicR|recursiveR|r)ef":"([^"\\]*(?:\\.[^"\\]*)*)"', re.S)
_Pair = tuple[str, str]
"""The uris of a document of the base and its counterpart."""
_Edge = tuple[_Pair, bytes]
"""A reference, as JSON text, from a pair of documents."""


class Sameness:
    """Answers `same(base place, revision place)` in the time of one encoding; knows every changed reference target beforehand."""

    def __init__(self, base: Source, revision: Source) -> None:
        self.base = base
        self.revision = revision
        self.comparable = base.version == revision.version
        self._texts: dict[Loc, bytes] = {}
        self._known: dict[tuple[Loc, Loc], bool] = {}
        self._changed: dict[_Pair, set[bytes]] = {}
        self._one_tree = base.root.node is revision.root.node
        if self.comparable and not (self._one_tree and _self_contained(self.text(base.root))):
            self._find_changed()

    def same(self, base: Loc, revision: Loc) -> bool:
        """True when both places mean the same, with everything they refer to."""
        key = (base, revision)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self.comparable and base.node == revision.node and self._same_below(base, revision)
        return known

    @property
    def nothing_changed(self) -> bool:
        """True when both sides are one and the same document, and nothing outside it is referred to or changed."""
        return self.comparable and self._one_tree and not self._changed

    def _same_below(self, base: Loc, revision: Loc) -> bool:
        """Python takes 1, 1.0 and true for equal, JSON does not: only the texts decide."""
        text = self.text(base)
        if text != self.text(revision):
            return False
        changed = self._changed.get((base.document.uri, revision.document.uri))
        return changed is None or changed.isdisjoint(_REF.findall(text))

    def text(self, loc: Loc) -> bytes:
        """The place's value as JSON, keys in document order."""
        found = self._texts.get(loc)
        if found is None:
            found = self._texts[loc] = msgspec.json.encode(loc.node)
        return found

    def _find_changed(self) -> None:
        """Walk every reference once, then let changes flow back to whatever refers to them."""
        old, new = self.base.root.document, self.revision.root.document
        documents = {(old.uri, new.uri): (old, new)}
        below: dict[_Edge, tuple[_Pair, set[bytes]]] = {}
        changed: list[_Edge] = []
        stack: list[_Edge] = [((old.uri, new.uri), ref) for ref in set(_REF.findall(msgspec.json.encode(old.tree)))]
        while stack:
            edge = stack.pop()
            if edge in below:
                continue
            below[edge] = pair, refs = self._visit(edge, documents, changed)
            stack += [(pair, ref) for ref in refs if (pair, ref) not in below]
        if changed:
            _flow_back(changed, below)
            for pair, ref in changed:
                self._changed.setdefault(pair, set()).add(ref)

    def _visit(self, edge: _Edge, documents: dict[_Pair, tuple[Document, Document]], changed: list[_Edge]) -> tuple[_Pair, set[bytes]]:
        pair, raw = edge
        old, new = documents[pair]
        ref = msgspec.json.decode(b'"' + raw + b'"', type=str)
        try:
            if ref.startswith("#/") and not _there(new, ref):
                raise KeyError(ref)
            first, second = self.base.spec.resolve(ref, old), self.revision.spec.resolve(ref, new)
        except (EngineError, KeyError):
            changed.append(edge)
            return pair, set()
        text = msgspec.json.encode(first.node)
        if text != msgspec.json.encode(second.node):
            changed.append(edge)
        pair = (first.document.uri, second.document.uri)
        documents[pair] = (first.document, second.document)
        return pair, set(_REF.findall(text))


def _self_contained(text: bytes) -> bool:
    """True when every reference stays in the document."""
    return all(ref.startswith(b"#") for ref in set(_REF.findall(text)))


def _there(document: Document, ref: str) -> bool:
    """Is there anything at all at a local reference? Cheaper than an error that guesses what was meant."""
    try:
        document.node(unquote(ref[1:]))
    except KeyError:
        return False
    return True


def _flow_back(changed: list[_Edge], below: dict[_Edge, tuple[_Pair, set[bytes]]]) -> None:
    """Add to `changed` every reference whose target refers, however far down, to a changed one."""
    users: dict[_Edge, list[_Edge]] = {}
    for user, (pair, refs) in below.items():
        for ref in refs:
            users.setdefault((pair, ref), []).append(user)
    seen = set(changed)
    for edge in changed:
        for user in users.get(edge, ()):
            if user not in seen:
                seen.add(user)
                changed.append(user)
