"""Between the service's values and the messages of the published contract."""

from __future__ import annotations

import json
from collections.abc import Iterable, MutableSequence
from functools import lru_cache
from typing import Final, cast

from cvt_engine.facade import Fixture, FixtureRequest, FixtureResponse, HttpRequest, HttpResponse, Violation, is_json, template, violation_line
from cvt_engine.finding import Finding, told
from cvt_server.metrics import change_type
from cvt_server.model import Consumer, ConsumerImpact, Ownership, SchemaVersion, Usage
from cvt_server.service.requests import DeployAnswer
from cvt_wire import cvt_pb2 as wire

JSON: Final = "application/json"
MAX_ERRORS: Final = 100
MAX_REPLY: Final = 3 * 1024 * 1024
"""Bytes of the deploy gate's reply: clients take 4 MiB unless they are told otherwise."""
MAX_TEXT: Final = 2000
"""Characters of one old or new value."""
_ROUTES: Final = frozenset(("path-undocumented", "method-undocumented"))


def metadata_of(schema: SchemaVersion) -> wire.SchemaMetadata:
    """What is told of a version."""
    owner = schema.ownership
    return wire.SchemaMetadata(
        schema_id=schema.schema_id,
        schema_version=schema.version,
        schema_hash=schema.hash,
        registered_at=schema.registered_at,
        updated_at=schema.updated_at,
        ownership=wire.SchemaOwnership(owner=owner.owner, team=owner.team, contact_email=owner.contact_email, read_only=owner.read_only),
        openapi_version=schema.openapi_version,
        endpoint_count=schema.endpoint_count,
    )


def ownership_of(request: wire.RegisterSchemaRequest) -> Ownership | None:
    """Who owns it, where the caller says."""
    if not request.HasField("ownership"):
        return None
    given = request.ownership
    return Ownership(given.owner, given.team, given.contact_email, given.read_only)


def request_of(data: wire.RequestData) -> HttpRequest:
    """The request as it was sent."""
    return HttpRequest(data.method, data.path, tuple(data.headers.items()), data.body.encode() or None)


def response_of(data: wire.ResponseData) -> HttpResponse:
    """The response as it was sent."""
    return HttpResponse(data.status_code, tuple(data.headers.items()), data.body.encode() or None)


def result_of(schema: SchemaVersion, violations: tuple[Violation, ...]) -> wire.ValidationResult:
    """Valid or not, with everything that is wrong, and what it was held against either way."""
    return wire.ValidationResult(
        valid=not violations,
        errors=[error_line(violation) for violation in violations[:MAX_ERRORS]],
        validated_against_version=schema.version,
        validated_against_hash=schema.hash,
    )


@lru_cache(maxsize=1024)
def fits(version: str, digest: str) -> bytes:
    """The same where nothing is wrong, as it goes over the wire: it depends on nothing else, and most replies are such."""
    return wire.ValidationResult(valid=True, validated_against_version=version, validated_against_hash=digest).SerializeToString()


def error_line(violation: Violation) -> str:
    """One violation as a line."""
    if violation.rule in _ROUTES:
        return f"Route not found: {violation.message} ({violation.hint})" if violation.hint else f"Route not found: {violation.message}"
    return violation_line(violation)


def refused(*errors: str) -> wire.ValidationResult:
    """Nothing was validated."""
    return wire.ValidationResult(valid=False, errors=errors)


def changes_of(findings: Iterable[Finding]) -> list[wire.BreakingChange]:
    """The breaking changes, one for each place of a finding, because clients look for their own endpoint."""
    return [change for finding in findings for _, change in _changes(finding, proof=True)]


def _changes(finding: Finding, *, proof: bool) -> Iterable[tuple[str, wire.BreakingChange]]:
    kind = kind_of(finding)
    for operation, message in told(finding.message, finding.places, finding.operation):
        method, _, path = operation.partition(" ")
        change = wire.BreakingChange(
            type=kind,
            path=path if method.isupper() else "",
            method=method if path and method.isupper() else "",
            description=_description(finding, operation, message, proof=proof),
            old_value=(finding.before or "")[:MAX_TEXT],
            new_value=(finding.after or "")[:MAX_TEXT],
        )
        yield operation, change


def _description(finding: Finding, operation: str, message: str, *, proof: bool) -> str:
    shown = proof and finding.witness is not None and len(finding.witness.value) <= MAX_TEXT
    proved = f"; proved by {finding.witness.value}" if shown and finding.witness is not None else ""
    named = not operation or message.startswith(f"{operation} ")
    return f"{'' if named else f'{operation}: '}{message} [{finding.rule}]{proved}"


def kind_of(finding: Finding) -> wire.BreakingChangeType:
    """The published type of a finding."""
    return cast("wire.BreakingChangeType", wire.BreakingChangeType.Value(change_type(finding)))


