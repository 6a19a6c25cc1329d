"""From the surroundings to pairs of specifications: event, repository, configuration, base, discovery."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from msgspec import structs

from cvt_engine.errors import SourceMissing
from cvt_engine.facade import Reader
from cvt_runner.ci.platform import Detected, detect
from cvt_runner.config.file import FileConfig, read_config
from cvt_runner.config.merge import Sources, merge, unknown_variables
from cvt_runner.errors import UsageError
from cvt_runner.model.config import Config
from cvt_runner.model.event import Platform
from cvt_runner.model.report import Base, SpecStatus
from cvt_runner.pipeline.surroundings import Surroundings
from cvt_runner.specs.base import Head, find_base, nothing_to_compare, read_head, without_wrong_checkout
from cvt_runner.specs.changes import changes
from cvt_runner.specs.discover import Selection, refuse_escapes
from cvt_runner.specs.git import Git, open_repository
from cvt_runner.specs.objects import Objects, Tree, tree
from cvt_runner.specs.pairs import Pairs, Sides, find_pairs
from cvt_runner.specs.source import CommitTree, SparseTree, WorkTree

_CACHE_BYTES: Final = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Opened:
    """A repository with what the platform and the configuration say about it. `head` is the checked out commit."""

    detected: Detected
    git: Git
    config: Config
    checkout: Head

    @property
    def head(self) -> str:
        """The id of the checked out commit, "" in a repository without commits."""
        return self.checkout.sha


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything known before the first specification is parsed. `head` and `base_reader` read the two sides."""

    opened: Opened
    base: Base
    tree: Tree | None
    pairs: Pairs
    head: Reader
    base_reader: Reader | None
    base_config: FileConfig
    notes: tuple[str, ...] = ()

    def has(self, path: str) -> bool:
        """Whether the head has a file (or a link) at this path."""
        return os.path.lexists(os.path.join(self.opened.git.root, path))


def open_run(around: Surroundings) -> Opened:
    """The repository, the event and the merged configuration. Raises UsageError."""
    detected = detect(around.env)
    # In CI, containers often run as another user than the one who checked out; on a developer's machine git's own protection stays.
    trusted = detected.event.platform is not Platform.LOCAL or around.env.get("CI") == "true"
    git = open_repository(around.cwd, around.env, trusted=trusted)
    config = merge(Sources(around.env, around.flags), root=git.root, cwd=around.cwd, read=WorkTree(git.root))
    return Opened(detected, git, replace(config, token=config.token or detected.token), read_head(git))


def prepare(opened: Opened, objects: Objects, *, base: Base, warnings: tuple[str, ...] = ()) -> Prepared:
    """Find the specifications of both sides. Raises UsageError, GitError."""
    git, config = opened.git, opened.config
    seen = changes(git, commit=base.sha, apart=_own_folder(opened))
    base_tree = tree(git, objects, commit=base.sha) if base.sha else None
    head_tree = SparseTree(WorkTree(git.root), seen.absent, objects)
    head_read = _cached(head_tree)
    base_read = _cached(CommitTree(base_tree)) if base_tree else None
    base_config = _base_config(git, config, base_tree)
    sides = Sides(
        changes=seen,
        read_head=head_read,
        read_base=base_read or (lambda _: None),
        base_files=frozenset(base_tree) if base_tree else None,
        apis=config.apis,
        base_apis={api.id: api.schema for api in base_config.apis},
    )
    pairs = _pairs(opened, sides)
    notes = (*opened.detected.notes, *warnings, *pairs.notes, *_emptiness(base, opened.head, pairs))
    base_reader = _reader(base_read, CommitTree(base_tree)) if base_tree and base_read else None
    return Prepared(opened, base, base_tree, pairs, _reader(head_read, head_tree), base_reader, base_config, notes)


def settled_base(opened: Opened) -> Base:
    """The base, or none with the whole ladder as its reason."""
    event = opened.detected.event
    base = find_base(opened.git, event, head=opened.checkout, named=opened.config.base)
    if not opened.config.base:
        base = without_wrong_checkout(base, event, head=opened.head)
    return base if base.sha else structs.replace(base, because="; ".join(base.ladder))


def base_lines(base: Base) -> tuple[str, ...]:
    """The ladder as it is printed: every rung that did not hold, then the one that did."""
    if not base.sha:
        return (*(f"base ladder: {rung}" for rung in base.ladder), "base = none")
    return (*(f"base ladder: {rung}" for rung in base.ladder[:-1]), f"base = {base.sha} because {base.because}")


def warnings_of(around: Surroundings) -> tuple[str, ...]:
    """What looks like a slip in the surroundings."""
    return unknown_variables(around.env)


def _emptiness(base: Base, head: str, pairs: Pairs) -> tuple[str, ...]:
    same = base.sha and base.sha == head and all(pair.status is SpecStatus.UNCHANGED for pair in pairs.pairs)
    return (nothing_to_compare(head),) if same else ()


def _own_folder(opened: Opened) -> str:
    relative = os.path.relpath(opened.config.output_directory, opened.git.root)
    return "" if relative.startswith("..") or relative == "." else relative


def _pairs(opened: Opened, sides: Sides) -> Pairs:
    config = opened.config
    patterns = config.schema or tuple(api.schema for api in config.apis)
    refuse_escapes(opened.git.root, patterns)
    return find_pairs(Selection(patterns, config.working_directory), sides)


def _base_config(git: Git, config: Config, base_tree: Tree | None) -> FileConfig:
    """What the base's configuration file says; one that cannot be read says nothing."""
    data = base_tree.read(config.file) if base_tree and config.file else None
    if data is None:
        return FileConfig({})
    try:
        return read_config(data, config.file, root=git.root, start=config.file.rpartition("/")[0] or ".")
    except UsageError:
        return FileConfig({})


def _cached(read: Reader, *, room: int = _CACHE_BYTES) -> Callable[[str], bytes | None]:
    """Reads each file once, as long as all of them together fit; None where the reader finds nothing to read."""
    known: dict[str, bytes | None] = {}
    left = [room]

    def cached(path: str) -> bytes | None:
        if path in known:
            return known[path]
        try:
            data: bytes | None = read(path)
        except SourceMissing:
            data = None
        left[0] -= len(data or b"")
        if left[0] >= 0:
            known[path] = data
        return data

    return cached


def _reader(cached: Callable[[str], bytes | None], read: Reader) -> Reader:
    """The cached bytes, and the reader's own error for what is missing."""

    def again(path: str) -> bytes:
        data = cached(path)
        return read(path) if data is None else data

    return again
