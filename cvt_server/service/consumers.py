"""Who uses which endpoints of a schema, where."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy import Connection

from cvt_server.errors import Invalid, NotFound
from cvt_server.model import Actor, AuditEvent, Consumer, Page, Usage
from cvt_server.service import checks
from cvt_server.service.freshness import Freshness
from cvt_server.storage.base import Storage

DEFAULT_ENVIRONMENT: Final = "dev"
METHODS: Final = frozenset(("GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE", "QUERY", "CONNECT", "*", ""))
_MAX_PATH: Final = 2000


class ConsumerService:
    """Who uses which endpoints. An empty environment is `dev` where one consumer is meant, and all of them in a listing."""

    def __init__(self, storage: Storage, freshness: Freshness, now: Callable[[], int]) -> None:
        self._storage = storage
        self._freshness = freshness
        self._now = now

    def register(self, consumer: Consumer, actor: Actor) -> Consumer:
        """Insert or replace by consumer, schema and environment; the first `registered_at` stays. Raises Invalid, NotFound."""
        now = self._now()
        wanted = replace(
            consumer,
            consumer_id=checks.required("consumer_id", consumer.consumer_id),
            schema_id=checks.required("schema_id", consumer.schema_id),
            environment=checks.short("environment", consumer.environment or DEFAULT_ENVIRONMENT),
            version=checks.short("consumer_version", consumer.version),
            schema_version=checks.short("schema_version", consumer.schema_version),
            registered_at=now,
            last_validated_at=now,
            usages=_usages(consumer.usages),
        )
        self._look(wanted)
        with self._storage.database.write() as connection:
            stored, new = self._storage.consumers.put(connection, wanted)
            if new:
                self._storage.schemas.touch(connection, wanted.schema_id)
                self._note(connection, actor, "consumer.registered", stored)
        if new:
            self._freshness.drop(wanted.schema_id)
        return stored

    def list(self, schema_id: str, environment: str = "") -> Sequence[Consumer]:
        """Sorted by consumer and environment; none for a schema that is not there."""
        return self._storage.consumers.list(schema_id, environment) if checks.possible(schema_id, environment) else ()

    def page(self, schema_id: str, environment: str = "", *, page_size: int = 0, page_token: str = "") -> Page[Consumer]:
        """The same in pages, all in one where no size is asked for. Raises Invalid for a wrong page token."""
        if not checks.possible(schema_id, environment):
            return Page(())
        if not page_size and not page_token:
            found = self._storage.consumers.list(schema_id, environment)
            return Page(tuple(found), "", len(found))
        return self._storage.consumers.page(schema_id, environment, page_size=page_size, page_token=page_token)

    def deregister(self, consumer_id: str, schema_id: str, environment: str, actor: Actor) -> None:
        """Remove one. Raises Invalid, NotFound."""
        checks.required("consumer_id", consumer_id)
        checks.required("schema_id", schema_id)
        environment = checks.short("environment", environment or DEFAULT_ENVIRONMENT)
        with self._storage.database.write() as connection:
            if not self._storage.consumers.remove(connection, consumer_id, schema_id, environment):
                raise NotFound(f"consumer not found: {consumer_id}/{schema_id}/{environment}")
            self._storage.schemas.touch(connection, schema_id)
            self._note(connection, actor, "consumer.deregistered", Consumer(consumer_id, schema_id, environment))
        self._freshness.drop(schema_id)

    def _look(self, wanted: Consumer) -> None:
        """Is what it uses registered? Raises NotFound."""
        schemas = self._storage.schemas
        if schemas.find(wanted.schema_id) is None:
            raise NotFound(f"schema not found: {wanted.schema_id}", hint="register the schema first")
        if wanted.schema_version and schemas.find(wanted.schema_id, wanted.schema_version) is None:
            twin = schemas.twin(wanted.schema_id, wanted.schema_version)
            hint = f"did you mean {twin}?" if twin else f"registered: {', '.join(schemas.names(wanted.schema_id, 10))}"
            raise NotFound(f"schema not found: {wanted.schema_id} version {wanted.schema_version}", hint=hint)

    def _note(self, connection: Connection, actor: Actor, action: str, consumer: Consumer) -> None:
        detail = json.dumps({"version": consumer.version, "schema_version": consumer.schema_version})
        subject = f"{consumer.consumer_id}/{consumer.schema_id}/{consumer.environment}"
        self._storage.audit.add(connection, AuditEvent(0, self._now(), actor.name, action, subject, detail))


def _usages(usages: Sequence[Usage]) -> tuple[Usage, ...]:
    if len(usages) > checks.MAX_USAGES:
        raise Invalid(f"a consumer cannot have more than {checks.MAX_USAGES} used endpoints (got {len(usages)})")
    merged: dict[tuple[str, str], tuple[str, ...] | None] = {}
    for usage in usages:
        key = (_method(usage.method), _path(usage.path))
        if len(usage.fields) > checks.MAX_FIELDS:
            raise Invalid(f"a used endpoint cannot have more than {checks.MAX_FIELDS} used fields (got {len(usage.fields)})", hint="none stands for all")
        fields = tuple(dict.fromkeys(checks.short("used field", field, checks.MAX_TEXT) for field in usage.fields))
        before = merged.get(key, ())
        # No fields: unknown, so all; that stays so whatever else is said of the same endpoint.
        merged[key] = None if not fields or before is None else tuple(dict.fromkeys((*before, *fields)))
    return tuple(Usage(method, path, fields or ()) for (method, path), fields in merged.items())


def _method(value: str) -> str:
    method = value.strip().upper()
    if method not in METHODS and not method.isalpha():
        raise Invalid(f"'{value[:40]}' is no HTTP method", hint="GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS, TRACE, or * for all")
    return checks.short("method", method, 40)


def _path(value: str) -> str:
    if not value.strip():
        raise Invalid("a used endpoint has no path")
    return checks.short("path", value, _MAX_PATH)
