"""Work on the second core gives what the same work gives here."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from cvt_engine.facade import lint, load_spec
from cvt_runner.beside import beside


def test_the_answer_is_the_job_s() -> None:
    here = os.getpid()
    waiting = beside(lambda: ("done", os.getpid() == here))
    assert waiting()[0] == "done"


def test_a_child_that_dies_costs_nothing_but_time() -> None:
    here = os.getpid()

    def job() -> str:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return "done here"

    assert beside(job)() == "done here"


def test_an_error_of_the_job_is_raised_here(capfd: pytest.CaptureFixture[str]) -> None:
    def job() -> str:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        beside(job)()
    assert capfd.readouterr().err == ""


def test_no_child_is_left_behind() -> None:
    beside(lambda: 1)()
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_a_large_description_has_the_same_findings_either_way(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    operation = "    get: {responses: {'200': {description: ok, content: {application/json: {schema: {type: integer}, example: wrong}}}}}\n"
    padding = "x" * (1 << 21)
    path.write_text(f"openapi: 3.0.3\ninfo: {{title: t, version: '1', description: {padding}}}\npaths:\n  /a/{{id}}:\n{operation}  /b:\n{operation}")
    spec = load_spec(lambda uri: Path(uri).read_bytes(), str(path))
    found = lint(spec, beside=beside)
    assert found == lint(spec)
    assert {"example-invalid", "path-parameter-undeclared"} <= {finding.rule for finding in found}
