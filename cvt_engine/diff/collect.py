"""Gathering facts with the places they show up in."""

from __future__ import annotations

from collections import deque
from typing import Final, TypeAlias

from msgspec import Struct, field

from cvt_engine.change import Act, Change, Direction, Ref
from cvt_engine.diff.annotations import changes
from cvt_engine.finding import Place
from cvt_engine.operations import read
from cvt_engine.operations.security import Requirement
from cvt_engine.schema import xml
from cvt_engine.schema.acquit import Acquittal
from cvt_engine.schema.compat import Comparer
from cvt_engine.schema.inherited import CHOSEN
from cvt_engine.schema.loc import Conj, Loc
from cvt_engine.schema.node import Mode, Near, Node
from cvt_engine.schema.witness import TOLD

DEEPEST: Final = 200
"""Steps from a place to a difference that are told; the way to a deeper one is left out."""
Parents: TypeAlias = dict[int, list[tuple[str, Node]]]
"""The pairs that lead to a pair, each with the step."""
Steps: TypeAlias = tuple[str, "Steps"] | None
"""A way, its first step first; ways share their ends."""
SAME_VALUE = (CHOSEN, "{with ")
"""How steps begin that lead to another schema of the same value."""


class Scope(Struct, frozen=True):
    """Where the walk is: the operation's title, the part of it, and who sends what is described there."""

    operation: str
    part: str = ""
    side: Direction = Direction.REQUEST

    def inside(self, part: str, side: Direction | None = None) -> Scope:
        """A part of this scope, optionally seen in another direction."""
        return Scope(self.operation, f"{self.part} > {part}" if self.part else part, side or self.side)


class Origin(Struct, frozen=True):
    """Where a schema fact comes from: its pair, the pair at the place it was reached from, and the way between the two."""

    node: Node
    root: Node
    way: tuple[str, ...]


class Door(Struct, frozen=True):
    """One difference between what two security elements demand; `held` is a requirement that is no longer enough."""

    act: Act
    held: str
    before: str
    after: str
    traits: frozenset[str] = frozenset()


