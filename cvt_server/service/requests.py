"""What the two wires ask of the service, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass

from cvt_engine.finding import Finding
from cvt_server.model import Answer, ConsumerImpact, Ownership, Reason, SchemaVersion


@dataclass(frozen=True, slots=True)
class Register:
    """A description to store. `content` is JSON or YAML text, at most 15 MiB; `version` is empty or equal to info.version.

    `ownership` None keeps what is stored. `check` compares with the nearest lower version and tells the breaks; `refuse_breaking` then stores nothing.
    """

    schema_id: str
    content: str
    version: str = ""
    revision: str = ""
    ownership: Ownership | None = None
    check: bool = False
    refuse_breaking: bool = False


@dataclass(frozen=True, slots=True)
class Registered:
    """What registration did. `created` is false when the same content was there already; `compared_with` is None when nothing was compared."""

    schema: SchemaVersion
    created: bool
    findings: tuple[Finding, ...] = ()
    compared_with: SchemaVersion | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """Two stored versions and every finding between them, judged as the runner judges: `breaking` are those of severity error."""

    old: SchemaVersion
    new: SchemaVersion
    findings: tuple[Finding, ...]

    @property
    def breaking(self) -> tuple[Finding, ...]:
        """The findings that break the contract."""
        return tuple(finding for finding in self.findings if finding.severity == "error")


@dataclass(frozen=True, slots=True)
class DeployAnswer:
    """May `version` of the schema go to the environment? `findings` are the breaks that some registered consumer meets, each once; `impacts` is sorted."""

    answer: Answer
    summary: str
    reasons: tuple[Reason, ...] = ()
    schema: SchemaVersion | None = None
    compared_with: tuple[SchemaVersion, ...] = ()
    findings: tuple[Finding, ...] = ()
    impacts: tuple[ConsumerImpact, ...] = ()
