"""Figures that are no times: shares and costs, each held against a target of its own."""

from __future__ import annotations

import json
import statistics
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from benchmarks.inputs import NEW, OLD, ROOT, Place, call, github_description
from benchmarks.measure import Absent, Missing, Program, once

Tell = Callable[[str], None]
STAGE: Final = ROOT / "benchmarks" / "stage.py"
PROOFS: Final = ROOT / "benchmarks" / "proofs.py"
LEAST_RUNS: Final = 5
"""Of what is quick and noisy."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. `value` is held against the target; None stands beside it for information."""

    name: str
    text: str
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """The lines of a row; `notes` follow the table, `details` are told when they are asked for."""

    lines: tuple[Figure | Absent, ...]
    notes: tuple[str, ...] = ()
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Count:
    """How a row's figures are had: from the number of runs and a way to tell progress. Raises Missing."""

    take: Callable[[int, Tell], Figures]


def proofs(place: Place) -> Count:
    """Which share of the error findings about schemas carries a verified witness."""

    def take(_runs: int, _tell: Tell) -> Figures:
        absent: tuple[Absent, ...] = ()
        try:
            large = [str(github_description(place, NEW))]
        except Missing as problem:
            large, absent = [], (Absent("changes made to GitHub's API description", str(problem)),)
        return shares(json.loads(call([sys.executable, str(PROOFS), *large], cwd=ROOT, what="counting proofs")), absent)

    return Count(take)


def shares(samples: Iterable[dict[str, object]], absent: tuple[Absent, ...] = ()) -> Figures:
    """What proofs.py printed, as figures. An empty sample proves nothing: its share is 0."""
    lines: list[Figure | Absent] = []
    details: list[str] = []
    for sample in samples:
        total, unproved = sample["total"], sample["unproved"]
        assert isinstance(total, int)
        assert isinstance(unproved, list)
        share = (total - len(unproved)) / total if total else 0.0
        lines.append(Figure(str(sample["name"]), f"{_percent(share)} ({total - len(unproved)} of {total})", share))
        details += [f"{sample['name']}: {text}" for text in unproved]
    kinds = Counter(text.partition(": ")[2].partition(": ")[0] for text in details)
    notes = ("without a proof: " + ", ".join(f"{rule} {count}" for rule, count in kinds.most_common()),) if kinds else ()
    return Figures((*lines, *absent), notes, tuple(details))


def proof_cost(place: Place) -> Count:
    """What positions and witnesses cost on top of the bare diff, in CPU time of fresh processes that take turns."""
    files = (str(github_description(place, OLD)), str(github_description(place, NEW)))
    return Count(lambda runs, tell: costs([_round(files, tell) for _ in range(1 + max(runs, LEAST_RUNS))][1:]))


@dataclass(frozen=True, slots=True)
class Spent:
    """CPU seconds of the comparison, and of the whole process up to its end."""

    stage: float
    whole: float


def _round(files: tuple[str, str], tell: Tell) -> tuple[Spent, Spent]:
    bare, full = _spent("facts", files), _spent("findings", files)
    tell(f"bare diff {bare.stage:.3f} s, with positions and witnesses {full.stage:.3f} s")
    return bare, full


def _spent(work: str, files: tuple[str, str]) -> Spent:
    _, line = once(Program(work, (sys.executable, "-I", str(STAGE), work, *files), said="last"))
    stage, whole, _count = line.split()
    return Spent(float(stage), float(whole))


def costs(rounds: list[tuple[Spent, Spent]]) -> Figures:
    """The medians of both, compared."""
    stages = [statistics.median(one.stage for one in side) for side in zip(*rounds, strict=True)]
    wholes = [statistics.median(one.whole for one in side) for side in zip(*rounds, strict=True)]
    return Figures((_cost("CPU of the comparison", *stages, held=True), _cost("CPU of the whole process", *wholes, held=False)))


def _cost(name: str, bare: float, full: float, *, held: bool) -> Figure:
    more = (full - bare) / bare
    return Figure(name, f"{more * 100:+.0f}% ({bare * 1000:.0f} ms bare, {full * 1000:.0f} ms with them)", more if held else None)


def _percent(share: float) -> str:
    """Rounded down, so that no share looks better than it is."""
    return f"{int(share * 1000) / 10:.1f}%"
