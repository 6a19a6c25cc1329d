"""What is written beside the registry: verdicts of runs, the audit trail, API keys, counts of validations, and who does the cleaning."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Connection, Row, Table, delete, func, select, update

from cvt_server.model import ApiKey, AuditEvent, Page, Verdict
from cvt_server.storage.database import Database
from cvt_server.storage.page import newest
from cvt_server.storage.tables import api_keys, audit, leases, validations, verdicts

_LISTS: Final = ("fingerprints", "waivers", "consumers")
_PLAIN: Final = (
    "run_id", "api", "verdict", "commit", "base", "branch", "pull_request", "repository", "url", "breaking", "warnings", "duration", "time",
)  # fmt: skip
_COUNTED: Final = ("schema_id", "version", "day", "operation", "valid")
_DAY: Final = 86_400
_MAX_ACTOR: Final = 255
_BATCH: Final = 5_000
"""Rows that are removed in one transaction: others write in between."""
Counted = Mapping[tuple[str, str, int, str, bool], int]
"""Validations by schema, version, day (days since 1970), operation and whether valid."""


class VerdictTables:
    """What the runners concluded."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, connection: Connection, verdict: Verdict) -> None:
        """Insert or replace by run and API; the place in the listing and the time stay those of the first."""
        row = {name: getattr(verdict, name) for name in _PLAIN} | {name: json.dumps(getattr(verdict, name)) for name in _LISTS}
        change = {name: value for name, value in row.items() if name not in ("run_id", "api", "time")}
        connection.execute(self._database.insert(verdicts).values(row).on_conflict_do_update(index_elements=["run_id", "api"], set_=change))

    def get(self, run_id: str, api: str) -> Verdict | None:
        """One of them."""
        with self._database.read() as connection:
            row = connection.execute(select(verdicts).where(verdicts.c.run_id == run_id, verdicts.c.api == api)).first()
        return None if row is None else _verdict(row)

    def list(self, equal: Mapping[str, str], *, since: int = 0, until: int = 0, page_size: int = 0, page_token: str = "") -> Page[Verdict]:
        """Newest first. `equal` holds columns and their values, empty ones mean any."""
        where = [verdicts.c[name] == value for name, value in equal.items() if value]
        where += [verdicts.c.time >= since] if since else []
        where += [verdicts.c.time < until] if until else []
        return newest(self._database, verdicts, select(verdicts).where(*where), _verdict, page_size, page_token)


class AuditTables:
    """Who did what."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, connection: Connection, event: AuditEvent) -> None:
        """Append; the database numbers it."""
        row = {"time": event.time, "actor": event.actor[:_MAX_ACTOR], "action": event.action, "subject": event.subject, "detail": event.detail}
        connection.execute(audit.insert().values(row))

    def list(self, equal: Mapping[str, str], *, since: int = 0, page_size: int = 0, page_token: str = "") -> Page[AuditEvent]:
        """Newest first."""
        where = [audit.c[name] == value for name, value in equal.items() if value]
        where += [audit.c.time >= since] if since else []
        return newest(self._database, audit, select(audit).where(*where), _event, page_size, page_token)


class KeyTables:
    """API keys by the hash of their secrets."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, connection: Connection, key: ApiKey) -> None:
        """A new key."""
        row = {name: getattr(key, name) for name in ("key_id", "name", "key_hash", "created_at", "expires_at", "revoked_at")}
        connection.execute(api_keys.insert().values(**row, scopes=" ".join(sorted(key.scopes))))

    def end(self, connection: Connection, key_id: str, *, expires_at: int = 0, revoked_at: int = 0) -> bool:
        """Let a key run out, or revoke it; false where it was revoked before."""
        change = {"revoked_at": revoked_at} if revoked_at else {"expires_at": expires_at}
        return connection.execute(update(api_keys).where(api_keys.c.key_id == key_id, api_keys.c.revoked_at == 0).values(change)).rowcount > 0

    def list(self) -> Sequence[ApiKey]:
        """All, the oldest first."""
        with self._database.read() as connection:
            return [_key(row) for row in connection.execute(select(api_keys).order_by(api_keys.c.created_at, api_keys.c.key_id))]


