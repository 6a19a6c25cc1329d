from __future__ import annotations

import json
import re
import threading
import time
from dataclasses import replace
from typing import Any

import pytest
from msgspec import structs

from cvt_engine.finding import Severity
from cvt_runner.model.outcome import Outcome, PublishState
from cvt_runner.model.report import State
from cvt_runner.publish import sticky
from cvt_runner.publish.base import PublishContext, publish_all
from cvt_runner.publish.github_comment import has_news
from tests.runner.publish.samples import BROKEN, CLEAN, HEAD, NEWER, PULL, TOKEN, context, event, printed, report
from tests.stubs.github_stub import READ_ONLY, Account, Fault, GitHubStub, Seen

KEY = sticky.comment_key("CI", "")


def comment(run: PublishContext) -> Outcome:
    return publish_all(run)[-1]


def job(github: GitHubStub, name: str, **changes: Any) -> PublishContext:
    run = context(github, event=event(github, job_key=name, **changes))
    return replace(run, texts={"markdown": f"## result of {name} for {run.event.head_sha[:7]}"})


def writes(github: GitHubStub) -> list[str]:
    return [seen.method for seen in github.calls(r"^(POST|PATCH|DELETE) .*/comments")]


def test_created_then_unchanged_then_updated_then_resolved(github: GitHubStub) -> None:
    run = context(github)
    first = comment(run)
    assert (first.state, first.url) == (PublishState.DONE, github.comments[0].url)
    assert comment(run).state is PublishState.UNCHANGED
    github.pulls[PULL] = NEWER
    later = replace(run, event=event(github, head_sha=NEWER, run_id="501"), texts={"markdown": "## 2 breaking changes"})
    assert comment(later).state is PublishState.DONE
    assert "2 breaking changes" in github.comments[0].body
    assert "the details" not in github.comments[0].body
    clean = replace(later, report=CLEAN, event=event(github, head_sha=NEWER, run_id="502"), texts={"markdown": "## no change"})
    assert comment(clean).state is PublishState.DONE
    assert "**Resolved**" in github.comments[0].body
    assert "breaking" not in github.comments[0].body
    broken_again = replace(later, event=event(github, head_sha=NEWER, run_id="503"))
    assert comment(broken_again).state is PublishState.DONE
    assert "**Resolved**" not in github.comments[0].body
    assert len(github.comments) == 1


def test_nothing_to_say_writes_nothing(github: GitHubStub) -> None:
    assert comment(context(github, report=CLEAN)).state is PublishState.UNCHANGED
    assert github.comments == []


def test_what_is_news() -> None:
    assert has_news(BROKEN)
    assert has_news(report(Severity.WARNING))
    assert has_news(report(Severity.ERROR, state=State.WAIVED))
    assert has_news(structs.replace(CLEAN, inconclusive="no base"))
    assert not has_news(report(Severity.INFO))
    assert not has_news(report(Severity.ERROR, state=State.EXISTING))
    assert not has_news(structs.replace(CLEAN, specs=()))


def test_found_on_a_later_page(github: GitHubStub) -> None:
    for number in range(250):
        github.say(PULL, f"comment {number}", login="bob")
    comment(context(github))
    for number in range(30):
        github.say(PULL, f"late {number}", login="bob")
    later = context(github, texts={"markdown": "## updated"})
    assert comment(later).state is PublishState.DONE
    ours = [each for each in github.comments if each.body.startswith(KEY)]
    assert len(ours) == 1
    assert "## updated" in ours[0].body


def test_pages_smaller_than_asked_for_are_all_read(github: GitHubStub) -> None:
    github.page_cap = 10
    for number in range(25):
        github.say(PULL, f"comment {number}", login="bob")
    comment(context(github))
    comment(context(github, texts={"markdown": "## updated"}))
    assert len([each for each in github.comments if each.body.startswith(KEY)]) == 1


