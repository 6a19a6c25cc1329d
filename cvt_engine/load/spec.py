"""An OpenAPI description: its entry document, its version, and every document its references reach."""

from __future__ import annotations

import copy
import posixpath
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from msgspec import Struct

from cvt_engine.document import Document, Version
from cvt_engine.errors import RefUnresolved, SourceMissing
from cvt_engine.load.json_text import shown
from cvt_engine.load.limits import MAX_DOCUMENTS, MAX_REF_CHAIN
from cvt_engine.load.parse import parse_document
from cvt_engine.load.refs import Target, has_control, join, named, nearest, split
from cvt_engine.load.version import looks_like_openapi, version_of

__all__ = ["Location", "Reader", "Spec", "load_spec", "looks_like_openapi"]

Reader = Callable[[str], bytes]
"""Reads a file by the path shown to people (POSIX separators). Raises SourceMissing. Confinement to the repository is the reader's job."""

T = TypeVar("T")
_LONE: Final = frozenset(("$ref", "summary", "description"))
_MAX_GUESSES: Final = 50
"""How many failed references get a "did you mean": guessing is slow, and a hostile document can fail a hundred thousand times."""


class Location(Struct, frozen=True):
    """An element of a document: which file, where in it, and the value."""

    document: Document
    pointer: str
    node: Any


