"""The client commands against a server that offers the published contract and nothing else, as the public CVT does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import pytest

from cvt_runner.remote.client import CONTRACT
from tests.rig import free_port
from tests.runner.conftest import Run
from tests.runner.scene import ORDERS, WITHOUT_POST


class _OnlyTheContract(grpc.GenericRpcHandler):
    """Hands the twelve calls on to a real server, and knows nothing else."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._channel = channel

    def service(self, details: Any) -> Any:
        if not details.method.startswith(f"/{CONTRACT}/"):
            return None
        call: Any = self._channel.unary_unary(details.method)
        return grpc.unary_unary_rpc_method_handler(lambda request, _context: call(request, timeout=30))


@pytest.fixture
def public(server: str) -> Iterator[dict[str, str]]:
    """The environment of a command that is to use such a server."""
    with grpc.insecure_channel(server) as channel:
        front = grpc.server(ThreadPoolExecutor(2), handlers=[_OnlyTheContract(channel)])
        port = front.add_insecure_port(f"127.0.0.1:{free_port()}")
        front.start()
        yield {"CVT_SERVER_ADDR": f"127.0.0.1:{port}"}
        front.stop(None).wait()


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    (tmp_path / "one.yaml").write_text(ORDERS)
    (tmp_path / "two.yaml").write_text(WITHOUT_POST.replace("version: 1.0.0", "version: 2.0.0"))
    return tmp_path


def test_registering_looks_for_breaks_itself_before_it_registers(cvt: Run, public: dict[str, str], orders: Path) -> None:
    assert cvt("register-schema", "orders", "one.yaml", cwd=orders, env=public).code == 0
    done = cvt("register-schema", "orders", "two.yaml", "--fail-on-breaking", "--json", cwd=orders, env=public)
    assert (done.code, [change["type"] for change in json.loads(done.out)["breaking_changes"]]) == (1, ["ENDPOINT_REMOVED"])
    listed = json.loads(cvt("schemas", "list", "--format", "json", cwd=orders, env=public).out)["schemas"]
    assert [(each["schema_id"], each["version"]) for each in listed] == [("orders", "1.0.0")]


def test_the_gate_stays_tri_state(cvt: Run, public: dict[str, str], orders: Path) -> None:
    gate = ("can-i-deploy", "--schema", "orders", "--env", "prod", "--version")
    for name in ("one.yaml", "two.yaml"):
        cvt("register-schema", "orders", name, cwd=orders, env=public)
    assert cvt(*gate, "9.9.9", cwd=orders, env=public).code == 3
    cvt("consumers", "register", "web", "orders", "--schema-version", "1.0.0", "--env", "prod", "--endpoint", "GET /orders", cwd=orders, env=public)
    assert cvt(*gate, "2.0.0", cwd=orders, env=public).code == 0
    cvt("consumers", "register", "till", "orders", "--schema-version", "1.0.0", "--env", "prod", "--endpoint", "POST /orders", cwd=orders, env=public)
    no = cvt(*gate, "2.0.0", cwd=orders, env=public)
    assert (no.code, "till" in no.out) == (1, True)


def test_what_its_wire_cannot_say_is_told_as_that(cvt: Run, public: dict[str, str], orders: Path) -> None:
    done = cvt("record-deployment", "--schema", "orders", "--version", "1.0.0", "--env", "prod", cwd=orders, env=public)
    assert (done.code, "does not offer" in done.err) == (3, True)
