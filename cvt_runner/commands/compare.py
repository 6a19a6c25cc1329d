"""`cvt compare --old A --new B`: what changed between two documents, and whom it breaks."""

from __future__ import annotations

from datetime import datetime

from cvt_runner import __version__
from cvt_runner.checks.spec import Readers, compare_only
from cvt_runner.commands.judgement import Told, judgement
from cvt_runner.commands.present import Presentation, present
from cvt_runner.console import Console
from cvt_runner.model.report import Base, Report, Run, SpecStatus
from cvt_runner.model.spec import SpecPair
from cvt_runner.specs.operand import Operand


def run(old: Operand, new: Operand, *, told: Told, how: Presentation, now: datetime, console: Console) -> int:
    """Compare and show. Unreadable content of the old side is inconclusive, of the new side a finding.

    Raises UsageError for a missing file, and for options or a configuration that cannot be understood.
    """
    judged, fail_on = judgement(told)
    read_old, read_new = old.opened(), new.opened()
    pair = SpecPair(new.path, old.path, SpecStatus.CHANGED)
    spec = compare_only(pair, Readers(read_new, read_old, now.date().isoformat()), judged)
    started = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    report = Report(Run(tool_version=__version__, event="compare", started=started), Base(), (spec,), fail_on=fail_on)
    return present(report, how, console)
