"""Paths that come from inputs, the configuration or a pull request: they stay inside the repository or are refused."""

from __future__ import annotations

import os
import posixpath
import stat
from typing import Final

from cvt_engine.errors import SourceMissing
from cvt_runner.console import printable
from cvt_runner.errors import UsageError

MAX_BYTES: Final = 64 * 1024 * 1024 + 1
"""One byte more than the engine accepts, so that it can see that a file is too large; the rest of such a file is not read."""
_INSIDE_HINT: Final = "paths have to stay inside the repository"


def inside(path: str, root: str, *, start: str = ".", what: str = "path") -> str:
    """A path (or glob) as written by a user, as a POSIX path relative to the repository root; relative ones start from `start`.

    Raises UsageError when it leaves the repository by its text. What links do is checked when a file is opened.
    """
    if not path or "\0" in path:
        raise UsageError(f"{what} {printable(path)!r} is not a path")
    if os.path.isabs(path):
        relative = os.path.relpath(path, root)
        if relative.startswith(".."):
            relative = os.path.relpath(os.path.realpath(path), os.path.realpath(root))
    else:
        relative = posixpath.join(start, path)
    normal = posixpath.normpath(relative)
    if normal == ".." or normal.startswith(("../", "/")):
        raise UsageError(f"{what} {printable(path)!r} leaves the repository", hint=_INSIDE_HINT)
    return normal


def resolved(root: str, path: str) -> str | None:
    """The real file behind a repository path with every link followed, None when that is outside the repository or in a git folder."""
    base = os.path.realpath(root)
    real = os.path.realpath(os.path.join(base, path))
    if not real.startswith(base.rstrip("/") + "/"):
        return None
    return None if ".git" in real.removeprefix(base.rstrip("/") + "/").lower().split("/") else real


def read_regular(path: str, *, shown: str) -> bytes:
    """The bytes of a regular file. Raises SourceMissing for anything else: devices and pipes can block for ever."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        raise SourceMissing("does not exist", where=shown, hint="is the path spelled with these letters?") from None
    except OSError as error:
        raise SourceMissing(f"cannot be opened: {error.strerror}", where=shown) from None
    try:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            kind = "a directory" if stat.S_ISDIR(mode) else "not a regular file"
            raise SourceMissing(f"is {kind}", where=shown, hint="name an OpenAPI file")
        with open(descriptor, "rb", closefd=False) as file:
            return file.read(MAX_BYTES)
    finally:
        os.close(descriptor)
