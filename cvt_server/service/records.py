"""Verdicts of runs, API keys, and the audit trail."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from cvt_server.errors import Invalid, NotFound
from cvt_server.model import Actor, ApiKey, AuditEvent, Page, Verdict
from cvt_server.service import checks
from cvt_server.storage.base import Storage

SCOPES: Final = frozenset(("read", "validate", "write", "admin"))
VERDICTS: Final = ("ok", "broken", "inconclusive", "nothing")
_SECRET_BYTES: Final = 32
_MAX_NUMBER: Final = 2**31 - 1


class VerdictService:
    """What the runners concluded."""

    def __init__(self, storage: Storage, now: Callable[[], int]) -> None:
        self._storage = storage
        self._now = now

    def publish(self, verdict: Verdict, actor: Actor) -> Verdict:
        """Store or replace by run and API; the time and the place in the listing stay those of the first. Raises Invalid."""
        for name in ("run_id", "api"):
            checks.required(name, getattr(verdict, name))
        checks.short("repository", verdict.repository)
        if verdict.verdict not in VERDICTS:
            raise Invalid(f"verdict is '{verdict.verdict[:40]}', but must be one of: {', '.join(VERDICTS)}")
        for name in ("commit", "base", "branch", "pull_request", "url"):
            checks.short(name, getattr(verdict, name), checks.MAX_TEXT)
        for name in ("fingerprints", "waivers", "consumers"):
            _bounded(name, getattr(verdict, name))
        if not 0 <= verdict.duration < _MAX_NUMBER or not 0 <= verdict.breaking < _MAX_NUMBER or not 0 <= verdict.warnings < _MAX_NUMBER:
            raise Invalid("duration, breaking and warnings must be numbers from 0")
        stored = replace(verdict, time=verdict.time if 0 < verdict.time <= self._now() else self._now())
        known = self._storage.verdicts.get(verdict.run_id, verdict.api)
        with self._storage.database.write() as connection:
            self._storage.verdicts.put(connection, stored)
            if known is None:
                event = AuditEvent(0, self._now(), actor.name, "verdict.published", f"{stored.api}@{stored.run_id}", json.dumps({"verdict": stored.verdict}))
                self._storage.audit.add(connection, event)
        return self._storage.verdicts.get(verdict.run_id, verdict.api) or stored

    def list(
        self, *, api: str = "", repository: str = "", verdict: str = "", since: int = 0, until: int = 0, page_size: int = 0, page_token: str = ""
    ) -> Page[Verdict]:
        """Newest first. Raises Invalid for a wrong page token."""
        if not checks.storable(api, repository, verdict):
            return Page(())
        equal = {"api": api, "repository": repository, "verdict": verdict}
        return self._storage.verdicts.list(equal, since=since, until=until, page_size=page_size, page_token=page_token)


class KeyService:
    """API keys. Of a secret only its SHA-256 is stored: it has 256 random bits, so nothing slower is needed."""

    def __init__(self, storage: Storage, now: Callable[[], int]) -> None:
        self._storage = storage
        self._now = now

    def create(self, name: str, scopes: frozenset[str], expires_at: int, actor: Actor) -> tuple[ApiKey, str]:
        """A new key and its secret."""
        checks.required("name", name)
        if not scopes or scopes - SCOPES:
            raise Invalid(f"scopes are '{' '.join(sorted(scopes))}', but must be some of: {', '.join(sorted(SCOPES))}")
        if expires_at and expires_at <= self._now():
            raise Invalid("expires_at is in the past", hint="seconds since 1970, or 0 for never")
        key, secret = self._new(name, scopes, expires_at)
        with self._storage.database.write() as connection:
            self._storage.keys.add(connection, key)
            self._storage.audit.add(connection, self._event(actor, "key.created", key))
        return key, secret

    def rotate(self, key_id: str, actor: Actor, *, grace: int = 0) -> tuple[ApiKey, str]:
        """A new secret in place of an old one."""
        old = self._get(key_id)
        if old.revoked_at or (old.expires_at and old.expires_at <= self._now()):
            raise Invalid(f"the key {key_id} has ended", hint="create a new one")
        if grace < 0:
            raise Invalid("grace is a number of seconds from 0")
        key, secret = self._new(old.name, old.scopes, old.expires_at)
        end = self._now() + grace
        with self._storage.database.write() as connection:
            self._storage.keys.add(connection, key)
            if grace:
                ended = self._storage.keys.end(connection, key_id, expires_at=min(end, old.expires_at) if old.expires_at else end)
            else:
                ended = self._storage.keys.end(connection, key_id, revoked_at=self._now())
            if not ended:
                raise Invalid(f"the key {key_id} has ended", hint="create a new one")
            self._storage.audit.add(connection, self._event(actor, "key.rotated", old))
        return key, secret

    def revoke(self, key_id: str, actor: Actor) -> None:
        """End a key."""
        key = self._get(key_id)
        with self._storage.database.write() as connection:
            if self._storage.keys.end(connection, key_id, revoked_at=self._now()):
                self._storage.audit.add(connection, self._event(actor, "key.revoked", key))

    def list(self) -> Sequence[ApiKey]:
        """All, without secrets."""
        return self._storage.keys.list()

    def _get(self, key_id: str) -> ApiKey:
        found = next((key for key in self._storage.keys.list() if key.key_id == key_id), None)
        if found is None:
            raise NotFound(f"there is no key {key_id[:60]}")
        return found

    def _new(self, name: str, scopes: frozenset[str], expires_at: int) -> tuple[ApiKey, str]:
        secret = "cvt_" + secrets.token_urlsafe(_SECRET_BYTES)
        return ApiKey(secrets.token_hex(8), name, hash_of(secret), scopes, self._now(), expires_at), secret

    def _event(self, actor: Actor, action: str, key: ApiKey) -> AuditEvent:
        return AuditEvent(0, self._now(), actor.name, action, key.key_id, json.dumps({"name": key.name, "scopes": sorted(key.scopes)}))


class AuditService:
    """The trail of mutations."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def list(self, *, subject: str = "", actor: str = "", since: int = 0, page_size: int = 0, page_token: str = "") -> Page[AuditEvent]:
        """Newest first. Raises Invalid for a wrong page token."""
        if not checks.storable(subject, actor):
            return Page(())
        return self._storage.audit.list({"subject": subject, "actor": actor}, since=since, page_size=page_size, page_token=page_token)


def hash_of(secret: str) -> str:
    """What is stored of a key's secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _bounded(name: str, values: Sequence[str]) -> None:
    if len(values) > checks.MAX_LIST:
        raise Invalid(f"{name} cannot have more than {checks.MAX_LIST} entries (got {len(values)})")
    for value in values:
        checks.short(name, value, checks.MAX_TEXT)
