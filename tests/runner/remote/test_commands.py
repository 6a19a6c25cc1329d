"""The client commands against a real server, and without one."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.rig import ROOT, free_port
from tests.runner.conftest import Run
from tests.runner.scene import ORDERS, WITHOUT_POST

SECOND = WITHOUT_POST.replace("version: 1.0.0", "version: 2.0.0")


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    (tmp_path / "one.yaml").write_text(ORDERS)
    (tmp_path / "two.yaml").write_text(SECOND)
    return tmp_path


def test_wait_says_that_it_serves(cvt: Run, at: dict[str, str], tmp_path: Path) -> None:
    done = cvt("wait", "--timeout", "5", cwd=tmp_path, env=at)
    assert (done.code, done.out) == (0, "✓ CVT server is ready (after 1 attempt)\n")


def test_wait_gives_up_with_a_code_of_its_own(cvt: Run, tmp_path: Path) -> None:
    done = cvt("wait", "-S", f"127.0.0.1:{free_port()}", "-t", "0.5", "-i", "0.1", "--json", cwd=tmp_path)
    said = json.loads(done.out)
    assert (done.code, said["ready"], said["attempts"] > 1) == (3, False, True)


def test_registering_twice_changes_nothing(cvt: Run, at: dict[str, str], orders: Path) -> None:
    first = cvt("register-schema", "orders", "one.yaml", "--json", cwd=orders, env=at)
    again = cvt("register-schema", "orders", "one.yaml", "--json", cwd=orders, env=at)
    assert (first.code, again.code) == (0, 0)
    assert json.loads(first.out) | {"message": ""} == {"success": True, "message": "", "schema_id": "orders", "version": "1.0.0"}
    assert "nothing changed" in again.out


@pytest.mark.parametrize("words", [("register-schema", "", "one.yaml"), ("schemas", "get", " "), ("consumers", "deregister", "web", "")])
def test_an_empty_id_is_a_wrong_argument(cvt: Run, orders: Path, words: tuple[str, ...]) -> None:
    done = cvt(*words, cwd=orders)
    assert (done.code, "it is empty" in done.err) == (2, True), done.err


def test_a_wrong_version_is_refused_with_both(cvt: Run, at: dict[str, str], orders: Path) -> None:
    done = cvt("register-schema", "orders", "one.yaml", "--version", "7.7.7", cwd=orders, env=at)
    assert done.code == 1
    assert "7.7.7" in done.out
    assert "1.0.0" in done.out


def test_fail_on_breaking_registers_nothing(cvt: Run, at: dict[str, str], orders: Path) -> None:
    cvt("register-schema", "orders", "one.yaml", cwd=orders, env=at)
    done = cvt("register-schema", "orders", "two.yaml", "--fail-on-breaking", "--json", cwd=orders, env=at)
    said = json.loads(done.out)
    assert (done.code, said["success"], len(said["breaking_changes"])) == (1, False, 1)
    assert said["breaking_changes"][0] | {"description": ""} == {"type": "ENDPOINT_REMOVED", "path": "/orders", "method": "POST", "description": ""}
    assert "2.0.0" not in cvt("schemas", "list", cwd=orders, env=at).out


def test_check_compatibility_tells_and_registers(cvt: Run, at: dict[str, str], orders: Path) -> None:
    cvt("register-schema", "orders", "one.yaml", cwd=orders, env=at)
    done = cvt("register-schema", "orders", "two.yaml", "--check-compatibility", cwd=orders, env=at)
    assert (done.code, "POST /orders" in done.out) == (0, True)
    assert "2.0.0" in cvt("schemas", "list", cwd=orders, env=at).out


def test_several_files_arrive_as_one(cvt: Run, at: dict[str, str], tmp_path: Path) -> None:
    shop = ROOT / "examples" / "shop" / "base" / "openapi.yaml"
    assert cvt("register-schema", "shop", str(shop), cwd=ROOT, env=at).code == 0
    stored = json.loads(cvt("schemas", "get", "shop", cwd=tmp_path, env=at).out)
    assert sorted(stored["x-bundled"]) == sorted(key for key in stored["x-bundled"] if key.endswith(".yaml"))


def test_an_invalid_description_is_refused_with_the_place(cvt: Run, at: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("openapi: 3.0.3\npaths: {}\n")
    done = cvt("register-schema", "bad", "bad.yaml", cwd=tmp_path, env=at)
    assert (done.code, "info" in done.out) == (1, True)


def test_the_deploy_gate_says_yes_no_and_unknown(cvt: Run, at: dict[str, str], orders: Path) -> None:
    gate = ("can-i-deploy", "--schema", "orders", "--env", "prod", "--version")
    for name in ("one.yaml", "two.yaml"):
        cvt("register-schema", "orders", name, cwd=orders, env=at)
    assert cvt(*gate, "9.9.9", cwd=orders, env=at).code == 3
    cvt("consumers", "register", "web", "orders", "--schema-version", "1.0.0", "--env", "prod", "--endpoint", "GET /orders", cwd=orders, env=at)
    assert cvt(*gate, "2.0.0", cwd=orders, env=at).code == 0
    cvt("consumers", "register", "till", "orders", "--schema-version", "1.0.0", "--env", "prod", "--endpoint", "POST /orders", cwd=orders, env=at)
    no = cvt(*gate, "2.0.0", "--json", cwd=orders, env=at)
    said = json.loads(no.out)
    assert (no.code, said["safe_to_deploy"]) == (1, False)
    assert {each["consumer_id"]: each["will_break"] for each in said["affected_consumers"]} == {"till": True, "web": False}
    text = cvt(*gate, "2.0.0", cwd=orders, env=at).out
    assert "UNSAFE TO DEPLOY" in text
    assert "till" in text


def test_consumers_come_and_go(cvt: Run, at: dict[str, str], orders: Path) -> None:
    cvt("register-schema", "orders", "one.yaml", cwd=orders, env=at)
    assert cvt("consumers", "register", "web", "orders", "--endpoint", "get /orders id,lines.price", cwd=orders, env=at).code == 0
    listed = json.loads(cvt("consumers", "list", "orders", "--format", "json", cwd=orders, env=at).out)
    assert listed["consumers"][0]["used_endpoints"] == [{"method": "GET", "path": "/orders", "used_fields": ["id", "lines.price"]}]
    assert listed["consumers"][0]["environment"] == "dev"
    assert cvt("consumers", "deregister", "web", "orders", cwd=orders, env=at).code == 0
    assert cvt("consumers", "deregister", "web", "orders", cwd=orders, env=at).code == 1
    assert cvt("consumers", "register", "web", "nowhere", cwd=orders, env=at).code == 1
    assert cvt("consumers", "register", "web", "orders", "--endpoint", "/orders", cwd=orders, env=at).code == 2


@pytest.mark.parametrize(
    "command",
    [
        ["register-schema", "orders", "one.yaml"],
        ["can-i-deploy", "--schema", "a", "--version", "1", "--env", "prod"],
        ["schemas", "list"],
        ["consumers", "list", "orders"],
        ["record-deployment", "--schema", "a", "--version", "1", "--env", "prod"],
    ],
)
@pytest.mark.parametrize("style", [[], ["--json"], ["--format", "json"]])
def test_no_server_is_a_code_of_its_own_in_every_format(cvt: Run, orders: Path, command: list[str], style: list[str]) -> None:
    done = cvt(*command, *style, "--server", f"127.0.0.1:{free_port()}", "--timeout", "2", cwd=orders)
    assert (done.code, done.out) == (3, "")
    assert "cvt serve" in done.err


def test_a_missing_file_is_a_usage_error(cvt: Run, at: dict[str, str], tmp_path: Path) -> None:
    assert cvt("register-schema", "orders", "nowhere.yaml", cwd=tmp_path, env=at).code == 2


def test_a_description_comes_back_as_it_was_registered(cvt: Run, at: dict[str, str], tmp_path: Path) -> None:
    tree = {"openapi": "3.0.3", "info": {"title": "Long\tone", "version": "1", "description": "words " * 5_000}, "paths": {}}
    (tmp_path / "long.json").write_text(json.dumps(tree, ensure_ascii=False))
    cvt("register-schema", "long", "long.json", cwd=tmp_path, env=at)
    assert cvt("schemas", "get", "long", cwd=tmp_path, env=at).out == (tmp_path / "long.json").read_text()


@pytest.mark.parametrize(
    "words",
    [
        ["register-schema"],
        ["can-i-deploy", "--schema", "orders", "--version", "1.0.0"],
        ["can-i-deploy", "--schema", "orders", "--env", "prod"],
        ["record-deployment", "--schema", "orders", "--env", "prod"],
        ["schemas", "get"],
        ["consumers", "register", "web"],
        ["schemas"],
        ["consumers"],
    ],
)
def test_what_is_left_out_is_asked_for(cvt: Run, at: dict[str, str], tmp_path: Path, words: list[str]) -> None:
    done = cvt(*words, cwd=tmp_path, env=at)
    assert (done.code, "issing" in done.err or "needs a command: list" in done.err) == (2, True), done.err


def test_fail_on_breaking_also_fails_for_what_is_there_already(cvt: Run, at: dict[str, str], orders: Path) -> None:
    for file in ("one.yaml", "two.yaml"):
        assert cvt("register-schema", "again", file, cwd=orders, env=at).code == 0
    done = cvt("register-schema", "again", "two.yaml", "--fail-on-breaking", cwd=orders, env=at)
    assert (done.code, "registered before" in done.out) == (1, True), done.out


def test_times_are_shown_as_such(cvt: Run, at: dict[str, str], orders: Path) -> None:
    cvt("register-schema", "orders", "one.yaml", cwd=orders, env=at)
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ", cvt("schemas", "versions", "orders", cwd=orders, env=at).out)


def test_a_first_version_is_told_how_to_go_on(cvt: Run, at: dict[str, str], orders: Path) -> None:
    gate = ("can-i-deploy", "--schema", "new-one", "--version", "1.0.0", "--env", "prod")
    cvt("register-schema", "new-one", "one.yaml", cwd=orders, env=at)
    first = cvt(*gate, cwd=orders, env=at)
    assert (first.code, "say so with `cvt record-deployment`" in first.out) == (3, True), first.out
    cvt("record-deployment", *gate[1:], cwd=orders, env=at)
    assert cvt(*gate, cwd=orders, env=at).code == 0
