"""Every request that the publishers send is one that GitHub's own API description allows."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import replace
from typing import Any

import pytest

from cvt_runner.model.outcome import PublishState
from cvt_runner.publish import sticky
from cvt_runner.publish.base import publish_all
from tests.runner.publish.samples import CLEAN, HEAD, PULL, CheckSample, Note, context, event
from tests.stubs.github_stub import Fault, GitHubStub

EVERYTHING = "comment status check annotations"


def send(base: str, method: str, path: str, body: Any) -> int:
    """The status of the answer to one request."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", "Authorization": "Bearer t", "Accept": "application/json"}
    request = urllib.request.Request(base + path, data=data, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as answer:
        answer.close()
        return answer.code


def walk(github: GitHubStub) -> None:
    """Make the publishers use every request they know."""
    notes = tuple(Note(raw_details="more") for _ in range(60))
    run = context(github, on=EVERYTHING, check=CheckSample(annotations=notes), token="actions-token")
    other = sticky.section("CI/other", run_id="1", attempt=1, head=HEAD, body="x")
    for _ in range(2):
        github.say(PULL, sticky.compose(sticky.comment_key("CI", ""), [other], head=HEAD), login="github-actions[bot]", kind="Bot")
    github.faults.append(Fault(r"^POST .*/check-runs", 502))
    publish_all(run)
    publish_all(replace(run, report=CLEAN, check=CheckSample(conclusion="success", annotations=()), texts={"markdown": "## fine"}))
    github.comments.clear()
    publish_all(replace(run, token="person-token"))
    publish_all(replace(run, token="person-token", event=event(github, run_id="501")))


@pytest.mark.slow
def test_every_request_is_in_the_description(github: GitHubStub, prism: str) -> None:
    walk(github)
    sent = {f"{seen.method} {seen.path} {sorted(seen.query)}": seen for seen in github.seen if seen.path != "/graphql"}
    assert {seen.method for seen in sent.values()} == {"GET", "POST", "PATCH", "DELETE"}
    assert len(sent) >= 9
    for name, seen in sent.items():
        query = urllib.parse.urlencode(seen.query, doseq=True)
        assert send(prism, seen.method, f"{seen.path}?{query}", seen.body) // 100 == 2, name


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"/repos/shop/api/statuses/{HEAD}", {"state": "green"}),
        ("/repos/shop/api/issues/7/comments", {}),
        ("/repos/shop/api/check-runs", {"name": "cvt", "head_sha": HEAD, "status": "completed", "conclusion": "bogus"}),
    ],
)
def test_the_description_refuses_what_is_wrong(prism: str, path: str, body: Any) -> None:
    assert send(prism, "POST", path, body) == 422


@pytest.mark.slow
def test_the_publishers_take_the_descriptions_own_answers(prism: str) -> None:
    with urllib.request.urlopen(urllib.request.Request(f"{prism}/repos/shop/api/pulls/7", headers={"Authorization": "Bearer t"}), timeout=30) as answer:
        head = json.load(answer)["head"]["sha"]
    run = context(on=EVERYTHING, check=CheckSample(), event=event(api_url=prism, head_sha=head))
    outcomes = {outcome.publisher: outcome for outcome in publish_all(run)}
    assert {name: outcomes[name].state for name in ("check", "status", "comment")} == dict.fromkeys(("check", "status", "comment"), PublishState.DONE), outcomes
