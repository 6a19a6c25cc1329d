"""Hypothesis strategies for Reports made of any text at all, lone surrogates included."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from cvt_engine.finding import Excerpt, Finding, Place, Position, Severity, Witness
from cvt_runner.model.levels import Adjustment, Level
from cvt_runner.model.report import Base, Check, Item, Report, Run, SpecReport, SpecStatus, State
from cvt_runner.model.version import Bump, Step, VersionAdvice, advise
from cvt_runner.model.waiver import Waiver, WaiverUse
from tests.runner.render.sample import HOSTILE

_ANY = st.characters(codec=None, exclude_categories=())
TEXT = st.one_of(st.text(_ANY, max_size=12), st.sampled_from(("", HOSTILE, "`" * 5, "@all", "#1", "-->", "]]>", "\ud800", "http://a.b", "a/b.yaml")))
_LINES = st.integers(0, 50)
_POSITIONS = st.builds(Position, TEXT, _LINES, _LINES, _LINES, _LINES)
_EXCERPTS = st.builds(Excerpt, _POSITIONS, TEXT, st.lists(TEXT, max_size=3).map(tuple), _LINES, st.booleans())
_FINDINGS = st.builds(
    Finding,
    rule=TEXT,
    severity=st.sampled_from(Severity),
    message=TEXT,
    hint=TEXT,
    operation=TEXT,
    pointer=TEXT,
    subject=TEXT,
    before=st.none() | TEXT,
    after=st.none() | TEXT,
    base=st.none() | _EXCERPTS,
    revision=st.none() | _EXCERPTS,
    places=st.lists(st.builds(Place, TEXT, TEXT), max_size=4).map(tuple),
    witness=st.none() | st.builds(Witness, TEXT, TEXT, TEXT, TEXT, TEXT),
    wire_type=st.none() | TEXT,
    fingerprint=TEXT,
)
_USES = st.builds(WaiverUse, st.builds(Waiver, TEXT, TEXT, st.dates(date(2000, 1, 1)), fingerprint=TEXT, file=TEXT, line=_LINES), st.booleans())


def _item(finding: Finding, check: Check, state: State, use: WaiverUse) -> Item:
    return Item(finding, check, state, use if state is State.WAIVED else None)


_ITEMS = st.builds(_item, _FINDINGS, st.sampled_from(Check), st.sampled_from(State), _USES)
_ADJUSTMENTS = st.builds(Adjustment, TEXT, st.sampled_from(Severity), st.sampled_from(Level), TEXT, st.integers(0, 9), st.booleans())
_ADVICE = st.builds(VersionAdvice, st.sampled_from(Bump), st.sampled_from(Step), TEXT, TEXT, st.none() | st.booleans(), TEXT, st.booleans()) | st.builds(
    advise, TEXT, TEXT, st.sampled_from(Bump)
)
_SPECS = st.builds(
    SpecReport,
    path=TEXT,
    status=st.sampled_from(SpecStatus),
    items=st.lists(_ITEMS, max_size=3).map(tuple),
    base_path=TEXT,
    api=TEXT,
    title=TEXT,
    version=TEXT,
    base_version=TEXT,
    inconclusive=TEXT,
    notes=st.lists(TEXT, max_size=2).map(tuple),
    changes=st.lists(_FINDINGS, max_size=2).map(tuple),
    adjusted=st.lists(_ADJUSTMENTS, max_size=2).map(tuple),
    version_advice=st.none() | _ADVICE,
)
REPORTS = st.builds(
    Report,
    run=st.builds(Run, TEXT, TEXT, TEXT, TEXT, TEXT, st.none() | st.integers(1, 99), TEXT, TEXT, st.integers(0, 9999), TEXT),
    base=st.builds(Base, TEXT, TEXT, st.lists(TEXT, max_size=2).map(tuple)),
    specs=st.lists(_SPECS, max_size=3).map(tuple),
    fail_on=st.sampled_from((Severity.ERROR, Severity.WARNING)),
    neutral_inconclusive=st.booleans(),
    inconclusive=TEXT,
    discovered=TEXT,
    reproduce=TEXT,
    notes=st.lists(TEXT, max_size=2).map(tuple),
)
