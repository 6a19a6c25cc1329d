"""The dashboards' files: laid out without gaps in meaning or overlaps in space. What their queries find is in test_monitoring.py."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest
import yaml

from tests.rig import ROOT

GRAFANA: Final = ROOT / "deploy" / "grafana"
BOARDS: Final[dict[str, Any]] = {path.stem: json.loads(path.read_text()) for path in sorted((GRAFANA / "dashboards").glob("*.json"))}


def cells(panel: Any) -> set[tuple[int, int]]:
    place = panel["gridPos"]
    return {(x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])}


@pytest.mark.parametrize("name", BOARDS)
def test_panels_lie_side_by_side(name: str) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in BOARDS[name]["panels"]:
        assert not taken & cells(panel), panel["title"]
        taken |= cells(panel)
    assert {x for x, _ in taken} == set(range(24))


@pytest.mark.parametrize("name", BOARDS)
def test_panels_are_named_and_explained_once(name: str) -> None:
    panels = BOARDS[name]["panels"]
    assert len({panel["id"] for panel in panels}) == len({panel["title"] for panel in panels}) == len(panels)
    assert [panel["title"] for panel in panels if len(panel["description"]) < 10 or not panel["targets"]] == []


def test_what_is_provisioned_fits_together() -> None:
    (source,) = yaml.safe_load((GRAFANA / "provisioning" / "datasources" / "prometheus.yml").read_text())["datasources"]
    (provider,) = yaml.safe_load((GRAFANA / "provisioning" / "dashboards" / "cvt.yml").read_text())["providers"]
    compose = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())["services"]
    assert f"./grafana/dashboards:{provider['options']['path']}:ro" in compose["grafana"]["volumes"]
    assert compose["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"].rpartition("/")[2] in {f"{name}.json" for name in BOARDS}
    assert source["url"] == "http://prometheus:9090"
    for board in BOARDS.values():
        (variable,) = board["templating"]["list"]
        assert variable["current"]["value"] == source["uid"]
    assert len({board["uid"] for board in BOARDS.values()}) == len(BOARDS) == 2
