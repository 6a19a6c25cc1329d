"""Request bodies."""

from __future__ import annotations

from cvt_engine.change import Act
from cvt_engine.diff import media
from cvt_engine.diff.collect import Collector, Scope
from cvt_engine.operations.model import Body, Operation
from cvt_engine.operations.read import OLD, lost, part, raw_lists
from cvt_engine.schema.read import shape_of


def compare(collector: Collector, scope: Scope, old: Operation, new: Operation) -> None:
    """Compare the request bodies of an operation."""
    before, after = old.body, new.body
    place = scope.inside("request body")
    if before is None and after is None:
        return
    if before is None or after is None:
        absent = new if after is None else old
        if missing := lost(part(absent.loc, "requestBody"), *(raw_lists(absent) if absent.dialect is OLD else ())):
            collector.unreadable(place, (before.loc if before else old.loc, after.loc if after else new.loc), missing)
            return
        if after is not None:
            traits = {"required" if after.required else "optional"}
            collector.add(place, "body", Act.ADDED, (old.loc, after.loc), traits=traits)
        elif before is not None:
            collector.add(place, "body", Act.REMOVED, (before.loc, new.loc))
        return
    if before.required != after.required and not (after.loc is new.loc and _required(after) > _required(before)):  # a form of 2.0 with a new required field
        act = Act.ADDED if after.required else Act.REMOVED
        collector.add(place, "body-required", act, (before.loc.where("required"), after.loc.where("required")))
    media.compare(collector, place, before.media, after.media, (before.loc.where("content"), after.loc.where("content")))


def _required(body: Body) -> set[str]:
    return {name for media in body.media.values() for name in shape_of(media.schema).required}
