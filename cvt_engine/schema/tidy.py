"""Rewriting of one schema's own keywords, before it is merged with others, where an equal and simpler form exists."""

from __future__ import annotations

import re
from typing import Any, Final

from cvt_engine.schema.loc import Loc
from cvt_engine.schema.shape import Shape, closed, join

UNIONS: Final = ("oneOf", "anyOf")
_WRAPPERS: Final = ("allOf", *UNIONS)
EVERY_NAME: Final = frozenset(["", "^", "$", ".*", "^.*", ".*$", "^.*$", "^(.*)$", "[\\s\\S]*", "^[\\s\\S]*$"])
"""Patterns that every property name matches."""

_LITERAL: Final = re.compile(r"\^([A-Za-z0-9_-]+)\$")
_SPOKEN: Final = frozenset(["title", "description", "$comment", "examples", "example"])
_OF_OBJECTS: Final = _SPOKEN | {"required", "properties", "patternProperties", "additionalProperties", "dependentRequired", "propertyNames"}


def plain_patterns(shape: Shape) -> None:
    """`^name$` under patternProperties is the property `name`; a pattern of all names speaks of all properties, declared or not."""
    for pattern in list(shape.pattern_props):
        if literal := _LITERAL.fullmatch(pattern):
            name = literal.group(1)
            shape.props[name] = join(shape.props.get(name, ()), shape.pattern_props.pop(pattern))
    for pattern in EVERY_NAME & shape.pattern_props.keys():
        schema = shape.pattern_props.pop(pattern)
        shape.additional, shape.additional_said = schema, True
        shape.props = {name: join(own, schema) for name, own in shape.props.items()}
        shape.pattern_props = {name: join(own, schema) for name, own in shape.pattern_props.items()}


def plain_dependents(shape: Shape) -> None:
    """A dependent schema that only lists required names is a dependentRequired."""
    for name, schema in list(shape.dependent_schemas.items()):
        if len(schema) == 1 and isinstance(schema[0].node, dict) and schema[0].node.keys() <= {"required", *_SPOKEN}:
            wanted = schema[0].node.get("required")
            if isinstance(wanted, list):
                del shape.dependent_schemas[name]
                shape.dependent[name] = shape.dependent.get(name, frozenset()) | {item for item in wanted if isinstance(item, str)}


def demanded_alone(node: dict[str, Any]) -> str:
    """The one property whose presence is all that `if` asks for, where `then` speaks of objects only; '' otherwise."""
    test, then = node.get("if"), node.get("then")
    if not isinstance(test, dict) or not isinstance(then, dict) or not test.keys() <= {"required", *_SPOKEN} or not then.keys() <= _OF_OBJECTS:
        return ""
    wanted = test.get("required")
    return wanted[0] if isinstance(wanted, list) and len(wanted) == 1 and isinstance(wanted[0], str) else ""


def plain_nots(shape: Shape) -> None:
    """`not` of nothing, of everything, or of whole types says it directly."""
    left = []
    for schema in shape.nots:
        if closed(schema):
            continue
        refused = shape.types if not schema else _whole_types(schema[0].node) if len(schema) == 1 else frozenset()
        if refused:
            shape.types -= refused
        else:
            left.append(schema)
    shape.nots = tuple(left)


def _whole_types(node: Any) -> frozenset[str]:
    if not isinstance(node, dict) or not node.keys() <= {"type", *_SPOKEN}:
        return frozenset()
    said = node.get("type")
    names = {said} if isinstance(said, str) else {name for name in said if isinstance(name, str)} if isinstance(said, list) else set()
    return frozenset() if "integer" in names and "number" not in names else frozenset(names - {"integer"})


def decided_parts(node: dict[str, Any]) -> list[tuple[str, ...]] | None:
    """Ways to the schemas that always apply, as `if` is always true, or never, or one branch is impossible; None where it depends on the value."""
    if "if" not in node:
        return None
    test, then, otherwise = node["if"], node.get("then", True), node.get("else", True)
    if test is True or test == {}:
        ways: list[tuple[str, ...]] = [("then",)]
    elif test is False:
        ways = [("else",)]
    elif isinstance(test, dict) and otherwise is False:
        ways = [("if",), ("then",)]
    elif isinstance(test, dict) and then is False and test.keys() == {"not"}:
        ways = [("if", "not"), ("else",)]
    else:
        return None
    return [way for way in ways if isinstance(node.get(way[0]), dict | bool)]


def unwrapped(loc: Loc) -> Loc:
    """What an `allOf`, `oneOf` or `anyOf` of one schema holds, where nothing but a description stands beside it."""
    while isinstance(node := loc.node, dict) and len(node) <= 2 and (kind := next((kind for kind in _WRAPPERS if kind in node), "")):
        index = _only(node[kind], kind) if node.keys() <= {kind, "description"} else None
        if index is None:
            break
        loc = loc.child(kind, index)
    return loc


def _only(parts: Any, kind: str) -> int | None:
    """Which part is the only one that says something."""
    if not isinstance(parts, list) or (len(parts) > 1 and kind != "allOf"):
        return None
    told = [index for index, part in enumerate(parts) if len(parts) == 1 or not (part is True or part == {})]
    return told[0] if len(told) == 1 else None
