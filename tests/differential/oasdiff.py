"""oasdiff, the peer that verdicts are compared with: installed by Go, with the fixtures its authors publish beside the source."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests import rig
from tools import gotool

ERROR_LEVEL: Final = 3
PARALLEL: Final = 2


@dataclass(frozen=True, slots=True)
class Reported:
    """One line of its changelog. `operation` is `GET /x`, or "" for what concerns the whole description."""

    id: str
    level: int
    operation: str

    @property
    def breaks(self) -> bool:
        """Does it count as breaking?"""
        return self.level >= ERROR_LEVEL


def program() -> Path:
    """The executable; skips (on CI: fails) where it cannot be had."""
    try:
        return gotool.ensure("oasdiff", rig.ENV)
    except gotool.ToolUnavailableError as problem:
        rig.unavailable(str(problem))


def fixtures() -> Path:
    """The folder of its published fixtures, in Go's module cache."""
    go = rig.require_tool("go")
    module = gotool.MODULES["oasdiff"]
    done = subprocess.run([go, "mod", "download", "-json", module], cwd="/", env=rig.ENV, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode != 0:
        rig.unavailable(f"{module} could not be downloaded: {done.stdout.strip()[-300:]}")
    return Path(json.loads(done.stdout)["Dir"]) / "data"


def changelog(base: Path, revision: Path) -> tuple[Reported, ...] | None:
    """All that it reports on two descriptions, compatible changes included; None where it refuses to read one."""
    done = _run("changelog", str(base), str(revision), "-f", "json")
    if done.returncode not in (0, 1):
        return None
    return tuple(Reported(row["id"], row["level"], _operation(row)) for row in json.loads(done.stdout or "[]"))


def changelogs(pairs: Iterable[tuple[Path, Path]]) -> list[tuple[Reported, ...] | None]:
    """`changelog` of many pairs, in their order."""
    with ThreadPoolExecutor(PARALLEL) as pool:
        return list(pool.map(lambda pair: changelog(*pair), pairs))


def checks() -> dict[str, str]:
    """Every check id with its description."""
    return {row["id"]: row["description"] for row in json.loads(_run("checks", "changelog", "-f", "json").stdout)}


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command: Sequence[str] = [str(program()), *arguments]
    return subprocess.run(command, env=rig.ENV, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False)


def _operation(row: dict[str, Any]) -> str:
    return f"{row['operation']} {row['path']}" if row.get("operation") and row.get("path") else ""
