"""What one check says."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final

from msgspec import Struct

from cvt_engine.document import Document
from cvt_engine.finding import Position, position_values
from cvt_engine.schema.quote import plain
from cvt_engine.validate.rows import RULE_BY_ID

_LOCATING: Final = Lock()
"""A document cuts itself into positions as they are asked for."""
MAX_WHERE: Final = 200
MAX_MESSAGE: Final = 400
"""Characters of one message; values of hostile peers end up in it."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing in which a request or response differs from its description.

    `location` is the part of the message, such as `body`, `query.page`, `header.X-Id`, `path.id`, `cookie.sid`, `status` or `security`; `pointer` the
    JSON pointer inside of that part. `operation` is such as `GET /orders/{id}`, `spec_pointer` the element of the description that is violated (with the
    file's path and `#` before it where that is not the entry document). Texts may come from a hostile peer; they are one line, and bounded.
    """

    rule: str
    side: str
    message: str
    location: str
    pointer: str = ""
    operation: str = ""
    spec_pointer: str = ""
    hint: str = ""
    _document: Document | None = field(default=None, repr=False, compare=False)

    @property
    def position(self) -> Position | None:
        """File, line and column of the violated element, looked up when asked for."""
        if self._document is None:
            return None
        pointer = self.spec_pointer.removeprefix(f"{self._document.uri}#")
        with _LOCATING:
            found, _ = self._document.locate(pointer)
        return found

    def __str__(self) -> str:
        return f"{self.side} {plain(self.location + self.pointer, limit=MAX_WHERE)}: {self.message} [{self.rule}]"


def violation_line(violation: Violation) -> str:
    """A violation as one line, with what to do about it."""
    return f"{violation} ({violation.hint})" if violation.hint else str(violation)


def violation_values(violation: Violation) -> dict[str, Any]:
    """A violation as JSON has it (api/rest.yaml)."""
    at = violation.position
    return {
        "rule": violation.rule,
        "side": violation.side,
        "message": violation.message,
        "hint": violation.hint,
        "location": violation.location,
        "pointer": violation.pointer,
        "operation": violation.operation,
        "spec_pointer": violation.spec_pointer,
        "position": None if at is None else position_values(at),
    }


class Verdict(Struct, frozen=True):
    """Whether an exchange fits its description, in which points it does not, and the operation (`GET /orders/{id}`, or "" when there is none)."""

    valid: bool
    violations: tuple[Violation, ...]
    operation: str


def hint_of(rule: str) -> str:
    """The row's own hint."""
    return RULE_BY_ID[rule].hint
