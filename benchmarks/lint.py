"""How long does it take to lint a very large description, next to other tools? Whole processes, one after the other, on this machine.

    python benchmarks/lint.py [FILE] [--runs 5] [--work DIR]

FILE defaults to GitHub's own description (13 MB of JSON), taken from the npm package `@octokit/openapi` 23.0.2. The others are
openapi-spec-validator (in this environment) and Redocly CLI (installed from npm into DIR, with its own defaults). Each command runs RUNS times as a
fresh process; shown are the median wall time, the peak memory, and how many times longer than ours it took. Nothing is cached between runs.

The script ends with 1 when a ratio is under 10, the project's target. Needs npm and a network for what is not yet in DIR (default: `.bench`).
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

TARGET: Final = 10.0
PACKAGE: Final = "@octokit/openapi@23.0.2"
REDOCLY: Final = "@redocly/cli@2"
ROOT: Final = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Run:
    """Wall time in seconds, peak resident memory in MiB, exit code."""

    seconds: float
    memory: float
    code: int


@dataclass(frozen=True)
class Tool:
    """A command to measure and the exit codes with which it did its work."""

    name: str
    command: tuple[str, ...]
    good: tuple[int, ...] = (0, 1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--work", type=Path, default=ROOT / ".bench")
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    file = (args.file or github_description(args.work)).resolve()
    print(f"{file.name}: {file.stat().st_size / 1e6:.1f} MB, median of {args.runs} fresh processes")
    ours = 0.0
    worst = TARGET
    for tool in tools(file, args.work):
        runs = [measure(tool) for _ in range(args.runs)]
        seconds = statistics.median(run.seconds for run in runs)
        memory = max(run.memory for run in runs)
        ours = ours or seconds
        ratio = seconds / ours
        worst = min(worst, ratio) if ratio != 1 else worst
        print(f"{tool.name:<26}{seconds:8.2f} s {memory:7.0f} MiB   exit {runs[0].code}   {ratio:6.1f} x", flush=True)
    return 0 if worst >= TARGET else 1


def tools(file: Path, work: Path) -> Iterator[Tool]:
    """Ours first: the others are measured against it."""
    yield Tool("cvt lint", (sys.executable, "-m", "cvt_runner", "lint", str(file)))
    yield Tool("openapi-spec-validator", (sys.executable, "-m", "openapi_spec_validator", str(file)))
    yield Tool("redocly lint", (str(redocly(work)), "lint", "--max-problems=100000", str(file)))


def measure(tool: Tool) -> Run:
    env = {**os.environ, "PYTHONPATH": str(ROOT), "REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
    start = time.perf_counter()
    process = subprocess.Popen(tool.command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in tool.good:
        sys.exit(f"{' '.join(tool.command)} ended with {process.returncode}")
    return Run(seconds, usage.ru_maxrss / 1024, process.returncode)


def github_description(work: Path) -> Path:
    """The newest description in the package: about 30 MB to download once."""
    file = work / "node_modules" / "@octokit" / "openapi" / "generated" / "api.github.com.json"
    if not file.exists():
        install(work, PACKAGE)
    return file


def redocly(work: Path) -> Path:
    program = work / "node_modules" / ".bin" / "redocly"
    if not program.exists():
        install(work, REDOCLY)
    return program


def install(work: Path, package: str) -> None:
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is needed to fetch the peers; install Node.js, or name a FILE and put what is missing into --work")
    subprocess.run([npm, "install", "--no-audit", "--no-fund", "--prefix", str(work), package], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