def consumer_info(consumer: Consumer) -> wire.ConsumerInfo:
    """What is told of a consumer."""
    return wire.ConsumerInfo(
        consumer_id=consumer.consumer_id,
        consumer_version=consumer.version,
        schema_id=consumer.schema_id,
        schema_version=consumer.schema_version,
        environment=consumer.environment,
        registered_at=consumer.registered_at,
        last_validated_at=consumer.last_validated_at,
        used_endpoints=[wire.EndpointUsage(method=usage.method, path=usage.path, used_fields=usage.fields) for usage in consumer.usages],
    )


def consumer_of(request: wire.RegisterConsumerRequest) -> Consumer:
    """What is to be registered."""
    return Consumer(
        consumer_id=request.consumer_id,
        schema_id=request.schema_id,
        environment=request.environment,
        version=request.consumer_version,
        schema_version=request.schema_version,
        usages=tuple(Usage(usage.method, usage.path, tuple(usage.used_fields)) for usage in request.used_endpoints),
    )


def deploy_reply(answer: DeployAnswer) -> wire.CanIDeployResponse:
    """The deploy gate's answer. What is unknown is not safe; a consumer that nobody can vouch for counts as broken."""
    reply = wire.CanIDeployResponse(
        safe_to_deploy=answer.answer == "yes",
        summary=answer.summary,
        breaking_changes=changes_of(answer.findings),
        affected_consumers=_impacts(answer.impacts),
    )
    if reply.ByteSize() > MAX_REPLY:
        _cut(reply)
    return reply


def _cut(reply: wire.CanIDeployResponse) -> None:
    """Leave out what clients could not take; every consumer stays, with whether it breaks."""
    changes, room = len(reply.breaking_changes), MAX_REPLY // 3
    _shorten(reply.breaking_changes, room)
    for impact in reply.affected_consumers:
        _shorten(impact.relevant_changes, room // len(reply.affected_consumers))
    reply.summary += f" (more than one message holds: {len(reply.breaking_changes)} of {changes} changes are listed, and fewer for each consumer; REST has all)"


def _shorten(changes: MutableSequence[wire.BreakingChange], room: int) -> None:
    for place, change in enumerate(changes):
        room -= change.ByteSize()
        if room < 0:
            del changes[place:]
            return


def _impacts(impacts: tuple[ConsumerImpact, ...]) -> Iterable[wire.ConsumerImpact]:
    """Each consumer with the changes at the endpoints that it uses. Messages are made once for all; the proof stands with the change itself."""
    made: dict[int, dict[str, wire.BreakingChange]] = {}
    for impact in impacts:
        consumer = impact.consumer
        yield wire.ConsumerImpact(
            consumer_id=consumer.consumer_id,
            consumer_version=consumer.version,
            current_schema_version=consumer.schema_version,
            environment=consumer.environment,
            will_break=impact.will_break or impact.reason is not None,
            relevant_changes=_relevant(impact, made) if impact.findings else (),
        )


def _relevant(impact: ConsumerImpact, made: dict[int, dict[str, wire.BreakingChange]]) -> list[wire.BreakingChange]:
    """The findings at the consumer's own endpoints; at all of theirs where its usages name none of them."""
    found: list[wire.BreakingChange] = []
    for finding in impact.findings:
        places = made.get(id(finding))
        if places is None:
            places = made[id(finding)] = {template(operation): change for operation, change in _changes(finding, proof=False)}
        own = [places[key] for key in impact.operations if key in places]
        found += own or places.values()
    return found


def fixture_reply(fixture: Fixture, wanted: str) -> wire.GenerateFixtureResponse:
    """A fixture, for a caller that wanted a media type."""
    whole = wire.GeneratedFixture(request=_request(fixture.request, wanted), response=_response(fixture.response, wanted))
    return wire.GenerateFixtureResponse(success=True, message="Fixture generated", fixture=whole)


def request_reply(request: FixtureRequest, wanted: str) -> wire.GenerateFixtureResponse:
    """The request of a fixture: of it, the wire has room for the body."""
    return wire.GenerateFixtureResponse(success=True, message="Request body generated", request_body=_body(request, wanted))


def response_reply(response: FixtureResponse, wanted: str) -> wire.GenerateFixtureResponse:
    """The response of a fixture."""
    return wire.GenerateFixtureResponse(success=True, message="Response generated", response=_response(response, wanted))


def _request(request: FixtureRequest, wanted: str) -> wire.GeneratedRequest:
    return wire.GeneratedRequest(method=request.method, path=request.path, headers=dict(request.headers), body=_body(request, wanted))


def _response(response: FixtureResponse, wanted: str) -> wire.GeneratedResponse:
    return wire.GeneratedResponse(status_code=response.status, headers=dict(response.headers), body=_body(response, wanted))


def _body(side: FixtureRequest | FixtureResponse, wanted: str) -> str:
    """The body. Clients that want JSON, as all do that say nothing else, read it as JSON: any other text is then told as a JSON string."""
    if side.body is None or wanted != JSON:
        return side.body or ""
    kinds = (value.lower() for name, value in side.headers if name.lower() == "content-type")
    return side.body if all(map(is_json, kinds)) else json.dumps(side.body, ensure_ascii=False)
