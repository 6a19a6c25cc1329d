"""References across files: moving a schema to another file is silent, changing it there is found there."""

from __future__ import annotations

import json
from typing import Any

from cvt_engine.facade import compare, load_spec
from cvt_engine.finding import Finding
from tests.engine.diff.pairs import Json, asking

ORDER: Json = {"type": "object", "properties": {"id": {"type": "integer"}, "parent": {"$ref": "#/Order"}}}


def judged(base: dict[str, Any], revision: dict[str, Any]) -> tuple[Finding, ...]:
    """Compare two folders of files, `api.json` being the entry."""
    sides = [{name: json.dumps(tree, indent=1).encode() for name, tree in side.items()} for side in (base, revision)]
    old, new = (load_spec(files.__getitem__, "api.json") for files in sides)
    return compare(old, new)


def files(order: Json, name: str = "shared/order.json", **more: Any) -> dict[str, Any]:
    return {"api.json": asking({"$ref": f"{name}#/Order"}), name: {"Order": order, **more}}


def test_a_change_behind_a_file_is_found_in_that_file() -> None:
    narrower = {**ORDER, "properties": {**ORDER["properties"], "id": {"type": "integer", "minimum": 1}}}
    (finding,) = judged(files(ORDER), files(narrower))
    assert finding.rule == "request-minimum-narrowed"
    assert finding.revision is not None
    assert finding.revision.position.file == "shared/order.json"


def test_another_file_name_is_no_change() -> None:
    assert judged(files(ORDER), files(ORDER, "schemas/orders.json")) == ()


def test_bundling_and_unbundling_are_no_change() -> None:
    bundled = {"type": "object", "properties": {"id": {"type": "integer"}, "parent": {"$ref": "#/components/schemas/Order"}}}
    one = {"api.json": {**asking({"$ref": "#/components/schemas/Order"}), "components": {"schemas": {"Order": bundled}}}}
    assert judged(files(ORDER), one) == ()
    assert judged(one, files(ORDER)) == ()


def test_files_that_refer_to_each_other_end() -> None:
    def ring(kind: str) -> dict[str, Any]:
        first = {"A": {"type": "object", "properties": {"b": {"$ref": "b.json#/B"}}}}
        second = {"B": {"type": "object", "properties": {"a": {"$ref": "a.json#/A"}, "v": {"type": kind}}}}
        return {"api.json": asking({"$ref": "a.json#/A"}), "a.json": first, "b.json": second}

    assert judged(ring("number"), ring("number")) == ()
    assert [item.rule for item in judged(ring("number"), ring("integer"))] == ["request-type-narrowed"]


def test_a_path_item_and_a_parameter_in_other_files() -> None:
    def tree(required: bool) -> dict[str, Any]:
        item = {"get": {"parameters": [{"$ref": "../parts.json#/Q"}], "responses": {"204": {"description": "ok"}}}}
        entry = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {"/x": {"$ref": "paths/x.json"}}}
        parts = {"Q": {"name": "q", "in": "query", "required": required, "schema": {"type": "string"}}}
        return {"api.json": entry, "paths/x.json": item, "parts.json": parts}

    (finding,) = judged(tree(False), tree(True))
    assert finding.rule == "request-parameter-became-required"
    assert finding.position is not None
    assert finding.position.file == "parts.json"