@pytest.mark.parametrize(("login", "kind"), [("mallory", "User"), ("other[bot]", "Bot"), ("github-actions", "User")])
def test_a_copy_of_our_comment_by_somebody_else_is_never_touched(github: GitHubStub, login: str, kind: str) -> None:
    copied = f"{KEY}\nI copied this"
    theirs = github.say(PULL, copied, login=login, kind=kind)
    assert comment(context(github)).state is PublishState.DONE
    assert comment(context(github, texts={"markdown": "## updated"})).state is PublishState.DONE
    assert theirs.body == copied
    assert [each.login for each in github.comments] == [login, "github-actions[bot]"]
    clean = context(github, report=CLEAN)
    comment(clean)
    assert theirs.body == copied


def test_a_quote_of_our_comment_is_not_ours(github: GitHubStub) -> None:
    quote = github.say(PULL, f"> {KEY}\n\nwhat does it mean?", login="github-actions[bot]", kind="Bot")
    comment(context(github))
    assert quote.body.endswith("what does it mean?")
    assert len(github.comments) == 2


@pytest.mark.parametrize("graphql", [True, False])
def test_the_job_token_knows_its_own_comments_without_asking_user(github: GitHubStub, graphql: bool) -> None:
    github.graphql = graphql
    comment(context(github))
    assert comment(context(github, texts={"markdown": "## updated"})).state is PublishState.DONE
    assert len(github.comments) == 1


def test_a_persons_token_and_an_apps_token_find_their_own(github: GitHubStub) -> None:
    github.accounts["app-token"] = Account("contract-app[bot]")
    for token in ("person-token", "app-token", "actions-token"):
        comment(context(github, token=token))
        comment(context(github, token=token, texts={"markdown": f"## by {token}"}))
    assert [each.login for each in github.comments] == ["alice", "contract-app[bot]", "github-actions[bot]"]


def test_an_older_run_never_overwrites_a_newer_one(github: GitHubStub) -> None:
    comment(job(github, "CI/a", run_id="500"))
    before = github.comments[0].body
    older = comment(job(github, "CI/a", run_id="99"))
    assert (older.state, older.detail) == (PublishState.UNCHANGED, "a newer run has reported already")
    assert comment(replace(job(github, "CI/a", run_id="99"), report=CLEAN)).state is PublishState.UNCHANGED
    assert github.comments[0].body == before


def test_a_rerun_is_newer_than_the_first_attempt(github: GitHubStub) -> None:
    comment(job(github, "CI/a", run_attempt=2))
    assert comment(job(github, "CI/a", run_attempt=1)).state is PublishState.UNCHANGED
    assert comment(job(github, "CI/a", run_attempt=3)).state is PublishState.DONE


def test_a_run_for_a_commit_that_is_no_longer_the_head_is_silent(github: GitHubStub) -> None:
    github.pulls[PULL] = NEWER
    outcome = comment(context(github))
    assert outcome.state is PublishState.UNCHANGED
    assert NEWER[:7] in outcome.detail
    assert writes(github) == []


def test_jobs_fold_into_one_comment_and_groups_do_not(github: GitHubStub) -> None:
    for name in ("CI/a", "CI/b", "CI/a/linux"):
        comment(job(github, name))
    assert len(github.comments) == 1
    assert [each.job for each in sticky.parse(github.comments[0].body)] == ["CI/a", "CI/a/linux", "CI/b"]
    run = context(github)
    comment(replace(run, settings=replace(run.settings, group="payments")))
    assert len(github.comments) == 2


def test_two_jobs_that_create_at_the_same_moment_end_in_one_comment(github: GitHubStub) -> None:
    meeting = threading.Barrier(2, timeout=10)
    met = list[str]()

    def both_have_read(seen: Seen) -> None:
        if seen.method == "POST" and seen.path.endswith("/comments") and len(met) < 2:
            met.append(seen.path)
            meeting.wait()

    github.hooks.append(both_have_read)
    outcomes = together([job(github, "CI/a"), job(github, "CI/b")])
    assert [outcome.state for outcome in outcomes] == [PublishState.DONE] * 2
    assert len(met) == 2
    assert len(github.comments) == 1
    assert [each.job for each in sticky.parse(github.comments[0].body)] == ["CI/a", "CI/b"]


