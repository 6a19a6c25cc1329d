"""Who calls, and may they: API keys from the environment, from a file and from the database; and how fast they may call."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from cvt_server.errors import Forbidden, SettingWrong, TooMany, Unauthenticated, Unavailable
from cvt_server.model import Actor, ApiKey
from cvt_server.service.records import SCOPES, hash_of

ANONYMOUS: Final = Actor()
GRANTS: Final[Mapping[str, frozenset[str]]] = {
    "read": SCOPES,
    "validate": SCOPES - {"read"},
    "write": frozenset(("write", "admin")),
    "admin": frozenset(("admin",)),
}
"""Which scopes of a key allow what: each includes what is less."""
AGAIN_SECONDS: Final = 0.2
"""How soon an unknown key makes us look again."""
_MOST_BUCKETS: Final = 10_000


@dataclass(frozen=True)
class Known:
    """A key as calls are held against it. `expires_at` 0: never."""

    name: str
    digest: bytes
    scopes: frozenset[str]
    expires_at: int = 0

    @cached_property
    def actor(self) -> Actor:
        """Who calls with it."""
        return Actor(self.name, self.scopes)


def from_list(text: str) -> list[Known]:
    """Keys of `CVT_API_KEYS`: KEY or KEY:NAME, separated by commas. Raises SettingWrong."""
    found = []
    for number, part in enumerate(text.split(","), 1):
        secret, _, name = part.strip().partition(":")
        if part.strip() and not secret.strip():
            raise SettingWrong(f"entry {number} of CVT_API_KEYS has a name but no key")
        if secret.strip():
            found.append(Known(name.strip() or f"env-key-{number}", _digest(secret.strip()), SCOPES))
    return found


def from_file(path: str) -> list[Known]:
    """Keys of a file `{"keys": [{"key", "name", "scopes", "created_at", "expires_at"}]}`. Raises SettingWrong."""
    try:
        data = json.loads(Path(path).read_text("utf-8"))
        rows = data["keys"] if isinstance(data, dict) else None
        if not isinstance(rows, list):
            raise TypeError
        return [_row(row, number, path) for number, row in enumerate(rows, 1)]
    except OSError as problem:
        raise SettingWrong(f"the key file {path} cannot be read: {problem.strerror}") from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise SettingWrong(f"the key file {path} is not of the form {{'keys': [{{'key': ..., 'name': ...}}]}}") from None


def _row(row: Any, number: int, path: str) -> Known:
    if not isinstance(row, dict) or not isinstance(row.get("key"), str) or not row["key"].strip():
        raise SettingWrong(f"entry {number} of {path} has no key")
    scopes = row.get("scopes") or sorted(SCOPES)
    if not isinstance(scopes, list) or not all(isinstance(scope, str) for scope in scopes):
        raise SettingWrong(f"scopes of entry {number} of {path} is no list of words")
    name = row.get("name")
    return Known(
        str(name) if name else f"file-key-{number}", _digest(row["key"].strip()), frozenset(_scopes(scopes)), _end(row.get("expires_at"), number, path)
    )


def _scopes(scopes: Iterable[str]) -> Iterable[str]:
    """`*` and `all` stand for every scope; what we do not know gives nothing."""
    for scope in scopes:
        if scope in ("*", "all"):
            yield from SCOPES
        elif scope in SCOPES:
            yield scope


def _end(value: Any, number: int, path: str) -> int:
    if value in (None, "", 0):
        return 0
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return int(value)
        return int(datetime.fromisoformat(str(value)).timestamp())
    except (ValueError, OverflowError):
        raise SettingWrong(f"expires_at of entry {number} of {path} is no date such as 2030-06-30T00:00:00Z") from None


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


class Keys:
    """Every key there is. Files and database are looked at again when a moment has passed."""

    def __init__(self, fixed: Sequence[Known], file: str, stored: Callable[[], Sequence[ApiKey]], *, now: Callable[[], float] = time.time) -> None:
        self._fixed = list(fixed)
        self._file = file
        self._stored = stored
        self._now = now
        self._lock = Lock()
        self._stamp: tuple[int, int] | None = None
        self._from_file: list[Known] = []
        self._from_store: list[Known] = []
        self._checked = float("-inf")
        self._by_digest: dict[bytes, Known] = {}

    def refresh(self, *, changed: bool = False) -> None:
        """Read file and database again where they may have, or surely have, `changed`. Raises SettingWrong for a broken file only the first time."""
        with self._lock:
            if not (changed or self.stale):
                return
            first, self._checked = self._checked == float("-inf"), time.monotonic()
            self._read_file(first=first)
            try:
                self._from_store = [_of_store(key) for key in self._stored() if not key.revoked_at]
            except Unavailable:
                if first:
                    raise
            self._by_digest = {key.digest: key for key in (*self._fixed, *self._from_file, *self._from_store)}

    @property
    def stale(self) -> bool:
        """Is it time for `refresh`?"""
        return time.monotonic() - self._checked >= AGAIN_SECONDS

    def __len__(self) -> int:
        return len(self._by_digest)

    def actor(self, secret: str) -> Actor:
        """Whose key that is. Raises Unauthenticated."""
        found = self.find(secret)
        if found is None:
            raise Unauthenticated("invalid API key")
        return found

    def find(self, secret: str) -> Actor | None:
        """Whose key that is; None where it is nobody's, or not any more."""
        digest = _digest(secret)
        found = self._by_digest.get(digest)
        # Looked up by hash, so that the time it takes says nothing about a key; compared as well, in constant time.
        if found is None or not hmac.compare_digest(found.digest, digest) or (found.expires_at and found.expires_at <= self._now()):
            return None
        return found.actor

    def _read_file(self, *, first: bool) -> None:
        if not self._file:
            return
        try:
            about = Path(self._file).stat()
            stamp = (about.st_mtime_ns, about.st_size)
            if stamp != self._stamp:
                self._from_file, self._stamp = from_file(self._file), stamp
        except OSError as problem:
            if first:
                raise SettingWrong(f"the key file {self._file} cannot be read: {problem.strerror}") from None
        except SettingWrong:
            if first:
                raise


