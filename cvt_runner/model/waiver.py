"""Waivers: accepted findings, each with a reason, an owner and an end date."""

from __future__ import annotations

from datetime import date

from msgspec import Struct


class Waiver(Struct, frozen=True):
    """One entry of `.cvt-waivers.yaml`. Either `fingerprint`, perhaps with `spec`, or pattern fields (`rule`, `operation`, `pointer`, `spec`: globs) are set.

    `line` is the 1-based line of the entry in the waiver file. Reason and owner are untrusted text.
    """

    reason: str
    owner: str
    until: date
    fingerprint: str = ""
    rule: str = ""
    operation: str = ""
    pointer: str = ""
    spec: str = ""
    file: str = ".cvt-waivers.yaml"
    line: int = 0


class WaiverUse(Struct, frozen=True):
    """A waiver as applied to a finding. `added_here` is true when the pull request itself adds it."""

    waiver: Waiver
    added_here: bool = False
