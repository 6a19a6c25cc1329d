"""What a comparison is asked for, and what it answers."""

from __future__ import annotations

from typing import NamedTuple

from cvt_engine.finding import Finding


class Options(NamedTuple):
    """`today` is an ISO date for sunset rules, "" to ignore sunsets. `everything` also tells compatible changes (for a changelog)."""

    today: str = ""
    everything: bool = False


class Comparison(NamedTuple):
    """`findings` are sorted worst first. `compatible` holds the rules of the compatible changes, told or not."""

    findings: tuple[Finding, ...]
    compatible: frozenset[str]
