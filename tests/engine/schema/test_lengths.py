"""Sets of texts of one pattern that differ in their lengths: the short way gives the answers of the long one."""

from __future__ import annotations

import pytest

from cvt_engine.schema.regex import matches
from cvt_engine.schema.regex_language import told_apart
from cvt_engine.schema.texts import Texts, outside

PATTERNS = ("^https://", "^[a-z]+$", "^(ab)+$", "x", "^a{2,5}$", "^$", "b$")
LENGTHS = ((0, None), (1, 4), (0, 3), (2, None), (7, 9), (150, 200))


@pytest.mark.parametrize("pattern", PATTERNS)
def test_both_ways_agree_and_a_witness_is_one(pattern: str) -> None:
    for mine in LENGTHS:
        for yours in LENGTHS:
            inner, outer = Texts(frozenset({pattern}), *mine), Texts(frozenset({pattern}), *yours)
            found, (slow, _) = outside(inner, outer), told_apart(inner, outer)
            assert bool(found) == bool(slow), (pattern, mine, yours)
            for text in found or ():
                assert matches(pattern, text)
                assert inner.least <= len(text) <= (inner.most or 10_000)
                assert not outer.least <= len(text) <= (outer.most or 10_000)
