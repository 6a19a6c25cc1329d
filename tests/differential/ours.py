"""Our own verdicts on two descriptions, and what is needed to check them: the findings, and both loaded sides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from cvt_engine.errors import EngineError, SourceMissing
from cvt_engine.facade import CompareOptions, Spec, compare, load_spec
from cvt_engine.finding import Finding, Severity


@dataclass(frozen=True)
class Compared:
    """Two descriptions and everything that CVT says about them, compatible changes included."""

    base: Spec
    revision: Spec
    today: str

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, worst first."""
        return compare(self.base, self.revision, CompareOptions(today=self.today, everything=True))

    @property
    def errors(self) -> list[Finding]:
        """What makes the change breaking."""
        return [finding for finding in self.findings if finding.severity is Severity.ERROR]


def read(uri: str) -> bytes:
    """Read a file for the loader."""
    try:
        return Path(uri).read_bytes()
    except OSError as problem:
        raise SourceMissing(str(problem)) from problem


def compared(base: Path, revision: Path) -> Compared | None:
    """Both sides loaded; None where one of them is not a description that can be read."""
    try:
        return Compared(load_spec(read, str(base)), load_spec(read, str(revision)), datetime.now(UTC).date().isoformat())
    except EngineError:
        return None
