"""Every static check, two at a time: `python -m tools.check`. Prints what failed in full and one line for each check; exit 1 when any failed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tools import gotool

ROOT: Final = Path(__file__).resolve().parent.parent
BIN: Final = Path(sys.executable).parent
IN_CI: Final = os.environ.get("CI", "").lower() in {"true", "1"}
SHELL_SCRIPTS: Final = ("cvt", ".ci/run")


@dataclass(frozen=True, slots=True)
class Check:
    """One command, run in the repository's root. `files` are globs whose matches are appended; without any match there is nothing to check."""

    name: str
    command: tuple[str, ...]
    files: tuple[str, ...] = ()
    go: bool = False
    system: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one check. `code` is its exit code, None when it was skipped; `output` is what it printed, or why it was skipped."""

    name: str
    code: int | None
    output: str
    seconds: float = 0.0


WORKFLOWS: Final = (".github/workflows/*.yml",)
CHECKS: Final[tuple[Check, ...]] = (
    Check("mypy", ("python", "-m", "mypy")),
    Check("ruff", ("python", "-m", "ruff", "check", "--quiet")),
    Check("ruff format", ("python", "-m", "ruff", "format", "--check", "--quiet")),
    Check("import layers", ("lint-imports", "--no-logo")),
    Check("generated files", ("python", "-m", "tools.gen", "--check")),
    Check("unused dependencies", ("deptry", "--no-ansi", ".")),
    Check("dead code", ("vulture",)),
    Check("action metadata", ("check-jsonschema", "--builtin-schema", "vendor.github-actions"), ("action.yml", "actions/*/action.yml")),
    Check("workflow schema", ("check-jsonschema", "--builtin-schema", "vendor.github-workflows"), WORKFLOWS),
    Check("compose schema", ("check-jsonschema", "--builtin-schema", "vendor.compose-spec"), ("deploy/compose*.yaml",)),
    Check("actionlint", ("actionlint",), WORKFLOWS, go=True),
    Check("zizmor", ("zizmor", "--offline", "--no-progress", "--quiet", "--config", ".github/zizmor.yml"), ("action.yml", "actions/*/action.yml", *WORKFLOWS)),
    Check("shellcheck", ("shellcheck",), (*SHELL_SCRIPTS, "**/*.sh")),
    Check("hadolint", ("hadolint",), ("**/Dockerfile",)),
    Check("prometheus", ("promtool", "check", "config"), ("deploy/prometheus/prometheus.yml",), system=True),
)


def matches(patterns: tuple[str, ...]) -> list[str]:
    """The tracked or new files that match, without what git ignores."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *(f":(glob){pattern}" for pattern in patterns)]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return sorted(name for name in set(listed) if (ROOT / name).exists())


def find(check: Check) -> str:
    """Path of the program that a check runs. Raises ToolUnavailableError."""
    name = check.command[0]
    if check.go:
        return str(gotool.ensure(name, os.environ))
    if check.system:
        found = shutil.which(name)
        if found is None:
            raise gotool.ToolUnavailableError(f"{name} is not installed")
        return found
    return str(BIN / name)


def run(check: Check) -> Result:
    """Run one check. A tool of Go or of the system that cannot be had is skipped on a laptop and fails when CI=true."""
    files = matches(check.files) if check.files else []
    if check.files and not files:
        return Result(check.name, None, "no such file")
    try:
        program = find(check)
    except gotool.ToolUnavailableError as problem:
        return Result(check.name, 1 if IN_CI else None, str(problem))
    started = time.monotonic()
    path = os.pathsep.join((str(BIN), os.environ.get("PATH", os.defpath)))
    done = subprocess.run(
        [program, *check.command[1:], *files],
        cwd=ROOT,
        env={**os.environ, "PATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Result(check.name, done.returncode, done.stdout, time.monotonic() - started)


def main() -> int:
    """Run all checks and report."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        results = list(pool.map(run, CHECKS))
    for result in results:
        if result.code:
            sys.stdout.write(f"--- {result.name}\n{result.output.rstrip()}\n")
    for result in results:
        state = "skipped" if result.code is None else "FAILED" if result.code else "ok"
        detail = f" ({result.output})" if result.code is None else f" {result.seconds:.1f} s"
        sys.stdout.write(f"{state:8} {result.name}{detail}\n")
    return 1 if any(result.code for result in results) else 0


if __name__ == "__main__":
    raise SystemExit(main())
