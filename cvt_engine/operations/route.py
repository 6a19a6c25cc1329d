"""From a method and a path to an operation: a tree of path segments, static before template, most specific first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from msgspec import Struct, field

from cvt_engine.errors import EngineError
from cvt_engine.operations.model import Operation
from cvt_engine.operations.prefixes import Prefix, own_prefixes, prefixes_of
from cvt_engine.operations.read import TEMPLATE, methods, operation, path_items
from cvt_engine.schema.loc import Loc, Source

Parts = tuple[str, ...]
"""A segment with parameters as the text around them: `{a}...{b}` is `("", "...", "")`."""
FULL: Final = "://"
MARK: Final = "x-multi-segment"


class Route(Struct, frozen=True, eq=False):
    """One operation, the names of its path parameters in order, `GET /orders/{id}` for messages, and the parameters that may hold slashes."""

    method: str
    template: str
    names: Parts
    operation: Operation
    prefixes: tuple[Prefix, ...]
    label: str
    many: frozenset[str] = frozenset()


class Found(NamedTuple):
    """A route and the raw texts of its path parameters; a text of None stands for a client that sent the template itself."""

    route: Route
    values: tuple[str | None, ...] | list[str]


class Node(Struct):
    """A place in the tree; `many` is behind a parameter that takes one segment or more."""

    literal: dict[str, Node] = field(default_factory=dict)
    mixed: dict[Parts, Node] = field(default_factory=dict)
    any: Node | None = None
    many: Node | None = None
    routes: dict[str, Route] = field(default_factory=dict)


class Router:
    """All routes of a description."""

    def __init__(self) -> None:
        self._root = Node()
        self._prefixes: tuple[Prefix, ...] = ()
        self.routes: list[Route] = []

    def add(self, route: Route) -> None:
        """Add a route; of two for one method and path the first counts."""
        node = self._root
        for segment in _segments(route.template):
            node = _below(node, segment, route.many)
        if node.routes.setdefault(route.method, route) is route:
            self.routes.append(route)
        self._prefixes = tuple(sorted({*self._prefixes, *(prefix for prefix in route.prefixes if prefix)}, key=len, reverse=True))

    def find(self, method: str, path: str) -> Found | None:
        """The operation for a method (upper case) and a path without query."""
        if not self._prefixes and (quick := self._quick(method, path)) is not None:
            return quick
        for prefix, node, values in self._candidates(path):
            route = node.routes.get(method)
            if route is not None and _serves(route, prefix):
                return Found(route, values)
        return None

    def _quick(self, method: str, path: str) -> Found | None:
        """The first candidate, where nothing needs to be tried twice; most paths of most descriptions are found so."""
        if "%" in path or "{" in path or path[:1] != "/":
            return None
        node, values = self._root, []
        for segment in path[1:].split("/"):
            below = node.literal.get(segment)
            if below is None:
                below = node.any
                if below is None or node.mixed or not segment:
                    return None
                values.append(segment)
            node = below
        route = node.routes.get(method)
        return None if route is None else Found(route, values)

    def allowed(self, path: str) -> tuple[str, ...]:
        """The methods that the path is described for, sorted; empty where no path matches."""
        return tuple(sorted({method for prefix, node, _ in self._candidates(path) for method, route in node.routes.items() if _serves(route, prefix)}))

    def _candidates(self, path: str) -> Iterator[tuple[Prefix, Node, tuple[str | None, ...]]]:
        segments = _segments(path)
        for prefix in self._prefixes:
            if (rest := _without(prefix, segments)) is not None:
                yield from ((prefix, *found) for found in _walk(self._root, rest, 0, ()))
        yield from (((), *found) for found in _walk(self._root, segments, 0, ()))


def router_of(source: Source) -> Router:
    """All operations of a description."""
    router = Router()
    for route in _routes(source, prefixes_of(source)):
        router.add(route)
    return router


def _routes(source: Source, shared: tuple[Prefix, ...]) -> Iterator[Route]:
    items = path_items(source.root)
    marked = any(MARK.encode() in document.data for document in source.spec.documents.values())
    for path, item in items.items():
        if not path.startswith("/"):
            continue
        names = tuple(TEMPLATE.findall(path))
        order = {name.lower(): index for index, name in enumerate(item.node)}
        for method, loc in sorted(methods(item), key=lambda pair: order.get(pair[0].lower(), len(order))):
            whole = operation(method, path, item, loc)
            own = own_prefixes(whole)
            yield Route(method.upper(), path, names, whole, shared if own is None else own, f"{method} {path}", _many(item, loc) if marked else frozenset())


def _serves(route: Route, prefix: Prefix) -> bool:
    return not prefix or prefix in route.prefixes


def path_of(target: str) -> tuple[str, str]:
    """Path and query of a request target, which may be a whole URL.

    >>> path_of("https://a.example/b?c=d#e")
    ('/b', 'c=d')
    """
    if "#" in target:
        target = target[: target.index("#")]
    path, _, query = target.partition("?")
    if path[:1] != "/" and FULL in path:
        _, _, rest = path.partition(FULL)
        _, slash, after = rest.partition("/")
        path = slash + after or "/"
    return path, query


def _segments(path: str) -> list[str]:
    return path[1:].split("/") if path[:1] == "/" else path.split("/")


def _below(node: Node, segment: str, many: frozenset[str]) -> Node:
    parts = tuple(TEMPLATE.split(segment)[::2])
    if len(parts) == 1:
        return node.literal.setdefault(unquote(segment), Node())
    if parts == ("", "") and segment[1:-1] in many:
        node.many = node.many or Node()
        return node.many
    if parts == ("", ""):
        node.any = node.any or Node()
        return node.any
    if parts not in node.mixed:
        node.mixed[parts] = Node()
        node.mixed = dict(sorted(node.mixed.items(), key=lambda item: -sum(map(len, item[0]))))
    return node.mixed[parts]


def _many(item: Loc, loc: Loc) -> frozenset[str]:
    """Path parameters that the description marks as holding slashes, as GitHub's does; OpenAPI itself knows no such thing."""
    marked = [node for home in (item, loc) for node in _parameters(home) if node.get(MARK) is True and node.get("in") == "path"]
    return frozenset(node["name"] for node in marked if isinstance(node.get("name"), str))


