"""What every HTML page shares: templates that escape, styles and scripts that run only by their hash."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from cvt_runner.render.escape import brief, visible

if TYPE_CHECKING:
    from jinja2 import Environment


def asset(name: str) -> str:
    """The text of a template, style or script."""
    return files("cvt_runner.render").joinpath("templates", name).read_text(encoding="utf-8")


def policy(*, style: str, script: str = "") -> str:
    """A content security policy that allows exactly this style and script asset, and nothing from anywhere."""
    scripts = f"script-src '{_hash(script)}'; " if script else ""
    return f"default-src 'none'; style-src '{_hash(style)}'; {scripts}base-uri 'none'; form-action 'none'"


def _hash(name: str) -> str:
    return f"sha256-{b64encode(sha256(asset(name).encode()).digest()).decode()}"


@cache
def environment() -> Environment:
    """Autoescape on; every value also loses its control and bidirectional characters before it is escaped."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined
    from markupsafe import Markup

    def finalize(value: Any) -> Any:
        return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    made = Environment(autoescape=True, loader=FunctionLoader(asset), undefined=StrictUndefined, finalize=finalize, trim_blocks=True, lstrip_blocks=True)
    made.filters["brief"] = brief
    return made
