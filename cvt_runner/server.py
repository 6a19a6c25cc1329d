"""The contract server's own command line, in a process of its own: `cvt serve`, `cvt keys`, and the server embedded in a run."""

from __future__ import annotations

import os
import signal
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NoReturn

from cvt_runner.errors import UsageError

ROOT: Final = str(Path(__file__).resolve().parent.parent)
_START: Final = "import sys; sys.path.insert(0, sys.argv.pop(1)); from cvt_server.__main__ import run; run()"
_NEEDED: Final = ("cvt_server", "grpc", "sqlalchemy", "starlette")


def program(*arguments: str) -> list[str]:
    """The command that starts the server, isolated from the current folder. Raises UsageError where its packages are not installed."""
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        hint = "start it with ./cvt, which installs them; or: pip install 'cvt-runner[server]'; or: CVT_EXTRAS=server"
        raise UsageError(f"the contract server needs packages that are not installed here: {', '.join(missing)}", hint=hint)
    return [sys.executable, "-I", "-X", "utf8", "-c", _START, ROOT, *arguments]


def run(*arguments: str) -> NoReturn:
    """Become the server. Raises UsageError."""
    command = program(*arguments)
    sys.stdout.flush()
    signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGTERM, signal.SIGINT))  # until the server, who ends well, looks for them
    os.execv(command[0], command)
