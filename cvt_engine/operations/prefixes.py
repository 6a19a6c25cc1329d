"""The path prefixes under which an API is served."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, TypeAlias

from cvt_engine.operations.model import Operation
from cvt_engine.operations.read import TEMPLATE, servers_of
from cvt_engine.operations.servers import filled
from cvt_engine.schema.loc import Source

Prefix: TypeAlias = "tuple[tuple[str, ...], ...]"
"""Segments, each as the text around its variables: `/v{n}/api` is `(("v", ""), ("api",))`."""
MOST: Final = 200
"""Prefixes of one description that are tried."""


def prefixes_of(source: Source) -> tuple[Prefix, ...]:
    """The prefixes of the whole description."""
    root: Any = source.root.node
    if source.version == "2.0":
        return (_prefix(path),) if isinstance(path := root.get("basePath"), str) else ()
    return _unique(root.get("servers"))


def own_prefixes(operation: Operation) -> tuple[Prefix, ...] | None:
    """Those of an operation or path item that names servers of its own; None where it does not."""
    servers = servers_of(operation) if operation.loc.source.version != "2.0" else None
    return None if servers is None else _unique(servers.node)


def _unique(servers: Any) -> tuple[Prefix, ...]:
    return tuple(dict.fromkeys(_all(servers)))[:MOST]


def _all(servers: Any) -> Iterator[Prefix]:
    for item in servers if isinstance(servers, list) else ():
        if isinstance(item, dict) and isinstance(url := item.get("url"), str):
            yield from (_prefix(_path(text)) for text in filled(url, _listed(item.get("variables"))))


def _listed(variables: Any) -> dict[str, Any]:
    """The variables to be written out: those with listed values, or with a slash in their default. The others match any text of one segment."""
    known = variables.items() if isinstance(variables, dict) else ()
    return {name: item for name, item in known if isinstance(item, dict) and (isinstance(item.get("enum"), list) or "/" in str(item.get("default")))}


def _path(url: str) -> str:
    _, scheme, rest = url.partition("://")
    if not scheme and not url.startswith("//"):
        return url
    rest = rest if scheme else url[2:]
    _, slash, path = rest.partition("/")
    return slash + path


def _prefix(path: str) -> Prefix:
    path = path.partition("?")[0].partition("#")[0]
    return tuple(tuple(TEMPLATE.split(segment)[::2]) for segment in path.split("/") if segment not in ("", "."))
