"""The waiver file: what is read and how each mistake is said."""

from __future__ import annotations

from datetime import date

import pytest

from cvt_runner.config.waivers import read_waivers
from cvt_runner.errors import UsageError
from cvt_runner.model.waiver import Waiver

GOOD = """\
version: 1
waivers:
  # why not
  - fingerprint: "00ff00ff00ff00ff"
    reason: The client is gone
    owner: "@team"
    until: 2030-01-31
  - rule: operation-*
    operation: GET /x
    reason: Agreed
    owner: team
    until: "2030-12-31"
"""


def test_entries_with_lines() -> None:
    assert read_waivers(GOOD.encode(), "w.yaml") == (
        Waiver("The client is gone", "@team", date(2030, 1, 31), fingerprint="00ff00ff00ff00ff", file="w.yaml", line=4),
        Waiver("Agreed", "team", date(2030, 12, 31), rule="operation-*", operation="GET /x", file="w.yaml", line=8),
    )


def test_plain_list() -> None:
    text = "- {rule: a, reason: b, owner: c, until: 2030-01-01}\n"
    assert [waiver.rule for waiver in read_waivers(text.encode(), "w.yaml")] == ["a"]


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "waivers:\n", "waivers: []\n"])
def test_no_waivers(text: str) -> None:
    assert read_waivers(text.encode(), "w.yaml") == ()


REST = "reason: a, owner: b, until: 2030-01-01"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"waivers:\n  - {{rule: x, reasn: y, {REST}}}\n", ("w.yaml:2", "did you mean 'reason'?")),
        (f"waiver:\n  - {{rule: x, {REST}}}\n", ("w.yaml:1", "did you mean 'waivers'?")),
        ("waivers:\n  - {rule: x, owner: b, until: 2030-01-01}\n", ("w.yaml:2", "no reason")),
        ("waivers:\n  - {rule: x, reason: a, until: 2030-01-01}\n", ("w.yaml:2", "no owner")),
        ("waivers:\n  - {rule: x, reason: a, owner: b}\n", ("w.yaml:2", "no until")),
        (f"waivers:\n  - {{{REST}}}\n", ("w.yaml:2", "does not say what it waives")),
        (f"waivers:\n  - {{fingerprint: '00ff00ff00ff00ff', rule: x, {REST}}}\n", ("w.yaml:2", "both")),
        (f"waivers:\n  - {{fingerprint: abc, {REST}}}\n", ("w.yaml:2", "16 hex digits")),
        (f"waivers:\n  - {{fingerprint: 1234567890123456, {REST}}}\n", ("w.yaml:2", "quotes")),
        (f"waivers:\n  - {{rule: '*', {REST}}}\n", ("w.yaml:2", "everything")),
        (f"waivers:\n  - {{rule: '**', operation: '?*', {REST}}}\n", ("w.yaml:2", "everything")),
        (f"waivers:\n  - {{rule: '', {REST}}}\n", ("w.yaml:2", "rule")),
        ("waivers:\n  - {rule: x, reason: a, owner: b, until: soon}\n", ("w.yaml:2", "date such as")),
        ("waivers:\n  - {rule: x, reason: a, owner: b, until: 2030-02-30}\n", ("w.yaml:2", "date such as")),
        ("waivers:\n  - {rule: x, reason: a, owner: b, until: 20300230}\n", ("w.yaml:2", "date such as")),
        ("waivers: x\n", ("w.yaml:1", "list")),
        ("waivers:\n  - x\n", ("w.yaml:2", "mapping")),
        ("version: 2\nwaivers: []\n", ("w.yaml:1", "version")),
        ("just text\n", ("w.yaml:1", "mapping")),
        ("waivers: [\n", ("w.yaml:",)),
    ],
)
def test_mistakes(text: str, said: tuple[str, ...]) -> None:
    with pytest.raises(UsageError) as caught:
        read_waivers(text.encode(), "w.yaml")
    for part in said:
        assert part in str(caught.value)
