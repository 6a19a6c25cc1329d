from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from cvt_runner.model.outcome import Outcome, PublishState
from cvt_runner.publish.base import PublishContext, publish_all
from cvt_runner.publish.github_access import gate_name
from cvt_runner.publish.github_api import repository_ok
from tests.rig import free_port
from tests.runner.publish.samples import TOKEN, CheckSample, context, event, slept
from tests.stubs.github_stub import Fault, GitHubStub


def status(run: PublishContext) -> Outcome:
    return next(outcome for outcome in publish_all(run) if outcome.publisher == "status")


@pytest.mark.parametrize("code", [500, 502, 503, 504])
def test_server_errors_are_retried_with_growing_waits(github: GitHubStub, code: int) -> None:
    github.faults.append(Fault("statuses", code, times=2))
    run = context(github, on="status")
    assert status(run).state is PublishState.DONE
    assert slept(run) == [1.0, 2.0]


def test_retries_end(github: GitHubStub) -> None:
    github.faults.append(Fault("statuses", 503, "down for maintenance", times=-1))
    run = context(github, on="status")
    outcome = status(run)
    assert outcome.state is PublishState.FAILED
    assert "HTTP 503: down for maintenance" in outcome.detail
    assert slept(run) == [1.0, 2.0, 4.0]


def test_a_dropped_connection_is_retried(github: GitHubStub) -> None:
    github.faults.append(Fault("statuses", drop=True, times=2))
    assert status(context(github, on="status")).state is PublishState.DONE
    assert len(github.statuses) == 1


@pytest.mark.parametrize(
    ("code", "headers", "message", "wait"),
    [
        (429, {"Retry-After": "7"}, "slow down", 7.0),
        (403, {"Retry-After": "3"}, "You have exceeded a secondary rate limit", 3.0),
        (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1005"}, "API rate limit exceeded for installation", 6.0),
        (503, {"Retry-After": "9"}, "unavailable", 9.0),
    ],
)
def test_the_host_says_how_long_to_wait(github: GitHubStub, code: int, headers: dict[str, str], message: str, wait: float) -> None:
    github.faults.append(Fault("statuses", code, message, headers=headers))
    run = context(github, on="status", clock=lambda: 1000.0)
    assert status(run).state is PublishState.DONE
    assert slept(run) == [wait]


@pytest.mark.parametrize(
    ("headers", "message"),
    [({"Retry-After": "3600"}, "slow down"), ({}, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.")],
)
def test_a_long_rate_limit_is_not_waited_for_and_is_no_missing_permission(github: GitHubStub, headers: dict[str, str], message: str) -> None:
    github.faults.append(Fault("statuses", 403, message, headers=headers, times=-1))
    run = context(github, on="status")
    outcome = status(run)
    assert (outcome.state, outcome.remedy) == (PublishState.FAILED, "")
    assert "rate limited" in outcome.detail
    assert slept(run) == []


def test_waiting_is_bounded_over_all_publishers_together(github: GitHubStub) -> None:
    github.faults.append(Fault("", 429, "slow down", headers={"Retry-After": "12"}, times=-1))
    run = context(github, on="comment status check", check=CheckSample())
    publish_all(run)
    assert sum(slept(run)) <= run.settings.wait


def test_a_server_that_is_down_fails_every_publisher_without_waiting_for_each() -> None:
    run = context(event=event(api_url=f"http://127.0.0.1:{free_port()}"), on="comment status check", check=CheckSample())
    outcomes = {outcome.publisher: outcome for outcome in publish_all(run)}
    assert {outcomes[name].state for name in ("comment", "status", "check")} == {PublishState.FAILED}
    assert "no connection" in outcomes["check"].detail
    assert "not tried again" in outcomes["status"].detail
    assert sum(slept(run)) <= run.settings.wait


def test_a_server_that_never_answers_times_out(github: GitHubStub) -> None:
    github.faults.append(Fault("statuses", hang=3, times=-1))
    run = context(github, on="status")
    outcome = status(replace(run, settings=replace(run.settings, timeout=1)))
    assert outcome.state is PublishState.FAILED
    assert "no answer in time" in outcome.detail


@pytest.mark.parametrize("raw", ["<html>captive portal</html>", "", "[]", "null", '{"id": "x"}', "[" * 5000])
def test_an_answer_that_is_not_githubs_is_an_outcome_not_a_crash(github: GitHubStub, raw: str) -> None:
    github.faults.append(Fault("", 200, raw=raw, times=-1))
    outcomes = {outcome.publisher: outcome for outcome in publish_all(context(github, on="comment check", check=CheckSample()))}
    assert outcomes["comment"].state is PublishState.FAILED
    assert outcomes["check"].state is PublishState.FAILED
    assert "Traceback" not in repr(outcomes)


def test_redirects_elsewhere_get_no_token(github: GitHubStub) -> None:
    with GitHubStub() as other:
        elsewhere = other.url.replace("127.0.0.1", "localhost")
        for code in (301, 302, 307, 308):
            github.faults.append(Fault("statuses", code, headers={"Location": f"{elsewhere}/x"}, times=1))
            assert status(context(github, on="status")).state is PublishState.FAILED
        assert other.seen == []


def test_the_token_is_scrubbed_from_what_the_host_says_and_from_logs(github: GitHubStub, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    github.faults.append(Fault("statuses", 422, f"you sent {TOKEN}\n::error::x", times=-1))
    outcome = status(context(github, on="status"))
    assert TOKEN not in repr(outcome)
    assert "\n" not in outcome.detail
    assert TOKEN not in caplog.text
    assert github.seen[0].headers["authorization"].endswith(TOKEN)


def test_an_unknown_token_is_denied(github: GitHubStub) -> None:
    outcome = status(context(github, on="status", token="expired"))
    assert outcome.state is PublishState.DENIED
    assert "github.token" in outcome.remedy


def test_a_token_with_a_line_end_around_it_works_and_inside_it_does_not(github: GitHubStub) -> None:
    assert status(context(github, on="status", token=f" {TOKEN}\n")).state is PublishState.DONE
    broken = status(context(github, on="status", token=f"{TOKEN[:5]}\n{TOKEN[5:]}"))
    assert broken.state is PublishState.FAILED
    assert TOKEN[5:] not in repr(broken)


def test_enterprise_servers_have_a_path_before_the_api(github: GitHubStub) -> None:
    run = context(github, on="comment", event=event(github, api_url=f"{github.url}/api/v3/"))
    publish_all(run)
    publish_all(replace(run, texts={"markdown": "## updated"}))
    assert len(github.comments) == 1
    assert "## updated" in github.comments[0].body


@pytest.mark.parametrize(
    "changes", [{"api_url": "file:///etc/passwd"}, {"api_url": "ftp://x"}, {"repository": "../../user"}, {"repository": "a/b/c"}, {"repository": ""}]
)
def test_addresses_that_lead_elsewhere_are_refused(github: GitHubStub, changes: dict[str, str]) -> None:
    assert status(context(github, on="status", event=event(github, **changes))).state is PublishState.FAILED
    assert github.seen == []


def test_names_of_repositories() -> None:
    assert [repository_ok(name) for name in ("a/b", "a.b/c-d_e", "a/..", "./a", "a/b?x", "a/b#", "a b/c", "a/b\n")] == [True, True, *[False] * 6]


@pytest.mark.parametrize(("group", "name"), [("", "cvt"), ("  ", "cvt"), ("a", "cvt/a"), ("a\u202eb\x00", "cvt/a b")])
def test_gate_names(group: str, name: str) -> None:
    assert gate_name(group) == name
