"""Every error the engine raises. The message says what is wrong, `where` says where, `hint` says what to do next."""

from __future__ import annotations

from typing import ClassVar


class EngineError(Exception):
    """Base of all engine errors.

    `exit_code` is the process exit code a command ends with when nothing maps the error to something better.
    """

    exit_code: ClassVar[int] = 4

    def __init__(self, message: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        head = f"{self.where}: {self.message}" if self.where else self.message
        return f"{head} ({self.hint})" if self.hint else head


class SourceMissing(EngineError):
    """A document that was asked for does not exist or may not be read: a usage error."""

    exit_code = 2


class SyntaxInvalid(EngineError):
    """The bytes are not a readable JSON or YAML document (encoding, syntax, duplicate key, bomb, too deep, too large).

    `line` and `column` are 1-based, 0 when unknown. `rule` is the id of the lint rule that reports it.
    """

    exit_code = 1

    def __init__(self, message: str, *, where: str = "", hint: str = "", line: int = 0, column: int = 0, rule: str = "document-syntax") -> None:
        super().__init__(message, where=where, hint=hint)
        self.line = line
        self.column = column
        self.rule = rule

    def __str__(self) -> str:
        at = f"{self.where}:{self.line}:{self.column}" if self.line else self.where
        head = f"{at}: {self.message}" if at else self.message
        return f"{head} ({self.hint})" if self.hint else head


class RefUnresolved(EngineError):
    """A `$ref` that leads nowhere, leaves the allowed tree, or is external while external refs are off."""

    exit_code = 1

    def __init__(self, message: str, *, ref: str = "", where: str = "", hint: str = "", rule: str = "ref-unresolved") -> None:
        super().__init__(message, where=where, hint=hint)
        self.ref = ref
        self.rule = rule


class UnknownRule(EngineError):
    """A rule id that does not exist; the hint names the nearest valid one."""

    exit_code = 2


class NotDescribed(EngineError):
    """An operation, status or media type that the description does not have; the hint names what it has."""

    exit_code = 2


class FixtureImpossible(EngineError):
    """No value could be found that the schema accepts."""

    exit_code = 1
