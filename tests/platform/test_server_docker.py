"""`server: docker`: the run's server is a container of the image, and it is gone afterwards."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.platform.docker import Docker
from tests.runner.conftest import Run, cvt
from tests.runner.scene import ORDERS, init

pytestmark = pytest.mark.platform
__all__ = ["cvt"]


def test_tests_run_against_a_container_that_is_removed(cvt: Run, docker: Docker, server_image: str, tmp_path: Path) -> None:
    repo = init(tmp_path / "repo")
    repo.commit("base", **{"openapi.yaml": ORDERS})
    done = cvt(
        *("ci", "--base", "HEAD", "--server", "docker", "--server-image", server_image, "--server-pull", "never"),
        *("--test", 'test -n "$CVT_SERVER_ADDR"'),
        cwd=repo.path,
        env={"DOCKER_HOST": docker.host},
    )
    assert done.code == 0, done.text
    assert "contract server: container of" in done.err
    assert "registered for this run: orders 1.0.0" in done.err
    assert docker("ps", "--all", "--quiet", "--filter", "label=org.cvt.run").stdout == ""


def test_an_image_that_is_not_there_is_a_usage_error(cvt: Run, docker: Docker, tmp_path: Path) -> None:
    repo = init(tmp_path / "repo")
    repo.commit("base", **{"openapi.yaml": ORDERS})
    done = cvt(
        "ci",
        "--base",
        "HEAD",
        "--server",
        "docker",
        "--server-image",
        "nowhere/cvt:0",
        "--server-pull",
        "never",
        cwd=repo.path,
        env={"DOCKER_HOST": docker.host},
    )
    assert (done.code, "nowhere/cvt:0" in done.err) == (2, True)
    assert os.environ.get("DOCKER_HOST") != docker.host
