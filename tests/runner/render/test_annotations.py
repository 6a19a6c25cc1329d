from __future__ import annotations

import re

from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace

from cvt_runner.model.report import Report, State, Verdict
from cvt_runner.render.checkrun import check_run
from cvt_runner.render.registry import RenderOptions, render
from tests.runner.render import sample
from tests.runner.render.reports import REPORTS

_PROPERTY = r"(?:file|line|col|title)=[^,:\r\n]+"
_COMMAND = re.compile(rf"::(?:error|warning|notice) {_PROPERTY}(?:,{_PROPERTY})*::[^\r\n]*")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(REPORTS)
def test_every_line_is_one_command_of_ours(report: Report) -> None:
    lines = render("github", report).splitlines()
    new = sum(1 for item in report.items if item.state is State.NEW)
    assert len(lines) == new + (report.verdict is Verdict.INCONCLUSIVE)
    assert all(_COMMAND.fullmatch(text) for text in lines), lines


def test_removed_element_is_anchored_to_its_nearest_surviving_parent() -> None:
    line = next(text for text in render("github", sample.full()).splitlines() if "title=response-property-removed" in text)
    assert line.startswith("::error file=api/openapi.yaml,line=34,col=7,title=response-property-removed::GET /orders/{id}: ")


def test_a_deleted_specification_has_no_file_to_point_to() -> None:
    line = next(text for text in render("github", sample.full()).splitlines() if "api-removed" in text)
    assert line.startswith("::error title=api-removed::")


def test_paths_outside_the_repository_are_not_named_as_files() -> None:
    outside = replace(sample.LIMIT, revision=sample.excerpt("../../etc/passwd", 1, 1, "x"))
    spec = replace(sample.clean().specs[0], path="/abs/openapi.yaml", items=(replace(sample.full().items[1], finding=outside),))
    assert "file=" not in render("github", replace(sample.clean(), specs=(spec,)))


def test_waived_and_existing_findings_are_not_annotated() -> None:
    text = render("github", sample.full())
    assert "response-optional-property-removed" not in text
    assert "schemas/Old" not in text


def test_inconclusive_takes_one_place_of_the_budget_and_follows_the_users_choice() -> None:
    report = replace(sample.many(60), inconclusive="no base")
    spec = replace(report.specs[0], items=(), inconclusive="no base")
    doubtful = replace(report, specs=(spec,))
    assert render("github", doubtful).startswith("::error title=inconclusive::inconclusive: no base%0Abase = ")
    assert render("github", replace(doubtful, neutral_inconclusive=True)).startswith("::warning title=inconclusive::")


def test_nothing_to_say_is_no_output_at_all() -> None:
    assert render("github", sample.clean()) == ""
    assert render("github", sample.many(30), RenderOptions(limit=0)) == ""


def test_exactly_ten_need_no_roll_up() -> None:
    items = tuple(replace(sample.full().items[0], finding=replace(sample.PRICE, message=str(n))) for n in range(11))
    spec = sample.clean().specs[0]
    ten, eleven = (render("github", replace(sample.clean(), specs=(replace(spec, items=items[:n]),))).splitlines() for n in (10, 11))
    assert not any("more" in text.split("::")[1] for text in ten)
    assert len(eleven) == 10
    assert eleven[-1].startswith("::error title=2 more errors::and 2 more errors: showing 9 of 11")


def test_check_run_follows_the_verdict() -> None:
    conclusions = [check_run(report()).conclusion for report in (sample.full, sample.clean, sample.inconclusive, sample.nothing)]
    assert conclusions == ["failure", "success", "failure", "neutral"]
    assert check_run(replace(sample.inconclusive(), neutral_inconclusive=True)).conclusion == "neutral"


def test_check_run_annotates_only_lines_of_the_head() -> None:
    made = check_run(sample.full())
    assert [(a.path, a.start_line, a.level, a.title) for a in made.annotations] == [
        ("api/openapi.yaml", 34, "failure", "response-property-removed"),
        ("api/openapi.yaml", 17, "failure", "request-parameter-max-decreased"),
        ("api/openapi.yaml", 22, "failure", "ref-unresolved"),
        (".cvt-waivers.yaml", 12, "warning", "waiver-unused"),
        ("api/openapi.yaml", 25, "notice", "operation-added"),
    ]
    assert check_run(sample.clean()).batches == ()
