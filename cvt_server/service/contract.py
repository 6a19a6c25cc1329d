"""The shape of the service, which the wires are written against."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from cvt_server.model import Actor, ApiKey, AuditEvent, Consumer, Deployment, Page, SchemaVersion, Usage, Verdict
from cvt_server.service.requests import Compared, DeployAnswer, Register, Registered


class Schemas(Protocol):
    """The registry of descriptions."""

    def register(self, request: Register, actor: Actor) -> Registered:
        """Store a version. The same content again changes nothing; other content under a known version raises Conflict with both hashes, unless mutable."""

    def get(self, schema_id: str, version: str = "") -> tuple[SchemaVersion, str]:
        """A version (empty: the highest released one) and its content as registered. Raises NotFound."""

    def find(self, schema_id: str, version: str = "") -> SchemaVersion:
        """The same without the content."""

    def list(self, *, owner: str = "", team: str = "", page_size: int = 0, page_token: str = "") -> Page[SchemaVersion]:
        """The latest version of each schema, by id."""

    def versions(self, schema_id: str, *, page_size: int = 0, page_token: str = "") -> Page[SchemaVersion]:
        """Every version of a schema, highest first."""

    def compare(self, schema_id: str, old: str = "", new: str = "") -> Compared:
        """Two versions; empty `new` is the latest, empty `old` the next lower one than `new`. Raises NotFound."""

    def delete(self, schema_id: str, version: str, actor: Actor) -> None:
        """Hide a version, or the whole schema when `version` is empty; Conflict while it is deployed."""

    def restore(self, schema_id: str, version: str, actor: Actor) -> None:
        """Undo `delete`."""


class Consumers(Protocol):
    """Who uses which endpoints of a schema, where."""

    def register(self, consumer: Consumer, actor: Actor) -> Consumer:
        """Insert or replace by consumer, schema and environment (empty: dev); the first `registered_at` stays. Raises Invalid, NotFound."""

    def list(self, schema_id: str, environment: str = "") -> Sequence[Consumer]:
        """Sorted by consumer and environment; an empty environment means all."""

    def deregister(self, consumer_id: str, schema_id: str, environment: str, actor: Actor) -> None:
        """Remove (empty environment: dev). Raises NotFound."""

    def seen(self, consumer_id: str, schema_id: str, environment: str, usages: Sequence[Usage]) -> None:
        """Note that a consumer's tests ran now."""


class Deploy(Protocol):
    """The deploy gate and what is deployed where."""

    def can_i_deploy(self, schema_id: str, version: str, environment: str = "") -> DeployAnswer:
        """Empty environment: prod. Never raises for unknown things: they are the answer UNKNOWN with reasons."""

    def record(self, deployment: Deployment, actor: Actor) -> Deployment:
        """Idempotent. Raises NotFound for a version that is not registered."""

    def list(self, *, environment: str = "", schema_id: str = "", history: bool = False) -> Sequence[Deployment]:
        """What is deployed now, or with `history` everything that ever was, newest first."""


class Verdicts(Protocol):
    """What the runners concluded."""

    def publish(self, verdict: Verdict, actor: Actor) -> Verdict:
        """Idempotent by run and API."""

    def list(
        self, *, api: str = "", repository: str = "", verdict: str = "", since: int = 0, until: int = 0, page_size: int = 0, page_token: str = ""
    ) -> Page[Verdict]:
        """Newest first."""


class Keys(Protocol):
    """Stored API keys."""

    def create(self, name: str, scopes: frozenset[str], expires_at: int, actor: Actor) -> tuple[ApiKey, str]:
        """A new key and its secret, which is shown this once."""

    def rotate(self, key_id: str, actor: Actor, *, grace: int = 0) -> tuple[ApiKey, str]:
        """A new secret under the same name and scopes; the old one stops after `grace` seconds."""

    def revoke(self, key_id: str, actor: Actor) -> None:
        """It stops at once."""

    def list(self) -> Sequence[ApiKey]:
        """All, without secrets."""


class Audit(Protocol):
    """The trail of mutations."""

    def list(self, *, subject: str = "", actor: str = "", since: int = 0, page_size: int = 0, page_token: str = "") -> Page[AuditEvent]:
        """Newest first."""
