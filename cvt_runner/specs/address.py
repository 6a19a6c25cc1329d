"""A document at an address that the caller named; nothing that a description names is ever fetched."""

from __future__ import annotations

from typing import Final

from cvt_runner.errors import UsageError
from cvt_runner.net import scrub
from cvt_runner.paths import MAX_BYTES

_SECONDS: Final = 30.0


def is_address(text: str) -> bool:
    """Is it one?"""
    return text.startswith(("http://", "https://"))


def fetched(url: str, *, limit: int = MAX_BYTES) -> bytes:
    """What is there, at most `limit` bytes of it. Raises UsageError."""
    from http.client import HTTPException
    from urllib.request import Request, urlopen

    try:
        with urlopen(Request(url, headers={"User-Agent": "cvt"}), timeout=_SECONDS) as answer:
            data: bytes = answer.read(limit)
    except (OSError, ValueError, HTTPException) as problem:
        raise UsageError(
            f"{scrub(url)} cannot be read: {getattr(problem, 'reason', '') or problem}", hint="is the address right, and reachable from here?"
        ) from None
    return data
