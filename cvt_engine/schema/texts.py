"""What lengths, patterns and lists say together about strings: a set of texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeVar

from cvt_engine.schema.regex import matches, runnable
from cvt_engine.schema.regex_sample import strings_of

_PADDED: Final = 1_000
"""Letters of the longest text that is tried."""
WORK: Final = 2_000_000
"""Steps that one comparison may spend on taking patterns apart: some seconds. The hardest question takes 40,000 of short patterns, most take some hundreds."""


KEPT: Final = 100_000
"""Answers that one comparison remembers; questions beyond them are paid for each time."""
_Answer = TypeVar("_Answer")


class Purse:
    """What is left of that work. `refused`: a question was left open for want of it. Each question is paid for once."""

    def __init__(self, left: int = WORK) -> None:
        self.left = left
        self.refused = False
        self._answers: dict[object, Any] = {}

    def answer(self, question: object, find: Callable[[], tuple[_Answer, int]]) -> _Answer | None:
        """The answer to a question, which `find` gives with its price; None where that cannot be paid."""
        if question in self._answers:
            found: _Answer = self._answers[question]
            return found
        if self.left <= 0:
            self.refused = True
            return None
        found, price = find()  # also paid where it is known from elsewhere: what a comparison says must not depend on those before it
        self.left -= price
        if len(self._answers) < KEPT:
            self._answers[question] = found
        return found


_PURSE: ContextVar[Purse | None] = ContextVar("purse", default=None)


@contextmanager
def spending(purse: Purse) -> Iterator[None]:
    """All questions asked meanwhile are paid from one purse; without one, each is bounded on its own."""
    token = _PURSE.set(purse)
    try:
        yield
    finally:
        _PURSE.reset(token)


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


def outside(inner: Texts, outer: Texts) -> tuple[str] | tuple[()] | None:
    """The shortest text of one set that is not in the other, () where there is none, None where it cannot be decided."""
    return _paid((inner, outer), lambda: _weighed(inner, outer))


def remains(texts: Texts, refused: tuple[Texts, ...]) -> bool | None:
    """Is there a text in the first set that is in none of the others? None where it cannot be decided."""
    return _paid((texts, *refused, "left over"), lambda: _left(texts, refused))


def surely_in(texts: Texts, text: str) -> bool:
    """Is the text in the set, for sure?"""
    return perhaps_in(texts, text) and all(map(runnable, texts.patterns))


def perhaps_in(texts: Texts, text: str) -> bool:
    """May the text be in the set?"""
    if texts.listed is not None:
        return text in texts.listed
    if len(text) < texts.least or (texts.most is not None and len(text) > texts.most):
        return False
    return all(matches(pattern, text) or not runnable(pattern) for pattern in texts.patterns)


def _left(texts: Texts, refused: tuple[Texts, ...]) -> tuple[bool | None, int]:
    """The answer, and what it costs to find: a sample shows it sooner than taking the patterns apart does."""
    tried = 0
    for text in _samples(texts.patterns, texts.least):
        tried += 1 + len(refused)
        if surely_in(texts, text) and not any(perhaps_in(other, text) for other in refused):
            return True, tried
    from cvt_engine.schema.regex_language import left_over

    found, price = left_over(texts, refused)
    return found, tried + price


def _samples(patterns: frozenset[str], size: int) -> Iterator[str]:
    """Some texts that are made without taking the patterns apart, shorter ones also made as long as `size`; the patterns may be found in them."""
    for sample in (sample for pattern in patterns for sample in strings_of(pattern)):
        yield sample
        if sample and len(sample) < size <= _PADDED:
            yield from _padded(sample, size)


def _paid(question: object, find: Callable[[], tuple[_Answer, int]]) -> _Answer | None:
    purse = _PURSE.get()
    return find()[0] if purse is None else purse.answer(question, find)


@lru_cache(maxsize=4096)
def _weighed(inner: Texts, outer: Texts) -> tuple[tuple[str] | tuple[()] | None, int]:
    """The answer, and what it costs to find."""
    if inner.patterns == outer.patterns and inner.listed is None and outer.listed is None:
        found = _by_length(inner, outer)
        if found is not None:
            return found, 1
    from cvt_engine.schema.regex_language import told_apart

    return told_apart(inner, outer)


def _by_length(inner: Texts, outer: Texts) -> tuple[str] | tuple[()] | None:
    """The answer for two sets that differ in their lengths only, where it shows without taking the patterns apart."""
    if outer.least <= inner.least and (outer.most is None or (inner.most is not None and inner.most <= outer.most)):
        return ()
    size = max(outer.most + 1, inner.least) if outer.most is not None else 0
    if not 0 < size <= _PADDED or (inner.most is not None and size > inner.most):
        return None
    for text in _samples(inner.patterns, size):
        if len(text) == size and all(matches(pattern, text) for pattern in inner.patterns):
            return (text,)
    return None


def _padded(sample: str, size: int) -> tuple[str, str]:
    """The text made longer by its last letter, or by its first."""
    more = size - len(sample)
    return sample + sample[-1] * more, sample[0] * more + sample
