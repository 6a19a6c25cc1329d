"""Texts to typed values, by the rows of the input table."""

from __future__ import annotations

from typing import Any, Final

from cvt_runner.config.document import nearest
from cvt_runner.console import printable
from cvt_runner.errors import UsageError
from cvt_runner.inputs import Input

_TRUE: Final = frozenset({"true", "yes", "on", "1"})
_FALSE: Final = frozenset({"false", "no", "off", "0"})

Value = str | bool | tuple[str, ...]


def from_text(row: Input, text: str, *, place: str) -> Value:
    """The value of an input that arrived as text (environment, option). Raises UsageError naming `place`."""
    match row.type:
        case "list":
            return tuple(line for line in (part.strip() for part in text.split("\n")) if line)
        case "boolean":
            return _boolean(text.strip(), place)
        case "choice":
            return _choice(row, text.strip(), place)
        case _:
            return text.strip()


def from_node(row: Input, node: Any, *, place: str) -> Value | None:
    """The value of a key of the configuration file, None for an empty one. Raises UsageError naming `place`."""
    if node is None or node == "":
        return None
    if row.type == "list" and isinstance(node, list):
        if not all(isinstance(entry, str) and entry.strip() for entry in node):
            raise UsageError(f"{place}: {row.name} has to be a list of texts")
        return tuple(entry.strip() for entry in node)
    if row.type == "boolean" and isinstance(node, bool):
        return node
    if not isinstance(node, str):
        raise UsageError(f"{place}: {row.name} has to be {_kind(row)}, not {type(node).__name__}", hint="put text into quotes")
    return from_text(row, node, place=place)


def _kind(row: Input) -> str:
    names = {"list": "a text or a list of texts", "boolean": "true or false", "choice": " or ".join(row.choices)}
    return names.get(row.type, "a text")


def _boolean(text: str, place: str) -> bool:
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise UsageError(f"{place}: {printable(text)!r} is neither true nor false", hint=nearest(text.lower(), ("true", "false")))


def _choice(row: Input, text: str, place: str) -> str:
    if text in row.choices:
        return text
    raise UsageError(f"{place}: {printable(text)!r} is not a value of {row.name}", hint=nearest(text, row.choices))
