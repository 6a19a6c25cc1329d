"""Is a text a regular expression? OpenAPI means ECMA-262; what either of two independent readers accepts is given the benefit of the doubt."""

from __future__ import annotations

import re
import warnings
from functools import lru_cache

from cvt_engine.schema.regex import is_checkable


@lru_cache(maxsize=4096)
def is_regex(pattern: str) -> bool:
    """Whether the pattern can be compiled. It is never run here."""
    return is_checkable(pattern) or _compiles_in_python(pattern)


def _compiles_in_python(pattern: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(pattern)
    except (re.error, RecursionError, OverflowError, ValueError):
        return False
    return True
