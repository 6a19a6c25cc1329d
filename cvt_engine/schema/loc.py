"""Schemas by place: every schema is a conjunction of located elements, so that merging never loses where a keyword came from."""

from __future__ import annotations

import re
from threading import RLock
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import quote, unquote, urljoin

from cvt_engine.change import Ref
from cvt_engine.document import Document, escape, tokens
from cvt_engine.load.refs import named

if TYPE_CHECKING:
    from cvt_engine.load.spec import Spec
    from cvt_engine.schema.shape import Shape


class Loc:
    """One element of one side, interned: two Locs of a side are the same place exactly when they are the same object."""

    __slots__ = ("_pointer", "_token", "_whole", "document", "node", "shape", "source")

    def __init__(self, source: Source, document: Document, node: Any, *, pointer: str = "", whole: Loc | None = None, token: str | int = "") -> None:
        self.source = source
        self.document = document
        self.node = node
        self.shape: Shape | None = None
        self._pointer = pointer if whole is None else None
        self._whole = whole
        self._token = token

    @property
    def pointer(self) -> str:
        """Where it stands in its document; spelled out when somebody asks, which for most places nobody does."""
        found, loc = self._pointer, self
        if found is None:
            below: list[str] = []
            while (found := loc._pointer) is None and loc._whole is not None:
                below.append(escape(str(loc._token)))
                loc = loc._whole
            self._pointer = found = "/".join((found or "", *reversed(below)))
        return found

    @property
    def ref(self) -> Ref:
        """Document uri and pointer."""
        return Ref(self.document.uri, self.pointer)

    def child(self, *tokens: str | int) -> Loc:
        """The element below, by keys and indexes that are known to exist."""
        source, loc = self.source, self
        for token in tokens:
            key = (loc, token)
            found = source.parts.get(key)
            loc = found if found is not None else source.parts.setdefault(key, Loc(source, loc.document, loc.node[token], whole=loc, token=token))
        return loc

    def where(self, *tokens: str | int) -> Ref:
        """Where an element below is, or would be."""
        return Ref(self.document.uri, "/".join((self.pointer, *(escape(str(token)) for token in tokens))))

    @property
    def name(self) -> str:
        """The component's name where this is a component, else ''."""
        match = _COMPONENT.match(self.pointer)
        return match.group(1) if match else ""


def ref_of(node: dict[str, Any]) -> str | None:
    """What a schema refers to: its `$ref`, else its `$dynamicRef`, which is followed to the anchor that stands in the document."""
    ref = node.get("$ref")
    if not isinstance(ref, str):
        ref = node.get("$dynamicRef")
    return ref if isinstance(ref, str) else None


def takes_null(node: dict[str, Any], *, modern: bool) -> bool:
    """Does a schema say beside its type that null is accepted?

    `nullable` ended with 3.1, and before it is nothing beside a reference; the extension `x-nullable` means the same in every version, and there too.
    """
    return node.get("x-nullable") is True or (not modern and node.get("nullable") is True and "$ref" not in node)


def _by_identity(ref: str, loc: Loc, ids: dict[str, str]) -> str:
    """A reference as it is meant below a schema with an `$id`: relative to that; as it stands where this leads nowhere (JSON Schema 2020-12, 8.2.1)."""
    home, pointer = max(((home, pointer) for home, pointer in ids.items() if _below(loc.pointer, pointer)), key=lambda each: len(each[1]), default=("", ""))
    if not pointer:
        return ref
    if ref.startswith(("#/", "#")) and ref[1:2] in ("", "/"):
        try:
            loc.document.node(pointer + unquote(ref[1:]))
        except KeyError:
            return ref
        return f"#{quote(pointer)}{ref[1:]}"
    whole = urljoin(home, ref)
    return whole if whole.partition("#")[0] in ids else ref


def _below(pointer: str, home: str) -> bool:
    return pointer == home or pointer.startswith(f"{home}/")


Conj: TypeAlias = tuple[Loc, ...]
"""A value satisfies a Conj when it satisfies every element; the empty one is satisfied by everything."""

ANY: Final[Conj] = ()
_COMPONENT: Final = re.compile(r"^/(?:components/[^/]+|definitions|\$defs)/([^/]+)$")


class Source:
    """One side of a comparison: a spec and its interned places. `version` is the OpenAPI version of the entry document.

    Threads may share it: `reading` is held while normal forms are read, and `unread` holds those that are not finished.
    """

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.version = spec.version
        self.modern = spec.version not in ("2.0", "3.0")
        self.parts: dict[tuple[Loc, str | int], Loc] = {}
        self._places: dict[tuple[str, str], Loc] = {}
        self.reading = RLock()
        self.unread: dict[Loc, Shape] = {}

    @property
    def root(self) -> Loc:
        """The entry document."""
        return self.at(self.spec.entry, "")

    def at(self, document: Document, pointer: str) -> Loc:
        """Intern a place that exists."""
        key = (document.uri, pointer)
        found = self._places.get(key)
        if found is None:
            found = self._places.setdefault((document.uri, ""), Loc(self, document, document.tree))
            for token in tokens(pointer):
                found = found.child(int(token) if type(found.node) is list else token)
            self._places[key] = found
        return found

    def made(self, near: Loc, tag: str, node: Any) -> Loc:
        """Intern an element that stands in no document (for example the object that form parameters amount to), near a real one."""
        key = (near.document.uri, f"{near.pointer}\x00{tag}")
        found = self._places.get(key)
        return found if found is not None else self._places.setdefault(key, Loc(self, near.document, node, pointer=near.pointer))

    def follow(self, loc: Loc) -> Loc:
        """Resolve a lone `$ref`, to the end of the chain. Raises RefUnresolved."""
        node = loc.node
        if isinstance(node, dict) and (ref := ref_of(node)) is not None:
            if self.modern and (ids := named(loc.document, "$id")):
                ref = _by_identity(ref, loc, ids)
            target = self.spec.resolve(ref, loc.document)
            return self.at(target.document, target.pointer)
        return loc