def _of_store(key: ApiKey) -> Known:
    return Known(key.name, bytes.fromhex(key.key_hash), key.scopes, key.expires_at)


def allow(actor: Actor, scope: str) -> None:
    """Hold a caller against the scope that a call needs; an empty one asks for nothing. Raises Forbidden."""
    granting = GRANTS.get(scope)
    if granting is not None and not granting & actor.scopes:
        raise Forbidden(f"the key {actor.name} lacks the scope {scope}", hint=f"use a key with one of: {', '.join(sorted(granting))}")


def address(peer: str) -> str:
    """A caller's address in one spelling, whichever port it came by: with every connection the client's own port is another one.

    >>> address("ipv4:10.0.0.1:5000"), address("ipv6:%5B::1%5D:5000"), address("::ffff:10.0.0.1"), address("10.0.0.1"), address("::1")
    ('10.0.0.1', '::1', '10.0.0.1', '10.0.0.1', '::1')
    """
    kind, _, rest = peer.partition(":")
    host = unquote(rest).rpartition(":")[0] if kind in ("ipv4", "ipv6") else peer
    return host.strip("[]").removeprefix("::ffff:")


class Caller(NamedTuple):
    """Who calls with a key that is known; `secret` is that key, by which calls are counted where there is a limit."""

    actor: Actor
    secret: str


class Gate:
    """What every call passes: who it is, whether the key may do that, and whether it calls too often."""

    def __init__(self, keys: Keys | None, *, rate: int) -> None:
        """`keys` None: nobody needs one. `rate` is calls per second, 0 for no limit."""
        self.keys = keys
        self._rate = rate
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    @property
    def open(self) -> bool:
        """May anybody in?"""
        return self.keys is None

    @property
    def limited(self) -> bool:
        """Is there a limit of calls?"""
        return self._rate > 0

    def anonymous(self, peer: str, scope: str) -> Actor:
        """The caller where nobody needs a key. Raises TooMany."""
        return self._checked(ANONYMOUS, scope, address(peer))

    def caller(self, secret: str | None) -> Caller | None:
        """Whose key that is, as far as is known without waiting."""
        found = self.keys.find(secret) if secret and self.keys is not None else None
        return None if found is None or secret is None else Caller(found, secret)

    def admitted(self, caller: Caller, scope: str) -> Actor:
        """A caller who is known may do that, and does not call too often. Raises Forbidden, TooMany."""
        return self._checked(caller.actor, scope, self._bucket(caller.secret))

    async def learns(self, secret: str | None) -> bool:
        """Is that somebody's key, after a look for new keys where it is time for one?"""
        if secret and self.keys is not None and self.keys.stale:
            await asyncio.to_thread(self.keys.refresh)
        return self.caller(secret) is not None

    async def admit(self, secret: str | None, scope: str, peer: str) -> Actor:
        """The caller behind a key. Who guesses keys is limited by address. Raises Unauthenticated, Forbidden, TooMany."""
        if self.keys is None:
            return self.anonymous(peer, scope)
        try:
            actor = await self._owner(self.keys, secret)
        except Unauthenticated:
            if self._rate:
                self._spend(address(peer))
            raise
        return self._checked(actor, scope, self._bucket(secret))

    async def _owner(self, keys: Keys, secret: str | None) -> Actor:
        if not secret:
            raise Unauthenticated("missing API key", hint="send it as x-api-key")
        try:
            return keys.actor(secret)
        except Unauthenticated:
            if not await self.learns(secret):  # it may be a new one
                raise
            return keys.actor(secret)

    def _bucket(self, secret: str | None) -> str:
        """Whose calls count together; "" where nobody counts them."""
        return _digest(secret or "").hex() if self._rate else ""

    def _checked(self, actor: Actor, scope: str, who: str) -> Actor:
        if self._rate:
            self._spend(who)
        allow(actor, scope)
        return actor

    def _spend(self, who: str) -> None:
        now = time.monotonic()
        left, at = self._buckets.get(who, (float(self._rate), now))
        left = min(float(self._rate), left + (now - at) * self._rate)
        if left < 1:
            raise TooMany(f"more than {self._rate} calls per second", hint="wait a second")
        self._buckets[who] = (left - 1, now)
        self._buckets.move_to_end(who)
        if len(self._buckets) > _MOST_BUCKETS:
            self._buckets.popitem(last=False)


__all__ = ["ANONYMOUS", "GRANTS", "Gate", "Keys", "Known", "allow", "from_file", "from_list", "hash_of"]
