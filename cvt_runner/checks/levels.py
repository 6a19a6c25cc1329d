"""Applying the user's severities to findings. What counts less than its rule says is counted and reported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from cvt_engine.facade import rule
from cvt_engine.finding import Finding, Severity
from cvt_runner.model.globs import is_glob, matches
from cvt_runner.model.levels import Adjustment, Level, Setting
from cvt_runner.model.report import Check, Item, SpecReport


class Levels(Struct, frozen=True):
    """The settings of a run, of which the last that matches counts; `added` are those that the checked change brings itself."""

    settings: tuple[Setting, ...] = ()
    added: frozenset[Setting] = frozenset()

    @property
    def names_silent(self) -> bool:
        """Whether a rule that is told in a changelog only is named: it is then reported like any other."""
        return any(not is_glob(setting.pattern) and rule(setting.pattern).silent for setting in self.settings)

    def of(self, rule_id: str, *, patterns: bool = True) -> Setting | None:
        """The setting that counts for a rule; without `patterns`, only one that names it."""
        for setting in reversed(self.settings):
            if setting.pattern == rule_id or (patterns and is_glob(setting.pattern) and matches(rule_id, setting.pattern)):
                return setting
        return None


class Adjusted(Struct, frozen=True):
    """Items with the severities that the user wants, and what was changed for it."""

    items: tuple[Item, ...]
    adjusted: tuple[Adjustment, ...] = ()


def level_set(head: tuple[Setting, ...], base: tuple[Setting, ...], *, file: str) -> Levels:
    """Mark the settings that the head's configuration `file` has and the base's has not, wherever they stand in it."""
    known = {(setting.pattern, setting.level) for setting in base}
    return Levels(head, frozenset(s for s in head if file and s.place.startswith(f"{file}:") and (s.pattern, s.level) not in known))


def adjust(items: tuple[Item, ...], levels: Levels) -> Adjusted:
    """Give every item its severity and leave out what is off. Adjusting twice changes nothing more."""
    if not levels.settings:
        return Adjusted(items)
    known: dict[str, Setting | None] = {}
    kept: list[Item] = []
    changed: Counter[tuple[str, Severity, Setting]] = Counter()
    for item in items:
        finding = item.finding
        if finding.rule not in known:
            known[finding.rule] = levels.of(finding.rule)
        setting = known[finding.rule]
        if setting is not None and setting.level.value != finding.severity.value:
            changed[finding.rule, finding.severity, setting] += 1
            if setting.level is Level.OFF:
                continue
            item = replace(item, finding=replace(finding, severity=Severity(setting.level.value)))
        kept.append(item)
    return Adjusted(tuple(sorted(kept, key=lambda item: item.finding.severity.rank)), _adjustments(changed, levels))


def _adjustments(changed: Counter[tuple[str, Severity, Setting]], levels: Levels) -> tuple[Adjustment, ...]:
    return tuple(
        Adjustment(name, was, setting.level, setting.place, count, added_here=setting in levels.added) for (name, was, setting), count in changed.items()
    )


def apart(found: Iterable[Finding], levels: Levels) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Compatible changes, and what is reported: a compatible change only where its rule is named, because a pattern is not meant for it."""
    quiet: list[Finding] = []
    loud: list[Finding] = []
    for finding in found:
        silent = rule(finding.rule).silent and not levels.of(finding.rule, patterns=False)
        (quiet if silent else loud).append(finding)
    return tuple(quiet), tuple(loud)


def adjust_waivers(specs: tuple[SpecReport, ...], levels: Levels) -> tuple[SpecReport, ...]:
    """Adjust the findings about waivers, which are made after all others."""
    return tuple(_adjust_waivers(spec, levels) for spec in specs) if levels.settings else specs


def _adjust_waivers(spec: SpecReport, levels: Levels) -> SpecReport:
    own = tuple(item for item in spec.items if item.check is Check.WAIVERS)
    if not own:
        return spec
    done = adjust(own, levels)
    others = tuple(item for item in spec.items if item.check is not Check.WAIVERS)
    return replace(spec, items=(*others, *done.items), adjusted=(*spec.adjusted, *done.adjusted))
