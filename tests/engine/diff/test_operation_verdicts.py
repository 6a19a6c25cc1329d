"""What a change of parameters, bodies, responses, security, callbacks and webhooks means."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.diff.pairs import Json, document, operation, rules, verdict, with_parameters

E, W, N = "error", "warning", ""
STR, INT, NUM, BOOL = {"type": "string"}, {"type": "integer"}, {"type": "number"}, {"type": "boolean"}
OK = {"description": "ok"}


def query(schema: Any = STR, **more: Any) -> Json:
    return {"name": "q", "in": "query", "schema": schema, **more}


def path(name: str, schema: Any = STR) -> Json:
    return {"name": name, "in": "path", "required": True, "schema": schema}


def content(schema: Any = STR, kind: str = "application/json", **more: Any) -> Json:
    return {"content": {kind: {"schema": schema, **more}}}


def secured(requirement: Any, schemes: Json | None = None) -> Json:
    known = schemes or {
        "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
        "basic": {"type": "http", "scheme": "basic"},
        "oauth": {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "https://t", "scopes": {"r": "", "w": ""}}}},
    }
    fields = {} if requirement is None else {"security": requirement}
    return operation(**fields, root={"components": {"securitySchemes": known}})


def calling(callback: Json, kind: str = "callbacks") -> Json:
    item = {"post": callback}
    if kind == "webhooks":
        return {**document({}), "webhooks": {"e": item}}
    return operation(callbacks={"e": {"{$request.body#/u}": item}})


ARRAY = {"type": "array", "items": STR}
OBJECT = {"type": "object", "properties": {"a": STR}}

CASES: list[tuple[str, Json, Json, str]] = [
    ("optional parameter added", with_parameters(), with_parameters(query()), N),
    ("required parameter added", with_parameters(), with_parameters(query(required=True)), E),
    ("required parameter with default", with_parameters(), with_parameters(query({"type": "string", "default": "a"}, required=True)), E),
    ("parameter removed", with_parameters(query()), with_parameters(), W),
    ("became required", with_parameters(query()), with_parameters(query(required=True)), E),
    ("became optional", with_parameters(query(required=True)), with_parameters(query()), N),
    ("moved to the path item", with_parameters(query(required=True)), with_parameters(shared=(query(required=True),)), N),
    ("path-level becomes required", with_parameters(shared=(query(),)), with_parameters(shared=(query(required=True),)), E),
    ("moved and required", with_parameters(query(required=True)), with_parameters(query(required=True) | {"in": "header"}), E),
    ("header name case", with_parameters(query() | {"in": "header", "name": "X-A"}), with_parameters(query() | {"in": "header", "name": "x-a"}), N),
    ("ignored header", with_parameters(), with_parameters(query(required=True) | {"in": "header", "name": "Accept"}), N),
    ("path parameter renamed", with_parameters(path("a"), path="/x/{a}"), with_parameters(path("b"), path="/x/{b}"), N),
    ("path parameter typed", with_parameters(path("a"), path="/x/{a}"), with_parameters(path("a", INT), path="/x/{a}"), E),
    ("integer to string on the wire", with_parameters(query(INT)), with_parameters(query(STR)), N),
    ("string to integer on the wire", with_parameters(query(STR)), with_parameters(query(INT)), E),
    ("boolean to string", with_parameters(query(BOOL)), with_parameters(query(STR)), N),
    ("integer to boolean", with_parameters(query(INT)), with_parameters(query(BOOL)), E),
    ("enum of numbers is text", with_parameters(query({"type": "integer", "enum": [1, 2]})), with_parameters(query({"type": "string", "enum": ["1", "2"]})), N),
    ("boolean is two words", with_parameters(query(BOOL)), with_parameters(query({"type": "string", "enum": ["true", "false"]})), N),
    ("null is not on the wire", with_parameters(query({"type": ["string", "null"]})), with_parameters(query(STR)), N),
    ("one value is a list of one", with_parameters(query(STR)), with_parameters(query(ARRAY)), N),
    ("list to one value", with_parameters(query(ARRAY)), with_parameters(query(STR)), E),
    ("style of one value", with_parameters(query(STR)), with_parameters(query(STR, style="form", explode=False)), N),
    ("explode of a list", with_parameters(query(ARRAY)), with_parameters(query(ARRAY, explode=False)), E),
    ("explode said", with_parameters(query(ARRAY)), with_parameters(query(ARRAY, style="form", explode=True)), N),
    ("style of a list", with_parameters(query(ARRAY, explode=False)), with_parameters(query(ARRAY, style="pipeDelimited", explode=False)), E),
    ("deep object", with_parameters(query(OBJECT)), with_parameters(query(OBJECT, style="deepObject", explode=True)), E),
    ("schema to content", with_parameters(query()), with_parameters({"name": "q", "in": "query", **content()}), E),
    ("items of a list", with_parameters(query(ARRAY)), with_parameters(query({"type": "array", "items": INT})), E),
    ("reserved forbidden", with_parameters(query(allowReserved=True)), with_parameters(query()), E),
    ("reserved allowed", with_parameters(query()), with_parameters(query(allowReserved=True)), N),
    ("empty forbidden", with_parameters(query({"type": "integer"}, allowEmptyValue=True)), with_parameters(query({"type": "integer"})), E),
    ("empty text forbidden", with_parameters(query({**STR, "minLength": 1}, allowEmptyValue=True)), with_parameters(query({**STR, "minLength": 1})), E),
    ("enum in a parameter", with_parameters(query({"enum": ["a", "b"]})), with_parameters(query({"enum": ["a"]})), E),
    ("pattern through allOf", with_parameters(query({"allOf": [STR]})), with_parameters(query({"allOf": [STR, {"pattern": "^a"}]})), E),
    (
        "default of a header changed",
        with_parameters(query({**STR, "default": "a"}) | {"in": "header"}),
        with_parameters(query({**STR, "default": "b"}) | {"in": "header"}),
        W,
    ),
    ("default changed", with_parameters(query({"type": "string", "default": "a"})), with_parameters(query({"type": "string", "default": "b"})), W),
    (
        "operation removed",
        document({"/x": {"get": {"responses": {"204": OK}}, "post": {"responses": {"204": OK}}}}),
        document({"/x": {"get": {"responses": {"204": OK}}}}),
        E,
    ),
    ("path removed", document({"/x": {"get": {"responses": {"204": OK}}}}), document({}), E),
    ("path added", document({}), document({"/x": {"get": {"responses": {"204": OK}}}}), N),
    ("removed after sunset", document({"/x": {"get": {"deprecated": True, "x-sunset": "2025-01-01", "responses": {"204": OK}}}}), document({}), W),
    ("removed before sunset", document({"/x": {"get": {"deprecated": True, "x-sunset": "2027-01-01", "responses": {"204": OK}}}}), document({}), E),
    ("optional body added", operation(), operation(requestBody=content()), N),
    ("required body added", operation(), operation(requestBody={"required": True, **content()}), E),
    ("body removed", operation(requestBody=content()), operation(), E),
    ("body became required", operation(requestBody=content()), operation(requestBody={"required": True, **content()}), E),
    (
        "request media type removed",
        operation(requestBody={"content": {"application/json": {}, "text/plain": {}}}),
        operation(requestBody={"content": {"application/json": {}}}),
        E,
    ),
    (
        "request media type added",
        operation(requestBody={"content": {"application/json": {}}}),
        operation(requestBody={"content": {"application/json": {}, "text/plain": {}}}),
        N,
    ),
    ("request range covers", operation(requestBody={"content": {"application/json": {}}}), operation(requestBody={"content": {"application/*": {}}}), N),
    ("request range narrowed", operation(requestBody={"content": {"application/*": {}}}), operation(requestBody={"content": {"application/json": {}}}), E),
    (
        "charset is no change",
        operation(requestBody={"content": {"application/json": {}}}),
        operation(requestBody={"content": {"application/json; charset=utf-8": {}}}),
        N,
    ),
    (
        "multipart content type",
        operation(requestBody=content(OBJECT, "multipart/form-data")),
        operation(requestBody=content(OBJECT, "multipart/form-data", encoding={"a": {"contentType": "application/xml"}})),
        E,
    ),
    (
        "form fields are text",
        operation(requestBody=content({"type": "object", "properties": {"a": INT}}, "application/x-www-form-urlencoded")),
        operation(requestBody=content({"type": "object", "properties": {"a": STR}}, "application/x-www-form-urlencoded")),
        N,
    ),
    (
        "form field narrowed",
        operation(requestBody=content({"type": "object", "properties": {"a": STR}}, "multipart/form-data")),
        operation(requestBody=content({"type": "object", "properties": {"a": INT}}, "multipart/form-data")),
        E,
    ),
    (
        "objects in multipart are JSON",
        operation(requestBody=content({"type": "object", "properties": {"a": {"type": "object", "properties": {"n": INT}}}}, "multipart/form-data")),
        operation(requestBody=content({"type": "object", "properties": {"a": {"type": "object", "properties": {"n": STR}}}}, "multipart/form-data")),
        E,
    ),
    ("success status removed", operation(responses={"200": OK, "204": OK}), operation(responses={"200": OK}), E),
    ("success status replaced", operation(responses={"200": OK}), operation(responses={"201": OK}), E),
    ("success status added", operation(responses={"200": OK}), operation(responses={"200": OK, "202": OK}), W),
    ("error status removed", operation(responses={"200": OK, "404": OK}), operation(responses={"200": OK}), N),
    ("error status added", operation(responses={"200": OK}), operation(responses={"200": OK, "404": OK}), N),
    ("not modified", operation(responses={"200": OK, "304": OK}), operation(responses={"200": OK}), N),
    ("not modified added", operation(responses={"200": OK}), operation(responses={"200": OK, "304": OK}), N),
    ("redirect replaced", operation(responses={"302": OK}), operation(responses={"200": OK}), E),
    ("range covers", operation(responses={"2XX": OK}), operation(responses={"200": OK}), N),
    ("default removed", operation(responses={"200": OK, "default": OK}), operation(responses={"200": OK}), N),
    (
        "response media type removed",
        operation(responses={"200": {**OK, "content": {"application/json": {}, "text/csv": {}}}}),
        operation(responses={"200": {**OK, **content({})}}),
        E,
    ),
    (
        "response media type added",
        operation(responses={"200": {**OK, **content({})}}),
        operation(responses={"200": {**OK, "content": {"application/json": {}, "text/csv": {}}}}),
        N,
    ),
    ("error body changed", operation(responses={"200": OK, "404": {**OK, **content(STR)}}), operation(responses={"200": OK, "404": {**OK, **content(INT)}}), E),
    ("required header removed", operation(responses={"200": {**OK, "headers": {"X": {"required": True, "schema": STR}}}}), operation(responses={"200": OK}), E),
    ("optional header removed", operation(responses={"200": {**OK, "headers": {"X": {"schema": STR}}}}), operation(responses={"200": OK}), W),
    (
        "header became optional",
        operation(responses={"200": {**OK, "headers": {"X": {"required": True, "schema": STR}}}}),
        operation(responses={"200": {**OK, "headers": {"X": {"schema": STR}}}}),
        E,
    ),
    (
        "header type changed",
        operation(responses={"200": {**OK, "headers": {"X": {"schema": INT}}}}),
        operation(responses={"200": {**OK, "headers": {"X": {"schema": STR}}}}),
        E,
    ),
    ("header added", operation(responses={"200": OK}), operation(responses={"200": {**OK, "headers": {"X": {"schema": STR}}}}), N),
    ("security added", secured(None), secured([{"key": []}]), E),
    ("security removed", secured([{"key": []}]), secured([]), N),
    ("alternative offered", secured([{"key": []}]), secured([{"key": []}, {"basic": []}]), N),
    ("alternative withdrawn", secured([{"key": []}, {"basic": []}]), secured([{"key": []}]), E),
    ("both demanded", secured([{"key": []}]), secured([{"key": [], "basic": []}]), E),
    ("one of both demanded", secured([{"key": [], "basic": []}]), secured([{"key": []}]), N),
    ("scope added", secured([{"oauth": ["r"]}]), secured([{"oauth": ["r", "w"]}]), E),
    ("scope removed", secured([{"oauth": ["r", "w"]}]), secured([{"oauth": ["r"]}]), N),
    ("optional security", secured([{"key": []}, {}]), secured([{"key": []}]), E),
    ("scheme renamed", secured([{"key": []}]), secured([{"k2": []}], {"k2": {"type": "apiKey", "in": "header", "name": "x-key"}}), N),
    ("key moved", secured([{"key": []}]), secured([{"key": []}], {"key": {"type": "apiKey", "in": "query", "name": "X-Key"}}), E),
    ("root security", {**secured(None)}, {**secured(None), "security": [{"key": []}]}, E),
    (
        "callback payload may shrink",
        calling({"requestBody": content(obj := {"type": "object", "properties": {"a": STR}}), "responses": {"200": OK}}),
        calling({"requestBody": content({**obj, "required": ["a"]}), "responses": {"200": OK}}),
        N,
    ),
    (
        "callback payload may not grow",
        calling({"requestBody": content({"enum": ["a"]}), "responses": {"200": OK}}),
        calling({"requestBody": content({"enum": ["a", "b"]}), "responses": {"200": OK}}),
        E,
    ),
    (
        "callback answer narrowed",
        calling({"responses": {"200": {**OK, **content(STR)}}}),
        calling({"responses": {"200": {**OK, **content({"enum": ["a"]})}}}),
        E,
    ),
    ("callback answers fewer of a range", calling({"responses": {"2XX": OK}}), calling({"responses": {"200": OK}}), E),
    ("callback answers more of a range", calling({"responses": {"200": OK}}), calling({"responses": {"2XX": OK}}), N),
    ("callback answers anything", calling({"responses": {"200": OK}}), calling({"responses": {"default": OK}}), N),
    ("callback removed", calling({"responses": {"200": OK}}), operation(), E),
    ("callback added", operation(), calling({"responses": {"200": OK}}), N),
    (
        "webhook payload may not grow",
        calling({"requestBody": content(INT), "responses": {"200": OK}}, "webhooks"),
        calling({"requestBody": content(NUM), "responses": {"200": OK}}, "webhooks"),
        E,
    ),
    (
        "webhook payload may shrink",
        calling({"requestBody": content(NUM), "responses": {"200": OK}}, "webhooks"),
        calling({"requestBody": content(INT), "responses": {"200": OK}}, "webhooks"),
        N,
    ),
    ("webhook removed", calling({"responses": {"200": OK}}, "webhooks"), {**document({}), "webhooks": {}}, E),
    ("server changed", operation(root={"servers": [{"url": "https://a"}]}), operation(root={"servers": [{"url": "https://b"}]}), W),
    ("server slash", operation(root={"servers": [{"url": "https://a"}]}), operation(root={"servers": [{"url": "https://a/"}]}), N),
    ("operation id", operation(operationId="a"), operation(operationId="b"), N),
    (
        "renamed component",
        operation(requestBody=content({"$ref": "#/components/schemas/A"}), root={"components": {"schemas": {"A": OBJECT}}}),
        operation(requestBody=content({"$ref": "#/components/schemas/B"}), root={"components": {"schemas": {"B": OBJECT}}}),
        N,
    ),
    (
        "inlined component",
        operation(requestBody=content({"$ref": "#/components/schemas/A"}), root={"components": {"schemas": {"A": OBJECT}}}),
        operation(requestBody=content(OBJECT)),
        N,
    ),
    (
        "recursive component changed",
        operation(
            requestBody=content({"$ref": "#/components/schemas/A"}),
            root={"components": {"schemas": {"A": {"type": "object", "properties": {"n": {"$ref": "#/components/schemas/A"}, "v": STR}}}}},
        ),
        operation(
            requestBody=content({"$ref": "#/components/schemas/A"}),
            root={"components": {"schemas": {"A": {"type": "object", "properties": {"n": {"$ref": "#/components/schemas/A"}, "v": INT}}}}},
        ),
        E,
    ),
]


@pytest.mark.parametrize(("base", "revision", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_operation_change(base: Json, revision: Json, expected: str) -> None:
    assert verdict(base, revision) == expected, rules(base, revision)


@pytest.mark.parametrize("tree", [case[1] for case in CASES], ids=[case[0] for case in CASES])
def test_a_description_never_breaks_against_itself(tree: Json) -> None:
    assert verdict(tree, tree) == ""


def test_a_shared_parameter_that_changed_behind_its_reference_is_seen() -> None:
    def tree(required: bool) -> Json:
        shared = {"components": {"parameters": {"Q": query(required=required)}}}
        item = {"parameters": [{"$ref": "#/components/parameters/Q"}], "get": {"responses": {"204": OK}}}
        return {**document({"/x": item, "/y": item}), **shared}

    assert rules(tree(False), tree(True)) == {"request-parameter-became-required"}


def with_authorization(version: str, **more: Any) -> Json:
    schema = {"type": "string"} if version == "2.0" else {"schema": {"type": "string"}}
    return with_parameters({"name": "Authorization", "in": "header", **schema, **more}, version=version)


def test_a_described_authorization_counts_where_the_version_does_not_ignore_it() -> None:
    assert verdict(with_parameters(version="2.0"), with_authorization("2.0", required=True)) == "error"
    assert verdict(with_parameters(version="2.0"), with_authorization("2.0")) == ""
    for version in ("3.0.3", "3.1.0", "3.2.0"):
        assert verdict(with_parameters(version=version), with_authorization(version, required=True)) == ""
        assert verdict(with_authorization("2.0", required=True), with_authorization(version, required=True)) == ""
        assert verdict(with_authorization(version), with_authorization("2.0", required=True)) == ""


def with_segment(version: str = "3.1.0", style: str = "simple", **schema: Any) -> Json:
    told = {"type": "string", **schema}
    described = told if version == "2.0" else {"style": style, "schema": told}
    return with_parameters({"name": "id", "in": "path", "required": True, **described}, version=version, path="/x/{id}")


@pytest.mark.parametrize("version", ["2.0", "3.0.3", "3.1.0", "3.2.0"])
def test_a_segment_of_a_path_is_never_empty(version: str) -> None:
    silent: list[Json] = [{"minLength": 1}, {"pattern": r"^[\s\S]+$"}]
    told: list[Json] = [{"minLength": 2}, {"minLength": 1, "maxLength": 64}, {"pattern": "^a"}, {"enum": ["a"]}]
    for schema in silent:
        assert verdict(with_segment(version), with_segment(version, **schema)) == verdict(with_segment(version, **schema), with_segment(version)) == ""
    for schema in told:
        assert verdict(with_segment(version), with_segment(version, **schema)) == "error"
    assert verdict(with_segment(version, minLength=1), with_segment(version, minLength=2)) == "error"


def test_what_stands_behind_a_name_may_be_empty() -> None:
    assert verdict(with_segment(style="matrix"), with_segment(style="matrix", minLength=1)) == "error"
    query = ({"name": "q", "in": "query", "schema": {"type": "string", **more}} for more in ({}, {"minLength": 1}))
    assert verdict(*map(with_parameters, query)) == "error"
