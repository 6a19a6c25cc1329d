"""The Grafana dashboards as rows: `python -m tools.gen` writes deploy/grafana/dashboards/ from them.

Every query is run by tests/platform/test_monitoring.py against a real Prometheus, and one without a result fails.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

WIDTH: Final = 24  # Grafana's grid
DATASOURCE: Final = {"type": "prometheus", "uid": "${datasource}"}
LEGEND: Final = {"displayMode": "list", "placement": "bottom", "showLegend": True}


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel. `queries` are pairs of legend and expression; `kind` is Grafana's panel type, `text` says how to read it."""

    title: str
    text: str
    queries: tuple[tuple[str, str], ...]
    kind: str = "timeseries"
    unit: str = "short"
    width: int = 12
    height: int = 8


@dataclass(frozen=True, slots=True)
class Dashboard:
    """One dashboard: its identity, and its panels in reading order."""

    uid: str
    title: str
    text: str
    since: str
    panels: tuple[Panel, ...]


def by(labels: str, counter: str) -> str:
    """A counter's rate per label."""
    return f"sum by ({labels}) (rate({counter}[$__rate_interval]))"


def quantile(labels: str, histogram: str) -> str:
    """The 95th percentile of a histogram per label."""
    return f"histogram_quantile(0.95, sum by ({labels + ', ' if labels else ''}le) (rate({histogram}_bucket[$__rate_interval])))"


def daily(labels: str, counter: str) -> str:
    """What a counter gained in a day, per label."""
    return f"sum by ({labels}) (increase({counter}[1d]))"


TESTED: Final = "count(sum by (schema_id) (increase(cvt_validations_total[30d])) > 0)"
TESTS: Final = "topk(20, sum by (schema_id) (increase(cvt_validations_total[30d])))"
BROKEN: Final = 'sum(increase(cvt_verdicts_total{verdict="broken"}[30d]))'
PASSED: Final = 'sum(increase(cvt_verdicts_total{verdict="ok"}[30d])) / sum(increase(cvt_verdicts_total[30d]))'
UNSAFE: Final = 'sum(increase(cvt_deploy_answers_total{answer!="yes"}[30d]))'
HIT, MISS = "sum(rate(cvt_cache_hits_total[5m]))", "sum(rate(cvt_cache_misses_total[5m]))"
HITS: Final = f"{HIT} / ({HIT} + {MISS})"

OPERATIONS: Final = Dashboard(
    "cvt-operations",
    "CVT: operations",
    "Is the contract server up, fast and right?",
    "now-6h",
    (
        Panel("Replicas up", "Servers that Prometheus reaches.", (("", 'sum(up{job="cvt"})'),), kind="stat", width=4, height=4),
        Panel("Calls", "gRPC calls per second.", (("", "sum(rate(cvt_grpc_requests_total[5m]))"),), kind="stat", unit="reqps", width=4, height=4),
        Panel("Failed calls", "Share of calls that failed.", (("", "cvt:grpc_failures:ratio_rate5m"),), kind="stat", unit="percentunit", width=4, height=4),
        Panel("p95", "Within this time 95 of 100 calls are answered.", (("", "cvt:grpc_seconds:p95_rate5m"),), kind="stat", unit="s", width=4, height=4),
        Panel("p99", "Within this time 99 of 100 calls are answered.", (("", "cvt:grpc_seconds:p99_rate5m"),), kind="stat", unit="s", width=4, height=4),
        Panel("Refused keys", "Calls per minute without a valid key.", (("", "60 * cvt:auth_failures:rate5m"),), kind="stat", width=4, height=4),
        Panel(
            "Calls by method and outcome", "gRPC calls per second.", (("{{method}} {{status}}", by("method, status", "cvt_grpc_requests_total")),), unit="reqps"
        ),
        Panel(
            "Time by method, p95",
            "Within this time 95 of 100 calls are answered.",
            (("{{method}}", quantile("method", "cvt_grpc_request_duration_seconds")),),
            unit="s",
        ),
        Panel("Validations", "Exchanges per second, by what came out.", (("{{result}}", by("result", "cvt_validations_total")),), unit="reqps"),
        Panel("Time of a validation, p95", "Without the wire.", (("p95", quantile("", "cvt_validation_duration_seconds")),), unit="s"),
        Panel(
            "Why exchanges are invalid",
            "Findings per second, by category.",
            (("{{error_category}}", by("error_category", "cvt_validation_errors_total")),),
            unit="reqps",
        ),
        Panel("Registrations", "Per second, by outcome.", (("{{status}}", by("status", "cvt_schemas_registered_total")),), unit="reqps"),
        Panel("Refused keys by reason", "Calls per second that were turned away.", (("{{reason}}", by("reason", "cvt_auth_failures_total")),), unit="reqps"),
        Panel("Storage errors", "Per second; anything but zero needs a look.", (("errors", "cvt:storage_errors:rate5m"),), unit="reqps"),
        Panel("Cache", "Compiled descriptions: share of look-ups that found theirs.", (("hits", HITS),), unit="percentunit"),
        Panel("Memory", "Resident memory of each replica.", (("{{instance}}", 'process_resident_memory_bytes{job="cvt"}'),), unit="bytes"),
        Panel("CPU", "Cores in use.", (("{{instance}}", 'rate(process_cpu_seconds_total{job="cvt"}[$__rate_interval])'),)),
    ),
)
ADOPTION: Final = Dashboard(
    "cvt-adoption",
    "CVT: adoption",
    "Who is protected, and what has it caught?",
    "now-90d",
    (
        Panel("Services protected", "APIs with a registered description: breadth of adoption.", (("", "max(cvt_schemas)"),), kind="stat", width=4, height=4),
        Panel("Services under test", "APIs whose contract somebody validated against in the last 30 days.", (("", TESTED),), kind="stat", width=4, height=4),
        Panel("Consumers", "Registered users of an API.", (("", "max(cvt_consumers)"),), kind="stat", width=4, height=4),
        Panel("Breaks caught", "Pull requests that were stopped in the last 30 days.", (("", BROKEN),), kind="stat", width=4, height=4),
        Panel("Pipelines that pass", "Share of verdicts that are ok, last 30 days.", (("", PASSED),), kind="stat", unit="percentunit", width=4, height=4),
        Panel("Unsafe deployments", "Answers of the deploy gate that were not yes, last 30 days.", (("", UNSAFE),), kind="stat", width=4, height=4),
        Panel("Verdicts per day", "What pipelines concluded.", (("{{verdict}}", daily("verdict", "cvt_verdicts_total")),)),
        Panel(
            "Breaking changes per day",
            "By the published type, wherever they were found.",
            (("{{change_type}}", daily("change_type", "cvt_breaking_changes_detected_total")),),
        ),
        Panel(
            "Contract tests per service", "Exchanges validated in the last 30 days: depth of adoption.", (("{{schema_id}}", TESTS),), kind="bargauge", height=12
        ),
        Panel(
            "Registrations per day",
            "Versions that pipelines registered: active use.",
            (("{{status}}", daily("status", "cvt_schemas_registered_total")),),
            height=6,
        ),
        Panel("Deploy gate per day", "What can-i-deploy answered.", (("{{answer}}", daily("answer", "cvt_deploy_answers_total")),), height=6),
    ),
)
DASHBOARDS: Final[dict[str, Dashboard]] = {"operations": OPERATIONS, "adoption": ADOPTION}


