"""Ten thousand findings with long hostile texts, for every sink."""

from __future__ import annotations

import re
import zlib
from functools import cache
from typing import Any
from xml.etree import ElementTree as ET

import msgspec
import pytest
from markdown_it import MarkdownIt

from cvt_runner.inputs import OUTPUTS as DECLARED
from cvt_runner.model.report import Report
from cvt_runner.render import budget
from cvt_runner.render.budget import Unit
from cvt_runner.render.checkrun import check_run
from cvt_runner.render.outputs import outputs
from cvt_runner.render.registry import RenderOptions, render
from cvt_runner.render.wording import status_line
from tests.runner.render import sample

_LONG = sample.HOSTILE * 4
_CUT = re.compile(r"showing ([\d,]+) of 10,000, full report: artifact cvt-report")


@cache
def _report() -> Report:
    return sample.many(10_000, text=_LONG)


@cache
def _text(name: str) -> str:
    return render(name, _report(), RenderOptions(full_report="artifact cvt-report"))


def _shown(text: str) -> int:
    match = _CUT.search(text.replace("\\", ""))
    assert match, text[-500:]
    return int(match.group(1).replace(",", ""))


@pytest.mark.parametrize(("name", "limit"), [("markdown", budget.COMMENT), ("summary", budget.SUMMARY), ("junit", budget.JUNIT), ("sarif", budget.SARIF_SIZE)])
def test_text_stays_below_the_hard_limit(name: str, limit: budget.Limit) -> None:
    assert 0 < budget.size(_text(name), limit.unit) <= limit.hard


@pytest.mark.parametrize(("name", "least"), [("markdown", 10), ("summary", 100), ("html", 500)])
def test_cut_says_exactly_how_many_findings_are_shown(name: str, least: int) -> None:
    text = _text(name)
    pattern = r'<article class="finding' if name == "html" else r"<summary><b>"
    assert len(re.findall(pattern, text)) == _shown(text) >= least


def test_room_is_used_rather_than_wasted() -> None:
    assert budget.size(_text("markdown"), Unit.CHARACTERS) > budget.COMMENT.aim * 3 // 4


@pytest.mark.parametrize("name", ["markdown", "summary"])
def test_cut_markdown_has_balanced_blocks(name: str) -> None:
    text = _text(name)
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(text)
    html = [token.content for token in tokens if token.type == "html_block"]
    opened = sum(part.count("<details") for part in html)
    closed = sum(part.count("</details>") for part in html)
    assert opened == closed > 10
    assert all(token.type != "fence" or token.info in ("diff", "sh", "yaml") for token in tokens)
    assert tokens[-1].type == "paragraph_close"


def test_html_is_of_a_size_that_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    assert budget.size(_text("html"), Unit.BYTES) <= budget.HTML.hard
    monkeypatch.setattr("cvt_runner.render.html.HTML", budget.Limit(60_000, 50_000, Unit.BYTES))
    small = render("html", sample.many(500, text=_LONG))
    assert budget.size(small, Unit.BYTES) <= 60_000
    assert 5 < small.count('<article class="finding') < 100


def test_annotations_spend_ten_a_level_with_one_that_counts_the_rest() -> None:
    lines = _text("github").splitlines()
    for level, noun in (("error", "errors"), ("warning", "warnings"), ("notice", "notes")):
        mine = [text for text in lines if text.startswith(f"::{level} ")]
        assert len(mine) == budget.ANNOTATIONS.hard
        assert sum("file=" in text for text in mine) == 9
        assert re.search(rf"::and 3,3\d\d more {noun}: showing 9 of 3,33", mine[-1])
    assert len(lines) == 30


def test_sarif_keeps_the_worst_results_within_the_compressed_size() -> None:
    log = msgspec.json.decode(_text("sarif"))
    results = log["runs"][0]["results"]
    assert 5_000 <= len(results) <= budget.SARIF_RESULTS.hard
    assert results[0]["level"] == "error"
    assert len(zlib.compress(_text("sarif").encode(), 6)) <= budget.SARIF_SIZE.hard


