"""Objects: properties, what is required, and the names that are not declared."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Final

from cvt_engine.change import Act, Change, Direction, Ref
from cvt_engine.schema import xml
from cvt_engine.schema.loc import ANY, Conj
from cvt_engine.schema.meet import declared
from cvt_engine.schema.names import matching
from cvt_engine.schema.node import EVERY, NARROWS, NEITHER, WIDENS, Effect, Near, Node
from cvt_engine.schema.read import shape_of
from cvt_engine.schema.regex import matches, runnable
from cvt_engine.schema.scalars import Difference, lengths
from cvt_engine.schema.shape import Shape, closed, join
from cvt_engine.schema.values import TYPES

if TYPE_CHECKING:
    from cvt_engine.schema.compat import Comparer


def compare(comparer: Comparer, node: Node, base: Shape, revision: Shape) -> None:
    """Compare two object alternatives."""
    base, revision = _names_closed(base, revision), _names_closed(revision, base)
    names = dict.fromkeys((*base.props, *base.required, *revision.props, *revision.required))
    for name in names:
        if not _untouched(comparer, base, revision, name):
            _property(comparer, node, base, revision, name)
            if node.mode.strict and node.own == EVERY:
                return
    _pattern_properties(comparer, node, base, revision)
    _additional(comparer, node, base, revision)
    _names(comparer, node, base, revision)
    for item in lengths(base, revision, ("min_props", "minProperties"), ("max_props", "maxProperties")):
        if not (item.keyword == "minProperties" and _implied_count(base, revision)):
            comparer.report(node, item, base, revision)
    _dependent(comparer, node, base, revision)


def _names_closed(shape: Shape, other: Shape) -> Shape:
    """`propertyNames` with one pattern beside a closed `patternProperties` of the other side: told in the words of that side."""
    if not shape.names or other.names or not other.pattern_props or not closed(other.additional) or shape.pattern_props:
        return shape
    pattern = _only_pattern(shape_of(shape.names))
    if not pattern or (shape.props and shape.additional):
        return shape
    near = shape.names[0]
    nothing = (near.source.made(near, "false", False),)
    props = {name: schema for name, schema in shape.props.items() if matches(pattern, name)}
    return shape.copy(names=ANY, props=props, pattern_props={pattern: shape.additional}, additional=nothing, additional_said=True)


def _only_pattern(rule: Shape) -> str:
    """The pattern that says all that a schema says of texts; '' where there is none."""
    said = rule.where.keys() - {"type"}
    if "string" not in rule.types or rule.groups or rule.broken:
        return ""
    pattern = ""
    if said == {"pattern"} and len(rule.patterns) == 1:
        pattern = next(iter(rule.patterns))
    elif said and said <= {"minLength", "maxLength"}:
        pattern = f"^[\\s\\S]{{{rule.min_length},{'' if rule.max_length is None else rule.max_length}}}$"
    return pattern if runnable(pattern) else ""


def _implied_count(base: Shape, revision: Shape) -> bool:
    return max(base.min_props, revision.min_props) <= min(len(base.required), len(revision.required))


NOWHERE: Final = Near(None, None)
"""Bare set inclusion asks whether, not where."""


class _Member:
    """One side's view of a property."""

    def __init__(self, shape: Shape, name: str, side: Direction) -> None:
        self.schema: Conj = declared(shape, name)
        known = name in shape.props or name in shape.required or any(matches(pattern, name) for pattern in shape.pattern_props) or name in _sometimes(shape)
        hidden = known and name in shape.props and _hidden(shape.props[name], side)
        self.known = known and not hidden
        self.hidden = hidden
        self.required = name in shape.required and not hidden
        self.closed = closed(self.schema)
        self.forbidden = self.closed and name in shape.props


def _says_nothing(shape: Shape, name: str) -> bool:
    """Is the property only let through, by the schema `true`?"""
    return any(isinstance(loc.node, dict) and isinstance(props := loc.node.get("properties"), dict) and props.get(name) is True for loc in shape.locs)


def _sometimes(shape: Shape) -> set[str]:
    """The properties that a condition speaks of: they are not unheard of."""
    if not (shape.conditions or shape.dependent or shape.dependent_schemas):
        return set()
    schemas = [schema for item in shape.conditions for schema in (item.test, item.then, item.otherwise)]
    found = {name for names in shape.dependent.values() for name in names}
    for part in map(shape_of, (*schemas, *shape.dependent_schemas.values())):
        found |= part.props.keys() | part.required.keys()
    return found


def _hidden(schema: Conj, side: Direction) -> bool:
    """readOnly does not bind requests, writeOnly does not bind responses."""
    shape = shape_of(schema)
    match side:
        case Direction.REQUEST:
            return shape.read_only
        case Direction.RESPONSE:
            return shape.write_only
        case Direction.NONE:
            return False