class Collector(Struct):
    """All facts of one comparison, each with its places. Facts of schemas are placed by `settle` when all roots are known.

    `doors` holds the differences of pairs of security elements that were compared, for clients that send these parameters anyway.
    """

    comparer: Comparer
    schemes_same: bool = False
    facts: dict[Change, dict[Place, None]] = field(default_factory=dict)
    origins: dict[Change, Origin] = field(default_factory=dict)
    doors: dict[tuple[Loc | None, Loc | None, Requirement], list[Door]] = field(default_factory=dict)
    _roots: dict[int, tuple[Node, list[Scope]]] = field(default_factory=dict)

    def add(
        self,
        scope: Scope,
        aspect: str,
        act: Act,
        sites: tuple[Loc | Ref | None, Loc | Ref | None],
        *,
        subject: str = "",
        before: str | None = None,
        after: str | None = None,
        traits: frozenset[str] | set[str] = frozenset(),
    ) -> None:
        """Record one fact at a place."""
        base, revision = (site.ref if isinstance(site, Loc) else site for site in sites)
        change = Change(aspect, act, scope.side, base, revision, subject, before, after, frozenset(traits))
        self.facts.setdefault(change, {})[Place(scope.operation, scope.part)] = None

    def unreadable(self, scope: Scope, sites: tuple[Loc | Ref | None, Loc | Ref | None], ref: str) -> None:
        """Record that two parts cannot be compared because a reference leads nowhere on one side."""
        self.add(scope, "unreadable", Act.CHANGED, sites, subject=ref)

    def broken(self, scope: Scope, homes: tuple[Loc | None, Loc | None]) -> set[str]:
        """The members of two maps that cannot be compared, in lower case; those that are broken in different ways are recorded."""
        old, new = read.broken(homes[0]), read.broken(homes[1])
        for name in dict.fromkeys((*old, *new)):
            if old.get(name) != new.get(name):
                sites = tuple(home.where(name) if home else None for home in homes)
                self.unreadable(scope.inside(name), (sites[0], sites[1]), new.get(name, old.get(name, "")))
        return {name.lower() for name in (*old, *new)}

    def same(self, base: Loc, revision: Loc) -> bool:
        """Surely no difference at or below these places."""
        return self.comparer.same(base, revision)

    def schemas(self, scope: Scope, base: Conj, revision: Conj, near: tuple[Ref | None, Ref | None], mode: Mode) -> None:
        """Compare two schemas that stand at a place, their values sent as `mode` says; their facts are collected by `settle`."""
        self._root(scope, self.comparer.compare(base, revision, mode, near=Near(*near)))
        if mode.xml and (found := xml.difference((base, revision), mode, Near(*near), (_called(base), _called(revision)))):
            self._root(scope, found)

    def _root(self, scope: Scope, node: Node) -> None:
        if node.facts or node.children or any(changes(node)):
            self._roots.setdefault(id(node), (node, []))[1].append(scope)

    def settle(self) -> None:
        """Give every schema fact the places from which its pair is reached, by the shortest way."""
        parents, homes = self._reachable()
        acquittal = Acquittal([node for node, _ in self._roots.values()], self.comparer)
        for node, home in homes:
            beside = tuple(changes(node))
            facts = tuple(change for change in acquittal.left(node) if change.aspect != "default" or self._may_be_absent(node, parents))
            if facts or beside:
                ways = self._ways(node, parents) or [(scope, home, ("…",)) for scope in self._roots[id(home)][1]]
                places = dict.fromkeys(Place(scope.operation, _part(scope, way)) for scope, _, way in ways)
                for change in (*facts, *beside):
                    self.facts.setdefault(change, {}).update(places)
                for change in (*facts, *(change for change in beside if change.aspect in TOLD)):
                    self.origins.setdefault(change, Origin(node, *ways[0][1:]))

    def _may_be_absent(self, node: Node, parents: Parents) -> bool:
        """May the value be left out, so that its default counts? Items and members under free names are there or are none."""
        return id(node) in self._roots or not all(_free_place(segment) for segment, _ in parents.get(id(node), ()))

    def _reachable(self) -> tuple[Parents, list[tuple[Node, Node]]]:
        """What leads to each pair, and each pair with a root that it is reached from."""
        parents: Parents = {}
        stack = [(node, node) for node, _ in self._roots.values()]
        nodes, seen = list(stack), {id(node) for node, _ in stack}
        while stack:
            node, home = stack.pop()
            for segment, child in node.children:
                parents.setdefault(id(child), []).append((segment, node))
                if id(child) not in seen:
                    seen.add(id(child))
                    nodes.append((child, home))
                    stack.append((child, home))
        return parents, nodes

    def _ways(self, start: Node, parents: Parents) -> list[tuple[Scope, Node, tuple[str, ...]]]:
        found: list[tuple[Scope, Node, tuple[str, ...]]] = []
        queue: deque[tuple[Node, Steps, int]] = deque([(start, None, 0)])
        seen = {id(start)}
        while queue:
            node, way, length = queue.popleft()
            if id(node) in self._roots:
                steps = _listed(way)
                found += [(scope, node, steps) for scope in self._roots[id(node)][1]]
            for segment, parent in parents.get(id(node), ()) if length < DEEPEST else ():
                if id(parent) not in seen:
                    seen.add(id(parent))
                    queue.append((parent, (segment, way), length + 1))
        return found


def _listed(way: Steps) -> tuple[str, ...]:
    found = []
    while way is not None:
        segment, way = way
        found.append(segment)
    return tuple(found)


def _free_place(segment: str) -> bool:
    return segment.startswith(("[", "{")) and not segment.startswith(SAME_VALUE)


def _part(scope: Scope, way: tuple[str, ...]) -> str:
    path = ""
    for segment in way:
        path += segment if segment.startswith("[") else f".{segment}" if path else segment
    return f"{scope.part} > {path}" if path else scope.part


def _called(schema: Conj) -> str:
    """The name of the one component that a schema is."""
    return schema[0].name if len(schema) == 1 else ""
