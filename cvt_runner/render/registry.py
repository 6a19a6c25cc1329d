"""Every output format by name. Renderers are pure functions from a Report to text, imported when first called."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Final, cast

from cvt_runner.errors import UsageError
from cvt_runner.model.report import Report
from cvt_runner.render.options import RenderOptions

__all__ = ["CHANGELOGS", "RENDERERS", "RenderOptions", "Renderer", "changelog", "published", "render"]

Renderer = Callable[[Report, RenderOptions], str]


def _lazy(module: str) -> Renderer:
    """A renderer that imports `cvt_runner.render.<module>` on its first call."""

    def call(report: Report, options: RenderOptions) -> str:
        return cast(Renderer, import_module(f"cvt_runner.render.{module}").render)(report, options)

    return call


RENDERERS: Final[dict[str, Renderer]] = {
    "text": _lazy("terminal"),
    "json": _lazy("result"),
    "markdown": _lazy("markdown"),
    "summary": _lazy("summary"),
    "github": _lazy("annotations"),
    "sarif": _lazy("sarif"),
    "junit": _lazy("junit"),
    "html": _lazy("html"),
}

CHANGELOGS: Final[dict[str, Renderer]] = {
    "markdown": _lazy("changelog_markdown"),
    "html": _lazy("changelog_html"),
    "text": _lazy("changelog_text"),
    "json": _lazy("changelog_json"),
}


published: Final = _lazy("published")
"""The public CVT's JSON of a comparison; a form of `cvt compare --json` alone, as it says less than a report."""


def render(name: str, report: Report, options: RenderOptions | None = None) -> str:
    """Render by format name; raises UsageError naming the known formats."""
    return _chosen(RENDERERS, name)(report, options or RenderOptions())


def changelog(name: str, report: Report, options: RenderOptions | None = None) -> str:
    """Release notes by format name; raises UsageError naming the known formats."""
    return _chosen(CHANGELOGS, name)(report, options or RenderOptions())


def _chosen(known: dict[str, Renderer], name: str) -> Renderer:
    renderer = known.get(name)
    if renderer is None:
        raise UsageError(f"there is no format {name!r}", hint=f"choose one of {', '.join(known)}")
    return renderer
