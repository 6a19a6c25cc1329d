"""Forms: how each field is written, and what stands for bytes."""

from __future__ import annotations

from typing import Final, NamedTuple

from cvt_engine.change import Act, Direction
from cvt_engine.diff import parameters
from cvt_engine.diff.collect import Collector, Scope
from cvt_engine.operations.model import Media, Parameter
from cvt_engine.operations.read import STYLES, child, elements, header, media_names, members, ranges_of
from cvt_engine.schema.loc import Conj, Loc
from cvt_engine.schema.meet import item_at
from cvt_engine.schema.opaque import bytes_in, items_of
from cvt_engine.schema.read import shape_of
from cvt_engine.wire.media import BINARY
from cvt_engine.wire.styles import DELIMITERS
from cvt_engine.wire.text import kinds_of

FORMS: Final = ("application/x-www-form-urlencoded", "multipart/")
TEXT: Final = "text/plain"
NESTED: Final = 8
"""Forms within forms looked into."""
_POSITIONAL: Final = frozenset({"prefixEncoding", "itemEncoding"})
_COMPOSED: Final = frozenset({"array", "object"})
_PARTED: Final = _POSITIONAL | {"encoding"}


class _Field(NamedTuple):
    """A part of a form on one side: what is said of its encoding, where, and its schema."""

    said: Loc | None
    home: Loc
    schema: Conj


def compare(collector: Collector, scope: Scope, old: Media, new: Media, depth: int = NESTED) -> None:
    """Compare how the fields of a form, or the parts of a sequence, are written."""
    first, second = {**_fields(old), **_parts(old, new)}, {**_fields(new), **_parts(new, old)}
    for name, before in first.items():
        after = second.get(name)
        if after is not None:
            _field(collector, scope.inside(name), name, (before, after))
            if depth and any(side.said and not _PARTED.isdisjoint(side.said.node) for side in (before, after)):
                compare(collector, scope.inside(name), _whole(before), _whole(after), depth - 1)


def _field(collector: Collector, scope: Scope, name: str, sides: tuple[_Field, _Field]) -> None:
    before, after = sides
    first, second = _encoding(before), _encoding(after)
    alike = bytes_in(before.schema) == bytes_in(after.schema) != ""
    told = before.said or after.said or ({*first.kinds, *second.kinds} <= {TEXT, BINARY} and not alike)
    if told and not (second.takes(first) if scope.side is Direction.REQUEST else first.takes(second)):
        sites = (before.said or before.home, after.said or after.home)
        texts = (_shown(before, first, name), _shown(after, second, name)) if first.kinds == second.kinds else (first.text, second.text)
        collector.add(scope, "encoding", Act.CHANGED, sites, subject=name, before=texts[0], after=texts[1])
    _headers(collector, scope, before.said, after.said)


def _shown(field: _Field, encoding: _Encoding, name: str) -> str:
    """The style of an object or array; one that names none is a list of fields of this name, or a text of its media type."""
    kind = "object" if "object" in kinds_of(field.schema) else "array"
    style = encoding.style or ("form, exploded" if kind == "array" else "")
    return parameters.shown(style, kind, name) if style else encoding.text


def _fields(media: Media) -> dict[str, _Field]:
    return {name: _Field(media.encoding.get(name), media.loc, schema) for name, schema in shape_of(media.schema).props.items()}


def _parts(media: Media, other: Media) -> dict[str, _Field]:
    """The parts of a sequence by position, and the rest of them (3.2); none where neither side says how they are written."""
    if all(_POSITIONAL.isdisjoint(side.loc.node) for side in (media, other)):
        return {}
    shape = shape_of(media.schema)
    listed = [_listed(side.loc, "prefixEncoding") for side in (media, other)]
    rest = child(media.loc, "itemEncoding")
    found = {}
    for index in range(max(map(len, listed))):
        said = listed[0][index] if index < len(listed[0]) else rest
        found[f"[{index}]"] = _Field(said, media.loc, media.items if media.items is not None else item_at(shape, index))
    return {**found, "[]": _Field(rest, media.loc, media.items if media.items is not None else shape.items)}


def _listed(loc: Loc, keyword: str) -> list[Loc]:
    return list(elements(child(loc, keyword)))


def _whole(field: _Field) -> Media:
    """A field that is a form of its own."""
    home = field.said or field.home
    return Media("", home, field.schema, encoding=dict(members(child(home, "encoding"))) if field.said else {})


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


def _encoding(field: _Field) -> _Encoding:
    node = field.said.node if field.said is not None else {}
    kinds = media_names(str(node.get("contentType", _default_type(field.schema))))
    style = ""
    if "style" in node or "explode" in node:
        named = str(node.get("style", STYLES["query"]))
        explode = node.get("explode", named == "form")
        inner = f", lists within {said}" if (said := node.get("inner")) else ""
        if explode and named in DELIMITERS and "object" not in kinds_of(field.schema):
            named = STYLES["query"]
        if not kinds_of(field.schema).isdisjoint(_COMPOSED) and ((named, explode) != ("form", True) or inner):
            style = f"{named}{', exploded' if explode else ''}{inner}"
    return _Encoding(kinds, style)


def _default_type(schema: Conj) -> str:
    """The media type of a field that names none (OpenAPI, Encoding Object, `contentType`)."""
    shape = shape_of(items_of(schema))
    if shape.types == {"object"}:
        return "application/json"
    return BINARY if "binary" in shape.formats or shape.contents else TEXT


def is_raw(name: str) -> bool:
    """Is a body of this media type, or of most in this range, a sequence of bytes to which a schema says nothing?"""
    return not (name.startswith((*FORMS, "text/")) or "json" in name or "xml" in name or "yaml" in name)


def _headers(collector: Collector, scope: Scope, before: Loc | None, after: Loc | None) -> None:
    old, new = _read(before), _read(after)
    home = before or after
    if home is not None:
        parameters.compare_headers(collector, scope, old, new, ((before or home).ref, (after or home).ref))


def _read(said: Loc | None) -> dict[str, Parameter]:
    """The headers of a part; what it holds is said by `contentType` (OpenAPI, Encoding Object, `headers`)."""
    listed = members(child(said, "headers")) if said is not None else ()
    return {name.lower(): header(name, loc) for name, loc in listed if name.lower() != "content-type"}
