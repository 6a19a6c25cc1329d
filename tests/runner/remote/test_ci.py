"""`cvt ci` with a contract server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from io import StringIO
from pathlib import Path

import pytest

from cvt_runner.console import Console
from cvt_runner.remote.client import Client
from cvt_runner.remote.lifecycle import embedded
from cvt_runner.remote.target import target_of
from tests.rig import ENV, ROOT, free_port
from tests.runner.conftest import Run
from tests.runner.scene import ORDERS, WITHOUT_POST, Repo, github_env


@pytest.fixture
def change(repo: Repo) -> Repo:
    """A commit that takes an operation away."""
    repo.commit("base", **{"openapi.yaml": ORDERS})
    repo.commit("change", **{"openapi.yaml": WITHOUT_POST})
    return repo


CHECK = """\
import os, grpc
from cvt_wire import cvt_pb2
with grpc.insecure_channel(os.environ["CVT_SERVER_ADDR"]) as channel:
    call = channel.unary_unary("/cvt.ContractValidator/GetSchema", response_deserializer=cvt_pb2.GetSchemaResponse.FromString)
    reply = call(cvt_pb2.GetSchemaRequest(schema_id="orders").SerializeToString())
    print("FOUND", reply.found, reply.metadata.schema_version, os.environ["CVT_SERVER"] == os.environ["CVT_SERVER_ADDR"])
