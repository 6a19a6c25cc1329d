"""The registry's tables: descriptions by hash, their versions, and who owns them."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, select, update

from cvt_server.errors import Unavailable
from cvt_server.model import Ownership, Page, SchemaVersion
from cvt_server.storage.database import Database
from cvt_server.storage.order import rank, twins
from cvt_server.storage.page import key_of, page, size_of, token_of
from cvt_server.storage.tables import contents, schemas, versions

_COLUMNS: Final = (versions, schemas.c.owner, schemas.c.team, schemas.c.contact_email, schemas.c.read_only)
_LEVEL: Final = 6
"""zlib: a 13 MB description takes 0.2 s and a tenth of the room."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a version that was to be stored: `created`, or what was there before under its name; `refused` when that is other content."""

    schema: SchemaVersion
    created: bool
    replaced: bool = False
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Packed:
    """A description as it is kept. `size` is that of its text in bytes."""

    data: bytes
    size: int


def pack(content: str) -> Packed:
    """Compress a description: before the transaction that stores it, because others wait for that one."""
    data = content.encode("utf-8", "surrogatepass")
    return Packed(zlib.compress(data, _LEVEL), len(data))


class SchemaTables:
    """Reads and writes them. Every method is one transaction, except those that take a connection."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, connection: Connection, schema: SchemaVersion) -> None:
        """Have the schema's row, and hold its lock until the transaction ends: registrations of one schema follow each other."""
        row = {"schema_id": schema.schema_id, "created_at": schema.registered_at}
        connection.execute(self._database.insert(schemas).values(row).on_conflict_do_nothing())
        connection.execute(select(schemas.c.schema_id).where(schemas.c.schema_id == schema.schema_id).with_for_update())

    def store(self, connection: Connection, schema: SchemaVersion, content: Packed, *, owner: Ownership | None, mutable: bool) -> Stored:
        """Store a version unless it is there; other content under its name is replaced only where versions are mutable.

        The schema must be claimed. `schema.ownership` is not looked at: `owner` is what to set, None to leave it.
        """
        found = self.look(connection, schema.schema_id, schema.version, deleted=True)
        same = found is not None and found.hash == schema.hash
        if found is not None and not same and not mutable:
            return Stored(found, created=False, refused=True)
        created = not same or found is None or found.deleted
        if created:
            self._put(connection, schema, content, found)
        if owner is not None:
            connection.execute(update(schemas).where(schemas.c.schema_id == schema.schema_id).values(_owner(owner)))
        if created or owner is not None:
            self._settle(connection, schema.schema_id)
        stored = self.look(connection, schema.schema_id, schema.version)
        if stored is None:
            raise RuntimeError("a version that was stored is not there")
        return Stored(stored, created=created, replaced=found is not None and not same)

    def owner(self, connection: Connection, schema_id: str) -> Ownership | None:
        """Who owns a schema, None where there is none; the row stays locked until the transaction ends."""
        row = connection.execute(select(schemas).where(schemas.c.schema_id == schema_id).with_for_update()).first()
        return None if row is None else Ownership(row.owner, row.team, row.contact_email, bool(row.read_only))

    def find(self, schema_id: str, version: str = "") -> SchemaVersion | None:
        """One version; empty: the latest."""
        with self._database.read() as connection:
            return self.look(connection, schema_id, version)

    def twin(self, schema_id: str, version: str) -> str:
        """The name of the same version with or without its `v`; "" where there is none."""
        query = self._of(schema_id).where(versions.c.version.in_(twins(version)))
        with self._database.read() as connection:
            row = connection.execute(query.limit(1)).first()
        return "" if row is None else str(row.version)

    def holds(self, digest: str) -> bool:
        """Is a description with that hash stored, under whatever name?"""
        with self._database.read() as connection:
            return connection.execute(select(contents.c.size).where(contents.c.hash == digest)).first() is not None

    def content(self, digest: str) -> str | None:
        """A description by its hash, as it was registered. Raises Unavailable, also for a damaged one."""
        with self._database.read() as connection:
            data = connection.execute(select(contents.c.data).where(contents.c.hash == digest)).scalar()
        try:
            return None if data is None else zlib.decompress(data).decode("utf-8", "surrogatepass")
        except (zlib.error, UnicodeDecodeError):
            raise Unavailable(f"the stored description {digest} is damaged", hint="restore the database from a backup") from None

    def before(self, schema_id: str, version: str) -> SchemaVersion | None:
        """The next lower version that is there, whether or not `version` itself is; a release where there is one."""
        with self._database.read() as connection:
            return self.below(connection, schema_id, version)

    def below(self, connection: Connection, schema_id: str, version: str) -> SchemaVersion | None:
        """The same within a transaction."""
        lower = self._of(schema_id).where(_under(rank(version).key, version))
        row = connection.execute(lower.order_by(versions.c.released.desc(), versions.c.rank.desc(), versions.c.version.desc()).limit(1)).first()
        return None if row is None else _version(row)

    def total(self) -> int:
        """Schemas of which a version is there."""
        with self._database.read() as connection:
            return int(connection.execute(select(func.count()).select_from(schemas).where(schemas.c.latest.is_not(None))).scalar_one())

    def latest(self, *, owner: str = "", team: str = "", page_size: int = 0, page_token: str = "") -> Page[SchemaVersion]:
        """The latest version of each schema, by id."""
        size, after = size_of(page_size), key_of(page_token, str)
        wanted = [schemas.c[name] == value for name, value in (("owner", owner), ("team", team)) if value]
        joined = and_(versions.c.schema_id == schemas.c.schema_id, versions.c.version == schemas.c.latest)
        query = select(*_COLUMNS).join_from(schemas, versions, joined).where(*wanted)
        if after:
            query = query.where(schemas.c.schema_id > after[0])
        with self._database.read() as connection:
            total = connection.execute(select(func.count()).select_from(schemas).where(schemas.c.latest.is_not(None), *wanted)).scalar_one()
            rows = connection.execute(query.order_by(schemas.c.schema_id).limit(size + 1)).all()
        found = [_version(row) for row in rows]
        return page(found, size, total, token_of(found[size - 1].schema_id) if len(found) > size else "")

    def versions(self, schema_id: str, *, page_size: int = 0, page_token: str = "") -> Page[SchemaVersion]:
        """Every version of a schema, highest first."""
        size, after = size_of(page_size), key_of(page_token, str, str)
        query = self._of(schema_id)
        with self._database.read() as connection:
            total = connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()
            if after:
                query = query.where(_under(after[0], after[1]))
            rows = connection.execute(query.order_by(versions.c.rank.desc(), versions.c.version.desc()).limit(size + 1)).all()
        token = token_of(rows[size - 1].rank, rows[size - 1].version) if len(rows) > size else ""
        return page([_version(row) for row in rows], size, total, token)

    def names(self, schema_id: str, limit: int = 20) -> tuple[str, ...]:
        """The highest versions' names, for a message."""
        with self._database.read() as connection:
            query = self._of(schema_id).order_by(versions.c.rank.desc(), versions.c.version.desc()).limit(limit)
            return tuple(row.version for row in connection.execute(query))

    def mark(self, connection: Connection, schema_id: str, version: str, *, deleted: bool) -> int:
        """Hide or show a version (empty: all); how many that changed."""
        change = update(versions).where(versions.c.schema_id == schema_id, versions.c.deleted == (not deleted)).values(deleted=deleted)
        if version:
            change = change.where(versions.c.version == version)
        changed = connection.execute(change).rowcount
        if changed:
            self._settle(connection, schema_id)
        return changed

    def touch(self, connection: Connection, schema_id: str) -> None:
        """Let every replica see that something about a schema changed."""
        connection.execute(update(schemas).where(schemas.c.schema_id == schema_id).values(generation=schemas.c.generation + 1))

    def _settle(self, connection: Connection, schema_id: str) -> None:
        """Settle which version is the latest. Only under the lock of the schema's row: else an older answer could overwrite a newer one."""
        first = self._of(schema_id).order_by(versions.c.released.desc(), versions.c.rank.desc(), versions.c.version.desc())
        latest = connection.execute(first.limit(1)).first()
        change = {"latest": None if latest is None else latest.version, "generation": schemas.c.generation + 1}
        connection.execute(update(schemas).where(schemas.c.schema_id == schema_id).values(change))

    def generation(self, schema_id: str) -> int:
        """A number that grows whenever anything about a schema changes; -1 where there is no such schema."""
        with self._database.read() as connection:
            found = connection.execute(select(schemas.c.generation).where(schemas.c.schema_id == schema_id)).scalar()
        return -1 if found is None else int(found)

    def _put(self, connection: Connection, schema: SchemaVersion, content: Packed, found: SchemaVersion | None) -> None:
        if connection.execute(select(contents.c.size).where(contents.c.hash == schema.hash)).first() is None:
            row = {"hash": schema.hash, "data": content.data, "size": content.size}
            connection.execute(self._database.insert(contents).values(row).on_conflict_do_nothing())
        place = rank(schema.version)
        values = {
            "hash": schema.hash,
            "revision": schema.revision,
            "title": schema.title,
            "openapi_version": schema.openapi_version,
            "endpoint_count": schema.endpoint_count,
            "rank": place.key,
            "released": place.released,
            "registered_at": found.registered_at if found is not None else schema.registered_at,
            "updated_at": schema.updated_at,
            "deleted": False,
        }
        key = {"schema_id": schema.schema_id, "version": schema.version}
        put = self._database.insert(versions).values(values | key)
        connection.execute(put.on_conflict_do_update(index_elements=["schema_id", "version"], set_=values))

    @staticmethod
    def _of(schema_id: str) -> Select[Any]:
        joined = versions.c.schema_id == schemas.c.schema_id
        return select(*_COLUMNS).join_from(schemas, versions, joined).where(versions.c.schema_id == schema_id, versions.c.deleted.is_(False))

    @staticmethod
    def look(connection: Connection, schema_id: str, version: str, *, deleted: bool = False) -> SchemaVersion | None:
        """`find` within a transaction, if need be among the deleted too."""
        query = select(*_COLUMNS).join_from(schemas, versions, versions.c.schema_id == schemas.c.schema_id).where(schemas.c.schema_id == schema_id)
        query = query.where(versions.c.version == (version or schemas.c.latest))
        if not deleted:
            query = query.where(versions.c.deleted.is_(False))
        row = connection.execute(query).first()
        return None if row is None else _version(row)


def _under(key: str, version: str) -> ColumnElement[bool]:
    """Is it a lower version? Those of one rank (`1.0`, `1.0.0`, `v1.0.0`) follow their names."""
    return (versions.c.rank <= key) & ((versions.c.rank < key) | (versions.c.version < version))


def _owner(owner: Ownership) -> dict[str, Any]:
    return {"owner": owner.owner, "team": owner.team, "contact_email": owner.contact_email, "read_only": owner.read_only}


def _version(row: Row[Any]) -> SchemaVersion:
    return SchemaVersion(
        schema_id=row.schema_id,
        version=row.version,
        hash=row.hash,
        registered_at=row.registered_at,
        updated_at=row.updated_at,
        ownership=Ownership(row.owner, row.team, row.contact_email, bool(row.read_only)),
        openapi_version=row.openapi_version,
        endpoint_count=row.endpoint_count,
        revision=row.revision,
        title=row.title,
        deleted=bool(row.deleted),
    )
