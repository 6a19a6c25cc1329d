"""Rules about what is announced: stability, sunset, open value lists. Promises about the future, not facts of today's contract: warnings by default."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cvt_engine.finding import Severity
from cvt_engine.rules.row import Area, Rule

_A: Final = Area.LIFECYCLE
_NOTHING: Final = "Nothing to do."
_SIDES: Final = (("operation", "none", "{operation}"), ("request", "request", "{at}"), ("response", "response", "{at}"))
"""Beginning of the id, the fact's side, and how to name the element."""


def _stability(name: str, side: str, at: str) -> Iterator[Rule]:
    yield Rule(
        f"{name}-stability-invalid",
        _A,
        Severity.WARNING,
        f"the stability level of {at} went from {{before}} to {{after}}, and one of them is no level",
        "Tools and people that act on the level cannot tell how much this element promises.",
        "Write one of draft, alpha, beta, stable in x-stability-level.",
        ("stability", "changed", side),
    )
    yield Rule(
        f"{name}-stability-decreased",
        _A,
        Severity.WARNING,
        f"the stability level of {at} went down from {{before}} to {{after}}",
        "Consumers built on the higher level, and now may be broken with less notice than they were promised.",
        "Keep the level, or agree with the consumers.",
        ("stability", "narrowed", side),
    )
    yield Rule(
        f"{name}-stability-increased",
        _A,
        Severity.INFO,
        f"the stability level of {at} went up from {{before}} to {{after}}",
        "Consumers are promised more than before.",
        _NOTHING,
        ("stability", "widened", side),
        silent=True,
    )


def _sunset(name: str, side: str, at: str) -> Iterator[Rule]:
    yield Rule(
        f"{name}-sunset-invalid",
        _A,
        Severity.WARNING,
        f"the sunset of {at} is not a date: {{after}}",
        "Nobody can tell until when the deprecated element works.",
        "Write a full date such as 2030-01-31 in x-sunset.",
        ("sunset", "changed", side),
        when="invalid",
    )
    yield Rule(
        f"{name}-sunset-too-soon",
        _A,
        Severity.WARNING,
        f"the sunset of {at} leaves no time: {{after}}",
        "Consumers learn of the sunset on the day or after the day that they should have moved on by.",
        "Announce a date that gives consumers time.",
        ("sunset", "changed", side),
        when="sunset-passed",
    )
    yield Rule(
        f"{name}-sunset-earlier",
        _A,
        Severity.WARNING,
        f"the sunset of {at} was brought forward from {{before}} to {{after}}",
        "Consumers planned to move on by the date that was announced first.",
        "Keep the announced date.",
        ("sunset", "changed", side),
        when="earlier",
    )
    yield Rule(
        f"{name}-sunset-announced",
        _A,
        Severity.INFO,
        f"the sunset of {at} is {{after}} (it was {{before}})",
        "Consumers know until when the deprecated element works.",
        _NOTHING,
        ("sunset", "changed", side),
        silent=True,
    )
    yield Rule(
        f"{name}-sunset-removed",
        _A,
        Severity.WARNING,
        f"the sunset of {at} was removed, although it is deprecated still",
        "Consumers no longer know until when the deprecated element works.",
        "Keep a date in x-sunset as long as the element is deprecated.",
        ("sunset", "removed", side),
        when="deprecated",
    )
    yield Rule(
        f"{name}-sunset-dropped",
        _A,
        Severity.INFO,
        f"the sunset of {at} was removed with its deprecation",
        "The element stays.",
        _NOTHING,
        ("sunset", "removed", side),
        silent=True,
    )


def _open_list(name: str, side: str, *, removed: Severity, silent: bool) -> Iterator[Rule]:
    yield Rule(
        f"{name}-open-list-removed",
        _A,
        removed,
        "{at} no longer names {subject} in its open list of values",
        "Consumers may still use the value; whether it is understood is no longer said.",
        "Keep understanding the value.",
        ("open-list", "removed", side),
        silent=silent,
    )
    yield Rule(
        f"{name}-open-list-added",
        _A,
        Severity.INFO,
        "{at} names {subject} in its open list of values",
        "An open list says that more values may come (x-extensible-enum).",
        _NOTHING,
        ("open-list", "added", side),
        silent=True,
    )


ROWS: Final[tuple[Rule, ...]] = (
    *(row for side in _SIDES for row in (*_stability(*side), *_sunset(*side))),
    *_open_list("request", "request", removed=Severity.WARNING, silent=False),
    *_open_list("response", "response", removed=Severity.INFO, silent=True),
)
