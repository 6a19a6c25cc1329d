"""`cvt lint FILES...`: each document on its own."""

from __future__ import annotations

from datetime import datetime

from cvt_engine.errors import SourceMissing
from cvt_runner import __version__
from cvt_runner.checks.spec import Readers, check_spec
from cvt_runner.commands.judgement import Told, judgement
from cvt_runner.commands.present import Presentation, present
from cvt_runner.console import Console
from cvt_runner.errors import UsageError
from cvt_runner.model.report import Base, Report, Run, SpecStatus
from cvt_runner.model.spec import SpecPair
from cvt_runner.specs.operand import Operand


def run(targets: tuple[Operand, ...], *, told: Told, how: Presentation, now: datetime, console: Console) -> int:
    """Lint every target; content that cannot be read is a finding.

    Raises UsageError for a file that is not there, and for options or a configuration that cannot be understood.
    """
    judged, fail_on = judgement(told)
    for target in targets:
        try:
            target.read(target.path)
        except SourceMissing as error:
            raise UsageError(f"{error.where} {error.message}", hint=error.hint) from None
    specs = tuple(check_spec(SpecPair(target.path, "", SpecStatus.NEW), Readers(target.read), judged) for target in targets)
    started = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    report = Report(Run(tool_version=__version__, event="lint", started=started), Base(), specs, fail_on=fail_on)
    return present(report, how, console)
