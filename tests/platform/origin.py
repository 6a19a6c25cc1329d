"""A repository with a pull request, as a platform hosts it, and the events that it sends about it."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ZERO: Final = "0" * 40
SPEC: Final = """\
openapi: 3.0.3
info:
  title: Orders
  version: 1.0.0
paths:
  /orders:
    get:
      operationId: listOrders
      responses:
        "200":
          description: All orders.
  /orders/{id}:
    get:
      operationId: getOrder
      parameters:
        - name: id
          in: path
          required: true
          schema:
            type: string
      responses:
        "200":
          description: One order.
"""
BROKEN: Final = SPEC[: SPEC.index("  /orders/{id}:")]
GROWN: Final = (
    SPEC
    + """\
        "404":
          description: No such order.
"""
)
UNRELATED: Final = SPEC.replace("version: 1.0.0", "version: 1.0.1").replace(
    "paths:\n", 'paths:\n  /health:\n    get:\n      operationId: health\n      responses:\n        "200":\n          description: Up.\n', 1
)


@dataclass(frozen=True)
class Origin:
    """A bare repository. `main` has moved on since the pull request was opened at `start`; `merge` is refs/pull/7/merge."""

    path: Path
    start: str
    main: str
    head: str
    merge: str

    def pull_request(self, *, fork: bool = False, number: int = 7) -> dict[str, Any]:
        """The event of a pull request; its frozen `base.sha` is older than main, as on the real platform."""
        repository = {"full_name": "acme/orders", "default_branch": "main"}
        head_repository = {"full_name": "someone/orders", "fork": True} if fork else repository
        head = {"sha": self.head, "ref": "feature", "repo": head_repository}
        pull = {"number": number, "title": "Change", "labels": [], "head": head, "base": {"sha": self.start, "ref": "main", "repo": repository}}
        return {"action": "synchronize", "number": number, "repository": repository, "pull_request": pull}

    def push(self, *, before: str, after: str, ref: str = "refs/heads/main") -> dict[str, Any]:
        """The event of a push."""
        return {"ref": ref, "before": before, "after": after, "repository": {"full_name": "acme/orders", "default_branch": "main"}}

    def merge_group(self) -> dict[str, Any]:
        """The event of a merge queue."""
        group = {"head_sha": self.merge, "head_ref": "refs/heads/gh-readonly-queue/main/pr-7", "base_sha": self.main, "base_ref": "refs/heads/main"}
        return {"action": "checks_requested", "merge_group": group, "repository": {"full_name": "acme/orders", "default_branch": "main"}}


def make_origin(place: Path, change: str, *, files: dict[str, str] | None = None) -> Origin:
    """A repository whose main branch got an unrelated change after the pull request, which sets the description to `change`, was opened.

    `files` are there from the start.
    """
    work = place / "work"
    work.mkdir(parents=True)

    def git(*arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=work, capture_output=True, text=True, check=True).stdout.strip()

    def commit(text: str, message: str) -> str:
        (work / "openapi.yaml").write_text(text)
        git("add", ".")
        git("commit", "--quiet", "--allow-empty", "-m", message)
        return git("rev-parse", "HEAD")

    git("init", "--quiet", "-b", "main")
    for name, text in (files or {}).items():
        (work / name).write_text(text)
    start = commit(SPEC, "start")
    git("switch", "--quiet", "-c", "feature")
    head = commit(change, "change")
    git("switch", "--quiet", "main")
    main = commit(UNRELATED, "meanwhile on main")
    git("switch", "--quiet", "--detach", "main")
    git("merge", "--quiet", "--no-ff", "-m", "merge", "feature")
    merge = git("rev-parse", "HEAD")
    path = place / "origin.git"
    git("clone", "--quiet", "--bare", str(work), str(path))
    git("push", "--quiet", str(path), f"{merge}:refs/pull/7/merge", f"{head}:refs/pull/7/head", f"{merge}:refs/heads/gh-readonly-queue/main/pr-7")
    subprocess.run(["git", "-C", str(path), "config", "uploadpack.allowAnySHA1InWant", "true"], check=True)
    return Origin(path, start, main, head, merge)
