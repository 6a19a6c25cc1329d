"""The process as a whole: exit codes, messages, what is imported, and streams that go away."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import click
import pytest

from cvt_engine import errors as engine_errors
from cvt_runner import __version__, errors
from cvt_runner.cli.failures import failure
from cvt_runner.cli.group import FORMATS
from cvt_runner.render.registry import RENDERERS
from tests.rig import ROOT
from tests.runner.conftest import Run
from tests.runner.scene import ORDERS, WITHOUT_POST, Repo, github_env

COMMAND = [sys.executable, "-X", "utf8", "-m", "cvt_runner"]


def start(*args: str, cwd: Path, **more: str) -> subprocess.Popen[bytes]:
    env = {**os.environ, "PYTHONPATH": str(ROOT), **more}
    pipe = subprocess.PIPE
    # A shell starts background jobs with SIGINT ignored, and that is inherited: the tests may run in one.
    return subprocess.Popen([*COMMAND, *args], cwd=cwd, env=env, stdout=pipe, stderr=pipe, stdin=pipe, preexec_fn=_interruptible)  # noqa: PLW1509


def _interruptible() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_version_imports_nothing_else(tmp_path: Path) -> None:
    slow = ("click", "msgspec", "yaml", "subprocess", "dataclasses")
    code = f"import sys; from cvt_runner.cli import main; main(['--version']); print([name for name in sys.modules if name.split('.')[0] in {slow}])"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True)
    assert done.stdout == f"cvt {__version__}\n[]\n"


@pytest.mark.parametrize("args", [["--version"], ["-V"], ["--version", "ci"]])
def test_version(cvt: Run, tmp_path: Path, args: list[str]) -> None:
    done = cvt(*args, cwd=tmp_path)
    assert (done.code, done.out) == (0, f"cvt {__version__}\n")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_asks_the_command_itself(cvt: Run, tmp_path: Path, shell: str) -> None:
    done = cvt("completion", shell, cwd=tmp_path)
    assert (done.code, f"_CVT_COMPLETE={shell}_complete" in done.out) == (0, True)
    asked = {"_CVT_COMPLETE": f"{shell}_complete", "COMP_WORDS": "cvt regi", "COMP_CWORD": "regi" if shell == "fish" else "1"}
    env = {**os.environ, "PYTHONPATH": str(ROOT), **asked}
    told = subprocess.run(COMMAND, cwd=tmp_path, env=env, capture_output=True, text=True, check=True).stdout
    assert "register-schema" in told


def test_help(cvt: Run, tmp_path: Path) -> None:
    assert cvt("--help", cwd=tmp_path).code == 0
    without = cvt(cwd=tmp_path)
    assert (without.code, "Commands:" in without.out) == (2, True)
    text = cvt("ci", "--help", cwd=tmp_path).out
    assert "--fail-on" in text
    assert "--token" not in text


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["cii"], "did you mean 'ci'?"),
        (["ci", "--schem", "x"], "--schema"),
        (["compare"], "--old"),
        (["lint"], "FILES"),
        (["compare", "--old", "a", "--new", "b", "--format", "xml"], "xml"),
        (["compare", "--old", "-", "--new", "-"], "standard input"),
        (["--nope"], "--nope"),
    ],
)
def test_wrong_use(cvt: Run, tmp_path: Path, args: list[str], said: str) -> None:
    done = cvt(*args, cwd=tmp_path)
    assert done.code == 2
    assert said in done.err


def kinds(module: object) -> list[type[BaseException]]:
    return [kind for kind in vars(module).values() if isinstance(kind, type) and issubclass(kind, Exception)]


@pytest.mark.parametrize("kind", kinds(errors) + kinds(engine_errors))
def test_every_error_of_ours_keeps_its_exit_code(kind: type[errors.RunnerError]) -> None:
    more: dict[str, Any] = {"ref": "x"} if kind.__name__ == "RefUnresolved" else {}
    found = failure(kind("what", hint="how", **more))
    assert (found.code, found.message, found.hint, found.bug) == (kind.exit_code, "what", "how", False)


@pytest.mark.parametrize(
    ("error", "code", "bug"),
    [
        (click.UsageError("x"), 2, False),
        (click.FileError("x"), 2, False),
        (click.Abort(), 130, False),
        (PermissionError(13, "denied", "f"), 2, False),
        (OSError(28, "no space"), 2, False),
        (MemoryError(), 4, False),
        (RecursionError(), 4, True),
        (ValueError("x"), 4, True),
        (UnicodeDecodeError("utf-8", b"", 0, 1, "x"), 4, True),
    ],
)
def test_foreign_errors_are_mapped(error: BaseException, code: int, bug: bool) -> None:
    found = failure(error)
    assert (found.code, found.bug) == (code, bug)
    assert found.message


def test_unforeseen_error_is_short_unless_asked(tmp_path: Path) -> None:
    code = "import sys; from cvt_runner.cli import main; import cvt_runner.commands.explain as e; e.run = None; sys.exit(main(['explain']))"
    for debug, traceback in (("", False), ("1", True)):
        env = {**os.environ, "PYTHONPATH": str(ROOT), "CVT_DEBUG": debug}
        done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 4
        assert ("Traceback" in done.stderr) is traceback
        assert "internal error: TypeError" in done.stderr
        assert "report it" in done.stderr


def test_usage_error_reaches_the_platform(cvt: Run, repo: Repo, tmp_path: Path) -> None:
    repo.commit(readme="x")
    done = cvt("ci", cwd=repo.path, env={**github_env(tmp_path), "CVT_SCHEMA": "a%\rb::c.yaml"})
    assert done.code == 2
    lines = [line for line in done.out.splitlines() if line.startswith("::")]
    assert len(lines) == 1
    assert lines[0].startswith("::error title=cvt::")
    assert "exit-code<<" in (tmp_path / "runner" / "output").read_text()
    summary = (tmp_path / "runner" / "summary").read_text()
    assert summary.startswith("### 🛑 CVT could not check this change (exit code 2)\n\n")
    assert len(summary.splitlines()) == 3


def test_result_that_cannot_be_written_is_an_error(repo: Repo) -> None:
    repo.write("a.yaml", ORDERS)
    repo.write("b.yaml", WITHOUT_POST)
    with Path("/dev/full").open("wb") as full:
        command = [*COMMAND, "compare", "--old", "a.yaml", "--new", "b.yaml"]
        done = subprocess.run(command, cwd=repo.path, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=full, stderr=full, check=False)
    assert done.returncode == 2


@pytest.mark.parametrize("closed", ["full", "closed"])
def test_verdict_survives_a_terminal_that_cannot_be_written(repo: Repo, closed: str) -> None:
    repo.commit(**{"openapi.yaml": ORDERS})
    repo.write("openapi.yaml", WITHOUT_POST)
    streams = ">/dev/full 2>&1" if closed == "full" else ">&- 2>&- <&-"
    command = f"exec {shlex.join(COMMAND)} ci {streams}"
    done = subprocess.run(["sh", "-c", command], cwd=repo.path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (1, b"")
    assert json.loads((repo.path / ".cvt" / "result.json").read_bytes())["verdict"] == "broken"


def test_reader_that_goes_away_does_not_change_the_exit_code(repo: Repo) -> None:
    repo.write("a.yaml", ORDERS)
    repo.write("b.yaml", WITHOUT_POST)
    process = start("compare", "--old", "a.yaml", "--new", "b.yaml", "--format", "html", cwd=repo.path)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    err = process.stderr.read()
    assert (process.wait(), err) == (1, b"")
    process.stderr.close()
    assert process.stdin is not None
    process.stdin.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted(repo: Repo, number: signal.Signals) -> None:
    repo.write("b.yaml", ORDERS)
    process = start("compare", "--old", "-", "--new", "b.yaml", cwd=repo.path)
    deadline = time.monotonic() + 20
    # Standard input is read only after the handlers are in place: /proc says when the process waits for it.
    while time.monotonic() < deadline and "pipe_read" not in Path(f"/proc/{process.pid}/wchan").read_text():
        time.sleep(0.02)
    # Standard input stays open, so that nothing but the signal can end the process.
    while process.poll() is None and time.monotonic() < deadline:
        process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=1)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (130, b"")
    assert b"interrupted" in err
    assert b"Traceback" not in err


def test_formats_are_those_of_the_registry() -> None:
    assert set(FORMATS) == set(RENDERERS)
