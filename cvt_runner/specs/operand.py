"""What commands on files take: a file, `git-ref:path`, an address, or `-` for standard input."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Self

from msgspec import Struct, field

from cvt_engine.errors import SourceMissing
from cvt_engine.facade import Reader
from cvt_runner.errors import UsageError
from cvt_runner.specs.address import fetched, is_address
from cvt_runner.specs.source import STDIN, CommitTree, Files, Memory

if TYPE_CHECKING:
    from cvt_runner.specs.git import Git
    from cvt_runner.specs.objects import Objects


class Operand(Struct, frozen=True):
    """A document to read: the path it is shown by and the reader that knows it."""

    path: str
    read: Reader

    def opened(self) -> Reader:
        """The reader, with the document itself already read. Raises UsageError where there is none."""
        try:
            data = self.read(self.path)
        except SourceMissing as error:
            raise UsageError(f"{error.where} {error.message}", hint=error.hint) from None
        return lambda uri: data if uri == self.path else self.read(uri)


class Operands(Struct, frozen=True):
    """Opens operands. `stdin` reads standard input to the end. As a context manager it ends the git processes it started."""

    cwd: str
    env: Mapping[str, str]
    stdin: Callable[[], bytes]
    _objects: list[Objects] = field(default_factory=list)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for objects in self._objects:
            objects.close()

    def open(self, text: str) -> Operand:
        """Find out what an operand names. A file of exactly that name wins over `git-ref:path`. Raises UsageError."""
        if text == "-":
            return Operand(STDIN, Memory(self.stdin()))
        if not text or "\0" in text:
            raise UsageError(f"{text!r} is not a file")
        if is_address(text):
            return Operand(text, Memory(fetched(text), text))
        if ":" in text and not os.path.lexists(os.path.join(self.cwd, text)):
            return self._revision(text)
        path = os.path.normpath(text) if not os.path.isabs(text) else text
        return Operand(path, Files(_project(os.path.join(self.cwd, path)), self.cwd))

    def _revision(self, text: str) -> Operand:
        from cvt_runner.specs.git import open_repository
        from cvt_runner.specs.objects import Objects, tree

        revision, _, path = text.partition(":")
        git = open_repository(self.cwd, self.env)
        commit = git.commit(revision) if revision else ""
        if not commit:
            raise UsageError(f"{text!r} is neither a file nor a file of a commit", hint="write a path, `git-ref:path`, an address, or `-` for standard input")
        objects = Objects(git)
        self._objects.append(objects)
        return Operand(_in_tree(git, self.cwd, path), CommitTree(tree(git, objects, commit=commit)))


def _in_tree(git: Git, cwd: str, path: str) -> str:
    """As git does: relative to the repository root, or to the current folder when it starts with `./` or `../`."""
    if path.startswith(("./", "../")):
        path = posixpath.join(os.path.relpath(os.path.realpath(cwd), os.path.realpath(git.root)), path)
    normal = posixpath.normpath(path)
    if not path or normal.startswith(("../", "/")) or normal == "..":
        raise UsageError(f"{path!r} is not a path inside the repository")
    return normal


def _project(path: str) -> str:
    """The folder that references of a file may not leave: its repository, else its own folder's parent."""
    folder = os.path.dirname(os.path.realpath(path))
    current = folder
    while current != os.path.dirname(current):
        if os.path.lexists(os.path.join(current, ".git")):
            return current
        current = os.path.dirname(current)
    return os.path.dirname(folder)
