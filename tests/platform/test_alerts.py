"""The alert rules: each fires when it should and not otherwise, and says what to do."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.rig import ROOT, require_tool

pytestmark = pytest.mark.platform

RULES: Final = ROOT / "deploy" / "prometheus" / "alerts.yml"
SHIPPED: Final = "../../deploy/prometheus/alerts.yml"
DAYS: Final = Path(__file__).parent / "alerts_days_test.yml"
CASES: Final = sorted(Path(__file__).parent.glob("alerts*_test.yml"))
ALERTS: Final[list[dict[str, Any]]] = [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"] if "alert" in rule]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_alerts_fire_when_they_should(case: Path, tmp_path: Path) -> None:
    rules = RULES.read_text()
    (tmp_path / RULES.name).write_text(re.sub(r"(?<=\d)d\b", "h", rules) if case == DAYS else rules)
    told = case.read_text()
    assert SHIPPED in told
    (tmp_path / case.name).write_text(told.replace(SHIPPED, RULES.name))
    done = subprocess.run([require_tool("promtool"), "test", "rules", str(tmp_path / case.name)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_alert_has_a_case_in_which_it_fires() -> None:
    text = "".join(case.read_text() for case in CASES)
    assert [rule["alert"] for rule in ALERTS if f'{{alertname="{rule["alert"]}"}}' not in text] == []


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
def test_each_alert_says_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in {"critical", "warning", "info"}
    assert rule["annotations"]["summary"].endswith((".", "!"))
    assert len(rule["annotations"]["runbook"]) > 100
    named = {word.strip("(),.:") for word in rule["annotations"]["runbook"].split() if word.strip("(").startswith("Cvt")}
    assert named <= {other["alert"] for other in ALERTS}
