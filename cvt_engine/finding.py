"""What a check found: the value that every renderer, publisher, waiver and server reply is made from."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from msgspec import Struct


class Severity(StrEnum):
    """`error` breaks the contract, `warning` depends on the consumer or on policy, `info` is worth saying."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """Sort key: 0 is worst."""
        return ("error", "warning", "info").index(self.value)


class Position(Struct, frozen=True):
    """A half-open region of a source file. Lines and columns are 1-based; columns count Unicode code points."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Excerpt(Struct, frozen=True):
    """A position with the JSON pointer it stands for and the source lines around it (for code frames).

    `exact` is false when the element itself does not exist on this side and the nearest surviving parent is shown.
    `first_line` is the number of `lines[0]`. Lines are raw source text: untrusted, to be escaped by each renderer.
    """

    position: Position
    pointer: str
    lines: tuple[str, ...] = ()
    first_line: int = 0
    exact: bool = True


class Place(Struct, frozen=True):
    """Where a finding shows up: an operation such as `GET /orders/{id}` and the part of it, e.g. `response 200 > items[].price`."""

    operation: str
    part: str = ""


class Witness(Struct, frozen=True):
    """A concrete value that proves a finding: `accepted_by` accepts it, `refused_by` refuses it (`base` or `revision`).

    `kind` is `request`, `response` or `value`; `value` is JSON text; `reason` is the refusing validator's message.
    """

    kind: str
    value: str
    accepted_by: str
    refused_by: str
    reason: str = ""


class Finding(Struct, frozen=True):
    """One cause, judged by one rule, with every place it shows up in.

    `operation` is the first place's operation, or "" for document-level findings. `pointer` is the JSON pointer of the element
    (on the revision side, or on the base side if it was removed); in a file other than the entry document it is prefixed with
    that file's path and `#`. `subject` is what changed by name or value (a property name, an enum value): part of the identity.
    `before` and `after` are short texts of the two values, None where there is none. `witness` is set only when it was verified.
    All text may come from a hostile document.
    """

    rule: str
    severity: Severity
    message: str
    hint: str = ""
    operation: str = ""
    pointer: str = ""
    subject: str = ""
    before: str | None = None
    after: str | None = None
    base: Excerpt | None = None
    revision: Excerpt | None = None
    places: tuple[Place, ...] = ()
    witness: Witness | None = None
    wire_type: str | None = None
    fingerprint: str = ""

    @property
    def proved(self) -> bool:
        """True when a verified witness is attached."""
        return self.witness is not None

    @property
    def position(self) -> Position | None:
        """The best position to show in the head checkout: the revision's, else the base's."""
        excerpt = self.revision or self.base
        return excerpt.position if excerpt else None


def told(message: str, places: Sequence[Place], operation: str) -> list[tuple[str, str]]:
    """Each operation that a finding shows up in, with the message as it reads there; `operation` is the finding's own, "" for the document.

    The message speaks of the part at the first place; elsewhere it may be another one.

    >>> told("body > a went", (Place("GET /a", "body > a"), Place("GET /b", "body > b > a")), "GET /a")
    [('GET /a', 'body > a went'), ('GET /b', 'body > b > a went')]
    """
    parts: dict[str, str] = {}
    for place in places:
        parts.setdefault(place.operation, place.part)
    first = places[0].part if places else ""
    return [(name, message.replace(first, part, 1) if first and part else message) for name, part in (parts or {operation: ""}).items()]


def plain_values(finding: Finding) -> dict[str, Any]:
    """The finding as JSON has it, in the order of api/result.schema.json; what a run adds to it (check, state, waiver) is the runner's."""
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "fingerprint": finding.fingerprint,
        "message": finding.message,
        "hint": finding.hint,
        "operation": finding.operation,
        "pointer": finding.pointer,
        "subject": finding.subject,
        "before": finding.before,
        "after": finding.after,
        "wire_type": finding.wire_type,
        "base": _excerpt(finding.base),
        "revision": _excerpt(finding.revision),
        "places": [{"operation": place.operation, "part": place.part} for place in finding.places],
        "witness": _witness(finding.witness),
    }


def _excerpt(excerpt: Excerpt | None) -> dict[str, Any] | None:
    if excerpt is None:
        return None
    return {
        **position_values(excerpt.position),
        "pointer": excerpt.pointer,
        "exact": excerpt.exact,
        "first_line": excerpt.first_line,
        "lines": list(excerpt.lines),
    }


def position_values(at: Position) -> dict[str, Any]:
    """A position as JSON has it."""
    return {"file": at.file, "line": at.line, "column": at.column, "end_line": at.end_line, "end_column": at.end_column}


def _witness(found: Witness | None) -> dict[str, str] | None:
    if found is None:
        return None
    return {"kind": found.kind, "value": found.value, "accepted_by": found.accepted_by, "refused_by": found.refused_by, "reason": found.reason}


def fingerprint(rule: str, operation: str, pointer: str, subject: str) -> str:
    """Stable identity of a finding: 16 hex digits of SHA-256, free of message text and line numbers.

    >>> fingerprint("a", "GET /x", "/p", "s") == fingerprint("a", "GET /x", "/p", "s")
    True
    """
    return hashlib.sha256(f"{rule}\x1f{operation}\x1f{pointer}\x1f{subject}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


def sort_key(finding: Finding) -> tuple[int, str, str, str, str]:
    """Order of every listing: worst first, then by operation, pointer, rule and subject, so that output is reproducible."""
    return (finding.severity.rank, finding.operation, finding.pointer, finding.rule, finding.subject)
