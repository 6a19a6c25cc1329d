"""Keywords whose values hold no schema, and what makes such a value well formed; malformed ones count as absent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from cvt_engine.schema.regex import is_checkable

_TYPES: Final = frozenset(("array", "boolean", "integer", "null", "number", "object", "string"))


def is_number(value: Any) -> bool:
    """A JSON number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_type(value: Any) -> bool:
    if isinstance(value, list):
        return bool(value) and all(isinstance(item, str) and item in _TYPES for item in value) and len(set(value)) == len(value)
    return isinstance(value, str) and value in _TYPES


def _is_names(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, str) for item in value) and len(set(value)) == len(value)


def _is_members(value: Any) -> bool:
    return isinstance(value, list) and bool(value)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_positive(value: Any) -> bool:
    return is_number(value) and value > 0


def _is_name_lists(value: Any) -> bool:
    return isinstance(value, dict) and all(names == [] or _is_names(names) for names in value.values())


def _is_pattern(value: Any) -> bool:
    return isinstance(value, str) and is_checkable(value)


def _anything(_: Any) -> bool:
    return True


CHECKS: Final[dict[str, Callable[[Any], bool]]] = {
    "type": _is_type,
    "pattern": _is_pattern,
    "required": _is_names,
    "enum": _is_members,
    "const": _anything,
    "minimum": is_number,
    "maximum": is_number,
    "multipleOf": _is_positive,
    "minLength": _is_count,
    "maxLength": _is_count,
    "minItems": _is_count,
    "maxItems": _is_count,
    "uniqueItems": _is_flag,
    "minProperties": _is_count,
    "maxProperties": _is_count,
    "minContains": _is_count,
    "maxContains": _is_count,
    "dependentRequired": _is_name_lists,
}
