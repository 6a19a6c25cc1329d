"""What a description says about itself and its operations beside the contract: version, tags."""

from __future__ import annotations

from typing import Any

from cvt_engine.change import Act
from cvt_engine.diff.collect import Collector, Scope
from cvt_engine.schema.loc import Loc, Source


def compare_info(collector: Collector, scope: Scope, base: Source, revision: Source) -> None:
    """Tell a changed `info.version`."""
    before, after = _version(base), _version(revision)
    if before != after:
        sites = (base.root.where("info", "version"), revision.root.where("info", "version"))
        traits = {"decreased"} if _numbers(after) and _numbers(after) < _numbers(before) else set()
        collector.add(scope, "info-version", Act.CHANGED, sites, before=before or None, after=after or None, traits=traits)


def _version(source: Source) -> str:
    info: Any = source.root.node.get("info")
    version = info.get("version") if isinstance(info, dict) else None
    return version if isinstance(version, str) else ""


def _numbers(version: str) -> tuple[int, ...]:
    """Major, minor, patch of a version (pre-release and build left out), () where it is none.

    >>> _numbers("v1.20.3-rc.1"), _numbers("2024 spring")
    ((1, 20, 3), ())
    """
    parts = version.removeprefix("v").partition("-")[0].partition("+")[0].split(".")
    return tuple(int(part) for part in parts) if all(part.isascii() and part.isdigit() and len(part) < 10 for part in parts) else ()


def compare_tags(collector: Collector, scope: Scope, old: Loc, new: Loc) -> None:
    """Tell the tags that an operation got or lost."""
    before, after = dict.fromkeys(_tags(old)), dict.fromkeys(_tags(new))
    sites = (old.where("tags"), new.where("tags"))
    for name in before:
        if name not in after:
            collector.add(scope, "tag", Act.REMOVED, sites, subject=name)
    for name in after:
        if name not in before:
            collector.add(scope, "tag", Act.ADDED, sites, subject=name)


def _tags(loc: Loc) -> list[str]:
    tags = loc.node.get("tags")
    return tags if isinstance(tags, list) and all(isinstance(name, str) for name in tags) else []
