"""Every output format by name. Renderers are pure functions from a Report to text, imported when first called."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Final, cast

from cvt_runner.errors import UsageError
from cvt_runner.model.report import Report
from cvt_runner.render.options import RenderOptions

__all__ = ["RENDERERS", "RenderOptions", "Renderer", "render"]

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


def render(name: str, report: Report, options: RenderOptions | None = None) -> str:
    """Render by format name; raises UsageError naming the known formats."""
    renderer = RENDERERS.get(name)
    if renderer is None:
        raise UsageError(f"there is no format {name!r}", hint=f"choose one of {', '.join(RENDERERS)}")
    return renderer(report, options or RenderOptions())
