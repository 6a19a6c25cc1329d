"""Where the API is served: a change moves every client."""

from __future__ import annotations

from typing import Any

from cvt_engine.change import Act
from cvt_engine.diff.collect import Collector, Scope
from cvt_engine.schema.loc import Source


def compare(collector: Collector, scope: Scope, base: Source, revision: Source) -> None:
    """Compare the server lists of two descriptions."""
    old, new = urls(base), urls(revision)
    for url in old:
        if url not in new:
            collector.add(scope, "server", Act.REMOVED, (base.root.where("servers"), revision.root.where("servers")), subject=url)
    for url in new:
        if url not in old:
            collector.add(scope, "server", Act.ADDED, (base.root.where("servers"), revision.root.where("servers")), subject=url)


def urls(source: Source) -> list[str]:
    """Server URLs of a description, without a trailing slash."""
    root: Any = source.root.node
    if source.version == "2.0":
        host, path = root.get("host"), root.get("basePath") or ""
        schemes = root.get("schemes")
        names = [name for name in schemes if isinstance(name, str)] if isinstance(schemes, list) else ["https"]
        return [f"{name}://{host}{path}".rstrip("/") for name in names] if host else [str(path).rstrip("/")] if path else []
    servers = root.get("servers")
    found = [item["url"] for item in servers if isinstance(item, dict) and isinstance(item.get("url"), str)] if isinstance(servers, list) else []
    return list(dict.fromkeys(url.rstrip("/") for url in found))
