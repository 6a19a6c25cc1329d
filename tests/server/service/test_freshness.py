"""What is remembered is true, bounded, and made once."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

from cvt_server.errors import NotFound, Unavailable
from cvt_server.service.freshness import LATE_SECONDS, MOST_SCHEMAS, MOST_VALUES, TRUSTED_SECONDS, Freshness


class Source:
    """A database's generation numbers, and a clock."""

    def __init__(self) -> None:
        self.number = 1
        self.asked = 0
        self.time = 100.0
        self.down = False

    def generation(self, schema_id: str) -> int:
        self.asked += 1
        if self.down:
            raise Unavailable("down")
        return -1 if schema_id == "none" else self.number

    def clock(self) -> float:
        return self.time


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def fresh(source: Source) -> Freshness:
    return Freshness(source.generation, source.clock)


def test_a_value_is_remembered_while_nothing_changes(source: Source, fresh: Freshness) -> None:
    made = count()
    assert [fresh.get("a", "k", lambda: f"v{next(made)}") for _ in range(3)] == ["v0"] * 3
    assert source.asked == 1
    source.time += TRUSTED_SECONDS + 0.01
    assert fresh.peek("a", "k") is None
    assert fresh.get("a", "k", lambda: "new") == "v0"
    assert (source.asked, fresh.peek("a", "k")) == (2, "v0")


def test_one_asks_when_the_moment_is_over_and_the_others_go_on_for_a_second_at_most(source: Source, fresh: Freshness) -> None:
    fresh.get("a", "k", lambda: "v")
    source.time += TRUSTED_SECONDS + 0.01
    assert [fresh.peek("a", "k") for _ in range(3)] == [None, "v", "v"]
    source.time = 100.0 + LATE_SECONDS + 0.01
    assert [fresh.peek("a", "k") for _ in range(2)] == [None, None]
    fresh.get("a", "k", lambda: "v")
    assert fresh.peek("a", "k") == "v"


def test_a_change_elsewhere_is_seen_after_a_moment(source: Source, fresh: Freshness) -> None:
    fresh.get("a", "k", lambda: "old")
    source.number += 1
    assert fresh.get("a", "k", lambda: "new") == "old"
    source.time += TRUSTED_SECONDS + 0.01
    assert fresh.get("a", "k", lambda: "new") == "new"


def test_a_change_of_one_s_own_is_seen_at_once(fresh: Freshness) -> None:
    fresh.get("a", "k", lambda: "old")
    fresh.drop("a")
    assert fresh.peek("a", "k") is None
    assert fresh.get("a", "k", lambda: "new") == "new"


def test_a_number_from_before_a_change_is_not_remembered(source: Source) -> None:
    def generation(_schema_id: str) -> int:
        number = source.number
        if number == 1:
            source.number = 2
            own.drop("a")  # the change is made between the question and its answer
        return number

    own = Freshness(generation, source.clock)
    assert own.generation("a") == 1
    assert own.generation("a") == 2


def test_failures_are_not_remembered(source: Source, fresh: Freshness) -> None:
    def fail() -> str:
        raise NotFound("no")

    with pytest.raises(NotFound):
        fresh.get("a", "k", fail)
    assert fresh.get("a", "k", lambda: "there") == "there"
    source.down = True
    source.time += 1
    with pytest.raises(Unavailable):
        fresh.get("a", "k", lambda: "x")
    source.down = False
    assert fresh.get("a", "k", lambda: "x") == "there"


def test_a_value_is_made_once_however_many_ask(fresh: Freshness) -> None:
    made, gate = count(), threading.Barrier(8)

    def make() -> str:
        time.sleep(0.05)
        return f"v{next(made)}"

    def ask() -> str:
        gate.wait(10)
        return fresh.get("a", "k", make)

    with ThreadPoolExecutor(8) as pool:
        assert {task.result() for task in [pool.submit(ask) for _ in range(8)]} == {"v0"}


def test_making_may_ask_for_another_value(fresh: Freshness) -> None:
    assert fresh.get("a", "outer", lambda: fresh.get("a", "inner", lambda: "v") + "!") == "v!"


def test_what_callers_can_make_it_remember_is_bounded(fresh: Freshness) -> None:
    for number in range(MOST_VALUES * 3):
        fresh.get("a", number, lambda: "v")
    assert sum(fresh.peek("a", number) is not None for number in range(MOST_VALUES * 3)) == MOST_VALUES
    fresh.get("a", ("k", "x" * 10_000), lambda: "v")
    assert fresh.peek("a", ("k", "x" * 10_000)) is None
    fresh.get("none", "k", lambda: "v")
    assert fresh.peek("none", "k") is None
    for number in range(MOST_SCHEMAS + 5):
        fresh.get(f"s{number}", "k", lambda: "v")
    assert fresh.peek("s0", "k") is None
    assert fresh.peek(f"s{MOST_SCHEMAS + 4}", "k") == "v"


def test_one_caller_asks_again_while_the_others_go_on_for_a_bounded_time(source: Source, fresh: Freshness) -> None:
    fresh.get("a", "k", lambda: "v")
    source.time += TRUSTED_SECONDS + 0.01
    assert [fresh.peek("a", "k") for _ in range(3)] == [None, "v", "v"]
    source.time += LATE_SECONDS - TRUSTED_SECONDS
    assert fresh.peek("a", "k") is None
    source.number += 1
    assert fresh.get("a", "k", lambda: "new") == "new"
    assert fresh.peek("a", "k") == "new"
