"""Which setting counts for a rule, and what is said about it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from cvt_engine.document import Document
from cvt_engine.facade import parse_document
from cvt_engine.finding import Finding, Severity
from cvt_runner.checks.levels import Levels, adjust, apart, level_set
from cvt_runner.config.levels import rules_from, rules_of
from cvt_runner.errors import UsageError
from cvt_runner.model.levels import Adjustment, Level, Setting
from cvt_runner.model.report import Check, Item

REMOVED = Item(Finding("operation-removed", Severity.ERROR, "gone"), Check.DIFF)


def _levels(text: str, *flags: str) -> Levels:
    document = parse_document(text.encode(), "cvt.yaml")
    return Levels((*rules_of(document.tree["rules"], document), *rules_from(flags, "--severity")))


@pytest.mark.parametrize(
    ("text", "flags", "level"),
    [
        ("rules: {}", (), None),
        ("rules: {operation-removed: warning}", (), "warning"),
        ("rules: {operation-removed: warning, operation-*: off}", (), "warning"),
        ("rules: {'*': off, operation-*: info}", (), "info"),
        ("rules: {operation-*: info, '*': off}", (), "off"),
        ("rules: {operation-removed: warning}", ("operation-*=off",), "off"),
        ("rules: {operation-removed: warning}", ("operation-removed=error", "*=off"), "error"),
        ("rules: {'response-*': off}", (), None),
    ],
)
def test_an_id_wins_over_a_pattern_and_the_command_line_over_the_file(text: str, flags: tuple[str, ...], level: str | None) -> None:
    found = _levels(text, *flags).of("operation-removed")
    assert (found.level.value if found else None) == level


def test_adjusting_counts_and_is_done_once() -> None:
    levels = _levels("rules:\n  operation-removed: warning\n  waiver-unused: off\n")
    items = (REMOVED, REMOVED, replace(REMOVED, finding=replace(REMOVED.finding, rule="waiver-unused", severity=Severity.INFO)))
    done = adjust(items, levels)
    assert [item.finding.severity for item in done.items] == [Severity.WARNING, Severity.WARNING]
    assert done.adjusted == (
        Adjustment("operation-removed", Severity.ERROR, Level.WARNING, "cvt.yaml:2", 2),
        Adjustment("waiver-unused", Severity.INFO, Level.OFF, "cvt.yaml:3", 1),
    )
    assert adjust(done.items, levels) == replace(done, adjusted=())
    assert [one.eased for one in done.adjusted] == [True, True]
    assert not Adjustment("x", Severity.WARNING, Level.ERROR, "").eased


def test_a_compatible_change_is_only_reported_where_its_rule_is_named() -> None:
    added = Finding("operation-added", Severity.INFO, "new")
    assert apart((added, REMOVED.finding), _levels("rules: {'*': warning}")) == ((added,), (REMOVED.finding,))
    assert apart((added,), _levels("rules: {operation-added: warning}")) == ((), (added,))
    assert [_levels(f"rules: {{{rule}: warning}}").names_silent for rule in ("operation-*", "operation-removed", "operation-added")] == [False, False, True]


def test_settings_of_the_change_itself_are_marked() -> None:
    kept, own, said = Setting("a", Level.OFF, "cvt.yaml:9"), Setting("b", Level.OFF, "cvt.yaml:3"), Setting("c", Level.OFF, "--severity")
    base = (Setting("a", Level.OFF, "cvt.yaml:2"), Setting("b", Level.INFO, "cvt.yaml:3"))
    assert level_set((kept, own, said), base, file="cvt.yaml").added == {own}
    assert level_set((kept, own, said), (), file="").added == set()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rules:\n  operation-remved: off\n", ("cvt.yaml:2", "operation-remved", "did you mean 'operation-removed'?")),
        ("rules:\n  operation-removed: eror\n", ("cvt.yaml:2", "'eror'", "did you mean 'error'?")),
        ("rules:\n  operation-removed: [off]\n", ("cvt.yaml:2", "is not a level")),
        ("rules:\n  operation-removed:\n", ("cvt.yaml:2", "is not a level")),
        ("rules:\n  operation-added: info\n  opration-*: off\n", ("cvt.yaml:3", "no rule matches 'opration-*'")),
        ("rules:\n  ? {a: b}\n  : off\n", ("cvt.yaml",)),
        ("rules: off\n", ("cvt.yaml:1", "has to be a mapping")),
        ("rules:\n  1: off\n", ("cvt.yaml:2", "there is no rule '1'")),
    ],
)
def test_mistakes_name_their_line(text: str, said: tuple[str, ...]) -> None:
    from cvt_runner.config.file import read_judgement

    with pytest.raises(UsageError) as caught:
        read_judgement(text.encode(), "cvt.yaml")
    assert all(part in str(caught.value) for part in said), str(caught.value)


@pytest.mark.parametrize("text", ["operation-removed", "=off", "x=off", "operation-removed=", "operation-removed=none", "operation-removed=off=off", "\n"])
def test_mistakes_of_the_option(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        rules_from((text,), "--severity")
    assert str(caught.value).startswith("--severity: ")


def test_an_empty_mapping_says_nothing() -> None:
    assert rules_of(None, Document("cvt.yaml", b"", {}, "yaml")) == ()
