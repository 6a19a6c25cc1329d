"""The commit status: one line on the head commit, under a name that branch protection can require."""

from __future__ import annotations

from typing import Any, Final, assert_never

from cvt_runner.model.outcome import Outcome, PublishState
from cvt_runner.model.report import Report, Verdict
from cvt_runner.publish.base import PublishContext, Session
from cvt_runner.publish.github_access import gate_name, with_client
from cvt_runner.publish.github_api import Client, sha_ok

DESCRIPTION_LIMIT: Final = 140
"""Characters of a commit status description."""


def publish(context: PublishContext, session: Session) -> Outcome:
    """Set the status on the head commit. The host shows the latest one of a name, so repeating is harmless."""
    sha = context.event.head_sha
    if not sha_ok(sha):
        return Outcome("status", PublishState.UNCHANGED, "the event names no head commit")

    def work(client: Client) -> Outcome:
        client.repo("POST", f"statuses/{sha}", body(context))
        return Outcome("status", PublishState.DONE, gate_name(context.settings.group))

    return with_client("status", context, session, permission="statuses: write", work=work)


def body(context: PublishContext) -> dict[str, Any]:
    """The request's body."""
    text = " ".join(context.texts.get("status", "").split()) or context.report.verdict.value
    clipped = text if len(text) <= DESCRIPTION_LIMIT else text[: DESCRIPTION_LIMIT - 1] + "…"
    sent = {"state": state(context.report), "context": gate_name(context.settings.group), "description": clipped}
    return {**sent, "target_url": context.event.run_url} if context.event.run_url.startswith(("https://", "http://")) else sent


def state(report: Report) -> str:
    """`success`, `failure` or `error`: green exactly when the exit code is 0.

    An inconclusive run is an `error`, as the contract was not found to be broken.
    """
    match report.verdict:
        case Verdict.OK | Verdict.NOTHING:
            return "success"
        case Verdict.BROKEN:
            return "failure"
        case Verdict.INCONCLUSIVE:
            return "success" if report.neutral_inconclusive else "error"
        case _:
            assert_never(report.verdict)
