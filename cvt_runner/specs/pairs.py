"""Which specification of the head is compared with which of the base: same path, renamed by git or by configured id, new, deleted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from cvt_runner.model.config import Api
from cvt_runner.model.globs import expand, matches_path
from cvt_runner.model.report import SpecStatus
from cvt_runner.model.spec import SpecPair
from cvt_runner.specs.changes import Changes
from cvt_runner.specs.discover import Found, Read, Selection, below, is_candidate, looks_like, missing, select
from cvt_runner.specs.references import reaches

_SIMILAR: Final = 0.5
_HIDDEN: Final = "git ignores this file or it lies in a submodule, so the base has no version of it: commit it, or compare two versions with `cvt compare`"


@dataclass(frozen=True, slots=True)
class Sides:
    """Both sides of the comparison. `base_files` is None when there is no base; `changes` then holds only the listing."""

    changes: Changes
    read_head: Read
    read_base: Read
    base_files: frozenset[str] | None = None
    apis: tuple[Api, ...] = ()
    base_apis: Mapping[str, str] = field(default_factory=dict)

    def in_base(self, path: str) -> bool:
        """Whether the base has a file there."""
        return self.base_files is not None and (path in self.base_files or self.read_base(path) is not None)


@dataclass(frozen=True, slots=True)
class Pairs:
    """All pairs in path order, and what was left out and why."""

    pairs: tuple[SpecPair, ...]
    notes: tuple[str, ...] = ()


def find_pairs(selection: Selection, sides: Sides) -> Pairs:
    """Match both sides. Raises UsageError for a named specification that is on neither side."""
    lost = _lost_specs(selection, sides)
    heads = _head_specs(selection, sides)
    taken: dict[str, SpecPair] = {}
    used: set[str] = set()
    for path, why in heads.specs.items():
        pair = _pair(path, why, sides=sides, lost=lost)
        taken[path] = pair
        used.add(pair.base)
    _follow_renames(lost, sides, taken, used)
    deleted = [path for path in lost if path not in used]
    for path in _without_fragments(deleted, taken.values(), sides):
        taken[path] = SpecPair("", path, SpecStatus.DELETED, api=_api(path, sides), why="in the base only")
    _require(selection, sides, taken)
    return Pairs(tuple(taken[path] for path in sorted(taken)), heads.notes)


def _head_specs(selection: Selection, sides: Sides) -> Found:
    changes = sides.changes
    files = list((changes.tracked | changes.untracked) - changes.links)
    suspects = frozenset(path for path in changes.touched if is_candidate(path) and sides.in_base(path) and looks_like(path, sides.read_base))
    return select(selection, files, read=sides.read_head, suspects=frozenset(path for path in suspects if sides.read_head(path) is not None))


def _lost_specs(selection: Selection, sides: Sides) -> list[str]:
    """Specifications of the base, among those asked for, whose file is gone from the head."""
    if sides.base_files is None:
        return []
    gone = [path for path in sorted(sides.changes.touched) if path in sides.base_files and sides.read_head(path) is None]
    return [path for path in gone if _asked_for(path, selection) and (path in selection.patterns or looks_like(path, sides.read_base))]


def _asked_for(path: str, selection: Selection) -> bool:
    if not selection.named:
        return is_candidate(path) and below(path, selection.start)
    for pattern in selection.patterns:
        if path == pattern or (is_candidate(path) and below(path, pattern)) or any(matches_path(path, one) for one in expand(pattern)):
            return True
    return False


def _api(path: str, sides: Sides) -> str:
    return next((api.id for api in sides.apis if api.schema == path), "") or next((key for key, old in sides.base_apis.items() if old == path), "")


def _pair(path: str, why: str, *, sides: Sides, lost: list[str]) -> SpecPair:
    api = next((entry.id for entry in sides.apis if entry.schema == path), "")
    if sides.base_files is None:
        return SpecPair(path, "", SpecStatus.CHANGED, api=api, why=why)
    if sides.in_base(path):
        status = SpecStatus.UNCHANGED if _unchanged(path, sides) else SpecStatus.CHANGED
        return SpecPair(path, path, status, api=api, why=why)
    old, reason = _former(path, api, sides=sides, lost=lost)
    if old:
        return SpecPair(path, old, SpecStatus.RENAMED, api=api, why=f"{why}; was {old} ({reason})")
    if sides.changes.hidden(path):
        return SpecPair(path, "", SpecStatus.CHANGED, api=api, why=why, unknown=_HIDDEN)
    return SpecPair(path, "", SpecStatus.NEW, api=api, why=why)


def _former(path: str, api: str, *, sides: Sides, lost: list[str]) -> tuple[str, str]:
    """The base path of a specification that is new at this path, and how that is known; ("", "") if it is a new one."""
    configured = sides.base_apis.get(api, "") if api else ""
    if configured and configured != path and sides.in_base(configured):
        return configured, f"both are configured as {api}"
    renamed = sides.changes.renamed.get(path, "")
    if renamed and looks_like(renamed, sides.read_base):
        return renamed, "git sees a rename"
    if path in sides.changes.untracked:
        return next(((old, "the file moved") for old in lost if _similar(path, old, sides)), ("", ""))
    return "", ""


def _similar(path: str, old: str, sides: Sides) -> bool:
    """Whether most lines of two files are the same: git looks for renames only among files that were added to it."""
    new_lines, old_lines = (set((data or b"").split(b"\n")) for data in (sides.read_head(path), sides.read_base(old)))
    return len(new_lines & old_lines) >= _SIMILAR * max(len(new_lines), len(old_lines))


def _follow_renames(lost: list[str], sides: Sides, taken: dict[str, SpecPair], used: set[str]) -> None:
    """A specification that moved to where nobody looks for one is still the same specification."""
    moved = {old: new for new, old in sides.changes.renamed.items()}
    by_id = {sides.base_apis[api.id]: api.schema for api in sides.apis if api.id in sides.base_apis}
    for old in lost:
        new = by_id.get(old) or moved.get(old, "")
        if old not in used and new and new not in taken and sides.read_head(new) is not None and looks_like(new, sides.read_head):
            taken[new] = SpecPair(new, old, SpecStatus.RENAMED, api=_api(old, sides), why=f"moved from {old}")
            used.add(old)


def _unchanged(path: str, sides: Sides) -> bool:
    changes = sides.changes
    if not changes.unchanged(path):
        return False
    if not changes.touched and not changes.untracked:
        return True
    reached = reaches(path, read=sides.read_head)
    return reached.certain and all(changes.unchanged(file) for file in reached.files)


def _without_fragments(deleted: list[str], pairs: Iterable[SpecPair], sides: Sides) -> list[str]:
    """Deleted documents that were only parts of a specification of the base are not deleted APIs."""
    if not deleted:
        return []
    roots = [pair.base for pair in pairs if pair.base]
    found = select(Selection(("**",)), [*roots, *deleted], read=sides.read_base)
    return [path for path in deleted if path in found.specs or not looks_like(path, sides.read_base)]


def _require(selection: Selection, sides: Sides, taken: Mapping[str, SpecPair]) -> None:
    known = sides.changes.tracked | sides.changes.untracked
    covered = {path for pair in taken.values() for path in (pair.head, pair.base) if path}
    for pattern in selection.patterns:
        if not any(path == pattern or below(path, pattern) or any(matches_path(path, one) for one in expand(pattern)) for path in covered):
            raise missing(pattern, known)
