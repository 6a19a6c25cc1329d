"""Building small pairs of descriptions around one schema, parameter or operation, and comparing them."""

from __future__ import annotations

import json
from typing import Any

from cvt_engine.errors import SourceMissing
from cvt_engine.facade import CompareOptions, compare, load_spec
from cvt_engine.finding import Finding, Severity

Json = dict[str, Any]


def document(paths: Json, *, version: str = "3.1.0", **rest: Any) -> Json:
    """A description with these paths."""
    if version == "2.0":
        return {"swagger": "2.0", "info": {"title": "t", "version": "1"}, "paths": paths, **rest}
    return {"openapi": version, "info": {"title": "t", "version": "1"}, "paths": paths, **rest}


def asking(schema: Any, *, version: str = "3.1.0", **rest: Any) -> Json:
    """A description whose one request body has this schema."""
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    return document({"/x": {"post": {"requestBody": body, "responses": {"204": {"description": "ok"}}}}}, version=version, **rest)


def answering(schema: Any, *, version: str = "3.1.0", **rest: Any) -> Json:
    """A description whose one response has this schema."""
    answer = {"description": "ok", "content": {"application/json": {"schema": schema}}}
    return document({"/x": {"get": {"responses": {"200": answer}}}}, version=version, **rest)


def with_parameters(*parameters: Json, version: str = "3.1.0", path: str = "/x", shared: tuple[Json, ...] = (), **rest: Any) -> Json:
    """A description whose one operation has these parameters."""
    item: Json = {"get": {"parameters": list(parameters), "responses": {"204": {"description": "ok"}}}}
    if shared:
        item["parameters"] = list(shared)
    return document({path: item}, version=version, **rest)


def operation(**fields: Any) -> Json:
    """A description with one operation of these fields."""
    fields.setdefault("responses", {"204": {"description": "ok"}})
    rest = fields.pop("root", {})
    return document({"/x": {"post": fields}}, version=fields.pop("version", "3.1.0"), **rest)


def findings(base: Json, revision: Json, *, everything: bool = False) -> tuple[Finding, ...]:
    """Compare two descriptions given as trees."""
    files = {"base.json": json.dumps(base).encode(), "revision.json": json.dumps(revision).encode()}

    def read(uri: str) -> bytes:
        if uri not in files:
            raise SourceMissing("does not exist", where=uri)
        return files[uri]

    old, new = (load_spec(read, name) for name in files)
    return compare(old, new, CompareOptions(today="2026-01-01", everything=everything))


def verdict(base: Json, revision: Json) -> str:
    """`error`, `warning`, or `` (nothing worse than info)."""
    worst = [item.severity for item in findings(base, revision)]
    return next((level.value for level in (Severity.ERROR, Severity.WARNING) if level in worst), "")


def rules(base: Json, revision: Json) -> set[str]:
    """The rules of everything reported that is worse than info."""
    return {item.rule for item in findings(base, revision) if item.severity is not Severity.INFO}
