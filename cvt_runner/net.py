"""Network manners shared by everything that calls a host: bounded waiting, what a host's answer asks us to wait, and keeping secrets out of texts."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from typing import Final

FIRST_WAIT: Final = 1.0
"""Seconds before the first retry when the host names no time; doubles each time."""

SECONDARY_WAIT: Final = 60.0
"""GitHub: a secondary rate limit without Retry-After wants at least a minute."""

DETAIL_LIMIT: Final = 300
"""Characters of a host's message that are worth a log line."""

_CREDENTIALS: Final = re.compile(r"(?<=://)[^/\s@]+@")
_AUTHORIZATION: Final = re.compile(r"(?i)\b(bearer|basic|token) +[a-z0-9._~+/=-]{8,}")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


def scrub(text: str, *secrets: str) -> str:
    """The text without the secrets, without credentials in URLs and without authorization headers.

    >>> scrub("GET https://u:p@host/x with s3cret: Bearer abcdefghij", "s3cret")
    'GET https://***@host/x with ***: Bearer ***'
    """
    for secret in secrets:
        if secret:
            text = text.replace(secret, "***")
    return _AUTHORIZATION.sub(r"\1 ***", _CREDENTIALS.sub("***@", text))


def one_line(text: str) -> str:
    """Foreign text as one short line, fit for a log.

    >>> one_line("a\\n::error::b")
    'a ::error::b'
    """
    flat = _CONTROL.sub(" ", text).strip()
    return flat if len(flat) <= DETAIL_LIMIT else flat[: DETAIL_LIMIT - 1] + "…"


class Waits:
    """A budget of seconds that may be spent waiting, over all retries of a run together. `clock` is wall time in seconds since 1970."""

    def __init__(self, budget: float, *, sleep: Callable[[float], None] = time.sleep, clock: Callable[[], float] = time.time) -> None:
        self.left = budget
        self.clock = clock
        self._sleep = sleep

    def wait(self, seconds: float) -> bool:
        """Sleep that long if the budget allows it; False, at once, if it does not."""
        if seconds > self.left:
            return False
        self.left -= seconds
        self._sleep(seconds)
        return True


def backoff(attempt: int) -> float:
    """Seconds before retry number `attempt` (from 0)."""
    return FIRST_WAIT * float(2**attempt)


def asked_wait(headers: Mapping[str, str], *, now: float) -> float | None:
    """Seconds the host asks to wait, from Retry-After (seconds or date, RFC 9110 10.2.3) or an exhausted X-RateLimit; None when it does not say.

    `headers` has lower-case names; `now` is seconds since 1970.
    """
    after = headers.get("retry-after", "").strip()
    if after:
        return _after(after, now)
    if headers.get("x-ratelimit-remaining") == "0":
        reset = headers.get("x-ratelimit-reset", "")
        return max(float(reset) - now, 0.0) + 1.0 if reset.isascii() and reset.isdigit() else SECONDARY_WAIT
    return None


def _after(value: str, now: float) -> float:
    if value.isascii() and value.isdigit():
        return float(value)
    from email.utils import parsedate_to_datetime

    try:
        return max(parsedate_to_datetime(value).timestamp() - now, 0.0)
    except (ValueError, OverflowError):
        return SECONDARY_WAIT
