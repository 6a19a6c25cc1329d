"""Strings grown for a pattern and a length."""

from __future__ import annotations

import re

import pytest

from cvt_engine.schema.regex_grow import grown

PATTERNS = ["^[a-z]+$", "^(ab|c){2,}$", "^\\d{3}(-\\d{4})*$", "^[^a-z]{3}$", "^(\\w)\\1+$", "^(?:x|y?)z*$", "^\\S+@\\S+$", "^((a{2}){3})+$"]


def first(_ways: int) -> int:
    return 0


def last(ways: int) -> int:
    return ways - 1


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("least", [0, 1, 13, 200])
@pytest.mark.parametrize("pick", [first, last])
def test_what_is_grown_matches_and_is_as_long_as_it_can_be(pattern: str, least: int, pick: object) -> None:
    found = grown(pattern, least, pick)  # type: ignore[arg-type]
    assert found is not None
    assert re.search(pattern, found)
    assert len(found) >= least or pattern == "^[^a-z]{3}$"


@pytest.mark.parametrize("pattern", ["([", "(?<=a", "^" + "a" * 3_000])
def test_what_cannot_be_made_is_none(pattern: str) -> None:
    assert grown(pattern, 0, first) is None


def test_choices_are_the_callers() -> None:
    assert grown("^(a|b|c)$", 0, lambda ways: 1 % ways) == "b"
    assert {grown("^[a-z]$", 0, lambda ways, n=n: n % ways) for n in range(30)} >= set("abcdz")  # type: ignore[misc]
