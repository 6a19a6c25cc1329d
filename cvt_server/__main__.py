"""Entry point of `python -m cvt_server`."""

from __future__ import annotations

import sys

from cvt_server.cli import main

sys.exit(main())
