"""`cvt compare --json`: the public CVT's keys, for scripts that were written for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.runner.conftest import Run


def described(shape: dict[str, Any]) -> str:
    body = {"required": True, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}}
    call = {"requestBody": body, "responses": {"204": {"description": "done"}}}
    paths = {"/orders": {"post": call, "put": call}}
    return json.dumps({"openapi": "3.0.3", "info": {"title": "Shop", "version": "1"}, "paths": paths, "components": {"schemas": {"Order": shape}}})


def test_a_change_is_told_for_each_operation_with_the_nearest_type(cvt: Run, tmp_path: Path) -> None:
    (tmp_path / "old.json").write_text(described({"type": "object", "properties": {"note": {"type": "string"}}}))
    (tmp_path / "new.json").write_text(described({"type": "object", "properties": {"note": {"type": "string", "maxLength": 9}}}))
    done = cvt("compare", "--old", "old.json", "--new", "new.json", "--json", cwd=tmp_path)
    said = json.loads(done.out)
    assert (done.code, said["compatible"]) == (1, False)
    assert sorted((change["method"], change["path"], change["type"]) for change in said["breaking_changes"]) == [
        ("POST", "/orders", "TYPE_CHANGED"),
        ("PUT", "/orders", "TYPE_CHANGED"),
    ]


def test_each_operation_is_told_of_its_own_part(cvt: Run, tmp_path: Path) -> None:
    def answering(*fields: str) -> str:
        shape = {"type": "object", "required": list(fields), "properties": {name: {"type": "string"} for name in fields}}
        answer = {"description": "ok", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}}
        call = {status: {"responses": {status: answer}} for status in ("200", "201")}
        paths = {"/orders": {"get": call["200"], "post": call["201"]}}
        return json.dumps({"openapi": "3.0.3", "info": {"title": "Shop", "version": "1"}, "paths": paths, "components": {"schemas": {"Order": shape}}})

    (tmp_path / "old.json").write_text(answering("id", "name"))
    (tmp_path / "new.json").write_text(answering("id"))
    done = cvt("compare", "--old", "old.json", "--new", "new.json", "--json", cwd=tmp_path)
    told = {change["method"]: change["description"] for change in json.loads(done.out)["breaking_changes"]}
    assert ("response 200" in told["GET"], "response 201" in told["POST"]) == (True, True), told


def test_why_nothing_can_be_said_is_said_beside_the_keys(cvt: Run, tmp_path: Path) -> None:
    (tmp_path / "old.json").write_text("{")
    (tmp_path / "new.json").write_text(described({"type": "object"}))
    done = cvt("compare", "--old", "old.json", "--new", "new.json", "--json", cwd=tmp_path)
    assert (done.code, json.loads(done.out)) == (3, {"compatible": False})
    assert "inconclusive: " in done.err
    assert "old.json" in done.err
