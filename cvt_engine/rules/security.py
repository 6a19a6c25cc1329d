"""Rules about credentials."""

from __future__ import annotations

from typing import Final

from cvt_engine.finding import Severity
from cvt_engine.rules.row import Area, Rule

ROWS: Final[tuple[Rule, ...]] = (
    Rule(
        "security-specified",
        Area.SECURITY,
        Severity.WARNING,
        "{operation} now says what the Authorization header holds: {after}",
        "The header was demanded without a form; clients that send another one than the form that is now described get 401 Unauthorized.",
        "Make sure that it only describes what was always demanded.",
        ("security", "narrowed", "request"),
        when="specified",
    ),
    Rule(
        "security-added",
        Area.SECURITY,
        Severity.ERROR,
        "{operation} now demands a credential: {after}",
        "Clients that call without a credential now get 401 Unauthorized.",
        "Keep anonymous access as an alternative until all consumers send the credential.",
        ("security", "narrowed", "request"),
        when="anonymous",
    ),
    Rule(
        "security-tightened",
        Area.SECURITY,
        Severity.ERROR,
        "{before} is no longer enough for {operation}; it now demands {after}",
        "Clients that hold only the old credential or scopes now get 401 or 403.",
        "Offer the new requirement as an alternative beside the old one.",
        ("security", "narrowed", "request"),
    ),
    Rule(
        "security-relaxed",
        Area.SECURITY,
        Severity.INFO,
        "{operation} accepts more credentials: {after}",
        "Clients with the old credential are still let in.",
        "Nothing to do.",
        ("security", "widened", "request"),
        silent=True,
    ),
)