"""


def test_tests_find_the_checked_description_on_the_server(cvt: Run, repo: Repo, tmp_path: Path) -> None:
    repo.commit("base", **{"openapi.yaml": ORDERS})
    (tmp_path / "check.py").write_text(CHECK)
    done = cvt("ci", "--base", "HEAD", "--test", f"PYTHONPATH={ROOT} {sys.executable} {tmp_path / 'check.py'}", cwd=repo.path)
    assert "FOUND True 1.0.0 True" in done.out
    assert (done.code, "contract server: embedded" in done.err) == (0, True)


def test_a_failed_test_breaks_the_run_whatever_the_comparison_says(cvt: Run, repo: Repo) -> None:
    repo.commit("base", **{"openapi.yaml": ORDERS})
    done = cvt("ci", "--base", "HEAD", "--test", "true", "--test", "exit 7", cwd=repo.path)
    findings = [finding for spec in done.result["specs"] for finding in spec["findings"]]
    assert done.code == 1
    assert [(finding["rule"], finding["check"]) for finding in findings] == [("contract-test-failed", "test")]
    assert "exit code 7" in findings[0]["message"]
    assert "1 failed contract test" in done.out


def test_a_test_that_does_not_end_is_ended_with_all_it_started(cvt: Run, repo: Repo, tmp_path: Path) -> None:
    repo.commit("base", **{"openapi.yaml": ORDERS})
    done = cvt("ci", "--base", "HEAD", "--test", f"sleep 300 & echo $! > {tmp_path}/pid; wait", "--test-timeout", "1", cwd=repo.path)
    assert (done.code, "did not end within 1 s" in done.out) == (1, True)
    assert not _alive(int((tmp_path / "pid").read_text()))


def _alive(pid: int) -> bool:
    for _ in range(50):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.1)
    return True


def test_the_server_is_gone_after_the_run(cvt: Run, repo: Repo, tmp_path: Path) -> None:
    repo.commit("base", **{"openapi.yaml": ORDERS})
    cvt("ci", "--base", "HEAD", "--test", f'echo "$CVT_SERVER_ADDR" > {tmp_path}/address', cwd=repo.path)
    address = (tmp_path / "address").read_text().strip()
    assert cvt("wait", "-S", address, "-t", "0.5", cwd=repo.path).code == 3


def test_runs_that_start_at_once_get_a_server_each() -> None:
    said = StringIO()
    with ThreadPoolExecutor(3) as pool, ExitStack() as stack:
        started = list(pool.map(lambda _: stack.enter_context(embedded(Console(StringIO(), said), ENV)).target.address, range(3)))
    assert len(set(started)) == 3
    assert said.getvalue().count("is taken") >= 2


def test_the_server_ends_even_when_the_run_is_killed(repo: Repo, tmp_path: Path) -> None:
    repo.commit("base", **{"openapi.yaml": ORDERS})
    place = tmp_path / "tmp"
    place.mkdir()
    command = [sys.executable, "-m", "cvt_runner", "ci", "--base", "HEAD", "--test", f'echo "$CVT_SERVER_ADDR" > {tmp_path}/address; sleep 300']
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(place)}
    run = subprocess.Popen(command, cwd=repo.path, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    port = _port_in(tmp_path / "address")
    assert list(place.glob("cvt-server-*/cvt.db"))
    run.kill()
    run.wait()
    assert _closed(port)
    assert _gone(place)


def _port_in(path: Path) -> int:
    for _ in range(300):
        if path.exists() and path.read_text().strip():
            return int(path.read_text().strip().rpartition(":")[2])
        time.sleep(0.1)
    raise AssertionError("the test command did not start")


def _closed(port: int) -> bool:
    import socket

    for _ in range(150):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return True
        time.sleep(0.1)
    return False


def _gone(place: Path) -> bool:
    for _ in range(100):
        if not list(place.glob("cvt-server-*")):
            return True
        time.sleep(0.1)
    return False


def test_a_run_that_only_compares_imports_nothing_of_a_server(change: Repo) -> None:
    names = {"grpc", "docker", "google", "sqlalchemy", "cvt_server", "cvt_wire"}
    code = f"import sys; from cvt_runner.cli import main; main(['ci', '--base', 'HEAD~1']); print(sorted({{n.split('.')[0] for n in sys.modules}} & {names}))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=change.path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_who_breaks_is_named_first(cvt: Run, change: Repo, server: str, at: dict[str, str]) -> None:
    cvt("register-schema", "orders", "HEAD~1:openapi.yaml", cwd=change.path, env=at)
    for name, env, endpoint in (("web", "prod", "GET /orders"), ("till", "prod", "POST /orders"), ("kiosk", "staging", "post /orders?x=1")):
        cvt("consumers", "register", name, "orders", "--schema-version", "1.0.0", "--env", env, "--endpoint", endpoint, cwd=change.path, env=at)
    done = cvt("ci", "--base", "HEAD~1", "--server", server, cwd=change.path)
    finding = done.result["specs"][0]["findings"][0]
    assert (done.code, finding["consumers"]) == (1, ["kiosk (staging)", "till (prod)"])
    comment = (change.path / ".cvt" / "comment.md").read_text()
    assert "breaks kiosk" in comment.splitlines()[0]
    only = cvt("ci", "--base", "HEAD~1", "--server", server, "--environment", "prod", cwd=change.path)
    assert only.result["specs"][0]["findings"][0]["consumers"] == ["till (prod)"]


def test_a_break_that_nobody_meets_is_lowered_only_when_asked_and_with_the_evidence(cvt: Run, change: Repo, server: str, at: dict[str, str]) -> None:
    cvt("register-schema", "orders", "HEAD~1:openapi.yaml", cwd=change.path, env=at)
    lowered = ("ci", "--base", "HEAD~1", "--server", server, "--unused-breaks", "warning")
    assert cvt(*lowered, cwd=change.path).code == 1, "without any registered consumer nothing is known"
    cvt("consumers", "register", "web", "orders", "--schema-version", "1.0.0", "--env", "prod", "--endpoint", "GET /orders", cwd=change.path, env=at)
    assert cvt("ci", "--base", "HEAD~1", "--server", server, cwd=change.path).code == 1
    done = cvt(*lowered, cwd=change.path)
    finding = done.result["specs"][0]["findings"][0]
    assert (done.code, finding["severity"]) == (0, "warning")
    assert f"--server {server} --unused-breaks warning" in done.result["reproduce"]
    assert "the one registered consumer in prod does not use POST /orders" in finding["message"]
    cvt("consumers", "register", "unknown", "orders", "--schema-version", "1.0.0", "--env", "prod", cwd=change.path, env=at)
    assert cvt(*lowered, cwd=change.path).code == 1, "a consumer that says nothing may use everything"


def test_an_optional_field_is_an_error_once_somebody_reads_it(cvt: Run, repo: Repo, server: str, at: dict[str, str]) -> None:
    def answering(*fields: str) -> str:
        shape = {"type": "object", "properties": {name: {"type": "number"} for name in fields}}
        answer = {"200": {"description": "ok", "content": {"application/json": {"schema": shape}}}}
        return json.dumps({"openapi": "3.0.3", "info": {"title": "Calc", "version": "1"}, "paths": {"/add": {"get": {"responses": answer}}}})

    repo.commit("base", **{"openapi.json": answering("sum", "rest")})
    repo.commit("change", **{"openapi.json": answering("sum")})
    cvt("register-schema", "calc", "HEAD~1:openapi.json", cwd=repo.path, env=at)
    asked = ("ci", "--base", "HEAD~1", "--server", server)
    reads = ("calc", "--env", "prod", "--endpoint")
    cvt("consumers", "register", "web", *reads, "GET /add sum", cwd=repo.path, env=at)
    assert cvt(*asked, cwd=repo.path).code == 0
    cvt("consumers", "register", "app", *reads, "GET /add rest", cwd=repo.path, env=at)
    done = cvt(*asked, cwd=repo.path)
    finding = done.result["specs"][0]["findings"][0]
    assert (done.code, finding["severity"], finding["consumers"]) == (1, "error", ["app (prod)"])


def test_a_checked_description_is_registered_under_its_title_and_commit(cvt: Run, repo: Repo, server: str, at: dict[str, str]) -> None:
    repo.commit("base", **{"openapi.yaml": ORDERS})
    done = cvt("ci", "--base", "HEAD", "--server", server, "--register", "always", cwd=repo.path)
    assert (done.code, "registered: orders" in done.err) == (0, True)
    assert cvt("schemas", "get", "orders", cwd=repo.path, env=at).out.startswith("openapi: 3.0.3")


def _push(tmp_path: Path, branch: str) -> dict[str, str]:
    event = {"ref": f"refs/heads/{branch}", "repository": {"full_name": "acme/orders", "default_branch": "main"}}
    return {**github_env(tmp_path, event, name="push", ref=f"refs/heads/{branch}"), "GITHUB_REF_NAME": branch}


@pytest.mark.parametrize(("branch", "listed"), [("main", ["orders"]), ("feature", [])])
def test_a_push_to_the_default_branch_registers_and_no_other(
    cvt: Run, repo: Repo, server: str, at: dict[str, str], tmp_path: Path, branch: str, listed: list[str]
) -> None:
    commit = repo.commit("base", **{"openapi.yaml": ORDERS})
    env = {**_push(tmp_path, branch), "GITHUB_SHA": commit}
    assert cvt("ci", "--base", "HEAD", "--server", server, cwd=repo.path, env=env).code == 0
    found = json.loads(cvt("schemas", "list", "--format", "json", cwd=repo.path, env=at).out)["schemas"]
    assert [each["schema_id"] for each in found] == listed
    assert [each["revision"] for each in found] == [commit for _ in listed]


def test_the_verdict_is_published_once_per_run(cvt: Run, change: Repo, server: str, tmp_path: Path) -> None:
    env = {**_push(tmp_path, "feature"), "GITHUB_SHA": change.head}
    for _ in range(2):
        done = cvt("ci", "--base", "HEAD~1", "--server", server, cwd=change.path, env=env)
        assert (done.code, "verdict: published" in done.err) == (1, True), done.err
    with Client(target_of({"server": server}, {})) as client:
        found = client.ask("listVerdicts", {})["items"]
    assert [(each["api"], each["verdict"], each["breaking"], each["commit"]) for each in found] == [("orders", "broken", 1, change.head)]


def test_a_server_that_takes_no_verdict_changes_none(cvt: Run, change: Repo, tmp_path: Path) -> None:
    env = {**_push(tmp_path, "feature"), "GITHUB_SHA": change.head}
    done = cvt("ci", "--base", "HEAD~1", "--server", f"127.0.0.1:{free_port()}", cwd=change.path, env=env)
    assert (done.code, "the verdict was not published" in done.err) == (1, True)


def test_a_broken_description_is_not_registered(cvt: Run, change: Repo, server: str, at: dict[str, str]) -> None:
    done = cvt("ci", "--base", "HEAD~1", "--server", server, "--register", "always", cwd=change.path)
    assert (done.code, "registered" in done.err) == (1, False)
    assert cvt("schemas", "list", cwd=change.path, env=at).out == "no schemas\n"


def test_without_the_server_that_it_needs_a_run_is_inconclusive(cvt: Run, repo: Repo) -> None:
    repo.commit("base", **{"openapi.yaml": ORDERS})
    nowhere = f"127.0.0.1:{free_port()}"
    done = cvt("ci", "--base", "HEAD", "--server", nowhere, "--test", "true", cwd=repo.path)
    assert (done.code, done.result["verdict"]) == (3, "inconclusive")
    asked = cvt("ci", "--base", "HEAD", "--server", nowhere, cwd=repo.path)
    assert asked.code == 0
    assert any("was not asked who breaks" in note for note in asked.result["notes"])


def test_a_server_named_in_the_repository_is_not_believed(cvt: Run, repo: Repo) -> None:
    """The key would go to whoever a pull request names."""
    repo.commit("base", **{"openapi.yaml": ORDERS, "cvt.yaml": "server: evil.example:9550\n"})
    done = cvt("ci", "--base", "HEAD", cwd=repo.path, env={"CVT_API_KEY": "s3cret"})
    assert (done.code, "server" in done.err) == (2, True)


def test_tests_do_not_see_the_token(cvt: Run, repo: Repo) -> None:
    repo.commit("base", **{"openapi.yaml": ORDERS})
    done = cvt("ci", "--base", "HEAD", "--test", 'test -z "$CVT_TOKEN$CVT_API_KEY"', cwd=repo.path, env={"CVT_TOKEN": "t", "CVT_API_KEY": "k"})
    assert done.code == 0


def test_always_registering_needs_an_address(cvt: Run, repo: Repo) -> None:
    repo.commit("base", **{"openapi.yaml": ORDERS})
    done = cvt("ci", "--base", "HEAD", "--register", "always", cwd=repo.path)
    assert (done.code, "--server" in done.err) == (2, True)


def test_result_json_stays_within_its_schema(cvt: Run, repo: Repo) -> None:
    import jsonschema_rs

    repo.commit("base", **{"openapi.yaml": ORDERS})
    done = cvt("ci", "--base", "HEAD", "--test", "exit 1", cwd=repo.path)
    schema = json.loads((ROOT / "api" / "result.schema.json").read_text())
    jsonschema_rs.validator_for(schema).validate(done.result)
