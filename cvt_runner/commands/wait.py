"""`cvt wait`: until the contract server serves, or the time is up."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from cvt_runner.commands.reply import Reply
from cvt_runner.errors import Unreachable
from cvt_runner.remote.client import Client, NotOffered
from cvt_runner.remote.target import Target

SCHEMA: Final = "cvt.wait/1"


def until_ready(target: Target, *, timeout: float, interval: float, clock: Callable[[], float] = time.monotonic) -> Reply:
    """0 when it serves, 3 when it did not in `timeout` seconds; asked every `interval` seconds. Raises AccessDenied at once: waiting mends no key."""
    end = clock() + timeout
    attempts, last = 0, "no answer"
    while True:
        attempts += 1
        try:
            with Client(target, timeout=max(min(interval, end - clock()), 0.2)) as client:
                if client.serving():
                    return _reply(0, f"CVT server is ready (after {attempts} attempt{'s' if attempts > 1 else ''})", attempts)
            last = f"{target.address} answers, but does not serve yet"
        except (Unreachable, NotOffered) as problem:
            last = problem.message
        if clock() + interval >= end:
            return _reply(3, f"CVT server is not ready after {timeout:g} s: {last}", attempts)
        time.sleep(interval)


def _reply(code: int, message: str, attempts: int) -> Reply:
    values = {"schema": SCHEMA, "exit_code": code, "ready": code == 0, "attempts": attempts, "message": message}
    return Reply(code, values, lambda: {"ready": code == 0, "attempts": attempts, "message": message}, lambda: [f"{'✗' if code else '✓'} {message}"])
