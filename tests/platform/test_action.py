"""`uses: internal/cvt-action@v1` on a real workflow engine and a real repository: what people see, for every kind of event."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from cvt_runner.inputs import OUTPUTS
from tests.platform.act import Engine, Ran
from tests.platform.origin import BROKEN, SPEC, ZERO, Origin, make_origin
from tests.rig import ROOT
from tests.stubs.github_stub import READ_ONLY, Account, GitHubStub

pytestmark = pytest.mark.platform
MERGE = "refs/pull/7/merge"


def run_pull(engine: Engine, origin: Origin, *, github: GitHubStub | None = None, fork: bool = False, **options: Any) -> Ran:
    """The workflow on the pull request, with the job's token when there is a platform API."""
    if github is not None:
        github.pulls[7] = origin.head
        options = {"token": "actions-token", "env": {"GITHUB_API_URL": github.url}, **options}
    return engine.run("pull_request", origin.pull_request(fork=fork), origin=origin.path, ref=MERGE, **options)


def check_broken(ran: Ran, *, base: str) -> None:
    """The one break is found against the right base, and shown where people look."""
    assert ran.code == 1, ran.log
    assert (ran.outputs["verdict"], ran.outputs["exit-code"], ran.outputs["breaking-count"]) == ("broken", "1", "1"), ran.log
    assert ran.outputs["base-sha"] == base
    (error,) = [shown for shown in ran.annotations if shown.level == "error"]
    assert (error.file, error.title) == ("openapi.yaml", "operation-removed")
    assert error.line == BROKEN.split("\n").index("paths:") + 1
    assert "GET /orders/{id}" in error.message
    assert "GET /orders/{id}" in ran.summary
    assert "1 breaking change" in ran.summary


@pytest.mark.parametrize("depth", [1, 0])
def test_pull_request_on_the_merge_ref(engine: Engine, broken: Origin, depth: int) -> None:
    ran = run_pull(engine, broken, depth=depth)
    check_broken(ran, base=broken.main)
    assert "because" in ran.log


@pytest.mark.parametrize("depth", [1, 0])
def test_pull_request_on_its_head(engine: Engine, broken: Origin, depth: int) -> None:
    check_broken(run_pull(engine, broken, depth=depth, checkout=broken.head), base=broken.start)


def test_merge_group(engine: Engine, broken: Origin) -> None:
    ran = engine.run("merge_group", broken.merge_group(), origin=broken.path, ref=broken.merge)
    check_broken(ran, base=broken.main)


def test_push_is_compared_with_what_was_there_before(engine: Engine, broken: Origin) -> None:
    ran = engine.run("push", broken.push(before=broken.main, after=broken.merge), origin=broken.path, ref=broken.merge)
    check_broken(ran, base=broken.main)


@pytest.mark.parametrize("depth", [1, 0])
def test_first_push_of_a_branch_is_compared_with_the_default_branch(engine: Engine, broken: Origin, depth: int) -> None:
    event = broken.push(before=ZERO, after=broken.head, ref="refs/heads/feature")
    check_broken(engine.run("push", event, origin=broken.path, ref=broken.head, depth=depth), base=broken.start)


def test_every_output_is_set_and_every_report_is_there(engine: Engine, broken: Origin) -> None:
    ran = run_pull(engine, broken)
    assert {name for name, value in ran.outputs.items() if value} == {row.name for row in OUTPUTS}
    paths = {name: Path(value).name for name, value in ran.outputs.items() if name.endswith("-path")}
    assert [name for name in paths.values() if not (ran.files / name).is_file()] == []
    result = json.loads((ran.files / paths["result-path"]).read_text("utf-8"))
    schema = json.loads((ROOT / "api" / "result.schema.json").read_text("utf-8"))
    jsonschema_rs.validator_for(schema).validate(result)


def test_comment_status_and_check_are_written_once_and_kept_up_to_date(engine: Engine, broken: Origin, grown: Origin, github: GitHubStub) -> None:
    first = run_pull(engine, broken, github=github)
    assert (first.code, first.outputs["verdict"]) == (1, "broken"), first.log
    run_pull(engine, broken, github=github)
    (comment,) = github.comments
    assert (comment.issue, comment.login) == (7, "github-actions[bot]")
    assert "GET /orders/{id}" in comment.body
    assert {(status["sha"], status["state"]) for status in github.statuses} == {(broken.head, "failure")}
    assert {(run["head_sha"], run["conclusion"]) for run in github.check_runs.values()} == {(broken.head, "failure")}
    noted = [(note["path"], note["title"]) for run in github.check_runs.values() for note in run["output"]["annotations"]]
    assert set(noted) == {("openapi.yaml", "operation-removed")}
    assert [shown for shown in first.annotations if shown.level == "error"] == []

    assert run_pull(engine, grown, github=github).outputs["verdict"] == "ok"
    assert [(one.id, "GET /orders/{id}" in one.body) for one in github.comments] == [(comment.id, False)]
    assert {status["state"] for status in github.statuses if status["sha"] == grown.head} == {"success"}


