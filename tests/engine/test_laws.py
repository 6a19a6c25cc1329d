"""Laws of the comparison: refactors are silent, narrowing is always found on the right side, widening a request never breaks it."""

from __future__ import annotations

import copy
import functools
import json
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cvt_engine.finding import Severity
from tests import rig
from tests.engine import refactors
from tests.engine.diff.pairs import Json, document, findings, rules
from tests.stubs.cut_openapi import cut

LAWS = settings(max_examples=40, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
NAMES = st.sampled_from(["id", "name", "kind", "price", "tags", "owner"])
SIZES: list[Json] = [{}, {"minItems": 1}, {"uniqueItems": True}]
WORDS = st.sampled_from(["a", "b", "c", "d"])


def _string(draw: st.DrawFn) -> Json:
    extra: Json = draw(st.sampled_from([{}, {}, {"minLength": 1}, {"maxLength": 40}, {"pattern": "^[a-z]+$"}, {"format": "date"}, {"default": "a"}]))
    return {"type": "string", **extra}


def _number(draw: st.DrawFn) -> Json:
    low = draw(st.integers(-3, 3))
    bounds: Json = draw(st.sampled_from([{}, {"minimum": low}, {"minimum": low, "exclusiveMinimum": True}, {"minimum": low, "maximum": low + 9}]))
    return {"type": draw(st.sampled_from(["integer", "number"])), **bounds}


@st.composite
def schemas(draw: st.DrawFn, depth: int = 3) -> Json:
    """A schema of OpenAPI 3.0; `#/components/schemas/A` and `B` are there to be referred to."""
    kind = draw(st.integers(0, 8 if depth else 3))
    match kind:
        case 0:
            return _string(draw)
        case 1:
            return _number(draw)
        case 2:
            return {"type": "string", "enum": draw(st.lists(WORDS, min_size=1, max_size=3, unique=True))}
        case 3:
            return {"$ref": f"#/components/schemas/{draw(st.sampled_from('AB'))}"}
        case 4:
            return {"type": "array", "items": draw(schemas(depth - 1)), **draw(st.sampled_from(SIZES))}
        case 5:
            return {"oneOf": [{"type": "string"}, draw(objects(depth - 1)), {"type": "integer"}]}
        case 6:
            return {**draw(objects(depth - 1)), "nullable": True}
        case _:
            return draw(objects(depth - 1))


@st.composite
def objects(draw: st.DrawFn, depth: int = 2) -> Json:
    """An object schema."""
    properties = draw(st.dictionaries(NAMES, schemas(max(depth, 0)), max_size=4))
    required = [name for name in properties if draw(st.booleans())]
    extra: Json = draw(st.sampled_from([{}, {}, {"additionalProperties": False}, {"additionalProperties": {"type": "string"}}]))
    return {"type": "object", "properties": properties, **({"required": required} if required else {}), **extra}


@st.composite
def descriptions(draw: st.DrawFn) -> Json:
    """An OpenAPI 3.0 description with two operations."""
    sent, got = draw(schemas()), draw(schemas())
    listed = [{"name": "q", "in": "query", "schema": _string(draw)}, {"name": "n", "in": "query", "schema": _number(draw)}]
    body = {"required": True, "content": {"application/json": {"schema": sent}}}
    answer = {"200": {"description": "ok", "content": {"application/json": {"schema": got}}}}
    paths = {"/a": {"post": {"parameters": listed, "requestBody": body, "responses": answer}}, "/b": {"parameters": listed, "get": {"responses": answer}}}
    shared = {"A": draw(objects()), "B": draw(schemas(1))}
    shared["B"] = {"type": "string"} if "$ref" in shared["B"] else shared["B"]
    return document(paths, version="3.0.3", components={"schemas": shared})


def said(base: Json, revision: Json) -> set[str]:
    return rules(base, revision)


@pytest.mark.parametrize("name", refactors.REFACTORS)
def test_refactors_of_generated_descriptions_are_silent(name: str) -> None:
    @LAWS
    @given(descriptions(), st.integers(0, 9))
    def law(tree: Json, seed: int) -> None:
        changed = refactors.REFACTORS[name](tree, Random(seed))
        assert said(tree, changed) == set()
        assert said(changed, tree) == set()

    law()


@LAWS
@given(descriptions())
def test_an_upgrade_to_3_1_and_its_refactors_are_silent(tree: Json) -> None:
    newer = refactors.upgraded(tree, Random(0))
    assert said(tree, newer) == set()
    assert said(newer, tree) == set()
    assert said(newer, refactors.const_for_enum(refactors.split(newer, Random(1)), Random(1))) == set()


def narrowed(tree: Json, seed: int, *, asked: bool) -> tuple[Json, str]:
    """A copy of the description narrowed somewhere in a body, and how; the text is empty where no place was found."""
    random, changed = Random(seed), refactors.fresh(tree)
    found = refactors.bodies(changed, asked=asked)
    for _ in range(8 if found else 0):
        place = refactors.inner(changed, random.choice(found), random, "readOnly" if asked else "writeOnly")
        if isinstance(place, dict) and refactors.is_plain(place) and (what := refactors.narrow(place, random)):
            return changed, what
    return changed, ""


def errors(base: Json, revision: Json, side: str) -> list[str]:
    return [item.message for item in findings(base, revision) if item.severity is Severity.ERROR and item.rule.startswith(side)]


@LAWS
@given(descriptions(), st.integers(0, 99))
def test_narrowing_a_request_is_found_and_widening_it_is_no_error(tree: Json, seed: int) -> None:
    changed, what = narrowed(tree, seed, asked=True)
    if what:
        assert errors(tree, changed, "request"), what
        assert errors(changed, tree, "request") == [], what


@LAWS
@given(descriptions(), st.integers(0, 99))
def test_widening_an_answer_is_found_and_narrowing_it_is_no_error(tree: Json, seed: int) -> None:
    changed, what = narrowed(tree, seed, asked=False)
    if what:
        assert errors(changed, tree, "response") or what in ("required", "closed"), what
        assert errors(tree, changed, "response") == [], what


def test_mutations_of_operations_are_found() -> None:
    tree = document(
        {
            "/a": {
                "post": {
                    "requestBody": {"content": {"application/json": {}, "text/plain": {}}},
                    "responses": {"200": {"description": "ok"}, "201": {"description": "ok"}},
                }
            }
        }
    )
    mutations: tuple[tuple[Callable[[Json], object], str], ...] = (
        (lambda work: work["responses"].pop("201"), "response-success-status-removed"),
        (lambda work: work["requestBody"]["content"].pop("text/plain"), "request-media-type-removed"),
        (lambda work: work.pop("requestBody"), "request-body-removed"),
        (lambda work: work.update(parameters=[{"name": "q", "in": "query", "required": True, "schema": {}}]), "request-parameter-added-required"),
    )
    for remove, rule in mutations:
        changed = copy.deepcopy(tree)
        remove(changed["paths"]["/a"]["post"])
        assert rules(tree, changed) == {rule}


@functools.cache
def github(step: int) -> Json:
    """Every `step`th path of GitHub's own description, with all that it reaches."""
    folder = rig.npm_package("@octokit/openapi", "23.0.2")
    whole: Json = json.loads((folder / "generated" / "api.github.com.json").read_text("utf-8"))
    return cut(whole, list(whole["paths"])[::step])


@pytest.mark.slow
@pytest.mark.network
@pytest.mark.parametrize("name", [*refactors.REFACTORS, "upgraded"])
def test_refactors_of_a_real_description_are_silent(name: str) -> None:
    tree = github(5)
    assert len(list(refactors.operations(tree))) > 150
    refactor: Any = refactors.REFACTORS.get(name, refactors.upgraded)
    changed = refactor(tree, Random(7))
    assert said(tree, changed) == set()
    assert said(changed, tree) == set()


@pytest.mark.slow
@pytest.mark.network
@pytest.mark.parametrize("seed", range(12))
def test_mutations_of_a_real_description_are_found(seed: int) -> None:
    tree = github(40)
    changed, what = narrowed(tree, seed, asked=True)
    assert what
    assert errors(tree, changed, "request"), what
    assert errors(changed, tree, "request") == [], what
    changed, what = narrowed(tree, seed, asked=False)
    assert what
    assert errors(changed, tree, "response") or what in ("required", "closed"), what
    assert errors(tree, changed, "response") == [], what
