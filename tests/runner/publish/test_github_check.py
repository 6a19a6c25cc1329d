from __future__ import annotations

from dataclasses import replace

from cvt_runner.model.outcome import Outcome, PublishState
from cvt_runner.publish.base import PublishContext, publish_all
from cvt_runner.render.checkrun import CheckAnnotation, CheckRun
from tests.runner.publish.samples import HEAD, CheckSample, Note, context, event, printed
from tests.stubs.github_stub import Fault, GitHubStub

WHERE = {"path": "openapi.json", "start_line": 3, "end_line": 3}


def check(run: PublishContext) -> Outcome:
    return next(outcome for outcome in publish_all(run) if outcome.publisher == "check")


def many(count: int) -> CheckSample:
    return CheckSample(annotations=tuple(Note(start_line=number, end_line=number) for number in range(1, count + 1)))


def test_created_complete_on_the_head_commit(github: GitHubStub) -> None:
    outcome = check(context(github, on="check", check=CheckSample()))
    (run,) = github.check_runs.values()
    assert (outcome.state, outcome.url) == (PublishState.DONE, run["html_url"])
    assert (run["name"], run["head_sha"], run["status"], run["conclusion"]) == ("cvt", HEAD, "completed", "failure")
    assert run["output"]["annotations"] == [{**WHERE, "annotation_level": "failure", "title": "response-property-removed", "message": "price is gone"}]


def test_what_the_renderer_makes_is_taken(github: GitHubStub) -> None:
    rendered = CheckRun("title", "summary", "neutral", (CheckAnnotation("a.yaml", 1, 2, "notice", "rule", "text", raw_details="more"),))
    assert check(context(github, on="check", check=rendered)).state is PublishState.DONE


def test_more_than_50_annotations_are_appended_in_order(github: GitHubStub) -> None:
    assert check(context(github, on="check", check=many(120))).state is PublishState.DONE
    (run,) = github.check_runs.values()
    assert [each["start_line"] for each in run["output"]["annotations"]] == list(range(1, 121))
    assert len(github.calls("check-runs")) == 3


def test_no_annotations_are_fine(github: GitHubStub) -> None:
    assert check(context(github, on="check", check=CheckSample(annotations=()))).state is PublishState.DONE


def test_a_lost_answer_does_not_make_a_second_run(github: GitHubStub) -> None:
    github.faults.append(Fault(r"^POST .*/check-runs", drop=True, after=True))
    assert check(context(github, on="check", check=many(60))).state is PublishState.DONE
    (run,) = github.check_runs.values()
    assert len(run["output"]["annotations"]) == 60


def test_a_failure_before_it_was_made_is_tried_again(github: GitHubStub) -> None:
    github.faults.append(Fault(r"^POST .*/check-runs", 502))
    assert check(context(github, on="check", check=CheckSample())).state is PublishState.DONE
    assert len(github.check_runs) == 1


def test_content_the_host_objects_to_costs_the_annotations_only(github: GitHubStub) -> None:
    bad = CheckSample(annotations=(Note(level="catastrophe"),))
    assert check(context(github, on="check", check=bad)).state is PublishState.DONE
    (run,) = github.check_runs.values()
    assert run["output"]["annotations"] == []
    assert run["conclusion"] == "failure"


def test_annotations_the_host_would_not_take_are_printed_instead(github: GitHubStub) -> None:
    bad = CheckSample(annotations=(Note(level="catastrophe"),))
    run = context(github, on="check annotations", check=bad, texts={"github": "::error::x"})
    publish_all(run)
    assert printed(run) == "::error::x\n"


def test_unpaired_surrogates_reach_no_server(github: GitHubStub) -> None:
    check(context(github, on="check", check=CheckSample(annotations=(Note(message="a\ud800b"),))))
    (run,) = github.check_runs.values()
    assert run["output"]["annotations"][0]["message"] == "a?b"


def test_limits_hold_whatever_was_rendered(github: GitHubStub) -> None:
    big = CheckSample(title="t" * 999, summary="line\n" * 30_000, annotations=(Note(title="t" * 999, message="m" * 100_000, start_line=0, end_line=-4),))
    assert check(context(github, on="check", check=big)).state is PublishState.DONE
    (run,) = github.check_runs.values()
    (annotation,) = run["output"]["annotations"]
    assert annotation["start_line"] == annotation["end_line"] == 1
    assert run["output"]["summary"].endswith("line")


def test_a_persons_token_is_told_to_use_the_jobs_own(github: GitHubStub) -> None:
    outcome = check(context(github, on="check", check=CheckSample(), token="person-token"))
    assert outcome.state is PublishState.DENIED
    assert "checks: write" in outcome.remedy
    assert "github.token" in outcome.remedy


def test_groups_have_names_of_their_own(github: GitHubStub) -> None:
    run = context(github, on="check", check=CheckSample())
    check(run)
    check(replace(run, settings=replace(run.settings, group="payments")))
    assert [each["name"] for each in github.check_runs.values()] == ["cvt", "cvt/payments"]


def test_without_a_commit_or_a_rendering_nothing_is_sent(github: GitHubStub) -> None:
    assert check(context(github, on="check")).state is PublishState.UNCHANGED
    assert check(context(github, on="check", check=CheckSample(), event=event(github, head_sha=""))).state is PublishState.UNCHANGED
    assert github.seen == []