def test_sarif_is_cut_when_its_texts_do_not_compress(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cvt_runner.render.sarif.SARIF_SIZE", budget.Limit(60_000, 50_000, Unit.GZIP))
    text = render("sarif", sample.many(5_000, text=_LONG), RenderOptions(full_report="artifact cvt-report"))
    run: dict[str, Any] = msgspec.json.decode(text)["runs"][0]
    assert 0 < len(run["results"]) < 5_000
    assert budget.size(text, Unit.GZIP) <= 60_000
    said = " ".join(notice["message"]["text"] for notice in run["invocations"][0]["toolExecutionNotifications"])
    assert f"showing {len(run['results']):,} of 5,000" in said


def test_junit_stays_valid_and_unique() -> None:
    cases = [case.get("name") for case in ET.fromstring(_text("junit")).iter("testcase")]
    assert len(cases) == len(set(cases)) == 10_000


def test_junit_is_cut_between_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cvt_runner.render.junit.JUNIT", budget.Limit(100_000, 100_000, Unit.BYTES))
    text = render("junit", sample.many(500, text=_LONG), RenderOptions(full_report="artifact cvt-report"))
    assert budget.size(text, Unit.BYTES) <= 100_000
    root = ET.fromstring(text)
    count = len(list(root.iter("testcase")))
    assert 10 < count < 500
    assert f"showing {count} of 500, full report: artifact cvt-report" in "".join(node.text or "" for node in root.iter("system-out"))


def test_check_run_fits_its_request() -> None:
    made = check_run(_report(), RenderOptions(full_report="artifact cvt-report"))
    assert len(made.title) <= budget.CHECK_TITLE.hard
    assert len(made.summary) <= budget.CHECK_TEXT.hard
    assert _shown(made.summary) >= 10
    assert len(made.annotations) == budget.CHECK_ANNOTATIONS.aim
    assert all(len(batch) <= budget.CHECK_BATCH.hard for batch in made.batches)
    assert sum(len(batch) for batch in made.batches) == len(made.annotations)
    for annotation in made.annotations:
        assert len(annotation.message.encode()) <= budget.CHECK_MESSAGE.hard
        assert len(annotation.title) <= budget.CHECK_TITLE.hard
        assert annotation.start_line == annotation.end_line > 0


def test_status_line_is_one_line_of_at_most_140_characters() -> None:
    for report in (_report(), sample.hostile(_LONG), sample.clean(), sample.inconclusive(), sample.nothing()):
        shown = status_line(report)
        assert 0 < len(shown) <= budget.STATUS.hard
        assert "\n" not in shown
    assert len(status_line(_report(), limit=20)) == 20


def test_outputs_are_all_declared_short_and_one_line() -> None:
    paths = dict.fromkeys(("result-path", "report-path", "sarif-path", "junit-path"), _LONG * 100)
    values = outputs(_report(), paths=paths)
    assert set(values) == {output.name for output in DECLARED}
    assert sum(budget.size(value, Unit.UTF16) for value in values.values()) <= budget.OUTPUTS.aim
    assert not any("\n" in value or "\r" in value for value in values.values())
    assert values["breaking-count"] == "3334"


def test_terminal_lists_every_finding_and_frames_the_worst() -> None:
    text = _text("text")
    assert sum(text.count(f"  {kind}  finding") for kind in ("breaking", "warning", "info")) == 10_000
    assert text.count(" head api/") == 50


def test_take_stops_at_the_first_block_that_does_not_fit() -> None:
    assert budget.take(["a" * 5, "b" * 6, "c"], room=10, unit=Unit.CHARACTERS) == ["aaaaa"]
    assert budget.take(iter(["é" * 5]), room=9, unit=Unit.BYTES) == []


@pytest.mark.parametrize("text", [sample.HOSTILE * 2_000, "$" * 500_000, "@" * 500_000, "`" * 500_000, "\u202e" * 500_000, "\U0001f600" * 200_000])
def test_a_single_enormous_text_everywhere_breaks_no_limit(text: str) -> None:
    report = sample.hostile(text)
    for name, limit in (("markdown", budget.COMMENT), ("summary", budget.SUMMARY), ("html", budget.HTML), ("junit", budget.JUNIT)):
        assert budget.size(render(name, report), limit.unit) <= limit.hard, name
    assert len(check_run(report).summary) <= budget.CHECK_TEXT.hard
    ET.fromstring(render("junit", report))


def test_ten_thousand_waived_findings_leave_room_for_the_rest() -> None:
    report = sample.waived(10_000, text=_LONG)
    for name, limit in (("markdown", budget.COMMENT), ("summary", budget.SUMMARY)):
        text = render(name, report)
        assert budget.size(text, limit.unit) <= limit.hard
        assert re.search(r"showing \d+ of 10,000", text)
        assert text.count("<details") == text.count("</details>")


def test_thousands_of_specifications_and_notes_break_no_limit() -> None:
    report = sample.crowded(3_000, text=_LONG)
    for name, limit in (("markdown", budget.COMMENT), ("summary", budget.SUMMARY), ("junit", budget.JUNIT), ("html", budget.HTML)):
        assert budget.size(render(name, report), limit.unit) <= limit.hard, name
