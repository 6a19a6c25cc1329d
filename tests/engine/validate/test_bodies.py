"""Bodies of every kind: media types and ranges, forms, streams, directions, alternatives."""

from __future__ import annotations

from typing import Any

import pytest

from cvt_engine.facade import HttpRequest
from cvt_engine.wire.media import content_type
from tests.engine.validate.contracts import Json, answered, answering, asked, operation

OK: Json = {"responses": {"200": {"description": "ok"}}}
FORM = "application/x-www-form-urlencoded"
A: Json = {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}}


def body(content: Json, *, required: bool = True, version: str = "3.0.3", **more: Any) -> Any:
    return operation({"requestBody": {"required": required, "content": content}, **OK}, version=version, **more)


def sent(found: Any, kind: str, raw: str | bytes) -> list[str]:
    return asked(found, raw=raw, headers={"Content-Type": kind})


@pytest.mark.parametrize(
    ("declared", "actual", "fits"),
    [
        ("application/json", "application/json", True),
        ("application/json", "application/vnd.x+json", False),
        ("application/*", "application/vnd.x+json", True),
        ("application/*", "text/json", False),
        ("*/*", "application/problem+json;charset=utf-8", True),
        ("application/vnd.x+json", "application/vnd.x+json; v=1", True),
        ("application/json; v=1", "application/json;v=1", True),
        ("application/json;v=1", "application/json", True),
        ("Application/JSON", "application/json", True),
        ("application/json", " application/json ; charset=utf-8", True),
    ],
)
def test_media_types_and_ranges(declared: str, actual: str, fits: bool) -> None:
    found = body({declared: {"schema": A}})
    assert sent(found, actual, '{"a": 1}') == ([] if fits else ["request-content-type-undeclared header.Content-Type"])
    if fits:
        assert sent(found, actual, '{"a": "x"}') == ["request-body-schema body /a"]


def test_the_narrowest_declared_type_counts() -> None:
    found = body({"*/*": {"schema": {"type": "boolean"}}, "application/*": {"schema": {"type": "string"}}, "application/json": {"schema": {"type": "integer"}}})
    assert sent(found, "application/json", "1") == []
    assert sent(found, "application/a+json", '"x"') == []
    assert sent(found, "text/json", "true") == []


@pytest.mark.parametrize(
    "kind", ["application/xml", "image/png", "application/octet-stream", "text/csv", "application/x-protobuf", "text/event-stream", "made/up"]
)
def test_what_cannot_be_looked_into_is_taken(kind: str) -> None:
    found = body({kind: {"schema": {"type": "object"}}})
    assert sent(found, kind, b"\x00\xff\x80") == []
    assert sent(found, "application/json", "{}") == ["request-content-type-undeclared header.Content-Type"]


def test_text() -> None:
    found = body({"text/plain": {"schema": {"type": "string", "maxLength": 3}}, "text/html": {}})
    assert sent(found, "text/plain; charset=utf-16", "abc".encode("utf-16")) == []
    assert sent(found, "text/plain", "abcd") == ["request-body-schema body"]
    assert sent(found, "text/plain", b"\xff") == ["request-body-malformed body"]
    assert sent(found, "text/html", b"\xff") == []
    assert sent(found, "text/plain; charset=klingon", "abc") == ["request-body-malformed body"]
    assert sent(found, "text/plain; charset=rot13", "abc") == ["request-body-malformed body"]


FIELDS: Json = {
    "type": "object",
    "required": ["n"],
    "properties": {
        "n": {"type": "integer"},
        "list": {"type": "array", "items": {"type": "integer"}},
        "o": {"type": "object", "properties": {"b": {"type": "boolean"}}},
    },
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("n=1", []),
        ("n=1&list=1&list=2", []),
        ("n=1&list[]=1&list[]=2", []),
        ("n=1&o=%7B%22b%22%3Atrue%7D", []),
        ("n=1&o[b]=true", []),
        ("list=1", ["request-body-schema body"]),
        ("n=x", ["request-body-schema body /n"]),
        ("n=1&list=1&list=x", ["request-body-schema body /list/1"]),
        ("n=1&o[b]=2", ["request-body-schema body /o/b"]),
        ("n=1&more=1", ["request-body-schema body"]),
        ("n=1&o[b=2", ["request-body-malformed body"]),
    ],
)
def test_urlencoded_forms(text: str, says: list[str]) -> None:
    assert sent(body({FORM: {"schema": FIELDS}}), FORM, text) == says


