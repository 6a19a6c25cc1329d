"""What formats say of texts: how long they are, how they are spelled, and whether a text is one."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

SIZES: Final[dict[str, tuple[int, int | None]]] = {
    "uuid": (36, 36),
    "date": (10, 10),
    "date-time": (20, None),
    "duration": (3, None),
    "ipv4": (7, 15),
    "ipv6": (2, 45),
    "email": (3, None),
    "hostname": (1, 253),
    "uri": (2, None),
}
"""How long a text of a format is at least and at most (RFC 9562, RFC 3339, ISO 8601, dotted quad, RFC 4291, RFC 5321, RFC 1123, RFC 3986)."""

_BYTE: Final = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
SPELLED: Final = {
    "uuid": "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
    "ipv4": rf"^{_BYTE}(\.{_BYTE}){{3}}$",
}
"""Format -> a pattern that says the same."""
LOOSELY: Final = SPELLED | {
    "date": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    "date-time": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})$",
}
"""Format -> a pattern that all of its texts match, and perhaps others."""
CHECKED: Final = SIZES.keys() | {"uri-reference", "iri", "iri-reference", "json-pointer"}
"""Formats that are read alike in every version and by every validator: a text is one, or it is not."""


def refuses(name: str, text: str) -> bool:
    """Does a format surely refuse a text? One without a published meaning refuses none."""
    return name in CHECKED and not _validator(name).is_valid(text)


@cache
def _validator(name: str) -> Any:
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator({"format": name}, validate_formats=True)
