from __future__ import annotations

from cvt_runner.model.outcome import PublishState
from cvt_runner.publish.base import publish_all
from tests.runner.publish.samples import CheckSample, context, printed
from tests.stubs.github_stub import READ_ONLY, Account, GitHubStub

LINE = "::error file=openapi.json,line=3,title=x::gone%0Anow"


def test_prints_annotations_and_nothing_else() -> None:
    hostile = f"{LINE}\n::set-output name=verdict::ok\n::stop-commands::x\n::add-mask::e\nplain\n##[error]x\n::warning::w"
    run = context(on="annotations", texts={"github": hostile})
    assert publish_all(run)[2].state is PublishState.DONE
    assert printed(run) == f"{LINE}\n::warning::w\n"


def test_not_repeated_when_the_check_run_carries_them(github: GitHubStub) -> None:
    run = context(github, on="annotations check", texts={"github": LINE}, check=CheckSample())
    states = {outcome.publisher: outcome.state for outcome in publish_all(run)}
    assert states["check"] is PublishState.DONE
    assert states["annotations"] is PublishState.UNCHANGED
    assert printed(run) == ""


def test_printed_when_the_check_run_is_denied_or_carries_none(github: GitHubStub) -> None:
    empty = context(github, on="annotations check", texts={"github": LINE}, check=CheckSample(annotations=()))
    publish_all(empty)
    assert LINE in printed(empty)
    github.accounts["actions-token"] = Account("github-actions[bot]", permissions=READ_ONLY)
    denied = context(github, on="annotations check", texts={"github": LINE}, check=CheckSample())
    publish_all(denied)
    assert LINE in printed(denied)
