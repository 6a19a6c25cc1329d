"""Files of a commit, read from git's object store through one long-lived process."""

from __future__ import annotations

import posixpath
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cvt_runner.errors import GitError
from cvt_runner.specs.git import Git

SYMLINK: Final = "120000"
FILE_MODES: Final = frozenset({"100644", "100755"})
_MAX_LINKS: Final = 40


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a tree: its mode and its object id."""

    mode: str
    oid: str


class Objects:
    """Blobs by object id. One `git cat-file --batch` serves every read; names never enter its line protocol."""

    def __init__(self, git: Git) -> None:
        self._git = git
        self._process: subprocess.Popen[bytes] | None = None

    def blob(self, oid: str) -> bytes:
        """The content of a blob; raises GitError when it is not here."""
        process = self._process = self._process or self._start()
        if process.stdin is None or process.stdout is None:
            raise GitError("git cat-file has no pipes")
        try:
            process.stdin.write(oid.encode("ascii") + b"\n")
            process.stdin.flush()
        except BrokenPipeError:
            raise GitError("git cat-file ended early") from None
        header = process.stdout.readline().split()
        if len(header) != 3 or header[1] != b"blob":
            raise GitError(f"git has no file content {oid}", hint="the clone may be partial or damaged")
        size = int(header[2])
        data = process.stdout.read(size + 1)
        if len(data) != size + 1:
            raise GitError("git cat-file ended early")
        return data[:-1]

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    pipe.close()
            self._process.wait()
            self._process = None

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self._git.command(["cat-file", "--batch"]),
            cwd=self._git.root,
            env=self._git.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )


@dataclass(frozen=True, slots=True)
class Tree:
    """The files of one commit by path."""

    commit: str
    entries: dict[str, Entry]
    objects: Objects

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def __contains__(self, path: object) -> bool:
        return isinstance(path, str) and self.find(path) is not None

    def find(self, path: str) -> Entry | None:
        """The regular file at a path, symbolic links inside the tree followed; None where there is none or a link leaves the tree."""
        for _ in range(_MAX_LINKS):
            entry = self.entries.get(path)
            if entry is not None and entry.mode in FILE_MODES:
                return entry
            moved = self._follow(path)
            if moved is None:
                return None
            path = moved
        return None

    def read(self, path: str) -> bytes | None:
        """The content of the file at a path, None where there is none."""
        entry = self.find(path)
        return None if entry is None else self.objects.blob(entry.oid)

    def _follow(self, path: str) -> str | None:
        parts = path.split("/")
        for index in range(1, len(parts) + 1):
            link = "/".join(parts[:index])
            entry = self.entries.get(link)
            if entry is not None and entry.mode == SYMLINK:
                target = self.objects.blob(entry.oid).decode("utf-8", "surrogateescape")
                joined = posixpath.normpath(posixpath.join(posixpath.dirname(link), target, *parts[index:]))
                return None if joined.startswith(("/", "../")) or joined == ".." else joined
        return None


def tree(git: Git, objects: Objects, *, commit: str) -> Tree:
    """All files of a commit."""
    entries: dict[str, Entry] = {}
    for record in git.output("ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0"):
        meta, tab, name = record.partition(b"\t")
        if tab:
            mode, _, oid = meta.decode("ascii").split(" ")
            entries[name.decode("utf-8", "surrogateescape")] = Entry(mode, oid)
    return Tree(commit, entries, objects)
