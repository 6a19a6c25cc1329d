"""`cvt doctor`: a checklist that changes nothing and exits 0 or 2."""

from __future__ import annotations

from pathlib import Path

from tests.runner.conftest import Run
from tests.runner.scene import ORDERS, WITHOUT_POST, Repo, github_env, pull_request


def test_healthy(cvt: Run, repo: Repo) -> None:
    repo.commit(**{"openapi.yaml": ORDERS, "cvt.yaml": "fail-on: warning\n"})
    before = repo.state()
    done = cvt("doctor", cwd=repo.path)
    assert done.code == 0, done.text
    for part in ("Python", "git version", "openapi.yaml", "configuration cvt.yaml", "fail-on is set by cvt.yaml:1", "base ="):
        assert part in done.out
    assert repo.state() == before
    assert not (repo.path / ".cvt").exists()


def test_on_github_without_a_token(cvt: Run, tmp_path: Path) -> None:
    pull = pull_request(tmp_path / "origin", base={"openapi.yaml": ORDERS}, head={"openapi.yaml": WITHOUT_POST})
    clone = pull.origin.clone(tmp_path / "clone", ref="refs/pull/7/merge", depth=1)
    done = cvt("doctor", cwd=clone.path, env=github_env(tmp_path, pull.event()))
    assert done.code == 0, done.text
    for part in ("event pull_request #7", "shallow", "first parent", "no token", "CVT_TOKEN"):
        assert part in done.out
    assert not (tmp_path / "runner" / "output").exists()
    with_token = cvt("doctor", cwd=clone.path, env={**github_env(tmp_path, pull.event()), "CVT_TOKEN": "s3cret"})
    assert "pull-requests: write" in with_token.out
    assert "s3cret" not in with_token.text


def test_problems_and_their_fixes(cvt: Run, repo: Repo, tmp_path: Path) -> None:
    for text, said in (("fail-onn: x\n", "did you mean 'fail-on'?"), ("schema: none.yaml\n", "none.yaml")):
        repo.commit(**{"cvt.yaml": text})
        done = cvt("doctor", cwd=repo.path)
        assert (done.code, "[fail]" in done.out, said in done.out) == (2, True, True), done.out
    repo.commit(**{"cvt.yaml": ""})
    event = {"before": "a" * 40, "after": repo.head, "repository": {"default_branch": "gone"}}
    done = cvt("doctor", cwd=repo.path, env=github_env(tmp_path, event, name="push"))
    assert done.code == 2
    assert "fetch-depth: 0" in done.out


def test_outside_a_repository(cvt: Run, tmp_path: Path) -> None:
    assert cvt("doctor", cwd=tmp_path).code == 2
