"""`cvt can-i-deploy`: the deploy gate's answer. Yes is 0, no is 1, unknown is 3."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from cvt_runner.commands.reply import Reply, change_lines, published_changes, wire_change
from cvt_runner.remote.client import Client, NotOffered
from cvt_wire import cvt_pb2 as wire

SCHEMA: Final = "cvt.can-i-deploy/1"
CODES: Final = {"yes": 0, "no": 1, "unknown": 3}
_HEADS: Final = {"yes": "✅ SAFE TO DEPLOY", "no": "❌ UNSAFE TO DEPLOY", "unknown": "❔ UNKNOWN: NOT SAFE TO DEPLOY"}
_NEXT: Final = {
    "yes": "Recommendation: deploy, then say so with `cvt record-deployment`.",
    "no": "Recommendation: keep the old form beside the new one until these consumers have moved, or deploy them first.",
    "unknown": "Recommendation: register what is missing (see the reasons), then ask again.",
}
_FIRST: Final = (
    "Recommendation: if it is the first version that goes there, deploy it and say so with `cvt record-deployment`; the next one has something to compare with."
)
_SHOWN: Final = 50


def ask(client: Client, schema_id: str, version: str, environment: str) -> Reply:
    """Ask the registry, or a server of the published contract. Raises Unreachable, AccessDenied."""
    try:
        body = client.ask("canIDeploy", {"schema_id": schema_id, "version": version, "environment": environment})
    except NotOffered:
        body = _over_contract(client, schema_id, version, environment)
    code = CODES[body["answer"]]
    named = {"schema": SCHEMA, "exit_code": code, "schema_id": schema_id, "version": version, "environment": environment}
    return Reply(code, named | {"result": body}, lambda: _published(body), lambda: _lines(body))


def _over_contract(client: Client, schema_id: str, version: str, environment: str) -> dict[str, Any]:
    """The published answer knows yes and no only: a no that names no consumer means that something is not known."""
    reply = client.contract("CanIDeploy", wire.CanIDeployRequest(schema_id=schema_id, new_version=version, environment=environment))
    broken = any(consumer.will_break for consumer in reply.affected_consumers)
    return {
        "answer": "yes" if reply.safe_to_deploy else "no" if broken else "unknown",
        "summary": reply.summary,
        "reasons": [],
        "published": [wire_change(change) for change in reply.breaking_changes],
        "consumers": [
            {
                "consumer": {
                    "consumer_id": each.consumer_id,
                    "consumer_version": each.consumer_version,
                    "schema_version": each.current_schema_version,
                    "environment": each.environment,
                },
                "will_break": each.will_break,
                "reason": None,
                "published": [wire_change(change) for change in each.relevant_changes],
            }
            for each in reply.affected_consumers
        ],
    }


def _changes(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    return list(body["published"]) if "published" in body else published_changes(body["findings"])


def _published(body: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {"safe_to_deploy": body["answer"] == "yes", "summary": body["summary"]}
    changes, consumers = _changes(body), [_consumer(each, body) for each in body["consumers"]]
    values |= {"breaking_changes": changes} if changes else {}
    return values | ({"affected_consumers": consumers} if consumers else {})


def _consumer(each: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, Any]:
    who = each["consumer"]
    values = {
        "consumer_id": who["consumer_id"],
        "consumer_version": who["consumer_version"],
        "current_schema_version": who["schema_version"],
        "environment": who["environment"],
        "will_break": each["will_break"] or each["reason"] is not None,
    }
    changes = _relevant(each, body)
    return values | ({"relevant_changes": changes} if changes else {})


def _relevant(each: Mapping[str, Any], body: Mapping[str, Any]) -> list[dict[str, Any]]:
    if "published" in each:
        return list(each["published"])
    known = {finding["fingerprint"]: finding for finding in body["findings"]}
    return published_changes((known[mark] for mark in each["findings"] if mark in known), used=each.get("operations", ()))


def _lines(body: Mapping[str, Any]) -> list[str]:
    answer = body["answer"]
    lines = [_HEADS[answer], body["summary"]]
    lines += [f"  reason: {reason['message']} [{reason['code']}]" for reason in body["reasons"][:_SHOWN]]
    changes = change_lines(_changes(body))
    lines += [f"Breaking changes ({len(changes)}):", *changes[:_SHOWN]] if changes else []
    broken = [each for each in body["consumers"] if each["will_break"] or each["reason"] is not None]
    safe = [each for each in body["consumers"] if each not in broken]
    lines += ["Affected consumers:", *(line for each in broken[:_SHOWN] for line in _tree(each, body))] if broken else []
    lines += [f"Safe consumers: {len(safe)}/{len(body['consumers'])}"] if body["consumers"] else []
    first = any(reason["code"] == "nothing-to-compare" for reason in body["reasons"])
    return [*lines, _FIRST if first else _NEXT[answer]]


def _tree(each: Mapping[str, Any], body: Mapping[str, Any]) -> list[str]:
    who = each["consumer"]
    head = f"  {who['consumer_id']} {who['consumer_version']} ({who['environment']}, uses {who['schema_version'] or 'an unknown version'})"
    why = [f"    └─ {each['reason']['message']}"] if each["reason"] else []
    return [head, *why, *(f"    └─ {line.strip()}" for line in change_lines(_relevant(each, body))[:_SHOWN])]
