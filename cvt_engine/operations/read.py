"""From a document to operations: the differences between 2.0, 3.0, 3.1 and 3.2 live here, as small functions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any, Final
from urllib.parse import quote, unquote

from cvt_engine.errors import EngineError
from cvt_engine.operations import read_v2
from cvt_engine.operations.model import Body, Key, Media, Operation, Parameter, Parts, Response
from cvt_engine.schema.loc import ANY, Loc
from cvt_engine.schema.read import schema_at

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
STYLES: Final = {"query": "form", "cookie": "form", "path": "simple", "header": "simple", "querystring": "form"}
IGNORED_HEADERS: Final = frozenset({"accept", "content-type", "authorization"})
"""Header parameters with these names are to be ignored (OpenAPI 3.0, Parameter Object, `name`)."""
IGNORED_BEFORE: Final = IGNORED_HEADERS - {"authorization"}
"""The same in 2.0, which says nothing of them: what it says of bodies decides about these two, and a described `Authorization` is one to send."""
_QUOTED: Final = re.compile(r'"[\w!#$%&*+.^`|~-]+"')
TEMPLATE: Final = re.compile(r"\{([^{}]*)\}")
_ESCAPED: Final = re.compile("%[0-9A-Fa-f]{2}")
_ASCII: Final = "".join(map(chr, range(128)))


def child(loc: Loc, *tokens: str | int) -> Loc | None:
    """The element below, with references followed; None where it is missing, not an object, or unresolvable."""
    for token in tokens:
        node = loc.node
        if not (isinstance(node, dict) and token in node) and not (isinstance(node, list) and isinstance(token, int) and token < len(node)):
            return None
        try:
            loc = loc.source.follow(loc.child(token))
        except EngineError:
            return None
    return loc


def members(loc: Loc | None, *, extensible: bool = False) -> Iterator[tuple[str, Loc]]:
    """The object members below a map, references followed. In an `extensible` one, names with `x-` are not members but extensions."""
    if loc is not None and isinstance(loc.node, dict):
        for name in loc.node:
            if not (extensible and name.startswith("x-")) and (found := child(loc, name)) is not None and isinstance(found.node, dict):
                yield name, found


def elements(loc: Loc | None) -> Iterator[Loc]:
    """The elements of a list, references followed."""
    if loc is not None and isinstance(loc.node, list):
        for index in range(len(loc.node)):
            if (found := child(loc, index)) is not None and isinstance(found.node, dict):
                yield found


def broken(home: Loc | None) -> dict[str, str]:
    """Members of a map that are references to nothing that can be read, by name."""
    node = home.node if home is not None else None
    if home is None or not isinstance(node, dict):
        return {}
    return {name: item["$ref"] for name, item in node.items() if isinstance(item, dict) and "$ref" in item and leads_nowhere(home.child(name))}


def lost(*homes: Loc | None) -> str:
    """The first reference at one of these places, or among the elements of a list there, that leads to nothing that can be read; '' if there is none."""
    for home in homes:
        if home is not None:
            listed = [home.child(index) for index in range(len(home.node))] if isinstance(home.node, list) else [home]
            for loc in listed:
                if isinstance(loc.node, dict) and "$ref" in loc.node and leads_nowhere(loc):
                    return str(loc.node["$ref"])
    return ""


def leads_nowhere(loc: Loc) -> bool:
    """Is it a reference that cannot be followed to an object?"""
    try:
        return isinstance(loc.node.get("$ref"), str) and not isinstance(loc.source.follow(loc).node, dict)
    except EngineError:
        return True


def part(loc: Loc, keyword: str) -> Loc | None:
    """The element below as it stands there, references not followed."""
    return loc.child(keyword) if isinstance(loc.node, dict) and keyword in loc.node else None


def template(path: str) -> str:
    """The path without what makes no difference on the wire: the names of its parameters, and how it is escaped.

    >>> template("/a/{id}"), template("/caf\u00e9/%7ex")
    ('/a/{}', '/caf%C3%A9/~x')
    """
    plain = TEMPLATE.sub("{}", path)
    return plain if plain.isascii() and "%" not in plain else _ESCAPED.sub(_unescaped, quote(plain, safe=_ASCII))


def unescaped(url: str) -> str:
    """An address without escapes of what needs none (RFC 3986, 6.2.2)."""
    return _ESCAPED.sub(_unescaped, url)


def _unescaped(found: re.Match[str]) -> str:
    text = unquote(found[0])
    return text if text.isascii() and (text.isalnum() or text in "-._~") else found[0].upper()


def path_items(root: Loc, *, keyword: str = "paths") -> dict[str, Loc]:
    """Every path item (or webhook) by path (or name)."""
    return dict(members(child(root, keyword), extensible=keyword == "paths"))


def methods(item: Loc) -> Iterator[tuple[str, Loc]]:
    """The operations of a path item by method as it is sent, those of `additionalOperations` (3.2) in the letter case they are written in."""
    for method in METHODS:
        if method in item.node and (found := child(item, method)) is not None and isinstance(found.node, dict):
            yield method.upper(), found
    yield from members(child(item, "additionalOperations"))


class Modern:
    """OpenAPI 3.x."""

    def parameters(self, operation: Operation) -> dict[Key, Parameter]:
        """See Dialect."""
        return _parameters(stated(operation), operation.path, _parameter, IGNORED_HEADERS)

    def body(self, operation: Operation) -> Body | None:
        """See Dialect."""
        return _body(child(operation.loc, "requestBody"))

    def responses(self, operation: Operation) -> dict[str, Response]:
        """See Dialect."""
        return {code: Response(code, found, _response) for code, found in _codes(child(operation.loc, "responses"))}

    def callbacks(self, operation: Operation) -> dict[tuple[str, str], Loc]:
        """See Dialect."""
        return dict(_callbacks(operation.loc))


class Old:
    """OpenAPI 2.0."""

    def parameters(self, operation: Operation) -> dict[Key, Parameter]:
        """See Dialect."""
        return _parameters(stated(operation), operation.path, read_v2.parameter, IGNORED_BEFORE)

    def body(self, operation: Operation) -> Body | None:
        """See Dialect."""
        return read_v2.body(stated(operation), operation.loc)

    def responses(self, operation: Operation) -> dict[str, Response]:
        """See Dialect."""
        read = partial(read_v2.response, operation=operation.loc)
        return {code: Response(code, found, read) for code, found in _codes(child(operation.loc, "responses"))}

    def callbacks(self, operation: Operation) -> dict[tuple[str, str], Loc]:  # noqa: ARG002
        """There are none in 2.0."""
        return {}


MODERN: Final = Modern()
OLD: Final = Old()


def operation(method: str, path: str, item: Loc, loc: Loc) -> Operation:
    """One operation, to be read part by part."""
    return Operation(OLD if loc.source.version == "2.0" else MODERN, method, path, item=item, loc=loc)


def security_of(operation: Operation) -> Loc | None:
    """The operation's own requirements, else the document's."""
    own = child(operation.loc, "security")
    return own if own is not None and isinstance(own.node, list) else child(operation.loc.source.root, "security")


def servers_of(operation: Operation) -> Loc | None:
    """The servers that the operation or its path item names for itself."""
    return own_servers(operation.loc, operation.item)


def own_servers(*homes: Loc) -> Loc | None:
    """The first list of servers at these places that names any."""
    return next((found for home in homes if (found := child(home, "servers")) is not None and found.node), None)


def raw_lists(operation: Operation) -> tuple[Loc | None, Loc | None]:
    """The lists of parameters of the path item and of the operation, as they stand there."""
    return part(operation.item, "parameters"), part(operation.loc, "parameters")


def stated(operation: Operation) -> list[Loc]:
    """The parameters of the path item and of the operation, those included that are to be ignored."""
    return [*elements(child(operation.item, "parameters")), *elements(child(operation.loc, "parameters"))]


def _codes(loc: Loc | None) -> Iterator[tuple[str, Loc]]:
    for code, found in members(loc, extensible=True):
        yield code if code == "default" else code.upper(), found


def _parameters(raw: list[Loc], path: str, read: Any, ignored: frozenset[str]) -> dict[Key, Parameter]:
    order = {name: str(index) for index, name in enumerate(TEMPLATE.findall(path))}
    found: dict[Key, Parameter] = {}
    for loc in raw:
        name, place = loc.node.get("name"), loc.node.get("in")
        if not isinstance(name, str) or not isinstance(place, str) or place not in STYLES or (place == "header" and name.lower() in ignored):
            continue
        parameter = read(name, place, loc)
        found[_key(name, place, order)] = parameter
    return found


def _key(name: str, place: str, order: dict[str, str]) -> Key:
    match place:
        case "path":
            return (place, order.get(name, name))
        case "header":
            return (place, name.lower())
        case "querystring":
            return (place, "")
        case _:
            return (place, name)


def _parameter(name: str, place: str, loc: Loc) -> Parameter:
    node = loc.node
    style = node.get("style") if isinstance(node.get("style"), str) else STYLES.get(place, "simple")
    explode = node["explode"] if isinstance(node.get("explode"), bool) else style in ("form", "cookie")
    media, schema = "", schema_at(loc.child("schema")) if "schema" in node else ANY
    for kind, found in list(members(child(loc, "content")))[:1]:
        media, schema = media_name(kind), schema_at(found.child("schema")) if "schema" in found.node else ANY
    return Parameter(
        name,
        place,
        loc,
        required=node.get("required") is True or place == "path",
        schema=schema,
        style=style,
        explode=explode,
        media=media,
        reserved=node.get("allowReserved") is True,
        empty=node.get("allowEmptyValue") is True,
        deprecated=node.get("deprecated") is True,
    )


def media_name(name: str) -> str:
    """A media type for comparison: lower case, without insignificant parameters and quotes, the others in order.

    >>> media_name("Application/JSON; charset=utf-8"), media_name('a/b; v="1"; p=x')
    ('application/json', 'a/b; p=x; v=1')
    """
    kind, *rest = (part.strip().lower() for part in name.split(";"))
    kept = sorted(_unquoted(part) for part in rest if part and not part.startswith("charset"))
    return "; ".join((kind, *kept))


def media_names(text: str) -> tuple[str, ...]:
    """The media types and ranges of a list with commas (OpenAPI, Encoding Object, `contentType`)."""
    return tuple(media_name(name) for name in text.split(",") if name.strip())


def _unquoted(parameter: str) -> str:
    """A parameter of a media type, its value without quotes that make no difference (RFC 9110, 5.6.6)."""
    name, sign, text = parameter.partition("=")
    return f"{name}={text[1:-1]}" if sign and _QUOTED.fullmatch(text) else parameter


def ranges_of(name: str) -> tuple[str, ...]:
    """A media type and every range that it falls under, the narrowest first; `application/*+json` is one of all that end in `+json`."""
    plain = name.split(";", 1)[0]
    main, suffix = plain.split("/", 1)[0], plain.rpartition("+")[2]
    return (name, plain, *([f"{main}/*+{suffix}"] if "+" in plain else []), f"{main}/*", "*/*")


def _content(loc: Loc | None) -> dict[str, Media]:
    found: dict[str, Media] = {}
    for name, media in members(loc):
        encoding = dict(members(child(media, "encoding")))
        schema = schema_at(media.child("schema")) if isinstance(media.node.get("schema"), dict | bool) else ANY
        items = schema_at(media.child("itemSchema")) if isinstance(media.node.get("itemSchema"), dict | bool) else None
        found[media_name(name)] = Media(name, media, schema, items, encoding)
    return found


def _body(loc: Loc | None) -> Body | None:
    if loc is None or not isinstance(loc.node, dict):
        return None
    return Body(loc, loc.node.get("required") is True, _content(child(loc, "content")))


def _response(loc: Loc) -> Parts:
    headers = {name.lower(): _parameter(name, "header", found) for name, found in members(child(loc, "headers")) if name.lower() != "content-type"}
    return headers, _content(child(loc, "content"))


def _callbacks(loc: Loc) -> Iterator[tuple[tuple[str, str], Loc]]:
    for name, callback in members(child(loc, "callbacks")):
        for expression, item in members(callback, extensible=True):
            yield (name, expression), item


def header(name: str, loc: Loc) -> Parameter:
    """Read a Header Object."""
    return _parameter(name, "header", loc)
