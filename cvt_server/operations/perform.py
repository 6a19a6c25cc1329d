"""Runs one operation, whichever wire it came by."""

from __future__ import annotations

import json
import logging
import secrets
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from cvt_engine.errors import EngineError
from cvt_server.errors import ServerError, Unavailable
from cvt_server.model import Actor
from cvt_server.operations.problem import MEDIA, Problem, problem_of
from cvt_server.operations.row import Arguments, Operation
from cvt_server.operations.state import State

JSON: Final = "application/json"
_log: Final = logging.getLogger("cvt.operations")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is answered. `retry` is in seconds, 0 for nothing to say of it."""

    status: int
    body: bytes = b""
    media: str = JSON
    etag: str = ""
    retry: int = 0


def perform(state: State, row: Operation, given: Arguments, actor: Actor) -> Outcome:
    """The outcome of an operation. Never raises: what nobody foresaw is logged under a number that the caller is told. May wait for the database."""
    try:
        reply = row.handler(state, given, actor)
        return Outcome(reply.status, b"" if reply.value is None else encoded(reply.value), etag=reply.etag)
    except (ServerError, EngineError) as error:
        if isinstance(error, Unavailable):
            state.metrics.storage_errors.inc()
        return failed(problem_of(error))
    except Exception:  # noqa: BLE001 the one place where an operation's unexpected failure ends
        return broken(row.id)


def threads(state: State, row: Operation) -> Executor:
    """Where an operation runs."""
    return state.writers if row.writes else state.pool


def failed(problem: Problem) -> Outcome:
    """A problem as an outcome."""
    return Outcome(problem.status, encoded(problem.values()), MEDIA, retry=problem.retry)


def broken(name: str) -> Outcome:
    """A defect of ours, to be called where it was caught."""
    number = secrets.token_hex(6)
    _log.exception("operation failed", extra={"fields": {"operation": name, "error_id": number}})
    return failed(Problem("internal", 500, f"internal error {number}", "the server's log has more under this number"))


def encoded(value: Any) -> bytes:
    """JSON. Lone surrogates, which UTF-8 does not have, are written as escapes."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()
