"""The values that storage, service and both wires hand to each other. Times are whole seconds since 1970, UTC."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

from cvt_engine.facade import Usage
from cvt_engine.finding import Finding

__all__ = [
    "Actor",
    "Answer",
    "ApiKey",
    "AuditEvent",
    "Consumer",
    "ConsumerImpact",
    "Deployment",
    "Ownership",
    "Page",
    "Reason",
    "SchemaVersion",
    "Usage",
    "Verdict",
]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who calls: the name of an API key, or `anonymous`. `scopes` are those of the key; anonymous has all while keys are not required."""

    name: str = "anonymous"
    scopes: frozenset[str] = frozenset(("read", "write", "validate", "admin"))


@dataclass(frozen=True, slots=True)
class Ownership:
    """Who answers for a schema. While `read_only`, only its owner's key (name equal to owner or team) or an admin may register."""

    owner: str = ""
    team: str = ""
    contact_email: str = ""
    read_only: bool = False


@dataclass(frozen=True, slots=True)
class SchemaVersion:
    """One immutable version of a schema. `version` is info.version, `revision` the commit it came from, `hash` the hex SHA-256 of the trimmed content."""

    schema_id: str
    version: str
    hash: str
    registered_at: int
    updated_at: int
    ownership: Ownership = field(default_factory=Ownership)
    openapi_version: str = ""
    endpoint_count: int = 0
    revision: str = ""
    title: str = ""
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Consumer:
    """What is registered of a consumer: one row per consumer, schema and environment. No usages: unknown, so everything."""

    consumer_id: str
    schema_id: str
    environment: str
    version: str = ""
    schema_version: str = ""
    registered_at: int = 0
    last_validated_at: int = 0
    usages: tuple[Usage, ...] = ()


@dataclass(frozen=True, slots=True)
class Deployment:
    """A version of a schema in an environment; `current` until another version takes its place there."""

    schema_id: str
    version: str
    environment: str
    deployed_at: int
    revision: str = ""
    actor: str = ""
    current: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a runner concluded about one API in one run. `run_id` with `api` identifies it: publishing again changes nothing but the same row.

    `verdict` is ok, broken, inconclusive or nothing. `duration` is in seconds.
    """

    run_id: str
    api: str
    verdict: str
    commit: str = ""
    base: str = ""
    branch: str = ""
    pull_request: str = ""
    repository: str = ""
    url: str = ""
    breaking: int = 0
    warnings: int = 0
    fingerprints: tuple[str, ...] = ()
    waivers: tuple[str, ...] = ()
    consumers: tuple[str, ...] = ()
    duration: float = 0.0
    time: int = 0


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """Who did what to what, and when. `detail` is a small JSON object as text, never a secret."""

    id: int
    time: int
    actor: str
    action: str
    subject: str
    detail: str = "{}"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A stored key without its secret: `key_hash` is what the secret hashes to. `expires_at` 0: never."""

    key_id: str
    name: str
    key_hash: str = field(repr=False)
    scopes: frozenset[str]
    created_at: int
    expires_at: int = 0
    revoked_at: int = 0


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A page of a listing. `next_token` is "" on the last; `total` counts all that match."""

    items: tuple[T, ...]
    next_token: str = ""
    total: int = 0


class Answer(StrEnum):
    """May it be deployed? `unknown` is never `yes`."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the answer is what it is. `code` is a stable word such as `consumer-breaks`, `schema-not-found`, `version-not-found`, `no-consumers`,
    `nothing-deployed`, `usage-unknown`, `consumer-version-not-found`, `storage-unavailable`."""

    code: str
    message: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class ConsumerImpact:
    """What the new version does to one consumer. `findings` are those it can meet; `reason` is set where that could not be worked out.

    `operations` are the described ones that it uses, without parameter names (`GET /users/{}`).
    """

    consumer: Consumer
    will_break: bool
    findings: tuple[Finding, ...] = ()
    reason: Reason | None = None
    operations: Collection[str] = ()
