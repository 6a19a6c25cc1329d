"""Temporary folders that go with their process: at its end, or when the next one starts after it was killed."""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

_YOUNG_SECONDS: Final = 60.0
"""A folder that somebody has just made may not be locked yet."""


@contextmanager
def scratch(prefix: str) -> Iterator[Path]:
    """A folder whose name begins so. It is locked as long as this process, or one that it forked, has it; those that nobody has any more are removed."""
    _sweep(prefix)
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    held = _hold(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if held is not None:
            os.close(held)


def _sweep(prefix: str) -> None:
    """Remove what killed processes of this user left. Never follows a link, and leaves alone what is in use or was made by somebody else."""
    for folder in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        with suppress(OSError):
            about = folder.lstat()
            if not stat.S_ISDIR(about.st_mode) or about.st_uid != os.geteuid() or time.time() - about.st_mtime < _YOUNG_SECONDS:
                continue
            held = _hold(folder)
            if held is not None:
                shutil.rmtree(folder, ignore_errors=True)
                os.close(held)


def _hold(folder: Path) -> int | None:
    """The lock on a folder, which ends with its descriptor; None while another has it."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(opened)
        return None
    return opened
