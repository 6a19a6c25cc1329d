"""Readers: how the engine gets the bytes of a specification, from a checkout, a commit, plain files or standard input."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

from cvt_engine.errors import SourceMissing
from cvt_runner.errors import GitError
from cvt_runner.paths import read_regular, resolved

if TYPE_CHECKING:
    from cvt_runner.specs.objects import Objects, Tree

STDIN: Final = "<stdin>"


class WorkTree(Struct, frozen=True):
    """Reads from the checkout, confined to it. `root` is absolute; paths are relative to it."""

    root: str

    def __call__(self, uri: str) -> bytes:
        """The file's bytes; raises SourceMissing when there is none or it lies outside the repository."""
        real = resolved(self.root, uri)
        if real is None:
            raise SourceMissing("leaves the repository", where=uri, hint="references and links have to stay inside the repository")
        return read_regular(real, shown=uri)


class SparseTree(Struct, frozen=True):
    """Reads from a checkout, and from git what a sparse checkout leaves out: not having a file on disk does not change what it says.

    `absent` maps the paths that are left out to their object ids.
    """

    worktree: WorkTree
    absent: Mapping[str, str]
    objects: Objects

    def __call__(self, uri: str) -> bytes:
        """The file's bytes; raises SourceMissing when there is none."""
        try:
            return self.worktree(uri)
        except SourceMissing:
            if uri not in self.absent:
                raise
        try:
            return self.objects.blob(self.absent[uri])
        except GitError as error:
            raise SourceMissing(str(error), where=uri) from None


class CommitTree(Struct, frozen=True):
    """Reads from a commit; links are followed inside the commit only."""

    tree: Tree

    def __call__(self, uri: str) -> bytes:
        """The file's bytes; raises SourceMissing when the commit has no such file."""
        try:
            data = self.tree.read(uri)
        except GitError as error:
            raise SourceMissing(str(error), where=f"{self.tree.commit[:12]}:{uri}") from None
        if data is None:
            raise SourceMissing("does not exist there", where=f"{self.tree.commit[:12]}:{uri}")
        return data


class Files(Struct, frozen=True):
    """Reads plain files for `cvt lint` and `cvt compare`. Documents are shown by the path the user typed.

    The entry file is whatever was named; what it refers to may lie in the same directory tree or above it, but only below `root`.
    """

    root: str
    cwd: str

    def __call__(self, uri: str) -> bytes:
        """The file's bytes; raises SourceMissing when there is none or it lies outside `root`."""
        real = os.path.realpath(os.path.join(self.cwd, uri))
        if not real.startswith(self.root.rstrip("/") + "/"):
            raise SourceMissing(f"lies outside {self.root}", where=uri, hint="references have to stay in the project")
        return read_regular(real, shown=uri)


class Memory(Struct, frozen=True):
    """One document from standard input or an address; it can refer to nothing else."""

    data: bytes
    name: str = field(default=STDIN)

    def __call__(self, uri: str) -> bytes:
        """The document; raises SourceMissing for every other path."""
        if uri != self.name:
            raise SourceMissing("a document from standard input or an address cannot refer to files", where=uri)
        return self.data