def test_encodings_of_a_form() -> None:
    found = body({FORM: {"schema": FIELDS, "encoding": {"list": {"style": "pipeDelimited", "explode": False}}}})
    assert sent(found, FORM, "n=1&list=1|2") == []
    assert sent(found, FORM, "n=1&list=1,2") == ["request-body-schema body /list/0"]
    found = body({FORM: {"schema": FIELDS, "encoding": {"list": {"style": "form", "explode": False}}}})
    assert sent(found, FORM, "n=1&list=1,2") == sent(found, FORM, "n=1&list=1%2C2") == []
    assert sent(found, FORM, "n=1&list=1%2Cx") == ["request-body-schema body /list/1"]


def parts(*given: tuple[str, str, str]) -> str:
    return "".join(f'--B\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{text}\r\n' for name, more, text in given) + "--B--\r\n"


def test_multipart_forms() -> None:
    schema = {**FIELDS, "properties": {**FIELDS["properties"], "f": {"type": "string", "format": "binary"}}}
    found = body({"multipart/form-data": {"schema": schema}})
    kind = "multipart/form-data; boundary=B"
    good = parts(("n", "", "1"), ("list", "", "1"), ("list", "", "2"), ("f", '; filename="x.png"\r\nContent-Type: image/png', "\x00"))
    assert sent(found, kind, good) == []
    assert sent(found, 'multipart/form-data; boundary="B"', good) == []
    assert sent(found, kind, parts(("n", "\r\nContent-Type: application/json", "1"), ("o", "\r\nContent-Type: application/json", '{"b": true}'))) == []
    assert sent(found, kind, parts(("n", "", "1"), ("o", "\r\nContent-Type: application/json", '{"b": 1}'))) == ["request-body-schema body /o/b"]
    assert sent(found, kind, parts(("list", "", "1"))) == ["request-body-schema body"]
    assert sent(found, kind, parts(("n", "", "1"), ("o", "\r\nContent-Type: application/json", "{"))) == ["request-body-malformed body"]
    for broken in ("", "--B", "--B\r\n\r\n--B", good[:-6], good.replace("\r\n\r\n", "\r\n")):
        assert sent(found, kind, broken or " ") == ["request-body-malformed body"]
    assert sent(found, "multipart/form-data", good) == ["request-body-malformed body"]


@pytest.mark.parametrize(("listed", "fits"), [("image/png", True), ("text/csv, image/*", True), ("image/jpeg", False), ("application/octet-stream", True)])
def test_the_media_type_of_a_part_is_one_that_its_encoding_lists(listed: str, *, fits: bool) -> None:
    schema = {"type": "object", "properties": {"f": {"type": "string", "format": "binary"}}}
    found = body({"multipart/form-data": {"schema": schema, "encoding": {"f": {"contentType": listed}}}})
    kind = "multipart/form-data; boundary=B"
    told = sent(found, kind, parts(("f", '; filename="x.png"\r\nContent-Type: image/png', "\x00")))
    assert told == ([] if fits else ["request-content-type-undeclared body /f"])
    assert sent(found, kind, parts(("f", '; filename="x.png"', "\x00"), ("g", "\r\nContent-Type: image/gif", "\x00"))) == []


def test_files_of_20() -> None:
    fields = [{"name": "f", "in": "formData", "type": "file", "required": True}, {"name": "n", "in": "formData", "type": "integer"}]
    found = operation({"parameters": fields, **OK}, version="2.0")
    kind = "multipart/form-data; boundary=B"
    assert sent(found, kind, parts(("f", '; filename="a"', "x"), ("n", "", "1"))) == []
    assert sent(found, kind, parts(("n", "", "x"))) == ["request-body-schema body", "request-body-schema body /n"]


@pytest.mark.parametrize("kind", ["application/jsonl", "application/x-ndjson", "application/json-seq"])
def test_streams_of_items(kind: str) -> None:
    found = operation({"responses": {"200": {"description": "", "content": {kind: {"itemSchema": A}}}}}, method="get", version="3.2.0")
    mark = "\x1e" if kind.endswith("seq") else ""
    assert answered(found, raw=f'{mark}{{"a": 1}}\n{mark}{{"a": 2}}\n', headers={"Content-Type": kind}) == []
    assert answered(found, raw=f'{mark}{{"a": 1}}\n{mark}{{"a": "x"}}\n', headers={"Content-Type": kind}) == ["response-body-schema body /1/a"]
    assert answered(found, raw=f"{mark}{{\n", headers={"Content-Type": kind}) == ["response-body-malformed body"]


