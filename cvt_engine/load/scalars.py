"""What an untagged plain YAML scalar means: the core schema of YAML 1.2.2, section 10.3.2."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any, Final

_PLAIN: Final[dict[str, bool | None]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_FIRST: Final = frozenset("+-.0123456789")
_INTEGER: Final = re.compile(r"[-+]?[0-9]+")
_OCTAL: Final = re.compile(r"0o([0-7]+)")
_HEX: Final = re.compile(r"0x([0-9a-fA-F]+)")
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE: Final = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")


class ScalarInvalid(ValueError):
    """A scalar that has no JSON value; the argument says why."""


def plain(text: str) -> Any:
    """The value of a plain scalar. Raises ScalarInvalid for infinity, not-a-number and numbers out of range.

    >>> plain("no"), plain("2024-01-01"), plain("1.10.0"), plain("1_000")
    ('no', '2024-01-01', '1.10.0', '1_000')
    >>> plain("0123"), plain("0x1F"), plain("1.10"), plain("True"), plain("~")
    (123, 31, 1.1, True, None)
    """
    if text in _PLAIN:
        return _PLAIN[text]
    return number(text) if text[0] in _FIRST else text


def number(text: str) -> Any:
    """The number a text spells in the core schema, or the text itself."""
    if _INTEGER.fullmatch(text):
        return _integer(text, 10)
    if found := _OCTAL.fullmatch(text):
        return _integer(found.group(1), 8)
    if found := _HEX.fullmatch(text):
        return _integer(found.group(1), 16)
    if _FLOAT.fullmatch(text):
        return _double(text)
    if _NOT_FINITE.fullmatch(text):
        raise ScalarInvalid(f"{text} has no JSON value")
    return text


def _integer(text: str, base: int) -> int:
    try:
        value = int(text, base)
    except ValueError:
        raise ScalarInvalid("the integer has too many digits") from None
    return value


def _double(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ScalarInvalid("the number is outside the range of a double")
    return value


def _tagged_null(text: str) -> None:
    if _PLAIN.get(text, False) is not None:
        raise ScalarInvalid("the value is not null")


def _tagged_bool(text: str) -> bool:
    value = _PLAIN.get(text)
    if value is None:
        raise ScalarInvalid("the value is neither true nor false")
    return value


def _tagged_int(text: str) -> int:
    value = number(text) if text else text
    if not isinstance(value, int):
        raise ScalarInvalid("the value is not an integer")
    return value


def _tagged_float(text: str) -> float:
    value = number(text) if text else text
    if isinstance(value, str):
        raise ScalarInvalid("the value is not a number")
    return float(value)


TAGGED: Final[dict[str, Callable[[str], Any]]] = {
    "!": str,
    "tag:yaml.org,2002:str": str,
    "tag:yaml.org,2002:null": _tagged_null,
    "tag:yaml.org,2002:bool": _tagged_bool,
    "tag:yaml.org,2002:int": _tagged_int,
    "tag:yaml.org,2002:float": _tagged_float,
}
"""Tags that a scalar may carry."""
