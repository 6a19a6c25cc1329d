"""From the Report to files and publishers. Nothing in here can change the verdict."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, TextIO

from cvt_runner.console import Console
from cvt_runner.model.event import Platform
from cvt_runner.model.outcome import Outcome, PublishState
from cvt_runner.model.report import Report
from cvt_runner.pipeline.prepare import Opened
from cvt_runner.publish.files import write_atomic
from cvt_runner.render.options import RenderOptions
from cvt_runner.render.registry import render

# In the order in which they are written: the result first, because everything else is a view of it.
FILES: Final = {"json": "result.json", "html": "report.html", "sarif": "cvt.sarif", "junit": "junit.xml", "markdown": "comment.md", "summary": "summary.md"}
_PATHS: Final = {"result-path": "json", "report-path": "html", "sarif-path": "sarif", "junit-path": "junit"}


def options_for(opened: Opened, *, directory: Path) -> RenderOptions:
    """Links and names that the views need."""
    event = opened.detected.event
    url = f"{event.server_url}/{event.repository}" if event.server_url and event.repository else ""
    full = event.run_url or str(directory / FILES["html"])
    return RenderOptions(repository_url=url, head_sha=event.head_sha or opened.head, full_report=full, waivers_file=opened.config.waivers)


def write_files(report: Report, opened: Opened, *, options: RenderOptions) -> tuple[dict[str, str], dict[str, str]]:
    """Write every file whole; returns texts by format and paths by output name. Raises UsageError where the directory cannot be written."""
    directory = Path(opened.config.output_directory)
    inside = Path(opened.git.root) if directory.is_relative_to(opened.git.root) else None
    fresh = not directory.exists()
    texts: dict[str, str] = {}
    for name, file in FILES.items():
        texts[name] = render(name, report, options)
        write_atomic(directory / file, texts[name], inside=inside)
    if fresh and inside is not None:
        write_atomic(directory / ".gitignore", "*\n", inside=inside)
    return texts, {output: str(directory / FILES[name]) for output, name in _PATHS.items()}


def deliver(report: Report, opened: Opened, *, console: Console, stdout: TextIO) -> tuple[Outcome, ...]:
    """Write the files, then run every publisher that applies. Raises UsageError only for the output directory."""
    directory = Path(opened.config.output_directory)
    options = options_for(opened, directory=directory)
    texts, paths = write_files(report, opened, options=options)
    outcomes: tuple[Outcome, ...] = ()
    if opened.detected.event.platform is not Platform.LOCAL:
        outcomes = _publish(report, opened, texts=texts, paths=paths, options=options, stdout=stdout)
    for outcome in outcomes:
        _say(outcome, console)
    console.say(f"reports: {os.path.relpath(directory, opened.git.root) if directory.is_relative_to(opened.git.root) else directory}")
    return outcomes


def _publish(report: Report, opened: Opened, *, texts: dict[str, str], paths: dict[str, str], options: RenderOptions, stdout: TextIO) -> tuple[Outcome, ...]:
    from cvt_runner.publish.base import PublishContext, PublishSettings, publish_all
    from cvt_runner.render.checkrun import check_run
    from cvt_runner.render.outputs import outputs
    from cvt_runner.render.wording import status_line

    config, detected = opened.config, opened.detected
    return publish_all(
        PublishContext(
            event=detected.event,
            report=report,
            texts={**texts, "github": render("github", report, options), "status": status_line(report)},
            outputs=outputs(report, paths=paths),
            check=check_run(report, options),
            token=config.token,
            settings=PublishSettings(comment=config.comment, annotations=config.annotations, status=config.status, check=config.check, group=config.group),
            output_file=detected.output_file,
            summary_file=detected.summary_file,
            stdout=stdout,
        )
    )


def _say(outcome: Outcome, console: Console) -> None:
    if outcome.state is PublishState.UNCHANGED and not outcome.remedy:
        return
    parts = (f"{outcome.publisher}: {outcome.state.value}", outcome.detail, outcome.url, outcome.remedy and f"to allow it: {outcome.remedy}")
    console.say(" - ".join(part for part in parts if part))
