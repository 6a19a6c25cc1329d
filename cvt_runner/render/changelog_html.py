"""Release notes as one HTML page, nothing loaded from anywhere."""

from __future__ import annotations

from cvt_runner.model.report import Report
from cvt_runner.render.changelog import advice, chapters, heading, names_operation, remarks, summary
from cvt_runner.render.options import RenderOptions
from cvt_runner.render.page import asset, environment, policy


def render(report: Report, _options: RenderOptions) -> str:
    """Everything that changed; nothing is cut, so no option applies."""
    found = [(spec, chapters(spec)) for spec in report.specs]
    page = environment().get_template("changelog.html.j2")
    return page.render(
        title=" ".join(part for part in heading(report.specs[0]) if part) if report.specs else "no description",
        apis=[{"heading": heading(spec), "summary": summary(spec, parts), "advice": advice(spec), "chapters": parts} for spec, parts in found],
        notes=remarks(report),
        names_operation=names_operation,
        style=asset("report.css"),
        policy=policy(style="report.css"),
    )
