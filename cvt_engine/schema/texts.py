"""What lengths, patterns and lists say together about strings: a set of texts."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple


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
    from cvt_engine.schema.regex_language import told_apart

    return told_apart(inner, outer)
