"""One case per comparison rule: a pair that the rule fires on, a twin that nothing is said about, in every OpenAPI version that has the construct.

`tests/corpus/<rule-id>/case.yaml` holds `where` (what the fragments are, see FRAMES), `versions`, `base`, `revision`, `twin`, and `at`: the side and the place
of the finding below the fragment. Fragments are written as for OpenAPI 3.1; the older versions' spellings are made here.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from cvt_engine.facade import RULES, CompareOptions, Rule, compare, load_spec, rule
from cvt_engine.finding import Finding, Severity

Json = dict[str, Any]
CORPUS: Final = Path(__file__).resolve().parent.parent / "corpus"
NUMBERS: Final = {"2.0": "2.0", "3.0": "3.0.3", "3.1": "3.1.1", "3.2": "3.2.0"}
OK: Final = {"description": "ok"}
ELSEWHERE: Final = {
    "comparison-incomplete": "needs unions nested beyond every bound; tests/engine/test_hostile_specs.py builds them",
    "request-alternative-changed": "needs a union too large to spread out; tests/engine/test_hostile_specs.py builds them",
    "request-alternative-changed-unproved": "as above",
    "response-alternative-changed": "as above",
    "response-alternative-changed-unproved": "as above",
}
"""Rules without a case, and why."""


def _root(version: str, paths: Json, **more: Any) -> Json:
    key = "swagger" if version == "2.0" else "openapi"
    return {key: NUMBERS[version], "info": {"title": "Orders", "version": "1.0.0"}, "paths": paths, **more}


def _one(version: str, work: Json, **more: Any) -> Json:
    return _root(version, {"/orders": {"post": {"responses": {"204": OK}, **work}}}, **more)


def _definitions(version: str, fragment: Any) -> Json:
    """`$components` of a schema fragment are shared schemas."""
    shared = fragment.get("$components") if isinstance(fragment, dict) else None
    if not shared:
        return {}
    spelled = {name: _spelled(part, version) for name, part in shared.items()}
    return {"definitions": spelled} if version == "2.0" else {"components": {"schemas": spelled}}


def _request(version: str, fragment: Any, kind: str = "application/json") -> tuple[Json, str]:
    schema, more = _schema(fragment, version), _definitions(version, fragment)
    if version == "2.0":
        body = {"name": "order", "in": "body", "required": True, "schema": schema}
        return _one(version, {"parameters": [body], "consumes": [kind]}, **more), "/paths/~1orders/post/parameters/0/schema"
    place = f"/paths/~1orders/post/requestBody/content/{kind.replace('/', '~1')}/schema"
    return _one(version, {"requestBody": {"required": True, "content": {kind: {"schema": schema}}}}, **more), place


def _response(version: str, fragment: Any, kind: str = "application/json") -> tuple[Json, str]:
    schema, more = _schema(fragment, version), _definitions(version, fragment)
    if version == "2.0":
        return _one(version, {"responses": {"200": {**OK, "schema": schema}}, "produces": [kind]}, **more), "/paths/~1orders/post/responses/200/schema"
    answer = {**OK, "content": {kind: {"schema": schema}}}
    return _one(version, {"responses": {"200": answer}}, **more), f"/paths/~1orders/post/responses/200/content/{kind.replace('/', '~1')}/schema"


def _schema(fragment: Any, version: str) -> Any:
    if isinstance(fragment, dict):
        fragment = {key: value for key, value in fragment.items() if key != "$components"}
    return _spelled(fragment, version)


def _spelled(schema: Any, version: str) -> Any:
    """A schema in a version's own words: null among the types, numeric exclusive bounds and references to components are told in the old way."""
    if isinstance(schema, list):
        return [_spelled(item, version) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: _spelled(value, version) for key, value in schema.items()}
    if version == "2.0" and isinstance(ref := found.get("$ref"), str):
        found["$ref"] = ref.replace("#/components/schemas/", "#/definitions/")
    if version in ("2.0", "3.0") and isinstance(kinds := found.get("type"), list):
        found["type"] = next(kind for kind in kinds if kind != "null")
        found["x-nullable" if version == "2.0" else "nullable"] = "null" in kinds
    return found


def _parameters(version: str, fragment: list[Json]) -> tuple[Json, str]:
    listed = fragment
    if version == "2.0":
        listed = [{**{key: value for key, value in item.items() if key != "schema"}, **item.get("schema", {})} for item in fragment]
    return _one(version, {"parameters": listed}), "/paths/~1orders/post/parameters"


def _operation(version: str, fragment: Json) -> tuple[Json, str]:
    return _one(version, fragment), "/paths/~1orders/post"


def _document(version: str, fragment: Json) -> tuple[Json, str]:
    paths = {"/orders": {"get": {"responses": {"200": OK}}}}
    return {**_root(version, paths), **fragment}, ""


def _callback(version: str, fragment: Json) -> tuple[Json, str]:
    item = {"post": {"responses": {"200": OK}, **fragment}}
    return _one(version, {"callbacks": {"done": {"{$request.body#/url}": item}}}), "/paths/~1orders/post/callbacks/done/{$request.body#~1url}/post"


