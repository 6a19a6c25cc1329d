"""What is surely unchanged: equal bytes, and nothing below any reference changed either."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import quote, unquote

import msgspec

from cvt_engine.document import Document
from cvt_engine.errors import EngineError
from cvt_engine.schema.heirs import Heirs
from cvt_engine.schema.loc import Loc, Source

_REF: Final = re.compile(rb'"\$(?:dynamicR|recursiveR|r)ef":"([^"\\]*(?:\\.[^"\\]*)*)"', re.S)
_KEYWORDS: Final = frozenset(("$ref", "$dynamicRef", "$recursiveRef"))
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
        self._texts = _Texts({**base.root.document.written, **revision.root.document.written})
        self._refs = _References(self._texts)
        self._heirs = (Heirs(base), Heirs(revision))
        self._known: dict[tuple[Loc, Loc], bool] = {}
        self._changed: dict[_Pair, set[bytes]] = {}
        self._one_tree = base.root.node is revision.root.node
        if self.comparable and not (self._one_tree and _self_contained(self._texts.of(base.root.node))):
            self._find_changed()

    def same(self, base: Loc, revision: Loc) -> bool:
        """True when both places mean the same, with everything they refer to."""
        key = (base, revision)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self.comparable and (base.node is revision.node or base.node == revision.node) and self._same_below(base, revision)
        return known

    @property
    def nothing_changed(self) -> bool:
        """True when both sides are one and the same document, and nothing outside it is referred to or changed."""
        return self.comparable and self._one_tree and not self._changed

    def _same_below(self, base: Loc, revision: Loc) -> bool:
        """Python takes 1, 1.0 and true for equal, JSON does not: only the texts decide, where the value is not one and the same."""
        changed = self._changed.get((base.document.uri, revision.document.uri))
        one = base.node is revision.node
        if changed and (_chooses(base.node) or (not one and _chooses(revision.node))) and not changed.isdisjoint(self._heirs_of(base, revision)):
            return False
        if one:
            return changed is None or changed.isdisjoint(self._refs.of(base.node))
        text = self._texts.of(base.node)
        return text == self._texts.of(revision.node) and (changed is None or changed.isdisjoint(_REF.findall(text)))

    def _find_changed(self) -> None:
        """Walk every reference once, then let changes flow back to whatever refers to them."""
        old, new = self.base.root.document, self.revision.root.document
        documents = {(old.uri, new.uri): (old, new)}
        below: dict[_Edge, tuple[_Pair, frozenset[bytes]]] = {}
        changed: list[_Edge] = []
        stack: list[_Edge] = [((old.uri, new.uri), ref) for ref in self._refs.below(old.tree)]
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

    def _visit(self, edge: _Edge, documents: dict[_Pair, tuple[Document, Document]], changed: list[_Edge]) -> tuple[_Pair, frozenset[bytes]]:
        pair, raw = edge
        old, new = documents[pair]
        ref = msgspec.json.decode(b'"' + raw + b'"', type=str)
        try:
            if ref.startswith("#/") and not _there(new, ref):
                raise KeyError(ref)
            first, second = self.base.spec.resolve(ref, old), self.revision.spec.resolve(ref, new)
        except (EngineError, KeyError):
            changed.append(edge)
            return pair, frozenset()
        if first.node is not second.node and self._texts.of(first.node) != self._texts.of(second.node):
            changed.append(edge)
        pair = (first.document.uri, second.document.uri)
        documents[pair] = (first.document, second.document)
        refs = self._refs.of(first.node)
        if _chooses(first.node) or _chooses(second.node):
            refs |= self._heirs_of(self.base.at(first.document, first.pointer), self.revision.at(second.document, second.pointer))
        return pair, refs

    def _heirs_of(self, base: Loc, revision: Loc) -> frozenset[bytes]:
        """References to what a discriminator chooses from without naming it: the components that build on its own."""
        sides = [(heirs, loc) for heirs, loc in zip(self._heirs, (base, revision), strict=True) if _chooses(loc.node)]
        found = {heir.pointer for heirs, loc in sides for heir in heirs.of(loc) if heir.document is loc.document}
        return frozenset(msgspec.json.encode(f"#{quote(pointer)}")[1:-1] for pointer in found)


class _Texts:
    """Values as JSON text, keys in document order, made once per value: a tree is not changed, and lives as long as its comparison."""

    def __init__(self, known: dict[int, bytes]) -> None:
        self._known = known

    def of(self, node: Any) -> bytes:
        """The text of a value."""
        found = self._known.get(id(node))
        if found is None:
            found = self._known[id(node)] = msgspec.json.encode(node)
        return found


class _References:
    """The references in a value, as JSON text, found once per value."""

    def __init__(self, texts: _Texts) -> None:
        self._texts = texts
        self._known: dict[int, frozenset[bytes]] = {}

    def of(self, node: Any) -> frozenset[bytes]:
        """All references at and below a value."""
        found = self._known.get(id(node))
        if found is None:
            found = self._known[id(node)] = frozenset(_REF.findall(self._texts.of(node)))
        return found

    def below(self, node: Any, levels: int = 3) -> frozenset[bytes]:
        """The same; what the outer objects hold is looked at one by one and is known by itself from then on."""
        if not levels or type(node) is not dict or not _KEYWORDS.isdisjoint(node):
            return self.of(node)
        found = self._known[id(node)] = frozenset[bytes]().union(*(self.below(child, levels - 1) for child in node.values()))
        return found


def _chooses(node: Any) -> bool:
    return type(node) is dict and "discriminator" in node


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


def _flow_back(changed: list[_Edge], below: dict[_Edge, tuple[_Pair, frozenset[bytes]]]) -> None:
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