def test_an_update_lost_to_another_jobs_write_is_put_back(github: GitHubStub) -> None:
    for name in ("CI/a", "CI/b"):
        comment(job(github, name))
    github.pulls[PULL] = NEWER
    read, wrote = threading.Barrier(2, timeout=10), threading.Barrier(2, timeout=10)
    patches = list[str]()

    def both_have_read(seen: Seen) -> None:
        if seen.method == "PATCH" and len(patches) < 2:
            patches.append(seen.path)
            read.wait()

    def both_have_written(_seconds: float) -> None:
        if len(github.calls("^PATCH")) == before + 2 and wrote.n_waiting + len(rested) < 2:
            wrote.wait()
            rested.append(1)

    before, rested = len(github.calls("^PATCH")), list[int]()
    github.hooks.append(both_have_read)
    runs = [replace(job(github, name, head_sha=NEWER, run_id="600"), sleep=both_have_written) for name in ("CI/a", "CI/b")]
    outcomes = together(runs)
    assert [outcome.state for outcome in outcomes] == [PublishState.DONE] * 2
    sections = sticky.parse(github.comments[0].body)
    assert [(each.job, each.run, each.head) for each in sections] == [("CI/a", 600, NEWER), ("CI/b", 600, NEWER)]
    assert "has not reported" not in github.comments[0].body
    assert len(github.calls("^PATCH")) == before + 3


def test_many_jobs_at_once(github: GitHubStub) -> None:
    runs = [replace(job(github, f"CI/contract/{number}"), sleep=time.sleep) for number in range(6)]
    runs = [replace(run, settings=replace(run.settings, settle=0.3)) for run in runs]
    outcomes = together(runs)
    assert {outcome.state for outcome in outcomes} <= {PublishState.DONE, PublishState.UNCHANGED}
    assert len(github.comments) == 1
    assert len(sticky.parse(github.comments[0].body)) == 6


