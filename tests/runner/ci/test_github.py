"""The GitHub adapter: what it reads from environment and event file, hostile or broken ones included."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cvt_runner.ci.platform import detect
from cvt_runner.model.event import CiEvent, EventKind, Platform
from tests.runner.scene import github_env

HEAD, BASE, OTHER = "a" * 40, "b" * 40, "c" * 40


def event(tmp_path: Path, payload: Any, *, name: str = "pull_request", **more: str) -> CiEvent:
    return detect({**github_env(tmp_path, payload, name=name), **more}).event


def pull(**head: Any) -> dict[str, Any]:
    return {
        "number": 7,
        "pull_request": {
            "number": 7,
            "head": {"sha": HEAD, "ref": "feature", "repo": {"full_name": "acme/orders"}, **head},
            "base": {"sha": BASE, "ref": "main", "repo": {"full_name": "acme/orders"}},
            "labels": [{"name": "one"}, {"name": "two"}],
        },
        "repository": {"full_name": "acme/orders", "default_branch": "main"},
    }


def test_pull_request(tmp_path: Path) -> None:
    found = event(tmp_path, pull(), GITHUB_RUN_ATTEMPT="3", GITHUB_SHA=OTHER, CVT_MATRIX='{"os":"linux"}', GITHUB_ACTOR="alice")
    assert found == CiEvent(
        platform=Platform.GITHUB,
        kind=EventKind.PULL_REQUEST,
        name="pull_request",
        repository="acme/orders",
        head_sha=HEAD,
        head_ref="feature",
        base_ref="main",
        base_sha=BASE,
        default_branch="main",
        pull_request=7,
        actor="alice",
        run_id="1",
        run_attempt=3,
        run_url="https://github.example/acme/orders/actions/runs/1",
        api_url="http://127.0.0.1:9",
        server_url="https://github.example",
        job_key='ci/contract/{"os":"linux"}',
        labels=("one", "two"),
        on_merge_ref=True,
    )


@pytest.mark.parametrize(("repo", "fork"), [({"full_name": "mallory/orders"}, True), (None, True), ({"full_name": "Acme/Orders"}, False)])
def test_fork(tmp_path: Path, repo: Any, fork: bool) -> None:
    assert event(tmp_path, pull(repo=repo)).is_fork is fork


def test_push_and_merge_group(tmp_path: Path) -> None:
    pushed = event(tmp_path, {"before": BASE, "after": HEAD, "repository": {"default_branch": "main"}}, name="push")
    assert (pushed.kind, pushed.before_sha, pushed.head_sha) == (EventKind.PUSH, BASE, HEAD)
    assert event(tmp_path, {"before": "0" * 40, "after": HEAD}, name="push").before_sha == ""
    queued = event(tmp_path, {"merge_group": {"base_sha": BASE, "head_sha": HEAD, "base_ref": "refs/heads/main"}}, name="merge_group")
    assert (queued.kind, queued.base_sha, queued.head_sha, queued.base_ref) == (EventKind.MERGE_GROUP, BASE, HEAD, "main")


def test_other_events(tmp_path: Path) -> None:
    found = event(tmp_path, {}, name="schedule", GITHUB_SHA=HEAD)
    assert (found.kind, found.head_sha, found.pull_request) == (EventKind.OTHER, HEAD, None)


@pytest.mark.parametrize("text", ["", "[", "[]", "null", '"x"', "[" * 100_000])
def test_event_file_that_cannot_be_understood(tmp_path: Path, text: str) -> None:
    env = github_env(tmp_path)
    Path(env["GITHUB_EVENT_PATH"]).write_text(text)
    found = detect(env)
    assert found.notes
    assert (found.event.kind, found.event.head_sha, found.event.pull_request) == (EventKind.PULL_REQUEST, "", None)
    assert detect({**env, "GITHUB_EVENT_NAME": "merge_group"}).event.kind is EventKind.MERGE_GROUP
    assert detect({**env, "GITHUB_EVENT_NAME": "schedule"}).event.kind is EventKind.OTHER


def test_missing_event_file(tmp_path: Path) -> None:
    assert detect({**github_env(tmp_path), "GITHUB_EVENT_PATH": str(tmp_path / "none")}).notes


@pytest.mark.parametrize("value", [5, None, [], {}, "--upload-pack=x", "A" * 40, "a" * 39, "a" * 40 + "\n"])
def test_values_of_the_wrong_kind_stay_empty(tmp_path: Path, value: Any) -> None:
    payload = pull(sha=value, ref=None)
    payload["pull_request"]["labels"] = value
    payload["pull_request"]["base"]["sha"] = value
    found = event(tmp_path, payload)
    assert (found.head_sha, found.base_sha, found.labels) == ("", "", ())


def test_local() -> None:
    assert detect({}).event.platform is Platform.LOCAL
