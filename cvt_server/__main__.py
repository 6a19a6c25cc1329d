"""Entry point of `python -m cvt_server`."""

from __future__ import annotations

import sys
from typing import NoReturn

from cvt_server import stopping


def run() -> NoReturn:
    """Run the command, and end with its exit code."""
    stopping.expect()
    from cvt_server.cli import main

    sys.exit(main())


if __name__ == "__main__":
    run()
