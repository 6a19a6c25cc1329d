"""`cvt generate`: a request and a response that fit an operation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cvt_engine.facade import Contract, FixtureOptions, FixtureRequest, FixtureResponse, Fixtures, Spec
from cvt_runner.commands.reply import Reply
from cvt_runner.publish.files import write_atomic
from cvt_runner.render.result import document


def listing(contract: Contract) -> Reply:
    """Every operation, in the document's order."""
    found = [{"method": each.method, "path": each.path, "operation_id": each.operation_id, "summary": each.summary} for each in contract.endpoints()]
    values = {"schema": "cvt.endpoints/1", "exit_code": 0, "endpoints": found}
    lines = [f"  {each['method']} {each['path']}" for each in found]
    return Reply(0, values, lambda: {"endpoints": found}, lambda: ["Available endpoints:", *lines])


def generated(spec: Spec, operation: tuple[str, str], options: FixtureOptions, kind: str) -> str:
    """A fixture for a method and path, or one side of it, as JSON text; the other side need not be possible. Raises NotDescribed, FixtureImpossible."""
    fixtures = Fixtures(spec)
    match kind:
        case "request":
            return document(_request(fixtures.request(*operation, options)))
        case "response":
            return document(_response(fixtures.response(*operation, options)))
        case _:
            made = fixtures.generate(*operation, options)
            return document({"request": _request(made.request), "response": _response(made.response)})


def save(text: str, kind: str, output: str) -> str:
    """Write it to a file; the sentence that says so. Raises UsageError."""
    write_atomic(Path(output), text)
    return f"✓ Generated {kind} saved to {output}"


def _request(made: FixtureRequest) -> dict[str, Any]:
    values: dict[str, Any] = {"method": made.method, "path": made.path}
    return values | _rest(made.headers, made.body)


def _response(made: FixtureResponse) -> dict[str, Any]:
    return {"statusCode": made.status} | _rest(made.headers, made.body)


def _rest(headers: tuple[tuple[str, str], ...], body: str | None) -> dict[str, Any]:
    values: dict[str, Any] = {"headers": dict(headers)} if headers else {}
    return values if body is None else values | {"body": _value(body)}


def _value(body: str) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body
