"""Release notes as JSON (api/changelog.schema.json)."""

from __future__ import annotations

from typing import Any, Final

from cvt_runner.model.report import Report, SpecReport
from cvt_runner.render.changelog import Chapter, Entry, chapters, heading
from cvt_runner.render.options import RenderOptions
from cvt_runner.render.result import adjustment, document, version_advice

SCHEMA: Final = "cvt.changelog/1"


def render(report: Report, _options: RenderOptions) -> str:
    """The notes as indented JSON with a final newline; nothing is cut, so no option applies."""
    values = {
        "schema": SCHEMA,
        "tool": {"name": "cvt", "version": report.run.tool_version},
        "verdict": report.verdict.value,
        "exit_code": report.exit_code,
        "notes": list(report.notes),
        "adjusted": [adjustment(one) for one in report.adjusted],
        "apis": [_api(spec) for spec in report.specs],
    }
    return document(values)


def _api(spec: SpecReport) -> dict[str, Any]:
    return {
        "path": spec.path,
        "base_path": spec.base_path,
        "heading": " ".join(part for part in heading(spec) if part),
        "title": spec.title,
        "version": spec.version,
        "base_version": spec.base_version,
        "version_advice": version_advice(spec.version_advice),
        "inconclusive": spec.inconclusive,
        "notes": list(spec.notes),
        "sections": [_chapter(chapter) for chapter in chapters(spec)],
    }


def _chapter(chapter: Chapter) -> dict[str, Any]:
    changes = [_change(entry) for group in chapter.groups for entry in group.entries]
    return {"section": chapter.section.value, "title": chapter.section.heading, "changes": changes}


def _change(entry: Entry) -> dict[str, Any]:
    finding = entry.finding
    return {
        "operation": finding.operation,
        "text": finding.message,
        "rule": finding.rule,
        "severity": finding.severity.value,
        "pointer": finding.pointer,
        "subject": finding.subject,
        "before": finding.before,
        "after": finding.after,
        "fingerprint": finding.fingerprint,
        "places": [{"operation": place.operation, "part": place.part} for place in finding.places],
    }
