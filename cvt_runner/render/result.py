"""`result.json`: the complete, versioned result of a run (api/result.schema.json). The other formats are views of it."""

from __future__ import annotations

from typing import Any, Final

from cvt_engine.finding import plain_values
from cvt_runner.model.levels import Adjustment
from cvt_runner.model.report import Item, Report, SpecReport, State
from cvt_runner.model.version import VersionAdvice
from cvt_runner.model.waiver import WaiverUse
from cvt_runner.render.escape import unicode
from cvt_runner.render.options import RenderOptions

SCHEMA: Final = "cvt.result/1"


def render(report: Report, _options: RenderOptions) -> str:
    """The result as indented JSON with a final newline. Nothing is cut, so no option applies."""
    return document(result(report))


def document(values: dict[str, Any]) -> str:
    """Plain values as indented JSON with a final newline."""
    import msgspec

    try:
        data = msgspec.json.encode(values)
    except UnicodeEncodeError:
        data = msgspec.json.encode(_encodable(values))
    return msgspec.json.format(data, indent=2).decode() + "\n"


def result(report: Report) -> dict[str, Any]:
    """The result as plain values, in the order of the schema."""
    return {
        "schema": SCHEMA,
        "tool": {"name": "cvt", "version": report.run.tool_version},
        "verdict": report.verdict.value,
        "exit_code": report.exit_code,
        "fail_on": report.fail_on.value,
        "on_inconclusive": "neutral" if report.neutral_inconclusive else "fail",
        "inconclusive": report.inconclusive,
        "counts": _counts(report.items),
        "run": _run(report),
        "base": {"sha": report.base.sha, "because": report.base.because, "ladder": list(report.base.ladder)},
        "discovered": report.discovered,
        "reproduce": report.reproduce,
        "notes": list(report.notes),
        "adjusted": [adjustment(one) for one in report.adjusted],
        "specs": [_spec(spec) for spec in report.specs],
    }


def _counts(items: tuple[Item, ...]) -> dict[str, int]:
    counts = {"error": 0, "warning": 0, "info": 0, "waived": 0, "existing": 0}
    for item in items:
        counts[item.finding.severity.value if item.state is State.NEW else item.state.value] += 1
    return counts


def _run(report: Report) -> dict[str, Any]:
    run = report.run
    return {
        "platform": run.platform,
        "event": run.event,
        "repository": run.repository,
        "head_sha": run.head_sha,
        "pull_request": run.pull_request,
        "run_url": run.run_url,
        "group": run.group,
        "started": run.started,
        "duration_ms": run.duration_ms,
    }


def adjustment(one: Adjustment) -> dict[str, Any]:
    """What a severity of the user's did, as plain values."""
    return {"rule": one.rule, "was": one.was.value, "level": one.level.value, "by": one.place, "count": one.count, "added_here": one.added_here}


def version_advice(said: VersionAdvice | None) -> dict[str, Any] | None:
    """What the version has to say, as plain values."""
    if said is None:
        return None
    return {
        "required": said.required.value,
        "step": said.step.value,
        "announced": said.announced,
        "suggested": said.suggested,
        "sentence": said.sentence,
    }


def _spec(spec: SpecReport) -> dict[str, Any]:
    return {
        "path": spec.path,
        "base_path": spec.base_path,
        "status": spec.status.value,
        "api": spec.api,
        "title": spec.title,
        "version": spec.version,
        "base_version": spec.base_version,
        "version_advice": version_advice(spec.version_advice),
        "inconclusive": spec.inconclusive,
        "notes": list(spec.notes),
        "counts": _counts(spec.items),
        "findings": [_item(item) for item in spec.items],
    }


def _item(item: Item) -> dict[str, Any]:
    values = plain_values(item.finding)
    rule, severity = values.pop("rule"), values.pop("severity")
    return {
        "rule": rule,
        "severity": severity,
        "check": item.check.value,
        "state": item.state.value,
        **values,
        "waiver": _waiver(item.waiver),
        "consumers": list(item.consumers),
    }


def _waiver(use: WaiverUse | None) -> dict[str, Any] | None:
    if use is None:
        return None
    waiver = use.waiver
    return {
        "fingerprint": waiver.fingerprint,
        "rule": waiver.rule,
        "operation": waiver.operation,
        "pointer": waiver.pointer,
        "spec": waiver.spec,
        "reason": waiver.reason,
        "owner": waiver.owner,
        "until": waiver.until.isoformat(),
        "file": waiver.file,
        "line": waiver.line,
        "added_here": use.added_here,
    }


def _encodable(value: Any) -> Any:
    """The same values with lone surrogates (file names that are not UTF-8) replaced, so that they can be written."""
    if isinstance(value, str):
        return unicode(value)
    if isinstance(value, dict):
        return {key: _encodable(inner) for key, inner in value.items()}
    return [_encodable(inner) for inner in value] if isinstance(value, list) else value
