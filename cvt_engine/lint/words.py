"""The names of object kinds in messages."""

from __future__ import annotations

import re
from typing import Final

_SPLIT: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


def article(kind: str) -> tuple[str, str]:
    """The article and the plain name of a kind.

    >>> article("RequestBody"), article("Example")
    (('a', 'request body'), ('an', 'example'))
    """
    name = _SPLIT.sub(" ", kind).lower()
    return ("an" if name[0] in "aeiou" else "a", name)
