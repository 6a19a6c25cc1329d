"""The table of operations and the hand-written description are the same, both ways."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from cvt_engine.facade import lint, load_spec
from cvt_server.auth import GRANTS
from cvt_server.operations.table import BY_ID, OPERATIONS
from tests.rig import ROOT

TEXT = (ROOT / "api" / "rest.yaml").read_bytes()
TREE: Any = yaml.safe_load(TEXT)
METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")


def described() -> dict[str, tuple[str, str]]:
    return {operation["operationId"]: (method.upper(), path) for path, item in TREE["paths"].items() for method, operation in item.items() if method in METHODS}


def test_every_operation_is_described_and_every_described_one_is_there() -> None:
    assert {row.id: (row.method, row.path) for row in OPERATIONS} == described()
    assert len(BY_ID) == len(OPERATIONS)


@pytest.mark.parametrize("row", OPERATIONS, ids=lambda row: row.id)
def test_the_scope_is_a_known_one_and_told(row: Any) -> None:
    assert row.scope in GRANTS
    assert f"scope `{row.scope}`" in TREE["paths"][row.path][row.method.lower()]["description"]


def test_our_own_linter_finds_nothing() -> None:
    assert lint(load_spec(lambda _: TEXT, "rest.yaml")) == ()


def test_every_object_that_callers_send_is_closed() -> None:
    bodies = [
        operation["requestBody"] for item in TREE["paths"].values() for method, operation in item.items() if method in METHODS and "requestBody" in operation
    ]
    assert len(bodies) == 9
    for body in bodies:
        assert body["content"]["application/json"]["schema"]["additionalProperties"] is False
