from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cvt_runner.net import DETAIL_LIMIT, SECONDARY_WAIT, Waits, asked_wait, backoff, one_line, scrub


@given(st.text(max_size=50), st.text(alphabet="abcdef0123456789_", min_size=8, max_size=40), st.text(max_size=50))
def test_a_secret_never_survives(before: str, secret: str, after: str) -> None:
    assert secret not in scrub(before + secret + after, secret).replace("***", "")


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("https://user:pass@proxy:8080/", "https://***@proxy:8080/"),
        ("Authorization: token ghp_0123456789", "Authorization: token ***"),
        ("no secret here", "no secret here"),
        ("a basic problem", "a basic problem"),
    ],
)
def test_credentials_in_texts(text: str, clean: str) -> None:
    assert scrub(text, "") == clean


@given(st.text(max_size=1000))
def test_one_line_is_one_short_line(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert len(line) <= DETAIL_LIMIT


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"retry-after": "5"}, 5.0),
        ({"retry-after": "Thu, 01 Jan 1970 00:16:50 GMT"}, 10.0),
        ({"retry-after": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0.0),
        ({"retry-after": "soon"}, SECONDARY_WAIT),
        ({"retry-after": "-5"}, SECONDARY_WAIT),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1010"}, 11.0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "?"}, SECONDARY_WAIT),
        ({"x-ratelimit-remaining": "10", "x-ratelimit-reset": "1010"}, None),
    ],
)
def test_what_the_host_asks_for(headers: dict[str, str], expected: float | None) -> None:
    assert asked_wait(headers, now=1000.0) == expected


def test_waits_spend_one_budget() -> None:
    slept: list[float] = []
    waits = Waits(10, sleep=slept.append)
    assert [waits.wait(4), waits.wait(7), waits.wait(6), waits.wait(1)] == [True, False, True, False]
    assert slept == [4, 6]


def test_waits_grow() -> None:
    assert [backoff(attempt) for attempt in range(4)] == [1, 2, 4, 8]
