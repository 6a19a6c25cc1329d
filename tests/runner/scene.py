"""Real git repositories for tests: an origin, pull requests with their merge commits, and clones of any depth."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ORDERS = """\
openapi: 3.0.3
info:
  title: Orders
  version: 1.0.0
paths:
  /orders:
    get:
      operationId: listOrders
      responses:
        '200':
          description: All orders
    post:
      operationId: createOrder
      responses:
        '201':
          description: Created
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
        '200':
          description: One order
"""
"""A description without any problem."""

WITHOUT_POST = ORDERS.replace(ORDERS[ORDERS.index("    post:") : ORDERS.index("  /orders/{id}:")], "")
"""One operation less: exactly one breaking change."""

WITH_HEALTH = ORDERS + "  /health:\n    get:\n      operationId: health\n      responses:\n        '200':\n          description: Fine\n"
"""One operation more: nothing breaks."""

LINT_ERROR = ORDERS.replace("operationId: createOrder", "operationId: listOrders")
"""The same operationId twice: a lint error."""

PETS = ORDERS.replace("Orders", "Pets").replace("orders", "pets").replace("Order", "Pet").replace("order", "pet")


@dataclass(frozen=True, slots=True)
class Repo:
    """A working copy."""

    path: Path

    def git(self, *args: str) -> str:
        done = subprocess.run(["git", *args], cwd=self.path, check=True, capture_output=True)
        return done.stdout.decode("utf-8", "surrogateescape").strip()

    def write(self, name: str, text: str | bytes) -> Path:
        target = self.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode() if isinstance(text, str) else text)
        return target

    def commit(self, message: str = "change", **files: str) -> str:
        """Commit everything there is; returns the commit id."""
        for name, text in files.items():
            self.write(name, text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.head

    @property
    def head(self) -> str:
        return self.git("rev-parse", "HEAD")

    def clone(self, target: Path, *, ref: str = "refs/heads/main", depth: int = 0) -> Repo:
        """What a checkout step leaves behind: one ref fetched, detached; no local branches."""
        copy = init(target)
        copy.git("remote", "add", "origin", self.path.as_uri())
        limit = [f"--depth={depth}"] if depth else []
        copy.git("fetch", "--quiet", "--no-tags", *limit, "origin", f"+{ref}:refs/remotes/checkout")
        if not depth:
            copy.git("fetch", "--quiet", "--no-tags", "origin", "+refs/heads/*:refs/remotes/origin/*")
        copy.git("checkout", "--quiet", "--detach", "refs/remotes/checkout")
        copy.git("update-ref", "-d", "refs/remotes/checkout")
        return copy

    def state(self) -> tuple[str, str, str, bytes]:
        """Everything that a run has to leave alone: HEAD, status, refs, index."""
        status = self.git("status", "--porcelain", "--untracked-files=all", "--", ":!.cvt")
        return self.head, status, self.git("for-each-ref"), (self.path / ".git" / "index").read_bytes()


def init(path: Path) -> Repo:
    path.mkdir(parents=True, exist_ok=True)
    repo = Repo(path)
    repo.git("init", "--quiet", "--initial-branch=main")
    repo.git("config", "uploadpack.allowAnySHA1InWant", "true")
    return repo


@dataclass(frozen=True, slots=True)
class Pull:
    """A pull request on an origin whose main branch has moved on since the branch was made.

    `fork_point` is the merge-base, `frozen` the base commit that the event names, `target` the tip of main that the merge commit stands on.
    """

    origin: Repo
    fork_point: str
    frozen: str
    target: str
    head: str
    merge: str

    def event(self, **more: Any) -> dict[str, Any]:
        repo = {"full_name": "acme/orders", "default_branch": "main"}
        head = {"sha": self.head, "ref": "feature", "repo": repo}
        base = {"sha": self.frozen, "ref": "main", "repo": repo}
        return {"number": 7, "pull_request": {"number": 7, "head": head, "base": base, "labels": []}, "repository": repo, **more}


def pull_request(path: Path, *, base: dict[str, str | None], head: dict[str, str | None], later: dict[str, str | None] | None = None) -> Pull:
    """Make origin and pull request. Each of `base`, `head`, `later` (what main gets meanwhile) maps names to texts, None to delete."""
    origin = init(path)
    fork_point = _change(origin, base, "base")
    origin.git("checkout", "--quiet", "-b", "feature")
    tip = _change(origin, head, "feature")
    origin.git("checkout", "--quiet", "main")
    frozen = _change(origin, {"README.md": "one"}, "main moves")
    target = _change(origin, later or {"README.md": "two"}, "main moves again")
    origin.git("checkout", "--quiet", "--detach", "main")
    origin.git("merge", "--quiet", "--no-ff", "--message", "merge", tip)
    merge = origin.head
    origin.git("update-ref", "refs/pull/7/merge", merge)
    origin.git("update-ref", "refs/pull/7/head", tip)
    origin.git("checkout", "--quiet", "main")
    return Pull(origin, fork_point, frozen, target, tip, merge)


def _change(repo: Repo, files: dict[str, str | None], message: str) -> str:
    for name, text in files.items():
        if text is None:
            (repo.path / name).unlink()
        else:
            repo.write(name, text)
    return repo.commit(message)


def github_env(tmp_path: Path, event: dict[str, Any] | None = None, *, name: str = "pull_request", ref: str = "refs/pull/7/merge") -> dict[str, str]:
    """The environment of a GitHub step, with an API nobody listens at."""
    folder = tmp_path / "runner"
    folder.mkdir(exist_ok=True)
    (folder / "event.json").write_text(json.dumps(event or {}))
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": name,
        "GITHUB_EVENT_PATH": str(folder / "event.json"),
        "GITHUB_OUTPUT": str(folder / "output"),
        "GITHUB_STEP_SUMMARY": str(folder / "summary"),
        "GITHUB_REPOSITORY": "acme/orders",
        "GITHUB_REF": ref,
        "GITHUB_WORKFLOW": "ci",
        "GITHUB_JOB": "contract",
        "GITHUB_RUN_ID": "1",
        "GITHUB_SERVER_URL": "https://github.example",
        "GITHUB_API_URL": "http://127.0.0.1:9",
    }
