"""Form bodies: `application/x-www-form-urlencoded` and `multipart/form-data` as objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from cvt_engine.operations.model import Media
from cvt_engine.operations.read import media_names, ranges_of
from cvt_engine.operations.read_v2 import COLLECTIONS
from cvt_engine.schema.loc import Conj
from cvt_engine.wire.media import BINARY, content_type, is_json, read_json
from cvt_engine.wire.sent import pairs_of
from cvt_engine.wire.styles import MalformedError, Style, deep, query_text
from cvt_engine.wire.text import kinds_of, listed, many, member, merged

MAX_PARTS: Final = 1_000
_SCALARS: Final = frozenset({"string", "number", "boolean", "null"})


def urlencoded(media: Media, data: bytes) -> dict[str, Any]:
    """The members of an urlencoded form by the schema. Raises MalformedError."""
    fields = pairs_of(data.decode("utf-8", "replace"))
    shape = merged(media.schema)
    found: dict[str, Any] = {}
    nested: dict[str, list[tuple[str, str]]] = {}
    for name, texts in fields.items():
        head, bracket, _ = name.partition("[")
        if bracket and name not in shape.props and head in shape.props:
            nested.setdefault(head, []).extend((name[len(head) :], query_text(text)) for text in texts)
        else:
            found[name] = _field(media, name, member(shape, name), texts)
    for name, pairs in nested.items():
        found.setdefault(name, _nested(shape.props[name], pairs))
    return found


def _nested(schema: Conj, pairs: list[tuple[str, str]]) -> Any:
    """`a[]=1&a[]=2` is an array, `a[b]=1` an object."""
    if {way for way, _ in pairs} == {"[]"}:
        return many(schema, [text for _, text in pairs])
    return deep(schema, pairs)


def _field(media: Media, name: str, schema: Conj, texts: list[str]) -> Any:
    kinds = kinds_of(schema)
    if not kinds & _SCALARS:
        text = query_text(texts[0]).strip()
        if text[:1] in ("{", "[") and len(texts) == 1:
            value, problem = read_json(text.encode("utf-8", "surrogatepass"))
            if not problem:
                return value
        return _style(media, name, schema).read(texts)[0]
    return listed(schema, [query_text(text) for text in texts])


def _style(media: Media, name: str, schema: Conj) -> Style:
    node = encoding.node if (encoding := media.encoding.get(name)) is not None else {}
    style = str(node.get("style", "form"))
    explode = node.get("explode", style == "form") is True
    if media.loc.source.version == "2.0" and schema and isinstance(schema[0].node, dict):
        style, explode = COLLECTIONS.get(str(schema[0].node.get("collectionFormat", "csv")), ("simple", False))
    return Style(name, style, explode=explode, schema=schema, decode=query_text)


class Part(NamedTuple):
    """One part of a multipart body."""

    name: str
    kind: str
    file: bool
    data: bytes


def multipart(media: Media, data: bytes, boundary: str) -> dict[str, Any]:
    """The members of a multipart form by the schema. Raises MalformedError."""
    shape = merged(media.schema)
    fields: dict[str, list[Part]] = {}
    for part in parts_of(data, boundary):
        fields.setdefault(part.name, []).append(part)
    return {name: _member(member(shape, name), parts) for name, parts in fields.items()}


def listed_types(media: Media) -> dict[str, frozenset[str]]:
    """The media types that the encodings of a multipart form list, by field; without those fields that may be of any.

    A list with `application/octet-stream` is one of bytes of any kind: who sends a file says which.
    """
    found = {name: frozenset(kind.partition(";")[0] for kind in media_names(str(loc.node.get("contentType", "")))) for name, loc in media.encoding.items()}
    return {name: kinds for name, kinds in found.items() if kinds and BINARY not in kinds}


def mistyped(types: Mapping[str, frozenset[str]], data: bytes, boundary: str) -> Iterator[tuple[str, str]]:
    """The parts that state a media type which `types` does not list for their field: name and type. Raises MalformedError."""
    for part in parts_of(data, boundary):
        if part.kind and part.name in types and types[part.name].isdisjoint(ranges_of(part.kind)):
            yield part.name, part.kind


def _member(schema: Conj, parts: list[Part]) -> Any:
    kinds = kinds_of(schema)
    if any(is_json(part.kind) for part in parts) or (not kinds & {"string", "array"} and kinds == {"object"}):
        values = [_document(part) for part in parts]
        return values if "array" in kinds and not (len(values) == 1 and isinstance(values[0], list)) else values[-1]
    if any(part.file for part in parts) and "array" in kinds and not kinds & _SCALARS:
        return [part.data.decode("latin-1") for part in parts]
    return listed(schema, [part.data.decode("latin-1" if part.file else "utf-8", "replace") for part in parts])


def _document(part: Part) -> Any:
    value, problem = read_json(part.data)
    if problem:
        raise MalformedError(f"has a part that is no JSON: {problem}")
    return value


def parts_of(data: bytes, boundary: str) -> Iterator[Part]:
    """The parts of a multipart body (RFC 2046). Raises MalformedError."""
    if not boundary:
        raise MalformedError("has no boundary in its Content-Type")
    sections = (b"\r\n" + data).split(b"\r\n--" + boundary.encode("utf-8", "replace"), MAX_PARTS + 1)
    if len(sections) < 3 or not sections[-1].startswith(b"--"):
        raise MalformedError("does not end with its boundary" if len(sections) > 1 else "does not contain its boundary")
    for section in sections[1:-1]:
        head, gap, body = section.partition(b"\r\n\r\n")
        if not gap:
            raise MalformedError("has a part without a blank line behind its headers")
        yield _part(head.decode("utf-8", "replace"), body)


def _part(head: str, body: bytes) -> Part:
    name, kind, file = "", "", False
    for line in head.split("\r\n"):
        key, _, value = line.partition(":")
        if key.strip().lower() == "content-disposition":
            name = _parameter(value, "name") or ""
            file = _parameter(value, "filename") is not None or _parameter(value, "filename*") is not None
        elif key.strip().lower() == "content-type":
            kind = content_type(value).essence
    return Part(name, kind, file or bool(kind and not kind.startswith("text/") and not is_json(kind)), body)


def _parameter(text: str, name: str) -> str | None:
    for part in text.split(";")[1:]:
        key, _, value = part.strip().partition("=")
        if key.strip().lower() == name:
            return value.strip().strip('"')
    return None
