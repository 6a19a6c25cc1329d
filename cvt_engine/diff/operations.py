"""One operation on both sides."""

from __future__ import annotations

from cvt_engine.change import Act, Direction
from cvt_engine.diff import about, bodies, lifecycle, parameters, responses, security, servers
from cvt_engine.diff.collect import Collector, Scope
from cvt_engine.operations.model import Operation
from cvt_engine.operations.read import OLD, methods, operation, part
from cvt_engine.schema.loc import Loc


def compare(collector: Collector, scope: Scope, old: Operation, new: Operation, *, inbound: bool = True) -> None:
    """Compare two operations. `inbound` is false for callbacks and webhooks, where the API is the one that calls."""
    asked = Direction.REQUEST if inbound else Direction.RESPONSE
    request = Scope(scope.operation, scope.part, asked)
    if differ(collector, (old.item, new.item), "parameters") or differ(collector, (old.loc, new.loc), "parameters") or old.path != new.path:
        parameters.compare(collector, request, old, new)
    if old.dialect is not new.dialect or old.dialect is OLD or differ(collector, (old.loc, new.loc), "requestBody"):
        bodies.compare(collector, request, old, new)
    if old.dialect is not new.dialect or old.dialect is OLD or differ(collector, (old.loc, new.loc), "responses"):
        responses.compare(collector, Scope(scope.operation, scope.part, asked.turned), old, new)
    if inbound:
        security.compare(collector, request, old, new)
        if differ(collector, (old.loc, new.loc), "callbacks"):
            _callbacks(collector, scope, old, new)
        servers.compare_own(collector, Scope(scope.operation, "servers", Direction.NONE), old, new)
    _about(collector, Scope(scope.operation, scope.part, Direction.NONE), old, new)


def differ(collector: Collector, homes: tuple[Loc, Loc], keyword: str) -> bool:
    """May anything at or below this part be different?"""
    there = [keyword in home.node for home in homes]
    return not collector.same(homes[0].child(keyword), homes[1].child(keyword)) if there == [True, True] else any(there)


def removed(collector: Collector, scope: Scope, loc: Loc, near: Loc | None) -> None:
    """An operation that the revision no longer has."""
    neutral = Scope(scope.operation, scope.part, Direction.NONE)
    home = near or loc.source.root
    collector.add(neutral, "operation", Act.REMOVED, (loc, loc.ref if near is None else home), traits=lifecycle.traits_of(loc))


def reversed_items(collector: Collector, scope: Scope, items: tuple[Loc, Loc], kind: str) -> None:
    """Path items of callbacks and webhooks: the API calls, the client answers."""
    before, after = dict(methods(items[0])), dict(methods(items[1]))
    for method, loc in before.items():
        place = Scope(scope.operation, scope.part) if scope.part else Scope(f"{scope.operation} {method}")
        if method in after:
            old, new = operation(method, "", items[0], loc), operation(method, "", items[1], after[method])
            compare(collector, place, old, new, inbound=False)
        else:
            collector.add(Scope(place.operation, place.part, Direction.NONE), kind, Act.REMOVED, (loc, items[1]), subject=method)
    for method, loc in after.items():
        if method not in before:
            collector.add(Scope(scope.operation, scope.part, Direction.NONE), kind, Act.ADDED, (items[0], loc), subject=method)


def _callbacks(collector: Collector, scope: Scope, old: Operation, new: Operation) -> None:
    twins = _renamed(old, new)
    unknown = collector.broken(scope, (part(old.loc, "callbacks"), part(new.loc, "callbacks")))
    for key, item in old.callbacks.items():
        place = scope.inside(f"callback {key[0]}")
        if twins.get(key, key) in new.callbacks:
            reversed_items(collector, place, (item, new.callbacks[twins.get(key, key)]), "callback")
        elif key[0].lower() not in unknown:
            collector.add(Scope(place.operation, place.part, Direction.NONE), "callback", Act.REMOVED, (item, new.loc), subject=" ".join(key))
    for key, item in new.callbacks.items():
        if key not in old.callbacks and key not in twins.values() and key[0].lower() not in unknown:
            collector.add(Scope(scope.operation, scope.part, Direction.NONE), "callback", Act.ADDED, (old.loc, item), subject=" ".join(key))


def _renamed(old: Operation, new: Operation) -> dict[tuple[str, str], tuple[str, str]]:
    """Callbacks by their keys of both sides where only the name changed: it is not on the wire, the address is."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for key in old.callbacks:
        others = [other for other in new.callbacks if other not in old.callbacks and other[1] == key[1] and other not in found.values()]
        if key not in new.callbacks and others:
            found[key] = others[0]
    return found


def _about(collector: Collector, scope: Scope, old: Operation, new: Operation) -> None:
    if old.deprecated != new.deprecated:
        act = Act.ADDED if new.deprecated else Act.REMOVED
        collector.add(scope, "operation-deprecated", act, (old.loc.where("deprecated"), new.loc.where("deprecated")), traits=lifecycle.traits_of(new.loc))
    lifecycle.compare(collector, scope, old.loc, new.loc)
    about.compare_tags(collector, scope, old.loc, new.loc)
    before, after = old.loc.node.get("operationId"), new.loc.node.get("operationId")
    if before != after and (before or after):
        sites = (old.loc.where("operationId"), new.loc.where("operationId"))
        collector.add(scope, "operation-id", Act.CHANGED, sites, before=str(before) if before else None, after=str(after) if after else None)
