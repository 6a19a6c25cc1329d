"""What is measured on: two versions of GitHub's own API description from npm, and what is made from them. Never committed.

Everything lies in a cache folder: CVT_BENCH_CACHE, else ~/.cache/cvt-bench. Large trees are made by child processes, because the memory of
this one would be counted as the least memory of every program it starts.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.measure import Missing

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGE: Final = "@octokit/openapi"
MEMBER: Final = "package/generated/api.github.com.json"
OLD: Final = "22.0.0"
NEW: Final = "23.0.2"
INSTALL_TIMEOUT_S: Final = 900


@dataclass(frozen=True, slots=True)
class Place:
    """The cache folder."""

    folder: Path

    @classmethod
    def standard(cls) -> Place:
        """CVT_BENCH_CACHE, else ~/.cache/cvt-bench."""
        return cls(Path(os.environ.get("CVT_BENCH_CACHE") or Path.home() / ".cache" / "cvt-bench").resolve())

    def sub(self, name: str) -> Path:
        """A folder below it, made if needed."""
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder


def program(name: str) -> str:
    """Full path of an installed program. Raises Missing."""
    found = shutil.which(name)
    if found is None:
        raise Missing(f"{name} is not installed")
    return found


def call(argv: Sequence[str], *, cwd: Path, what: str, env: dict[str, str] | None = None) -> str:
    """Standard output of a preparing command. Raises Missing with its last words."""
    try:
        done = subprocess.run(
            list(argv),
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=INSTALL_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Missing(f"{what}: {type(error).__name__}") from None
    if done.returncode != 0:
        lines = [line for line in f"{done.stdout}\n{done.stderr}".splitlines() if line.strip()]
        raise Missing(f"{what}: exit code {done.returncode}: {lines[-1][:200] if lines else 'no output'}")
    return done.stdout


def github_description(place: Place, version: str) -> Path:
    """One version of GitHub's description, 12 to 13 MB of JSON."""
    target = place.sub("inputs") / f"github-{version}.json"
    if not target.exists():
        folder = place.sub("npm")
        call([program("npm"), "pack", "--silent", f"{PACKAGE}@{version}"], cwd=folder, what=f"npm pack {PACKAGE}@{version}")
        with tarfile.open(folder / f"octokit-openapi-{version}.tgz") as archive:
            source = archive.extractfile(MEMBER)
            if source is None:
                raise Missing(f"{PACKAGE}@{version} has no {MEMBER}")
            with (part := target.with_suffix(".part")).open("wb") as sink:
                shutil.copyfileobj(source, sink)
        part.rename(target)
    return target


def copy_of(place: Place, source: Path) -> Path:
    """The same document under another name."""
    target = place.sub("inputs") / f"copy-of-{source.name}"
    if not target.exists():
        shutil.copyfile(source, part := target.with_suffix(".part"))
        part.rename(target)
    return target


def yaml_description(place: Place) -> Path:
    """About 8 MB of YAML: a part of GitHub's description, written by PyYAML's C emitter."""
    target = place.sub("inputs") / f"github-{NEW}.yaml"
    if not target.exists():
        made(place, "yaml", github_description(place, NEW), target)
    return target


def many_specifications(place: Place) -> Path:
    """A repository with 1,000 descriptions of about 50 KB, of which the checked out branch changes ten."""
    target = place.sub("inputs") / "thousand"
    if not target.exists():
        made(place, "thousand", target)
    return target


def made(place: Place, *words: str | Path) -> None:
    """Run benchmarks/make.py in a process of its own."""
    call([sys.executable, str(ROOT / "benchmarks" / "make.py"), *map(str, words)], cwd=place.folder, what=f"making {words[-1]}")
