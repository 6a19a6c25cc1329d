"""What is remembered of consumers and findings says the same as working it out anew."""

from __future__ import annotations

import pytest

from cvt_engine.facade import UsageIndex, ValidateOptions, compare
from cvt_server.model import Consumer, Usage
from cvt_server.service import meeting
from cvt_server.service.library import read
from cvt_server.service.meeting import Meeting
from tests.server.service.specs import described

OLD = read(described("1.0.0", paths=("/a", "/b")), ValidateOptions()).spec
NEW = read(described("2.0.0", paths=("/a",)), ValidateOptions()).spec
FINDINGS = compare(OLD, NEW)


def made() -> Meeting:
    return Meeting(lambda _: UsageIndex.of(OLD))


def consumers(number: int) -> list[Consumer]:
    return [Consumer(f"c{at}", "users", "prod", usages=(Usage("GET", "/a" if at % 2 == 0 else "/b"),)) for at in range(number)]


def broken(meet: Meeting, users: list[Consumer], head: str = "new") -> list[bool]:
    return [impact.will_break for impact in meet.impacts("old", head, FINDINGS, users)]


@pytest.mark.parametrize("head", ["new", ""])
def test_the_second_answer_is_the_first(head: str) -> None:
    meet, users = made(), consumers(6)
    assert broken(meet, users, head) == [False, True] * 3
    assert broken(meet, users, head) == [False, True] * 3
    assert broken(meet, [users[1], users[0]], head) == [True, False]


def test_a_consumer_that_changed_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    meet = made()
    assert broken(meet, [Consumer("c", "users", "prod", usages=(Usage("GET", "/a"),))]) == [False]
    assert broken(meet, [Consumer("c", "users", "prod", usages=(Usage("GET", "/b"),))]) == [True]
    assert broken(meet, [Consumer("c", "users", "prod")]) == [True]


def test_forgetting_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meeting, "MOST_USAGES", 3)
    monkeypatch.setattr(meeting, "MOST_PAIRS", 1)
    meet = made()
    for head in ("new", "other", "new"):
        assert broken(meet, consumers(20), head) == [False, True] * 10
