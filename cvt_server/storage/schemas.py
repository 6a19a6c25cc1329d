"""The registry's tables: descriptions by hash, their versions, and who owns them."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, and_, func, select, update

from cvt_server.model import Ownership, Page, SchemaVersion
from cvt_server.storage.database import Database
from cvt_server.storage.order import rank
from cvt_server.storage.page import key_of, page, size_of, token_of
from cvt_server.storage.tables import contents, schemas, versions

_COLUMNS: Final = (versions, schemas.c.owner, schemas.c.team, schemas.c.contact_email, schemas.c.read_only)
_LEVEL: Final = 6
"""zlib: a 13 MB description takes 0.2 s and a tenth of the room."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a version that was to be stored: `created`, or what was there before under its name."""

    schema: SchemaVersion
    created: bool
    replaced: bool = False
    other_hash: str = ""


class SchemaTables:
    """Reads and writes them. Every method is one transaction, except those that take a connection."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def store(self, connection: Connection, schema: SchemaVersion, content: str, *, owner: Ownership | None, mutable: bool) -> Stored:
        """Store a version unless it is there; other content under its name is replaced only where versions are mutable, else told in `other_hash`.

        `schema.ownership` is not looked at: `owner` is what to set, None to leave it.
        """
        self._claim(connection, schema)
        found = self._find(connection, schema.schema_id, schema.version, deleted=True)
        same = found is not None and found.hash == schema.hash
        if found is not None and not same and not mutable:
            return Stored(found, created=False, other_hash=found.hash)
        created = not same or found is None or found.deleted
        if created:
            self._put(connection, schema, content, found)
        if owner is not None:
            connection.execute(update(schemas).where(schemas.c.schema_id == schema.schema_id).values(_owner(owner)))
        if created or owner is not None:
            self.touch(connection, schema.schema_id)
        stored = self._find(connection, schema.schema_id, schema.version)
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
            return self._find(connection, schema_id, version)

    def known(self, schema_id: str) -> bool:
        """Whether there is any version, deleted or not."""
        with self._database.read() as connection:
            return connection.execute(select(schemas.c.schema_id).where(schemas.c.schema_id == schema_id)).first() is not None

    def content(self, digest: str) -> str | None:
        """A description by its hash, as it was registered."""
        with self._database.read() as connection:
            data = connection.execute(select(contents.c.data).where(contents.c.hash == digest)).scalar()
        return None if data is None else zlib.decompress(data).decode("utf-8", "surrogatepass")

    def before(self, schema_id: str, version: str) -> SchemaVersion | None:
        """The next lower version that is there, whether or not `version` itself is; a release where there is one."""
        own = rank(version).key
        lower = self._of(schema_id).where(versions.c.rank < own)
        with self._database.read() as connection:
            row = connection.execute(lower.order_by(versions.c.released.desc(), versions.c.rank.desc(), versions.c.version.desc()).limit(1)).first()
        return None if row is None else _version(row)

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
                query = query.where((versions.c.rank < after[0]) | ((versions.c.rank == after[0]) & (versions.c.version < after[1])))
            rows = connection.execute(query.order_by(versions.c.rank.desc(), versions.c.version.desc()).limit(size + 1)).all()
        token = token_of(rows[size - 1].rank, rows[size - 1].version) if len(rows) > size else ""
        return page([_version(row) for row in rows], size, total, token)

    def names(self, schema_id: str, limit: int = 20) -> tuple[str, ...]:
        """The highest versions' names, for a message."""
        with self._database.read() as connection:
            query = self._of(schema_id).order_by(versions.c.rank.desc()).limit(limit)
            return tuple(row.version for row in connection.execute(query))

    def mark(self, connection: Connection, schema_id: str, version: str, *, deleted: bool) -> int:
        """Hide or show a version (empty: all); how many that changed."""
        change = update(versions).where(versions.c.schema_id == schema_id, versions.c.deleted == (not deleted)).values(deleted=deleted)
        if version:
            change = change.where(versions.c.version == version)
        changed = connection.execute(change).rowcount
        if changed:
            self.touch(connection, schema_id)
        return changed

    def touch(self, connection: Connection, schema_id: str) -> None:
        """Settle which version is the latest, and let every replica see that something changed."""
        first = self._of(schema_id).order_by(versions.c.released.desc(), versions.c.rank.desc(), versions.c.registered_at.desc(), versions.c.version.desc())
        latest = connection.execute(first.limit(1)).first()
        change = {"latest": None if latest is None else latest.version, "generation": schemas.c.generation + 1}
        connection.execute(update(schemas).where(schemas.c.schema_id == schema_id).values(change))

    def generation(self, schema_id: str) -> int:
        """A number that grows whenever anything about a schema changes; -1 where there is no such schema."""
        with self._database.read() as connection:
            found = connection.execute(select(schemas.c.generation).where(schemas.c.schema_id == schema_id)).scalar()
        return -1 if found is None else int(found)

    def ids(self, limit: int) -> tuple[str, ...]:
        """The first schema ids."""
        with self._database.read() as connection:
            return tuple(connection.execute(select(schemas.c.schema_id).order_by(schemas.c.schema_id).limit(limit)).scalars())

    def _claim(self, connection: Connection, schema: SchemaVersion) -> None:
        """Have the schema's row, and hold its lock: registrations of one schema follow each other."""
        row = {"schema_id": schema.schema_id, "created_at": schema.registered_at}
        connection.execute(self._database.insert(schemas).values(row).on_conflict_do_nothing())
        connection.execute(select(schemas.c.schema_id).where(schemas.c.schema_id == schema.schema_id).with_for_update())

    def _put(self, connection: Connection, schema: SchemaVersion, content: str, found: SchemaVersion | None) -> None:
        data = content.encode("utf-8", "surrogatepass")
        if connection.execute(select(contents.c.size).where(contents.c.hash == schema.hash)).first() is None:
            row = {"hash": schema.hash, "data": zlib.compress(data, _LEVEL), "size": len(data)}
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
    def _find(connection: Connection, schema_id: str, version: str, *, deleted: bool = False) -> SchemaVersion | None:
        query = select(*_COLUMNS).join_from(schemas, versions, versions.c.schema_id == schemas.c.schema_id).where(schemas.c.schema_id == schema_id)
        query = query.where(versions.c.version == (version or schemas.c.latest))
        if not deleted:
            query = query.where(versions.c.deleted.is_(False))
        row = connection.execute(query).first()
        return None if row is None else _version(row)


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
