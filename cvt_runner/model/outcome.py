"""What became of one publisher."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PublishState(StrEnum):
    """`done` wrote something, `unchanged` found nothing to write, `denied` lacks a permission, `failed` had another error."""

    DONE = "done"
    UNCHANGED = "unchanged"
    DENIED = "denied"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One publisher's result. `detail` is for the log; `remedy` is the exact line to add (for example a workflow permission), or ""."""

    publisher: str
    state: PublishState
    detail: str = ""
    remedy: str = ""
    url: str = ""
