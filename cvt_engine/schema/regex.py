"""Regular expressions from specifications: matched only by an engine that runs in linear time."""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from typing import Any, Final

_FOREIGN: Final = re.compile(r"\(\?<(?![=!])|\\[pP]\{[^{}]*\}")
"""What ECMA 262 writes otherwise than Python: named groups, and classes of characters by property."""
MAX_PATTERN: Final = 10_000
"""Longest pattern that is compiled."""


@lru_cache(maxsize=4096)
def is_checkable(pattern: str) -> bool:
    """Whether the compiled validators can use the pattern."""
    import jsonschema_rs

    if len(pattern) > MAX_PATTERN:
        return False
    try:
        jsonschema_rs.Draft202012Validator({"pattern": pattern})
    except (ValueError, jsonschema_rs.ValidationError):
        return False
    return True


@lru_cache(maxsize=4096)
def _validator(pattern: str) -> Any:
    import jsonschema_rs

    options = jsonschema_rs.RegexOptions(size_limit=1 << 20, dfa_size_limit=1 << 22)
    try:
        return jsonschema_rs.Draft202012Validator({"pattern": pattern}, pattern_options=options)
    except (jsonschema_rs.ValidationError, ValueError):
        return None


def matches(pattern: str, text: str) -> bool:
    """True when the pattern is found in the text (unanchored, ECMA 262 dialect); false when it cannot be run in linear time."""
    validator = _validator(pattern)
    return validator is not None and bool(validator.is_valid(text))


def runnable(pattern: str) -> bool:
    """True when the pattern can be matched in linear time (no look-around, no back-reference)."""
    return _validator(pattern) is not None


@lru_cache(maxsize=4096)
def readable(pattern: str) -> bool:
    """False for text that is no regular expression in any dialect: nothing can be checked with it."""
    if runnable(pattern):
        return True
    spelled = _FOREIGN.sub(lambda found: "(?P<" if found[0] == "(?<" else "a", pattern)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            re.compile(spelled)
        except (re.error, RecursionError, OverflowError):
            return False
    return True
