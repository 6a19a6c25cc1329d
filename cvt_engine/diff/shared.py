"""What many operations begin or cease to have in common is one cause."""

from __future__ import annotations

from typing import Final, TypeAlias

from msgspec.structs import replace

from cvt_engine.change import Act, Change
from cvt_engine.finding import Place

Facts: TypeAlias = dict[Change, dict[Place, None]]
_REFERRED: Final = frozenset({"parameter", "response", "header", "body"})
"""Parts that operations refer to, or have from their path."""


def together(facts: Facts) -> Facts:
    """The facts, those about one and the same part as one, at all its places; where it is missing is many places, so only the first is kept, or none."""
    groups: dict[Change, list[Change]] = {}
    for change in facts:
        if (part := _part(change)) is not None:
            groups.setdefault(part, []).append(change)
    several = {change: group for group in groups.values() if len(group) > 1 for change in group}
    if not several:
        return facts
    found: Facts = {}
    for change, places in facts.items():
        group = several.get(change)
        found.setdefault(_one(group) if group else change, {}).update(places)
    return found


def _part(change: Change) -> Change | None:
    """The fact without where the part is missing."""
    if change.aspect not in _REFERRED:
        return None
    if change.act is Act.ADDED and change.revision is not None:
        return replace(change, base=None)
    return replace(change, revision=None) if change.act is Act.REMOVED and change.base is not None else None


def _one(group: list[Change]) -> Change:
    return replace(group[0], base=None) if group[0].act is Act.ADDED else group[0]
