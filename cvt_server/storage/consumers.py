"""Who uses what, and what is deployed where."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, delete, distinct, func, select, tuple_, update

from cvt_server.model import Consumer, Deployment, Page, Usage
from cvt_server.storage.database import Database
from cvt_server.storage.page import key_of, newest, page, size_of, token_of
from cvt_server.storage.tables import consumers, deployments

_ORDER: Final = (consumers.c.consumer_id, consumers.c.environment)
ROOM: Final = 32_000_000
"""Characters of usages that are remembered as read."""


class ConsumerTables:
    """Registered consumers; one row per consumer, schema and environment."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._usages = _Usages()

    def put(self, connection: Connection, consumer: Consumer) -> tuple[Consumer, bool]:
        """Insert or replace; the first `registered_at` stays. Whether anything but the time it was last seen is new."""
        key = {"consumer_id": consumer.consumer_id, "schema_id": consumer.schema_id, "environment": consumer.environment}
        said = {"version": consumer.version, "schema_version": consumer.schema_version, "usages": _usages_text(consumer.usages)}
        seen = {"last_validated_at": consumer.last_validated_at}
        before = (consumers.c[name] == value for name, value in (key | said).items())
        again = connection.execute(update(consumers).where(*before).values(seen).returning(consumers)).first()
        if again is not None:
            return self._consumer(again), False
        insert = self._database.insert(consumers).values(**key, **said, **seen, registered_at=consumer.registered_at)
        put = insert.on_conflict_do_update(index_elements=list(key), set_=said | seen).returning(consumers)
        return self._consumer(connection.execute(put).one()), True

    def list(self, schema_id: str, environment: str = "") -> Sequence[Consumer]:
        """Sorted by consumer and environment; an empty environment means all."""
        with self._database.read() as connection:
            rows = connection.execute(_of(schema_id, environment)).all()
        return [self._consumer(row) for row in rows]

    def page(self, schema_id: str, environment: str, *, page_size: int, page_token: str) -> Page[Consumer]:
        """The same in pages. Raises Invalid for a wrong page token."""
        size, after = size_of(page_size), key_of(page_token, str, str)
        query = _of(schema_id, environment)
        with self._database.read() as connection:
            total = connection.execute(select(func.count()).select_from(query.order_by(None).subquery())).scalar_one()
            if after:
                query = query.where(tuple_(*_ORDER) > tuple_(*after))
            rows = connection.execute(query.limit(size + 1)).all()
        token = token_of(rows[size - 1].consumer_id, rows[size - 1].environment) if len(rows) > size else ""
        return page([self._consumer(row) for row in rows], size, total, token)

    def total(self) -> int:
        """Consumers, whatever number of schemas they use."""
        with self._database.read() as connection:
            return int(connection.execute(select(func.count(distinct(consumers.c.consumer_id)))).scalar_one())

    def remove(self, connection: Connection, consumer_id: str, schema_id: str, environment: str) -> bool:
        """Whether there was one to remove."""
        where = (consumers.c.consumer_id == consumer_id, consumers.c.schema_id == schema_id, consumers.c.environment == environment)
        return connection.execute(delete(consumers).where(*where)).rowcount > 0

    def _consumer(self, row: Row[Any]) -> Consumer:
        # By place: ten thousand rows are read at once.
        schema_id, environment, consumer_id, version, schema_version, registered_at, last_validated_at, usages = tuple[Any, ...](row)
        return Consumer(consumer_id, schema_id, environment, version, schema_version, registered_at, last_validated_at, self._usages.read(usages))


def _of(schema_id: str, environment: str) -> Select[Any]:
    query = select(consumers).where(consumers.c.schema_id == schema_id).order_by(*_ORDER)
    return query.where(consumers.c.environment == environment) if environment else query


class _Usages:
    """Usages by the text they are stored as: equal texts become the same object, read once. Bounded in characters."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Usage, ...]] = {}
        self._room = ROOM

    def read(self, text: str) -> tuple[Usage, ...]:
        found = self._known.get(text)
        if found is None:
            found = tuple(Usage(method, path, tuple(fields)) for method, path, fields in json.loads(text))
            self._room -= len(text)
            if self._room < 0:
                self._known, self._room = {}, ROOM - len(text)
            self._known[text] = found
        return found


class DeploymentTables:
    """What is deployed, and what was."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, connection: Connection, deployment: Deployment) -> tuple[Deployment, bool]:
        """Record a deployment unless it is the current one already; whether it was recorded."""
        here = (deployments.c.schema_id == deployment.schema_id, deployments.c.environment == deployment.environment, deployments.c.current.is_(True))
        current = connection.execute(select(deployments).where(*here).order_by(deployments.c.id.desc())).first()
        if current is not None and (current.version, current.revision) == (deployment.version, deployment.revision):
            return _deployment(current), False
        connection.execute(update(deployments).where(*here).values(current=False))
        row = {name: getattr(deployment, name) for name in ("schema_id", "environment", "version", "revision", "actor", "deployed_at")}
        added = connection.execute(self._database.insert(deployments).values(**row, current=True).returning(deployments)).one()
        return _deployment(added), True

    def list(self, *, environment: str = "", schema_id: str = "", history: bool = False) -> Sequence[Deployment]:
        """Newest first."""
        query = _there(environment, schema_id, history=history).order_by(deployments.c.id.desc())
        with self._database.read() as connection:
            return [_deployment(row) for row in connection.execute(query)]

    def page(self, *, environment: str, schema_id: str, history: bool, page_size: int, page_token: str) -> Page[Deployment]:
        """The same in pages. Raises Invalid for a wrong page token."""
        return newest(self._database, deployments, _there(environment, schema_id, history=history), _deployment, page_size, page_token)

    def deployed(self, connection: Connection, schema_id: str, version: str) -> tuple[str, ...]:
        """The environments in which a version (empty: any) is current."""
        query = select(deployments.c.environment).where(deployments.c.schema_id == schema_id, deployments.c.current.is_(True))
        if version:
            query = query.where(deployments.c.version == version)
        return tuple(connection.execute(query.order_by(deployments.c.environment)).scalars())


def _there(environment: str, schema_id: str, *, history: bool) -> Select[Any]:
    query = select(deployments)
    if environment:
        query = query.where(deployments.c.environment == environment)
    if schema_id:
        query = query.where(deployments.c.schema_id == schema_id)
    return query if history else query.where(deployments.c.current.is_(True))


def _usages_text(usages: Sequence[Usage]) -> str:
    return json.dumps([[usage.method, usage.path, list(usage.fields)] for usage in usages], separators=(",", ":"), ensure_ascii=False)


def _deployment(row: Row[Any]) -> Deployment:
    return Deployment(row.schema_id, row.version, row.environment, row.deployed_at, row.revision, row.actor, bool(row.current))
