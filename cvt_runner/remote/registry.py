"""What a run and the contract server tell each other about the run's descriptions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from msgspec.structs import replace

from cvt_engine.facade import Consumer, Spec, Usage, breaks_where_used, impacts, rule, unused
from cvt_engine.finding import Finding, Severity, fingerprint
from cvt_runner.console import printable
from cvt_runner.model.report import Check, Item, SpecReport, State
from cvt_runner.remote.client import Client, NotOffered
from cvt_wire import cvt_pb2 as wire

REFUSED = "registration-refused"
PAGE: Final = 500
"""Items of one page of a listing."""
Row = Mapping[str, Any]


def every(client: Client, operation: str, arguments: Row) -> list[Row]:
    """All items of a listing, page by page. Raises NotOffered."""
    found: list[Row] = []
    token = ""
    while True:
        page = client.ask(operation, {**arguments, "page_size": PAGE, "page_token": token})
        found += page["items"]
        token = page["next_page_token"]
        if not token:
            return found


def consumers(client: Client, schema_id: str, environment: str) -> list[Row]:
    """The registered consumers of a schema as the registry tells them; an empty environment means all."""
    try:
        return every(client, "listConsumers", {"schema_id": schema_id, "environment": environment})
    except NotOffered:
        reply = client.contract("ListConsumers", wire.ListConsumersRequest(schema_id=schema_id, environment=environment))
        return [consumer_row(each) for each in reply.consumers]


def consumer_row(each: Any) -> Row:
    """A consumer of the published contract in the registry's words."""
    names = ("consumer_id", "consumer_version", "schema_id", "schema_version", "environment", "registered_at", "last_validated_at")
    usages = [{"method": used.method, "path": used.path, "used_fields": list(used.used_fields)} for used in each.used_endpoints]
    return {name: getattr(each, name) for name in names} | {"used_endpoints": usages}


def consumers_of(client: Client, schema_id: str, environment: str) -> tuple[Consumer, ...]:
    """The same for the engine."""
    return tuple(map(_consumer, consumers(client, schema_id, environment)))


def _consumer(each: Row) -> Consumer:
    usages = tuple(Usage(used["method"], used["path"], tuple(used["used_fields"])) for used in each["used_endpoints"])
    return Consumer(each["consumer_id"], each["consumer_version"], each["environment"], each["schema_version"], usages)


def named(spec: SpecReport, consumers: tuple[Consumer, ...], base: Spec, *, unused_level: Severity) -> SpecReport:
    """The report with the names of those who meet each finding, and with the evidence: a break that meets nobody may be lowered, what only asks
    whether somebody uses it is an error where somebody does."""
    found = [item.finding for item in spec.items if item.check is Check.DIFF]
    who: dict[str, list[str]] = {}
    for impact in impacts(found, consumers, base):
        for finding in impact.findings:
            who.setdefault(finding.fingerprint, []).append(f"{impact.consumer.id} ({impact.consumer.environment})")
    nobody = {one.finding.fingerprint: one.evidence for one in unused(found, consumers, base)} if unused_level is not Severity.ERROR else {}
    return replace(spec, items=tuple(_item(item, who, nobody, unused_level) for item in spec.items))


def _item(item: Item, who: dict[str, list[str]], nobody: dict[str, str], level: Severity) -> Item:
    finding = item.finding
    if item.check is not Check.DIFF:
        return item
    if finding.severity is Severity.ERROR and item.state is State.NEW and finding.fingerprint in nobody:
        evidence = nobody[finding.fingerprint]
        return replace(item, finding=replace(finding, severity=level, message=f"{finding.message} (lowered from error: {evidence})"))
    names = tuple(sorted(set(who.get(finding.fingerprint, ()))))
    if names and item.state is State.NEW and finding.severity is Severity.WARNING and breaks_where_used(finding):
        finding = replace(finding, severity=Severity.ERROR, message=f"{finding.message} (raised from warning: registered consumers use it)")
    return replace(item, finding=finding, consumers=names)


def store(client: Client, schema_id: str, content: str, *, revision: str) -> str:
    """Register a description; "" when it is there now, else why it was refused. Raises Unreachable, AccessDenied."""
    try:
        status, body = client.registry("registerSchema", {"schema_id": schema_id, "body": {"content": content, "revision": revision}})
        return "" if status < 400 else _reason(body)
    except NotOffered:
        reply = client.contract("RegisterSchema", wire.RegisterSchemaRequest(schema_id=schema_id, schema_content=content))
        return "" if reply.success else str(reply.message)


def _reason(body: Any) -> str:
    return str(body.get("detail") or body.get("title") or "no reason given") if isinstance(body, dict) else "no reason given"


def refused(spec: SpecReport, schema_id: str, reason: str) -> SpecReport:
    """The report with the registry's refusal as a finding."""
    row = rule(REFUSED)
    finding = Finding(
        rule=REFUSED,
        severity=row.severity,
        message=row.message.format(name=printable(schema_id), reason=printable(reason)),
        hint=row.hint,
        fingerprint=fingerprint(REFUSED, "", spec.path, schema_id),
    )
    return replace(spec, items=(*spec.items, Item(finding, Check.POLICY)))


def publish(client: Client, verdicts: Iterable[dict[str, Any]]) -> int:
    """Tell the registry what this run concluded; how many it took. Raises NotOffered, Unreachable, AccessDenied, Refused."""
    count = 0
    for verdict in verdicts:
        client.ask("publishVerdict", {"body": verdict})
        count += 1
    return count
