"""Which specification is compared with which."""

from __future__ import annotations

from msgspec import Struct

from cvt_runner.model.report import SpecStatus


class SpecPair(Struct, frozen=True):
    """One specification of the run. Paths are relative to the repository; `head` is "" if deleted, `base` is "" if new.

    `why` says how the pair was found, `api` is its configured id. `unknown` says why there cannot be a base version, "" where there can.
    """

    head: str
    base: str
    status: SpecStatus
    api: str = ""
    why: str = ""
    unknown: str = ""

    @property
    def path(self) -> str:
        """The path shown to people."""
        return self.head or self.base