def _parameters(home: Loc) -> Iterator[dict[str, Any]]:
    """The bare parameter elements: a large description has too many of them to read each one whole."""
    listed = home.node.get("parameters")
    for node in listed if isinstance(listed, list) else ():
        if isinstance(node, dict) and isinstance(ref := node.get("$ref"), str):
            with suppress(EngineError):
                node = home.source.spec.resolve(ref, home.document).node
        if isinstance(node, dict):
            yield node


Way = tuple[Node, tuple[str | None, ...]]


def _walk(node: Node, segments: list[str], at: int, values: tuple[str | None, ...], *, spent: bool = False) -> Iterator[Way]:
    """Every place that the segments lead to; one parameter of a path may take several of them, further ones (`spent`) take one each."""
    if at == len(segments):
        if node.routes:
            yield node, values
        return
    segment = segments[at]
    below = node.literal.get(segment if "%" not in segment else unquote(segment))
    if below is not None:
        yield from _walk(below, segments, at + 1, values, spent=spent)
    for parts, below in node.mixed.items():
        if (texts := fitted(parts, segment)) is not None:
            yield from _walk(below, segments, at + 1, (*values, *texts), spent=spent)
    if node.any is not None and segment:
        yield from _walk(node.any, segments, at + 1, (*values, _text(segment)), spent=spent)
    if node.many is not None and segment:
        yield from _walk(node.many, segments, at + 1, (*values, _text(segment)), spent=spent)
        for end in range(at + 2, at + 1 if spent else len(segments) + 1):
            yield from _walk(node.many, segments, end, (*values, "/".join(segments[at:end])), spent=True)


def _text(segment: str) -> str | None:
    return None if _is_template(segment) else segment


def _is_template(text: str) -> bool:
    return text[0] == "{" and text[-1] == "}"


def fitted(parts: Parts, text: str) -> tuple[str | None, ...] | None:
    """The texts of the parameters between the parts, each at least one character, the shortest from the left; None where it does not fit.

    >>> fitted(("", "...", ""), "main...topic"), fitted(("", ".json"), ".json")
    (('main', 'topic'), None)
    """
    if not text.startswith(parts[0]):
        return None
    found: list[str] = []
    start = len(parts[0])
    for part in parts[1:-1]:
        end = text.find(part, start + 1)
        if end < 0:
            return None
        found.append(text[start:end])
        start = end + len(part)
    end = len(text) - len(parts[-1])
    if end <= start or not text.endswith(parts[-1]):
        return None
    return tuple(map(_text, (*found, text[start:end])))


def _without(prefix: Prefix, segments: list[str]) -> list[str] | None:
    """The segments behind a server's prefix."""
    if len(segments) < len(prefix):
        return None
    for parts, segment in zip(prefix, segments, strict=False):
        if parts != (segment,) and (len(parts) == 1 or fitted(parts, segment) is None):
            return None
    return segments[len(prefix) :] or [""]