@dataclass(slots=True)
class Spec:
    """A loaded description. `version` is `2.0`, `3.0`, `3.1` or `3.2`; `documents` maps uri to every file read so far."""

    entry: Document
    version: str
    read: Reader
    documents: dict[str, Document] = field(default_factory=dict)
    _known: dict[tuple[str, str], Location | RefUnresolved] = field(default_factory=dict, repr=False, compare=False)
    _guesses: int = field(default=0, repr=False, compare=False)
    _kept: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def kept(self, what: str, make: Callable[[Spec], T]) -> T:
        """What was made from this description before, under a name; made now if it is the first time."""
        found: T | None = self._kept.get(what)
        if found is None:
            found = self._kept.setdefault(what, make(self))
        return found

    def resolve(self, ref: str, base: Document) -> Location:
        """Follow one `$ref` (fragment, relative file, or both) from `base`.

        Chains are followed to the first value that is not itself a lone reference. Raises RefUnresolved: missing target (rule
        `ref-unresolved`), cycle of bare references (`ref-cycle`), external URL (`ref-external`). Raises SyntaxInvalid when the file referred to cannot be
        parsed. Answers are remembered per document and reference.
        """
        known = self._known.get((base.uri, ref))
        if type(known) is Location:
            return known
        if isinstance(known, RefUnresolved):
            raise copy.copy(known)
        try:
            found = self._follow(ref, base)
        except RefUnresolved as error:
            self._known[base.uri, ref] = copy.copy(error)
            raise
        self._known[base.uri, ref] = found
        return found

    def location(self, document: Document, pointer: str) -> Location:
        """The element at a pointer of a document; raises KeyError where there is none."""
        return Location(document, pointer, document.node(pointer))

    def _follow(self, ref: str, base: Document) -> Location:
        seen: set[tuple[str, str]] = set()
        at = self._step(ref, base)
        while self._is_lone(at.node):
            if (at.document.uri, at.pointer) in seen or len(seen) >= MAX_REF_CHAIN:
                hint = "point one of the references at a real definition"
                raise RefUnresolved(f"{shown(ref)} leads through references only, never to a definition", ref=ref, where=base.uri, hint=hint, rule="ref-cycle")
            seen.add((at.document.uri, at.pointer))
            at = self._step(at.node["$ref"], at.document)
        return at

    def _is_lone(self, node: Any) -> bool:
        if type(node) is not dict or type(node.get("$ref")) is not str:
            return False
        return self.version in (Version.V2, Version.V30) or node.keys() <= _LONE

    def _step(self, ref: str, base: Document) -> Location:
        target = split(ref)
        document = self._document(target, ref, base) if target.file else base
        fragment = target.fragment
        if fragment and fragment[0] != "/":
            return self._anchored(fragment, document, ref, base)
        if target.file and target.absolute and (pointer := named(document, "$id").get(target.file)):
            fragment = pointer + fragment
        try:
            return self.location(document, fragment)
        except KeyError:
            raise self._missing(ref, base, document, fragment) from None

    def _anchored(self, name: str, document: Document, ref: str, base: Document) -> Location:
        pointer = named(document, "$anchor").get(name)
        if pointer is None:
            hint = f"write `#/{name}` for a path into the document" if "/" in name else f"no schema of {document.uri} has `$anchor: {name}`"
            raise RefUnresolved(f"{shown(ref)} leads nowhere", ref=ref, where=base.uri, hint=hint)
        return self.location(document, pointer)

    def _missing(self, ref: str, base: Document, document: Document, fragment: str) -> RefUnresolved:
        self._guesses += 1
        near = nearest(document, fragment) if self._guesses <= _MAX_GUESSES else ""
        hint = f"did you mean {shown(near)}?" if near else f"add the missing part to {document.uri} or correct the reference"
        return RefUnresolved(f"{shown(ref)} leads nowhere", ref=ref, where=base.uri, hint=hint)

    def _document(self, target: Target, ref: str, base: Document) -> Document:
        if target.absolute:
            return self._by_identity(target, ref, base)
        uri = join(base.uri, target.file)
        known = self.documents.get(uri)
        return known if known is not None else self._load(uri, ref, base)

    def _load(self, uri: str, ref: str, base: Document) -> Document:
        if has_control(uri):
            raise RefUnresolved(f"{shown(ref)} names a file with control characters", ref=ref, where=base.uri, hint="rename the file")
        if len(self.documents) >= MAX_DOCUMENTS:
            raise RefUnresolved(f"more than {MAX_DOCUMENTS} files are referred to", ref=ref, where=base.uri, hint="bundle the description into fewer files")
        try:
            data = self.read(uri)
        except SourceMissing as error:
            hint = error.hint or f"paths are relative to {base.uri}"
            raise RefUnresolved(f"{shown(ref)} cannot be read: {error.message}", ref=ref, where=base.uri, hint=hint) from None
        document = self.documents[uri] = parse_document(data, uri)
        return document

    def _by_identity(self, target: Target, ref: str, base: Document) -> Document:
        """The document that calls itself by this URL (`$self`), or holds a schema that does (`$id`)."""
        for document in tuple(self.documents.values()):
            own = document.tree.get("$self") if type(document.tree) is dict else None
            if own == target.file or target.file in named(document, "$id"):
                return document
        sibling = self._beside_self(target.file)
        if sibling:
            return self.documents.get(sibling) or self._load(sibling, ref, base)
        file = posixpath.basename(target.file.partition("?")[0]) or "schema.yaml"
        raise RefUnresolved(
            f"{shown(ref)} is external, and external references are not followed",
            ref=ref,
            where=base.uri,
            hint=f"save the file in the repository and refer to it by path, for example ./{file}" + (f"#{target.fragment}" if target.fragment else ""),
            rule="ref-external",
        )

    def _beside_self(self, url: str) -> str:
        """The local path of a URL that lies beside or below the entry document's own `$self` URL."""
        own = self.entry.tree.get("$self") if type(self.entry.tree) is dict else None
        if type(own) is not str or "/" not in own:
            return ""
        folder = own.rpartition("/")[0] + "/"
        rest = url.removeprefix(folder)
        return join(self.entry.uri, rest) if rest != url and rest else ""


def load_spec(read: Reader, uri: str, *, like: Spec | None = None) -> Spec:
    """Read, parse and recognise a description. What its entry document says in the words of `like`'s is not read again: the trees share it.

    Raises SourceMissing (no such file), SyntaxInvalid (not UTF-8, empty, merge-conflict marker, bad JSON or YAML, duplicate key, alias
    bomb, nested too deep, too large, or not an OpenAPI document of a known version).
    """
    data, name = read(uri), posixpath.normpath(uri)
    if like is not None and like.entry.data == data and posixpath.splitext(like.entry.uri)[1] == posixpath.splitext(name)[1]:
        entry = like.entry.renamed(name)
    else:
        entry = parse_document(data, name, like.entry if like is not None else None)
    return Spec(entry, version_of(entry), read, {entry.uri: entry})
