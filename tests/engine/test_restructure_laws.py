"""What is shared, where it stands, in which version and in how many files: none of it is on the wire."""

from __future__ import annotations

import json
from random import Random

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cvt_engine.facade import Spec, compare, load_spec
from cvt_engine.finding import Severity
from tests import rig
from tests.engine.diff.pairs import Json, document, rules
from tests.engine.restructures import RESTRUCTURES, from_2_0, in_files
from tests.engine.test_laws import LAWS, descriptions, github

SCHEMES: Json = {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}, "token": {"type": "http", "scheme": "bearer"}}


def secured(tree: Json) -> Json:
    """With credentials for everything, a path variable and a header, so that every restructuring has something to do."""
    paths = {**tree["paths"], "/a/{id}": {"get": {"parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}]}}}
    answer = {"description": "ok", "headers": {"X-Count": {"required": True, "schema": {"type": "integer"}}}}
    paths["/a/{id}"]["get"]["responses"] = {"200": answer, "404": {"$ref": "#/components/responses/Gone"}}
    paths["/a/{id}"]["get"]["parameters"].append({"$ref": "#/components/parameters/Trace"})
    shared = {"responses": {"Gone": {"description": "gone"}}, "parameters": {"Trace": {"name": "X-Trace", "in": "header", "schema": {"type": "string"}}}}
    components = {**tree["components"], "securitySchemes": SCHEMES, **shared}
    return {**tree, "paths": paths, "components": components, "security": [{"key": []}, {"token": []}], "servers": [{"url": "https://api.example.com"}]}


@pytest.mark.parametrize("name", RESTRUCTURES)
def test_restructured_descriptions_are_silent(name: str) -> None:
    done: list[bool] = []

    @LAWS
    @given(descriptions(), st.integers(0, 9))
    def law(tree: Json, seed: int) -> None:
        whole = secured(tree)
        changed = RESTRUCTURES[name](whole, Random(seed))
        done.append(changed != whole)
        assert rules(whole, changed) == set()
        assert rules(changed, whole) == set()

    law()
    assert sum(done) > len(done) / 4


def loaded(files: dict[str, bytes]) -> Spec:
    return load_spec(files.__getitem__, next(iter(files)))


def silent(one: Spec, other: Spec) -> bool:
    return all(item.severity is Severity.INFO for item in (*compare(one, other), *compare(other, one)))


@LAWS
@given(descriptions())
def test_files_and_notation_make_no_difference(tree: Json) -> None:
    whole = secured(tree)
    one = loaded({"openapi.json": json.dumps(whole).encode()})
    assert silent(one, loaded({name: json.dumps(part).encode() for name, part in in_files(whole).items()}))
    assert silent(one, loaded({"openapi.yaml": yaml.safe_dump(whole, sort_keys=False).encode()}))


def test_an_upgrade_from_2_0_is_silent() -> None:
    order = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}, "note": {"type": "string", "x-nullable": True}}}
    variable = {"name": "id", "in": "path", "required": True, "type": "integer"}
    listed = {"name": "tags", "in": "query", "type": "array", "items": {"type": "string"}}
    body = {"name": "order", "in": "body", "required": True, "schema": {"$ref": "#/definitions/Order"}}
    fields = [
        {"name": "file", "in": "formData", "type": "file", "required": True},
        {**listed, "in": "formData"},
        {"name": "n", "in": "formData", "type": "integer"},
    ]
    answer = {"200": {"description": "ok", "schema": {"$ref": "#/definitions/Order"}, "headers": {"X-Count": {"type": "integer"}}}}
    many = [
        {"$ref": "#/parameters/tags"},
        {**listed, "name": "ids", "collectionFormat": "multi"},
        {**listed, "name": "kinds", "collectionFormat": "pipes"},
        body,
    ]
    old = document(
        {
            "/orders/{id}": {"parameters": [variable], "put": {"parameters": many, "responses": answer, "security": [{"grant": ["write"]}]}},
            "/files": {"post": {"consumes": ["multipart/form-data"], "parameters": fields, "responses": answer}},
        },
        version="2.0",
        definitions={"Order": order},
        parameters={"tags": listed},
        securityDefinitions={
            "basic": {"type": "basic"},
            "grant": {
                "type": "oauth2",
                "flow": "accessCode",
                "authorizationUrl": "https://a.example",
                "tokenUrl": "https://t.example",
                "scopes": {"write": "w"},
            },
        },
        security=[{"basic": []}],
        produces=["application/json", "application/xml"],
        host="api.example.com",
        basePath="/v1",
        schemes=["https", "http"],
    )
    assert rules(old, from_2_0(old)) == set()
    assert rules(from_2_0(old), old) == set()


@pytest.mark.slow
@pytest.mark.network
@pytest.mark.parametrize("name", RESTRUCTURES)
def test_a_real_description_restructured_is_silent(name: str) -> None:
    tree = github(10)
    changed = RESTRUCTURES[name](tree, Random(3))
    assert rules(tree, changed) == set()
    assert rules(changed, tree) == set()


@pytest.mark.slow
@pytest.mark.network
def test_a_real_description_upgraded_from_2_0_is_silent() -> None:
    folder = rig.go_module("k8s.io/cli-runtime", "v0.34.2")
    old: Json = json.loads((folder / "artifacts" / "openapi" / "swagger-with-shared-parameters.json").read_text("utf-8"))
    assert len(old["definitions"]) > 100
    assert rules(old, from_2_0(old)) == set()
    assert rules(from_2_0(old), old) == set()