class CountTables:
    """How often what was validated, per day."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, counted: Counted) -> None:
        """Add to the counts, all of them or none. In one order, so that replicas that add at the same time never wait for each other in a ring."""
        rows = [dict(zip(_COUNTED, key, strict=True)) | {"count": count} for key, count in sorted(counted.items())]
        put = self._database.insert(validations)
        put = put.on_conflict_do_update(index_elements=list(_COUNTED), set_={"count": validations.c.count + put.excluded.count})
        with self._database.write() as connection:
            connection.execute(put, rows)

    def totals(self, *, since_day: int = 0, schema_id: str = "") -> Sequence[tuple[str, int, bool, int]]:
        """Schema, day, whether valid, and how many."""
        columns = (validations.c.schema_id, validations.c.day, validations.c.valid)
        query = select(*columns, func.sum(validations.c.count).label("total")).where(validations.c.day >= since_day).group_by(*columns).order_by(*columns)
        if schema_id:
            query = query.where(validations.c.schema_id == schema_id)
        with self._database.read() as connection:
            return [(row.schema_id, row.day, bool(row.valid), int(row.total)) for row in connection.execute(query)]


class Cleaning:
    """Old records go, done by one replica at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def lease(self, name: str, holder: str, *, now: int, seconds: int) -> bool:
        """Take or keep a lease; false while another holds it. One that lasts longer than any comes from a clock that was wrong, and counts for nothing."""
        row = {"name": name, "holder": holder, "until": now + seconds}
        put = self._database.insert(leases).values(row)
        mine = (leases.c.holder == holder) | (leases.c.until < now) | (leases.c.until > now + seconds)
        with self._database.write() as connection:
            connection.execute(put.on_conflict_do_update(index_elements=["name"], set_={"holder": holder, "until": now + seconds}, where=mine))
            return connection.execute(select(leases.c.holder).where(leases.c.name == name)).scalar() == holder

    def purge(self, before: int) -> int:
        """Remove verdicts, audit events and counts from before that time; how many rows."""
        gone = sum(self._remove(table, table.c.id, table.c.time < before) for table in (verdicts, audit))
        for day in self._days(before // _DAY):
            with self._database.write() as connection:
                gone += connection.execute(delete(validations).where(validations.c.day == day)).rowcount
        return gone

    def _remove(self, table: Table, key: Column[int], old: ColumnElement[bool]) -> int:
        gone, last = 0, _BATCH
        while last >= _BATCH:
            with self._database.write() as connection:
                some = select(key).where(old).limit(_BATCH).scalar_subquery()
                last = connection.execute(delete(table).where(key.in_(some))).rowcount
            gone += last
        return gone

    def _days(self, before: int) -> Sequence[int]:
        with self._database.read() as connection:
            return connection.execute(select(validations.c.day).where(validations.c.day < before).distinct()).scalars().all()


def _verdict(row: Row[Any]) -> Verdict:
    values = row._mapping
    every: dict[str, Any] = {name: values[name] for name in _PLAIN} | {name: _texts(values[name]) for name in _LISTS}
    return Verdict(**every)


def _texts(value: str) -> tuple[str, ...]:
    found: Iterable[str] = json.loads(value)
    return tuple(found)


def _event(row: Row[Any]) -> AuditEvent:
    return AuditEvent(row.id, row.time, row.actor, row.action, row.subject, row.detail)


def _key(row: Row[Any]) -> ApiKey:
    return ApiKey(row.key_id, row.name, row.key_hash, frozenset(row.scopes.split()), row.created_at, row.expires_at, row.revoked_at)
