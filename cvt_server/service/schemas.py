"""The registry of descriptions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Final

from sqlalchemy import Connection

from cvt_engine.facade import Spec, compare, lint
from cvt_engine.finding import Finding, Severity
from cvt_server.errors import Breaking, Conflict, DocumentInvalid, Invalid, NotFound, ReadOnly, TooLarge
from cvt_server.model import Actor, AuditEvent, Ownership, Page, SchemaVersion
from cvt_server.service import checks
from cvt_server.service.freshness import Freshness
from cvt_server.service.library import ELSEWHERE, Library, Loaded
from cvt_server.service.requests import Compared, Register, Registered
from cvt_server.storage.base import Packed, Storage, Stored, pack

TOLERATED: Final = frozenset(("default-invalid", "pattern-invalid", "required-undefined", "tag-duplicate", "tag-parent-unknown", "tag-parent-cycle"))
"""Mistakes that leave a description usable as a contract; `cvt lint` reports them."""
_MAX_PROBLEMS: Final = 5
_MAX_NAMES: Final = 10
_MAX_COMPARISONS: Final = 256
_LARGE: Final = 2**20
"""Characters of a text that waits for its turn: read, checked and compared it takes ten times its size and more, and all at once no longer fit."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What this server was told. `mutable`: other content may be registered under a known version."""

    mutable: bool = False


