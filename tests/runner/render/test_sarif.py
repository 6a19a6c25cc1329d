from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote, urlsplit

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings

from cvt_engine.facade import RULES
from cvt_engine.finding import Severity
from cvt_runner.model.report import Report
from cvt_runner.render.registry import RenderOptions, render
from tests.rig import go_module
from tests.runner.render import sample
from tests.runner.render.reports import REPORTS

_MODULE = "github.com/owenrumney/go-sarif/v3"
_VERSION = "v3.3.1"
_LEVELS = {"error", "warning", "note"}


def _run(report: Report) -> dict[str, Any]:
    log = json.loads(render("sarif", report))
    assert set(log) == {"$schema", "version", "runs"}
    assert log["version"] == "2.1.0"
    assert len(log["runs"]) == 1
    run: dict[str, Any] = log["runs"][0]
    return run


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(REPORTS)
def test_every_result_is_consistent(report: Report) -> None:
    run = _run(report)
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert len(run["results"]) == len(report.items)
    prints = [result["partialFingerprints"]["primaryLocationLineHash"] for result in run["results"]]
    assert len(set(prints)) == len(prints)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in _LEVELS
        assert result["message"]["text"]
        assert len(result["locations"]) == 1
        _check_location(result["locations"][0])


def _check_location(location: dict[str, Any]) -> None:
    physical = location.get("physicalLocation")
    if physical is None:
        return
    uri = urlsplit(physical["artifactLocation"]["uri"])
    assert not uri.scheme
    assert not uri.netloc
    assert uri.path.isascii()
    assert not unquote(uri.path).startswith("/")
    assert ".." not in unquote(uri.path).split("/")
    region = physical.get("region")
    if region:
        assert region["startLine"] >= 1
        assert region["startColumn"] >= 1
        end = (region.get("endLine", region["startLine"]), region.get("endColumn", region["startColumn"]))
        assert end >= (region["startLine"], region["startColumn"])


def test_states_become_suppressions_and_baseline_states() -> None:
    results = {result["ruleId"] + result["baselineState"]: result for result in _run(sample.full())["results"]}
    waived = results["response-optional-property-removednew"]
    assert waived["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": "checkout-web has not shipped yet | see #12 (@shop/orders, until 2031-01-31)"}
    ]
    assert "ref-unresolvedunchanged" in results
    assert "suppressions" not in results["response-property-removednew"]


def test_a_removed_element_points_to_its_parent_and_a_deleted_file_to_nothing() -> None:
    results = {result["ruleId"]: result for result in _run(sample.full())["results"]}
    assert results["response-property-removed"]["locations"][0]["physicalLocation"]["region"]["startLine"] == 34
    assert "physicalLocation" not in results["api-removed"]["locations"][0]


def test_rules_carry_the_engines_texts() -> None:
    known = next(rule for rule in RULES if rule.id == "ref-unresolved")
    rules = {rule["id"]: rule for rule in _run(sample.full())["tool"]["driver"]["rules"]}
    assert rules["ref-unresolved"]["fullDescription"]["text"] == known.why
    assert known.hint in rules["ref-unresolved"]["help"]["text"]
    assert rules["ref-unresolved"]["defaultConfiguration"]["level"] == {Severity.ERROR: "error", Severity.WARNING: "warning"}[known.severity]
    assert len(rules["ref-unresolved"]["properties"]["tags"]) <= 10


def test_an_inconclusive_run_is_not_a_successful_one() -> None:
    invocation = _run(sample.inconclusive())["invocations"][0]
    assert invocation["executionSuccessful"] is False
    assert invocation["exitCode"] == 3
    assert invocation["toolExecutionNotifications"][0]["level"] == "error"


@pytest.mark.network
def test_output_is_valid_by_the_standards_own_schema() -> None:
    schema = _official_schema()
    assert len(schema["definitions"]) > 40
    validator = jsonschema_rs.Draft4Validator(schema, validate_formats=True)
    reports = (sample.full(), sample.clean(), sample.inconclusive(), sample.nothing(), sample.hostile(), sample.many(50, text=sample.HOSTILE))
    for report in reports:
        log = json.loads(render("sarif", report, RenderOptions(limit=40)))
        assert [f"{error.instance_path}: {error.message}" for error in validator.iter_errors(log)] == []
    log["runs"][0]["results"][0]["level"] = "fatal"
    assert not validator.is_valid(log)


def _official_schema() -> dict[str, Any]:
    source = (go_module(_MODULE, _VERSION) / "pkg/report/v210/sarif/schema.go").read_text()
    body = source[source.index("`") + 1 : source.rindex("`")].replace('` + "`" + `', "`")
    schema: dict[str, Any] = json.loads(body)
    return schema
