"""Running git: bounded in time, nothing left behind, objects read without names in the protocol."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from cvt_engine.errors import SourceMissing
from cvt_runner.errors import GitError, UsageError
from cvt_runner.specs.git import Git, open_repository
from cvt_runner.specs.objects import Objects, tree
from cvt_runner.specs.source import CommitTree
from tests.runner.scene import Repo


def opened(repo: Repo) -> Git:
    return open_repository(str(repo.path), dict(os.environ))


def test_command_that_hangs_is_ended_with_its_children(repo: Repo, tmp_path: Path) -> None:
    repo.git("config", "alias.hang", f"!echo $$ > {tmp_path}/pid; sleep 60 & wait")
    with pytest.raises(GitError, match="did not finish within 1 seconds"):
        opened(repo).run("hang", timeout=1)
    group = (tmp_path / "pid").read_text().strip()
    for _ in range(100):
        if not Path(f"/proc/{group}").exists():
            return
        time.sleep(0.05)
    pytest.fail("a child is still there")


def test_git_that_is_not_installed(repo: Repo) -> None:
    with pytest.raises(UsageError, match="git is not installed"):
        Git(str(repo.path), {**os.environ, "PATH": "/nonexistent"}).run("status")


def test_token_is_kept_from_git(repo: Repo) -> None:
    git = Git(str(repo.path), {**os.environ, "CVT_TOKEN": "s3cret"})
    assert "CVT_TOKEN" not in git.environment()
    assert git.environment()["GIT_TERMINAL_PROMPT"] == "0"


def test_failed_command_says_why(repo: Repo) -> None:
    with pytest.raises(GitError, match=r"git ls-tree failed: .*Not a valid object name"):
        opened(repo).output("ls-tree", "nowhere")


def test_files_of_a_commit(repo: Repo) -> None:
    repo.write("a/real.yaml", "one\n")
    (repo.path / "link").symlink_to("a")
    (repo.path / "a" / "up.yaml").symlink_to("../a/real.yaml")
    (repo.path / "out.yaml").symlink_to("../../etc/passwd")
    (repo.path / "loop").symlink_to("loop")
    repo.write("new\nline.yaml", "two\n")
    repo.write("empty.yaml", "")
    commit = repo.commit()
    objects = Objects(opened(repo))
    try:
        files = tree(opened(repo), objects, commit=commit)
        read = CommitTree(files)
        found = {name: read(name) for name in ("a/real.yaml", "link/real.yaml", "link/up.yaml", "new\nline.yaml", "empty.yaml")}
        assert found == {"a/real.yaml": b"one\n", "link/real.yaml": b"one\n", "link/up.yaml": b"one\n", "new\nline.yaml": b"two\n", "empty.yaml": b""}
        for name in ("out.yaml", "loop", "a", "none.yaml", "loop/x.yaml"):
            with pytest.raises(SourceMissing):
                read(name)
        with pytest.raises(GitError, match="no file content"):
            objects.blob("0" * 40)
        assert read("a/real.yaml") == b"one\n", "the process goes on after a missing object"
    finally:
        objects.close()
