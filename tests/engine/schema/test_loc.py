"""Places of one side: the same place is the same object, however it is reached."""

from __future__ import annotations

import json

from cvt_engine.load.spec import load_spec
from cvt_engine.schema.loc import Source

TREE = {
    "openapi": "3.1.0",
    "paths": {},
    "components": {"schemas": {"a/b": {"properties": {"kind": {"type": "string"}}, "allOf": [{"minProperties": 1}]}}},
}


def _source() -> Source:
    return Source(load_spec(lambda _: json.dumps(TREE).encode(), "openapi.json"))


def test_a_place_is_interned_by_every_way_to_it() -> None:
    source = _source()
    schema = source.root.child("components", "schemas", "a/b")
    assert schema.pointer == "/components/schemas/a~1b"
    assert schema.name == "a~1b"
    assert source.at(source.spec.entry, schema.pointer) is schema
    assert source.root.child("components").child("schemas").child("a/b") is schema
    assert source.at(source.spec.entry, "/components/schemas/a~1b/allOf/0") is schema.child("allOf", 0)
    assert schema.child("allOf", 0).ref.pointer == "/components/schemas/a~1b/allOf/0"


def test_what_stands_in_no_document_does_not_hide_what_does() -> None:
    source = _source()
    schema = source.root.child("components", "schemas", "a/b")
    made = source.made(schema, "as dog", {"properties": {"kind": {"enum": ["dog"]}}})
    assert made is source.made(schema, "as dog", None)
    assert made.child("properties", "kind").node == {"enum": ["dog"]}
    assert schema.child("properties", "kind").node == {"type": "string"}
    assert made.child("properties", "kind").pointer == schema.child("properties", "kind").pointer
