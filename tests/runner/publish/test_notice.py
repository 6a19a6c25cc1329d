from __future__ import annotations

from cvt_runner.model.outcome import Outcome, PublishState
from cvt_runner.publish.notice import merged, permission_notice


def denied(name: str, remedy: str) -> Outcome:
    return Outcome(name, PublishState.DENIED, "HTTP 403: no", remedy)


def test_one_block_for_all_that_is_missing() -> None:
    outcomes = [
        denied("check", "permissions:\n  contents: read\n  checks: write"),
        Outcome("comment", PublishState.DONE),
        denied("status", "permissions:\n  contents: read\n  statuses: write"),
    ]
    text = permission_notice(outcomes)
    assert "check, status" in text
    assert "comment" not in text
    assert text.endswith("permissions:\n  contents: read\n  checks: write\n  statuses: write")


def test_nothing_denied_nothing_said() -> None:
    assert permission_notice([Outcome("a", PublishState.FAILED, "x", "y"), Outcome("b", PublishState.DONE)]) == ""


def test_a_denial_without_a_remedy_has_no_block() -> None:
    assert "add to the workflow" not in permission_notice([denied("comment", "")])


def test_sentences_and_blocks_mix() -> None:
    assert merged(["unlock the conversation", "with:\n  token: x", "unlock the conversation"]) == "unlock the conversation\nwith:\n  token: x"
