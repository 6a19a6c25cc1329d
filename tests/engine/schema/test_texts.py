"""Patterns as sets of texts: what is decided agrees with matching, and what cannot be told is left undecided."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cvt_engine.schema.regex import matches
from cvt_engine.schema.texts import WORK, Purse, Texts, outside, spending


def found(pattern: str) -> Texts:
    return Texts(frozenset({pattern}))


EQUAL = [
    ("^a+$", "^a{1,}$"),
    (r"^\d+$", "^[0-9]+$"),
    (r"^\w*$", "^[A-Za-z0-9_]*$"),
    ("^(a|b)$", "^[ab]$"),
    ("^$|^a$", "^a?$"),
    ("^(?=.*[A-Z])(?=.*[0-9]).{8,}$", "^(?=.*[0-9])(?=.*[A-Z]).{8,}$"),
    ("^(a*)*b$", "^a*b$"),
    ("^(?<year>[0-9]{4})-[0-9]{2}$", "^[0-9]{4}-[0-9][0-9]$"),
    (r"^\p{L}+$", r"^[\p{Lu}\p{Ll}\p{Lt}\p{Lm}\p{Lo}]{1,}$"),
    (r"^\P{Nd}\\p$", r"^[^\p{gc=Decimal_Number}]\\p$"),
    (r"[\p{L}\d]", r"\p{Letter}|[0-9]"),
]


@pytest.mark.parametrize(("first", "second"), EQUAL)
def test_patterns_spelled_otherwise_are_equal(first: str, second: str) -> None:
    assert found(first).equals(found(second))


@pytest.mark.parametrize(
    ("narrow", "wide", "witness"),
    [
        ("abc", "ab", "ab"),
        ("^[a-f]+$", "^[a-z]+$", "x"),
        ("^.{1,255}$", "^.{1,256}$", "a" * 256),
        ("^(?!admin$)[a-z]+$", "^[a-z]+$", "admin"),
        ("^[a-z0-9]+(-[a-z0-9]+)*$", "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", "a--a"),
        ("^[0-9a-f]{4}$", "^[0-9a-fA-F]{4}$", "aaaA"),
        (r"^\p{Lu}+$", r"^\p{L}+$", "a"),
        (r"^[A-Za-z]{2}$", r"^\p{L}{2}$", "aª"),
    ],
)
def test_a_narrower_pattern_lies_within_with_the_shortest_text_that_tells(narrow: str, wide: str, witness: str) -> None:
    assert outside(found(narrow), found(wide)) == ()
    assert outside(found(wide), found(narrow)) == (witness,)
    assert matches(wide, witness)
    assert not matches(narrow, witness)


def test_lengths_and_lists_are_sets_of_texts_too() -> None:
    assert found(r"^[\s\S]{1,5}$").equals(Texts(frozenset(), 1, 5))
    assert found("^(on|off)$").equals(Texts(frozenset(), listed=frozenset({"on", "off"})))


@pytest.mark.parametrize("pattern", [r"^a\b", "(?<=a)b", "a^b?c", r"(a)\1", "x{,3}", r"\p{Greek}", r"\p{}", "(", "(?i)a", "[a&&b]", "a++", ".*a.{20}$"])
def test_what_cannot_be_told_is_undecided(pattern: str) -> None:
    assert found(pattern).within(found("^zz$")) in (None, False)
    assert not found(pattern).equals(found(f"{pattern}|{pattern}"))


def pieces() -> st.SearchStrategy[str]:
    atoms = st.sampled_from(["a", "b", "[ab]", "[^a]", ".", r"\d", "0"])
    return st.recursive(
        atoms,
        lambda inner: st.one_of(
            st.tuples(inner, inner).map("".join),
            st.tuples(inner, inner).map(lambda two: f"({two[0]}|{two[1]})"),
            st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,2}"])).map(lambda one: f"(?:{one[0]}){one[1]}"),
        ),
        max_leaves=5,
    )


def patterns() -> st.SearchStrategy[str]:
    return st.tuples(st.sampled_from(["", "^"]), pieces(), st.sampled_from(["", "$"])).map("".join)


@settings(max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(patterns(), patterns(), st.text("ab0c", max_size=5))
def test_what_is_decided_agrees_with_matching(first: str, second: str, text: str) -> None:
    match outside(found(first), found(second)):
        case ():
            assert not matches(first, text) or matches(second, text)
        case (witness,):
            assert matches(first, witness)
            assert not matches(second, witness)


def test_classes_of_characters_are_priced_by_what_they_hold() -> None:
    spent = []
    for classes in (r"\d|\w", r"\p{L}|\p{P}"):
        purse = Purse()
        with spending(purse):
            assert outside(found(f"^({classes})+x$"), found(f"^({classes})+y$"))
        spent.append(WORK - purse.left)
    assert spent[0] < spent[1]
