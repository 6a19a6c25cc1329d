"""Pull requests that mean harm: names, links, sizes and documents."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.runner.conftest import Done, Run
from tests.runner.scene import ORDERS, WITHOUT_POST, Repo, github_env, pull_request

HOSTILE_NAMES = [
    "::error::boom.yaml",
    "a\nb.yaml",
    "a\r::set-output name=x::y.yaml",
    "-rf.yaml",
    "--upload-pack=touch x.yaml",
    "a|b.yaml",
    "@everyone.yaml",
    "<script>alert(1)</script>.yaml",
    "##[error]boom.yaml",
    "`id`$(id).yaml",
    "sp ace 'quote' \"double\".yaml",
    "caf\u00e9\u202e.yaml",
]


def commands(done: Done) -> list[str]:
    """Lines that a GitHub runner would obey, outside stop-commands."""
    obeyed, fence = [], ""
    for line in done.text.splitlines():
        text = line.strip()
        if fence:
            fence = "" if text == f"::{fence}::" else fence
        elif text.startswith("::stop-commands::"):
            fence = text.removeprefix("::stop-commands::")
        elif text.startswith("::") or "##[" in text:
            obeyed.append(text)
    return obeyed


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_hostile_file_name(cvt: Run, tmp_path: Path, name: str) -> None:
    pull = pull_request(tmp_path / "origin", base={name: ORDERS}, head={name: WITHOUT_POST})
    clone = pull.origin.clone(tmp_path / "clone", ref="refs/pull/7/merge", depth=1)
    done = cvt("ci", cwd=clone.path, env=github_env(tmp_path, pull.event()))
    assert done.code == 1, done.text
    assert [spec["path"] for spec in done.result["specs"]] == [name]
    assert done.result["specs"][0]["findings"][0]["rule"] == "operation-removed"
    for line in commands(done):
        assert re.match(r"::(error|warning|notice) [^\r\n]*::", line), line
        assert not line.startswith(("::error::boom", "##["))
    outputs = (tmp_path / "runner" / "output").read_text()
    assert outputs.count("<<cvt-") == len(re.findall(r"^[a-z-]+<<cvt-[0-9a-f]+$", outputs, re.M))
    assert not list(tmp_path.rglob("x.yaml"))


@pytest.mark.parametrize("name", [name for name in HOSTILE_NAMES if "\n" not in name])
def test_hostile_file_name_that_is_named(cvt: Run, repo: Repo, name: str) -> None:
    repo.commit(**{name: ORDERS})
    repo.write(name, WITHOUT_POST)
    done = cvt("ci", cwd=repo.path, env={"CVT_SCHEMA": name})
    assert done.code == 1, done.text


def test_file_name_that_is_not_utf8(cvt: Run, repo: Repo) -> None:
    name = os.fsdecode(b"caf\xe9.yaml")
    repo.commit(**{name: ORDERS})
    repo.write(name, WITHOUT_POST)
    assert cvt("ci", cwd=repo.path).code == 1


@pytest.mark.parametrize("path", ["../secret.yaml", "/etc/passwd", "a/../../secret.yaml", "~/x.yaml"])
def test_path_that_leaves_the_repository(cvt: Run, repo: Repo, path: str) -> None:
    (repo.path.parent / "secret.yaml").write_text(ORDERS)
    repo.commit(readme="x")
    done = cvt("ci", "--schema", path, cwd=repo.path)
    assert done.code == 2
    assert "Orders" not in done.text
    if not path.startswith("~"):
        assert "leaves the repository" in done.err


def test_path_in_the_configuration_that_leaves_the_repository(cvt: Run, repo: Repo) -> None:
    repo.commit(**{"cvt.yaml": "schema: ../x.yaml\n"})
    done = cvt("ci", cwd=repo.path)
    assert done.code == 2
    assert "cvt.yaml:1" in done.err


@pytest.mark.parametrize("target", ["../secret.yaml", "/etc/passwd", ".git/config"])
def test_link_out_of_the_repository(cvt: Run, repo: Repo, target: str) -> None:
    (repo.path.parent / "secret.yaml").write_text(WITHOUT_POST)
    repo.commit(**{"real.yaml": ORDERS})
    (repo.path / "openapi.yaml").symlink_to(target)
    repo.commit("link")
    named = cvt("ci", "--schema", "openapi.yaml", cwd=repo.path)
    assert named.code == 2, named.text
    assert "leaves the repository" in named.err
    found = cvt("ci", cwd=repo.path)
    assert (found.code, [spec["path"] for spec in found.result["specs"]]) == (0, ["real.yaml"])


def test_folder_link_out_of_the_repository(cvt: Run, repo: Repo) -> None:
    outside = repo.path.parent / "outside"
    outside.mkdir()
    (outside / "openapi.yaml").write_text(ORDERS)
    repo.commit(readme="x")
    (repo.path / "apis").symlink_to(outside)
    done = cvt("ci", "--schema", "apis/openapi.yaml", cwd=repo.path)
    assert done.code == 2
    assert "leaves the repository" in done.err


def test_reference_out_of_the_repository_is_not_read(cvt: Run, repo: Repo) -> None:
    (repo.path.parent / "secret.yaml").write_text("secret: hunter2\n")
    repo.commit(**{"openapi.yaml": ORDERS})
    repo.write("openapi.yaml", ORDERS.replace("type: string", "$ref: ../secret.yaml#/secret"))
    done = cvt("ci", cwd=repo.path)
    assert done.code == 1
    assert "hunter2" not in done.text + (repo.path / ".cvt" / "result.json").read_text()


def test_link_inside_the_repository_is_followed_on_both_sides(cvt: Run, repo: Repo) -> None:
    repo.write("real/openapi.yaml", ORDERS)
    (repo.path / "api").symlink_to("real")
    repo.commit()
    repo.write("real/openapi.yaml", WITHOUT_POST)
    done = cvt("ci", "--schema", "api/openapi.yaml", cwd=repo.path)
    assert done.code == 1, done.text
    assert done.result["specs"][0]["status"] == "changed"


def test_pipe_does_not_hang(cvt: Run, repo: Repo) -> None:
    repo.commit(readme="x")
    os.mkfifo(repo.path / "openapi.yaml")
    done = cvt("ci", "--schema", "openapi.yaml", cwd=repo.path)
    assert done.code == 2


@pytest.mark.parametrize(
    "content",
    [
        "openapi: 3.0.3\na: &a [x,x,x,x,x,x,x,x]\n" + "".join(f"{b}: &{b} [{','.join(['*' + a] * 8)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)),
        '{"openapi": "3.0.3", "x": ' + "[" * 10_000 + "]" * 10_000 + "}",
        '{"openapi": "3.0.3", "openapi": "3.0.3"}',
        "openapi: 3.0.3\ninfo: {title: '::error::x', version: \"\\u202e\"}\npaths: {'/a\\n::error::b': {get: {responses: {}}}}\n",
    ],
)
def test_hostile_document(cvt: Run, repo: Repo, content: str) -> None:
    repo.commit(**{"openapi.yaml": ORDERS})
    repo.write("openapi.yaml", content)
    done = cvt("ci", cwd=repo.path, env=github_env(repo.path.parent, {}, name="workflow_dispatch"))
    assert done.code == 1, done.text
    assert all(re.match(r"::(error|warning|notice) ", line) for line in commands(done))


def test_configuration_of_git_in_the_repository_runs_nothing(cvt: Run, repo: Repo, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    repo.commit(**{"openapi.yaml": ORDERS, ".gitattributes": "*.yaml diff=evil\n"})
    for key in ("diff.evil.command", "diff.evil.textconv", "diff.external", "core.fsmonitor"):
        repo.git("config", key, f"touch {marker};")
    hook = repo.write(".git/hooks/reference-transaction", f"#!/bin/sh\ntouch {marker}\n")
    hook.chmod(0o755)
    repo.write("openapi.yaml", WITHOUT_POST)
    assert cvt("ci", cwd=repo.path).code == 1
    assert not marker.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_checkout_of_another_user(cvt: Run, repo: Repo, tmp_path: Path) -> None:
    repo.commit(**{"openapi.yaml": ORDERS})
    for path in (repo.path, repo.path / ".git"):
        os.chown(path, 12345, 12345)
    local = cvt("ci", cwd=repo.path)
    assert local.code == 2
    assert "safe.directory" in local.err

    assert cvt("ci", cwd=repo.path, env=github_env(tmp_path, {}, name="workflow_dispatch")).code == 0