class SchemaService:
    """The registry of descriptions. An empty version is the highest released one."""

    def __init__(self, storage: Storage, library: Library, freshness: Freshness, rules: Rules, now: Callable[[], int]) -> None:
        self._storage = storage
        self._library = library
        self._freshness = freshness
        self._rules = rules
        self._now = now
        self._compared = lru_cache(_MAX_COMPARISONS)(self._compare)
        self._large = Lock()

    def register(self, request: Register, actor: Actor) -> Registered:
        """Store a version. The same content again changes nothing.

        Raises Invalid, DocumentInvalid, TooLarge, ReadOnly, Conflict for other content under a known version (unless mutable), Breaking where asked to.
        """
        with self._large if len(request.content) > _LARGE else nullcontext():
            return self._register(request, actor)

    def _register(self, request: Register, actor: Actor) -> Registered:
        schema_id = checks.schema_id(request.schema_id)
        loaded, schema = self._read(request, schema_id)
        owner = _owner(request.ownership)
        earlier = self._storage.schemas.find(schema_id, schema.version)
        if earlier is not None and earlier.hash != schema.hash and not self._rules.mutable:
            raise _conflict(schema, earlier)
        if earlier is not None and earlier.hash == schema.hash and owner is None:
            before = self._before(earlier, request)
            findings = self._breaks(before, loaded)
            if request.refuse_breaking:
                _refuse(schema, before, findings, "it was registered before; nothing changed")
            return Registered(earlier, created=False, findings=findings, compared_with=before)
        content, stored = pack(request.content), None
        while stored is None:
            before = self._before(schema, request)
            findings = self._breaks(before, loaded)
            if request.refuse_breaking:
                _refuse(schema, before, findings, "nothing was registered")
            stored = self._store(schema, content, owner, actor, base=_hash(before) if request.refuse_breaking else None)
        self._freshness.drop(schema_id)
        self._library.keep(schema.hash, loaded)
        return Registered(stored.schema, stored.created, findings, before)

    def _store(self, schema: SchemaVersion, content: Packed, owner: Ownership | None, actor: Actor, *, base: str | None) -> Stored | None:
        """The transaction of a registration. None where, since it was held against the content `base`, something else came to stand there."""
        with self._storage.database.write() as connection:
            self._storage.schemas.claim(connection, schema)
            self._guard(connection, schema.schema_id, actor)
            if base is not None and _hash(self._base(connection, schema)) != base:
                return None
            stored = self._storage.schemas.store(connection, schema, content, owner=owner, mutable=self._rules.mutable)
            if stored.refused:
                raise _conflict(schema, stored.schema)
            if stored.created or owner is not None:
                self._note(connection, actor, "schema.replaced" if stored.replaced else "schema.registered", schema, hash=schema.hash)
            return stored

    def get(self, schema_id: str, version: str = "") -> tuple[SchemaVersion, str]:
        """A version and its content."""
        found = self.find(schema_id, version)
        content = self._storage.schemas.content(found.hash)
        if content is None:
            raise NotFound(f"the content of {schema_id} {found.version} is not in the database")
        return found, content

    def find(self, schema_id: str, version: str = "") -> SchemaVersion:
        """A version, or the latest. Raises NotFound."""
        found = self._storage.schemas.find(schema_id, version) if checks.possible(schema_id, version) else None
        if found is None:
            raise self.missing(schema_id, version)
        return found

    def missing(self, schema_id: str, version: str) -> NotFound:
        """The error for a schema or version that is not there, with what is."""
        names = self._storage.schemas.names(schema_id, _MAX_NAMES) if checks.possible(schema_id) else ()
        if not names:
            return NotFound(f"Schema not found: {schema_id[: checks.MAX_ID]}", hint="register it first, for example with `cvt register-schema`")
        twin = self._storage.schemas.twin(schema_id, version)
        version = version[: checks.MAX_ID]
        hint = f"did you mean {twin}?" if twin else f"registered: {', '.join(names)}"
        return NotFound(f"Schema not found: {schema_id} version {version}", hint=hint)

    def list(self, *, owner: str = "", team: str = "", page_size: int = 0, page_token: str = "") -> Page[SchemaVersion]:
        """The latest version of each schema, by id. Raises Invalid for a wrong page token."""
        if not checks.storable(owner, team):
            return Page(())
        return self._storage.schemas.latest(owner=owner, team=team, page_size=page_size, page_token=page_token)

    def versions(self, schema_id: str, *, page_size: int = 0, page_token: str = "") -> Page[SchemaVersion]:
        """Every version of a schema, highest first. Raises NotFound, and Invalid for a wrong page token."""
        if not checks.possible(schema_id):
            raise self.missing(schema_id, "")
        found = self._storage.schemas.versions(schema_id, page_size=page_size, page_token=page_token)
        if not found.total:
            raise self.missing(schema_id, "")
        return found

    def compare(self, schema_id: str, old: str = "", new: str = "") -> Compared:
        """Two stored versions."""
        newer = self.find(checks.schema_id(schema_id), new)
        older = self.find(schema_id, old) if old else self._storage.schemas.before(schema_id, newer.version)
        if older is None:
            raise NotFound(f"{schema_id} has no version before {newer.version} to compare with", hint="name the old version")
        return Compared(older, newer, self.between(older.hash, newer.hash))

    def between(self, old: str, new: str) -> tuple[Finding, ...]:
        """Every finding between two stored contents, by their hashes; remembered."""
        return () if old == new else self._compared(old, new)

    def delete(self, schema_id: str, version: str, actor: Actor) -> None:
        """Hide a version or all of them."""
        with self._storage.database.write() as connection:
            self._guard(connection, checks.schema_id(schema_id), actor)
            deployed = self._storage.deployments.deployed(connection, schema_id, version)
            if deployed:
                raise Conflict(f"{schema_id} {version} is deployed to {', '.join(deployed)}".replace("  ", " "), hint="deploy another version there first")
            self._mark(connection, schema_id, version, actor, deleted=True)
        self._freshness.drop(schema_id)

    def restore(self, schema_id: str, version: str, actor: Actor) -> None:
        """Undo `delete`."""
        with self._storage.database.write() as connection:
            self._guard(connection, checks.schema_id(schema_id), actor)
            self._mark(connection, schema_id, version, actor, deleted=False)
        self._freshness.drop(schema_id)

    def _mark(self, connection: Connection, schema_id: str, version: str, actor: Actor, *, deleted: bool) -> None:
        if not self._storage.schemas.mark(connection, schema_id, version, deleted=deleted):
            raise NotFound(f"{schema_id} has no version {version}".rstrip() + (" to delete" if deleted else " that was deleted"))
        event = AuditEvent(0, self._now(), actor.name, "schema.deleted" if deleted else "schema.restored", f"{schema_id}@{version}" if version else schema_id)
        self._storage.audit.add(connection, event)

    def _read(self, request: Register, schema_id: str) -> tuple[Loaded, SchemaVersion]:
        if not request.content.strip():
            raise Invalid("schema content cannot be null or empty")
        if len(request.content.encode("utf-8", "surrogatepass")) > checks.MAX_CONTENT:
            raise TooLarge(f"schema content cannot exceed {checks.MAX_CONTENT // 2**20} MiB", hint="split the description by API")
        digest = digest_of(request.content)
        loaded = self._sound(digest, request.content)
        version = _version(loaded, request.version)
        now = self._now()
        contract = loaded.contract
        schema = SchemaVersion(
            schema_id=schema_id,
            version=version,
            hash=digest,
            registered_at=now,
            updated_at=now,
            openapi_version=contract.openapi_version,
            endpoint_count=len(contract.endpoints()),
            revision=checks.short("revision", request.revision),
            title=checks.short("title", "".join(char if char.isprintable() else " " for char in contract.title[:200])),
        )
        return loaded, schema

    def _sound(self, digest: str, content: str) -> Loaded:
        """The description of a text, after lint. What is stored, and so what is kept in memory, has passed that before."""
        loaded = self._library.peek(digest)
        if loaded is None:
            loaded = self._library.read(content)
            if not self._storage.schemas.holds(digest):
                _lint(loaded.spec)
        return loaded

    def _before(self, schema: SchemaVersion, request: Register) -> SchemaVersion | None:
        """What a registration is compared with, where it asks to be."""
        if not (request.check or request.refuse_breaking):
            return None
        with self._storage.database.read() as connection:
            return self._base(connection, schema)

    def _base(self, connection: Connection, schema: SchemaVersion) -> SchemaVersion | None:
        """The content that it replaces, else the next lower version."""
        same = self._storage.schemas.look(connection, schema.schema_id, schema.version)
        if same is not None and same.hash != schema.hash:
            return same
        return self._storage.schemas.below(connection, schema.schema_id, schema.version)

    def _breaks(self, before: SchemaVersion | None, loaded: Loaded) -> tuple[Finding, ...]:
        return () if before is None else breaking_between(self._library.get(before.hash), loaded)

    def _compare(self, old: str, new: str) -> tuple[Finding, ...]:
        return compare(self._library.get(old).spec, self._library.get(new).spec)

    def _guard(self, connection: Connection, schema_id: str, actor: Actor) -> None:
        owner = self._storage.schemas.owner(connection, schema_id)
        if owner is not None and owner.read_only and "admin" not in actor.scopes and actor.name not in (owner.owner, owner.team):
            raise ReadOnly(f"{schema_id} is read-only; its owner is {owner.owner or owner.team or 'not named'}", hint="use the owner's key")

    def _note(self, connection: Connection, actor: Actor, action: str, schema: SchemaVersion, **detail: str) -> None:
        event = AuditEvent(0, self._now(), actor.name, action, f"{schema.schema_id}@{schema.version}", json.dumps(detail))
        self._storage.audit.add(connection, event)


