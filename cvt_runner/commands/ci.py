"""`cvt ci`: the whole pipeline for the checkout it stands in."""

from __future__ import annotations

from typing import TextIO

from cvt_runner.model.event import Platform
from cvt_runner.pipeline.compute import compute
from cvt_runner.pipeline.deliver import deliver
from cvt_runner.pipeline.serve import publish_verdict, with_server
from cvt_runner.pipeline.surroundings import Surroundings
from cvt_runner.publish.workflow import fenced
from cvt_runner.render.options import RenderOptions
from cvt_runner.render.registry import render


def run(around: Surroundings, *, stdout: TextIO) -> int:
    """Check, write, publish; the exit code was settled before anything was written. Raises UsageError, GitError."""
    report, opened = compute(around)
    report = with_server(report, opened, around)
    text = render("text", report, RenderOptions(color=around.color, width=around.width, waivers_file=opened.config.waivers))
    # Names in the report come from the pull request: nothing in it may be obeyed as a command of the platform.
    around.console.show(fenced(text) if opened.detected.event.platform is Platform.GITHUB else text)
    deliver(report, opened, console=around.console, stdout=stdout)
    publish_verdict(report, opened, around)
    return report.exit_code
