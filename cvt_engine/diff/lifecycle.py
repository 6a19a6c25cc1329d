"""Deprecation, sunset and stability as written in a description."""

from __future__ import annotations

from typing import Any

from cvt_engine.schema.loc import Loc


def lifecycle_traits(loc: Loc) -> frozenset[str]:
    """Marks of an element: `deprecated`, `sunset:<ISO date>`, `stability:<level>` (extensions x-sunset and x-stability-level)."""
    node: Any = loc.node if isinstance(loc.node, dict) else {}
    found = set()
    if node.get("deprecated") is True:
        found.add("deprecated")
    if isinstance(sunset := node.get("x-sunset"), str):
        found.add(f"sunset:{sunset[:10]}")
    if isinstance(level := node.get("x-stability-level"), str):
        found.add(f"stability:{level[:20]}")
    return frozenset(found)
