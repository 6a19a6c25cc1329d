"""The image, run as an operator runs it."""

from __future__ import annotations

import json

import pytest

from cvt_runner import __version__
from tests.platform.container import HARDENED
from tests.platform.docker import Docker

pytestmark = pytest.mark.platform


@pytest.fixture(scope="module")
def image(docker: Docker, server_image: str) -> str:
    found = json.loads(docker("image", "inspect", server_image).stdout)[0]
    size, memory = found["Size"] / 1e6, ""
    print(f"image: {size:.0f} MB{memory}")
    return server_image


def test_image_says_what_it_is(docker: Docker, image: str) -> None:
    config = json.loads(docker("image", "inspect", image).stdout)[0]["Config"]
    assert (config["User"], config["Entrypoint"], config["Cmd"]) == ("1000:1000", ["cvt"], ["serve"])
    assert set(config["ExposedPorts"]) == {"9550/tcp", "9551/tcp"}
    assert set(config["Volumes"]) == {"/data"}
    assert config["Labels"]["org.opencontainers.image.version"] == __version__
    assert [entry for entry in config["Env"] if "KEY" in entry or "PASSWORD" in entry] == []


def test_nothing_in_the_image_belongs_to_its_user_but_the_data(docker: Docker, image: str) -> None:
    found = docker("run", "--rm", "--user", "0", "--entrypoint", "find", image, "/", "-xdev", "-user", "1000", "-not", "-path", "/proc/*")
    assert found.stdout.split() == ["/data"]


def test_the_runner_is_in_the_image(docker: Docker, image: str) -> None:
    hardened = ("run", "--rm", *HARDENED, "--network", "none", image)
    assert docker(*hardened, "--version").stdout == f"cvt {__version__}\n"
    unknown = docker(*hardened, "no-such-command", check=False)
    assert (unknown.returncode, "no-such-command" in unknown.stderr) == (2, True)


def test_the_probe_is_on_path_under_each_of_its_names(docker: Docker, image: str) -> None:
    for name in ("cvt-health", "grpc_health_probe"):
        done = docker("run", "--rm", *HARDENED, "--entrypoint", name, image, "-addr=localhost:9550", check=False)
        assert (done.returncode, "cannot connect to localhost:9550" in done.stderr) == (2, True)
