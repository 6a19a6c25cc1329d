"""What goes wrong, as RFC 9457 has it: type, title, status, detail; with a hint, and every error where there are several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from cvt_engine.errors import EngineError, FixtureImpossible, NotDescribed
from cvt_engine.facade import Violation
from cvt_engine.finding import Finding, plain_values
from cvt_server.errors import Breaking, ServerError

BASE: Final = "urn:cvt:problem:"
MEDIA: Final = "application/problem+json"
TITLES: Final = {
    "internal": "A defect of the server",
    "setting": "A wrong setting",
    "invalid-input": "The request breaks a rule of the interface",
    "not-found": "There is no such thing",
    "no-such-path": "There is no such path",
    "method-not-allowed": "The path does not have this method",
    "conflict": "What is stored forbids it",
    "invalid-document": "The content is not a usable OpenAPI description",
    "breaking-change": "The change breaks the contract",
    "read-only": "The schema belongs to somebody else",
    "unauthenticated": "No valid API key",
    "forbidden": "The key may not do this",
    "too-large": "The request is too large",
    "unsupported-media-type": "The body is not JSON",
    "rate-limited": "Too many calls",
    "overloaded": "The server has too much to do",
    "storage-unavailable": "The database cannot be used",
    "no-fixture": "No fixture can be made",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem. `retry` is in seconds, 0 where trying again is of no use."""

    kind: str
    status: int
    detail: str
    hint: str = ""
    errors: Sequence[dict[str, Any]] = field(default_factory=tuple)
    findings: Sequence[Finding] = ()
    retry: int = 0

    def values(self) -> dict[str, Any]:
        """As plain values."""
        found: dict[str, Any] = {"type": BASE + self.kind, "title": TITLES[self.kind], "status": self.status, "detail": self.detail, "hint": self.hint}
        if self.errors:
            found["errors"] = list(self.errors)
        if self.findings:
            found["findings"] = [plain_values(finding) for finding in self.findings]
        return found


def problem_of(error: ServerError | EngineError) -> Problem:
    """What an error means for a caller."""
    if isinstance(error, ServerError):
        retry = {429: 1, 503: 2}.get(error.status, 0)
        return Problem(error.kind, error.status, error.message, error.hint, findings=error.findings if isinstance(error, Breaking) else (), retry=retry)
    if isinstance(error, NotDescribed):
        return Problem("not-found", 404, error.message, error.hint)
    if isinstance(error, FixtureImpossible):
        return Problem("no-fixture", 422, error.message, error.hint)
    return Problem("invalid-document", 422, str(error), error.hint)


def refused(violations: Sequence[Violation]) -> Problem:
    """The request does not fit the description."""
    errors = [{"rule": one.rule, "location": one.location, "pointer": one.pointer, "message": one.message} for one in violations]
    first = violations[0]
    return Problem("invalid-input", 400, f"{first.location}{first.pointer}: {first.message}", "see /api/v1/openapi.json", errors)
