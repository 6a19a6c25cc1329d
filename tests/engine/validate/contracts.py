"""Short ways to a contract and to what it says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cvt_engine.facade import Contract, HttpRequest, HttpResponse, ValidateOptions, load_spec

Json = dict[str, Any]
JSON = {"Content-Type": "application/json"}


def contract(tree: Json, **options: Any) -> Contract:
    """A contract from a whole description."""
    return Contract.compile(load_spec(lambda _: json.dumps(tree).encode(), "openapi.json"), ValidateOptions(**options))


def described(paths: Json, *, version: str = "3.0.3", **more: Any) -> Json:
    """A description with these paths."""
    head = {"swagger": "2.0"} if version == "2.0" else {"openapi": version}
    return {**head, "info": {"title": "T", "version": "1.2.3"}, "paths": paths, **more}


def operation(what: Json, *, path: str = "/a", method: str = "post", version: str = "3.0.3", options: Mapping[str, Any] | None = None, **more: Any) -> Contract:
    """A contract with one operation; its response is an empty 200 unless given."""
    whole = {"responses": {"200": {"description": "ok"}}, **what}
    return contract(described({path: {method: whole}}, version=version, **more), **(options or {}))


def answering(schema: Any, *, version: str = "3.0.3", kind: str = "application/json", options: Mapping[str, Any] | None = None, **more: Any) -> Contract:
    """A contract whose `GET /a` answers with a schema."""
    responses = {"200": {"description": "ok", "content": {kind: {"schema": schema}}}}
    return operation({"responses": responses}, method="get", version=version, options=options, **more)


def asked(
    found: Contract, method: str = "POST", path: str = "/a", *, value: Any = ..., raw: str | bytes | None = None, headers: Mapping[str, str] | None = None
) -> list[str]:
    """What a request violates, with a JSON value or raw text as body."""
    return told(found.check_request(HttpRequest.of(method, path, *_sent(value, raw, headers))))


def answered(
    found: Contract,
    value: Any = ...,
    *,
    raw: str | bytes | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    method: str = "GET",
    path: str = "/a",
) -> list[str]:
    """What a response violates, with a JSON value or raw text as body."""
    return told(found.check_response(HttpRequest(method, path), HttpResponse.of(status, *_sent(value, raw, headers))))


def _sent(value: Any, raw: str | bytes | None, headers: Mapping[str, str] | None) -> tuple[Mapping[str, str], str | bytes | None]:
    if value is ...:
        return headers or {}, raw
    return {**JSON, **(headers or {})}, json.dumps(value)


def told(violations: Any) -> list[str]:
    """Violations as `rule location pointer`, in order."""
    return [" ".join(filter(None, (found.rule, found.location, found.pointer))) for found in violations]