def test_read_only_and_write_only() -> None:
    schema = {"type": "object", "required": ["id", "pw", "n"], "properties": {"id": {"readOnly": True}, "pw": {"writeOnly": True}, "n": {}}}
    found = body({"application/json": {"schema": schema}})
    assert asked(found, value={"pw": 1, "n": 1}) == []
    assert asked(found, value={"id": 1, "n": 1}) == ["request-body-schema body"]
    assert asked(found, value={"id": 1, "pw": 1, "n": 1}) == []
    assert answered(answering(schema), {"id": 1, "n": 1}) == []
    strict = {"read_only_sent": "error"}
    assert asked(body({"application/json": {"schema": schema}}, options=strict), value={"id": 1, "pw": 1, "n": 1}) == ["request-body-one-way body /id"]
    assert answered(answering(schema, options=strict), {"id": 1, "pw": 1, "n": 1}) == ["response-body-one-way body /pw"]


def test_a_closed_schema_is_no_matter_of_direction() -> None:
    found = answering({"type": "object", "properties": {"a": False}}, version="3.1.0", options={"read_only_sent": "error"})
    assert answered(found, {"a": 1}) == ["response-body-schema body /a"]


def test_nullable_beside_enum_and_references() -> None:
    assert answered(answering({"type": "string", "enum": ["a", None], "nullable": True}), None) == []
    assert answered(answering({"type": "string", "enum": ["a"], "nullable": True}), None) == ["response-body-schema body"]
    assert answered(answering({"allOf": [{"$ref": "#/components/schemas/A"}], "nullable": True}, components={"schemas": {"A": A}}), None) == []
    assert answered(answering({"type": "string", "nullable": True}, version="3.1.0"), None) == ["response-body-schema body"]


PETS: Json = {
    "Cat": {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}, "lives": {"type": "integer"}}},
    "Dog": {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}, "barks": {"type": "boolean"}}},
}
CHOICE: Json = {"oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}], "discriminator": {"propertyName": "kind"}}


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_a_discriminator_chooses(version: str) -> None:
    found = answering(CHOICE, version=version, components={"schemas": PETS})
    assert answered(found, {"kind": "Cat", "lives": 9}) == []
    assert answered(found, {"kind": "Cat", "lives": "x"}) == ["response-body-schema body /lives"]
    assert answered(found, {"kind": "Dog", "lives": "x"}) == []
    assert answered(found, {"kind": "Bird"}) == ["response-body-schema body /kind"]
    assert answered(found, {"lives": 9}) == ["response-body-schema body"]
    assert answered(found, "Cat") == ["response-body-schema body"]


def test_the_mapping_of_a_discriminator() -> None:
    mapping = {"feline": "#/components/schemas/Cat", "canine": "Dog", "wolf": "Dog"}
    choice = {**CHOICE, "discriminator": {"propertyName": "kind", "mapping": mapping}}
    found = answering(choice, components={"schemas": PETS})
    assert [answered(found, {"kind": kind, "barks": 1, "lives": 1}) for kind in ("feline", "canine", "wolf", "Cat")] == [
        [],
        ["response-body-schema body /barks"],
        ["response-body-schema body /barks"],
        ["response-body-schema body /kind"],
    ]


def test_an_alternative_without_a_name_leaves_the_choice_to_the_schemas() -> None:
    choice = {**CHOICE, "oneOf": [*CHOICE["oneOf"], {"type": "object", "required": ["x"], "properties": {"kind": {"enum": ["Bird"]}}}]}
    found = answering(choice, components={"schemas": PETS})
    assert answered(found, {"kind": "Cat"}) == ["response-body-schema body"]  # both Cat and Dog


def test_the_alternative_that_was_meant_is_the_one_that_is_told() -> None:
    schema = {"anyOf": [{"type": "string"}, A, {"type": "object", "required": ["b"]}]}
    assert answered(answering(schema), {"a": "x"}) == ["response-body-schema body"]
    tagged = {"oneOf": [{**A, "properties": {**A["properties"], "t": {"enum": [tag]}}} for tag in ("one", "two")]}
    assert answered(answering(tagged), {"a": "x", "t": "one"}) == ["response-body-schema body /a"]
    assert answered(answering({"oneOf": [A, {"type": "null"}]}, version="3.1.0"), {"a": "x"}) == ["response-body-schema body /a"]


def test_recursive_schemas() -> None:
    tree = {
        "Tree": {
            "type": "object",
            "required": ["n"],
            "properties": {"n": {"type": "integer"}, "below": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}},
        }
    }
    found = answering({"$ref": "#/components/schemas/Tree"}, components={"schemas": tree})
    assert answered(found, {"n": 1, "below": [{"n": 2, "below": []}]}) == []
    assert answered(found, {"n": 1, "below": [{"n": 2, "below": [{}]}]}) == ["response-body-schema body /below/0/below/0"]


def test_a_broken_reference_accepts_everything() -> None:
    assert answered(answering({"$ref": "#/components/schemas/Nowhere"}), {"x": 1}) == []


