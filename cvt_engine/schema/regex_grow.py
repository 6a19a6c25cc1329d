"""One string that a regular expression accepts, of a wanted length, with every choice left to the caller."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import islice
from re import _constants as op  # type: ignore[attr-defined]
from typing import Any, Final

from cvt_engine.schema.regex_sample import letters_of
from cvt_engine.schema.regex_tree import tree

Pick = Callable[[int], int]
"""Takes how many ways there are, answers which one to go."""

LONGEST: Final = 10_000
_PATTERN: Final = 2_000
_DEEPEST: Final = 60
_ROUNDS: Final = 10


class _Stuck(Exception):
    """The pattern uses what cannot be made, or becomes too long."""


@lru_cache(maxsize=1024)
def _tree(pattern: str) -> list[Any] | None:
    return None if len(pattern) > _PATTERN else tree(pattern)


def grown(pattern: str, least: int, pick: Pick) -> str | None:
    """A string for the pattern with at least `least` characters where the pattern can be that long; None where it cannot be made.

    >>> grown("^[a-c]{2,}-x$", 6, lambda ways: 0)
    'aaaa-x'
    """
    items = _tree(pattern)
    if items is None or least > LONGEST:
        return None
    more, text = 0, ""
    try:
        for _ in range(_ROUNDS):
            text = "".join(_Growth(more, pick).parts(items))
            if len(text) >= least:
                break
            more += least - len(text)
    except (_Stuck, RecursionError):
        return None
    return text


class _Growth:
    """One walk through a parse tree. `more` is how many characters beyond the shortest are still wanted."""

    def __init__(self, more: int, pick: Pick) -> None:
        self.more = more
        self.pick = pick
        self.groups: dict[int, str] = {}
        self.left = LONGEST
        self.depth = 0

    def parts(self, items: list[Any]) -> list[str]:
        """The text of each element of a sequence."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise _Stuck
        found = [self._part(code, argument) for code, argument in items]
        self.depth -= 1
        return found

    def _part(self, code: Any, argument: Any) -> str:
        if code in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            return self._repeat(*argument)
        if code is op.SUBPATTERN:
            text = "".join(self.parts(list(argument[-1])))
            if argument[0] is not None:
                self.groups[argument[0]] = text
            return text
        if code is op.ATOMIC_GROUP:
            return "".join(self.parts(list(argument)))
        if code is op.BRANCH:
            return "".join(self.parts(list(argument[1][self.pick(len(argument[1]))])))
        if code in (op.AT, op.ASSERT, op.ASSERT_NOT):
            return ""
        if code is op.GROUPREF:
            return self.groups.get(argument, "")
        return self._letter(code, argument)

    def _letter(self, code: Any, argument: Any) -> str:
        self.left -= 1
        choices = list(islice(letters_of(code, argument), 40)) if self.left >= 0 else []
        if not choices:
            raise _Stuck
        return choices[self.pick(len(choices))]

    def _repeat(self, least: int, most: Any, items: Any) -> str:
        room = LONGEST if most is op.MAXREPEAT else int(most)
        count = least if self.more > 0 else least + self.pick(min(room - least, 3) + 1)
        found: list[str] = []
        while len(found) < count or (self.more > 0 and len(found) < room):
            before = self.more
            text = "".join(self.parts(list(items)))
            if len(found) >= least:
                self.more -= max(0, len(text) - (before - self.more))
            found.append(text)
            if not text:
                break
        return "".join(found)
