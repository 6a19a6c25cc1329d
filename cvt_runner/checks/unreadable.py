"""A specification that cannot be read, as a finding."""

from __future__ import annotations

from typing import Final

from cvt_engine.errors import EngineError, RefUnresolved, SyntaxInvalid
from cvt_engine.finding import Excerpt, Finding, Position, Severity, fingerprint

_MISSING_RULE: Final = "document-syntax"


def unreadable(error: EngineError, *, path: str) -> Finding:
    """The finding for an error that kept a document from being loaded, at the error's own position where it has one."""
    rule = error.rule if isinstance(error, (SyntaxInvalid, RefUnresolved)) else _MISSING_RULE
    file = error.where or path
    line, column = (max(error.line, 1), max(error.column, 1)) if isinstance(error, SyntaxInvalid) else (1, 1)
    return Finding(
        rule=rule,
        severity=Severity.ERROR,
        message=error.message,
        hint=error.hint,
        revision=Excerpt(Position(file, line, column, line, column + 1), ""),
        fingerprint=fingerprint(rule, "", "", file),
    )
