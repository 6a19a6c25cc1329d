"""What Prometheus reads: series that are known beforehand, names that are those of the wire, figures of what is registered."""

from __future__ import annotations

import re

import pytest
from prometheus_client.parser import text_string_to_metric_families

from cvt_engine.facade import RULES
from cvt_engine.finding import Finding, Severity
from cvt_server.errors import Conflict, TooMany, Unavailable
from cvt_server.metrics import CHANGE_TYPES, MAX_SCHEMAS, Metrics, change_type
from cvt_server.service.stats import Sizes
from cvt_wire import cvt_pb2 as wire
from tests.rig import ROOT


def values(metrics: Metrics, family: str) -> dict[tuple[str, ...], float]:
    found = (one for one in text_string_to_metric_families(metrics.text().decode()) if one.name == family)
    return {tuple(sample.labels.values()): sample.value for one in found for sample in one.samples if not sample.name.endswith("_created")}


@pytest.mark.parametrize("family", ["cvt_verdicts", "cvt_deploy_answers", "cvt_schemas_registered", "cvt_auth_failures", "cvt_breaking_changes_detected"])
def test_series_that_are_known_begin_at_zero(family: str) -> None:
    found = values(Metrics(), family)
    assert found
    assert set(found.values()) == {0.0}


def test_change_types_are_those_of_the_wire() -> None:
    assert tuple(CHANGE_TYPES) == tuple(wire.BreakingChangeType.keys())


def test_every_rule_has_a_published_type() -> None:
    metrics = Metrics()
    metrics.broken(Finding(rule.id, Severity.ERROR, "", wire_type=rule.published) for rule in RULES)
    found = values(metrics, "cvt_breaking_changes_detected")
    assert {key for (key,) in found} == set(CHANGE_TYPES)
    assert sum(found.values()) == len(RULES)
    assert change_type(Finding("x", Severity.ERROR, "")) == "BREAKING_CHANGE_UNSPECIFIED"


def test_registrations_and_refusals_are_counted() -> None:
    metrics = Metrics()
    metrics.registration(())
    metrics.registration_refused(Conflict("taken"))
    assert values(metrics, "cvt_schemas_registered") == {("success",): 1.0, ("failure",): 1.0}
    assert values(metrics, "cvt_schema_registration_errors") == {("conflict",): 1.0}
    for problem in (TooMany("slow down"), Unavailable("no database")):
        metrics.refused(problem)
    assert values(metrics, "cvt_auth_failures")[(TooMany.kind,)] == 1.0
    assert values(metrics, "cvt_storage_errors") == {(): 1.0}


def test_sizes_are_shown() -> None:
    metrics = Metrics()
    metrics.sizes(Sizes(12, 34))
    assert (values(metrics, "cvt_schemas"), values(metrics, "cvt_consumers")) == ({(): 12.0}, {(): 34.0})


def test_labels_of_schemas_are_bounded() -> None:
    metrics = Metrics()
    labels = {metrics.schema(f"schema-{number}") for number in range(2 * MAX_SCHEMAS)}
    assert len(labels) == MAX_SCHEMAS + 1
    assert metrics.schema("schema-0") == "schema-0"


def test_the_documentation_names_every_metric_and_no_other() -> None:
    text = (ROOT / "docs" / "deploy.md").read_text()
    documented = {name for row in re.findall(r"^\| (`cvt_.*?) \|", text, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}
    there = {family.name + ("_total" if family.type == "counter" else "") for family in text_string_to_metric_families(Metrics().text().decode())}
    assert documented == {name for name in there if not name.endswith("_created")}
