"""Fresh processes, timed and weighed. Programs of one case take turns, so that a busy machine slows all of them alike."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

TIMEOUT_S: Final = 300
SLOW_RUNS: Final = 3
KIB: Final = 1024


class Missing(Exception):
    """Something needed for a measurement cannot be had; the message says why."""


def nothing() -> None:
    """For programs that leave nothing behind."""


@dataclass(frozen=True, slots=True)
class Program:
    """One command. `codes` are the exit codes of a run that did its work; `before` runs outside the measured time.

    `said` picks the line of the output that shows the work: `first`, `last` or "". `most_runs` spares the patience of who waits for slow ones.
    """

    name: str
    argv: tuple[str, ...]
    codes: tuple[int, ...] = (0,)
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: Path | None = None
    before: Callable[[], None] = nothing
    said: str = ""
    most_runs: int = 1_000


@dataclass(frozen=True, slots=True)
class Absent:
    """A peer that cannot be measured here, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Case:
    """Our program and the peers that do the same work."""

    ours: Program
    peers: tuple[Program | Absent, ...] = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """One run: wall clock in seconds, and the largest resident memory of the process or a child of it in bytes."""

    seconds: float
    peak: int


@dataclass(frozen=True, slots=True)
class Series:
    """The runs of one program. `reason` says why there are none; `said` is the line it printed about its work."""

    name: str
    samples: tuple[Sample, ...] = ()
    reason: str = ""
    said: str = ""

    @property
    def seconds(self) -> float:
        """Median wall clock."""
        return statistics.median(sample.seconds for sample in self.samples)

    @property
    def peak(self) -> float:
        """Median peak memory in bytes."""
        return statistics.median(sample.peak for sample in self.samples)


@dataclass(frozen=True, slots=True)
class Measured:
    """All series of one case, ours first, and the machine's load before and after."""

    ours: Series
    peers: tuple[Series, ...]
    load: tuple[float, float]


def faster(ours: Series, peer: Series) -> float:
    """How many times as long the peer takes: the median over the rounds, each round comparing two runs that followed each other."""
    return statistics.median(theirs.seconds / mine.seconds for mine, theirs in zip(ours.samples, peer.samples, strict=False))


def measure(case: Case, *, runs: int, tell: Callable[[str], None]) -> Measured:
    """Run everything `runs` times in turns, after one run of ours that does not count: compiling modules is a part of installing them.

    A program that fails is left out from then on, with its reason.
    """
    programs = [case.ours, *(peer for peer in case.peers if isinstance(peer, Program))]
    samples: dict[str, list[Sample]] = {program.name: [] for program in programs}
    broken: dict[str, str] = {}
    said: dict[str, str] = {}
    load = os.getloadavg()[0]
    with contextlib.suppress(Missing):  # the first run that counts says so too
        once(case.ours)
    for number in range(runs):
        for program in programs:
            if program.name in broken or number >= program.most_runs:
                continue
            try:
                sample, said[program.name] = once(program)
            except Missing as problem:
                broken[program.name] = str(problem)
                tell(f"{program.name}: {problem}")
            else:
                samples[program.name].append(sample)
                tell(f"{program.name}: {sample.seconds:.3f} s, {sample.peak / 1e6:.0f} MB")

    def series(program: Program | Absent) -> Series:
        if isinstance(program, Absent):
            return Series(program.name, reason=program.reason)
        if program.name in broken:
            return Series(program.name, reason=broken[program.name])
        return Series(program.name, tuple(samples[program.name]), said=said.get(program.name, ""))

    return Measured(series(case.ours), tuple(series(peer) for peer in case.peers), (load, os.getloadavg()[0]))


def once(program: Program) -> tuple[Sample, str]:
    """One run with an empty home and cache folder of its own. Raises Missing for an unexpected exit code or a run that takes too long."""
    program.before()
    with tempfile.TemporaryDirectory(prefix="cvt-bench-") as folder:
        home = Path(folder)
        output = home / "output"
        env = {**_environment(), "HOME": folder, "XDG_CACHE_HOME": str(home / "cache"), **program.env}
        with output.open("wb") as sink:
            started = time.perf_counter()
            child = subprocess.Popen(
                program.argv, cwd=program.cwd or home, env=env, stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.STDOUT, start_new_session=True
            )
            code, peak = _wait(child)
            seconds = time.perf_counter() - started
        text = output.read_bytes()
    if code not in program.codes:
        raise Missing(_failure(code, text))
    return Sample(seconds, peak), _line(text, program.said)


def _wait(child: subprocess.Popen[bytes]) -> tuple[int, int]:
    """Exit code and peak memory; a child that takes too long is ended, with its own children."""

    def end(_number: int, _frame: object) -> None:
        os.killpg(child.pid, signal.SIGKILL)

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(TIMEOUT_S)
    try:
        _, status, usage = os.wait4(child.pid, 0)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    child.returncode = os.waitstatus_to_exitcode(status)
    return child.returncode, usage.ru_maxrss * KIB


def _environment() -> dict[str, str]:
    """What every program gets: the path and the language, nothing of a CI run and no settings of ours."""
    return {name: value for name, value in os.environ.items() if name in {"PATH", "LANG", "LC_ALL", "TMPDIR", "JAVA_HOME", "GOROOT"}}


def _failure(code: int, text: bytes) -> str:
    if code == -signal.SIGKILL:
        return f"ended after {TIMEOUT_S} s, or for lack of memory"
    lines = text.decode("utf-8", "replace").strip().splitlines()
    return f"exit code {code}: {lines[-1][:200] if lines else 'no output'}"


def _line(text: bytes, which: str) -> str:
    lines = [line.strip() for line in text.decode("utf-8", "replace").splitlines() if line.strip()]
    line = lines[{"first": 0, "last": -1}[which]] if which and lines else ""
    return re.sub(r"/\S*/", "", line)[:120]
