"""Results as one Markdown table."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.figures import Figure, Figures
from benchmarks.measure import Measured, Series, faster
from benchmarks.rows import Row, Target

HEAD: Final = ("| what | program | median (min to max) | peak memory | cvt is | target |", "|---|---|---|---|---|---|")


@dataclass(frozen=True, slots=True)
class Result:
    """One row as measured; `measured` is None when its inputs could not be had, and `reason` says why."""

    row: Row
    measured: Measured | Figures | None
    reason: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None when there is no target or it could not be measured."""
        match self.measured:
            case Figures():
                checks = list(_figure_checks(self.row.target, self.measured))
            case Measured() if self.measured.ours.samples:
                checks = list(_checks(self.row.target, self.measured))
            case _:
                return None
        return all(checks) if checks else None


def _checks(target: Target, measured: Measured) -> Iterator[bool]:
    ours = measured.ours
    if target.seconds:
        yield ours.seconds <= target.seconds
    for peer in measured.peers[: target.peers]:
        if peer.samples and target.times:
            yield faster(ours, peer) >= target.times
        if peer.samples and target.less_memory:
            yield ours.peak < peer.peak


def _figure_checks(target: Target, figures: Figures) -> Iterator[bool]:
    for value in (line.value for line in figures.lines if isinstance(line, Figure) and line.value is not None):
        if target.at_least:
            yield value >= target.at_least
        if target.at_most:
            yield value <= target.at_most
        if target.times:
            yield value >= target.times


def short(result: Result) -> str:
    """One line of progress."""
    return f"not measured: {result.reason}" if result.measured is None else f"target {_verdict(result)}" if result.met is not None else "no target"


def whole(results: list[Result], *, runs: int) -> str:
    """The machine, the table, and what each program said about its work."""
    lines = [machine(runs=runs), "", *HEAD, *(line for result in results for line in _lines(result))]
    notes = [f"- {result.row.name}, {note}" for result in results for note in _notes(result.measured)]
    return "\n".join([*lines, "", "What the programs said about their work:", "", *notes] if notes else lines)


def machine(*, runs: int) -> str:
    """What the figures depend on."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"{os.cpu_count()} cores, {_processor()}, {platform.system()}, Python {platform.python_version()}; {runs} runs in turns; load at the end {load}."


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _notes(measured: Measured | Figures | None) -> list[str]:
    match measured:
        case Measured():
            return [f"{series.name}: {series.said}" for series in (measured.ours, *measured.peers) if series.said]
        case Figures():
            return list(measured.notes)
        case None:
            return []


def _lines(result: Result) -> Iterator[str]:
    if result.measured is None:
        yield _cells(result.row.what, "not measured", result.reason, "", "", _aim(result.row.target))
        return
    if isinstance(result.measured, Figures):
        yield from _figure_lines(result, result.measured)
        return
    ours = result.measured.ours
    yield _cells(result.row.what, f"**{ours.name}**", _time(ours), _memory(ours), "", _target(result))
    for peer in result.measured.peers:
        yield _cells("", peer.name, _time(peer), _memory(peer), _ratio(ours, peer), "")


def _figure_lines(result: Result, figures: Figures) -> Iterator[str]:
    what, target = result.row.what, _target(result)
    for line in figures.lines:
        yield _cells(what, line.name, line.text if isinstance(line, Figure) else f"not measured: {line.reason}", "", "", target)
        what = target = ""


def _cells(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _time(series: Series) -> str:
    if not series.samples:
        return f"not measured: {series.reason}"
    seconds = [sample.seconds for sample in series.samples]
    few = f", {len(seconds)} run{'' if len(seconds) == 1 else 's'}" if len(seconds) < 5 else ""
    return f"{_seconds(series.seconds)} ({_seconds(min(seconds))} to {_seconds(max(seconds))}{few})"


def _seconds(value: float) -> str:
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.2f} s"


def _memory(series: Series) -> str:
    return f"{series.peak / 1e6:.0f} MB" if series.samples else ""


def _ratio(ours: Series, peer: Series) -> str:
    if not ours.samples or not peer.samples:
        return ""
    ratio = faster(ours, peer)
    speed = f"{ratio:.1f}x faster" if ratio >= 1 else f"{1 / ratio:.1f}x slower"
    return f"{speed}, {ours.peak / peer.peak:.2f}x the memory"


def _aim(target: Target) -> str:
    aims = [f"{target.times:g}x faster"] if target.times else []
    aims += [f"under {_seconds(target.seconds)}"] if target.seconds else []
    aims += [f"at least {target.at_least:.0%}"] if target.at_least else []
    aims += [f"at most {target.at_most:.0%}"] if target.at_most else []
    return ", ".join([*aims, *(["less memory"] if target.less_memory else [])])


def _target(result: Result) -> str:
    aim = _aim(result.row.target)
    return f"{aim}: {_verdict(result)}" if aim else ""


def _verdict(result: Result) -> str:
    return "not measured" if result.met is None else "met" if result.met else "MISSED"
