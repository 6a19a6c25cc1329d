"""Is the revision's schema narrower or wider than the base's, and where: facts, found by comparing sets, not spellings."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from cvt_engine.change import Act, Change, Direction, Ref
from cvt_engine.schema import arrays, inherited, objects, overlap, unions
from cvt_engine.schema.canon import Canon, Pool, canon, only_texts, text_canon
from cvt_engine.schema.heirs import Heirs
from cvt_engine.schema.loc import Conj, Loc, Source
from cvt_engine.schema.node import EFFECTS, EVERY, NARROWS, NEITHER, WIDENS, Effect, Mode, Near, Node
from cvt_engine.schema.opaque import is_bytes
from cvt_engine.schema.read import shape_of
from cvt_engine.schema.scalars import Difference, scalar_differences
from cvt_engine.schema.shape import Shape
from cvt_engine.schema.texts import Purse
from cvt_engine.schema.typesets import compare_types
from cvt_engine.schema.values import SCALARS

BUDGET: Final = 400_000
"""Pairs compared in one run before giving up; GitHub's description needs some thousands."""


DEPTH: Final = 12
"""Questions about sets within such questions; deeper ones count as undecided."""


class Comparer:
    """Compares schema pairs, each once. `same` says quickly that two places are equal with everything they refer to. `purse` pays for patterns."""

    def __init__(self, same: Callable[[Loc, Loc], bool]) -> None:
        self.same = same
        self.purse = Purse()
        self._pool = Pool()
        self._depth = 0
        self._gave_up = False
        self._nodes: dict[tuple[object, ...], Node] = {}
        self._pairs: dict[tuple[object, ...], Node] = {}
        self._canon: dict[tuple[Conj, bool], Canon] = {}
        self._queue: deque[Node] = deque()
        self._heirs: dict[Source, Heirs] = {}

    def heirs(self, source: Source) -> Heirs:
        """The heirs of one side's components."""
        return self._heirs.setdefault(source, Heirs(source))

    @property
    def exhausted(self) -> bool:
        """Was anything left out because the descriptions ask for too much work?"""
        return self._gave_up or self._pool.left <= 0 or self.purse.refused

    def compare(self, base: Conj, revision: Conj, mode: Mode, *, near: Near) -> Node:
        """The finished node of a pair; everything below it is finished too."""
        node = self.node(base, revision, mode, near=near)
        self.drain()
        return node

    def node(self, base: Conj, revision: Conj, mode: Mode, *, near: Near) -> Node:
        """The node of a pair, perhaps still queued."""
        key = (base, revision, mode, None if base and revision else near)
        found = self._nodes.get(key)
        if found is None:
            found = self._nodes[key] = Node(base, revision, mode, near)
            found.done = self.equal(base, revision)
        if not found.done:
            self._queue.append(found)
        return found

    def drain(self) -> None:
        """Finish everything queued."""
        while self._queue:
            node = self._queue.popleft()
            if not node.done:
                self._finish(node)

    def equal(self, base: Conj, revision: Conj) -> bool:
        """Surely equal, by content."""
        if len(base) == len(revision) == 1:
            return self.same(base[0], revision[0])
        return len(base) == len(revision) and all(self.same(old, new) for old, new in zip(base, revision, strict=True))

    def child(self, node: Node, segment: str, base: Conj, revision: Conj, near: Near) -> None:
        """Compare a pair below a node."""
        if not (base or revision) or (base and base == revision):
            return
        if (node.mode.form or node.mode.text) and is_bytes(base) and is_bytes(revision):
            return
        below = self.node(base, revision, self._mode_below(node.mode, base, revision), near=near)
        if not below.done or below.facts or below.children or below.own != NEITHER:
            node.children.append((segment, below))

    def _mode_below(self, mode: Mode, base: Conj, revision: Conj) -> Mode:
        if not mode.form:
            return mode
        objects = any("object" in self.alternatives(schema, text=False) and not only_texts(schema) for schema in (base, revision))
        return mode._replace(form=False, text=not objects)

    def pair(self, node: Node, kind: str, base: Shape, revision: Shape) -> None:
        """Compare two alternatives of one type, in place."""
        if base.broken != revision.broken:
            self._unreadable(node, base, revision)
            return
        listed = base.enum is not None or revision.enum is not None
        for difference in scalar_differences(kind, base, revision) if listed or kind in SCALARS else ():
            self.report(node, difference, base, revision)
        if listed and kind not in SCALARS:
            return
        if kind == "object":
            objects.compare(self, node, base, revision)
        elif kind == "array":
            arrays.compare(self, node, base, revision)
        unions.compare_applicators(self, node, base, revision)

    def wholeness(self, node: Node, base: Shape, revision: Shape) -> None:
        """Tell that one of two alternatives takes whole numbers only. Of a whole schema that is told as its type."""
        if base.integer is not revision.integer and base.enum is None and revision.enum is None:
            names = ("integer", "number") if base.integer else ("number", "integer")
            self.report(node, Difference("type", "type", Act.WIDENED if base.integer else Act.NARROWED, *names), base, revision)

    def free_of(self, unwanted: Effect, kind: str, shapes: tuple[Shape, Shape], mode: Mode) -> bool:
        """True when the change from one alternative to the other surely has none of the unwanted effects; nothing is reported."""
        base, revision = shapes
        if base is revision or (base.locs and not base.blend and not revision.blend and self.equal(base.locs, revision.locs)):
            return True
        if self._depth >= DEPTH:
            return False
        key = (kind, base, revision, mode)
        found = self._pairs.get(key)
        with self._aside():
            if found is None:
                found = self._pairs[key] = Node(base.locs, revision.locs, mode, Near(None, None), done=True)
                self.pair(found, kind, base, revision)
                if kind == "number":
                    self.wholeness(found, base, revision)
            return self._free_below(found, unwanted)

    @contextmanager
    def _aside(self) -> Iterator[None]:
        """Answer a question about sets in the middle of a comparison, without touching what that has queued."""
        held, self._queue = self._queue, deque()
        self._depth += 1
        try:
            yield
        finally:
            self._queue = held
            self._depth -= 1

    def distance(self, kind: str, base: Shape, revision: Shape, mode: Mode) -> int:
        """How many differences of their own two alternatives have in the direction that matters."""
        self.free_of(NEITHER, kind, (base, revision), mode)
        found = self._pairs.get((kind, base, revision, mode))
        if found is None:
            return 0
        harmless = WIDENS if mode.side is Direction.REQUEST else NARROWS
        return sum(1 for change in found.facts if EFFECTS[change.act] != harmless) + len(found.children)

    def included(self, inner: Conj, outer: Conj, mode: Mode, *, strict: bool = True) -> tuple[bool, bool]:
        """(base within revision, revision within base) for two schemas, as bare sets unless not `strict`."""
        if self._depth >= DEPTH:
            return False, False
        with self._aside():
            node = self.node(inner, outer, mode._replace(strict=strict), near=Near(None, None))
            return self._free_below(node, NARROWS), self._free_below(node, WIDENS)

    def _free_below(self, start: Node, unwanted: Effect) -> bool:
        """Look through everything reachable, finishing pairs as they are met, until an unwanted effect shows."""
        seen, stack = {id(start)}, [start]
        while stack:
            node = stack.pop()
            if not node.done:
                self._finish(node)
            if (node.own.narrows and unwanted.narrows) or (node.own.widens and unwanted.widens):
                return False
            for _, child in node.children:
                if id(child) not in seen:
                    seen.add(id(child))
                    stack.append(child)
        return True

    def alternatives(self, schema: Conj, *, text: bool) -> Canon:
        """The schema's alternatives by type, cached."""
        key = (schema, text)
        found = self._canon.get(key)
        if found is None:
            found = self._canon[key] = text_canon(schema, self._pool) if text else canon(schema, self._pool)
        return found

    def report(self, node: Node, item: Difference, base: Shape, revision: Shape, *, what: Effect | None = None, traits: frozenset[str] = frozenset()) -> None:
        """Turn one difference into a fact of the node."""
        if node.mode.strict:
            node.own = node.own.plus(EFFECTS[item.act] if what is None else what)
            return
        marks = traits if item.proved else traits | {"unproved"}
        change = Change(
            aspect=item.aspect,
            act=item.act,
            side=node.mode.side,
            base=site(base, item.keyword, node.near.base),
            revision=site(revision, item.keyword, node.near.revision),
            subject=item.subject,
            before=item.before,
            after=item.after,
            traits=marks,
        )
        node.emit(change, EFFECTS[item.act] if what is None else what)

    def _finish(self, node: Node) -> None:
        node.done = True
        if len(self._nodes) > BUDGET:
            self._gave_up, node.own = True, EVERY
            return
        base = self.alternatives(node.base, text=node.mode.text)
        revision = self.alternatives(node.revision, text=node.mode.text)
        shapes = shape_of(node.base), shape_of(node.revision)
        if shapes[0].broken != shapes[1].broken:
            self._unreadable(node, *shapes)
            return
        self._annotations(node, *shapes)
        if not node.mode.strict:
            unions.compare_discriminators(self, node, *shapes)
            overlap.compare_whole(self, node)
            inherited.compare(self, node, *shapes)
        for kind in compare_types(self, node, base, revision, shapes):
            unions.compare(self, node, kind, base[kind], revision[kind])

    def _unreadable(self, node: Node, base: Shape, revision: Shape) -> None:
        names = [ref for ref in dict.fromkeys((*base.broken, *revision.broken)) if (ref in base.broken) != (ref in revision.broken)]
        texts = (", ".join(base.broken) or None, ", ".join(revision.broken) or None)
        self.report(node, Difference("unreadable", "$ref", Act.CHANGED, *texts, ", ".join(names)), base, revision)

    def _annotations(self, node: Node, base: Shape, revision: Shape) -> None:
        if node.mode.strict:
            return
        if base.deprecated != revision.deprecated:
            act = Act.ADDED if revision.deprecated else Act.REMOVED
            self.report(node, Difference("deprecated", "deprecated", act, None, None), base, revision, what=NEITHER)
        if base.default != revision.default:
            act = Act.ADDED if base.default is None else Act.REMOVED if revision.default is None else Act.CHANGED
            texts = (_default(base), _default(revision))
            self.report(node, Difference("default", "default", act, *texts), base, revision, what=NEITHER)


SAME: Final = {"enum": ("const",), "minimum": ("exclusiveMinimum",), "maximum": ("exclusiveMaximum",), "prefixItems": ("items",)}
"""Other keywords that say the same thing."""


def site(shape: Shape, keyword: str, fallback: Ref | None) -> Ref | None:
    """Where a keyword of a shape stands; the schema itself if it is absent, the fallback if there is no schema."""
    if loc := shape.where.get(keyword):
        written = next((name for name in (keyword, *SAME.get(keyword, ())) if isinstance(loc.node, dict) and name in loc.node), "")
        return loc.where(written) if written else loc.ref
    return shape.locs[0].ref if shape.locs else fallback


def _default(shape: Shape) -> str | None:
    from cvt_engine.schema.values import show, thaw

    return None if shape.default is None else show(thaw(shape.default))
