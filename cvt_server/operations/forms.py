"""Values as JSON has them (api/rest.yaml). Times are seconds since 1970."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from cvt_engine.facade import Endpoint, Fixture, violation_values
from cvt_engine.finding import Finding, plain_values
from cvt_server.model import ApiKey, AuditEvent, Consumer, ConsumerImpact, Deployment, Ownership, Page, Reason, SchemaVersion, Usage, Verdict
from cvt_server.service.requests import Compared, DeployAnswer, Registered
from cvt_server.service.stats import Activity
from cvt_server.service.validation import Validated


def schema(value: SchemaVersion) -> dict[str, Any]:
    """One version."""
    return {
        "schema_id": value.schema_id,
        "version": value.version,
        "hash": value.hash,
        "revision": value.revision,
        "title": value.title,
        "openapi_version": value.openapi_version,
        "endpoint_count": value.endpoint_count,
        "registered_at": value.registered_at,
        "updated_at": value.updated_at,
        "deleted": value.deleted,
        "ownership": {
            "owner": value.ownership.owner,
            "team": value.ownership.team,
            "contact_email": value.ownership.contact_email,
            "read_only": value.ownership.read_only,
        },
    }


def ownership(body: Mapping[str, Any] | None) -> Ownership | None:
    """Who owns a schema, where the caller says."""
    if body is None:
        return None
    return Ownership(body.get("owner", ""), body.get("team", ""), body.get("contact_email", ""), body.get("read_only", False))


def page(value: Page[Any], items: Iterable[Any]) -> dict[str, Any]:
    """A page of a listing."""
    return {"items": list(items), "next_page_token": value.next_token, "total": value.total}


def findings(values: Iterable[Finding]) -> list[dict[str, Any]]:
    """Findings with the keys of result.json."""
    return [plain_values(value) for value in values]


def registered(value: Registered) -> dict[str, Any]:
    """What registration did."""
    return {
        "schema": schema(value.schema),
        "created": value.created,
        "compared_with": schema(value.compared_with) if value.compared_with else None,
        "findings": findings(value.findings),
    }


def compared(value: Compared) -> dict[str, Any]:
    """Two versions and what lies between them."""
    return {"compatible": not value.breaking, "old": schema(value.old), "new": schema(value.new), "findings": findings(value.findings)}


def validated(value: Validated) -> dict[str, Any]:
    """What an exchange was held against, and in what it differs."""
    return {
        "valid": value.valid,
        "schema": {"schema_id": value.schema.schema_id, "version": value.schema.version, "hash": value.schema.hash},
        "operation": value.operation,
        "violations": [violation_values(one) for one in value.violations],
    }


def endpoint(value: Endpoint) -> dict[str, Any]:
    """One operation of a description."""
    return {
        "method": value.method,
        "path": value.path,
        "operation_id": value.operation_id,
        "summary": value.summary,
        "deprecated": value.deprecated,
    }


def fixture(value: Fixture) -> dict[str, Any]:
    """A request and a response."""
    return {
        "operation": value.operation,
        "request": {
            "method": value.request.method,
            "path": value.request.path,
            "template": value.request.template,
            "headers": [list(line) for line in value.request.headers],
            "body": value.request.body,
        },
        "response": {
            "status": value.response.status,
            "headers": [list(line) for line in value.response.headers],
            "body": value.response.body,
        },
    }


def usages(body: Iterable[Mapping[str, Any]]) -> tuple[Usage, ...]:
    """The endpoints that a consumer uses."""
    return tuple(Usage(one.get("method", ""), one["path"], tuple(one.get("used_fields", ()))) for one in body)


def consumer(value: Consumer) -> dict[str, Any]:
    """One consumer."""
    return {
        **_who(value),
        "schema_id": value.schema_id,
        "registered_at": value.registered_at,
        "last_validated_at": value.last_validated_at,
        "used_endpoints": [{"method": used.method, "path": used.path, "used_fields": list(used.fields)} for used in value.usages],
    }


def _who(value: Consumer) -> dict[str, Any]:
    return {
        "consumer_id": value.consumer_id,
        "consumer_version": value.version,
        "schema_version": value.schema_version,
        "environment": value.environment,
    }


def answer(value: DeployAnswer) -> dict[str, Any]:
    """May it be deployed, and why (not). Consumers name their findings by fingerprint."""
    return {
        "answer": value.answer.value,
        "summary": value.summary,
        "reasons": [reason(one) for one in value.reasons],
        "schema": schema(value.schema) if value.schema else None,
        "compared_with": [schema(one) for one in value.compared_with],
        "findings": findings(value.findings),
        "consumers": [_impact(one) for one in value.impacts],
    }


def reason(value: Reason) -> dict[str, str]:
    """Why."""
    return {"code": value.code, "message": value.message, "subject": value.subject}


def _impact(value: ConsumerImpact) -> dict[str, Any]:
    return {
        "consumer": _who(value.consumer),
        "will_break": value.will_break,
        "reason": reason(value.reason) if value.reason else None,
        "findings": [finding.fingerprint for finding in value.findings],
        "operations": list(value.operations) if value.findings else [],
    }


def deployment(value: Deployment) -> dict[str, Any]:
    """What is deployed where."""
    return {
        "schema_id": value.schema_id,
        "version": value.version,
        "environment": value.environment,
        "deployed_at": value.deployed_at,
        "revision": value.revision,
        "actor": value.actor,
        "current": value.current,
    }


def verdict(value: Verdict) -> dict[str, Any]:
    """What a runner concluded."""
    return {
        "run_id": value.run_id,
        "api": value.api,
        "verdict": value.verdict,
        "commit": value.commit,
        "base": value.base,
        "branch": value.branch,
        "pull_request": value.pull_request,
        "repository": value.repository,
        "url": value.url,
        "breaking": value.breaking,
        "warnings": value.warnings,
        "fingerprints": list(value.fingerprints),
        "waivers": list(value.waivers),
        "consumers": list(value.consumers),
        "duration": value.duration,
        "time": value.time,
    }


def verdict_of(body: Mapping[str, Any]) -> Verdict:
    """A verdict as a runner sends it."""
    many = ("fingerprints", "waivers", "consumers")
    values: dict[str, Any] = {name: tuple(value) if name in many else value for name, value in body.items()}
    return Verdict(**values)


def key(value: ApiKey) -> dict[str, Any]:
    """A key without its secret."""
    return {
        "key_id": value.key_id,
        "name": value.name,
        "scopes": sorted(value.scopes),
        "created_at": value.created_at,
        "expires_at": value.expires_at,
        "revoked_at": value.revoked_at,
    }


def event(value: AuditEvent) -> dict[str, Any]:
    """Who did what."""
    return {
        "id": value.id,
        "time": value.time,
        "actor": value.actor,
        "action": value.action,
        "subject": value.subject,
        "detail": json.loads(value.detail or "{}"),
    }


def activity(value: Activity) -> dict[str, Any]:
    """Validations of one schema on one day."""
    return {"schema_id": value.schema_id, "day": value.day, "valid": value.valid, "invalid": value.invalid}
