"""Two descriptions, walked side by side: paths, webhooks, servers, info."""

from __future__ import annotations

from collections.abc import Iterator

from cvt_engine.change import Act, Direction
from cvt_engine.diff import about, addresses, operations, security, servers, shared
from cvt_engine.diff.collect import Collector, Scope
from cvt_engine.diff.same import Sameness
from cvt_engine.operations.read import methods, operation, part, path_items, template
from cvt_engine.operations.security import schemes
from cvt_engine.schema.compat import Comparer
from cvt_engine.schema.loc import Loc, Source
from cvt_engine.schema.texts import spending


def facts(base: Source, revision: Source) -> Collector:
    """Every difference between two descriptions, as facts with places."""
    sameness = Sameness(base, revision)
    if sameness.nothing_changed:
        return Collector(Comparer(sameness.same), schemes_same=True)
    collector = Collector(Comparer(sameness.same), schemes_same=schemes(base) == schemes(revision))
    with spending(collector.comparer.purse):
        _walk(collector, sameness, base, revision)
        collector.settle()
    collector.facts = shared.together(collector.facts)
    if collector.comparer.exhausted:
        collector.add(Scope("", side=Direction.NONE), "comparison", Act.CHANGED, (base.root, revision.root))
    return collector


def _walk(collector: Collector, sameness: Sameness, base: Source, revision: Source) -> None:
    everywhere = _globals_changed(sameness, base, revision) or not collector.schemes_same
    old, new = path_items(base.root), path_items(revision.root)
    unknown = collector.broken(Scope(""), (part(base.root, "paths"), part(revision.root, "paths")))
    old, new = ({path: item for path, item in side.items() if path.lower() not in unknown} for side in (old, new))
    step = servers.moved_into_paths(base, revision) if any(path not in new for path in old) else None
    matched = list(pairs(old, new, step))
    taken = {other for _, other in matched}
    if found := addresses.spelled(old, new, [path for path, other in matched if other is None], [path for path in new if path not in taken]):
        old, new = found
        matched = list(pairs(old, new, step))
    _items(collector, sameness, (old, new), matched, everywhere=everywhere)
    _webhooks(collector, sameness, base, revision)
    if step is None or not step.same_servers or any(path == other for path, other in matched):
        servers.compare(collector, Scope("", "servers", Direction.NONE), base, revision)
    about.compare_info(collector, Scope("", "info", Direction.NONE), base, revision)
    security.compare_schemes(collector, Scope("", "security schemes", Direction.NONE), base, revision)


def _globals_changed(sameness: Sameness, base: Source, revision: Source) -> bool:
    """Is anything different that every operation inherits?"""
    if not sameness.comparable:
        return True
    old, new = base.root.node, revision.root.node
    keys = ("security", "consumes", "produces", "securityDefinitions")
    return any(old.get(key) != new.get(key) for key in keys)


def pairs(old: dict[str, Loc], new: dict[str, Loc], step: servers.Step | None = None) -> Iterator[tuple[str, str | None]]:
    """Match paths: exactly first, then by template with parameter names ignored, then with the part that moved between servers and paths; else None.

    `step` is what moved between the servers and the paths of the whole description, if anything did. Paths with servers of their own may move alone.
    """
    free: dict[object, list[str]] = {}
    alone = any("servers" in item.node for item in (*old.values(), *new.values()))
    for path, item in new.items():
        if path not in old:
            for key in (template(path), servers.whole(path, item)) if alone else (template(path),):
                free.setdefault(key, []).append(path)
    taken: set[str] = set()
    for path, item in old.items():
        if path in new:
            yield path, path
            continue
        moved = [template(step.gained + path.removeprefix(step.lost))] if step and path.startswith(step.lost) else []
        keys: list[object] = [template(path), *moved, *([servers.whole(path, item)] if alone else [])]
        same = next((other for key in keys for other in free.get(key, ()) if other not in taken), None)
        if same is not None:
            taken.add(same)
        yield path, same


def _items(
    collector: Collector, sameness: Sameness, sides: tuple[dict[str, Loc], dict[str, Loc]], pairs: list[tuple[str, str | None]], *, everywhere: bool
) -> None:
    old, new = sides
    matched = set()
    for path, other in pairs:
        if other is None:
            for method, loc in methods(old[path]):
                operations.removed(collector, Scope(f"{method} {path}"), loc, None)
            continue
        matched.add(other)
        if everywhere or path != other or not sameness.same(old[path], new[other]):
            _path_item(collector, (path, other), (old[path], new[other]), everywhere=everywhere)
    for path, item in new.items():
        if path not in matched:
            for method, loc in methods(item):
                collector.add(Scope(f"{method} {path}", side=Direction.NONE), "operation", Act.ADDED, (None, loc))


def _path_item(collector: Collector, names: tuple[str, str], items: tuple[Loc, Loc], *, everywhere: bool) -> None:
    before, after = dict(methods(items[0])), dict(methods(items[1]))
    whole = everywhere or names[0] != names[1] or _shared_part_differs(collector, items)
    for method, loc in before.items():
        scope = Scope(f"{method} {names[1]}")
        if method not in after:
            operations.removed(collector, Scope(f"{method} {names[0]}"), loc, items[1])
            continue
        if not whole and collector.same(loc, after[method]):
            continue
        old = operation(method, names[0], items[0], loc)
        new = operation(method, names[1], items[1], after[method])
        operations.compare(collector, scope, old, new)
    for method, loc in after.items():
        if method not in before:
            collector.add(Scope(f"{method} {names[1]}", side=Direction.NONE), "operation", Act.ADDED, (items[0], loc))


def _shared_part_differs(collector: Collector, items: tuple[Loc, Loc]) -> bool:
    """Is anything different that all operations of the path share?"""
    return any(operations.differ(collector, items, keyword) for keyword in ("parameters", "servers"))


def _webhooks(collector: Collector, sameness: Sameness, base: Source, revision: Source) -> None:
    old, new = path_items(base.root, keyword="webhooks"), path_items(revision.root, keyword="webhooks")
    unknown = collector.broken(Scope("webhooks", side=Direction.RESPONSE), (part(base.root, "webhooks"), part(revision.root, "webhooks")))
    for name, item in old.items():
        if name.lower() in unknown:
            continue
        if name not in new:
            for method, loc in methods(item):
                collector.add(Scope(f"webhook {name} {method}", side=Direction.NONE), "webhook", Act.REMOVED, (loc, revision.root), subject=name)
        elif not sameness.same(item, new[name]):
            operations.reversed_items(collector, Scope(f"webhook {name}"), (item, new[name]), "webhook")
    for name, item in new.items():
        if name not in old and name.lower() not in unknown:
            collector.add(Scope(f"webhook {name}", side=Direction.NONE), "webhook", Act.ADDED, (None, item), subject=name)
