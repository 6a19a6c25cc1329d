"""Request bodies."""

from __future__ import annotations

from cvt_engine.change import Act
from cvt_engine.diff import media
from cvt_engine.diff.collect import Collector, Scope
from cvt_engine.operations.model import Operation


def compare(collector: Collector, scope: Scope, old: Operation, new: Operation) -> None:
    """Compare the request bodies of an operation."""
    before, after = old.body, new.body
    place = scope.inside("request body")
    if before is None and after is None:
        return
    if before is None or after is None:
        if after is not None:
            traits = {"required" if after.required else "optional"}
            collector.add(place, "body", Act.ADDED, (old.loc, after.loc), traits=traits)
        elif before is not None:
            collector.add(place, "body", Act.REMOVED, (before.loc, new.loc))
        return
    if before.required != after.required:
        act = Act.ADDED if after.required else Act.REMOVED
        collector.add(place, "body-required", act, (before.loc.where("required"), after.loc.where("required")))
    media.compare(collector, place, before.media, after.media, (before.loc.where("content"), after.loc.where("content")))
