"""The verdict against openapi-core's, over exchanges that fit and exchanges with one thing changed. Every disagreement has a reason, or is a failure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from cvt_engine.facade import Contract, ValidateOptions, generate, load_spec
from tests import rig
from tests.engine.validate.contracts import Json, described
from tests.engine.validate.exchanges import changes, exchange
from tests.engine.validate.reference import HOST, REASONS, Difference, Reference, difference
from tests.stubs.cut_openapi import cut

ALIKE = ValidateOptions(missing_content_type="error", read_only_sent="error")
"""What openapi-core always does."""
UNASSERTED = ("uri", "uri-reference", "hostname")


def differences(tree: Json) -> tuple[int, list[Difference]]:
    """How many exchanges were tried, and on which the verdicts differ."""
    tree = {**without_formats(tree), "servers": [{"url": HOST}]}
    spec = load_spec(lambda _: json.dumps(tree).encode(), "openapi.json")
    contract, reference = Contract.compile(spec, ALIKE), Reference(tree)
    found: list[Difference] = []
    tried = 0
    for end in contract.endpoints():
        for one in _around(exchange(generate(spec, end.method, end.path)), end.path):
            tried += 1
            asked, answered = reference.errors(one)
            ours = contract.check_request(one.request), contract.check_response(one.request, one.response)
            for mine, theirs in zip(ours, (asked, answered), strict=True):
                text = "; ".join(map(str, mine))
                if (differs := difference(f"{end.method} {end.path}", one, ours=text, theirs=theirs)) is not None:
                    found.append(differs)
    return tried, found


def without_formats(node: Any) -> Any:
    """Without the formats that openapi-core asserts only with packages that do not come with it."""
    if isinstance(node, list):
        return [without_formats(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {key: without_formats(value) for key, value in node.items() if not (key == "format" and value in UNASSERTED)}


def _around(whole: Any, seed: str) -> Iterator[Any]:
    yield whole
    yield from changes(whole, Random(seed))


@pytest.mark.slow
@pytest.mark.network
def test_on_a_real_description() -> None:
    folder = rig.npm_package("@octokit/openapi", "23.0.2")
    whole = json.loads((folder / "generated" / "api.github.com.json").read_text("utf-8"))
    special = ["/octocat", "/repos/{owner}/{repo}/code-scanning/alerts/{alert_number}/instances", "/orgs/{org}/{security_product}/{enablement}"]
    tried, found = differences(cut(whole, [*list(whole["paths"])[::17], *special]))
    assert tried > 2_000
    assert [str(one) for one in found if one.reason is None] == []
    assert {one.reason for one in found} == set(REASONS)


ITEM: Json = {
    "type": "object",
    "required": ["id", "name", "kind"],
    "properties": {
        "id": {"type": "integer", "format": "int64", "readOnly": True},
        "secret": {"type": "string", "writeOnly": True},
        "name": {"type": "string", "minLength": 2, "maxLength": 8, "pattern": "^[a-z]"},
        "kind": {"type": "string", "enum": ["a", "b"]},
        "price": {"type": "number", "minimum": 0, "exclusiveMaximum": True, "maximum": 100},
        "at": {"type": "string", "format": "date-time"},
        "day": {"type": "string", "format": "date"},
        "uid": {"type": "string", "format": "uuid"},
        "tags": {"type": "array", "items": {"type": "string"}, "uniqueItems": True, "maxItems": 3},
        "more": {"type": "object", "additionalProperties": {"type": "integer"}},
        "part": {"$ref": "#/components/schemas/Part"},
        "all": {"allOf": [{"$ref": "#/components/schemas/Part"}, {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}]},
        "any": {"anyOf": [{"type": "integer"}, {"type": "boolean"}]},
        "not": {"not": {"type": "string"}},
    },
    "additionalProperties": False,
}
PART: Json = {
    "type": "object",
    "required": ["size"],
    "properties": {"size": {"type": "integer", "nullable": True}, "below": {"$ref": "#/components/schemas/Part"}},
}


def parameter(name: str, place: str, schema: Json, **more: Any) -> Json:
    return {"name": name, "in": place, "required": True, "schema": schema, **more}


def shop(version: str) -> Json:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Item"}}}
    ints = {"type": "array", "items": {"type": "integer"}, "minItems": 1}
    head = {"X-Count": {"required": True, "schema": {"type": "integer"}}}
    answer = {
        "200": {"description": "", "content": content, "headers": head},
        "4XX": {"description": "", "content": {"application/problem+json": {"schema": PART}}},
    }
    paths = {
        "/items/{id}": {
            "parameters": [parameter("id", "path", {"type": "integer", "minimum": 1})],
            "put": {"requestBody": {"required": True, "content": content}, "responses": answer, "security": [{"key": []}]},
            "get": {"responses": {"200": answer["200"], "default": {"description": "", "content": content}}},
        },
        "/items": {
            "get": {
                "parameters": [
                    parameter("page", "query", {"type": "integer"}),
                    parameter("list", "query", ints),
                    parameter("piped", "query", ints, style="pipeDelimited", explode=False),
                    parameter("comma", "query", ints, explode=False),
                    parameter("flag", "query", {"type": "boolean"}),
                    parameter("sort", "query", {"type": "string", "enum": ["up", "down"]}),
                    parameter("X-Day", "header", {"type": "string", "format": "date"}),
                    parameter("sid", "cookie", {"type": "integer"}),
                ],
                "responses": {
                    "200": {"description": "", "content": {"application/json": {"schema": {"type": "array", "items": content["application/json"]["schema"]}}}}
                },
            }
        },
    }
    tree = described(
        paths,
        version=version,
        components={"schemas": {"Item": ITEM, "Part": PART}, "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}},
    )
    return tree if version.startswith("3.0") else modern(tree)


def modern(node: Any) -> Any:
    """The same in the words of 3.1, where openapi-core no longer knows directions."""
    if isinstance(node, list):
        return [modern(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = {key: modern(value) for key, value in node.items()}
    node = {key: value for key, value in node.items() if key not in ("readOnly", "writeOnly")}
    if node.pop("nullable", False):
        node["type"] = [node["type"], "null"]
    if node.pop("exclusiveMaximum", False) is True:
        node["exclusiveMaximum"] = node.pop("maximum")
    return node


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0", "3.2.0"])
def test_on_a_description_of_everything(version: str) -> None:
    tried, found = differences(shop(version))
    assert tried > 100
    assert [str(one) for one in found if one.reason is None] == []


def test_reasons_are_given_in_words() -> None:
    assert all(len(row.why) > 30 and row.refuses in ("cvt", "openapi-core") for row in REASONS)
