"""The Report: everything a run found out, as values. Renderers turn it into text, publishers carry the text, the exit code is read from it."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct, field
from msgspec.structs import replace

from cvt_engine.finding import Finding, Severity
from cvt_runner.model.levels import Adjustment
from cvt_runner.model.version import VersionAdvice
from cvt_runner.model.waiver import WaiverUse


class Verdict(StrEnum):
    """The answer of a run. `nothing` means that there was no specification to check."""

    OK = "ok"
    BROKEN = "broken"
    INCONCLUSIVE = "inconclusive"
    NOTHING = "nothing"


class SpecStatus(StrEnum):
    """What the pull request does to one specification."""

    NEW = "new"
    DELETED = "deleted"
    RENAMED = "renamed"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


class State(StrEnum):
    """`new` counts towards the verdict; `waived` and `existing` (already in the base) are shown or counted, never decisive."""

    NEW = "new"
    WAIVED = "waived"
    EXISTING = "existing"


class Check(StrEnum):
    """Which check produced a finding."""

    LINT = "lint"
    DIFF = "diff"
    WAIVERS = "waivers"
    POLICY = "policy"
    TEST = "test"


class Item(Struct, frozen=True):
    """A finding in the context of this run. `waiver` is set exactly when `state` is `waived`.

    `consumers` are the registered consumers that meet it, such as `checkout-web (prod)`, the first by name first.
    """

    finding: Finding
    check: Check
    state: State = State.NEW
    waiver: WaiverUse | None = None
    consumers: tuple[str, ...] = ()


class SpecReport(Struct, frozen=True):
    """The result for one specification.

    `path` is the head path (the base path if deleted), `base_path` differs only if renamed. `inconclusive` says why no verdict could
    be reached for this specification, "" if one was. `title` and `version` are info.title and info.version of the head: untrusted.
    `readable` is false when the head's document could not be read, so that nothing was compared.
    `changes` are compatible changes, gathered only for a changelog; they are no items. `adjusted` says what the user's severities did.
    """

    path: str
    status: SpecStatus
    items: tuple[Item, ...] = ()
    base_path: str = ""
    api: str = ""
    title: str = ""
    version: str = ""
    base_version: str = ""
    inconclusive: str = ""
    notes: tuple[str, ...] = ()
    readable: bool = True
    changes: tuple[Finding, ...] = ()
    adjusted: tuple[Adjustment, ...] = ()
    version_advice: VersionAdvice | None = None


class Base(Struct, frozen=True):
    """The base that was compared with. `sha` is "" when none was found; `because` is the sentence printed as `base = <sha> because ...`;
    `ladder` holds every rung that was tried and why it did or did not hold."""

    sha: str = ""
    because: str = ""
    ladder: tuple[str, ...] = ()


class Run(Struct, frozen=True):
    """Where and for what this run happened. Times are ISO 8601 UTC; `duration_ms` is wall clock of the checks."""

    tool_version: str = ""
    platform: str = "local"
    event: str = ""
    repository: str = ""
    head_sha: str = ""
    pull_request: int | None = None
    run_url: str = ""
    started: str = ""
    duration_ms: int = 0
    group: str = ""


class Report(Struct, frozen=True):
    """One run's complete result. `discovered` says how the specifications were found; `reproduce` is the exact local command."""

    run: Run
    base: Base
    specs: tuple[SpecReport, ...] = ()
    fail_on: Severity = Severity.ERROR
    neutral_inconclusive: bool = False
    inconclusive: str = ""
    discovered: str = ""
    reproduce: str = ""
    notes: tuple[str, ...] = field(default_factory=tuple)

    @property
    def items(self) -> tuple[Item, ...]:
        """All items of all specifications, in report order."""
        return tuple(item for spec in self.specs for item in spec.items)

    @property
    def adjusted(self) -> tuple[Adjustment, ...]:
        """What the user's severities did in all specifications together, in report order."""
        total: dict[Adjustment, int] = {}
        for one in (one for spec in self.specs for one in spec.adjusted):
            key = replace(one, count=0)
            total[key] = total.get(key, 0) + one.count
        return tuple(replace(key, count=count) for key, count in total.items())

    def count(self, severity: Severity, state: State = State.NEW) -> int:
        """How many findings have this severity and state."""
        return sum(1 for item in self.items if item.finding.severity is severity and item.state is state)

    @property
    def verdict(self) -> Verdict:
        """Broken wins over inconclusive, inconclusive over ok; without any specification there is nothing to judge."""
        limit = self.fail_on.rank
        if any(item.state is State.NEW and item.finding.severity.rank <= limit for item in self.items):
            return Verdict.BROKEN
        if self.inconclusive or any(spec.inconclusive for spec in self.specs):
            return Verdict.INCONCLUSIVE
        return Verdict.OK if self.specs else Verdict.NOTHING

    @property
    def exit_code(self) -> int:
        """0 ok, 1 broken, 3 inconclusive (0 where the user chose `on-inconclusive: neutral`)."""
        if self.verdict is Verdict.BROKEN:
            return 1
        if self.verdict is Verdict.INCONCLUSIVE:
            return 0 if self.neutral_inconclusive else 3
        return 0
