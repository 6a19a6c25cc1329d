"""What only the command line may look up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from cvt_runner.console import Console


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Environment, directory and time of this process. `now` is in UTC, `clock` counts seconds; `flags` holds the options given, by input name."""

    env: Mapping[str, str]
    cwd: str
    now: datetime
    console: Console
    clock: Callable[[], float]
    flags: Mapping[str, str]
    color: bool = False
    width: int = 100
