"""Contract tests: the repository's own commands, run while a contract server is up."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence

from msgspec import Struct

from cvt_engine.facade import rule
from cvt_engine.finding import Finding, fingerprint
from cvt_runner.console import printable
from cvt_runner.model.report import Check, Item, SpecReport, SpecStatus

PATH = "contract tests"
RULE = "contract-test-failed"
KEPT_BACK = frozenset(("CVT_TOKEN", "CVT_API_KEY"))
"""What tests have no business with; the key of a server that they are to use is given to them with its address."""
_SHOWN = 200


class Ran(Struct, frozen=True):
    """One command. `ended` says how it failed, "" where it did not."""

    command: str
    seconds: float
    ended: str = ""


def run_test(command: str, *, cwd: str, env: Mapping[str, str], limit: float) -> Ran:
    """Run a command by the shell, its output going where ours goes; after `limit` seconds it and all it started are ended."""
    started = time.monotonic()
    process = subprocess.Popen(["/bin/sh", "-c", command], cwd=cwd, env=dict(env), stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        code = process.wait(limit)
    except subprocess.TimeoutExpired:
        _end(process)
        return Ran(command, time.monotonic() - started, f"did not end within {limit:g} s")
    except BaseException:
        _end(process)
        raise
    ended = "" if code == 0 else f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
    return Ran(command, time.monotonic() - started, ended)


def _end(process: subprocess.Popen[bytes]) -> None:
    for number, seconds in ((signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0)):
        try:
            os.killpg(process.pid, number)
        except (ProcessLookupError, PermissionError):
            return
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
        return


def report_of(runs: Sequence[Ran]) -> SpecReport:
    """The commands as a part of the report: a note for each that passed, a finding for each that failed."""
    items = tuple(Item(_finding(run), Check.TEST) for run in runs if run.ended)
    notes = tuple(f"`{printable(run.command)[:_SHOWN]}` passed in {run.seconds:.1f} s" for run in runs if not run.ended)
    return SpecReport(PATH, SpecStatus.CHANGED, items=items, notes=notes)


def _finding(run: Ran) -> Finding:
    row = rule(RULE)
    shown = printable(run.command)[:_SHOWN]
    return Finding(
        rule=RULE,
        severity=row.severity,
        message=row.message.format(command=shown, ended=run.ended),
        hint=row.hint,
        subject=shown,
        fingerprint=fingerprint(RULE, "", "", run.command),
    )
