"""Applying waivers: which findings they cover, which have run out, and which cover nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from cvt_engine.facade import rule
from cvt_engine.finding import Excerpt, Finding, Position, Severity, fingerprint
from cvt_runner.model.globs import matches
from cvt_runner.model.report import Check, Item, SpecReport, SpecStatus, State
from cvt_runner.model.waiver import Waiver, WaiverUse

EXPIRED: Final = "waiver-expired"
UNUSED: Final = "waiver-unused"
_UNREAD: Final = "the document cannot be read, which is waived: what it changes is not known"


class WaiverSet(Struct, frozen=True):
    """The waivers of a run; `added` are those that the head has and the base has not."""

    waivers: tuple[Waiver, ...] = ()
    added: frozenset[Waiver] = frozenset()


def waiver_set(head: tuple[Waiver, ...], base: tuple[Waiver, ...]) -> WaiverSet:
    """Mark the waivers that the head adds; moving an entry to another line or file adds nothing."""
    known = {_identity(waiver) for waiver in base}
    return WaiverSet(head, frozenset(waiver for waiver in head if _identity(waiver) not in known))


def apply_waivers(specs: tuple[SpecReport, ...], waivers: WaiverSet, *, today: date) -> tuple[SpecReport, ...]:
    """Waive what is covered on `today` and add a finding for each waiver that has run out or covers nothing.

    Such findings stand with the specification whose finding the waiver covered, else with the first one that was checked.
    """
    if not waivers.waivers or not specs:
        return specs
    matched: dict[Waiver, str] = {}
    done = tuple(_apply(spec, waivers, matched, today=today) for spec in specs)
    extra = [(place, item) for waiver in waivers.waivers for place, item in _complaints(waiver, waivers, matched, specs=done, today=today)]
    return tuple(replace(spec, items=(*spec.items, *(item for place, item in extra if place == spec.path))) for spec in done)


def covers(waiver: Waiver, finding: Finding, *, spec: SpecReport) -> bool:
    """Whether a waiver is about a finding: by fingerprint, or by every pattern that it has; in both cases only in its own specification."""
    if waiver.fingerprint:
        return waiver.fingerprint == finding.fingerprint and _about(waiver, spec)
    operations = {place.operation for place in finding.places} or {finding.operation}
    return (
        _match(waiver.rule, (finding.rule,))
        # A shared cause is waived only where the waiver covers every operation it shows up in.
        and all(_match(waiver.operation, (operation,)) for operation in operations)
        and _match(waiver.pointer, (finding.pointer,))
        and _about(waiver, spec)
    )


def _about(waiver: Waiver, spec: SpecReport) -> bool:
    return _match(waiver.spec, {spec.path, spec.base_path, spec.api} - {""})


def _match(pattern: str, texts: Iterable[str]) -> bool:
    return not pattern or any(matches(text, pattern) for text in texts)


def _identity(waiver: Waiver) -> Waiver:
    return replace(waiver, line=0, file="")


def _apply(spec: SpecReport, waivers: WaiverSet, matched: dict[Waiver, str], *, today: date) -> SpecReport:
    items = tuple(_waive(item, spec, waivers, matched, today=today) for item in spec.items)
    unread = not spec.readable and any(item.state is State.WAIVED for item in items)
    return replace(spec, items=items, inconclusive=_UNREAD if unread else spec.inconclusive)


def _waive(item: Item, spec: SpecReport, waivers: WaiverSet, matched: dict[Waiver, str], *, today: date) -> Item:
    if item.state is not State.NEW:
        return item
    found = [waiver for waiver in waivers.waivers if covers(waiver, item.finding, spec=spec)]
    for waiver in found:
        matched.setdefault(waiver, spec.path)
    valid = next((waiver for waiver in found if today <= waiver.until), None)
    if valid is None:
        return item
    return replace(item, state=State.WAIVED, waiver=WaiverUse(valid, added_here=valid in waivers.added))


def _complaints(waiver: Waiver, waivers: WaiverSet, matched: dict[Waiver, str], *, specs: tuple[SpecReport, ...], today: date) -> list[tuple[str, Item]]:
    place = matched.get(waiver, "")
    if today > waiver.until:
        where = place or _first_checked(specs, waiver)
        return [(where, _item(EXPIRED, waiver, until=waiver.until.isoformat()))] if where else []
    where = "" if place else _first_checked(specs, waiver)
    if not where:
        return []
    item = _item(UNUSED, waiver)
    # A waiver that this very change adds and that covers nothing is most likely a slip; an old one has done its work.
    severity = Severity.WARNING if waiver in waivers.added else item.finding.severity
    return [(where, replace(item, finding=replace(item.finding, severity=severity)))]


def _first_checked(specs: tuple[SpecReport, ...], waiver: Waiver) -> str:
    """A specification that the waiver could be about and that was really checked; an unchanged one says nothing about its use."""
    for spec in specs:
        if spec.status is not SpecStatus.UNCHANGED and _about(waiver, spec):
            return spec.path
    return ""


def _item(rule_id: str, waiver: Waiver, **values: str) -> Item:
    row = rule(rule_id)
    target = waiver.fingerprint or " ".join(f"{key}={getattr(waiver, key)}" for key in ("rule", "operation", "pointer", "spec") if getattr(waiver, key))
    finding = Finding(
        rule=row.id,
        severity=row.severity,
        message=row.message.format(target=target, owner=waiver.owner, **values),
        hint=row.hint,
        subject=target,
        revision=Excerpt(Position(waiver.file, waiver.line, 1, waiver.line, 2), ""),
        fingerprint=fingerprint(row.id, "", "", target),
    )
    return Item(finding, Check.WAIVERS)
