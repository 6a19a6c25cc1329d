"""What the working tree changes against a commit, as git sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from cvt_runner.specs.git import Git

_SYMLINK_MODE: Final = "120000"
_OTHER_TAG: Final = "? "
_SKIPPED_TAG: Final = "S "


@dataclass(frozen=True, slots=True)
class Changes:
    """Paths relative to the repository root.

    `tracked` is every file of the index, `links` the symbolic links among them, `untracked` the files that are neither tracked nor ignored;
    `absent` maps the tracked files that a sparse checkout leaves out to their object ids.
    Against the base: `touched` is every path that was added, changed, removed or is one end of a rename; `renamed` maps new to old path.
    """

    tracked: frozenset[str]
    links: frozenset[str]
    untracked: frozenset[str]
    touched: frozenset[str]
    renamed: dict[str, str]
    absent: dict[str, str] = field(default_factory=dict)

    def unchanged(self, path: str) -> bool:
        """True when the working tree's file certainly is the base's: tracked, no link, not in the difference."""
        return path in self.tracked and path not in self.touched and path not in self.links

    def hidden(self, path: str) -> bool:
        """True for a file that no commit of this repository can hold: ignored, or inside a submodule."""
        if path in self.tracked or path in self.untracked:
            return False
        parts = path.split("/")
        above = {"/".join(parts[:count]) for count in range(1, len(parts))}
        return above.isdisjoint(self.links | self.untracked)


def _fields(data: bytes) -> list[str]:
    return [field.decode("utf-8", "surrogateescape") for field in data.split(b"\0")[:-1]]


def _listing(git: Git) -> tuple[set[str], set[str], set[str], dict[str, str]]:
    """Tracked files, the links among them, files that are neither tracked nor ignored, and those a sparse checkout leaves out."""
    tracked, links, untracked, absent = set[str](), set[str](), set[str](), dict[str, str]()
    for record in _fields(git.output("ls-files", "-z", "-t", "-s", "-o", "--exclude-standard", "--full-name", "--", ":/")):
        if record.startswith(_OTHER_TAG):
            untracked.add(record.removeprefix(_OTHER_TAG))
            continue
        meta, _, name = record.partition("\t")
        tracked.add(name)
        if f" {_SYMLINK_MODE} " in f" {meta} ":
            links.add(name)
        elif meta.startswith(_SKIPPED_TAG):
            absent[name] = meta.split(" ")[2]
    return tracked, links, untracked, absent


def _difference(git: Git, commit: str) -> tuple[frozenset[str], dict[str, str]]:
    fields = iter(_fields(git.output("diff", "--no-ext-diff", "--no-textconv", "--ignore-submodules", "-M", "--name-status", "-z", commit, "--")))
    touched: set[str] = set()
    renamed: dict[str, str] = {}
    for status in fields:
        path = next(fields)
        touched.add(path)
        if status.startswith(("R", "C")):
            new = next(fields)
            touched.add(new)
            if status.startswith("R"):
                renamed[new] = path
    return frozenset(touched), renamed


def changes(git: Git, *, commit: str, apart: str = "") -> Changes:
    """Compare the working tree, uncommitted edits included, with a commit; with "" only the listing is filled in.

    `apart` is a folder of our own making, whose untracked files are no part of the head.
    """
    tracked, links, listed, absent = _listing(git)
    untracked = frozenset(path for path in listed if not (apart and path.startswith(apart + "/")))
    touched, renamed = _difference(git, commit) if commit else (frozenset[str](), {})
    return Changes(frozenset(tracked), frozenset(links), untracked, touched, renamed, absent)
