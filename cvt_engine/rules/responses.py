"""Rules about response statuses and headers."""

from __future__ import annotations

from typing import Final

from cvt_engine.finding import Severity
from cvt_engine.rules.row import Area, Rule

_A: Final = Area.RESPONSES
_WIRE: Final = "RESPONSE_SCHEMA_CHANGED"


def _status(side: str, subject: str) -> tuple[Rule, ...]:
    """Status rules; `side` is where the answers come from: the API (`response`), or the client answering a callback (`request`)."""
    if side == "response":
        return (
            Rule(
                "response-success-status-removed", _A, Severity.ERROR, "success status {subject} was removed",
                "Clients that wait for this status treat any other as a failure.", "Keep answering with the old status.",
                ("response", "removed", side), when="success", wire=_WIRE,
            ),
            Rule(
                "response-error-status-removed", _A, Severity.INFO, "error status {subject} is no longer declared",
                "Clients no longer meet an error they were ready for.", "Nothing to do.",
                ("response", "removed", side),
            ),
            Rule(
                "response-success-status-added", _A, Severity.WARNING, "success status {subject} was added",
                "Clients may take a status they have never seen for a failure.", "Keep the old status for requests that existing clients send.",
                ("response", "added", side), when="success",
            ),
            Rule(
                "response-error-status-added", _A, Severity.INFO, "error status {subject} was added",
                "Clients handle unknown errors as errors.", "Nothing to do.",
                ("response", "added", side), silent=True,
            ),
        )
    return (
        Rule(
            "callback-answer-status-removed", _A, Severity.ERROR, f"{subject} status {{subject}} is no longer accepted",
            "Clients that answer the callback with this status are now taken to have failed.", "Keep accepting the status.",
            ("response", "removed", side), when="success",
        ),
        Rule(
            "callback-answer-error-removed", _A, Severity.INFO, f"{subject} status {{subject}} is no longer declared",
            "Only the declared reaction to a failing client changes.", "Nothing to do.",
            ("response", "removed", side),
        ),
        Rule(
            "callback-answer-status-added", _A, Severity.INFO, f"{subject} status {{subject}} is now accepted",
            "Clients that answer as before are still right.", "Nothing to do.",
            ("response", "added", side), silent=True,
        ),
    )


ROWS: Final[tuple[Rule, ...]] = (
    *_status("response", "response"),
    *_status("request", "callback answer"),
    Rule(
        "response-header-removed-required", _A, Severity.ERROR, "required response header {subject} was removed",
        "Clients that read the header find nothing.", "Keep sending it.",
        ("header", "removed", "response"), when="required", wire=_WIRE,
    ),
    Rule(
        "response-header-removed", Area.POLICY, Severity.WARNING, "optional response header {subject} was removed",
        "Clients that read the header when it is there no longer find it.", "Keep sending it, or check that no consumer reads it.",
        ("header", "removed", "response"),
    ),
    Rule(
        "response-header-added", _A, Severity.INFO, "response header {subject} was added",
        "Clients ignore headers they do not know.", "Nothing to do.",
        ("header", "added", "response"), silent=True,
    ),
    Rule(
        "response-header-became-optional", _A, Severity.ERROR, "response header {subject} became optional",
        "Clients that rely on the header may find nothing.", "Keep it required and always send it.",
        ("header-required", "removed", "response"), wire=_WIRE,
    ),
    Rule(
        "response-header-became-required", _A, Severity.INFO, "response header {subject} became required",
        "Clients that were ready for its absence are still right.", "Nothing to do.",
        ("header-required", "added", "response"), silent=True,
    ),
    Rule(
        "response-header-serialization-changed", _A, Severity.ERROR, "serialization of response header {subject} changed from {before} to {after}",
        "Clients read the value in the old form.", "Keep style, explode and content as they are.",
        ("header-serialization", "changed", "response"), wire=_WIRE,
    ),
    Rule(
        "request-header-removed", _A, Severity.WARNING, "header {subject} of a form part or callback answer was removed",
        "Clients that still send it are no longer heard.", "Keep accepting it.",
        ("header", "removed", "request"),
    ),
    Rule(
        "request-header-added-required", _A, Severity.ERROR, "required header {subject} of a form part or callback answer was added",
        "Existing clients do not send it.", "Make it optional.",
        ("header", "added", "request"), when="required", wire="REQUIRED_PARAMETER_ADDED",
    ),
    Rule(
        "request-header-added", _A, Severity.INFO, "optional header {subject} of a form part or callback answer was added",
        "Existing clients need not send it.", "Nothing to do.",
        ("header", "added", "request"), silent=True,
    ),
    Rule(
        "request-header-became-required", _A, Severity.ERROR, "header {subject} of a form part or callback answer became required",
        "Existing clients may leave it out.", "Keep it optional.",
        ("header-required", "added", "request"), wire="REQUIRED_PARAMETER_ADDED",
    ),
    Rule(
        "request-header-became-optional", _A, Severity.INFO, "header {subject} of a form part or callback answer became optional",
        "Clients that send it are still right.", "Nothing to do.",
        ("header-required", "removed", "request"), silent=True,
    ),
    Rule(
        "request-header-serialization-changed", _A, Severity.ERROR, "serialization of header {subject} changed from {before} to {after}",
        "Existing clients write the value in the old form.", "Keep style, explode and content as they are.",
        ("header-serialization", "changed", "request"), wire="TYPE_CHANGED",
    ),
    Rule(
        "callback-parameter-removed-required", _A, Severity.ERROR, "required {part} of a callback was removed",
        "Clients that read it when they are called find nothing.", "Keep sending it.",
        ("parameter", "removed", "response"),
    ),
    Rule(
        "callback-parameter-added", _A, Severity.INFO, "{part} of a callback was added",
        "Clients ignore what they do not know.", "Nothing to do.",
        ("parameter", "added", "response"), silent=True,
    ),
    Rule(
        "callback-parameter-became-optional", _A, Severity.ERROR, "{part} of a callback became optional",
        "Clients that rely on it may find nothing.", "Keep sending it.",
        ("parameter-required", "removed", "response"),
    ),
    Rule(
        "callback-parameter-became-required", _A, Severity.INFO, "{part} of a callback is now always sent",
        "Clients that were ready for its absence are still right.", "Nothing to do.",
        ("parameter-required", "added", "response"), silent=True,
    ),
    Rule(
        "callback-parameter-serialization-changed", _A, Severity.ERROR, "serialization of {part} of a callback changed from {before} to {after}",
        "Clients read the value in the old form.", "Keep style, explode and content as they are.",
        ("parameter-serialization", "changed", "response"),
    ),
    Rule(
        "callback-body-removed", _A, Severity.ERROR, "the body of the callback was removed",
        "Clients that read the body find nothing.", "Keep sending it.",
        ("body", "removed", "response"),
    ),
    Rule(
        "callback-body-added", _A, Severity.INFO, "a body was added to the callback",
        "Clients that read no body are not affected.", "Nothing to do.",
        ("body", "added", "response"), silent=True,
    ),
    Rule(
        "callback-body-became-optional", _A, Severity.ERROR, "the body of the callback became optional",
        "Clients that rely on the body may find nothing.", "Keep sending it always.",
        ("body-required", "removed", "response"),
    ),
    Rule(
        "callback-body-became-required", _A, Severity.INFO, "the callback now always has a body",
        "Clients that were ready for its absence are still right.", "Nothing to do.",
        ("body-required", "added", "response"), silent=True,
    ),
)
