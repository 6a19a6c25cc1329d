"""Links to source lines on the code host, made only from parts that are known to be safe."""

from __future__ import annotations

import re
from typing import Final

from cvt_engine.finding import Position
from cvt_runner.model.report import Report
from cvt_runner.render.escape import uri_path
from cvt_runner.render.options import RenderOptions

_REPOSITORY: Final = re.compile(r"https?://[A-Za-z0-9._~:/%@-]+")
_SHA: Final = re.compile(r"[0-9a-f]{7,64}")


def plain_url(text: str) -> bool:
    """Whether a text is a plain web address that can stand in Markdown and HTML as it is.

    >>> plain_url("https://ci.example/runs/1"), plain_url("artifact"), plain_url("https://x.example/>"), plain_url("javascript:1")
    (True, False, False, False)
    """
    return _REPOSITORY.fullmatch(text) is not None


def head_link(position: Position, report: Report, options: RenderOptions) -> str:
    """URL of a line in the head commit, "" when the repository, the commit or the path does not allow one."""
    return _link(position, options.head_sha or report.run.head_sha, options)


def base_link(position: Position, report: Report, options: RenderOptions) -> str:
    """URL of a line in the base commit, or ""."""
    return _link(position, report.base.sha, options)


def _link(position: Position, sha: str, options: RenderOptions) -> str:
    known = _REPOSITORY.fullmatch(options.repository_url) and _SHA.fullmatch(sha)
    if not known or not in_tree(position.file):
        return ""
    return f"{options.repository_url.rstrip('/')}/{options.blob_path}/{sha}/{uri_path(position.file)}#L{position.line}"


def in_tree(path: str) -> bool:
    r"""Whether a path is relative and stays inside the repository.

    >>> [in_tree(path) for path in ("api/a.yaml", "/etc/passwd", "../x", "a/../../x", "C:\\x", "-", "")]
    [True, False, False, False, False, False, False]
    """
    parts = path.replace("\\", "/").split("/")
    return path not in ("", "-") and not path.startswith(("/", "\\")) and ":" not in parts[0][1:2] and ".." not in parts
