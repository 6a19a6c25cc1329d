"""Every error the runner raises, with the exit code it ends the process with."""

from __future__ import annotations

from typing import ClassVar


class RunnerError(Exception):
    """Base: `message` says what and where, `hint` what to do next."""

    exit_code: ClassVar[int] = 4

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class UsageError(RunnerError):
    """Wrong option, input, configuration or path."""

    exit_code = 2


class GitError(RunnerError):
    """A git command failed in a way nothing above handles."""

    exit_code = 3


class Unreachable(RunnerError):
    """The contract server did not answer (in time): what depends on it is inconclusive."""

    exit_code = 3


class Refused(RunnerError):
    """The contract server said no, with a reason that the caller can mend."""

    exit_code = 1


class AccessDenied(RunnerError):
    """The key is missing, wrong, or lacks a scope; or the connection's encryption does not fit."""

    exit_code = 2


class NeedsPackages(UsageError):
    """Packages of the contract server are not installed here; `cvt` of a checkout starts again with them."""