def together(runs: list[PublishContext]) -> list[Outcome]:
    """All publishers at the same time, each in a thread."""
    outcomes: dict[int, Outcome] = {}
    threads = [threading.Thread(target=lambda number=number, run=run: outcomes.update({number: comment(run)})) for number, run in enumerate(runs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return [outcomes[number] for number in sorted(outcomes)]


def test_duplicates_of_an_earlier_accident_are_folded_and_removed(github: GitHubStub) -> None:
    for name in ("CI/a", "CI/b"):
        section = sticky.section(name, run_id="400", attempt=1, head=HEAD, body=f"from {name}")
        github.say(PULL, sticky.compose(KEY, [section], head=HEAD), login="github-actions[bot]", kind="Bot")
    assert comment(job(github, "CI/c")).state is PublishState.DONE
    assert [each.job for each in sticky.parse(github.comments[0].body)] == ["CI/a", "CI/b", "CI/c"]
    assert len(github.comments) == 1


def test_deleted_by_somebody_meanwhile_is_created_again(github: GitHubStub) -> None:
    comment(context(github))

    def delete(seen: Seen) -> None:
        if seen.method == "PATCH":
            github.comments.clear()

    github.hooks.append(delete)
    assert comment(context(github, texts={"markdown": "## updated"})).state is PublishState.DONE
    assert len(github.comments) == 1


@pytest.mark.parametrize("fault", [Fault(r"^POST .*/comments", 502, after=True), Fault(r"^POST .*/comments", drop=True, after=True)])
def test_an_answer_that_was_lost_does_not_make_a_second_comment(github: GitHubStub, fault: Fault) -> None:
    github.faults.append(replace(fault))
    assert comment(context(github)).state is PublishState.DONE
    assert writes(github) == ["POST"]


def test_a_list_that_lags_behind_does_not_make_a_second_comment(github: GitHubStub) -> None:
    github.faults.append(Fault(r"^GET .*/issues/7/comments", 200, raw="[]", times=2))
    assert comment(context(github)).state is PublishState.DONE
    assert len(github.comments) == 1


def test_a_lagging_list_that_shows_another_jobs_comment_still_ends_in_one(github: GitHubStub) -> None:
    comment(job(github, "CI/a"))
    listed = [{"id": github.comments[0].id, "body": github.comments[0].body, "user": {"login": "github-actions[bot]", "type": "Bot"}}]
    github.faults.append(Fault(r"^GET .*/issues/7/comments", 200, raw="[]"))
    github.faults.append(Fault(r"^GET .*/issues/7/comments", 200, raw=json.dumps(listed), times=2))
    assert comment(job(github, "CI/b")).state is PublishState.DONE
    assert len(github.comments) == 1
    assert [each.job for each in sticky.parse(github.comments[0].body)] == ["CI/a", "CI/b"]


def test_too_long_is_written_shorter(github: GitHubStub) -> None:
    github.faults.append(Fault(r"^POST .*/comments", 422, "Validation Failed: body is too long (maximum is 65536 characters)"))
    assert comment(context(github, texts={"markdown": "## headline\n\n" + "details\n" * 100})).state is PublishState.DONE
    assert "## headline" in github.comments[0].body
    assert "details\ndetails" not in github.comments[0].body
    assert "does not fit" in github.comments[0].body


def test_huge_sections_of_many_jobs_stay_within_the_limit(github: GitHubStub) -> None:
    for number in range(4):
        run = job(github, f"CI/{number}")
        assert comment(replace(run, texts={"markdown": f"## job {number}\n" + "😀 finding\n" * 5_000})).state is PublishState.DONE
    assert len(github.comments) == 1
    assert all(f"## job {number}" in github.comments[0].body for number in range(4))


def test_refused_for_ever_fails_and_says_why(github: GitHubStub) -> None:
    github.faults.append(Fault(r"^POST .*/comments", 422, "Validation Failed: no", times=-1))
    outcome = comment(context(github))
    assert outcome.state is PublishState.FAILED
    assert "Validation Failed" in outcome.detail


@pytest.mark.parametrize("path", [r"^GET .*/pulls/", r"^GET .*/comments", r"^POST .*/comments"])
@pytest.mark.parametrize("status", [403, 404])
def test_a_missing_permission_is_denied_with_the_line_to_add(github: GitHubStub, path: str, status: int) -> None:
    github.faults.append(Fault(path, status, "Resource not accessible by integration" if status == 403 else "Not Found", times=-1))
    run = context(github)
    outcome = comment(run)
    assert outcome.state is PublishState.DENIED
    assert outcome.remedy == "permissions:\n  contents: read\n  pull-requests: write"
    assert printed(run).count("::notice") == 1
    assert "pull-requests: write" in printed(run)


@pytest.mark.parametrize("changes", [{"is_fork": True}, {"actor": "dependabot[bot]"}])
def test_fork_and_dependabot_runs_are_not_told_to_add_what_would_not_help(github: GitHubStub, changes: dict[str, Any]) -> None:
    github.accounts[TOKEN] = Account("github-actions[bot]", permissions=READ_ONLY)
    run = context(github, event=event(github, **changes))
    outcome = comment(run)
    assert (outcome.state, outcome.remedy) == (PublishState.DENIED, "")
    assert "read-only token" in outcome.detail
    assert "permissions" not in printed(run)


def test_a_locked_conversation_says_so(github: GitHubStub) -> None:
    github.faults.append(Fault(r"^POST .*/comments", 403, "Unable to create comment because issue is locked.", times=-1))
    assert comment(context(github)).remedy == "unlock the conversation"


def test_not_a_pull_request(github: GitHubStub) -> None:
    assert comment(context(github, event=event(github, pull_request=None))).state is PublishState.UNCHANGED
    assert github.seen == []


def test_someone_edited_our_comment_by_hand(github: GitHubStub) -> None:
    comment(context(github))
    github.comments[0].body = re.sub(r"<!-- cvt:end .*", "oops", github.comments[0].body).replace("\n", "\r\n")
    assert comment(context(github)).state is PublishState.DONE
    assert len(sticky.parse(github.comments[0].body)) == 1


def test_a_server_that_always_promises_a_next_page_is_not_followed_for_ever(github: GitHubStub) -> None:
    listed = json.dumps([{"id": 5, "body": "hello", "user": {"login": "bob"}}])
    github.faults.append(Fault(r"^GET .*/issues/7/comments", 200, raw=listed, headers={"Link": '<https://example.com/?page=2>; rel="next"'}, times=-1))
    assert comment(context(github)).state is PublishState.DONE
    assert len(github.calls(r"^GET .*/comments")) == 4
