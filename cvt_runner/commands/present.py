"""Turning the Report of a command on files into one text, on standard output or in a file."""

from __future__ import annotations

from msgspec import Struct

from cvt_runner.console import Console, printable
from cvt_runner.model.report import Report
from cvt_runner.render.options import RenderOptions
from cvt_runner.render.registry import changelog, published, render


class Presentation(Struct, frozen=True):
    """How a result is shown: a format of `cvt_runner.render.registry`, as a report or as release notes.

    `published` takes the public CVT's JSON instead. `output` is a file, "" for standard output; then come colour and width of the terminal.
    """

    format: str = "text"
    published: bool = False
    changelog: bool = False
    output: str = ""
    color: bool = False
    width: int = 100


def present(report: Report, how: Presentation, console: Console) -> int:
    """Show the report and return its exit code, the same in every format. Raises UsageError for a file that cannot be written."""
    options = RenderOptions(color=how.color and not how.output, width=how.width)
    text = published(report, options) if how.published else (changelog if how.changelog else render)(how.format, report, options)
    if how.output and how.output != "-":
        from pathlib import Path

        from cvt_runner.publish.files import write_atomic

        write_atomic(Path(how.output), text)
    else:
        console.write(text)
    if how.published:
        # the public CVT's keys have no room for it
        for reason in filter(None, (report.inconclusive, *(spec.inconclusive for spec in report.specs))):
            console.say(f"inconclusive: {printable(reason)}")
    return report.exit_code
