"""Forms: how each field is written, and what stands for bytes."""

from __future__ import annotations

from typing import Final, NamedTuple

from cvt_engine.change import Act, Direction
from cvt_engine.diff import parameters
from cvt_engine.diff.collect import Collector, Scope
from cvt_engine.operations.model import Media
from cvt_engine.operations.read import STYLES, child, header, media_name, members
from cvt_engine.schema.loc import Conj, Loc
from cvt_engine.schema.opaque import is_bytes
from cvt_engine.schema.read import shape_of
from cvt_engine.schema.shape import Shape

FORMS: Final = ("application/x-www-form-urlencoded", "multipart/")
TEXT: Final = "text/plain"
BINARY: Final = "application/octet-stream"


def ranges_of(name: str) -> tuple[str, ...]:
    """A media type and every range that it falls under, the narrowest first."""
    plain = name.split(";", 1)[0]
    return (name, plain, f"{plain.split('/', 1)[0]}/*", "*/*")


def compare(collector: Collector, scope: Scope, old: Media, new: Media) -> None:
    """Compare how the fields of a form are written."""
    for name in _properties(old.schema):
        before, after = old.encoding.get(name), new.encoding.get(name)
        if name not in _properties(new.schema):
            continue
        first, second = _encoding(before, old, name), _encoding(after, new, name)
        alike = is_bytes(_properties(old.schema)[name]) and is_bytes(_properties(new.schema)[name])
        told = before or after or ({*first.kinds, *second.kinds} <= {TEXT, BINARY} and not alike)
        if told and not (second.takes(first) if scope.side is Direction.REQUEST else first.takes(second)):
            sites = (before or old.loc, after or new.loc)
            collector.add(scope.inside(name), "encoding", Act.CHANGED, sites, subject=name, before=first.text, after=second.text)
        _headers(collector, scope.inside(name), before, after)


def _properties(schema: Conj) -> dict[str, Conj]:
    return shape_of(schema).props


class _Encoding(NamedTuple):
    """How a field may be written: its media types, and its style where that makes a difference."""

    kinds: tuple[str, ...]
    style: str

    @property
    def text(self) -> str:
        """In words."""
        return ", ".join((*self.kinds, *([self.style] if self.style else ())))

    def takes(self, other: _Encoding) -> bool:
        """Is every way of the other one also a way of this one?"""
        return self.style == other.style and all(not set(self.kinds).isdisjoint(ranges_of(kind)) for kind in other.kinds)


def _encoding(loc: Loc | None, media: Media, name: str) -> _Encoding:
    node = loc.node if loc is not None else {}
    shape = shape_of(_properties(media.schema).get(name, ()))
    kind = next(iter(shape.types)) if len(shape.types) == 1 else "string"
    kinds = str(node.get("contentType", _default_type(shape))).split(",")
    style = ""
    if "style" in node or "explode" in node:
        named = str(node.get("style", STYLES["query"]))
        explode = node.get("explode", named == "form")
        if kind in ("array", "object") and (named, explode) != ("form", True):
            style = f"{named}{', exploded' if explode else ''}"
    return _Encoding(tuple(media_name(text) for text in kinds if text.strip()), style)


def _default_type(shape: Shape) -> str:
    """The media type of a field that names none (OpenAPI, Encoding Object, `contentType`)."""
    if shape.types == {"array"} and not shape.prefix:
        shape = shape_of(shape.items)
    if shape.types == {"object"}:
        return "application/json"
    return BINARY if "binary" in shape.formats or shape.contents else TEXT


def is_raw(name: str) -> bool:
    """Is a body of this media type a sequence of bytes to which a schema says nothing?"""
    return not (name.startswith((*FORMS, "text/")) or "json" in name or "xml" in name or "yaml" in name or "*" in name)


def _headers(collector: Collector, scope: Scope, before: Loc | None, after: Loc | None) -> None:
    old = {name.lower(): header(name, loc) for name, loc in members(child(before, "headers"))} if before else {}
    new = {name.lower(): header(name, loc) for name, loc in members(child(after, "headers"))} if after else {}
    home = before or after
    if home is not None:
        parameters.compare_headers(collector, scope, old, new, ((before or home).ref, (after or home).ref))
