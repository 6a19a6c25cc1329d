"""GitHub workflow commands: one line for each annotation, at most ten a level."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cvt_engine.finding import Finding, Position, Severity
from cvt_runner.model.report import Check, Report, SpecStatus, State, Verdict
from cvt_runner.render import wording
from cvt_runner.render.budget import ANNOTATION_TEXT, ANNOTATIONS
from cvt_runner.render.escape import brief, clip, command_data, command_property
from cvt_runner.render.links import in_tree
from cvt_runner.render.options import RenderOptions
from cvt_runner.render.order import Entry, entries

LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_NOUNS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def render(report: Report, options: RenderOptions) -> str:
    """The commands, one a line, "" when there is nothing to annotate. Beyond the budget the worst nine of a level are followed by one that counts the rest."""
    lines: list[str] = []
    for severity in Severity:
        first = [_inconclusive(report)] if severity is _doubt(report) else []
        found = [entry for entry in entries(report, State.NEW) if entry.item.finding.severity is severity]
        room = ANNOTATIONS.aim if options.limit is None else min(ANNOTATIONS.aim, options.limit)
        lines += [*first, *_level(found, severity, room - len(first), options)]
    return "".join(f"{text}\n" for text in lines)


def _doubt(report: Report) -> Severity | None:
    """The level at which an inconclusive run is announced, None when it is not."""
    if report.verdict is not Verdict.INCONCLUSIVE:
        return None
    return Severity.WARNING if report.neutral_inconclusive else Severity.ERROR


def _inconclusive(report: Report) -> str:
    level = "warning" if report.neutral_inconclusive else "error"
    said = "\n".join((wording.headline(report), wording.base_line(report)))
    return f"::{level} title=inconclusive::{command_data(said)}"


def _level(found: list[Entry], severity: Severity, room: int, options: RenderOptions) -> Iterator[str]:
    whole = len(found) <= room
    shown = found if whole else found[: max(room - 1, 0)]
    yield from (_command(entry) for entry in shown)
    if not whole and room > 0:
        rest = len(found) - len(shown)
        text = f"and {wording.plural(rest, 'more ' + _NOUNS[severity])}: {wording.cut_line(len(shown), len(found), options.full_report)}"
        yield f"::{LEVELS[severity]} title={wording.plural(rest, 'more ' + _NOUNS[severity])}::{command_data(text)}"


def _command(entry: Entry) -> str:
    finding = entry.item.finding
    path, position = anchor(entry)
    line, column = (str(position.line), str(position.column)) if position else ("", "")
    properties = {"file": path, "line": line, "col": column, "title": finding.rule or "finding"}
    written = ",".join(f"{name}={command_property(clip(value, 1_000))}" for name, value in properties.items() if value)
    return f"::{LEVELS[finding.severity]} {written}::{command_data(clip(text(finding), ANNOTATION_TEXT.aim))}"


def anchor(entry: Entry) -> tuple[str, Position | None]:
    """Where in the head checkout a finding belongs: file ("" for none) and the position of the element or of its nearest surviving parent."""
    if entry.item.check is Check.TEST:
        return "", None
    revision = entry.item.finding.revision
    if revision and in_tree(revision.position.file) and revision.position.line > 0:
        return revision.position.file, revision.position
    if entry.spec.status is SpecStatus.DELETED or not in_tree(entry.spec.path):
        return "", None
    return entry.spec.path, None


def text(finding: Finding) -> str:
    """What an annotation says, in lines: operation and message, the values, the other places, the fix."""
    repeats = finding.message.startswith(finding.operation)
    subject = f"{wording.operation(finding)}: " if finding.operation and not repeats else ""
    also = wording.elsewhere(finding)
    lines = (
        f"{subject}{wording.message(finding)}",
        wording.change(finding),
        f"also in {also}" if also else "",
        f"fix: {wording.hint(finding)}" if finding.hint else "",
        f"more: cvt explain {brief(finding.rule, 80)}",
    )
    return "\n".join(part for part in lines if part)
