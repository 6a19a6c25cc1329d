"""How long one validation takes inside of a process, and how long it takes to the first one."""

from __future__ import annotations

import json
import shutil
import statistics
import sys
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import Final

from benchmarks.figures import Count, Figure, Figures, Tell
from benchmarks.inputs import NEW, ROOT, Place, call, github_description, program
from benchmarks.measure import Absent, Case, Missing, Program, once

CHECK: Final = ROOT / "benchmarks" / "check.py"
KIN: Final = "github.com/getkin/kin-openapi"
PATH: Final = "/repos/octocat/hello-world/issues/1347/comments"
EXAMPLE: Final = "issue-comment-items"
COUNTS: Final = {"cvt": 20_000, "kin": 5_000, "openapi-core": 100}
"""Checks of one round: about a second for each program."""


def against_kin(place: Place) -> Count:
    """One check of request and response, next to kin-openapi."""
    return _against(place, kin(place, count=COUNTS["kin"]))


def against_openapi_core(place: Place) -> Count:
    """The same next to openapi-core."""
    return _against(place, _in_python(place, "openapi-core", count=COUNTS["openapi-core"]))


def first(place: Place) -> Case:
    """From nothing to the first verdict: a process starts, reads the description, and checks once."""
    ours = _in_python(place, "cvt", count=1)
    if isinstance(ours, Absent):
        raise Missing(ours.reason)
    return Case(ours, (kin(place, count=1), _in_python(place, "openapi-core", count=1)))


def _against(place: Place, peer: Program | Absent) -> Count:
    ours = _in_python(place, "cvt", count=COUNTS["cvt"])
    return Count(lambda runs, tell: compared(_turns((ours, peer), runs, tell)))


def body(place: Place) -> Path:
    """The description's own example of the answer, 1.3 KB."""
    target = place.sub("inputs") / f"comments-{NEW}.json"
    if not target.exists():
        tree = json.loads(github_description(place, NEW).read_bytes())
        target.write_text(json.dumps(tree["components"]["examples"][EXAMPLE]["value"]), "utf-8")
    return target


def _in_python(place: Place, name: str, *, count: int) -> Program | Absent:
    try:
        version = "" if name == "cvt" else f" {metadata.version(name)}"
    except metadata.PackageNotFoundError:
        return Absent(name, "not in the development environment")
    return Program(f"{name}{version}", (sys.executable, "-I", str(CHECK), name, *_inputs(place), PATH, str(count)))


def _inputs(place: Place) -> tuple[str, str]:
    return str(github_description(place, NEW)), str(body(place))


def kin(place: Place, *, count: int) -> Program | Absent:
    """A program of ours with kin-openapi, built at first use."""
    folder, source = place.sub("kin-openapi"), ROOT / "benchmarks" / "go"
    version = next(line.split()[-1] for line in (source / "go.mod").read_text("utf-8").splitlines() if KIN in line)
    try:
        for name in ("go.mod", "go.sum", "main.go"):
            shutil.copyfile(source / name, folder / name)
        call([program("go"), "build", "-o", str(folder / "kin"), "."], cwd=folder, what=f"go build with {KIN}", env={"GOTOOLCHAIN": "local"})
    except Missing as problem:
        return Absent(f"kin-openapi {version}", str(problem))
    return Program(f"kin-openapi {version} (Go)", (str(folder / "kin"), *_inputs(place), PATH, str(count)))


Series = list[float]
"""Microseconds of one check, of each run."""


def _turns(programs: tuple[Program | Absent, ...], runs: int, tell: Tell) -> list[tuple[str, Series | Absent]]:
    """The programs take turns, so that a busy machine slows them alike; one that fails is absent."""
    found: dict[str, Series | Absent] = {one.name: one if isinstance(one, Absent) else [] for one in programs}
    for _ in range(runs):
        for one in programs:
            series = found[one.name]
            if isinstance(one, Program) and isinstance(series, list):
                try:
                    series.append(_each(one))
                    tell(f"{one.name}: {series[-1]:.1f} us")
                except Missing as problem:
                    found[one.name] = Absent(one.name, str(problem))
    return list(found.items())


def _each(one: Program) -> float:
    _, line = once(replace(one, said="last"))
    return float(line.split()[0])


def compared(turns: list[tuple[str, Series | Absent]]) -> Figures:
    """The time of each; what is held against the target is how many times as long a peer takes, compared turn by turn."""
    (name, ours), *peers = turns
    if isinstance(ours, Absent):
        raise Missing(ours.reason)
    lines: list[Figure | Absent] = [Figure(f"**{name}**", _told(ours))]
    for title, series in peers:
        if isinstance(series, Absent):
            lines.append(series)
        else:
            times = statistics.median(theirs / mine for mine, theirs in zip(ours, series, strict=True))
            lines.append(Figure(title, f"{_told(series)}, {times:.1f}x as long", times))
    return Figures(tuple(lines))


def _told(series: Series) -> str:
    return f"{statistics.median(series):.1f} us a check ({min(series):.1f} to {max(series):.1f})"
