"""What callers may send, said once for both wires."""

from __future__ import annotations

from typing import Final

from cvt_server.errors import Invalid

MAX_ID: Final = 255
MAX_TEXT: Final = 1000
MAX_CONTENT: Final = 15 * 1024 * 1024
MAX_BODY: Final = 15 * 1024 * 1024
MAX_USAGES: Final = 10_000
MAX_FIELDS: Final = 10_000
MAX_LIST: Final = 10_000


def schema_id(value: str) -> str:
    """The id as it is kept. Raises Invalid."""
    if not value.strip():
        raise Invalid("schema ID cannot be null or empty")
    size = len(value.encode("utf-8", "surrogatepass"))
    if size > MAX_ID:
        raise Invalid(f"schema ID cannot exceed {MAX_ID} characters (got {size})")
    return printable("schema ID", value)


def possible(*names: str) -> bool:
    """Can anything have those names? Those too long or with characters that are never stored are not even looked up."""
    return storable(*names) and all(len(name) <= MAX_ID for name in names)


def storable(*texts: str) -> bool:
    """Are there only characters in them that are stored? Nothing is found by others."""
    return not any(any(map(_unfit, text)) for text in texts)


def required(name: str, value: str) -> str:
    """A name that must be there. Raises Invalid."""
    if not value.strip():
        raise Invalid(f"{name} is required")
    return short(name, value)


def short(name: str, value: str, limit: int = MAX_ID) -> str:
    """A name of bounded length. Raises Invalid."""
    if len(value) > limit:
        raise Invalid(f"{name} cannot exceed {limit} characters (got {len(value)})")
    return printable(name, value)


def printable(name: str, value: str) -> str:
    """A text without control characters and lone surrogates, which no database keeps. Raises Invalid."""
    if any(map(_unfit, value)):
        raise Invalid(f"{name} holds a control character", hint="send plain text")
    return value


def _unfit(char: str) -> bool:
    return char < " " or char == "\x7f" or "\ud800" <= char <= "\udfff"
