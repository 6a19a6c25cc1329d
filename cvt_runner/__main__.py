"""`python -m cvt_runner`: the `cvt` command as one short-lived process."""

from __future__ import annotations

import os
import sys

from cvt_runner.cli import main


def run() -> None:
    """Run the command and leave at once.

    Taking apart the trees of two large descriptions object by object costs more than comparing them; the operating system frees the
    memory in one step, so the interpreter's own shutdown is skipped once everything is flushed.
    """
    code = main()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            continue
    os._exit(code)


if __name__ == "__main__":
    run()
