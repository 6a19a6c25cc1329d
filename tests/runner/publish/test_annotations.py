from __future__ import annotations

import io

import pytest

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


@pytest.mark.parametrize("encoding", ["ascii", "utf-8", "latin-1"])
def test_any_encoding_of_standard_output_will_do(encoding: str) -> None:
    raw = io.BytesIO()
    run = context(on="annotations", texts={"github": "::error::caf\u00e9 \u2192 \ud800"}, stdout=io.TextIOWrapper(raw, encoding=encoding))
    assert publish_all(run)[2].state is PublishState.DONE
    assert raw.getvalue().startswith(b"::error::caf")


def test_a_closed_standard_output_is_an_outcome() -> None:
    stream = io.StringIO()
    stream.close()
    outcomes = publish_all(context(on="annotations comment", texts={"github": LINE}, stdout=stream, token=""))
    assert outcomes[2].state is PublishState.FAILED
