"""A part of the address that moves between servers and paths is on the wire where it was."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cvt_engine.facade import compare, load_spec
from cvt_engine.finding import Finding


def described(url: str, *paths: str, version: str = "3.0.3") -> dict[str, Any]:
    answer = {"200": {"description": ""}}
    parameter = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    items: dict[str, Any] = {path: {"get": {"responses": answer, **({"parameters": [parameter]} if "{id}" in path else {})}} for path in paths}
    return {"openapi": version, "info": {"title": "t", "version": "1"}, "servers": [{"url": url}], "paths": items}


def swagger(base: str, *paths: str) -> dict[str, Any]:
    items: dict[str, Any] = {path: {"get": {"responses": {"200": {"description": ""}}}} for path in paths}
    return {"swagger": "2.0", "info": {"title": "t", "version": "1"}, "basePath": base, "paths": items}


def found(base: dict[str, Any], revision: dict[str, Any]) -> tuple[Finding, ...]:
    old, new = json.dumps(base).encode(), json.dumps(revision).encode()
    return compare(load_spec(lambda _: old, "openapi.json"), load_spec(lambda _: new, "openapi.json"))


@pytest.mark.parametrize(
    ("base", "revision"),
    [
        (described("https://h/v1", "/a/{id}", "/b"), described("https://h", "/v1/a/{id}", "/v1/b")),
        (described("https://h/x/v1/", "/b"), described("https://h/x", "/v1/b")),
        (described("/v1", "/b"), described("/", "/v1/b", version="3.1.0")),
        (swagger("/v1", "/b"), swagger("/", "/v1/b")),
    ],
)
def test_moving_it_is_silent_both_ways(base: dict[str, Any], revision: dict[str, Any]) -> None:
    assert (found(base, revision), found(revision, base)) == ((), ())


def alone(path: str, url: str, root: str = "https://h", **operation: Any) -> dict[str, Any]:
    """One path moves with servers of its own; another stays."""
    made = described(root, path, "/b")
    made["paths"][path]["servers"] = [{"url": url}]
    made["paths"][path]["get"] |= operation
    return made


def test_a_path_may_move_alone() -> None:
    before, after = described("https://h", "/v1/a/{id}", "/b"), alone("/a/{id}", "https://h/v1")
    assert (found(before, after), found(after, before)) == ((), ())


def test_a_path_that_moves_to_another_address_is_gone() -> None:
    before = described("https://h", "/v1/a/{id}", "/b")
    assert [finding.rule for finding in found(before, alone("/a/{id}", "https://h/v2"))] == ["operation-removed"]


def test_what_changed_in_a_path_that_moved_alone_is_told() -> None:
    before = described("https://h", "/v1/a/{id}", "/b")
    changed = alone("/a/{id}", "https://h/v1", responses={"201": {"description": ""}})
    assert [finding.rule for finding in found(before, changed)] == ["response-success-status-removed"]


def test_what_is_lost_on_the_way_is_still_seen() -> None:
    base = described("https://h/v1", "/a/{id}", "/b")
    assert [finding.rule for finding in found(base, described("https://h", "/v1/b"))] == ["operation-removed"]


def test_another_version_of_the_address_is_a_changed_server() -> None:
    assert [finding.rule for finding in found(described("https://h/v1", "/b"), described("https://h/v2", "/b"))] == ["server-removed"]


def test_another_host_is_a_changed_server() -> None:
    assert [finding.rule for finding in found(described("https://h/v1", "/b"), described("https://g", "/v1/b"))] == ["server-removed"]


def test_part_of_a_segment_is_no_prefix() -> None:
    rules = {finding.rule for finding in found(described("https://h/v1b", "/b"), described("https://h/v1", "/bb"))}
    assert "operation-removed" in rules
