"""Release notes: sections, order, escaping, and that nothing is left out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace

from cvt_engine.facade import RULES
from cvt_engine.finding import Severity
from cvt_runner.errors import UsageError
from cvt_runner.model.report import Check, Item, Report, Run, SpecReport, SpecStatus
from cvt_runner.model.version import Bump, advise
from cvt_runner.render.changelog import Section, chapters
from cvt_runner.render.registry import CHANGELOGS, RenderOptions, changelog
from tests.runner.render import sample
from tests.runner.render.reports import REPORTS
from tests.runner.render.test_markdown import only_our_markup

_SCHEMA: Final[dict[str, Any]] = json.loads(Path("api/changelog.schema.json").read_bytes())
_VALIDATOR: Final = jsonschema_rs.Draft202012Validator(_SCHEMA)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(REPORTS)
def test_any_report_has_notes_in_every_format(report: Report) -> None:
    for form in CHANGELOGS:
        changelog(form, report).encode()
    only_our_markup(changelog("markdown", report))
    values = json.loads(changelog("json", report))
    assert [error.message for error in _VALIDATOR.iter_errors(values)] == []
    told = [sum(len(section["changes"]) for section in api["sections"]) for api in values["apis"]]
    assert told == [len(spec.items) + sum(change.rule != "version-changed" for change in spec.changes) for spec in report.specs]


def test_schema_is_closed() -> None:
    objects = [part for part in (_SCHEMA, *_SCHEMA["$defs"].values()) if "properties" in part]
    assert all(part["additionalProperties"] is False and set(part["required"]) == set(part["properties"]) for part in objects)
    assert _SCHEMA["$defs"]["section"]["properties"]["section"]["enum"] == [section.value for section in Section]


def test_sections_in_reading_order() -> None:
    text = changelog("markdown", sample.release())
    assert [line for line in text.splitlines() if line.startswith("#")] == [
        "# Shop API 1.4.0 → 1.5.0",
        "## Breaking changes",
        "## Needs attention",
        "## Deprecated",
        "## Added",
        "## Changed",
        "## Removed",
    ]
    assert "2 breaking changes, 1 change that needs attention, 1 deprecation, 3 additions, 1 other change, 1 harmless removal." in text
    assert "This is a major change; info.version went 1.4.0 \\-&gt; 1.5.0 \\(minor\\): 2.0.0 would say it." in text
    assert "- `GET /orders` is now deprecated." in text


@pytest.mark.parametrize("row", [row for row in RULES if row.on], ids=lambda row: str(row.id))
def test_every_rule_has_its_section(row: Any) -> None:
    finding = replace(sample.ADDED, rule=row.id, severity=row.severity)
    (chapter,) = chapters(SpecReport("a", SpecStatus.CHANGED, (Item(finding, Check.DIFF),)))
    if row.severity is Severity.INFO:
        assert chapter.section not in (Section.BREAKING, Section.ATTENTION, Section.PROBLEMS)
        assert (chapter.section is Section.DEPRECATED) == (row.on[0].endswith("deprecated") and row.on[1] == "added")
    else:
        assert chapter.section is (Section.BREAKING if row.severity is Severity.ERROR else Section.ATTENTION)


def test_nothing_changed() -> None:
    spec = SpecReport("a.yaml", SpecStatus.CHANGED, title="A", version="1.0.0", base_version="1.0.0", version_advice=advise("1.0.0", "1.0.0", Bump.NONE))
    assert changelog("markdown", Report(Run(), sample.FOUND_BASE, (spec,))) == "# A 1\\.0\\.0\n\nNothing changed for clients.\n".replace("\\.", ".")


@pytest.mark.parametrize("form", sorted(CHANGELOGS))
def test_what_was_switched_off_and_what_cannot_be_told_is_said(form: str) -> None:
    text = changelog(form, sample.release()).replace("\\", "").replace("\n  ", " ")
    assert "response-header-removed" in text
    assert "switched off" in text or form == "json"
    assert "no base to compare with" in changelog(form, sample.inconclusive())


def test_every_change_is_told_however_many() -> None:
    report = sample.many(3_000)
    assert changelog("markdown", report).count("finding ") == 3_000
    assert changelog("text", report, RenderOptions(limit=1)).count("finding ") == 3_000


def test_unknown_format() -> None:
    with pytest.raises(UsageError, match="there is no format 'sarif'"):
        changelog("sarif", sample.clean())


def test_hostile_text_stays_text() -> None:
    page = changelog("html", sample.hostile())
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "\x1b" not in changelog("text", sample.hostile())
    for report in (sample.hostile(), sample.release(), sample.many(40, text=sample.HOSTILE)):
        only_our_markup(changelog("markdown", report))
