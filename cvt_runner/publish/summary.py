"""The job summary, in the file that the GitHub runner names."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from cvt_runner.model.outcome import Outcome, PublishState
from cvt_runner.publish.base import PublishContext, Session
from cvt_runner.publish.files import append_text

SUMMARY_LIMIT: Final = 1_048_576
"""Bytes of one step's summary; one byte more and GitHub drops all of it."""


def publish(context: PublishContext, _session: Session) -> Outcome:
    """Append the longest text that still fits: the summary, else the comment's text, else one line."""
    if not context.summary_file:
        return Outcome("summary", PublishState.UNCHANGED, "the platform names no file for the summary")
    path = Path(context.summary_file)
    room = SUMMARY_LIMIT - (path.stat().st_size if path.exists() else 0)
    texts = [text for name in ("summary", "markdown", "status") if (text := context.texts.get(name))]
    for number, text in enumerate(texts):
        if len(text.encode("utf-8", "replace")) + 2 <= room:
            append_text(path, text)
            return Outcome("summary", PublishState.DONE, "shortened to fit" if number else "")
    detail = "no room left: earlier output of this step fills the 1 MiB" if texts else "nothing rendered"
    return Outcome("summary", PublishState.FAILED, detail)