def _near(base: Shape, revision: Shape, name: str) -> Near:
    """Where the property stands, or would stand, on each side."""
    return Near(_member_ref(base, name), _member_ref(revision, name))


def _member_ref(shape: Shape, name: str) -> Ref | None:
    if schema := shape.props.get(name):
        home = shape.where.get("properties")
        for loc in shape.locs:
            if isinstance(loc.node, dict) and isinstance(found := loc.node.get("properties"), dict) and name in found:
                home = loc
                break
        if home is not None and isinstance(home.node, dict) and name in (home.node.get("properties") or {}):
            return home.where("properties", name)
        return schema[0].ref
    if demand := shape.required.get(name):
        return demand.where("required")
    home = shape.where.get("properties") or (shape.locs[0] if shape.locs else None)
    return home.where("properties", name) if home else None


def _property(comparer: Comparer, node: Node, base: Shape, revision: Shape, name: str) -> None:
    side = node.mode.side
    old, new = _Member(base, name, side), _Member(revision, name, side)
    if (not old.known and not new.known) or (old.closed and new.closed):
        return
    near = NOWHERE if node.mode.strict else _near(base, revision, name)
    if old.forbidden or (old.known and (new.known or new.forbidden)):
        comparer.child(node, name, old.schema, new.schema, near)
        if node.mode.xml and (found := xml.difference((old.schema, new.schema), node.mode, near, (name, name))):
            node.children.append((name, found))
        if old.required != new.required:
            act = Act.ADDED if new.required else Act.REMOVED
            traits = _default_trait(new.schema) if new.required else frozenset()
            _emit(node, "required", act, name, near, traits, NARROWS if new.required else WIDENS)
    elif not (old.schema or old.required or new.closed) and _says_nothing(base, name):
        comparer.child(node, name, ANY, new.schema, near)
    elif old.known:
        _removed(comparer, node, old, new, name, near)
    else:
        _added(comparer, node, old, new, name, near)


def _untouched(comparer: Comparer, base: Shape, revision: Shape, name: str) -> bool:
    old, new = base.props.get(name), revision.props.get(name)
    if old is None or new is None or (name in base.required) != (name in revision.required):
        return False
    return comparer.equal(old, new)


def _removed(comparer: Comparer, node: Node, old: _Member, new: _Member, name: str, near: Near) -> None:
    traits = {"required" if old.required else "optional"}
    what = WIDENS if old.required else NEITHER
    if new.closed:
        traits.add("closed")
        what = what.plus(NARROWS)
    elif new.schema:
        comparer.child(node, name, old.schema, new.schema, near)
    elif node.mode.strict and _says_type(old.schema):
        what = what.plus(WIDENS)
    elif node.mode.strict:
        comparer.child(node, name, old.schema, ANY, near)
    if new.hidden:
        traits.add("hidden")
    if old.schema and shape_of(old.schema).deprecated:
        traits.add("deprecated")
    _emit(node, "property", Act.REMOVED, name, near, frozenset(traits), what)


def _added(comparer: Comparer, node: Node, old: _Member, new: _Member, name: str, near: Near) -> None:
    traits = {"required" if new.required else "optional"} | _default_trait(new.schema)
    what = NARROWS if new.required else NEITHER
    if old.closed:
        traits.add("closed")
        what = what.plus(WIDENS)
    elif old.schema:
        comparer.child(node, name, old.schema, new.schema, near)
    elif node.mode.strict and _says_type(new.schema):
        what = what.plus(NARROWS)
    elif node.mode.strict:
        comparer.child(node, name, ANY, new.schema, near)
    _emit(node, "property", Act.ADDED, name, near, frozenset(traits), what)


def _says_type(schema: Conj) -> bool:
    """Does it surely refuse some value?"""
    shape = shape_of(schema)
    return shape.types != TYPES and not shape.or_null


def _default_trait(schema: Conj) -> frozenset[str]:
    return frozenset({"has-default"}) if schema and shape_of(schema).default is not None else frozenset()


def _emit(node: Node, aspect: str, act: Act, name: str, near: Near, traits: frozenset[str], what: Effect) -> None:
    if node.mode.strict:
        node.own = node.own.plus(what)
    else:
        node.emit(Change(aspect, act, node.mode.side, near.base, near.revision, subject=name, traits=traits), what)


def _pattern_properties(comparer: Comparer, node: Node, base: Shape, revision: Shape) -> None:
    for pattern, other in _pattern_pairs(base, revision):
        old = base.pattern_props.get(pattern)
        new = revision.pattern_props.get(other)
        near = Near(_pattern_ref(base, pattern), _pattern_ref(revision, other))
        if old is not None and new is not None:
            comparer.child(node, f"{{{pattern}}}", old, new, near)
            continue
        before, after = old if old is not None else _of_names(base, pattern), new if new is not None else _of_names(revision, pattern)
        what = _breadth(before, after)
        if what is None:
            comparer.child(node, f"{{{pattern}}}", before, after, near)
        elif what != NEITHER:
            act = Act.NARROWED if what == NARROWS else Act.WIDENED
            _emit(node, "pattern-property", act, pattern, near, frozenset(), what)


