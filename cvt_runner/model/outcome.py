"""What became of one publisher."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class PublishState(StrEnum):
    """`done` wrote something, `unchanged` found nothing to write, `denied` lacks a permission, `failed` had another error."""

    DONE = "done"
    UNCHANGED = "unchanged"
    DENIED = "denied"
    FAILED = "failed"


class Outcome(Struct, frozen=True):
    """One publisher's result. `detail` is for the log; `remedy` is the exact line to add (for example a workflow permission), or ""."""

    publisher: str
    state: PublishState
    detail: str = ""
    remedy: str = ""
    url: str = ""
