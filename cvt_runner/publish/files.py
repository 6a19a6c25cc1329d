"""Files written by a run: whole or not at all, and never outside the directory they belong in."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from cvt_runner.errors import UsageError


def write_atomic(path: Path, text: str, *, inside: Path | None = None) -> Path:
    """Write UTF-8 text so that a reader sees the old file or the new one, never a part. Makes missing directories; returns the path.

    `inside` guards against a checked-out symbolic link: the directory must resolve to somewhere below it. A link at the final path is
    replaced, not followed. Raises UsageError when the place is not allowed or cannot be written.
    """
    try:
        allowed = inside is None or path.parent.resolve().is_relative_to(inside.resolve())
        if allowed:
            path.parent.mkdir(parents=True, exist_ok=True)
            _replace(path, text.encode("utf-8", "replace"))
    except (OSError, RuntimeError, ValueError) as error:  # resolve() answers a loop of links with RuntimeError, a NUL with ValueError
        raise UsageError(f"cannot write {path}: {getattr(error, 'strerror', None) or error}", hint="check the output directory") from None
    if not allowed:
        raise UsageError(f"{path} leads out of {inside}", hint="choose an output directory inside the repository that is not a symbolic link")
    return path


def _replace(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def append_text(path: Path, text: str) -> None:
    """Append UTF-8 text on a line of its own and end it with a newline, in one write."""
    lead = "\n" if _open_line(path) else ""
    tail = "" if text.endswith("\n") else "\n"
    with path.open("ab") as stream:
        stream.write((lead + text + tail).encode("utf-8", "replace"))


def _open_line(path: Path) -> bool:
    """True when the file ends in the middle of a line."""
    if not path.exists() or path.stat().st_size == 0:
        return False
    with path.open("rb") as stream:
        stream.seek(-1, os.SEEK_END)
        return stream.read(1) != b"\n"
