"""`cvt register-schema`: give a description to the registry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from cvt_runner.commands.reply import Reply, change_lines, published_changes, wire_change
from cvt_runner.errors import Refused, UsageError
from cvt_runner.remote.client import Client, NotOffered, problem_of
from cvt_wire import cvt_pb2 as wire

SCHEMA: Final = "cvt.register-schema/1"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to register. `owner`, `team`, `contact_email` and `read_only` are sent only where one of them is given."""

    schema_id: str
    content: str
    version: str = ""
    revision: str = ""
    check: bool = False
    refuse_breaking: bool = False
    owner: str = ""
    team: str = ""
    contact_email: str = ""
    read_only: bool = False

    @property
    def ownership(self) -> dict[str, Any] | None:
        """Who answers for it, None where nobody is named."""
        given = {"owner": self.owner, "team": self.team, "contact_email": self.contact_email, "read_only": self.read_only}
        return given if any(given.values()) else None


def register(client: Client, wanted: Wanted) -> Reply:
    """Register; 0 stored (or there already), 1 refused. Raises Unreachable, AccessDenied."""
    try:
        status, body = client.registry("registerSchema", {"schema_id": wanted.schema_id, "body": _body(wanted)})
    except NotOffered:
        return _over_contract(client, wanted)
    if status < 400:
        return _stored(body)
    problem = problem_of(status, body)
    if not isinstance(problem, Refused):
        raise problem
    return _refused(str(problem), body.get("findings", []) if isinstance(body, dict) else [])


def _body(wanted: Wanted) -> dict[str, Any]:
    body: dict[str, Any] = {
        "content": wanted.content,
        "version": wanted.version,
        "revision": wanted.revision,
        "check": wanted.check or wanted.refuse_breaking,
        "refuse_breaking": wanted.refuse_breaking,
    }
    return body if wanted.ownership is None else body | {"ownership": wanted.ownership}


def _stored(body: Mapping[str, Any]) -> Reply:
    schema = body["schema"]
    name = f"{schema['schema_id']} {schema['version']}"
    message = f"Schema registered: {name}" if body["created"] else f"Schema was registered before: {name} (the same content; nothing changed)"
    changes = published_changes(body["findings"])
    before = (body.get("compared_with") or {}).get("version", "")
    return _reply(0, message, changes, {"schema_id": schema["schema_id"], "version": schema["version"]}, {"result": body}, before)


def _refused(message: str, findings: list[Any]) -> Reply:
    return _reply(1, message, published_changes(findings), {}, {"result": {"findings": findings}})


def _reply(code: int, message: str, changes: list[dict[str, Any]], named: Mapping[str, str], more: Mapping[str, Any], before: str = "") -> Reply:
    def published() -> dict[str, Any]:
        values: dict[str, Any] = {"success": code == 0, "message": message, **named}
        return values | ({"breaking_changes": changes} if changes else {})

    def lines() -> list[str]:
        head, told = f"{'✗' if code else '✓'} {message}", change_lines(changes)
        against = f" against {before}" if before else ""
        return [head, *([f"{len(told)} breaking change(s){against}:"] if told else []), *told]

    return Reply(code, {"schema": SCHEMA, "exit_code": code, "message": message, **more}, published, lines)


def _over_contract(client: Client, wanted: Wanted) -> Reply:
    """With the published contract only: what must be known before is looked at here, with our own engine."""
    if wanted.refuse_breaking:
        changes = _breaks(client, wanted)
        if changes:
            return _reply(1, f"{wanted.schema_id} has breaking changes; nothing was registered", changes, {}, {"result": {}})
    reply = client.contract("RegisterSchema", _request(wanted, wanted.content))
    if not reply.success and reply.message.startswith("Failed to parse schema"):
        reply = client.contract("RegisterSchema", _request(wanted, as_json(wanted.content)))
    changes = [wire_change(change) for change in reply.breaking_changes]
    named = {"schema_id": reply.metadata.schema_id, "version": reply.metadata.schema_version} if reply.success else {}
    return _reply(0 if reply.success else 1, reply.message, changes, named, {"result": {}})


def _request(wanted: Wanted, content: str) -> wire.RegisterSchemaRequest:
    owner = wanted.ownership
    return wire.RegisterSchemaRequest(
        schema_id=wanted.schema_id,
        schema_content=content,
        schema_version=wanted.version,
        ownership=wire.SchemaOwnership(**owner) if owner else None,
        check_compatibility=wanted.check or wanted.refuse_breaking,
    )


def _breaks(client: Client, wanted: Wanted) -> list[dict[str, Any]]:
    from cvt_engine.facade import compare
    from cvt_engine.finding import Severity, plain_values

    stored = client.contract("GetSchema", wire.GetSchemaRequest(schema_id=wanted.schema_id))
    if not stored.found:
        return []
    findings = compare(_spec(stored.schema_content), _spec(wanted.content))
    return published_changes(plain_values(finding) for finding in findings if finding.severity is Severity.ERROR)


def _spec(content: str) -> Any:
    from cvt_engine.facade import load_spec

    data = content.encode()
    return load_spec(lambda _uri: data, "openapi.json" if content.lstrip()[:1] == "{" else "openapi.yaml")


def as_json(content: str) -> str:
    """A YAML document as JSON, for servers that read nothing else. Raises UsageError where it cannot be one."""
    import msgspec

    from cvt_engine.facade import parse_document

    try:
        return msgspec.json.encode(parse_document(content.encode(), "openapi.yaml").tree).decode()
    except (TypeError, msgspec.MsgspecError) as problem:
        raise UsageError(f"the description cannot be written as JSON: {problem}") from None