FRAMES: Final[dict[str, Callable[[str, Any], tuple[Json, str]]]] = {
    "request body": _request,
    "response body": _response,
    "XML request body": functools.partial(_request, kind="application/xml"),
    "XML response body": functools.partial(_response, kind="application/xml"),
    "parameters": _parameters,
    "operation": _operation,
    "callback": _callback,
    "document": _document,
}
"""What a fragment is -> its document in a version, and the pointer at which the fragment stands there."""

DIFF_RULES: Final = [row for row in RULES if row.on]
CASES: Final = sorted(path.parent.name for path in CORPUS.glob("*/case.yaml"))


@functools.cache
def case(rule_id: str) -> Json:
    found = yaml.safe_load((CORPUS / rule_id / "case.yaml").read_text("utf-8"))
    assert isinstance(found, dict)
    return found


def versions(rule_id: str) -> list[str]:
    return list(case(rule_id)["versions"])


EACH: Final = [(rule_id, version) for rule_id in CASES for version in versions(rule_id)]
each = pytest.mark.parametrize(("rule_id", "version"), EACH, ids=[f"{rule_id} {version}" for rule_id, version in EACH])


def judged(where: str, version: str, base: Any, revision: Any) -> tuple[Finding, ...]:
    """Everything said about two fragments, compatible changes too."""
    files = {name: json.dumps(FRAMES[where](version, part)[0], indent=2).encode() for name, part in (("base.json", base), ("revision.json", revision))}
    old, new = (load_spec(files.__getitem__, name) for name in files)
    return compare(old, new, CompareOptions(today="2026-01-01", everything=True))


def worse(found: tuple[Finding, ...]) -> set[str]:
    return {item.rule for item in found if item.severity is not Severity.INFO}


def test_every_rule_has_a_case_and_every_case_a_rule() -> None:
    assert {row.id for row in DIFF_RULES} - set(CASES) == set(ELSEWHERE)
    assert set(CASES) <= {row.id for row in DIFF_RULES}


@each
def test_the_rule_fires_and_nothing_worse_does(rule_id: str, version: str) -> None:
    own, row = case(rule_id), rule(rule_id)
    found = judged(own["where"], version, own["base"], own["revision"])
    assert [item.severity for item in found if item.rule == rule_id] == [row.severity], [item.message for item in found]
    assert worse(found) == ({rule_id} if row.severity is not Severity.INFO else set())


@each
def test_the_finding_points_at_the_element(rule_id: str, version: str) -> None:
    own = case(rule_id)
    (finding,) = [item for item in judged(own["where"], version, own["base"], own["revision"]) if item.rule == rule_id]
    side, _, place = own["at"].partition(" ")
    excerpt = finding.revision if side == "revision" else finding.base
    assert excerpt is not None
    if place.startswith("#"):
        assert excerpt.pointer == (place[1:].replace("/components/schemas/", "/definitions/") if version == "2.0" else place[1:])
    else:
        tree, home = FRAMES[own["where"]](version, own[side])
        assert excerpt.pointer == (home + place if version != "2.0" or own["where"] != "parameters" else (home + place).replace("/schema", ""))
        text = json.dumps(tree, indent=2).splitlines()
        line = text[excerpt.position.line - 1][excerpt.position.column - 1 :]
        token = excerpt.pointer.rsplit("/", 1)[-1].replace("~1", "/").replace("~0", "~")
        assert line.startswith((json.dumps(token), "{", "[")) if not token.isdigit() else line
    assert not re.search(r"\{(at|part|operation|subject|before|after)\}|  |^ | $", finding.message)


@each
def test_the_twin_says_the_same(rule_id: str, version: str) -> None:
    own = case(rule_id)
    for changed in (own["twin"], own["base"]):
        assert worse(judged(own["where"], version, own["base"], changed)) == set()
    assert rule_id not in {item.rule for item in judged(own["where"], version, own["base"], own["twin"])}


def opposite(row: Rule) -> Rule | None:
    """The rule of the same fact seen from the other side, where there is one."""
    aspect, act, side = (*row.on, "", "", "")[:3]
    other = {"request": "response", "response": "request"}.get(side)
    return next((item for item in DIFF_RULES if item.on == (aspect, act, other) and item.when == row.when), None)


SCHEMAS: Final = [(rule_id, version) for rule_id, version in EACH if case(rule_id)["where"] in ("request body", "response body")]


@pytest.mark.parametrize(("rule_id", "version"), SCHEMAS, ids=[" ".join(pair) for pair in SCHEMAS])
def test_the_same_change_on_the_other_side_has_the_mirrored_rule(rule_id: str, version: str) -> None:
    own, mirrored = case(rule_id), opposite(rule(rule_id))
    where = "response body" if own["where"] == "request body" else "request body"
    found = judged(where, version, own["base"], own["revision"])
    if mirrored is not None and mirrored.when not in ("unproved", "hidden"):
        assert mirrored.id in {item.rule for item in found}
    assert worse(judged(where, version, own["base"], own["twin"])) == set()
