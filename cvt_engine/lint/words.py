"""Names: of object kinds in messages, and those most similar to a misspelt one."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from itertools import islice
from typing import Final

_SPLIT: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


def article(kind: str) -> tuple[str, str]:
    """The article and the plain name of a kind.

    >>> article("RequestBody"), article("Example")
    (('a', 'request body'), ('an', 'example'))
    """
    name = _SPLIT.sub(" ", kind).lower()
    return ("an" if name[0] in "aeiou" else "a", name)


def nearest(word: str, words: Iterable[str]) -> str:
    """The most similar of some words, or "" when none is similar. Looks at the first 500 of them."""
    words = list(islice(words, 500))
    close = difflib.get_close_matches(word[:100], words, n=1, cutoff=0.7)
    if close:
        return close[0]
    folded = {known.lower(): known for known in words}
    return folded.get(word.lower().replace("_", "").replace("-", ""), "")
