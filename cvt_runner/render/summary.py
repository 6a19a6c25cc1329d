"""The job summary: the comment with more room."""

from __future__ import annotations

from typing import Final

from cvt_runner.model.report import Report
from cvt_runner.render.budget import SUMMARY
from cvt_runner.render.markdown import compose
from cvt_runner.render.options import RenderOptions

MOST: Final = 300


def render(report: Report, options: RenderOptions) -> str:
    """The summary's Markdown, at most 1,000,000 bytes of UTF-8."""
    return compose(report, options, limit=SUMMARY, most=MOST)
