"""What a renderer may be told beside the Report."""

from __future__ import annotations

from msgspec import Struct


class RenderOptions(Struct, frozen=True):
    """Presentation only: nothing here changes a verdict.

    `color` allows SGR sequences and `width` is the number of terminal columns. `limit` caps how many findings are shown, None leaves that to the
    sink's own limit. `repository_url` (such as `https://github.com/shop/api`) and `head_sha` make links to lines; an empty `head_sha` takes the
    Report's; `blob_path` is what the host puts before the commit (`blob`, on GitLab `-/blob`). `full_report` says in words or as a URL where the
    uncut report is. `waivers_file` is the file that waiver entries go to.
    """

    color: bool = False
    width: int = 100
    limit: int | None = None
    repository_url: str = ""
    head_sha: str = ""
    full_report: str = ""
    blob_path: str = "blob"
    waivers_file: str = ".cvt-waivers.yaml"
