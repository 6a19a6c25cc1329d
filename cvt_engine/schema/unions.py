"""Unions matched by meaning, and the keywords that apply other schemas to the same value: `not`, `if`, discriminators."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from cvt_engine.change import Act, Direction
from cvt_engine.schema import inherited, overlap
from cvt_engine.schema.loc import ANY, Conj
from cvt_engine.schema.node import EVERY, NARROWS, NEITHER, WIDENS, Effect, Mode, Node
from cvt_engine.schema.read import shape_of
from cvt_engine.schema.scalars import Difference
from cvt_engine.schema.shape import Condition, Discriminator, Shape
from cvt_engine.schema.tags import aligned, told_apart
from cvt_engine.schema.values import show, thaw

if TYPE_CHECKING:
    from cvt_engine.schema.compat import Comparer

Shapes = list[Shape]
CLOSE: Final = 2
"""Alternatives with at most this many differences of their own are taken for the same thing, changed."""
MANY: Final = 2_500
"""Pairs of conditions, or of schemas beside `not`, up to which each is compared with each."""
Item = TypeVar("Item")


def compare(comparer: Comparer, node: Node, kind: str, base: Shapes, revision: Shapes) -> None:
    """Compare the alternatives of one type."""
    if len(base) == len(revision) == 1:
        comparer.pair(node, kind, base[0], revision[0])
        return
    if kind == "number":
        base, revision = _as_numbers(base, revision), _as_numbers(revision, base)
    if kind == "object":
        base, revision = aligned(base, revision)
        overlap.compare(comparer, node, kind, base, revision)
    twins = _twins(base, revision)
    for old, other in twins:
        _pair(comparer, node, kind, old, other)
    paired = {id(shape) for pair in twins for shape in pair}
    bare = node.mode._replace(strict=True)
    gone, come = _emptied(node, base, revision)
    paired |= {id(shape) for shape in (*gone, *come)}
    lost = [shape for shape in base if id(shape) not in paired and not _fits(comparer, bare, kind, shape, revision, NARROWS)]
    new = [shape for shape in revision if id(shape) not in paired and not _fits(comparer, bare, kind, shape, base, WIDENS)]
    for old, other in _partners(lost, new, base, revision):
        _pair(comparer, node, kind, old, other)
        lost = [shape for shape in lost if shape is not old]
        new = [shape for shape in new if shape is not other]
    lost = [shape for shape in lost if not _fits(comparer, node.mode, kind, shape, revision, NARROWS)]
    new = [shape for shape in new if not _fits(comparer, node.mode, kind, shape, base, WIDENS)]
    if node.mode.side is Direction.RESPONSE:
        changed = [old for old in base if not any(_same(comparer, node, kind, (old, other)) for other in revision)] if new else []
        new = [shape for shape in new if not _explained(comparer, node, kind, [(old, shape) for old in changed])]
    else:
        changed = [other for other in revision if not any(_same(comparer, node, kind, (old, other)) for old in base)] if lost else []
        lost = [shape for shape in lost if not _explained(comparer, node, kind, [(shape, other) for other in changed])]
    if len(lost) == len(new) == 1 and not told_apart(lost[0], new[0]):
        _pair(comparer, node, kind, lost.pop(), new.pop())
    if lost or new or gone or come:
        _report(comparer, node, (base, [*gone, *lost]), (revision, [*come, *new]))


def _pair(comparer: Comparer, node: Node, kind: str, old: Shape, new: Shape) -> None:
    comparer.pair(node, kind, old, new)
    if kind == "number":
        comparer.wholeness(node, old, new)


def _as_numbers(shapes: Shapes, others: Shapes) -> Shapes:
    """Whole numbers as any others, where all of one side and not all of the other are whole: that is told of the type."""
    told = all(shape.integer for shape in shapes) and not all(shape.integer for shape in others) and all(shape.enum is None for shape in (*shapes, *others))
    return [shape.copy(integer=False) for shape in shapes] if told else shapes


def _emptied(node: Node, base: Shapes, revision: Shapes) -> tuple[Shapes, Shapes]:
    """Of each side, the alternatives that a discriminator calls on both, and that take nothing on the other: no open one stands in for them."""
    sides = node_shapes(node)
    if not all(side.discriminators and side.groups for side in sides):
        return [], []
    return _without_twin(base, revision, sides[1]), _without_twin(revision, base, sides[0])


def _without_twin(shapes: Shapes, others: Shapes, side: Shape) -> Shapes:
    """Those whose component the other side's union lists, though none of its alternatives is that component."""
    listed = {loc.name for group in side.groups for branch in group.branches for loc in branch if loc.name}
    left = listed.difference(*map(_named, others))
    return [shape for shape in shapes if not left.isdisjoint(_named(shape))]


