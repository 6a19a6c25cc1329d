"""What the working tree changes against a commit, as git sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cvt_runner.specs.git import Git

_SYMLINK_MODE: Final = "120000"
_OTHER_TAG: Final = "? "


@dataclass(frozen=True, slots=True)
class Changes:
    """Paths relative to the repository root.

    `tracked` is every file of the index, `links` the symbolic links among them, `untracked` the files that are neither tracked nor ignored.
    Against the base: `touched` is every path that was added, changed, removed or is one end of a rename; `renamed` maps new to old path.
    """

    tracked: frozenset[str]
    links: frozenset[str]
    untracked: frozenset[str]
    touched: frozenset[str]
    renamed: dict[str, str]

    def unchanged(self, path: str) -> bool:
        """True when the working tree's file certainly is the base's: tracked, no link, not in the difference."""
        return path in self.tracked and path not in self.touched and path not in self.links


def _fields(data: bytes) -> list[str]:
    return [field.decode("utf-8", "surrogateescape") for field in data.split(b"\0")[:-1]]


def _listing(git: Git) -> tuple[set[str], set[str], set[str]]:
    """Tracked files, the links among them, and files that are neither tracked nor ignored."""
    tracked, links, untracked = set[str](), set[str](), set[str]()
    for record in _fields(git.output("ls-files", "-z", "-t", "-s", "-o", "--exclude-standard", "--full-name", "--", ":/")):
        if record.startswith(_OTHER_TAG):
            untracked.add(record.removeprefix(_OTHER_TAG))
            continue
        meta, _, name = record.partition("\t")
        tracked.add(name)
        if f" {_SYMLINK_MODE} " in f" {meta} ":
            links.add(name)
    return tracked, links, untracked


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
    tracked, links, listed = _listing(git)
    untracked = frozenset(path for path in listed if not (apart and path.startswith(apart + "/")))
    touched, renamed = _difference(git, commit) if commit else (frozenset[str](), {})
    return Changes(frozenset(tracked), frozenset(links), untracked, touched, renamed)
