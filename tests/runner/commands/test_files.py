"""`cvt lint` and `cvt compare`: operands, exit codes in every format, and what cannot be read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from cvt_runner.render.registry import RENDERERS
from tests.runner.conftest import Run
from tests.runner.scene import LINT_ERROR, ORDERS, WITH_HEALTH, WITHOUT_POST, Repo


@pytest.fixture
def files(tmp_path: Path) -> Path:
    good = {"old.yaml": ORDERS, "broken.yaml": WITHOUT_POST, "fine.yaml": WITH_HEALTH, "lint.yaml": LINT_ERROR}
    for name, text in {**good, "bad.yaml": "openapi: 3.0.3\npaths: [\n", "empty.yaml": ""}.items():
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize("style", sorted(RENDERERS))
@pytest.mark.parametrize(("new", "code"), [("broken.yaml", 1), ("fine.yaml", 0), ("bad.yaml", 1)])
def test_exit_code_is_the_same_in_every_format(cvt: Run, files: Path, style: str, new: str, code: int) -> None:
    done = cvt("compare", "--old", "old.yaml", "--new", new, "--format", style, cwd=files)
    assert done.code == code
    assert done.out.strip() or style == "github"
    assert cvt("compare", "--old", "bad.yaml", "--new", "old.yaml", "--format", style, cwd=files).code == 3
    assert cvt("lint", "lint.yaml", "--format", style, cwd=files).code == 1
    assert cvt("lint", "old.yaml", "--format", style, cwd=files).code == 0


@pytest.mark.parametrize("name", ["bad.yaml", "empty.yaml"])
def test_unreadable_new_side_is_a_finding_with_its_position(cvt: Run, files: Path, name: str) -> None:
    for args in (["compare", "--old", "old.yaml", "--new", name], ["lint", name]):
        done = cvt(*args, "--format", "json", cwd=files)
        assert done.code == 1
        finding = json.loads(done.out)["specs"][0]["findings"][0]
        assert (finding["rule"], finding["revision"]["file"]) == ("document-syntax", name)
        assert finding["revision"]["line"] >= 1


@pytest.mark.parametrize("name", ["none.yaml", ".", "no\nsuch.yaml", "", "none.yaml:x", "HEAD:x.yaml"])
def test_missing_file(cvt: Run, files: Path, name: str) -> None:
    for args in (["lint", name], ["compare", "--old", name, "--new", "old.yaml"], ["compare", "--old", "old.yaml", "--new", name]):
        done = cvt(*args, cwd=files)
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith("cvt: error: ")


def test_pipe_is_not_read(cvt: Run, files: Path) -> None:
    import os

    os.mkfifo(files / "pipe.yaml")
    assert cvt("lint", "pipe.yaml", cwd=files).code == 2


def test_fail_on(cvt: Run, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(ORDERS + "servers:\n  - url: https://one.example\n")
    (tmp_path / "b.yaml").write_text(ORDERS + "servers:\n  - url: https://two.example\n")
    assert cvt("compare", "--old", "a.yaml", "--new", "b.yaml", cwd=tmp_path).code == 0
    assert cvt("compare", "--old", "a.yaml", "--new", "b.yaml", "--fail-on", "warning", cwd=tmp_path).code == 1


def test_several_files_and_output(cvt: Run, files: Path) -> None:
    done = cvt("lint", "old.yaml", "lint.yaml", "old.yaml", "-f", "json", "-o", "out/result.json", cwd=files)
    assert (done.code, done.out) == (1, "")
    assert [spec["path"] for spec in json.loads((files / "out" / "result.json").read_bytes())["specs"]] == ["old.yaml", "lint.yaml"]


def test_git_operands(cvt: Run, repo: Repo) -> None:
    repo.commit(**{"api/openapi.yaml": ORDERS})
    repo.git("tag", "v1")
    repo.commit(**{"api/openapi.yaml": WITHOUT_POST, "api/with:colon.yaml": ORDERS})
    codes = {"v1:api/openapi.yaml": 1, "HEAD~1:api/openapi.yaml": 1, "HEAD:api/openapi.yaml": 0}
    codes |= {"v1:nope.yaml": 2, "v9:api/openapi.yaml": 2, "-x:api/openapi.yaml": 2}
    for old, code in codes.items():
        assert cvt("compare", f"--old={old}", "--new", "api/openapi.yaml", cwd=repo.path).code == code, old
    assert cvt("compare", "--old", "v1:./openapi.yaml", "--new", "HEAD:./openapi.yaml", cwd=repo.path / "api").code == 1
    assert cvt("lint", "api/with:colon.yaml", cwd=repo.path).code == 0


def test_git_operand_with_files(cvt: Run, repo: Repo) -> None:
    text = ORDERS.replace("type: string", "$ref: types.yaml#/Id")
    repo.commit(**{"api/openapi.yaml": text, "api/types.yaml": "Id:\n  type: string\n"})
    repo.write("api/types.yaml", "Id:\n  type: integer\n")
    assert cvt("compare", "--old", "HEAD:api/openapi.yaml", "--new", "api/openapi.yaml", cwd=repo.path).code == 1


def test_standard_input(cvt: Run, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import io
    import sys

    for old, new, text, code in (("old.yaml", "-", WITHOUT_POST, 1), ("-", "old.yaml", ORDERS, 0), ("-", "old.yaml", "", 3)):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        assert cvt("compare", "--old", old, "--new", new, cwd=files).code == code
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(ORDERS.replace("type: string", "$ref: old.yaml#/info").encode())))
    assert cvt("lint", "-", cwd=files).code == 1


def test_references_stay_in_the_project(cvt: Run, repo: Repo) -> None:
    (repo.path.parent / "secret.yaml").write_text("secret: {type: string}\n")
    repo.write("openapi.yaml", ORDERS.replace("type: string", "$ref: ../secret.yaml#/secret"))
    done = cvt("lint", "openapi.yaml", cwd=repo.path)
    assert done.code == 1
    assert "outside" in done.out


def test_explain(cvt: Run, tmp_path: Path) -> None:
    done = cvt("explain", "operation-removed", cwd=tmp_path)
    assert done.code == 0
    assert "Why:" in done.out
    assert "Fix:" in done.out
    wrong = cvt("explain", "operation-remved", cwd=tmp_path)
    assert wrong.code == 2
    assert "did you mean 'operation-removed'?" in wrong.err
    listed = cvt("explain", cwd=tmp_path)
    assert listed.code == 0
    assert "api-removed" in listed.out


@pytest.fixture
def served(files: Path) -> Iterator[str]:
    """The files, over HTTP."""
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(files)))
    Thread(target=httpd.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{httpd.server_port}"
    httpd.shutdown()
    httpd.server_close()


def test_documents_at_an_address(cvt: Run, files: Path, served: str) -> None:
    done = cvt("compare", "--old", f"{served}/old.yaml", "--new", "broken.yaml", cwd=files)
    assert (done.code, "POST /orders" in done.out) == (1, True), done.text
    assert cvt("lint", f"{served}/old.yaml", cwd=files).code == 0
    assert cvt("validate", "-s", f"{served}/old.yaml", "-m", "GET", "-p", "/nowhere", cwd=files).code == 1
    gone = cvt("compare", "--old", f"{served}/gone.yaml", "--new", "old.yaml", cwd=files)
    assert (gone.code, "gone.yaml cannot be read" in gone.err) == (2, True), gone.text