def _named(shape: Shape) -> frozenset[str]:
    return frozenset(loc.name for loc in shape.locs if loc.name)


def _explained(comparer: Comparer, node: Node, kind: str, pairs: list[tuple[Shape, Shape]]) -> bool:
    """Report the differences to the closest alternative of the other side, if one is close enough to be the same thing changed."""
    scores = [(comparer.distance(kind, old, new, node.mode), index) for index, (old, new) in enumerate(pairs) if not told_apart(old, new)]
    distance, index = min(scores, default=(CLOSE + 1, 0))
    if distance > CLOSE:
        return False
    _pair(comparer, node, kind, *pairs[index])
    return True


def _same(comparer: Comparer, node: Node, kind: str, pair: tuple[Shape, Shape]) -> bool:
    """Is it the same alternative on both sides? Such a one did not become another."""
    alike = pair[0].required.keys() == pair[1].required.keys() and not told_apart(*pair)
    return alike and comparer.free_of(EVERY, kind, pair, node.mode._replace(strict=True))


def _twins(base: Shapes, revision: Shapes) -> list[tuple[Shape, Shape]]:
    """Alternatives that are the same components on both sides, however much these changed."""
    before, after = [_names(shape) for shape in base], [_names(shape) for shape in revision]
    single = [name for name in before if name is not None and before.count(name) == after.count(name) == 1]
    return [(base[before.index(name)], revision[after.index(name)]) for name in single]


def _fits(comparer: Comparer, mode: Mode, kind: str, shape: Shape, others: Shapes, unwanted: Effect) -> bool:
    """Does an alternative lie within one of the other side's?"""
    for other in others:
        pair = (shape, other) if unwanted is NARROWS else (other, shape)
        if not _demands_more(other, shape) and not told_apart(shape, other) and comparer.free_of(unwanted, kind, pair, mode):
            return True
    return False


def _demands_more(outer: Shape, inner: Shape) -> bool:
    """True when `outer` requires a property that `inner` leaves optional: a cheap way to know that inner does not lie within outer."""
    for name in outer.required:
        if name not in inner.required:
            prop = shape_of(outer.props.get(name, ()))
            return not (prop.read_only or prop.write_only)
    return False


def _partners(lost: Shapes, new: Shapes, base: Shapes, revision: Shapes) -> list[tuple[Shape, Shape]]:
    """Alternatives that are the same thing on both sides though changed: by component, title, tag, place, then by their properties."""
    pairs: list[tuple[Shape, Shape]] = []
    left, right = list(lost), list(new)
    for key in (_names, _titles, _tags, _places, _members):
        for shape in list(left):
            mark = key(shape)
            others = [other for other in right if mark and key(other) == mark]
            if len(others) == 1:
                pairs.append((shape, others[0]))
                left.remove(shape)
                right.remove(others[0])
    for shape in left:
        mark = _names(shape)
        pairs += [(shape, other) for other in revision if mark and _names(other) == mark][:1]
    for other in right:
        mark = _names(other)
        pairs += [(shape, other) for shape in base if mark and _names(shape) == mark][:1]
    return pairs


def _names(shape: Shape) -> object:
    return _named(shape) or None


