"""Rules about request parameters."""

from __future__ import annotations

from typing import Final

from cvt_engine.finding import Severity
from cvt_engine.rules.row import Area, Rule

_A: Final = Area.PARAMETERS
_OPTIONAL: Final = "Make it optional and have the server fall back to a default, or add a new operation or version."

ROWS: Final[tuple[Rule, ...]] = (
    Rule(
        "request-parameter-added-required",
        _A,
        Severity.ERROR,
        "required {part} was added",
        "Existing clients do not send it, so their requests are now refused. A default does not help: a required parameter must be sent.",
        _OPTIONAL,
        ("parameter", "added", "request"),
        when="required",
        wire="REQUIRED_PARAMETER_ADDED",
    ),
    Rule(
        "request-parameter-added",
        _A,
        Severity.INFO,
        "optional {part} was added",
        "Existing clients do not send it and need not.",
        "Nothing to do.",
        ("parameter", "added", "request"),
        silent=True,
    ),
    Rule(
        "request-parameter-removed",
        _A,
        Severity.WARNING,
        "{part} was removed",
        "Clients that still send it are no longer heard: servers ignore what they do not know, some refuse it.",
        "Keep accepting it, or make sure no consumer relies on its effect.",
        ("parameter", "removed", "request"),
    ),
    Rule(
        "request-parameter-became-required",
        _A,
        Severity.ERROR,
        "{part} became required",
        "Existing clients may leave it out, and their requests are now refused. A default does not help: a required parameter must be sent.",
        _OPTIONAL,
        ("parameter-required", "added", "request"),
        wire="REQUIRED_PARAMETER_ADDED",
    ),
    Rule(
        "request-parameter-became-optional",
        _A,
        Severity.INFO,
        "{part} became optional",
        "Clients that send it are still right.",
        "Nothing to do.",
        ("parameter-required", "removed", "request"),
        silent=True,
    ),
    Rule(
        "request-parameter-serialization-changed",
        _A,
        Severity.ERROR,
        "serialization of {part} changed from {before} to {after}",
        "Existing clients write the value in the old form, which the server now reads differently or refuses.",
        "Keep style, explode and content as they are; add a new parameter for the new form.",
        ("parameter-serialization", "changed", "request"),
        wire="TYPE_CHANGED",
    ),
    Rule(
        "request-parameter-reserved-forbidden",
        _A,
        Severity.ERROR,
        "{part} no longer allows reserved characters",
        "Clients that send reserved characters unencoded are now refused or misread.",
        "Keep allowReserved.",
        ("parameter-reserved", "narrowed", "request"),
    ),
    Rule(
        "request-parameter-reserved-allowed",
        _A,
        Severity.INFO,
        "{part} now allows reserved characters",
        "Clients that encode them are still right.",
        "Nothing to do.",
        ("parameter-reserved", "widened", "request"),
        silent=True,
    ),
    Rule(
        "request-parameter-empty-forbidden",
        _A,
        Severity.ERROR,
        "{part} no longer allows an empty value",
        "Clients that send the name without a value are now refused.",
        "Keep allowEmptyValue.",
        ("parameter-empty", "narrowed", "request"),
    ),
    Rule(
        "request-parameter-empty-allowed",
        _A,
        Severity.INFO,
        "{part} now allows an empty value",
        "Clients that send a value are still right.",
        "Nothing to do.",
        ("parameter-empty", "widened", "request"),
        silent=True,
    ),
)
