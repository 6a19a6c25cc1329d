"""Events that are counted some at a time: each once, none lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from cvt_server.tally import Tally


def test_events_are_counted_by_the_batch_and_the_rest_on_request() -> None:
    seen: list[list[int]] = []
    tally = Tally(seen.append, batch=3)
    for number in range(7):
        tally.add(number)
    assert seen == [[0, 1, 2], [3, 4, 5]]
    tally.flush()
    tally.flush()
    assert seen == [[0, 1, 2], [3, 4, 5], [6]]


def add(tally: Tally[int], numbers: range) -> None:
    for number in numbers:
        tally.add(number)


def test_threads_lose_nothing_and_count_nothing_twice() -> None:
    seen: list[list[int]] = []
    tally = Tally(seen.append, batch=5)
    with ThreadPoolExecutor(8) as pool:
        for start in range(8):
            pool.submit(add, tally, range(start * 1000, (start + 1) * 1000))
    tally.flush()
    assert sorted(number for many in seen for number in many) == list(range(8000))