def _titles(shape: Shape) -> object:
    titles = [loc.node.get("title") for loc in shape.locs if isinstance(loc.node, dict)]
    return frozenset(title for title in titles if isinstance(title, str)) or None


def _tags(shape: Shape) -> object:
    """The single-valued properties that tell alternatives apart."""
    found = set()
    for name, schema in shape.props.items():
        listed = shape_of(schema).enum
        if listed is not None and len(listed) == 1:
            found.add((name, listed[0]))
    return frozenset(found) or None


def _places(shape: Shape) -> object:
    return frozenset(loc.ref for loc in shape.locs) or None


def _members(shape: Shape) -> object:
    return frozenset(shape.props) or None


def _report(comparer: Comparer, node: Node, before: tuple[Shapes, Shapes], after: tuple[Shapes, Shapes]) -> None:
    (base, lost), (revision, new) = before, after
    first, second = node_shapes(node)
    texts = _listed(base, node.base), _listed(revision, node.revision)
    if lost:
        item = Difference("alternative", _keyword(first), Act.REMOVED, *texts, _listed(lost, node.base))
        comparer.report(node, item, first, second, what=NARROWS)
    if new:
        item = Difference("alternative", _keyword(second), Act.ADDED, *texts, _listed(new, node.revision))
        comparer.report(node, item, first, second, what=WIDENS)


def node_shapes(node: Node) -> tuple[Shape, Shape]:
    """The whole shapes of a node's two sides."""
    return shape_of(node.base), shape_of(node.revision)


def _keyword(shape: Shape) -> str:
    return shape.groups[0].kind if shape.groups else "type"


def _listed(shapes: Shapes, union: Conj) -> str:
    """Their names. What they all stand in is not the name of one."""
    own = (shape.copy(locs=tuple(loc for loc in shape.locs if loc not in union) or shape.locs) for shape in shapes)
    return ", ".join(dict.fromkeys(map(describe, own)))


def describe(shape: Shape) -> str:
    """A short name for an alternative: its component, its title, its values or its members."""
    for key in (_names, _titles):
        if found := key(shape):
            return " & ".join(sorted(str(name) for name in found))  # type: ignore[attr-defined]
    kind = "integer" if shape.integer and "number" in shape.types else " or ".join(sorted(shape.types))
    if shape.enum:
        return f"{kind} ({', '.join(show(thaw(value), limit=30) for value in shape.enum[:5])})"
    if tags := _tags(shape):
        return f"object with {', '.join(sorted(f'{name} {show(thaw(value), limit=30)}' for name, value in tags))}"  # type: ignore[attr-defined]
    if shape.props:
        return f"object with {', '.join(list(shape.props)[:4])}"
    return kind


def compare_applicators(comparer: Comparer, node: Node, base: Shape, revision: Shape) -> None:
    """Compare `not`, conditionals, discriminators and the unions that were too large to spread."""
    _nots(comparer, node, base, revision)
    _conditions(comparer, node, base, revision)
    if not node.mode.strict:
        compare_discriminators(comparer, node, base, revision)
    if base.groups or revision.groups:
        _opaque(comparer, node, base, revision)


def _nots(comparer: Comparer, node: Node, base: Shape, revision: Shape) -> None:
    old, new = list(base.nots), list(revision.nots)
    if not old and not new:
        return
    narrowed = [schema for schema, others in _candidates(new, old, _written) if not any(comparer.included(other, schema, node.mode)[1] for other in others)]
    widened = [schema for schema, others in _candidates(old, new, _written) if not any(comparer.included(schema, other, node.mode)[0] for other in others)]
    if narrowed or widened:
        act = Act.CHANGED if narrowed and widened else Act.NARROWED if narrowed else Act.WIDENED
        comparer.report(node, Difference("not", "not", act, None, None, proved=False), base, revision)


