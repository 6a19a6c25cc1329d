"""Objects whose members stand in the query by themselves: on the wire they are single parameters, and may be described as such."""

from __future__ import annotations

from typing import TypeAlias

from cvt_engine.operations.model import FORM, Key, Parameter
from cvt_engine.schema.loc import Conj
from cvt_engine.schema.read import shape_of
from cvt_engine.schema.shape import Shape, closed
from cvt_engine.wire.text import kinds_of

Parameters: TypeAlias = dict[Key, Parameter]


def parted(old: Parameters, new: Parameters) -> tuple[Parameters, Parameters]:
    """The parameters of both sides, an object as its members where the other side describes any of them outside an object of that name."""
    if old.keys() == new.keys():
        return old, new
    members = [{key: found for key, parameter in side.items() if (found := _members(parameter))} for side in (old, new)]
    owners = [_owners(side) for side in members]
    chosen = {
        key
        for mine, theirs, other in ((members[0], owners[1], new), (members[1], owners[0], old))
        for key, parts in mine.items()
        if any(part in other or theirs.get(part, key) != key for part in parts)
    }
    chosen = {key for key in chosen if all(key in found or key not in side for side, found in zip((old, new), members, strict=True))}
    return _apart(old, members[0], chosen), _apart(new, members[1], chosen)


def _owners(members: dict[Key, Parameters]) -> dict[Key, Key | None]:
    """The object that has a member, by member; None where several have it."""
    found: dict[Key, Key | None] = {}
    for key, parts in members.items():
        found.update({part: None if part in found else key for part in parts})
    return found


def _apart(side: Parameters, members: dict[Key, Parameters], chosen: set[Key]) -> Parameters:
    found: Parameters = {}
    for key, parameter in side.items():
        for name, part in (members[key] if key in chosen else {key: parameter}).items():
            found.setdefault(name, part)
    return found


def _members(parameter: Parameter) -> Parameters:
    """The members of an object that stand by themselves; none where the object says more than they would."""
    name = _naming(parameter)
    if name is None or kinds_of(parameter.schema) - {"null"} != {"object"}:
        return {}
    shape = shape_of(parameter.schema)
    if not _plain(shape) or not _alike(parameter, shape) or any(_whole(schema) for schema in shape.props.values()):
        return {}
    return {("query", name.format(prop)): _member(parameter, name.format(prop), prop, shape) for prop in shape.props}


def _naming(parameter: Parameter) -> str | None:
    if parameter.place == "querystring" and parameter.media == FORM:
        return "{}"
    if parameter.place != "query" or parameter.media:
        return None
    if parameter.style == "deepObject":
        return _literal(parameter.name) + "[{}]"
    return "{}" if parameter.style == "form" and parameter.explode else None


def _literal(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _plain(shape: Shape) -> bool:
    """Is all that is said of the object said of its single members? Whether it is closed makes no difference: what is not declared is not read."""
    more = (shape.groups, shape.nots, shape.conditions, shape.dependent, shape.dependent_schemas, shape.pattern_props, shape.discriminators)
    open_or_closed = not shape.additional or closed(shape.additional)
    counted = shape.min_props or shape.max_props is not None
    return not any(more) and not (counted or shape.names or shape.unevaluated or shape.broken or shape.enum) and open_or_closed


def _alike(parameter: Parameter, shape: Shape) -> bool:
    """Does leaving the object out mean the same as leaving its members out?"""
    wanted = any(name in shape.props for name in shape.required)
    return wanted == parameter.required and shape.required.keys() <= shape.props.keys()


def _whole(schema: Conj) -> bool:
    """Is this member an object itself, or described in several files, so that it has to stay where it is?"""
    return "object" in kinds_of(schema) or len({loc.document.uri for loc in schema}) > 1


def _member(parameter: Parameter, name: str, prop: str, shape: Shape) -> Parameter:
    schema = shape.props[prop]
    required = prop in shape.required
    near = schema[0] if schema else parameter.loc
    node = {"required": required, "deprecated": parameter.deprecated, "schema": [loc.node for loc in schema]}
    loc = parameter.loc.source.made(near, f"member {name}", node)
    return Parameter(
        name, "query", loc, required=required, schema=schema, style="form", explode=True, reserved=parameter.reserved, deprecated=parameter.deprecated
    )