def text(name: str) -> str:
    """The dashboard's file."""
    return json.dumps(model(DASHBOARDS[name]), indent=2) + "\n"


def model(board: Dashboard) -> dict[str, Any]:
    """Grafana's model of a dashboard: panels flow from left to right into a grid of 24 columns."""
    panels, x, y, row = [], 0, 0, 0
    for number, panel in enumerate(board.panels, 1):
        if x + panel.width > WIDTH:
            x, y, row = 0, y + row, 0
        panels.append({"id": number, "gridPos": {"x": x, "y": y, "w": panel.width, "h": panel.height}, **drawn(panel)})
        x, row = x + panel.width, max(row, panel.height)
    choice = {
        "name": "datasource",
        "label": "Prometheus",
        "type": "datasource",
        "query": "prometheus",
        "current": {"text": "Prometheus", "value": "cvt-prometheus"},
    }
    return {
        "uid": board.uid,
        "title": board.title,
        "description": board.text,
        "tags": ["cvt"],
        "schemaVersion": 39,
        "editable": True,
        "graphTooltip": 1,
        "refresh": "1m",
        "time": {"from": board.since, "to": "now"},
        "templating": {"list": [choice]},
        "panels": panels,
    }


def drawn(panel: Panel) -> dict[str, Any]:
    """One panel without its place."""
    instant = panel.kind != "timeseries"
    targets = [
        {
            "refId": chr(ord("A") + number),
            "datasource": DATASOURCE,
            "expr": expression,
            "legendFormat": legend or panel.title,
            "instant": instant,
            "range": not instant,
        }
        for number, (legend, expression) in enumerate(panel.queries)
    ]
    defaults: dict[str, Any] = {"unit": panel.unit, "min": 0}
    return {
        "type": panel.kind,
        "title": panel.title,
        "description": panel.text,
        "datasource": DATASOURCE,
        "fieldConfig": {"defaults": {**defaults, **LOOKS.get(panel.kind, {})}, "overrides": []},
        "options": OPTIONS[panel.kind],
        "targets": targets,
    }


LOOKS: Final[dict[str, dict[str, Any]]] = {"timeseries": {"custom": {"drawStyle": "line", "fillOpacity": 10, "lineWidth": 1, "showPoints": "never"}}}
REDUCED: Final = {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}}
OPTIONS: Final[dict[str, dict[str, Any]]] = {
    "timeseries": {"legend": LEGEND, "tooltip": {"mode": "multi", "sort": "desc"}},
    "stat": {**REDUCED, "colorMode": "value", "graphMode": "none"},
    "bargauge": {**REDUCED, "orientation": "horizontal", "displayMode": "basic"},
}
