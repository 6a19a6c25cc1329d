"""Every query of a dashboard and of an alert finds something, in a real Prometheus that scrapes a real server under some traffic."""

from __future__ import annotations

import json
import re
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import grpc
import pytest
import yaml

from cvt_wire import cvt_pb2 as wire
from tests.platform.client import connected
from tests.platform.prometheus import Prometheus, scraping
from tests.platform.serving import Server, serving
from tests.rig import ROOT

pytestmark = pytest.mark.platform

ROUNDS: Final = 4
PAUSE_S: Final = 1.5
"""Longer than the pace of the scrapes, so that every counter is seen to grow."""
KEY: Final = "test-key-0123456789abcdef"
ANSWER: Final = {"200": {"description": "All.", "content": {"application/json": {"schema": {"type": "object", "required": ["id"]}}}}}
BOARDS: Final[dict[str, Any]] = {path.stem: json.loads(path.read_text()) for path in sorted((ROOT / "deploy" / "grafana" / "dashboards").glob("*.json"))}
PANELS: Final = [(f"{name}: {panel['title']}", target["expr"]) for name, board in BOARDS.items() for panel in board["panels"] for target in panel["targets"]]
RULES: Final[list[dict[str, Any]]] = [
    rule for group in yaml.safe_load((ROOT / "deploy" / "prometheus" / "alerts.yml").read_text())["groups"] for rule in group["rules"]
]


def document(version: str, *paths: str) -> dict[str, Any]:
    return {"openapi": "3.0.3", "info": {"title": "Orders", "version": version}, "paths": {path: {"get": {"responses": ANSWER}} for path in paths}}


def traffic(server: Server, number: int) -> None:
    """Something of everything that is counted."""
    old, new = f"{number}.0.0", f"{number}.1.0"
    with connected(server.grpc, KEY) as client:
        assert client.register("orders", document(old, "/orders", "/carts"))
        assert client.register("orders", document(new, "/orders"))
        assert not client.register("orders", {})
        for body in ('{"id": 1}', "{}"):
            response = wire.ResponseData(status_code=200, headers={"Content-Type": "application/json"}, body=body)
            request = wire.RequestData(method="GET", path="/orders")
            client.call("ValidateInteraction", wire.InteractionRequest(schema_id="orders", schema_version=old, request=request, response=response))
        assert not client.call("CompareSchemas", wire.CompareSchemasRequest(schema_id="orders", old_version=old, new_version=new)).compatible
        usage = [wire.EndpointUsage(method="GET", path="/carts")]
        client.call(
            "RegisterConsumer",
            wire.RegisterConsumerRequest(consumer_id="shop", schema_id="orders", schema_version=old, environment="prod", used_endpoints=usage),
        )
        for version in (old, new, "99.0.0"):
            client.call("CanIDeploy", wire.CanIDeployRequest(schema_id="orders", new_version=version, environment="prod"))
    with connected(server.grpc, "wrong") as stranger, pytest.raises(grpc.RpcError):
        stranger.version("orders")
    for verdict in ("ok", "broken"):
        publish(server, {"run_id": f"{number}-{verdict}", "api": "orders", "verdict": verdict})


def publish(server: Server, verdict: dict[str, Any]) -> None:
    headers = {"x-api-key": KEY, "content-type": "application/json"}
    request = urllib.request.Request(f"http://{server.http}/api/v1/verdicts", json.dumps(verdict).encode(), headers, method="POST")
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status in (200, 201)


@pytest.fixture(scope="module")
def prometheus(guards: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    place = tmp_path_factory.mktemp("monitoring")
    with serving(place, CVT_API_KEY_ENABLED="true", CVT_API_KEYS=f"{KEY}:tests") as server, scraping(server.http, place) as found:
        assert found.eventually('up{job="cvt"} == 1')
        for number in range(1, ROUNDS + 1):
            traffic(server, number)
            time.sleep(PAUSE_S)
        with going_on(server):
            yield found


@contextmanager
def going_on(server: Server) -> Iterator[None]:
    """More of the same meanwhile: a rate over the last minute is nothing when the queries take longer than that."""
    over = threading.Event()

    def go_on() -> None:
        number = ROUNDS
        while not over.wait(PAUSE_S):
            traffic(server, number := number + 1)

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def without_threshold(expression: str) -> list[str]:
    """The parts of an alert's condition that must find something while nothing is wrong.

    >>> without_threshold("a > 20 and a > 4 * avg_over_time(a[7d])")
    ['a', 'a', 'avg_over_time(a[7d])']
    >>> without_threshold("absent(up)")
    ['up']
    """
    parts = [part.strip() for comparison in re.split(r"\band\b", expression) for part in re.split(r"[=!]=|[<>]=?", re.sub(r"\{[^}]*\}", _hidden, comparison))]
    shown = [re.sub(r"offset \w+$", "", re.sub(r"^[\d.]+ \* ", "", part.replace("\1", "="))).strip() for part in parts]
    return [re.sub(r"^absent\((.*)\)$", r"\1", part) for part in shown if not re.fullmatch(r"[\d.]+", part)]


def _hidden(selector: re.Match[str]) -> str:
    return selector[0].replace("=", "\1")


@pytest.mark.parametrize(("title", "expression"), PANELS, ids=[title for title, _ in PANELS])
def test_each_panel_shows_something(prometheus: Prometheus, title: str, expression: str) -> None:
    assert prometheus.eventually(expression.replace("$__rate_interval", "1m")), f"{title}: nothing"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.get("alert") or rule["record"])
def test_each_rule_watches_something(prometheus: Prometheus, rule: dict[str, Any]) -> None:
    parts = without_threshold(rule["expr"])
    assert parts
    for part in parts:
        assert prometheus.eventually(part), part


def test_rules_are_evaluated_without_an_error(prometheus: Prometheus) -> None:
    rules = [rule for group in prometheus.get("rules")["groups"] for rule in group["rules"]]
    assert {rule["name"] for rule in rules} == {rule.get("alert") or rule["record"] for rule in RULES}
    assert [rule for rule in rules if rule["health"] == "err"] == []


def test_a_healthy_server_raises_no_alert_about_itself(prometheus: Prometheus) -> None:
    firing = {alert["labels"]["alertname"] for alert in prometheus.get("alerts")["alerts"] if alert["state"] == "firing"}
    assert firing == set()