def _pattern_pairs(base: Shape, revision: Shape) -> Iterator[tuple[str, str]]:
    """Each pattern with the one of the other side that matches the same names, or with itself."""
    left = [pattern for pattern in revision.pattern_props if pattern not in base.pattern_props]
    for pattern in base.pattern_props:
        if pattern in revision.pattern_props:
            yield pattern, pattern
            continue
        mine = matching(pattern)
        twin = next((other for other in left[:8] if mine.equals(matching(other))), pattern)
        yield pattern, twin
        if twin != pattern:
            left.remove(twin)
    yield from ((pattern, pattern) for pattern in left)


def _of_names(shape: Shape, pattern: str) -> Conj:
    """What a shape demands of properties whose names match a pattern that it does not have."""
    names, found = matching(pattern), ANY
    covering = [schema for other, schema in islice(shape.pattern_props.items(), 8) if names.within(matching(other))]
    for schema in covering:
        found = join(found, schema)
    return found if covering else shape.additional


def _pattern_ref(shape: Shape, pattern: str) -> Ref | None:
    home = shape.where.get("patternProperties") or (shape.locs[0] if shape.locs else None)
    return home.where("patternProperties", pattern) if home else None


def _breadth(before: Conj, after: Conj) -> Effect | None:
    """What a change between `false`, anything and a real schema does; None when both are real schemas."""
    levels = [0 if closed(schema) else 2 if _takes_anything(schema) else 1 for schema in (before, after)]
    if levels[0] == levels[1]:
        return None if levels[0] == 1 else NEITHER
    return NARROWS if levels[1] < levels[0] else WIDENS


def _takes_anything(schema: Conj) -> bool:
    """Does it surely accept every value?"""
    if not schema:
        return True
    found = shape_of(schema)
    return found.types == TYPES and found.where.keys() <= {"type"} and not (found.groups or found.required or found.broken)


def _additional(comparer: Comparer, node: Node, base: Shape, revision: Shape) -> None:
    what = _breadth(base.additional, revision.additional)
    near = Near(_at(base, "additionalProperties"), _at(revision, "additionalProperties"))
    if what is None:
        comparer.child(node, "{*}", base.additional, revision.additional, near)
    elif what != NEITHER:
        act = Act.NARROWED if what == NARROWS else Act.WIDENED
        texts = (_openness(base.additional), _openness(revision.additional))
        comparer.report(node, Difference("additional-properties", "additionalProperties", act, *texts), base, revision, what=what)


def _openness(schema: Conj) -> str:
    return "not allowed" if closed(schema) else "with a schema" if schema else "any"


def _at(shape: Shape, keyword: str) -> Ref | None:
    home = shape.where.get(keyword)
    return home.where(keyword) if home else shape.locs[0].ref if shape.locs else None


def _names(comparer: Comparer, node: Node, base: Shape, revision: Shape) -> None:
    if bool(base.names) == bool(revision.names):
        comparer.child(node, "{name}", base.names, revision.names, Near(_at(base, "propertyNames"), _at(revision, "propertyNames")))
        return
    act = Act.NARROWED if revision.names else Act.WIDENED
    comparer.report(node, Difference("property-names", "propertyNames", act, None, None), base, revision)


def _dependent(comparer: Comparer, node: Node, base: Shape, revision: Shape) -> None:
    for name in dict.fromkeys((*base.dependent, *revision.dependent)):
        old, new = base.dependent.get(name, frozenset()), revision.dependent.get(name, frozenset())
        old, new = old - base.required.keys(), new - revision.required.keys()
        if more := new - old - base.required.keys():
            item = Difference("dependent-required", "dependentRequired", Act.NARROWED, _names_text(old), _names_text(new), f"{name}: {_names_text(more)}")
            comparer.report(node, item, base, revision)
        if less := old - new - revision.required.keys():
            item = Difference("dependent-required", "dependentRequired", Act.WIDENED, _names_text(old), _names_text(new), f"{name}: {_names_text(less)}")
            comparer.report(node, item, base, revision)
    for name in dict.fromkeys((*base.dependent_schemas, *revision.dependent_schemas)):
        before, after = base.dependent_schemas.get(name, ANY), revision.dependent_schemas.get(name, ANY)
        if bool(before) == bool(after):
            near = Near(_at(base, "dependentSchemas"), _at(revision, "dependentSchemas"))
            comparer.child(node, f"{{with {name}}}", before, after, near)
        else:
            act = Act.NARROWED if after else Act.WIDENED
            comparer.report(node, Difference("dependent-schemas", "dependentSchemas", act, None, None, name), base, revision)


def _names_text(names: frozenset[str]) -> str:
    return ", ".join(sorted(names))
