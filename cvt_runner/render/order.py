"""Which finding comes first, everywhere."""

from __future__ import annotations

from msgspec import Struct

from cvt_engine.finding import sort_key
from cvt_runner.model.report import Item, Report, SpecReport, State


class Entry(Struct, frozen=True):
    """An item together with the specification it belongs to."""

    spec: SpecReport
    item: Item


def entries(report: Report, *states: State) -> tuple[Entry, ...]:
    """All items in these states (all states when none is given), worst first: by severity, then by how many places are touched, then by name."""
    wanted = states or tuple(State)
    found = [Entry(spec, item) for spec in report.specs for item in spec.items if item.state in wanted]
    return tuple(sorted(found, key=_key))


def _key(entry: Entry) -> tuple[int, int, str, tuple[int, str, str, str, str]]:
    finding = entry.item.finding
    return (finding.severity.rank, -len(finding.places), entry.spec.path, sort_key(finding))
