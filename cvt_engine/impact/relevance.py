"""Findings by the operations and response fields they speak of, and whom they concern."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from cvt_engine.errors import UnknownRule
from cvt_engine.finding import Finding, Place
from cvt_engine.impact.fields import Path, path_of
from cvt_engine.impact.model import Met, Reason
from cvt_engine.impact.usages import CompiledUsages, Used, key_of
from cvt_engine.rules import rule

_MEMBERS: Final = frozenset({"property", "required"})
"""Aspects whose subject is the name of a property of the object at the place."""


class Touch(NamedTuple):
    """What a finding says of one operation. `fields` None: it concerns whoever calls it; else whoever reads one of them."""

    finding: int
    fields: tuple[Path, ...] | None


class Relevance:
    """A set of findings, ready to be held against any number of consumers."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        self._everywhere: list[int] = []
        self._by_operation: dict[str, list[Touch]] = {}
        self._by_method: dict[str, dict[int, None]] = {}
        self._known: dict[CompiledUsages, tuple[Met, ...]] = {}
        for index, finding in enumerate(self.findings):
            self._add(index, finding)

    def _add(self, index: int, finding: Finding) -> None:
        touched: dict[str, dict[Path, None] | None] = {}
        for place in finding.places or (Place(finding.operation),):
            if not _called(place.operation):
                self._everywhere.append(index)
                return
            key, path = key_of(place.operation), _read_at(finding, place.part)
            known = touched.setdefault(key, {})
            if path is None:
                touched[key] = None
            elif known is not None:
                known[path] = None
        for key, paths in touched.items():
            self._by_operation.setdefault(key, []).append(Touch(index, None if paths is None else tuple(paths)))
            self._by_method.setdefault(key.partition(" ")[0], {})[index] = None

    def met(self, usages: CompiledUsages) -> tuple[Met, ...]:
        """The findings that concern whoever has these usages, in the order of the findings."""
        found = self._known.get(usages)
        if found is None:
            found = self._known[usages] = self._met(usages)
        return found

    def _met(self, usages: CompiledUsages) -> tuple[Met, ...]:
        reasons: dict[int, Met] = {index: Met(self.findings[index], Reason.DOCUMENT) for index in self._everywhere}
        if not usages.known:
            return tuple(reasons.get(index) or Met(finding, Reason.UNKNOWN) for index, finding in enumerate(self.findings))
        for key, ones in usages.operations.items():
            if (touches := self._by_operation.get(key)) is not None:
                for touch in touches:
                    if touch.finding not in reasons and (met := self._touched(touch, ones)) is not None:
                        reasons[touch.finding] = met
        for method, usage in usages.unmatched.items():
            for index in self._by_method.get(method, {}) if method else range(len(self.findings)):
                reasons.setdefault(index, Met(self.findings[index], Reason.UNMATCHED, usage))
        return tuple(reasons[index] for index in sorted(reasons)) if reasons else ()

    def _touched(self, touch: Touch, ones: tuple[Used, ...]) -> Met | None:
        finding = self.findings[touch.finding]
        for used in ones:
            if touch.fields is None or used.fields is None:
                return Met(finding, Reason.ENDPOINT, used.usage)
            for path in touch.fields:
                if used.fields.touch(path):
                    return Met(finding, Reason.FIELD, used.usage)
        return None

    def concerns(self, index: int) -> list[str]:
        """The operations, or fields of operations, that a finding speaks of, in words."""
        found = []
        for place in dict.fromkeys(self.findings[index].places):
            path = _read_at(self.findings[index], place.part)
            found.append(f"{'.'.join(path)} of {place.operation}" if path else place.operation)
        return list(dict.fromkeys(found)) or [self.findings[index].operation]


def _called(operation: str) -> bool:
    """Is it an operation that a consumer calls? Webhooks are calls of the API, and no usage says who is called."""
    return bool(operation) and not operation.startswith("webhook ")


def _read_at(finding: Finding, part: str) -> Path | None:
    """The response property that a finding speaks of at a place; None where it is about the call as a whole.

    A property that is new concerns whoever reads the object it came into: nobody can have read it before, and strict readers refuse it.
    """
    where = part.split(" > ", 2)
    if len(where) < 2 or not where[0].startswith("response ") or where[1].startswith("header "):
        return None
    path = path_of(where[2]) if len(where) > 2 else ()
    aspect, act = _row(finding)
    if aspect in _MEMBERS and act != "added" and "{" not in part:
        path = (*path, *path_of(finding.subject))
    return path or None


def _row(finding: Finding) -> tuple[str, str]:
    try:
        on = rule(finding.rule).on
    except UnknownRule:
        return "", ""
    return (on[0], on[1]) if on else ("", "")
