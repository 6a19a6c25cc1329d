"""How severe the user wants rules to be, and what became of the findings."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from cvt_engine.finding import Severity


class Level(StrEnum):
    """A severity, or `off`: the rule reports nothing."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    OFF = "off"


class Setting(Struct, frozen=True):
    """One wish: `pattern` is a rule id or a glob of rule ids, `place` says where it was written (`cvt.yaml:4`, `--severity`)."""

    pattern: str
    level: Level
    place: str


class Adjustment(Struct, frozen=True):
    """What one setting did to the findings of one rule: `count` of them had the severity `was`.

    `added_here` is true when the change that is checked brings the setting itself.
    """

    rule: str
    was: Severity
    level: Level
    place: str
    count: int = 1
    added_here: bool = False

    @property
    def eased(self) -> bool:
        """True when the findings count less than the rule says, or not at all."""
        return self.level is Level.OFF or Severity(self.level.value).rank > self.was.rank
