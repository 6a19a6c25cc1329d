"""JSON values as JSON sees them: 1 and 1.0 are one number, 1 and true are two values."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

Value: TypeAlias = tuple[str, Any]
"""A hashable stand-in for a JSON value: its type's name and its content."""

SCALARS: Final = frozenset({"null", "boolean", "number", "string"})
TYPES: Final = frozenset({"null", "boolean", "number", "string", "array", "object"})


def type_of(value: Any) -> str:
    """The JSON type's name; numbers of all kinds are `number`."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list() | tuple():
            return "array"
        case _:
            return "object"


def freeze(value: Any) -> Value:
    """A hashable value equal for equal JSON values.

    >>> freeze(1) == freeze(1.0), freeze(1) == freeze(True), freeze({"a": 1, "b": 2}) == freeze({"b": 2, "a": 1})
    (True, False, True)
    """
    match value:
        case list() | tuple():
            return ("array", tuple(freeze(item) for item in value))
        case dict():
            return ("object", frozenset((key, freeze(item)) for key, item in value.items()))
        case _:
            return (type_of(value), value)


def thaw(value: Value) -> Any:
    """Undo `freeze`."""
    kind, content = value
    if kind == "array":
        return [thaw(item) for item in content]
    if kind == "object":
        return {key: thaw(item) for key, item in sorted(content)}
    return content


def show(value: Any, *, limit: int = 120) -> str:
    """Short JSON-like text of a value for messages."""
    import msgspec

    try:
        text = msgspec.json.encode(value).decode("utf-8", "replace")
    except (msgspec.MsgspecError, TypeError, ValueError, RecursionError):
        text = str(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def as_text(value: Value) -> Value | None:
    """The wire text of a scalar in a parameter or header, None for arrays and objects."""
    kind, content = value
    match kind:
        case "string":
            return value
        case "boolean":
            return ("string", "true" if content else "false")
        case "number":
            return ("string", str(int(content)) if float(content).is_integer() and abs(content) < 1e15 else repr(content))
        case "null":
            return ("string", "")
        case _:
            return None
