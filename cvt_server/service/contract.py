"""The shape of the service, which the wires are written against."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from cvt_engine.facade import Fixture, FixtureOptions
from cvt_server.model import Actor, ApiKey, AuditEvent, Consumer, Deployment, Page, SchemaVersion, Usage, Verdict
from cvt_server.service.requests import Compared, Compiled, DeployAnswer, Preview, Register, Registered


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


class Contracts(Protocol):
    """Compiled descriptions, bounded in number, by content hash."""

    def cached(self, schema_id: str, version: str = "") -> Compiled | None:
        """From memory, on the event loop: None where the storage must be asked or a description be compiled first. Never blocks."""

    def load(self, schema_id: str, version: str = "") -> Compiled:
        """The same, from the storage where need be. Raises NotFound."""

    def generate(self, schema_id: str, method: str, path: str, options: FixtureOptions, version: str = "") -> tuple[SchemaVersion, Fixture]:
        """A fixture. Raises NotFound, and the engine's NotDescribed and FixtureImpossible."""


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

    def preview(self, schema_id: str, content: str, environment: str = "", base: str = "") -> Preview:
        """The same question for a description that is not registered: whom it would break. Stores nothing. Raises NotFound, DocumentInvalid."""

    def generation(self, schema_id: str) -> str:
        """Changes whenever an answer about the schema may change (versions, consumers, deployments): a key for keeping replies. Cheap."""

    def record(self, deployment: Deployment, actor: Actor) -> Deployment:
        """Idempotent. Raises NotFound for a version that is not registered."""

    def deployments(self, *, environment: str = "", schema_id: str = "", history: bool = False) -> Sequence[Deployment]:
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


class Service(Protocol):
    """All of it, opened once per process."""

    @property
    def schemas(self) -> Schemas:
        """See Schemas."""

    @property
    def contracts(self) -> Contracts:
        """See Contracts."""

    @property
    def consumers(self) -> Consumers:
        """See Consumers."""

    @property
    def deploy(self) -> Deploy:
        """See Deploy."""

    @property
    def verdicts(self) -> Verdicts:
        """See Verdicts."""

    @property
    def keys(self) -> Keys:
        """See Keys."""

    @property
    def audit(self) -> Audit:
        """See Audit."""

    def check(self) -> None:
        """Is the storage there, with its tables up to date? Raises Unavailable. For the readiness probe."""

    def close(self) -> None:
        """Write what is still held back, and let go of connections."""
