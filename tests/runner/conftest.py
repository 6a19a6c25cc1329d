"""The `cvt` command in this process, and a repository to run it in."""

from __future__ import annotations

import gc
import json
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cvt_runner.cli import main
from tests.runner.scene import Repo, init


@dataclass(frozen=True, slots=True)
class Done:
    """A finished run."""

    code: int
    out: str
    err: str
    where: Path

    @property
    def result(self) -> Any:
        """The parsed result.json of the run."""
        return json.loads((self.where / ".cvt" / "result.json").read_bytes())

    @property
    def text(self) -> str:
        return self.out + self.err


Run = Callable[..., Done]


@pytest.fixture
def cvt(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Call `cvt ARGS` in a folder with an environment; never a traceback, always an exit code."""
    handler = signal.getsignal(signal.SIGTERM)

    def run(*args: str, cwd: Path, env: dict[str, str] | None = None) -> Done:
        capfd.readouterr()
        with monkeypatch.context() as patch:
            patch.chdir(cwd)
            for name, value in (env or {}).items():
                patch.setenv(name, value)
            code = main(list(args))
        out, err = capfd.readouterr()
        assert "Traceback" not in out + err
        return Done(code, out, err, cwd)

    yield run
    signal.signal(signal.SIGTERM, handler)
    gc.enable()


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """An empty repository on branch main."""
    return init(tmp_path / "repo")
