from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec import structs

from cvt_engine.finding import Severity
from cvt_runner.model.outcome import PublishState
from cvt_runner.model.report import Report
from cvt_runner.publish.base import publish_all
from cvt_runner.publish.github_status import state
from tests.runner.publish.samples import BROKEN, CLEAN, HEAD, context, event, report
from tests.stubs.github_stub import GitHubStub


def test_one_line_on_the_head_commit(github: GitHubStub) -> None:
    outcome = publish_all(context(github, on="status"))[-1]
    assert outcome.state is PublishState.DONE
    assert github.statuses == [
        {
            "sha": HEAD,
            "state": "failure",
            "context": "cvt",
            "description": "1 breaking change",
            "target_url": "https://github.example/shop/api/actions/runs/500",
        }
    ]


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (CLEAN, "success"),
        (structs.replace(CLEAN, specs=()), "success"),
        (BROKEN, "failure"),
        (report(Severity.WARNING, fail_on=Severity.WARNING), "failure"),
        (structs.replace(CLEAN, inconclusive="no base"), "error"),
        (structs.replace(CLEAN, inconclusive="no base", neutral_inconclusive=True), "success"),
    ],
)
def test_green_exactly_when_the_exit_code_is_0(subject: Report, expected: str) -> None:
    assert state(subject) == expected
    assert (expected == "success") == (subject.exit_code == 0)


def test_limits_and_hostile_values(github: GitHubStub) -> None:
    run = context(github, on="status", texts={"status": "x\n::error::" + "y" * 300}, event=event(github, run_url="javascript:alert(1)"))
    publish_all(replace(run, settings=replace(run.settings, group="pay\nments " + "g" * 200)))
    (status,) = github.statuses
    assert len(status["description"]) == 140
    assert "\n" not in status["description"] + status["context"]
    assert status["context"].startswith("cvt/pay ments g")
    assert len(status["context"]) <= 84
    assert "target_url" not in status


@pytest.mark.parametrize("sha", ["", "HEAD", "../../user", "a" * 39])
def test_no_commit_no_request(github: GitHubStub, sha: str) -> None:
    assert publish_all(context(github, on="status", event=event(github, head_sha=sha)))[-1].state is PublishState.UNCHANGED
    assert github.seen == []


def test_denied_with_the_line_to_add(github: GitHubStub) -> None:
    github.accounts["reader"] = replace(github.accounts["actions-token"], permissions=frozenset({"contents: read"}))
    outcome = publish_all(context(github, on="status", token="reader"))[-1]
    assert (outcome.state, outcome.remedy) == (PublishState.DENIED, "permissions:\n  contents: read\n  statuses: write")