def breaking_between(old: Loaded, new: Loaded) -> tuple[Finding, ...]:
    """The errors from one description to the other."""
    return tuple(finding for finding in compare(old.spec, new.spec) if finding.severity is Severity.ERROR)


def digest_of(content: str) -> str:
    """The hash a content is known by: hex SHA-256 of its trimmed text."""
    return hashlib.sha256(content.strip().encode("utf-8", "surrogatepass")).hexdigest()


def _refuse(schema: SchemaVersion, before: SchemaVersion | None, findings: tuple[Finding, ...], done: str) -> None:
    """Raise Breaking where there is anything to refuse for; `done` says what became of the registration."""
    if before is not None and findings:
        raise Breaking(f"{schema.schema_id} {schema.version} breaks {before.version}: {_told(findings)}", hint=done, findings=findings)


def _hash(schema: SchemaVersion | None) -> str:
    return "" if schema is None else schema.hash


def _lint(spec: Spec) -> None:
    problems = [finding for finding in lint(spec) if finding.severity is Severity.ERROR and finding.rule not in TOLERATED]
    if problems:
        apart = any(finding.rule == "ref-external" or ELSEWHERE in finding.message for finding in problems)
        hint = "bundle the description into one document first, as `cvt register-schema` does" if apart else "`cvt lint` shows each with what to write instead"
        raise DocumentInvalid(f"Invalid OpenAPI schema: {_told(problems)}", hint=hint)


def _told(findings: list[Finding] | tuple[Finding, ...]) -> str:
    shown = "; ".join(_line(finding) for finding in findings[:_MAX_PROBLEMS])
    more = len(findings) - _MAX_PROBLEMS
    return f"{shown}; and {more} more" if more > 0 else shown


def _line(finding: Finding) -> str:
    at = finding.position
    where = f"line {at.line}:{at.column}: " if at else ""
    return f"{where}{finding.message}" if finding.operation == "" else f"{finding.operation} {finding.message}"


def _version(loaded: Loaded, given: str) -> str:
    own = loaded.contract.info_version
    if not own.strip():
        raise DocumentInvalid("Schema must have info.version defined")
    if given and given != own:
        hint = "leave the version out, or correct info.version; name a commit as the revision"
        raise Invalid(f"Version mismatch: provided version '{given}' does not match schema info.version '{own}'", hint=hint)
    return checks.short("info.version", own)


def _owner(owner: Ownership | None) -> Ownership | None:
    if owner is not None:
        for name in ("owner", "team", "contact_email"):
            checks.short(name, getattr(owner, name))
    return owner


def _conflict(schema: SchemaVersion, stored: SchemaVersion) -> Conflict:
    was = "was registered with other content, and deleted" if stored.deleted else "is registered with other content"
    message = f"{schema.schema_id} {schema.version} {was}: stored {stored.hash}, sent {schema.hash}"
    return Conflict(message, hint="raise info.version, or start the server with mutable versions")
