"""Media types: ranges cover their members, and the schema behind each."""

from __future__ import annotations

from cvt_engine.change import Act, Ref
from cvt_engine.diff import parameters
from cvt_engine.diff.collect import Collector, Scope
from cvt_engine.operations.model import Media
from cvt_engine.operations.read import STYLES, child, members
from cvt_engine.schema.loc import ANY, Conj, Loc
from cvt_engine.schema.read import shape_of

Content = dict[str, Media]
FORMS = ("application/x-www-form-urlencoded", "multipart/")
XML = ("/xml", "+xml")
"""Elements and attributes hold text, whatever the type is called."""


def covering(name: str, content: Content) -> Media | None:
    """The entry that a concrete media type falls under: itself, `type/*`, or `*/*`."""
    plain = name.split(";", 1)[0]
    main = plain.split("/", 1)[0]
    for candidate in (name, plain, f"{main}/*", "*/*"):
        if candidate in content:
            return content[candidate]
    return None


def compare(collector: Collector, scope: Scope, old: Content, new: Content, home: tuple[Ref, Ref]) -> None:
    """Compare two content maps."""
    for name, media in old.items():
        other = covering(name, new)
        place = scope.inside(media.name)
        if other is None:
            traits = {"range"} if "*" in name and any(covering(found, {name: media}) for found in new) else set()
            collector.add(place, "media-type", Act.REMOVED, (media.loc, home[1]), subject=media.name, traits=traits)
        else:
            _one(collector, place, name, (media, other))
    for name, media in new.items():
        if covering(name, old) is None:
            collector.add(scope.inside(media.name), "media-type", Act.ADDED, (home[0], media.loc), subject=media.name)
        elif name not in old and "*" not in name:
            before = covering(name, old)
            if before is not None and covering(before.name.lower(), new) is None:
                _one(collector, scope.inside(media.name), name, (before, media))


def _one(collector: Collector, scope: Scope, name: str, pair: tuple[Media, Media]) -> None:
    old, new = pair
    if collector.same(old.loc, new.loc):
        return
    near = (old.loc.where("schema"), new.loc.where("schema"))
    if (old.items is None) == (new.items is None) or not (_items(old) and _items(new)):
        collector.schemas(scope, old.schema, new.schema, near, text=name.endswith(XML), form=name.startswith(FORMS))
    if old.items is not None or new.items is not None:
        collector.schemas(scope.inside("[]"), _items(old), _items(new), (old.loc.where("itemSchema"), new.loc.where("itemSchema")))
    if name.startswith(FORMS):
        _encodings(collector, scope, old, new)


def _items(media: Media) -> Conj:
    """The schema of each item of a stream: `itemSchema`, or the items of an array that the whole is described as."""
    if media.items is not None:
        return media.items
    shape = shape_of(media.schema)
    return shape.items if shape.types == {"array"} and not shape.prefix else ANY


def _encodings(collector: Collector, scope: Scope, old: Media, new: Media) -> None:
    for name in _properties(old.schema):
        before, after = old.encoding.get(name), new.encoding.get(name)
        if name not in _properties(new.schema):
            continue
        first, second = _encoding(before, old, name), _encoding(after, new, name)
        if first != second and (before or after or {first, second} <= {"text/plain", "application/octet-stream"}):
            sites = (before or old.loc, after or new.loc)
            collector.add(scope.inside(name), "encoding", Act.CHANGED, sites, subject=name, before=first, after=second)
        _headers(collector, scope.inside(name), before, after)


def _properties(schema: Conj) -> dict[str, Conj]:
    return shape_of(schema).props


def _encoding(loc: Loc | None, media: Media, name: str) -> str:
    node = loc.node if loc is not None else {}
    shape = shape_of(_properties(media.schema).get(name, ()))
    kind = next(iter(shape.types)) if len(shape.types) == 1 else "string"
    default = "application/json" if kind == "object" else "application/octet-stream" if "binary" in shape.formats else "text/plain"
    text = str(node.get("contentType", default)).lower()
    if "style" in node or "explode" in node:
        style = str(node.get("style", STYLES["query"]))
        explode = node.get("explode", style == "form")
        if kind in ("array", "object") and (style, explode) != ("form", True):
            text += f", {style}{', exploded' if explode else ''}"
    return text


def _headers(collector: Collector, scope: Scope, before: Loc | None, after: Loc | None) -> None:
    from cvt_engine.operations.read import header

    old = {name.lower(): header(name, loc) for name, loc in members(child(before, "headers"))} if before else {}
    new = {name.lower(): header(name, loc) for name, loc in members(child(after, "headers"))} if after else {}
    home = before or after
    if home is not None:
        parameters.compare_headers(collector, scope, old, new, ((before or home).ref, (after or home).ref))
