"""Rules about bodies and their media types, in both directions."""

from __future__ import annotations

from typing import Final

from cvt_engine.finding import Severity
from cvt_engine.rules.row import Area, Rule

_A: Final = Area.BODIES

ROWS: Final[tuple[Rule, ...]] = (
    Rule(
        "request-body-added-required", _A, Severity.ERROR, "a required request body was added",
        "Existing clients send no body, so their requests are now refused.", "Make the body optional.",
        ("body", "added", "request"), when="required", wire="REQUIRED_FIELD_ADDED",
    ),
    Rule(
        "request-body-added", _A, Severity.INFO, "an optional request body was added",
        "Clients that send none are still right.", "Nothing to do.",
        ("body", "added", "request"), silent=True,
    ),
    Rule(
        "request-body-removed", _A, Severity.ERROR, "the request body was removed",
        "Clients that send a body are refused or no longer heard.", "Keep accepting the body.",
        ("body", "removed", "request"),
    ),
    Rule(
        "request-body-became-required", _A, Severity.ERROR, "the request body became required",
        "Existing clients may send none, and their requests are now refused.", "Keep the body optional.",
        ("body-required", "added", "request"), wire="REQUIRED_FIELD_ADDED",
    ),
    Rule(
        "request-body-became-optional", _A, Severity.INFO, "the request body became optional",
        "Clients that send it are still right.", "Nothing to do.",
        ("body-required", "removed", "request"), silent=True,
    ),
    Rule(
        "request-media-type-removed", _A, Severity.ERROR, "request media type {subject} was removed",
        "Clients that send this media type now get 415 Unsupported Media Type.", "Keep accepting it.",
        ("media-type", "removed", "request"),
    ),
    Rule(
        "request-media-type-added", _A, Severity.INFO, "request media type {subject} was added",
        "Existing clients keep sending what they sent.", "Nothing to do.",
        ("media-type", "added", "request"), silent=True,
    ),
    Rule(
        "response-media-type-narrowed", _A, Severity.INFO, "response media type range {subject} was replaced by some of its members",
        "Everything that is still sent was covered by the range.", "Nothing to do.",
        ("media-type", "removed", "response"), when="range", silent=True,
    ),
    Rule(
        "response-media-type-removed", _A, Severity.ERROR, "response media type {subject} was removed",
        "Clients that read this media type get an answer they cannot parse, or 406 Not Acceptable.", "Keep offering it.",
        ("media-type", "removed", "response"), wire="RESPONSE_SCHEMA_CHANGED",
    ),
    Rule(
        "response-media-type-added", _A, Severity.INFO, "response media type {subject} was added",
        "Clients that ask for the old media types still get them.", "Nothing to do.",
        ("media-type", "added", "response"), silent=True,
    ),
    Rule(
        "request-encoding-changed", _A, Severity.ERROR, "encoding of form field {subject} changed from {before} to {after}",
        "Existing clients write the field in the old form, which the server now reads differently or refuses.", "Keep the encoding of existing fields.",
        ("encoding", "changed", "request"), wire="TYPE_CHANGED",
    ),
    Rule(
        "response-encoding-changed", _A, Severity.ERROR, "encoding of form field {subject} changed from {before} to {after}",
        "Existing clients read the field in the old form.", "Keep the encoding of existing fields.",
        ("encoding", "changed", "response"), wire="RESPONSE_SCHEMA_CHANGED",
    ),
)
