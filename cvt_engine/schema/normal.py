"""Rewriting of one alternative of one JSON type, after everything is merged: equal ways of saying the same thing become one."""

from __future__ import annotations

from typing import Any

from cvt_engine.schema.loc import ANY, Conj
from cvt_engine.schema.meet import declared
from cvt_engine.schema.negated import without_negated
from cvt_engine.schema.read import shape_of
from cvt_engine.schema.scalars import allowed, holds, whole
from cvt_engine.schema.shape import Contains, Shape, closed
from cvt_engine.schema.values import SCALARS, Value


def of_type(shape: Shape, kind: str) -> Shape | None:
    """What a shape says of one JSON type; None when it accepts no value of it."""
    refused = shape.nots
    if refused:
        bounded = without_negated(_without_idle_nots(shape, kind), kind)
        if bounded is None:
            return None
        shape = bounded
    if shape.enum is None:
        typed = shape if len(shape.types) == 1 else shape.copy(types=frozenset({kind}))
    else:
        values = tuple(value for value in shape.enum if value[0] == kind and _kept(shape, value, refused))
        if not values:
            return None
        if shape.formats:
            values = tuple(value for value in values if allowed(shape, value)) or values  # where no value has the format, the list is meant
        typed = shape.copy(types=frozenset({kind}), enum=values)
    return plain(typed, kind)


def _kept(shape: Shape, value: Value, refused: tuple[Conj, ...]) -> bool:
    if value[0] in SCALARS and not holds(shape, value):
        return False
    return not any(value in (shape_of(schema).enum or ()) for schema in refused if _only_lists(schema))


def _only_lists(schema: Conj) -> bool:
    return all(isinstance(loc.node, dict) and loc.node.keys() <= {"enum", "const", "title", "description"} for loc in schema)


def _without_idle_nots(shape: Shape, kind: str) -> Shape:
    """Forbidding values that the type does not have anyway says nothing."""
    kept = tuple(schema for schema in shape.nots if _may_be(shape_of(schema), kind))
    if shape.enum is not None:
        kept = tuple(schema for schema in kept if not _only_lists(schema))
    return shape if len(kept) == len(shape.nots) else shape.copy(nots=kept)


def _may_be(shape: Shape, kind: str) -> bool:
    return kind in shape.types and (shape.enum is None or any(value[0] == kind for value in shape.enum))


def plain(shape: Shape, kind: str) -> Shape | None:
    """The simplest equal form of an alternative of one type; None when nothing satisfies it."""
    match kind:
        case "boolean" if shape.enum is not None and len(shape.enum) == 2:
            return shape.copy(enum=None)
        case "number" if shape.enum is None:
            return _number(shape)
        case "array":
            return _array(shape)
        case "object":
            return _object(shape)
        case _:
            return shape


def _number(shape: Shape) -> Shape:
    if not shape.integer and any(_is_whole(step) for step in shape.multiples):
        shape = shape.copy(integer=True)
    if not shape.integer:
        return shape
    low, high = whole(shape.minimum, up=True), whole(shape.maximum, up=False)
    if low is not None and high is not None and low.value == high.value:
        return shape.copy(enum=(("number", low.value),)) if holds(shape, ("number", low.value)) else shape
    if (low, high) == (shape.minimum, shape.maximum) and 1 not in shape.multiples:
        return shape
    return shape.copy(minimum=low, maximum=high, multiples=shape.multiples - {1})


def _is_whole(step: float) -> bool:
    return step == step and abs(step) != float("inf") and step == int(step)


def _array(shape: Shape) -> Shape:
    changes: dict[str, Any] = {}
    most = shape.max_items
    if closed(shape.items):
        length = len(shape.prefix)
        most = length if most is None else min(length, most)
        changes["items"] = ()
    for item in shape.contains:
        if not item.schema:
            changes["min_items"] = max(changes.get("min_items", shape.min_items), item.least)
            most = item.most if most is None or (item.most is not None and item.most < most) else most
    binding = tuple(item for item in shape.contains if item.schema and _binds(item))
    if len(binding) != len(shape.contains):
        changes["contains"] = binding
    if most != shape.max_items:
        changes["max_items"] = most
    if shape.unique and most is not None and most <= 1:
        changes["unique"] = False
    return shape.copy(**changes) if changes else shape


def _binds(item: Contains) -> bool:
    return item.least > 0 or item.most is not None


def _object(shape: Shape) -> Shape | None:
    if shape.names:
        shape = _named(shape)
    if any(_never(declared(shape, name)) for name in shape.required):
        return None
    changes: dict[str, Any] = {}
    if shape.min_props and shape.min_props <= len(shape.required):
        changes["min_props"] = 0
    if shape.max_props is not None and closed(shape.additional) and not shape.pattern_props and shape.max_props >= len(shape.props):
        changes["max_props"] = None
    return shape.copy(**changes) if changes else shape


def _never(schema: Conj) -> bool:
    """Surely nothing satisfies it."""
    if len(schema) == 1 and schema[0].node is not False:
        return False
    found = shape_of(schema)
    return bool(schema) and not found.or_null and (not found.types or found.enum == ())


def _named(shape: Shape) -> Shape:
    """propertyNames with listed names closes the object to all others; one that every name satisfies says nothing."""
    if not shape_of(shape.names).typed:
        near = shape.names[0]
        shape = shape.copy(names=(*shape.names, near.source.made(near, "a name", {"type": "string"})))
    rule = shape_of(shape.names)
    if rule.groups or rule.nots or rule.conditions or rule.or_null:
        return shape
    if rule.enum is not None and not rule.patterns and not rule.formats:
        allowed = [content for kind, content in rule.enum if kind == "string"]
        near = shape.names[0]
        nothing = (near.source.made(near, "false", False),)
        props = {name: found for name in allowed if not closed(found := declared(shape, name))}
        return shape.copy(names=ANY, props=props, pattern_props={}, additional=nothing, additional_said=True)
    said = rule.min_length or rule.max_length is not None or rule.patterns or rule.formats or rule.contents
    return shape if said or "string" not in rule.types else shape.copy(names=ANY)