def _conditions(comparer: Comparer, node: Node, base: Shape, revision: Shape) -> None:
    if not base.conditions and not revision.conditions:
        return
    before, after = _candidates(base.conditions, revision.conditions, _condition_written), _candidates(revision.conditions, base.conditions, _condition_written)
    old = [item for item, others in before if not any(_condition(comparer, node, item, other) == (False, False) for other in others)]
    new = [item for item, others in after if not any(_condition(comparer, node, other, item) == (False, False) for other in others)]
    if len(old) == len(new):
        acts = [_condition(comparer, node, *pair) for pair in zip(old, new, strict=True)]
        narrowed, widened = any(act[0] for act in acts), any(act[1] for act in acts)
    else:
        narrowed, widened = bool(new), bool(old)
    if narrowed or widened:
        act = Act.CHANGED if narrowed and widened else Act.NARROWED if narrowed else Act.WIDENED
        comparer.report(node, Difference("condition", "if", act, None, None, proved=False), base, revision)


def _candidates(items: Sequence[Item], others: Sequence[Item], written: Callable[[Item], object]) -> Iterator[tuple[Item, Sequence[Item]]]:
    """Each item with those that may say the same: all of them, but of many the one at its place and one that is written alike."""
    if len(items) * len(others) <= MANY:
        yield from ((item, others) for item in items)
        return
    alike = {written(other): other for other in others}
    for place, item in enumerate(items):
        twin = alike.get(written(item))
        yield item, (*others[place : place + 1], *(() if twin is None else (twin,)))


def _condition_written(item: Condition) -> tuple[bytes | str, ...]:
    return _written(item.test), _written(item.then), _written(item.otherwise)


def _condition(comparer: Comparer, node: Node, old: Condition, new: Condition) -> tuple[bool, bool]:
    """(may it have become narrower, may it have become wider). What fails the test is free of `then`, what passes it is free of `else`."""
    if bool(old.then) != bool(new.then):
        return True, True
    tests = comparer.included(old.test, new.test, node.mode)
    if old.then:
        then = comparer.included(old.then, new.then, node.mode)
        return not (tests[1] and then[0]), not (tests[0] and then[1])
    otherwise = comparer.included(old.otherwise, new.otherwise, node.mode)
    return not (tests[0] and otherwise[0]), not (tests[1] and otherwise[1])


def compare_discriminators(comparer: Comparer, node: Node, base: Shape, revision: Shape) -> None:
    """Compare how the two sides tell their alternatives apart; a discriminator that comes or goes does not change the values."""
    old, new = base.discriminators[:1], revision.discriminators[:1]
    if not old or not new:
        return
    if old[0].prop != new[0].prop:
        item = Difference("discriminator", "discriminator", Act.CHANGED, old[0].prop, new[0].prop, old[0].prop)
        comparer.report(node, item, base, revision)
        return
    shapes = node_shapes(node)
    before, after = _tagged(old[0], shapes[0]), _tagged(new[0], shapes[1])
    if not shapes[0].groups and not shapes[1].groups and _free(old[0], base) and _free(new[0], revision):
        before, after = _with_heirs(comparer, old[0], node.base, before), _with_heirs(comparer, new[0], node.revision, after)
    if before and after:
        _mapping(comparer, node, (base, before), (revision, after))


Tagged = dict[str, tuple[str, Conj]]
"""Discriminator value -> component name and schema of the alternative that it stands for."""


def _tagged(found: Discriminator, shape: Shape) -> Tagged:
    branches = {loc.name: branch for group in shape.groups for branch in group.branches for loc in branch if loc.name}
    tagged = {key: (name, branches.get(name, ANY)) for key, target in found.mapping if (name := target.rsplit("/", 1)[-1])}
    said = {name for name, _ in tagged.values()}
    for name, branch in branches.items():
        if name not in said and shape_of(shape_of(branch).props.get(found.prop, ())).enum is None:
            tagged.setdefault(name, (name, branch))
    return tagged


def _free(found: Discriminator, shape: Shape) -> bool:
    """Does no list say which values the property may have? A list tells what comes and goes by itself."""
    return shape_of(shape.props.get(found.prop, ANY)).enum is None


