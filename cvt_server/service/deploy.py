"""May this version go there, and what is there: yes, no, or unknown, always with reasons. Unknown is never yes."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from cvt_engine.facade import UsageIndex, breaks_where_used, compare
from cvt_engine.finding import Finding, Severity, sort_key
from cvt_server.errors import DocumentInvalid, NotFound
from cvt_server.model import Actor, Answer, AuditEvent, Consumer, ConsumerImpact, Deployment, Page, Reason, SchemaVersion
from cvt_server.service import checks
from cvt_server.service.freshness import Freshness
from cvt_server.service.library import Library
from cvt_server.service.meeting import Meeting
from cvt_server.service.requests import DeployAnswer
from cvt_server.service.schemas import SchemaService
from cvt_server.storage.base import Storage

DEFAULT_ENVIRONMENT: Final = "prod"


@dataclass(frozen=True, slots=True)
class _Candidate:
    """What may be deployed. `label` names it; `breaks` gives what between a stored content (by hash) and it breaks whoever uses it."""

    schema_id: str
    label: str
    digest: str
    version: str
    breaks: Callable[[str], tuple[Finding, ...]]


class DeployService:
    """The deploy gate, and what is deployed where. An empty environment is `prod` where one is meant."""

    def __init__(self, storage: Storage, schemas: SchemaService, library: Library, freshness: Freshness, now: Callable[[], int]) -> None:
        self._storage = storage
        self._schemas = schemas
        self._library = library
        self._freshness = freshness
        self._meeting = Meeting(lambda digest: UsageIndex.of(library.get(digest).spec))
        self._now = now

    def can_i_deploy(self, schema_id: str, version: str, environment: str = "") -> DeployAnswer:
        """The answer for a registered version; remembered until anything about the schema changes. What is not known is an answer too, never an error."""
        environment = environment or DEFAULT_ENVIRONMENT
        if not checks.possible(schema_id, version, environment):
            message = "a schema, version or environment of that name cannot exist: it is too long or holds control characters"
            return _unknown(_Candidate(schema_id, "", "", version, lambda _: ()), "schema-not-found", message)
        return self._freshness.get(schema_id, ("deploy", version, environment), lambda: self._ask(schema_id, version, environment))

    def ready(self, schema_id: str, version: str, environment: str = "") -> DeployAnswer | None:
        """The answer where it can be had without waiting."""
        found: DeployAnswer | None = self._freshness.peek(schema_id, ("deploy", version, environment or DEFAULT_ENVIRONMENT))
        return found

    def impact(self, schema_id: str, content: str, environment: str = "") -> DeployAnswer:
        """The same question for a description that is not registered (yet); an empty environment means all. Raises DocumentInvalid, Invalid."""
        schema_id = checks.schema_id(schema_id)
        if not content.strip():
            raise DocumentInvalid("the description is empty")
        loaded = self._library.read(content)
        candidate = _Candidate(
            schema_id,
            f"{schema_id} {loaded.contract.info_version} as sent",
            "",
            loaded.contract.info_version,
            lambda digest: _breaking(compare(self._library.get(digest).spec, loaded.spec)),
        )
        checks.short("info.version", candidate.version)
        checks.short("environment", environment)
        if self._storage.schemas.find(schema_id) is None:
            return _unknown(candidate, "schema-not-found", f"schema not found: {schema_id}")
        return self._answer(candidate, environment, None)

    def record(self, deployment: Deployment, actor: Actor) -> Deployment:
        """Record that a version is deployed somewhere; again changes nothing. Raises Invalid, NotFound for a version that is not registered."""
        checks.schema_id(deployment.schema_id)
        environment = checks.required("environment", deployment.environment)
        checks.required("version", deployment.version)
        schema = self._schemas.find(deployment.schema_id, deployment.version)
        wanted = replace(
            deployment,
            environment=environment,
            revision=checks.short("revision", deployment.revision or schema.revision),
            actor=actor.name,
            deployed_at=self._now(),
        )
        with self._storage.database.write() as connection:
            self._storage.schemas.owner(connection, wanted.schema_id)  # its lock: deployments of one schema follow each other, and deletions
            if self._storage.schemas.look(connection, wanted.schema_id, wanted.version) is None:
                raise NotFound(f"{wanted.schema_id} has no version {wanted.version} any more", hint="it was deleted this moment")
            stored, added = self._storage.deployments.put(connection, wanted)
            if added:
                self._storage.schemas.touch(connection, wanted.schema_id)
                detail = json.dumps({"environment": environment, "revision": wanted.revision})
                event = AuditEvent(0, self._now(), actor.name, "deployment.recorded", f"{wanted.schema_id}@{wanted.version}", detail)
                self._storage.audit.add(connection, event)
        self._freshness.drop(wanted.schema_id)
        return stored

    def deployments(self, *, environment: str = "", schema_id: str = "", history: bool = False, page_size: int = 0, page_token: str = "") -> Page[Deployment]:
        """What is deployed now, or with `history` everything that ever was, newest first. Raises Invalid for a wrong page token."""
        if not checks.storable(environment, schema_id):
            return Page(())
        return self._storage.deployments.page(environment=environment, schema_id=schema_id, history=history, page_size=page_size, page_token=page_token)

    def _ask(self, schema_id: str, version: str, environment: str) -> DeployAnswer:
        candidate = _Candidate(schema_id, f"{schema_id} version {version}".rstrip(), "", version, lambda _: ())
        if not schema_id.strip():
            return _unknown(candidate, "schema-not-found", "no schema is named")
        try:
            schema = self._schemas.find(schema_id, version)
        except NotFound as problem:
            code = "version-not-found" if self._storage.schemas.find(schema_id) is not None else "schema-not-found"
            message = f"schema not found: {schema_id}" if code == "schema-not-found" else str(problem)
            return _unknown(candidate, code, message)
        return self._answer(
            _Candidate(schema_id, f"{schema_id} version {schema.version}", schema.hash, schema.version, lambda digest: self._breaks(digest, schema.hash)),
            environment,
            schema,
        )

    def _consumers(self, schema_id: str, environment: str) -> Sequence[Consumer]:
        """Answers about several versions share them."""
        return self._freshness.get(schema_id, ("consumers", environment), lambda: self._storage.consumers.list(schema_id, environment))

    def _breaks(self, old: str, new: str) -> tuple[Finding, ...]:
        return _breaking(self._schemas.between(old, new))

    def _answer(self, candidate: _Candidate, environment: str, schema: SchemaVersion | None) -> DeployAnswer:
        consumers = self._consumers(candidate.schema_id, environment)
        deployed = self._storage.deployments.list(environment=environment, schema_id=candidate.schema_id)
        if not consumers:
            return self._without_consumers(candidate, environment, schema, deployed)
        impacts, bases = self._impacts(candidate, consumers, {place.environment: place.version for place in deployed})
        broken = [impact for impact in impacts if impact.reason is None and impact.will_break]
        unsure = [impact.reason for impact in impacts if impact.reason is not None]
        reasons = (*(_breaks_reason(impact) for impact in broken), *unsure)
        where = f"to {environment}" if environment else "anywhere"
        if broken:
            summary = f"Deployment of {candidate.label} {where} will break {len(broken)} of {len(consumers)} consumer(s) - review required"
        elif unsure:
            summary = f"Unknown whether {candidate.label} can be deployed {where}: {unsure[0].message}"
        else:
            summary = f"Safe to deploy {candidate.label} {where} - {len(consumers)} consumer(s) verified"
        answer = Answer.NO if broken else Answer.UNKNOWN if unsure else Answer.YES
        return DeployAnswer(answer, summary, reasons, schema, bases, _each_once(broken), tuple(impacts))

    def _without_consumers(self, candidate: _Candidate, environment: str, schema: SchemaVersion | None, deployed: Sequence[Deployment]) -> DeployAnswer:
        """Nobody is known to depend on it. What breaks nothing of what is there (or came before) is safe for whoever there is."""
        place = f"in {environment} environment" if environment else "in any environment"
        nobody = Reason("no-consumers", f"No consumers registered for {candidate.schema_id} {place}")
        bases = [found for each in deployed if (found := self._storage.schemas.find(candidate.schema_id, each.version)) is not None]
        if not bases and (before := self._storage.schemas.before(candidate.schema_id, candidate.version)) is not None:
            bases = [before]
        if not bases:
            reason = Reason("nothing-to-compare", "nothing is deployed there, and there is no earlier version")
            return DeployAnswer(Answer.UNKNOWN, f"{nobody.message}, and {reason.message}", (nobody, reason), schema)
        findings = tuple(
            finding for base in bases if base.hash != candidate.digest for finding in candidate.breaks(base.hash) if finding.severity is Severity.ERROR
        )
        names = ", ".join(base.version for base in bases)
        if findings:
            message = f"{candidate.label} breaks {names}, and nobody is known to depend on it"
            reason = Reason("breaking-for-unknown-consumers", message)
            return DeployAnswer(Answer.UNKNOWN, f"{nobody.message}; {message}", (nobody, reason), schema, tuple(bases), _sorted(findings))
        return DeployAnswer(Answer.YES, f"{nobody.message}; {candidate.label} breaks nothing of {names}", (nobody,), schema, tuple(bases))

    def _impacts(
        self, candidate: _Candidate, consumers: Sequence[Consumer], deployed: dict[str, str]
    ) -> tuple[list[ConsumerImpact], tuple[SchemaVersion, ...]]:
        by_version: dict[str, list[Consumer]] = {}
        for consumer in consumers:
            by_version.setdefault(consumer.schema_version or deployed.get(consumer.environment, ""), []).append(consumer)
        done: list[ConsumerImpact] = []
        bases: list[SchemaVersion] = []
        for version, group in sorted(by_version.items()):
            base = self._storage.schemas.find(candidate.schema_id, version) if version else None
            if base is None:
                done += [ConsumerImpact(consumer, will_break=False, reason=_no_base(consumer, version)) for consumer in group]
            elif base.hash != candidate.digest:
                bases.append(base)
                done += self._met(candidate, base, group)
        done.sort(key=lambda impact: (not (impact.will_break or impact.reason is not None), impact.consumer.consumer_id, impact.consumer.environment))
        return done, tuple(bases)

    def _met(self, candidate: _Candidate, base: SchemaVersion, consumers: Sequence[Consumer]) -> list[ConsumerImpact]:
        findings = candidate.breaks(base.hash)
        if not findings:
            return [ConsumerImpact(consumer, will_break=False) for consumer in consumers]
        return self._meeting.impacts(base.hash, candidate.digest, findings, consumers)


def _breaking(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(filter(breaks_where_used, findings))


def _no_base(consumer: Consumer, version: str) -> Reason:
    subject = f"{consumer.consumer_id} ({consumer.environment})"
    if not version:
        return Reason("consumer-version-unknown", f"{subject} did not say which version it uses, and nothing is recorded as deployed there", subject)
    return Reason("consumer-version-not-found", f"{subject} uses version {version}, which is not registered", subject)


def _breaks_reason(impact: ConsumerImpact) -> Reason:
    subject = f"{impact.consumer.consumer_id} ({impact.consumer.environment})"
    return Reason("consumer-breaks", f"{subject} uses what {len(impact.findings)} breaking change(s) take away", subject)


def _unknown(candidate: _Candidate, code: str, message: str) -> DeployAnswer:
    return DeployAnswer(Answer.UNKNOWN, message, (Reason(code, message, candidate.schema_id),))


def _each_once(impacts: Sequence[ConsumerImpact]) -> tuple[Finding, ...]:
    return _sorted([finding for impact in impacts for finding in impact.findings])


def _sorted(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted({finding.fingerprint: finding for finding in findings}.values(), key=sort_key))
