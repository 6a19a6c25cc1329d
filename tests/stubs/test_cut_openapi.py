from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.stubs.cut_openapi import cut, main

DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "t", "version": "1"},
    "servers": [{"url": "https://api.example"}],
    "paths": {
        "/a": {"get": {"responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}}}}},
        "/b": {"get": {"responses": {"200": {"$ref": "#/components/responses/B"}}}},
    },
    "components": {
        "schemas": {"A": {"items": {"$ref": "#/components/schemas/C"}}, "C": {"properties": {"a": {"$ref": "#/components/schemas/A"}}}, "D": {}},
        "responses": {"B": {"description": "b"}},
    },
}


def test_keeps_what_the_paths_reach_and_no_more() -> None:
    small = cut(DOCUMENT, ["/a"])
    assert list(small["paths"]) == ["/a"]
    assert set(small["components"]["schemas"]) == {"A", "C"}
    assert "responses" not in small["components"]


def test_a_path_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        cut(DOCUMENT, ["/c"])


def test_from_file_to_file(tmp_path: Path) -> None:
    (tmp_path / "full.json").write_text(json.dumps(DOCUMENT))
    main([str(tmp_path / "full.json"), str(tmp_path / "small.json"), "/b"])
    assert json.loads((tmp_path / "small.json").read_text())["components"] == {"responses": {"B": {"description": "b"}}}
