"""Media types: ranges cover their members, and the schema behind each."""

from __future__ import annotations

from cvt_engine.change import Act, Ref
from cvt_engine.diff import encodings
from cvt_engine.diff.collect import Collector, Scope
from cvt_engine.operations.model import XML, Media
from cvt_engine.operations.read import ranges_of
from cvt_engine.schema.loc import ANY, Conj
from cvt_engine.schema.node import Mode
from cvt_engine.schema.opaque import is_bytes
from cvt_engine.schema.read import shape_of

Content = dict[str, Media]
TEXTS = (*XML, "text/plain")
"""Elements, attributes and plain text hold text, whatever the type is called."""


def covering(name: str, content: Content) -> Media | None:
    """The entry that a concrete media type falls under: itself, `type/*`, or `*/*`."""
    return next((content[candidate] for candidate in ranges_of(name) if candidate in content), None)


def compare(collector: Collector, scope: Scope, old: Content, new: Content, home: tuple[Ref, Ref]) -> None:
    """Compare two content maps."""
    lists = _listed(old, new)
    for name, media in old.items():
        other = covering(name, new)
        place = scope.inside(media.name)
        if other is None:
            traits = {"range"} if "*" in name and any(covering(found, {name: media}) for found in new) else set()
            collector.add(place, "media-type", Act.REMOVED, lists or (media.loc, home[1]), subject=media.name, traits=traits)
        else:
            _one(collector, place, name, (media, other))
    for name, media in new.items():
        if covering(name, old) is None:
            collector.add(scope.inside(media.name), "media-type", Act.ADDED, lists or (home[0], media.loc), subject=media.name)
        elif name not in old and "*" not in name:
            before = covering(name, old)
            if before is not None and ("*" in before.name or covering(before.name.lower(), new) is None):
                _one(collector, scope.inside(media.name), name, (before, media))


def _listed(old: Content, new: Content) -> tuple[Ref, Ref] | None:
    """Where both sides list media types for many bodies at once: one list that changes is one cause."""
    first, second = (next((media.listed for media in side.values()), ()) for side in (old, new))
    place = -1 if len(first) == len(second) else 0
    return (first[place], second[place]) if first and second else None


def _one(collector: Collector, scope: Scope, name: str, pair: tuple[Media, Media]) -> None:
    old, new = pair
    if collector.same(old.loc, new.loc):
        return
    near = (old.loc.where("schema"), new.loc.where("schema"))
    if encodings.is_raw(name) and is_bytes(old.schema) and is_bytes(new.schema):
        return
    mode = Mode(scope.side, text=name.endswith(TEXTS), form=name.startswith(encodings.FORMS), xml=name.endswith(XML))
    if (old.items is None) == (new.items is None) or not (_items(old) and _items(new)):
        collector.schemas(scope, old.schema, new.schema, near, mode)
    if old.items is not None or new.items is not None:
        sites = (old.loc.where("itemSchema"), new.loc.where("itemSchema"))
        collector.schemas(scope.inside("[]"), _items(old), _items(new), sites, Mode(scope.side))
    if name.startswith(encodings.FORMS):
        encodings.compare(collector, scope, old, new)


def _items(media: Media) -> Conj:
    """The schema of each item of a stream: `itemSchema`, or the items of an array that the whole is described as."""
    if media.items is not None:
        return media.items
    shape = shape_of(media.schema)
    return shape.items if shape.types == {"array"} and not shape.prefix else ANY
