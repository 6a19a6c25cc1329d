"""What tests share to use real tools: find or install them, skip with a reason on a laptop, fail on CI."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NoReturn

import pytest

ROOT: Final = Path(__file__).resolve().parent.parent
ENV: Final[dict[str, str]] = dict(os.environ)
"""The environment before the guards of conftest.py, for installers."""
IN_CI: Final = ENV.get("CI", "").lower() in {"true", "1"}


def unavailable(reason: str) -> NoReturn:
    """Skip the test with the reason, or fail it when CI=true: on CI nothing may be skipped in silence."""
    if IN_CI:
        pytest.fail(f"needed on CI: {reason}", pytrace=False)
    pytest.skip(reason)


def require_tool(name: str) -> str:
    """Path of a command on this machine; `unavailable` when there is none."""
    found = shutil.which(name, path=ENV.get("PATH"))
    return found or unavailable(f"{name} is not installed")


def cache() -> Path:
    """Where downloaded test tools are kept between runs: CVT_TEST_CACHE, else tests/.cache (git-ignored)."""
    path = Path(ENV.get("CVT_TEST_CACHE") or ROOT / "tests" / ".cache").resolve()
    path.mkdir(parents=True, exist_ok=True)
    (path / ".gitignore").write_text("*\n")
    return path


@contextmanager
def locked(name: str) -> Iterator[None]:
    """One process at a time (parallel test workers share the cache)."""
    with (cache() / f"{name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def npm_package(package: str, version: str) -> Path:
    """Folder of an npm package, installed into the cache at first use, without running its install scripts."""
    npm = require_tool("npm")
    slug = f"npm-{package.strip('@').replace('/', '-')}-{version}"
    place = cache() / slug
    folder = place / "node_modules" / package
    with locked(slug):
        if not (place / "installed").exists():
            place.mkdir(exist_ok=True)
            _install([npm, "install", "--prefix", str(place), "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", f"{package}@{version}"], place)
    return folder


def python_wheel(package: str, version: str, sha256: str) -> Path:
    """Folder that holds one Python package without what it needs, for the data in it; installed into the cache at first use."""
    slug = f"wheel-{package}-{version}"
    place = cache() / slug
    with locked(slug):
        if not (place / "installed").exists():
            place.mkdir(exist_ok=True)
            (place / "lock.txt").write_text(f"{package}=={version} --hash=sha256:{sha256}\n")
            options = ["--quiet", "--no-deps", "--only-binary", ":all:", "--require-hashes", "--target", str(place), "--requirement"]
            _install([sys.executable, "-m", "uv", "pip", "install", *options, str(place / "lock.txt")], place)
    return place


def go_module(module: str, version: str) -> Path:
    """Folder with a Go module's source, downloaded into the machine's module cache at first use."""
    go = require_tool("go")
    with locked("go-mod"):
        command = [go, "mod", "download", "-json", f"{module}@{version}"]
        done = subprocess.run(command, cwd=cache(), env=ENV, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode != 0:
        unavailable(f"{module}@{version} could not be downloaded: {(done.stderr or done.stdout).strip()[-500:]}")
    return Path(json.loads(done.stdout)["Dir"])


def _install(command: list[str], place: Path) -> None:
    try:
        done = subprocess.run(command, cwd=place, env=ENV, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300, check=False)
    except subprocess.TimeoutExpired:
        unavailable(f"{command[-1]}: the installation took more than 300 s")
    if done.returncode != 0:
        unavailable(f"{command[-1]}: the installation failed: {done.stderr.strip()[-500:]}")
    (place / "installed").touch()


def free_port() -> int:
    """A loopback port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
