"""What lengths, patterns and lists say together about strings: a set of texts."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from cvt_engine.schema.regex import matches
from cvt_engine.schema.regex_sample import strings_of

_PADDED: Final = 1_000
"""Letters of the longest text that is tried."""


class Texts(NamedTuple):
    """A set of texts: all patterns are found in them, and they have one of the lengths; or all of them are `listed`."""

    patterns: frozenset[str]
    least: int = 0
    most: int | None = None
    listed: frozenset[str] | None = None

    def within(self, other: Texts) -> bool | None:
        """Is every text of this set in the other? None where it cannot be decided."""
        found = outside(self, other)
        return None if found is None else found == ()

    def equals(self, other: Texts) -> bool:
        """Are both surely the same set?"""
        return self.within(other) is True and other.within(self) is True


@lru_cache(maxsize=4096)
def outside(inner: Texts, outer: Texts) -> tuple[str] | tuple[()] | None:
    """The shortest text of one set that is not in the other, () where there is none, None where it cannot be decided."""
    if inner.patterns == outer.patterns and inner.listed is None and outer.listed is None:
        found = _by_length(inner, outer)
        if found is not None:
            return found
    from cvt_engine.schema.regex_language import told_apart

    return told_apart(inner, outer)


def _by_length(inner: Texts, outer: Texts) -> tuple[str] | tuple[()] | None:
    """The answer for two sets that differ in their lengths only, where it shows without taking the patterns apart."""
    if outer.least <= inner.least and (outer.most is None or (inner.most is not None and inner.most <= outer.most)):
        return ()
    size = max(outer.most + 1, inner.least) if outer.most is not None else 0
    if not 0 < size <= _PADDED or (inner.most is not None and size > inner.most):
        return None
    for text in (padded for pattern in inner.patterns for sample in strings_of(pattern) if sample for padded in _padded(sample, size)):
        if len(text) == size and all(matches(pattern, text) for pattern in inner.patterns):
            return (text,)
    return None


def _padded(sample: str, size: int) -> tuple[str, str]:
    """The text made longer by its last letter, or by its first."""
    more = size - len(sample)
    return sample + sample[-1] * more, sample[0] * more + sample
