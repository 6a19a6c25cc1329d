"""Where the text of a parameter or header is found, and what it reads as."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from cvt_engine.operations.model import Parameter
from cvt_engine.schema.loc import Conj
from cvt_engine.schema.read import shape_of
from cvt_engine.schema.shape import closed
from cvt_engine.wire.media import is_json, read_json
from cvt_engine.wire.sent import Sent, pairs_of
from cvt_engine.wire.styles import MalformedError, Style, Values, as_it_is, deep, path_text, query_text
from cvt_engine.wire.text import Kinds, members, merged

Take = Callable[[Sent], Any]
Read = Callable[[Any], Values]
DECODES: Final = {"path": path_text, "query": query_text, "querystring": query_text, "cookie": path_text, "header": as_it_is}


class Ways(NamedTuple):
    """`take` finds what was sent of a parameter, None where nothing was; `read` turns that into its possible values, or raises MalformedError.

    `single`: it holds one value, and is sent once. `names`: the query parameters that its members stand in by themselves, None where any may be one.
    """

    take: Take
    read: Read
    single: bool = False
    names: frozenset[str] | None = frozenset()


def ways(parameter: Parameter, declared: frozenset[str]) -> Ways:
    """How a parameter is read; `declared` are the names of the query parameters beside it."""
    name, place = parameter.name, parameter.place
    decode = DECODES[place] if parameter.style != "cookie" else as_it_is
    take = _TAKES[place](name)
    if parameter.media:
        return Ways(take, _content(parameter, decode))
    style = Style(name, parameter.style, explode=parameter.explode, schema=parameter.schema, decode=decode)
    if parameter.style == "deepObject":
        return Ways(_deep(name), lambda pairs: [deep(parameter.schema, pairs)])
    if place == "query" and parameter.explode and parameter.style == "form" and _is_object(parameter.schema, style.kinds):
        return Ways(_spread(parameter, declared), lambda pairs: [members(parameter.schema, pairs)], names=_spread_names(parameter))
    return Ways(take, style.read, place == "query" and style.plain)


def _spread_names(parameter: Parameter) -> frozenset[str] | None:
    shape = merged(parameter.schema)
    return None if shape.additional_said and not closed(shape.additional) else frozenset(shape.props)


def _is_object(schema: Conj, kinds: Kinds) -> bool:
    """Whether nothing but an object is meant, by type or, where none is written, by keywords that speak of members."""
    shape = shape_of(schema)
    return kinds == {"object"} or (not shape.typed and shape.implied == {"object"} and not shape.groups)


def _from_path(name: str) -> Take:
    def take(sent: Sent) -> list[str] | None:
        text = sent.values.get(name)
        return None if text is None else [text]

    return take


def _from_header(name: str) -> Take:
    key = name.lower()

    def take(sent: Sent) -> list[str] | None:
        lines = sent.header.get(key)
        return lines if lines is None or len(lines) == 1 else [", ".join(lines)]

    return take


_TAKES: Final[dict[str, Callable[[str], Take]]] = {
    "path": _from_path,
    "query": lambda name: lambda sent: sent.query.get(name),
    "querystring": lambda _: lambda sent: [sent.raw_query] if sent.raw_query else None,
    "header": _from_header,
    "cookie": lambda name: lambda sent: sent.cookies.get(name),
}


def _deep(name: str) -> Take:
    head = f"{name}["

    def take(sent: Sent) -> list[tuple[str, str]] | None:
        found = [(key[len(name) :], query_text(value)) for key, values in sent.query.items() if key.startswith(head) for value in values]
        return found or None

    return take


def _spread(parameter: Parameter, declared: frozenset[str]) -> Take:
    """An object whose members stand in the query by themselves."""
    names = _spread_names(parameter)

    def take(sent: Sent) -> list[tuple[str, str]] | None:
        found = [
            (key, query_text(value)) for key, values in sent.query.items() if (key in names if names is not None else key not in declared) for value in values
        ]
        return found or None

    return take


def _content(parameter: Parameter, decode: Callable[[str], str]) -> Read:
    """A parameter that is a whole document in a media type."""
    if is_json(parameter.media):

        def read(texts: list[str]) -> Values:
            value, problem = read_json(decode(texts[0]).encode("utf-8", "surrogatepass"))
            if problem:
                raise MalformedError(f"is no JSON: {problem}")
            return [value]

        return read
    if parameter.media.startswith("application/x-www-form-urlencoded"):
        return lambda texts: [members(parameter.schema, [(name, query_text(value)) for name, values in pairs_of(texts[0]).items() for value in values])]
    return lambda texts: [decode(texts[0])]
