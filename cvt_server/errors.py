"""Every error the server raises, with what REST and the command line make of it. In gRPC's contract service they become in-band replies."""

from __future__ import annotations

from typing import ClassVar

from cvt_engine.finding import Finding


class ServerError(Exception):
    """Base. `message` says what and where, `hint` what to do next; `kind` names the problem type, `status` is the HTTP status, `exit_code` the process's."""

    kind: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    exit_code: ClassVar[int] = 4

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class SettingWrong(ServerError):
    """An environment variable, flag or file of settings that cannot be used."""

    kind = "setting"
    exit_code = 2


class Invalid(ServerError):
    """The caller's input breaks a rule of the interface."""

    kind = "invalid-input"
    status = 400
    exit_code = 2


class NotFound(ServerError):
    """The schema, version, consumer, deployment or key does not exist (or was deleted)."""

    kind = "not-found"
    status = 404
    exit_code = 2


class Conflict(ServerError):
    """What is stored forbids it: another content under the same version, or a version that is deployed."""

    kind = "conflict"
    status = 409


class DocumentInvalid(ServerError):
    """The content is not a usable OpenAPI description."""

    kind = "invalid-document"
    status = 422


class Breaking(ServerError):
    """Registration was asked to refuse a breaking change, and there is one: `findings`."""

    kind = "breaking-change"
    status = 409

    def __init__(self, message: str, *, hint: str = "", findings: tuple[Finding, ...] = ()) -> None:
        super().__init__(message, hint=hint)
        self.findings = findings


class ReadOnly(ServerError):
    """The schema is read-only and the caller does not own it."""

    kind = "read-only"
    status = 403


class Unauthenticated(ServerError):
    """No key, a wrong key, or one that has expired."""

    kind = "unauthenticated"
    status = 401


class Forbidden(ServerError):
    """The key lacks the scope."""

    kind = "forbidden"
    status = 403


class TooLarge(ServerError):
    """A body past its limit."""

    kind = "too-large"
    status = 413


class TooMany(ServerError):
    """Past the rate limit."""

    kind = "rate-limited"
    status = 429


class Unavailable(ServerError):
    """The storage cannot be reached or cannot be written at the moment; nothing was stored."""

    kind = "storage-unavailable"
    status = 503
    exit_code = 3
