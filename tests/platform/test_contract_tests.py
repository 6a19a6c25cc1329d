"""`test:` of the action: a consumer's test with the published SDK, against the server that the run starts."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.platform.act import Engine
from tests.platform.origin import Origin
from tests.platform.test_action import run_pull

pytestmark = pytest.mark.platform
CONSUMER = """\
import os
from cvt_sdk import ContractValidator

validator = ContractValidator(os.environ["CVT_SERVER_ADDR"])
found = validator.use_schema("orders")
seen = validator.validate({"method": "GET", "path": "/orders"}, {"status_code": STATUS, "headers": {}})
with open("SEEN", "w") as file:
    file.write(f"{found.schema_version} {seen['valid']}")
print("::error::not ours")
assert seen["valid"], seen
"""


@pytest.fixture
def consumer(tmp_path: Path) -> Path:
    text = CONSUMER.replace("SEEN", str(tmp_path / "seen"))
    (tmp_path / "passes.py").write_text(text.replace("STATUS", "200"))
    (tmp_path / "fails.py").write_text(text.replace("STATUS", "418"))
    return tmp_path


def test_a_consumer_s_test_passes_and_its_output_is_obeyed_by_nobody(engine: Engine, grown: Origin, consumer: Path) -> None:
    ran = run_pull(engine, grown, inputs={"test": f"{sys.executable} {consumer / 'passes.py'}"})
    assert ran.code == 0, ran.log
    assert (consumer / "seen").read_text() == "1.0.1 True"
    assert ran.outputs["verdict"] == "ok"
    assert [shown.message for shown in ran.annotations if "not ours" in shown.message] == []


def test_a_consumer_s_test_that_fails_is_the_verdict(engine: Engine, grown: Origin, consumer: Path) -> None:
    ran = run_pull(engine, grown, inputs={"test": f"{sys.executable} {consumer / 'fails.py'}"})
    assert (ran.code, ran.outputs["verdict"], ran.outputs["exit-code"]) == (1, "broken", "1"), ran.log
    findings = [finding for spec in json.loads((ran.files / "result.json").read_text())["specs"] for finding in spec["findings"]]
    assert [finding["rule"] for finding in findings] == ["contract-test-failed"]
    assert "1 failed contract test" in ran.summary
