"""Release notes as values: every change of a description, breaking or not, in sections and by operation."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from msgspec import Struct

from cvt_engine.facade import RULES, Rule
from cvt_engine.finding import Finding, Severity, sort_key
from cvt_runner.model.report import Check, Report, SpecReport
from cvt_runner.model.version import Bump
from cvt_runner.render import wording
from cvt_runner.render.escape import brief

_RULES: Final[dict[str, Rule]] = {row.id: row for row in RULES}
_PARTS: Final = frozenset(
    (
        *("alternative", "body", "callback", "discriminator-value", "enum-value", "header", "media-type", "operation"),
        *("parameter", "property", "response", "security-scheme", "server", "tag", "webhook"),
    )
)
_IN_HEADING: Final = "version-changed"


class Section(StrEnum):
    """The sections, in the order in which they are read."""

    BREAKING = "breaking"
    ATTENTION = "attention"
    DEPRECATED = "deprecated"
    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    PROBLEMS = "problems"

    @property
    def heading(self) -> str:
        """The heading."""
        return _TITLES[self][0]

    def counted(self, count: int) -> str:
        """A number of changes in words."""
        return wording.plural(count, *_TITLES[self][1:])


_TITLES: Final[dict[Section, tuple[str, str, str]]] = {
    Section.BREAKING: ("Breaking changes", "breaking change", ""),
    Section.ATTENTION: ("Needs attention", "change that needs attention", "changes that need attention"),
    Section.DEPRECATED: ("Deprecated", "deprecation", ""),
    Section.ADDED: ("Added", "addition", ""),
    Section.CHANGED: ("Changed", "other change", ""),
    Section.REMOVED: ("Removed", "harmless removal", ""),
    Section.PROBLEMS: ("Problems of the document", "problem of the document", "problems of the document"),
}


class Entry(Struct, frozen=True):
    """One change. `why` says what it means for clients, only where the section has not said it yet; `also` names the other operations."""

    finding: Finding
    text: str
    why: str = ""
    also: tuple[str, ...] = ()
    more: str = ""


class Group(Struct, frozen=True):
    """The changes of one operation, "" for the API as a whole."""

    operation: str
    entries: tuple[Entry, ...]


class Chapter(Struct, frozen=True):
    """One section with its groups, ordered by path."""

    section: Section
    groups: tuple[Group, ...]

    @property
    def count(self) -> int:
        """How many changes it holds."""
        return sum(len(group.entries) for group in self.groups)


def chapters(spec: SpecReport) -> tuple[Chapter, ...]:
    """All changes of one specification; sections without any are left out."""
    found: dict[Section, list[Finding]] = {section: [] for section in Section}
    for item in spec.items:
        found[_section(item.finding) if item.check is Check.DIFF else Section.PROBLEMS].append(item.finding)
    for change in spec.changes:
        if change.rule != _IN_HEADING:
            found[_section(change)].append(change)
    return tuple(Chapter(section, tuple(_groups(section, findings))) for section, findings in found.items() if findings)


def _section(finding: Finding) -> Section:
    match finding.severity:
        case Severity.ERROR:
            return Section.BREAKING
        case Severity.WARNING:
            return Section.ATTENTION
        case Severity.INFO:
            return _harmless(_RULES.get(finding.rule))


def _harmless(row: Rule | None) -> Section:
    aspect, act, _ = row.on if row is not None and row.on else ("", "", "")
    if aspect.endswith("deprecated") and act == "added":
        return Section.DEPRECATED
    if aspect in _PARTS and act in ("added", "removed"):
        return Section(act)
    return Section.CHANGED


def _groups(section: Section, findings: list[Finding]) -> Iterator[Group]:
    groups: dict[str, list[Entry]] = {}
    told: set[str] = set()
    for finding in sorted(findings, key=_order):
        explained = section in (Section.BREAKING, Section.ATTENTION) and finding.rule not in told
        told.add(finding.rule)
        groups.setdefault(brief(finding.operation, 200), []).append(_entry(finding, explained=explained))
    return (Group(operation, tuple(entries)) for operation, entries in groups.items())


def _order(finding: Finding) -> tuple[str, str, tuple[int, str, str, str, str]]:
    method, _, path = finding.operation.partition(" ")
    return (path, method, sort_key(finding))


def _entry(finding: Finding, *, explained: bool) -> Entry:
    row = _RULES.get(finding.rule)
    also, more = wording.others(finding)
    text = wording.remark(finding)
    return Entry(finding, text if text.endswith((".", "!", "?")) else f"{text}.", row.why if row and explained else "", also, more)


def names_operation(entry: Entry) -> bool:
    """Whether the message itself starts with the operation, so that `GET /a` and the text make one sentence."""
    return bool(entry.finding.operation) and wording.message(entry.finding).startswith(f"{wording.operation(entry.finding)} ")


def heading(spec: SpecReport) -> tuple[str, str]:
    """Title (the path where there is none) and `1.4.0 → 1.5.0`."""
    versions = " → ".join(dict.fromkeys(brief(version, 60) for version in (spec.base_version, spec.version) if version))
    return brief(spec.title, 120) or brief(spec.path, 120), versions


def summary(spec: SpecReport, found: tuple[Chapter, ...]) -> str:
    """Counts in words as one sentence."""
    if spec.inconclusive:
        return f"The changes cannot be told: {brief(spec.inconclusive, wording.MAX_TEXT)}."
    return ", ".join(chapter.section.counted(chapter.count) for chapter in found) + "." if found else "Nothing changed for clients."


def advice(spec: SpecReport) -> str:
    """What the version should say, as one sentence, or ""."""
    said = spec.version_advice
    if said is None or said.required is Bump.NONE:
        return ""
    text = brief(said.sentence, wording.MAX_TEXT)
    return f"{text[:1].upper()}{text[1:]}."


def remarks(report: Report) -> tuple[str, ...]:
    """What the reader has to know about how this was judged."""
    return (*wording.notes(report), *(note for spec in report.specs for note in (brief(text, wording.MAX_TEXT) for text in spec.notes)))
