"""Rules about operations, callbacks, webhooks and servers."""

from __future__ import annotations

from typing import Final

from cvt_engine.finding import Severity
from cvt_engine.rules.row import Area, Rule

_A: Final = Area.OPERATIONS
_KEEP: Final = "Keep it until no consumer uses it: mark it deprecated, announce a sunset date, and remove it in the next major version."

ROWS: Final[tuple[Rule, ...]] = (
    Rule(
        "operation-removed-after-sunset",
        Area.LIFECYCLE,
        Severity.WARNING,
        "{operation} was removed after its announced sunset",
        "Clients had until the sunset date to move on; those that did not will now fail.",
        "Check that no consumer still calls it.",
        ("operation", "removed", "none"),
        when="sunset-passed",
    ),
    Rule(
        "operation-removed",
        _A,
        Severity.ERROR,
        "{operation} was removed",
        "Every client that calls this operation now gets an error instead of an answer.",
        _KEEP,
        ("operation", "removed", "none"),
        wire="ENDPOINT_REMOVED",
    ),
    Rule(
        "operation-added",
        _A,
        Severity.INFO,
        "{operation} was added",
        "Existing clients do not call it.",
        "Nothing to do.",
        ("operation", "added", "none"),
        silent=True,
    ),
    Rule(
        "operation-deprecated",
        Area.LIFECYCLE,
        Severity.INFO,
        "{operation} is now deprecated",
        "It still works; clients should plan to move on.",
        "Name the replacement in the description and set x-sunset to a date.",
        ("operation-deprecated", "added", "none"),
    ),
    Rule(
        "operation-undeprecated",
        Area.LIFECYCLE,
        Severity.INFO,
        "{operation} is no longer deprecated",
        "Nothing changes for clients.",
        "Nothing to do.",
        ("operation-deprecated", "removed", "none"),
        silent=True,
    ),
    Rule(
        "operation-id-changed",
        _A,
        Severity.INFO,
        "operationId of {operation} changed from {before} to {after}",
        "The operationId is not on the wire, but generated clients name their methods after it.",
        "Keep the operationId if consumers generate code from this description.",
        ("operation-id", "changed", "none"),
    ),
    Rule(
        "webhook-removed",
        _A,
        Severity.ERROR,
        "webhook {subject} was removed",
        "Clients that wait for this event will never receive it again.",
        _KEEP,
        ("webhook", "removed", "none"),
        wire="ENDPOINT_REMOVED",
    ),
    Rule(
        "webhook-added",
        _A,
        Severity.INFO,
        "webhook {subject} was added",
        "Clients that did not register for it are not affected.",
        "Nothing to do.",
        ("webhook", "added", "none"),
        silent=True,
    ),
    Rule(
        "callback-removed",
        _A,
        Severity.ERROR,
        "callback {subject} of {operation} was removed",
        "Clients that wait for this call will never receive it again.",
        _KEEP,
        ("callback", "removed", "none"),
        wire="ENDPOINT_REMOVED",
    ),
    Rule(
        "callback-added",
        _A,
        Severity.INFO,
        "callback {subject} was added to {operation}",
        "Clients that did not register for it are not affected.",
        "Nothing to do.",
        ("callback", "added", "none"),
        silent=True,
    ),
    Rule(
        "server-removed",
        Area.POLICY,
        Severity.WARNING,
        "server {subject} was removed",
        "Clients that are configured with this address may no longer reach the API.",
        "Keep the old address working, or tell consumers when it stops.",
        ("server", "removed", "none"),
    ),
    Rule(
        "server-added",
        Area.POLICY,
        Severity.INFO,
        "server {subject} was added",
        "Existing addresses still work.",
        "Nothing to do.",
        ("server", "added", "none"),
        silent=True,
    ),
)
