"""The public CVT's JSON for a comparison: what scripts that were written for it read."""

from __future__ import annotations

from typing import Any

from cvt_engine.finding import Finding, told
from cvt_runner.model.report import Report, State, Verdict
from cvt_runner.render.options import RenderOptions
from cvt_runner.render.result import document

UNSPECIFIED = "BREAKING_CHANGE_UNSPECIFIED"


def render(report: Report, _options: RenderOptions) -> str:
    """`{"compatible": ..., "breaking_changes": [...]}`; the second only where there are any."""
    counted = [item.finding for item in report.items if item.state is State.NEW and item.finding.severity.rank <= report.fail_on.rank]
    values: dict[str, Any] = {"compatible": report.verdict is Verdict.OK}
    return document(values | ({"breaking_changes": [change for finding in counted for change in changes(finding)]} if counted else {}))


def changes(finding: Finding) -> list[dict[str, Any]]:
    """One finding under the public CVT's keys: once for each operation, because scripts look for their own."""
    return [
        published(operation, finding.wire_type, message, before=finding.before, after=finding.after)
        for operation, message in told(finding.message, finding.places, finding.operation)
    ]


def published(operation: str, wire_type: str | None, message: str, *, before: str | None, after: str | None) -> dict[str, Any]:
    """The same from its parts."""
    method, _, path = operation.partition(" ")
    where = {"path": path, "method": method} if path and method.isupper() else {"path": "", "method": ""}
    values = {"type": wire_type or UNSPECIFIED, **where, "description": message}
    return values | {key: value for key, value in (("old_value", before), ("new_value", after)) if value}
