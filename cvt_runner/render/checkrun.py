"""A check run as values: what a publisher sends, already within the API's limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cvt_engine.finding import Severity
from cvt_runner.model.report import Report, State, Verdict
from cvt_runner.render import wording
from cvt_runner.render.annotations import anchor, text
from cvt_runner.render.budget import CHECK_ANNOTATIONS, CHECK_BATCH, CHECK_MESSAGE, CHECK_TEXT, CHECK_TITLE
from cvt_runner.render.escape import brief, clip, unicode, visible
from cvt_runner.render.markdown import MOST, compose
from cvt_runner.render.options import RenderOptions
from cvt_runner.render.order import Entry, entries

_LEVELS: Final = {Severity.ERROR: "failure", Severity.WARNING: "warning", Severity.INFO: "notice"}


@dataclass(frozen=True, slots=True)
class CheckAnnotation:
    """One annotation. Lines and columns are 1-based; `level` is `failure`, `warning` or `notice`; `raw_details` may be ""."""

    path: str
    start_line: int
    end_line: int
    level: str
    title: str
    message: str
    start_column: int | None = None
    end_column: int | None = None
    raw_details: str = ""


@dataclass(frozen=True, slots=True)
class CheckRun:
    """`conclusion` is `success`, `failure` or `neutral`. Findings without a line in the head are in the summary only."""

    title: str
    summary: str
    conclusion: str
    annotations: tuple[CheckAnnotation, ...] = ()

    @property
    def batches(self) -> tuple[tuple[CheckAnnotation, ...], ...]:
        """The annotations in the portions that one request may carry; empty when there are none."""
        step = CHECK_BATCH.aim
        return tuple(self.annotations[n : n + step] for n in range(0, len(self.annotations), step))


def check_run(report: Report, options: RenderOptions | None = None) -> CheckRun:
    """The check run of a report."""
    chosen = options or RenderOptions()
    made = (_annotation(entry) for entry in entries(report, State.NEW))
    return CheckRun(
        title=wording.status_line(report, limit=CHECK_TITLE.aim),
        summary=compose(report, chosen, limit=CHECK_TEXT, most=MOST),
        conclusion=_conclusion(report),
        annotations=tuple(annotation for annotation in made if annotation)[: CHECK_ANNOTATIONS.aim],
    )


def _conclusion(report: Report) -> str:
    match report.verdict:
        case Verdict.OK:
            return "success"
        case Verdict.BROKEN:
            return "failure"
        case Verdict.NOTHING:
            return "neutral"
        case Verdict.INCONCLUSIVE:
            return "neutral" if report.neutral_inconclusive else "failure"


def _annotation(entry: Entry) -> CheckAnnotation | None:
    path, position = anchor(entry)
    if position is None:
        return None
    finding = entry.item.finding
    return CheckAnnotation(
        path=unicode(path),
        start_line=position.line,
        end_line=position.line,
        level=_LEVELS[finding.severity],
        title=brief(finding.rule, CHECK_TITLE.aim),
        message=clip(visible(text(finding)), CHECK_MESSAGE.aim // 4),
        raw_details=f"fingerprint {brief(finding.fingerprint, 80)}" if finding.fingerprint else "",
    )
