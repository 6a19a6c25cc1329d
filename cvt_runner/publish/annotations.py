"""Annotations as workflow commands on standard output: what needs no permission at all."""

from __future__ import annotations

from cvt_runner.model.outcome import Outcome, PublishState
from cvt_runner.publish import workflow
from cvt_runner.publish.base import PublishContext, Session


def publish(context: PublishContext, session: Session) -> Outcome:
    """Print the annotations, unless the check run of this very run already carries them: twice on one line helps nobody."""
    if session.annotated:
        return Outcome("annotations", PublishState.UNCHANGED, "the check run carries them")
    lines = workflow.only_annotations(context.texts.get("github", "").split("\n"))
    if not lines:
        return Outcome("annotations", PublishState.UNCHANGED, "nothing to annotate")
    workflow.emit(context.stdout, lines)
    return Outcome("annotations", PublishState.DONE, f"{len(lines)} annotations")