def _with_heirs(comparer: Comparer, found: Discriminator, schema: Conj, tagged: Tagged) -> Tagged:
    """With the heirs that no mapping speaks of: their names choose them."""
    return {**{tag: (heir.name, (heir,)) for tag, heir in inherited.tagged(comparer, found, schema).items()}, **tagged}


def _mapping(comparer: Comparer, node: Node, old: tuple[Shape, Tagged], new: tuple[Shape, Tagged]) -> None:
    """Values of the discriminator that came or went for alternatives that lie within one of the other side; other ones are told as alternatives."""
    (base, before), (revision, after) = old, new
    sides = node_shapes(node)
    both = bool(sides[0].groups and sides[1].groups)
    gone = [key for key, item in before.items() if key not in after and (not both or any(_covers(comparer, node, item, other)[0] for other in after.values()))]
    come = [key for key, item in after.items() if key not in before and (not both or any(_covers(comparer, node, other, item)[1] for other in before.values()))]
    swapped = [key for key, item in before.items() if key in after and not _alike(comparer, node, item, after[key]) and _moved(item, after, key)]
    traits: frozenset[str] = frozenset() if both else frozenset({"inherited"})
    for keys, act in ((gone, Act.REMOVED), (come, Act.ADDED), (swapped, Act.CHANGED)):
        if keys:
            text = ", ".join(sorted(keys))
            texts = (None if act is Act.ADDED else text, None if act is Act.REMOVED else text)
            comparer.report(node, Difference("discriminator-value", "discriminator", act, *texts, text), base, revision, what=NEITHER, traits=traits)


def _alike(comparer: Comparer, node: Node, first: tuple[str, Conj], second: tuple[str, Conj]) -> bool:
    """The same alternative: by name, or by meaning."""
    if first[0] == second[0]:
        return True
    return bool(first[1] and second[1]) and comparer.included(first[1], second[1], node.mode) == (True, True)


def _covers(comparer: Comparer, node: Node, first: tuple[str, Conj], second: tuple[str, Conj]) -> tuple[bool, bool]:
    """(the base's alternative within the revision's, the other way round), as the contract sees it: such alternatives are not told as lost or new."""
    if first[0] == second[0]:
        return True, True
    return comparer.included(first[1], second[1], node.mode, strict=False) if first[1] and second[1] else (False, False)


def _moved(item: tuple[str, Conj], after: Tagged, key: str) -> bool:
    """The alternative still exists, under another value."""
    return any(name == item[0] for value, (name, _) in after.items() if value != key)


def _opaque(comparer: Comparer, node: Node, base: Shape, revision: Shape) -> None:
    """Unions beyond the limit: each branch compared with the one that is written alike, else with the one at its place."""
    old, new = base.groups, revision.groups
    if len(old) == len(new) and all(len(first.branches) == len(second.branches) for first, second in zip(old, new, strict=True)):
        pairs = (pair for first, second in zip(old, new, strict=True) for pair in _in_any_order(first.branches, second.branches))
        if all(comparer.included(*pair, node.mode) == (True, True) for pair in pairs):
            return
    comparer.report(node, Difference("alternative", "oneOf", Act.CHANGED, None, None, "many", proved=False), base, revision)


def _in_any_order(base: Sequence[Conj], revision: Sequence[Conj]) -> Iterator[tuple[Conj, Conj]]:
    """Branches in pairs: those of the same component or the same words first, the others as they come."""
    alike: dict[bytes | str, list[int]] = {}
    for place in range(len(revision) - 1, -1, -1):
        alike.setdefault(_written(revision[place]), []).append(place)
    others: list[Conj] = []
    for schema in base:
        if twins := alike.get(_written(schema)):
            yield schema, revision[twins.pop()]
        else:
            others.append(schema)
    yield from zip(others, (revision[place] for place in sorted(place for twins in alike.values() for place in twins)), strict=True)


def _written(schema: Conj) -> bytes | str:
    if not schema:
        return ""
    return schema[-1].name or msgspec.json.encode(schema[-1].node, order="deterministic")
