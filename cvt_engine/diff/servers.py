"""Where the API is served: a change moves every client."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from cvt_engine.change import Act
from cvt_engine.diff.collect import Collector, Scope
from cvt_engine.operations.model import Operation
from cvt_engine.operations.read import methods, own_servers, path_items, servers_of, template, unescaped
from cvt_engine.operations.servers import filled
from cvt_engine.schema.loc import Loc, Source


def compare(collector: Collector, scope: Scope, base: Source, revision: Source) -> None:
    """Compare the server lists of two descriptions."""
    old, new = urls(base), urls(revision)
    sites = (base.root.where("servers"), revision.root.where("servers"))
    named_at_last = _unsaid(base) and any(map(_is_host, new))
    gone = [] if named_at_last else _only(old, new)
    kept = _kept(base, revision) if gone else frozenset()
    for url in gone:
        if kept is not None and url not in kept:
            collector.add(scope, "server", Act.REMOVED, sites, subject=url)
    for url in _only(new, old):
        collector.add(scope, "server", Act.ADDED, sites, subject=url)


def _unsaid(source: Source) -> bool:
    """Does a description not say where it is served?"""
    return not any(source.root.node.get(keyword) for keyword in ("servers", "host", "basePath"))


def _is_host(url: str) -> bool:
    """Is it a whole host, which the paths may have been meant to be on all the time?"""
    origin, path = _origin(url)
    return bool(origin) and not path


def compare_own(collector: Collector, scope: Scope, old: Operation, new: Operation) -> None:
    """Compare the servers of an operation where either side gives it its own; otherwise those of the whole description count."""
    mine, yours = _own(old), _own(new)
    if mine is None and yours is None:
        return
    before, after = effective(mine, old.loc.source), effective(yours, new.loc.source)
    if template(old.path) != template(new.path):  # a part of the address moved between servers and paths: only the whole one counts
        before, after = _with_path(before, old.path), _with_path(after, new.path)
    sites = (mine or old.loc, yours or new.loc)
    for url in _only(before, after):
        collector.add(scope, "server", Act.REMOVED, (sites[0], sites[1]), subject=url)
    for url in _only(after, before):
        collector.add(scope, "server", Act.ADDED, (sites[0], sites[1]), subject=url)


def _only(mine: list[str], theirs: list[str]) -> list[str]:
    known = frozenset(theirs)
    return [url for url in mine if url not in known]


def whole(path: str, item: Loc) -> frozenset[str]:
    """The addresses of a path, servers included; parameter names are not on the wire."""
    return frozenset(_with_path(effective(own_servers(item), item.source), path))


def _with_path(urls: list[str], path: str) -> list[str]:
    return [url.rstrip("/") + template(path) for url in urls]


def _own(operation: Operation) -> Loc | None:
    """The servers that an operation has for itself; in 2.0 those that its schemes amount to."""
    source, schemes = operation.loc.source, operation.loc.node.get("schemes")
    host = source.root.node.get("host")
    if source.version != "2.0":
        return servers_of(operation)
    if not host or not isinstance(schemes, list):
        return None
    return source.made(operation.loc, "servers", [{"url": url} for url in _told(source, schemes)])


class Step(NamedTuple):
    """What the paths of the base lose and gain at their start to be those of the revision; and whether the servers are the same ones."""

    lost: str
    gained: str
    same_servers: bool


def moved_into_paths(base: Source, revision: Source) -> Step | None:
    """The part of the addresses that moved into the paths, or out of them; None where the servers do not show one.

    `https://h/v1` with `/a` and `https://h` with `/v1/a` are one address. Every server of a side has to agree.
    """
    before, after = _split(base), _split(revision)
    if before is None or after is None or before[1] == after[1]:
        return None
    same = before[0] == after[0]
    if before[1].startswith(f"{after[1]}/"):
        return Step("", before[1].removeprefix(after[1]), same)
    return Step(after[1].removeprefix(before[1]), "", same) if after[1].startswith(f"{before[1]}/") else None


def _split(source: Source) -> tuple[frozenset[str], str] | None:
    """The origins of all servers and their one path, None where they have several."""
    parts = [_origin(url) for url in urls(source)]
    paths = {path for _, path in parts}
    return (frozenset(origin for origin, _ in parts), paths.pop()) if len(paths) == 1 else None


def _origin(url: str) -> tuple[str, str]:
    scheme, there, rest = url.partition("://")
    host, _, path = rest.partition("/") if there else ("", "", url.removeprefix("/"))
    return (f"{scheme}://{host}" if there else ""), (f"/{path}" if path else "")


def _kept(base: Source, revision: Source) -> frozenset[str] | None:
    """The addresses that every operation took along as its own; None where no operation was served at those of the description."""
    inherits = [servers is None for _, _, servers in _operations(base)]
    if inherits and not any(inherits):
        return None
    own = {servers for _, _, servers in _operations(revision)} if inherits else set()
    addresses = [frozenset(effective(servers, revision)) for servers in own]
    return addresses[0].intersection(*addresses[1:]) if addresses else frozenset()


def _operations(source: Source) -> Iterator[tuple[str, Loc, Loc | None]]:
    for path, item in path_items(source.root).items():
        for method, loc in methods(item):
            yield f"{method} {path}", loc, own_servers(loc, item)


def effective(own: Loc | None, source: Source) -> list[str]:
    """The addresses of an operation: its own, else those of the description."""
    return urls(source) if own is None else list(_addresses(own.node))


def urls(source: Source) -> list[str]:
    """Server URLs of a description, variables filled in, without a trailing slash; `/` when none is given."""
    root: Any = source.root.node
    if source.version == "2.0":
        return [_plain(url) for url in _told(source, root.get("schemes"))]
    return list(dict.fromkeys(_addresses(root.get("servers")))) or ["/"]


def _told(source: Source, schemes: Any) -> list[str]:
    """The addresses of a description of 2.0."""
    host, path = (source.root.node.get(keyword) for keyword in ("host", "basePath"))
    path = path if isinstance(path, str) else ""
    names = [name for name in schemes if isinstance(name, str)] if isinstance(schemes, list) else ["https"]
    return [f"{name}://{host}{path}" for name in names] if host else [path]


def _addresses(servers: Any) -> Iterator[str]:
    for item in servers if isinstance(servers, list) else ():
        if isinstance(item, dict) and isinstance(url := item.get("url"), str):
            yield from map(_plain, filled(url, item.get("variables")))


_PORTS: Final = {"http": ":80", "https": ":443"}


def _plain(url: str) -> str:
    """The address without what makes no difference: a last slash, the case of scheme and host, the port that the scheme implies (RFC 3986, 6.2.3)."""
    url = unescaped(f"https:{url}" if url.startswith("//") else url).rstrip("/")
    scheme, there, rest = url.partition("://")
    if not there:
        return url or "/"
    host, slash, path = rest.partition("/")
    return f"{scheme.lower()}://{host.lower().removesuffix(_PORTS.get(scheme.lower(), ' '))}{slash}{path}"
