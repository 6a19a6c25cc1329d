from __future__ import annotations

from xml.etree import ElementTree as ET

from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace

from cvt_engine.finding import Severity
from cvt_runner.model.report import Check, Item, Report, SpecReport, SpecStatus, State
from cvt_runner.render.registry import render
from tests.runner.render import sample
from tests.runner.render.reports import REPORTS


def _suites(report: Report) -> list[ET.Element]:
    return list(ET.fromstring(render("junit", report).encode()))


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(REPORTS)
def test_names_are_unique_and_counters_true(report: Report) -> None:
    suites = _suites(report)
    names = [case.get("name") for suite in suites for case in suite.iter("testcase")]
    assert names
    assert len(names) == len(set(names))
    for suite in suites:
        assert int(suite.get("tests", "")) == len(list(suite.iter("testcase")))
        assert int(suite.get("failures", "")) == len(list(suite.iter("failure")))
        assert int(suite.get("errors", "")) == len(list(suite.iter("error")))
    failing = sum(1 for item in report.items if item.state is State.NEW and item.finding.severity.rank <= report.fail_on.rank)
    assert sum(len(list(suite.iter("failure"))) for suite in suites) == failing


def test_one_suite_for_each_specification_and_a_passing_case_where_nothing_was_found() -> None:
    suites = {suite.get("name"): suite for suite in _suites(sample.full())}
    assert set(suites) == {"api/openapi.yaml", "legacy/billing.json", "api/stock.yaml", "api/new.yaml", "api/odd.yaml"}
    case = next(suites["api/stock.yaml"].iter("testcase"))
    assert len(case) == 0


def test_the_same_finding_twice_keeps_both_cases() -> None:
    spec = SpecReport("a.yaml", SpecStatus.CHANGED, (Item(sample.LIMIT, Check.DIFF),) * 3)
    names = [case.get("name") for case in _suites(replace(sample.clean(), specs=(spec,)))[0]]
    assert len(names) == len(set(names)) == 3


def test_fail_on_warning_turns_warnings_into_failures() -> None:
    report = sample.full()
    strict = replace(report, fail_on=Severity.WARNING)
    count = [sum(len(list(suite.iter("failure"))) for suite in _suites(each)) for each in (report, strict)]
    assert count == [4, 5]


def test_inconclusive_is_an_error_unless_the_user_chose_neutral() -> None:
    report = sample.inconclusive()
    assert [len(list(suite.iter("error"))) for suite in _suites(report)] == [1, 1]
    neutral = _suites(replace(report, neutral_inconclusive=True))
    assert not any(list(suite.iter("error")) for suite in neutral)
    assert all(list(suite.iter("skipped")) for suite in neutral)


def test_nothing_to_check_is_said_by_one_passing_case() -> None:
    (suite,) = _suites(sample.nothing())
    assert [case.get("name") for case in suite] == ["nothing to check: no OpenAPI document among 120 tracked files"]
