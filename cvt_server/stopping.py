"""SIGTERM and SIGINT from the process's first line on. While it starts there is nothing to finish, so it ends at once; `app` takes them over when it serves.

Imports nothing that takes time.
"""

from __future__ import annotations

import signal
from typing import Final

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class Stopped(SystemExit):
    """Somebody asked the process to stop. An exit, so that nothing on the way takes it for a failure."""

    def __init__(self) -> None:
        super().__init__(0)


def expect() -> None:
    """Raise Stopped in the main thread when a signal asks to stop; one that came before, and was held back by who started us, does so now."""
    for number in SIGNALS:
        signal.signal(number, _stop)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)


def _stop(_number: int, _frame: object) -> None:
    raise Stopped
