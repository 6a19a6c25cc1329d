"""`cvt schemas`, `cvt consumers`, `cvt deployments` and `cvt record-deployment`: what the registry knows, and telling it more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from cvt_runner.commands.reply import Reply
from cvt_runner.errors import Refused
from cvt_runner.remote import registry
from cvt_runner.remote.client import Client, NotOffered
from cvt_wire import cvt_pb2 as wire

Row = registry.Row


def schemas(client: Client, *, owner: str, team: str) -> Reply:
    """The latest version of each schema."""
    try:
        items = registry.every(client, "listSchemas", {"owner": owner, "team": team})
    except NotOffered:
        items = _schemas_over_contract(client, owner, team)
    return _listing("schemas", items, ("schema_id", "version", "endpoint_count", "title"))


def versions(client: Client, schema_id: str) -> Reply:
    """Every version of one schema, highest first."""
    return _listing("versions", registry.every(client, "listVersions", {"schema_id": schema_id}), ("version", "hash", "revision", "registered_at"))


def content(client: Client, schema_id: str, version: str) -> Reply:
    """One description as it was registered."""
    reply = client.contract("GetSchema", wire.GetSchemaRequest(schema_id=schema_id, schema_version=version))
    if not reply.found:
        raise Refused(f"schema not found: {schema_id} {version}".rstrip(), hint="`cvt schemas list` lists what is there")
    values = {"schema": "cvt.schema/1", "exit_code": 0, "schema_id": schema_id, "version": reply.metadata.schema_version, "content": reply.schema_content}
    return Reply(0, values, lambda: values, list, exact=reply.schema_content)


def delete(client: Client, schema_id: str, version: str) -> Reply:
    """Hide a version, or the whole schema."""
    client.ask("deleteSchema", {"schema_id": schema_id, "version": version})
    return _done("delete-schema", f"Deleted: {schema_id} {version}".rstrip(), {"schema_id": schema_id, "version": version})


def restore(client: Client, schema_id: str, version: str) -> Reply:
    """Undo a deletion."""
    client.ask("restoreSchema", {"schema_id": schema_id, "version": version})
    return _done("restore-schema", f"Restored: {schema_id} {version}".rstrip(), {"schema_id": schema_id, "version": version})


def consumers(client: Client, schema_id: str, environment: str) -> Reply:
    """Who uses a schema."""
    return _listing("consumers", registry.consumers(client, schema_id, environment), ("consumer_id", "consumer_version", "environment", "schema_version"))


def register_consumer(client: Client, given: Row) -> Reply:
    """Say who uses what."""
    usages = [wire.EndpointUsage(method=method, path=path, used_fields=fields) for method, path, fields in given["endpoints"]]
    names = ("consumer_id", "consumer_version", "schema_id", "schema_version", "environment")
    reply = client.contract("RegisterConsumer", wire.RegisterConsumerRequest(**{name: given[name] for name in names}, used_endpoints=usages))
    if not reply.success:
        raise Refused(reply.message)
    return _done(
        "register-consumer",
        f"{reply.message}: {reply.consumer.consumer_id} ({reply.consumer.environment})",
        {"consumer": registry.consumer_row(reply.consumer)},
    )


def deregister_consumer(client: Client, consumer_id: str, schema_id: str, environment: str) -> Reply:
    """A consumer uses a schema no more."""
    reply = client.contract("DeregisterConsumer", wire.DeregisterConsumerRequest(consumer_id=consumer_id, schema_id=schema_id, environment=environment))
    if not reply.success:
        raise Refused(reply.message)
    return _done("deregister-consumer", reply.message, {"consumer_id": consumer_id, "schema_id": schema_id, "environment": environment})


def record_deployment(client: Client, schema_id: str, version: str, environment: str, revision: str) -> Reply:
    """Say what is deployed now. Refused for a version that is not registered."""
    body = {"schema_id": schema_id, "version": version, "environment": environment, "revision": revision}
    stored = client.ask("recordDeployment", {"body": body})
    return _done("record-deployment", f"Recorded: {schema_id} {version} is deployed to {environment}", {"deployment": stored})


def deployments(client: Client, *, environment: str, schema_id: str, history: bool) -> Reply:
    """What is deployed where."""
    found = registry.every(client, "listDeployments", {"environment": environment, "schema_id": schema_id, "history": history})
    return _listing("deployments", found, ("environment", "schema_id", "version", "deployed_at", "revision"))


def _schemas_over_contract(client: Client, owner: str, team: str) -> list[Row]:
    found: list[Row] = []
    token = ""
    while True:
        page = client.contract("ListSchemas", wire.ListSchemasRequest(page_size=registry.PAGE, page_token=token, owner=owner, team=team))
        found += [
            {"schema_id": each.schema_id, "version": each.schema_version, "hash": each.schema_hash, "endpoint_count": each.endpoint_count, "title": ""}
            for each in page.schemas
        ]
        token = page.next_page_token
        if not token:
            return found


def _done(name: str, message: str, more: Row) -> Reply:
    values = {"schema": f"cvt.{name}/1", "exit_code": 0, "message": message, **more}
    return Reply(0, values, lambda: {"success": True, "message": message}, lambda: [f"✓ {message}"])


def _listing(name: str, items: Sequence[Row], columns: tuple[str, ...]) -> Reply:
    values = {"schema": f"cvt.{name}/1", "exit_code": 0, name: list(items)}
    return Reply(0, values, lambda: {name: list(items)}, _table(items, columns, name))


def _table(items: Sequence[Row], columns: tuple[str, ...], name: str) -> Callable[[], list[str]]:
    def lines() -> list[str]:
        if not items:
            return [f"no {name}"]
        rows = [[column.replace("_", " ") for column in columns], *([_cell(column, item.get(column, "")) for column in columns] for item in items)]
        widths = [min(max(len(row[place]) for row in rows), 60) for place in range(len(columns))]
        return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]

    return lines


def _cell(column: str, value: Any) -> str:
    """What people read of a value; times as such."""
    if column.endswith("_at") and isinstance(value, int):
        return datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    return str(value)
