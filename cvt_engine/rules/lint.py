"""Rules about one document on its own."""

from __future__ import annotations

from typing import Final

from cvt_engine.finding import Severity
from cvt_engine.rules.row import Area, Rule

ROWS: Final[tuple[Rule, ...]] = (
    Rule(
        id="document-syntax",
        area=Area.LINT,
        severity=Severity.ERROR,
        message="{detail}",
        why="No tool can read this document, so nothing about the API can be checked or generated from it.",
        hint="Fix the syntax at the position shown.",
    ),
    Rule(
        id="ref-unresolved",
        area=Area.LINT,
        severity=Severity.ERROR,
        message="{detail}",
        why="The reference leads nowhere, so whatever it should describe is undefined.",
        hint="Correct the reference or add the missing component.",
    ),
)
