"""A path with a parameter of few values, and the same addresses as paths of their own."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.diff.pairs import Json, document, findings, rules

STR, INT = {"type": "string"}, {"type": "integer"}
OK = {"204": {"description": "ok"}}


def path(name: str, *values: Any, **schema: Any) -> Json:
    return {"name": name, "in": "path", "required": True, "schema": {**({"enum": list(values)} if values else STR), **schema}}


def get(*parameters: Json, **more: Any) -> Json:
    return {"get": {"parameters": list(parameters), "responses": OK, **more}}


def q(**more: Any) -> Json:
    return {"name": "q", "in": "query", "schema": STR, **more}


SAME: list[tuple[str, Json, Json]] = [
    ("two words", {"/v/{k}": get(path("k", "a", "b"))}, {"/v/a": get(), "/v/b": get()}),
    ("one word", {"/{v}/x": get(path("v", "v1"))}, {"/v1/x": get()}),
    ("numbers", {"/v/{k}": get(path("k", 1, 2))}, {"/v/1": get(), "/v/2": get()}),
    ("beside another parameter", {"/v/{k}/{id}": get(path("k", "a"), path("id", type="integer"))}, {"/v/a/{id}": get(path("id", type="integer"))}),
    ("behind another parameter", {"/{id}/{k}": get(path("k", "a"), path("id"))}, {"/{x}/a": get(path("x"))}),
    ("part of a segment", {"/v/x.{k}": get(path("k", "json", "xml"))}, {"/v/x.json": get(), "/v/x.xml": get()}),
    ("shared by the path", {"/v/{k}": {"parameters": [path("k", "a")], **get(q())}}, {"/v/a": get(q())}),
]


@pytest.mark.parametrize(("one", "other"), [case[1:] for case in SAME], ids=[case[0] for case in SAME])
def test_the_same_addresses_are_silent(one: Json, other: Json) -> None:
    assert rules(document(one), document(other)) == set()
    assert rules(document(other), document(one)) == set()


def test_an_address_that_is_missing_is_named() -> None:
    (gone,) = findings(document({"/v/{k}": get(path("k", "a", "b", "c"))}), document({"/v/a": get(), "/v/b": get()}))
    assert gone.message == "GET /v/c was removed"
    (narrow,) = findings(document({"/v/a": get(), "/v/b": get()}), document({"/v/{k}": get(path("k", "a"))}))
    assert narrow.message == "GET /v/b was removed"


def test_what_changed_at_an_address_is_told() -> None:
    before = document({"/v/{k}/{id}": get(path("k", "a", "b"), path("id"))})
    after = document({"/v/a/{id}": get(path("id", type="integer")), "/v/b/{id}": get(path("id"), q(required=True))})
    told = {(found.rule, found.operation) for found in findings(before, after)}
    assert told == {("request-type-narrowed", "GET /v/a/{id}"), ("request-parameter-added-required", "GET /v/b/{id}")}


@pytest.mark.parametrize(
    ("base", "revision"),
    [
        ({"/v/{k}": get(path("k"))}, {"/v/a": get()}),
        ({"/v/{k}": get(path("k", "a/b"))}, {"/v/a/b": get()}),
        ({"/v/{k}": {**get(path("k", "a")), "post": {"parameters": [path("k", "b")], "responses": OK}}}, {"/v/a": get()}),
        ({"/v/{k}": get(path("k", *range(100)))}, {"/v/1": get()}),
        ({"/v/{k}": get(path("k", "a"))}, {"/w/a": get()}),
    ],
)
def test_what_is_not_surely_the_same_address_is_removed(base: Json, revision: Json) -> None:
    assert {found.message for found in findings(document(base), document(revision))} >= {"GET /v/{k} was removed"}
