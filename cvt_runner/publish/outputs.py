"""Step outputs, in the file that the GitHub runner names."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from cvt_runner.model.outcome import Outcome, PublishState
from cvt_runner.publish.base import PublishContext, Session
from cvt_runner.publish.files import append_text

OUTPUT_LIMIT: Final = 1_048_576
"""Bytes of all outputs of a job, measured as UTF-16 (GitHub: outputs are 1 MB per job)."""

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


def publish(context: PublishContext, _session: Session) -> Outcome:
    """Append every output to the file. An output too big for the platform is left out and named."""
    if not context.output_file:
        return Outcome("outputs", PublishState.UNCHANGED, "the platform names no file for outputs")
    kept, dropped = fitting(context.outputs)
    append_text(Path(context.output_file), "".join(entry(name, text) for name, text in kept.items()))
    if dropped:
        return Outcome("outputs", PublishState.FAILED, f"too big for an output, left out: {', '.join(dropped)}")
    return Outcome("outputs", PublishState.DONE, f"{len(kept)} outputs")


def entry(name: str, text: str) -> str:
    """One output in the file's multi-line form; the delimiter is random, so that no value can end it early.

    Raises ValueError for a name that the runner would not take.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} cannot be the name of an output")
    delimiter = f"cvt-{secrets.token_hex(16)}"
    return f"{name}<<{delimiter}\n{text}\n{delimiter}\n"


def fitting(outputs: Mapping[str, str], *, limit: int = OUTPUT_LIMIT) -> tuple[dict[str, str], list[str]]:
    """The outputs that fit together, and the names of those left out: the biggest go first."""
    kept, dropped = dict(outputs), list[str]()
    while kept and sum(_size(name) + _size(text) for name, text in kept.items()) > limit:
        name = max(kept, key=lambda key: len(kept[key]))
        dropped.append(name)
        del kept[name]
    return kept, dropped


def _size(text: str) -> int:
    return len(text.encode("utf-16-le", "replace"))