def test_nothing_is_said_where_nothing_breaks(engine: Engine, grown: Origin, github: GitHubStub) -> None:
    ran = run_pull(engine, grown, github=github)
    assert (ran.code, ran.outputs["verdict"], ran.outputs["breaking-count"]) == (0, "ok", "0"), ran.log
    assert github.comments == []
    assert [shown for shown in ran.annotations if shown.level == "error"] == []


def test_fork_with_a_read_only_token(engine: Engine, broken: Origin, github: GitHubStub) -> None:
    github.accounts["actions-token"] = Account("github-actions[bot]", permissions=READ_ONLY)
    ran = run_pull(engine, broken, github=github, fork=True)
    check_broken(ran, base=broken.main)
    assert github.comments == []
    assert "fork" in " ".join(shown.message for shown in ran.annotations if shown.level == "notice")


def test_missing_permission_names_the_line_to_add(engine: Engine, broken: Origin, github: GitHubStub) -> None:
    github.accounts["actions-token"] = Account("github-actions[bot]", permissions=READ_ONLY)
    ran = run_pull(engine, broken, github=github)
    check_broken(ran, base=broken.main)
    (notice,) = [shown.message for shown in ran.annotations if shown.level == "notice"]
    assert "pull-requests: write" in notice


def test_fork_without_any_token(engine: Engine, broken: Origin) -> None:
    check_broken(run_pull(engine, broken, fork=True), base=broken.main)


def test_an_api_that_is_down_costs_no_verdict(engine: Engine, broken: Origin) -> None:
    ran = run_pull(engine, broken, token="actions-token", env={"GITHUB_API_URL": "http://127.0.0.1:9"})
    check_broken(ran, base=broken.main)


def test_a_named_description_that_is_missing_is_a_usage_error(engine: Engine, broken: Origin) -> None:
    ran = run_pull(engine, broken, inputs={"schema": "opnapi.yaml"})
    assert (ran.code, ran.outputs["exit-code"]) == (1, "2"), ran.log
    assert "opnapi.yaml" in ran.log
    assert "openapi.yaml" in ran.log


def test_inputs_left_out_do_not_override_the_configuration_file(engine: Engine, tmp_path: Path, github: GitHubStub) -> None:
    origin = make_origin(tmp_path / "configured", BROKEN, files={"cvt.yaml": "comment: false\nstatus: false\ncheck: false\n"})
    check_broken(run_pull(engine, origin, github=github), base=origin.main)
    assert (github.comments, github.statuses, github.check_runs) == ([], [], {})
    given = run_pull(engine, origin, github=github, inputs={"comment": "true"})
    check_broken(given, base=origin.main)
    assert (len(github.comments), github.statuses) == (1, [])


HOSTILE = "/a%0A::error::injected-1\\n::error file=x::injected-2\\r\\n::set-output name=verdict::ok @everyone <script>"


def test_names_from_the_pull_request_are_only_text(engine: Engine, tmp_path: Path, github: GitHubStub) -> None:
    path = f'  "{HOSTILE}":\n    get:\n      responses:\n        "200":\n          description: ok\n          content: 7\n'
    origin = make_origin(tmp_path / "hostile", SPEC + path)
    ran = run_pull(engine, origin)
    assert ran.outputs["verdict"] == "broken", ran.log
    assert [shown for shown in ran.annotations if shown.message.startswith("injected") or shown.file == "x"] == []
    assert {shown.file for shown in ran.annotations if shown.level == "error"} == {"openapi.yaml"}
    run_pull(engine, origin, github=github)
    (comment,) = github.comments
    for text in (ran.summary, comment.body):
        assert "injected-2" in text
        assert "<script>" not in text
        assert "\n::" not in text


SETUP = """
on: [pull_request]
jobs:
  contract:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: internal/cvt-action/actions/setup@v1
      - run: cvt compare --old openapi.yaml --new openapi.yaml --format json >"$CVT_TEST_OUTPUTS"
"""


def test_setup_puts_the_command_on_the_path(engine: Engine, grown: Origin) -> None:
    ran = run_pull(engine, grown, workflow=SETUP)
    assert ran.code == 0, ran.log
    assert ran.outputs["verdict"] == "ok"