def test_malformed_keywords_count_as_absent() -> None:
    schema = {"type": "object", "required": "a", "minProperties": "x", "properties": {"a": {"type": "strin", "pattern": "(", "maxLength": -1, "enum": []}}}
    assert answered(answering(schema), {"a": 1}) == []


@pytest.mark.parametrize(
    ("text", "essence", "charset", "boundary"),
    [
        ('multipart/form-data; boundary="a b"', "multipart/form-data", "", "a b"),
        ("TEXT/PLAIN;CHARSET=Latin1", "text/plain", "latin1", ""),
        ("", "", "", ""),
        (";;=;", "", "", ""),
        ("a" * 10_000, "a" * 1_000, "", ""),
    ],
)
def test_content_types(text: str, essence: str, charset: str, boundary: str) -> None:
    found = content_type(text)
    assert (found.essence, found.charset, found.boundary) == (essence, charset, boundary)


def test_the_first_of_two_types_without_content_type() -> None:
    found = body({"application/xml": {}, "application/json": {"schema": A}})
    assert asked(found, raw="<a/>") == []
    assert asked(found, raw='{"a": "x"}') == ["request-body-schema body /a"]


def test_a_byte_order_mark_is_forgiven() -> None:
    assert answered(answering(A), raw=b'\xef\xbb\xbf{"a": 1}') == []


def test_messages_say_what_and_how() -> None:
    found = body({"application/json": {"schema": A}})
    violation = found.check_request(HttpRequest.of("POST", "/a", {"Content-Type": "text/csv"}, "a"))[0]
    assert violation.message == "has the media type text/csv, which is not declared; declared: application/json"
    assert violation.hint == "send a declared media type, or declare this one"


@pytest.mark.parametrize("version", ["2.0", "3.0.3", "3.1.0"])
def test_a_discriminator_of_a_parent_chooses_the_heir(version: str) -> None:
    place = "definitions" if version == "2.0" else "components/schemas"
    parent = {"$ref": f"#/{place}/Pet"}
    schemas = {
        "Pet": {
            "type": "object",
            "required": ["kind"],
            "properties": {"kind": {"type": "string"}, "friend": parent},
            "discriminator": "kind" if version == "2.0" else {"propertyName": "kind", "mapping": {"feline": f"#/{place}/Cat"}},
        },
        "Cat": {"allOf": [parent, {"type": "object", "required": ["lives"], "properties": {"lives": {"type": "integer"}}}]},
        "Lion": {"allOf": [{"$ref": f"#/{place}/Cat"}, {"properties": {"mane": {"type": "boolean"}}}]},
    }
    if version == "2.0":
        response: Json = {"description": "", "schema": parent}
        found = operation({"responses": {"200": response}}, method="get", version=version, definitions=schemas)
    else:
        found = answering(parent, version=version, components={"schemas": schemas})
    cat = "Cat" if version == "2.0" else "feline"
    assert answered(found, {"kind": cat, "lives": 9}) == []
    assert answered(found, {"kind": cat}) == ["response-body-schema body"]
    assert answered(found, {"kind": "Lion", "lives": 9, "mane": 1}) == ["response-body-schema body /mane"]
    assert answered(found, {"kind": "Lion"}) == ["response-body-schema body"]
    assert answered(found, {"kind": "Dog"}) == []
    assert answered(found, {"kind": "Pet", "friend": {"kind": cat, "lives": "x"}}) == ["response-body-schema body /friend/lives"]


def test_directions_are_seen_through_references_and_parts() -> None:
    base = {"type": "object", "properties": {"id": {"$ref": "#/components/schemas/Id"}, "n": {}}}
    components = {"schemas": {"Base": base, "Id": {"type": "integer", "readOnly": True}}}
    for schema in (
        {"allOf": [{"$ref": "#/components/schemas/Base"}, {"required": ["id", "n"]}]},
        {"allOf": [{"$ref": "#/components/schemas/Base"}], "required": ["id", "n"]},
    ):
        found = body({"application/json": {"schema": schema}}, components=components)
        assert asked(found, value={"n": 1}) == []
        assert asked(found, value={"id": 1}) == ["request-body-schema body"]
        assert answered(answering(schema, components=components), {"n": 1}) == ["response-body-schema body"]


@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_null_where_http_has_no_content(method: str) -> None:
    responses = {code: {"description": "", "content": {"application/json": {"schema": A}}} for code in ("200", "204")}
    found = operation({"responses": responses}, method=method.lower())
    assert answered(found, None, status=204, method=method) == []
    assert answered(found, None, method=method) == ([] if method == "HEAD" else ["response-body-schema body"])


def test_a_body_without_media_types_may_be_anything() -> None:
    assert sent(body({}), "x/y", "z") == []
    assert asked(body({})) == ["request-body-missing body"]
