"""Fetch a pinned Go tool into the test cache: `python -m tools.gotool NAME` prints its path.

The cache is CVT_TEST_CACHE, else tests/.cache, which git ignores.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
MODULES: Final[dict[str, str]] = {
    "act": "github.com/nektos/act@v0.2.89",
    "actionlint": "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12",
    "docker-compose": "github.com/docker/compose/v2/cmd@v2.40.3",
    "ghz": "github.com/bojand/ghz/cmd/ghz@v0.93.0",
    "helm": "helm.sh/helm/v3/cmd/helm@v3.19.5",
    "oasdiff": "github.com/oasdiff/oasdiff@v1.35.0",
}
FROM_SOURCE: Final[dict[str, tuple[str, str]]] = {
    "docker-compose": ("github.com/docker/compose/v2", "-X github.com/docker/compose/v2/internal.Version=v2.40.3"),
}
"""Modules whose go.mod keeps `go install` from building them: the module's path, and flags for the linker."""
TIMEOUT_S: Final = 900


class ToolUnavailableError(Exception):
    """The tool is not there and could not be built; the message says why."""


def ensure(name: str, environ: Mapping[str, str]) -> Path:
    """Path of the tool's executable, built on first use (safe with parallel callers). Raises ToolUnavailableError."""
    module = MODULES[name]
    cache = Path(environ.get("CVT_TEST_CACHE") or ROOT / "tests" / ".cache").resolve()
    place = cache / f"{name}-{module.rpartition('@')[2]}"
    place.mkdir(parents=True, exist_ok=True)
    with (place / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if not (place / name).exists():
            go = shutil.which("go", path=environ.get("PATH"))
            if go is None:
                raise ToolUnavailableError(f"{module} needs Go, which is not installed")
            settings = {**environ, "GOBIN": str(place), "GOTOOLCHAIN": "local", "GOFLAGS": ""}
            if name in FROM_SOURCE:
                _build(go, name, place, settings)
            else:
                _run([go, "install", module], place, settings)
    return place / name


def _build(go: str, name: str, place: Path, settings: Mapping[str, str]) -> None:
    (path, flags), (package, _, version) = FROM_SOURCE[name], MODULES[name].partition("@")
    found = json.loads(_run([go, "mod", "download", "-json", f"{path}@{version}"], place, settings))
    source = place / "source"
    shutil.rmtree(source, ignore_errors=True)
    shutil.copytree(found["Dir"], source, copy_function=shutil.copyfile)
    for folder in (source, *source.rglob("*/")):
        folder.chmod(0o755)
    _run([go, "build", "-ldflags", flags, "-o", str(place / name), f".{package.removeprefix(path)}"], source, settings)
    shutil.rmtree(source)


def _run(command: list[str], where: Path, settings: Mapping[str, str]) -> str:
    try:
        done = subprocess.run(command, cwd=where, env=settings, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired:
        raise ToolUnavailableError(f"`{' '.join(command)}` took more than {TIMEOUT_S} s") from None
    if done.returncode != 0:
        raise ToolUnavailableError(f"`{' '.join(command)}` failed: {done.stderr.strip()[-500:]}")
    return done.stdout


def main(arguments: list[str]) -> int:
    """Print the path of one tool; exit 3 when it cannot be had."""
    if len(arguments) != 1 or arguments[0] not in MODULES:
        sys.stderr.write(f"usage: python -m tools.gotool {'|'.join(MODULES)}\n")
        return 2
    try:
        sys.stdout.write(f"{ensure(arguments[0], os.environ)}\n")
    except ToolUnavailableError as problem:
        sys.stderr.write(f"{problem}\n")
        return 3
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
