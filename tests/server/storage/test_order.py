"""Laws of the order of versions."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from cvt_runner.model.version import Semantic
from cvt_server.storage.order import rank, twins

NUMBERS = st.integers(0, 10**6)
IDENTIFIERS = st.one_of(NUMBERS.map(str), st.text("abcXYZ-019", min_size=1, max_size=6))
PRE = st.lists(IDENTIFIERS, max_size=4)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@st.composite
def semantic(draw: st.DrawFn) -> str:
    core = ".".join(map(str, (draw(NUMBERS), draw(NUMBERS), draw(NUMBERS))))
    pre = draw(PRE)
    return core + (f"-{'.'.join(pre)}" if pre else "")


def precedence(version: str) -> tuple[object, ...]:
    """Semantic Versioning 2.0.0, section 11, written down once more."""
    core, _, pre = version.partition("-")
    marks = tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in pre.split(".")) if pre else ()
    return (tuple(map(int, core.split("."))), not pre, marks)


@given(semantic(), semantic())
def test_semantic_versions_are_ordered_as_specified(one: str, other: str) -> None:
    assert (rank(one).key < rank(other).key) == (precedence(one) < precedence(other))
    assert rank(one).released == ("-" not in one)


@given(semantic(), semantic())
def test_runner_and_server_order_alike(one: str, other: str) -> None:
    first, second = Semantic.parse(one), Semantic.parse(other)
    if first is not None and second is not None:
        assert (first.order < second.order) == (rank(one).key < rank(other).key)


def test_the_example_of_the_specification() -> None:
    names = ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0"]
    assert all(rank(low).key < rank(high).key for low, high in itertools.pairwise(names))


def test_spellings_of_one_version_stand_together() -> None:
    assert len({rank(name).key for name in ("1", "1.0", "1.0.0", "v1.0.0", "V1")}) == 1
    assert rank("1.0.0").key < rank("1.0.0+5").key < rank("1.0.0+10").key < rank("1.0.1-0").key
    assert rank("1.0.0-rc").key < rank("1.0.0-rc+9").key < rank("1.0.0-rc.0").key


def test_dates_are_releases_in_their_order() -> None:
    names = ["2019-12-31", "2020-01-01-preview", "2020-01-01", "2020-02", "2020-02-01", "2020.10.01", "2021.1.1"]
    assert all(rank(low).key < rank(high).key for low, high in itertools.pairwise(names))
    assert [rank(name).released for name in names] == [True, False, True, True, True, True, True]
    assert not rank("2020-99").released


@given(TEXTS, semantic())
def test_what_is_no_version_stands_below(text: str, version: str) -> None:
    if rank(text).key.startswith("0"):
        assert rank(text).key < rank(version).key


@given(st.text("ab .", max_size=5), NUMBERS, NUMBERS)
def test_numbers_in_words_count(word: str, one: int, other: int) -> None:
    low, high = f"x{word}{one}y", f"x{word}{other}y"
    assert (rank(low).key < rank(high).key) == (one < other)


@given(TEXTS, TEXTS)
def test_databases_and_python_agree(one: str, other: str) -> None:
    """They compare bytes, Python compares characters; in UTF-8 that is the same."""
    first, second = rank(one).key, rank(other).key
    assert (first < second) == (first.encode() < second.encode())


@given(TEXTS)
def test_twins_are_mutual(text: str) -> None:
    assert all(text in twins(name) or text[:1] in ("v", "V") for name in twins(text))
