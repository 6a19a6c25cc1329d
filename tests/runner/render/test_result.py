from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import jsonschema_rs
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from cvt_engine.finding import Severity
from cvt_runner.model.report import Report, State
from cvt_runner.render.registry import render
from cvt_runner.render.result import SCHEMA
from tests.runner.render import sample
from tests.runner.render.reports import REPORTS

_SCHEMA: Final[dict[str, Any]] = msgspec.json.decode(Path("api/result.schema.json").read_bytes())
_VALIDATOR: Final = jsonschema_rs.Draft202012Validator(_SCHEMA, validate_formats=True)


def _result(report: Report) -> dict[str, Any]:
    values: dict[str, Any] = msgspec.json.decode(render("json", report))
    return values


def test_schema_itself_is_valid_and_closed() -> None:
    jsonschema_rs.meta.validate(_SCHEMA)
    assert _SCHEMA["properties"]["schema"]["const"] == SCHEMA
    objects = [part for part in (_SCHEMA, *_SCHEMA["$defs"].values()) if "properties" in part]
    assert all(part["additionalProperties"] is False for part in objects)
    assert all(set(part["required"]) == set(part["properties"]) for part in objects)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(REPORTS)
def test_every_report_fits_the_schema(report: Report) -> None:
    values = _result(report)
    assert [error.message for error in _VALIDATOR.iter_errors(values)] == []
    assert values["verdict"] == report.verdict.value
    assert values["exit_code"] == report.exit_code
    assert sum(values["counts"].values()) == len(report.items)
    assert [len(spec["findings"]) for spec in values["specs"]] == [len(spec.items) for spec in report.specs]


def test_counts_agree_with_the_report() -> None:
    report = sample.full()
    counts = _result(report)["counts"]
    assert [counts[severity.value] for severity in Severity] == [report.count(severity) for severity in Severity]
    assert counts["waived"] == sum(report.count(severity, State.WAIVED) for severity in Severity) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"schema": "cvt.result/2"},
        {"verdict": "fine"},
        {"exit_code": 2},
        {"surprise": 1},
        {"counts": {"error": -1, "warning": 0, "info": 0, "waived": 0, "existing": 0}},
        {"specs": [{}]},
        {"base": None},
    ],
)
def test_schema_refuses_what_is_not_a_result(change: dict[str, Any]) -> None:
    assert _VALIDATOR.is_valid(_result(sample.full()))
    assert not _VALIDATOR.is_valid({**_result(sample.full()), **change})


def test_schema_ties_the_waiver_to_the_state() -> None:
    values = _result(sample.full())
    finding = next(found for found in values["specs"][0]["findings"] if found["waiver"])
    finding["state"] = "new"
    assert not _VALIDATOR.is_valid(values)


def test_texts_survive_unchanged_but_for_lone_surrogates() -> None:
    found = _result(sample.hostile("a\ud800\x00\u202e\n"))["specs"][0]["findings"][0]
    assert found["message"] == "a\ufffd\x00\u202e\n"
