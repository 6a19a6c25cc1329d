"""Step outputs as values: short, one line each."""

from __future__ import annotations

from collections.abc import Mapping

from cvt_engine.finding import Severity
from cvt_runner.model.report import Report, State
from cvt_runner.render.budget import OUTPUTS
from cvt_runner.render.escape import brief


def outputs(report: Report, *, paths: Mapping[str, str]) -> dict[str, str]:
    """The outputs named in `cvt_runner.inputs.OUTPUTS`. `paths` holds `result-path`, `report-path`, `sarif-path` and `junit-path`, as far as written."""
    waived = sum(report.count(severity, State.WAIVED) for severity in Severity)
    values = {
        "verdict": report.verdict.value,
        "exit-code": str(report.exit_code),
        "breaking-count": str(report.count(Severity.ERROR)),
        "warning-count": str(report.count(Severity.WARNING)),
        "waived-count": str(waived),
        "base-sha": report.base.sha,
        **paths,
    }
    room = OUTPUTS.aim // 4 // len(values)
    return {name: brief(value, room) for name, value in values.items()}
