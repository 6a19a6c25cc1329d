"""OpenAPI 2.0: body and form parameters become a request body, `produces` and `consumes` become media types."""

from __future__ import annotations

from typing import Any, Final

from cvt_engine.operations.model import FORM, Body, Media, Parameter, Parts
from cvt_engine.schema.loc import ANY, Conj, Loc
from cvt_engine.schema.read import schema_at

COLLECTIONS: Final = {
    "csv": ("simple", False),
    "ssv": ("spaceDelimited", False),
    "tsv": ("tabDelimited", False),
    "pipes": ("pipeDelimited", False),
    "multi": ("form", True),
}
DEFAULT_MEDIA: Final = "application/json"
MULTIPART: Final = "multipart/form-data"


def parameter(name: str, place: str, loc: Loc) -> Parameter:
    """A path, query or header parameter, or a response header: the element is its own schema."""
    style, explode = COLLECTIONS.get(str(loc.node.get("collectionFormat", "csv")), ("simple", False))
    if place == "query" and style == "simple":
        style = "form"
    required = loc.node.get("required") is True or place == "path"
    empty = loc.node.get("allowEmptyValue") is True
    return Parameter(name, place, loc, required=required, schema=(loc,), style=style, explode=explode, inner=_inner(loc), empty=empty)


def _inner(loc: Loc) -> str:
    """How the lists within a list are joined, the outer ones first; '' where all are joined by commas."""
    found: list[str] = []
    node = loc.node.get("items")
    while isinstance(node, dict) and node.get("type") == "array":
        found.append(str(node.get("collectionFormat", "csv")))
        node = node.get("items")
    return ", ".join(found) if set(found) - {"csv"} else ""


def body(raw: list[Loc], operation: Loc) -> Body | None:
    """The request body that body or form parameters amount to."""
    for loc in reversed(raw):
        if loc.node.get("in") == "body":
            schema = schema_at(loc.child("schema")) if isinstance(loc.node.get("schema"), dict) else ANY
            return Body(loc, loc.node.get("required") is True, _media(operation, ("consumes", DEFAULT_MEDIA), loc, schema))
    fields = {loc.node["name"]: loc for loc in raw if loc.node.get("in") == "formData" and isinstance(loc.node.get("name"), str)}
    if not fields:
        return None
    required = [name for name, loc in fields.items() if loc.node.get("required") is True]
    files = any(loc.node.get("type") == "file" for loc in fields.values())
    home = operation.source.made(operation, "form", {"type": "object", "properties": {name: loc.node for name, loc in fields.items()}, "required": required})
    listing = ("consumes", MULTIPART if files else FORM)
    encoding = {name: found for name, loc in fields.items() if (found := _encoding(operation, name, loc)) is not None}
    return Body(operation, bool(required), _media(operation, listing, operation, (home,), encoding))


def _encoding(operation: Loc, name: str, field: Loc) -> Loc | None:
    """How a list is written, as an encoding object; None where it is written as 3.x does by default."""
    style, explode = COLLECTIONS.get(str(field.node.get("collectionFormat", "csv")), COLLECTIONS["csv"])
    inner = _inner(field)
    if field.node.get("type") != "array" or (explode and not inner):
        return None
    said = {"style": "form" if style == "simple" else style, "explode": explode, "inner": inner}
    return operation.source.made(operation, f"encoding {name}", said)


def response(loc: Loc, operation: Loc) -> Parts:
    """Headers and bodies of one response."""
    headers = loc.node.get("headers")
    found = {
        name.lower(): parameter(name, "header", loc.child("headers", name))
        for name, node in (headers.items() if isinstance(headers, dict) else ())
        if isinstance(node, dict) and name.lower() != "content-type"
    }
    media: dict[str, Media] = {}
    if isinstance(loc.node.get("schema"), dict):
        media = _media(operation, ("produces", DEFAULT_MEDIA), loc, schema_at(loc.child("schema")))
    return found, media


def _media(operation: Loc, listing: tuple[str, str], loc: Loc, schema: Conj, encoding: dict[str, Loc] | None = None) -> dict[str, Media]:
    """A body in each of its media types; `listing` is the keyword that lists them, and the one there is where it is not there."""
    from cvt_engine.operations.read import media_name

    keyword, default = listing
    own, everywhere = (_listed(home.node, keyword) for home in (operation, operation.source.root))
    places = (operation.where(keyword),) if own is not None else (operation.where(keyword), operation.source.root.where(keyword))
    names = (own if own is not None else everywhere) or [default]
    return {media_name(name): Media(name, loc, schema, encoding=encoding or {}, listed=places) for name in names}


def _listed(node: Any, keyword: str) -> list[str] | None:
    found = node.get(keyword) if isinstance(node, dict) else None
    return [name.lower() for name in found if isinstance(name, str)] if isinstance(found, list) else None
