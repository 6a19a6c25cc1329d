"""From keywords to the normal form: one small reader per keyword; malformed values count as absent (lint reports them)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Final

from cvt_engine.errors import EngineError
from cvt_engine.schema.loc import ANY, Conj, Loc, ref_of, takes_null
from cvt_engine.schema.meet import meet
from cvt_engine.schema.shape import Bound, Condition, Contains, Discriminator, Group, Shape, join
from cvt_engine.schema.tidy import UNIONS, decided_parts, demanded_alone, plain_dependents, plain_nots, plain_patterns, unwrapped
from cvt_engine.schema.values import TYPES, Value, freeze

Reader = Callable[[Shape, Any, Loc], None]


def shape_of(schema: Conj) -> Shape:
    """The merged normal form of a conjunction."""
    if not schema:
        return Shape()
    shape = own_shape(schema[0])
    for loc in schema[1:]:
        shape = meet(shape, own_shape(loc))
    return shape if shape.locs == schema else shape.copy(locs=schema)


def own_shape(loc: Loc) -> Shape:
    """The normal form of one place with its `$ref` and `allOf` merged in; cached on the place. A schema that contains itself adds nothing."""
    if loc.shape is None:
        with loc.source.reading:
            if (unfinished := loc.source.unread.get(loc)) is not None:
                return unfinished
            _read_upwards(loc)
    return loc.shape or Shape(locs=(loc,))


def _read_upwards(start: Loc) -> None:
    """Read the parts before the whole, without recursion: chains of references may be thousands long."""
    stack, open_ = [start], set()
    while stack:
        loc = stack[-1]
        if loc not in open_ and loc.shape is None:
            open_.add(loc)
            stack += [part for part in _parts(loc) if part.shape is None and part not in open_]
            continue
        stack.pop()
        if loc.shape is None and loc not in loc.source.unread:
            loc.source.unread[loc] = Shape(locs=(loc,))
            try:
                loc.shape = _read(loc)
            finally:
                del loc.source.unread[loc]


def _parts(loc: Loc) -> list[Loc]:
    """The places whose normal forms are merged into that of a place."""
    node = loc.node
    if not isinstance(node, dict):
        return []
    found = list(_joined(loc, node))
    if ref_of(node) is not None:
        with suppress(EngineError):
            found.append((loc.source.follow(loc),))
    called = [schema_at(loc.child(kind, 0)) for kind in UNIONS if "discriminator" in node and isinstance(node.get(kind), list) and len(node[kind]) == 1]
    return [part for schema in (*found, *called, *_unconditional(loc, node)) for part in schema]


def schema_at(loc: Loc) -> Conj:
    """The conjunction for a schema position: `true` and `{}` are ANY, a lone reference is its target, and a part that stands alone is that part."""
    node = loc.node
    if isinstance(node, dict) and len(node) <= 2 and ("allOf" in node or "oneOf" in node or "anyOf" in node):
        loc = unwrapped(loc)
        node = loc.node
    if node is True or node == {}:
        return ANY
    if isinstance(node, dict) and ("$ref" in node or "$dynamicRef" in node) and (len(node) == 1 or not (loc.source.modern or "x-nullable" in node)):
        try:
            target = loc.source.follow(loc)
        except EngineError:
            return (loc,)
        return ANY if target.node is True or target.node == {} else (target,)
    return (loc,)


def _read(loc: Loc) -> Shape:
    node = loc.node
    shape = Shape(locs=(loc,))
    if node is False:
        shape.types = frozenset()
        return shape
    if not isinstance(node, dict):
        return shape
    if ref_of(node) is not None and not loc.source.modern:
        return _nullable(_referred(loc, shape), node, modern=False)
    for keyword, value in node.items():
        if reader := READERS.get(keyword):
            reader(shape, value, loc)
    _tidy(shape)
    if ref_of(node) is not None:
        shape = meet(shape, _referred(loc, Shape(locs=(loc,))))
    for part in _joined(loc, node):
        shape = meet(shape, shape_of(part))
    for inner in _unconditional(loc, node):
        shape = meet(shape, shape_of(inner))
    _inherit(shape)
    shape.locs = (loc,)
    return _nullable(shape, node, modern=loc.source.modern)


def _joined(loc: Loc, node: dict[str, Any]) -> Iterator[Conj]:
    """What is demanded together with the keywords beside it; a union of one branch is that branch."""
    if isinstance(parts := node.get("allOf"), list):
        yield from (schema_at(loc.child("allOf", index)) for index in range(len(parts)))
    yield from (schema_at(loc.child(kind, 0)) for kind in UNIONS if kind in node and _is_alone(node, kind))


def _is_alone(node: dict[str, Any], kind: str) -> bool:
    """Has the union one branch only, which no discriminator calls?"""
    branches = node.get(kind)
    return isinstance(branches, list) and len(branches) == 1 and "discriminator" not in node


def _inherit(shape: Shape) -> None:
    """A union of one branch that a discriminator calls is that branch, with what it says beside the values it accepts."""
    for group in shape.groups:
        if len(group.branches) == 1:
            only = shape_of(group.branches[0])
            shape.default = only.default if shape.default is None else shape.default
            shape.deprecated = shape.deprecated or only.deprecated
            shape.read_only, shape.write_only = shape.read_only or only.read_only, shape.write_only or only.write_only


def _tidy(shape: Shape) -> None:
    if shape.pattern_props:
        plain_patterns(shape)
    if shape.dependent_schemas:
        plain_dependents(shape)
    if shape.nots:
        plain_nots(shape)


def _unconditional(loc: Loc, node: dict[str, Any]) -> list[Conj]:
    """What applies to every value although it stands in a conditional keyword or behind two `not`."""
    found = [schema_at(loc.child(*way)) for way in decided_parts(node) or ()]
    inner = node.get("not")
    if isinstance(inner, dict) and inner.keys() == {"not"} and isinstance(inner["not"], dict | bool):
        found.append(schema_at(loc.child("not", "not")))
    return found


def _referred(loc: Loc, empty: Shape) -> Shape:
    try:
        target = loc.source.follow(loc)
    except EngineError:
        return empty.copy(broken=(ref_of(loc.node) or "",))
    return own_shape(target) if target is not loc else empty


def _nullable(shape: Shape, node: dict[str, Any], *, modern: bool) -> Shape:
    if not takes_null(node, modern=modern):
        return shape
    if isinstance(node.get("type"), str | list) and (modern or "$ref" not in node):
        shape.types |= {"null"}
    elif shape.groups or any(key in node for key in ("allOf", "$ref")):
        shape = shape.copy(or_null=True)
    return shape


def _types(shape: Shape, value: Any, loc: Loc) -> None:
    names = [value] if isinstance(value, str) else [name for name in value if isinstance(name, str)] if isinstance(value, list) else []
    if not names:
        return
    if names == ["file"]:
        names = ["string"]
        shape.formats["binary"] = loc
    shape.typed = True
    shape.where["type"] = loc
    shape.integer = "integer" in names and "number" not in names
    shape.types = frozenset("number" if name == "integer" else name for name in names) & TYPES


def _enum(shape: Shape, value: Any, loc: Loc) -> None:
    if isinstance(value, list):
        shape.enum = _both(shape.enum, tuple(dict.fromkeys(freeze(item) for item in value)))
        shape.where["enum"] = loc


def _const(shape: Shape, value: Any, loc: Loc) -> None:
    shape.enum = _both(shape.enum, (freeze(value),))
    shape.where["enum"] = loc


def _both(old: tuple[Value, ...] | None, new: tuple[Value, ...]) -> tuple[Value, ...]:
    return new if old is None else tuple(item for item in new if item in old)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _bound(attribute: str, plain: str, exclusive: str) -> Reader:
    def read(shape: Shape, _value: Any, loc: Loc) -> None:
        node = loc.node
        limit, strict = node.get(plain), node.get(exclusive)
        found = [Bound(limit, strict is True)] if _number(limit) else []
        if _number(strict):
            found.append(Bound(strict, True))
        if found:
            best = max(found) if attribute == "minimum" else min(found, key=lambda bound: (bound.value, not bound.exclusive))
            setattr(shape, attribute, best)
            shape.where[attribute] = loc

    return read


def _count(attribute: str, keyword: str) -> Reader:
    def read(shape: Shape, value: Any, loc: Loc) -> None:
        if _number(value) and value >= 0:
            setattr(shape, attribute, int(value))
            shape.where[keyword] = loc

    return read


def _named(attribute: str, keyword: str) -> Reader:
    def read(shape: Shape, value: Any, loc: Loc) -> None:
        if isinstance(value, str):
            getattr(shape, attribute)[value] = loc
            shape.where[keyword] = loc

    return read


def _flag(attribute: str, keyword: str) -> Reader:
    def read(shape: Shape, value: Any, loc: Loc) -> None:
        setattr(shape, attribute, value is True)
        shape.where[keyword] = loc

    return read


def _one(attribute: str, keyword: str) -> Reader:
    def read(shape: Shape, value: Any, loc: Loc) -> None:
        if isinstance(value, dict | bool):
            setattr(shape, attribute, schema_at(loc.child(keyword)))
            shape.where[keyword] = loc

    return read


def _map(attribute: str, keyword: str) -> Reader:
    def read(shape: Shape, value: Any, loc: Loc) -> None:
        if isinstance(value, dict):
            target, home = getattr(shape, attribute), loc.child(keyword)
            for name, item in value.items():
                if isinstance(item, dict | bool):
                    target[name] = schema_at(home.child(name))
            shape.where[keyword] = loc

    return read


def _multiple(shape: Shape, value: Any, loc: Loc) -> None:
    if _number(value) and value > 0:
        shape.multiples = frozenset({value})
        shape.where["multipleOf"] = loc


def _required(shape: Shape, value: Any, loc: Loc) -> None:
    if isinstance(value, list):
        shape.required = {name: loc for name in value if isinstance(name, str)}


def _additional(shape: Shape, value: Any, loc: Loc) -> None:
    _one("additional", "additionalProperties")(shape, value, loc)
    shape.additional_said = isinstance(value, dict | bool)


def _items(shape: Shape, value: Any, loc: Loc) -> None:
    if isinstance(value, list):
        shape.prefix = tuple(schema_at(loc.child("items", index)) for index in range(len(value)))
        if isinstance(loc.node.get("additionalItems"), dict | bool):
            shape.items = schema_at(loc.child("additionalItems"))
    else:
        _one("items", "items")(shape, value, loc)


def _prefix(shape: Shape, value: Any, loc: Loc) -> None:
    if isinstance(value, list):
        shape.prefix = tuple(schema_at(loc.child("prefixItems", index)) for index in range(len(value)))
        shape.where["prefixItems"] = loc


def _group(kind: str) -> Reader:
    def read(shape: Shape, value: Any, loc: Loc) -> None:
        if isinstance(value, list) and value and not _is_alone(loc.node, kind):
            branches = tuple(schema_at(loc.child(kind, index)) for index in range(len(value)))
            shape.groups = (*shape.groups, Group(kind, branches, loc))
            shape.where[kind] = loc

    return read


def _not(shape: Shape, value: Any, loc: Loc) -> None:
    if isinstance(value, dict) and value.keys() == {"anyOf"} and isinstance(value["anyOf"], list):
        shape.nots = (*shape.nots, *(schema_at(loc.child("not", "anyOf", index)) for index in range(len(value["anyOf"]))))
        shape.where["not"] = loc
    elif isinstance(value, bool) or (isinstance(value, dict) and value.keys() != {"not"}):
        shape.nots = (*shape.nots, schema_at(loc.child("not")))
        shape.where["not"] = loc


def _condition(shape: Shape, _value: Any, loc: Loc) -> None:
    parts = {key: schema_at(loc.child(key)) if isinstance(loc.node.get(key), dict | bool) else ANY for key in ("if", "then", "else")}
    if decided_parts(loc.node) is not None:
        return
    if parts["then"] and (name := demanded_alone(loc.node)):
        shape.dependent_schemas[name] = join(shape.dependent_schemas.get(name, ANY), parts["then"])
        shape.where["dependentSchemas"] = shape.where["dependentRequired"] = loc
    elif parts["then"]:
        shape.conditions = (*shape.conditions, Condition(parts["if"], parts["then"], ANY, loc))
        shape.where["if"] = loc
    if parts["else"]:
        shape.conditions = (*shape.conditions, Condition(parts["if"], ANY, parts["else"], loc))
        shape.where["if"] = loc


def _contains(shape: Shape, value: Any, loc: Loc) -> None:
    if isinstance(value, dict | bool):
        least, most = loc.node.get("minContains", 1), loc.node.get("maxContains")
        counts = (int(least) if _number(least) else 1, int(most) if _number(most) else None)
        shape.contains = (*shape.contains, Contains(schema_at(loc.child("contains")), *counts, loc))
        shape.where["contains"] = loc


def _dependent(shape: Shape, value: Any, loc: Loc) -> None:
    if isinstance(value, dict):
        for name, wanted in value.items():
            if isinstance(wanted, list):
                shape.dependent[name] = frozenset(item for item in wanted if isinstance(item, str))
        shape.where["dependentRequired"] = loc


def _discriminator(shape: Shape, value: Any, loc: Loc) -> None:
    if isinstance(value, str):
        shape.discriminators = (Discriminator(value, (), loc),)
    elif isinstance(value, dict) and isinstance(prop := value.get("propertyName"), str):
        mapping = value.get("mapping")
        pairs = tuple((key, item) for key, item in mapping.items() if isinstance(item, str)) if isinstance(mapping, dict) else ()
        shape.discriminators = (Discriminator(prop, pairs, loc),)
        shape.where["discriminator"] = loc


def _default(shape: Shape, value: Any, loc: Loc) -> None:
    shape.default = freeze(value)
    shape.where["default"] = loc


READERS: Final[dict[str, Reader]] = {
    "type": _types,
    "enum": _enum,
    "const": _const,
    "minimum": _bound("minimum", "minimum", "exclusiveMinimum"),
    "exclusiveMinimum": _bound("minimum", "minimum", "exclusiveMinimum"),
    "maximum": _bound("maximum", "maximum", "exclusiveMaximum"),
    "exclusiveMaximum": _bound("maximum", "maximum", "exclusiveMaximum"),
    "multipleOf": _multiple,
    "minLength": _count("min_length", "minLength"),
    "maxLength": _count("max_length", "maxLength"),
    "pattern": _named("patterns", "pattern"),
    "format": _named("formats", "format"),
    "contentEncoding": _named("contents", "contentEncoding"),
    "items": _items,
    "prefixItems": _prefix,
    "minItems": _count("min_items", "minItems"),
    "maxItems": _count("max_items", "maxItems"),
    "uniqueItems": _flag("unique", "uniqueItems"),
    "contains": _contains,
    "unevaluatedItems": _one("unevaluated_items", "unevaluatedItems"),
    "properties": _map("props", "properties"),
    "required": _required,
    "patternProperties": _map("pattern_props", "patternProperties"),
    "additionalProperties": _additional,
    "propertyNames": _one("names", "propertyNames"),
    "minProperties": _count("min_props", "minProperties"),
    "maxProperties": _count("max_props", "maxProperties"),
    "dependentRequired": _dependent,
    "dependentSchemas": _map("dependent_schemas", "dependentSchemas"),
    "unevaluatedProperties": _one("unevaluated", "unevaluatedProperties"),
    "oneOf": _group("oneOf"),
    "anyOf": _group("anyOf"),
    "not": _not,
    "if": _condition,
    "discriminator": _discriminator,
    "readOnly": _flag("read_only", "readOnly"),
    "writeOnly": _flag("write_only", "writeOnly"),
    "deprecated": _flag("deprecated", "deprecated"),
    "default": _default,
}
