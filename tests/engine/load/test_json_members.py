"""JSON read member by member: the same tree and the same places as in one piece, and shared with a like document where the words are the same."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cvt_engine.document import Document
from cvt_engine.document.json_outline import MOST, outline
from cvt_engine.document.json_spans import JsonSpans
from cvt_engine.errors import SyntaxInvalid
from cvt_engine.load.json_members import read_members
from cvt_engine.load.json_text import read_json
from cvt_engine.load.limits import MAX_DEPTH
from cvt_engine.load.parse import parse_document
from tests.engine.trees import TREES, json_texts, pointers, same

INDENTS = st.sampled_from([" ", "  ", "    ", "\t"])
API = {
    "openapi": "3.0.3",
    "info": {"title": "t", "version": "1"},
    "paths": {"/a": {"get": {"responses": {"200": {"description": "a"}}}}, "/b": {"get": {}, "post": {"tags": ["x", "y"]}}},
    "components": {"schemas": {"A": {"type": "string"}, "B": {"type": "object", "properties": {"a": {"type": "integer"}}}}},
}


def indented(tree: Any, indent: str | int = 2) -> bytes:
    return json.dumps(tree, indent=indent, ensure_ascii=False).encode()


def read(data: bytes, like: Document | None = None) -> Document:
    found = read_members(data, "a.json", like)
    assert found is not None
    return found


@settings(max_examples=200, deadline=None)
@given(TREES, INDENTS, st.booleans())
def test_tree_and_places_are_those_of_the_whole_text(tree: Any, indent: str, windows: bool) -> None:
    data = indented(tree, indent).replace(b"\n", b"\r\n" if windows else b"\n")
    found = read_members(data, "a.json")
    if found is not None:
        assert same(found.tree, tree)
        known, unknown = JsonSpans(data, found.members), JsonSpans(data)
        assert all(known.find(list(path)) == unknown.find(list(path)) for path in pointers(tree))


@settings(max_examples=200, deadline=None)
@given(st.data(), TREES)
def test_any_layout_is_read_right_or_left_to_the_whole_text(data: st.DataObject, tree: Any) -> None:
    text = data.draw(json_texts(tree)).encode()
    found = read_members(text, "a.json")
    if found is not None:
        assert same(found.tree, tree)
        known, unknown = JsonSpans(text, found.members), JsonSpans(text)
        assert all(known.find(list(path)) == unknown.find(list(path)) for path in pointers(tree))


@settings(max_examples=200, deadline=None)
@given(TREES, st.data())
def test_a_text_with_a_changed_byte_is_never_read_as_something_else(tree: Any, data: st.DataObject) -> None:
    text = bytearray(indented(tree))
    text[data.draw(st.integers(0, len(text) - 1))] = data.draw(st.sampled_from(b'{}[]",: \n\\a1'))
    found = read_members(bytes(text), "a.json")
    if found is not None:
        assert same(found.tree, read_json(bytes(text), "a.json"))


@settings(max_examples=200, deadline=None)
@given(TREES, TREES)
def test_a_tree_that_shares_with_another_is_the_same_tree(first: dict[str, Any], second: dict[str, Any]) -> None:
    tree = {**first, **second}
    like = parse_document(indented(first), "a.json")
    found = parse_document(indented(tree), "b.json", like)
    assert same(found.tree, tree)
    assert same(like.tree, first)


def test_a_new_object_shares_nothing_with_the_root() -> None:
    like = parse_document(indented({"on": []}), "a.json")
    assert parse_document(indented({"on": [], "no": {"on": []}}), "b.json", like).tree == {"on": [], "no": {"on": []}}


def test_what_is_unchanged_is_shared_and_what_is_not_is_not() -> None:
    changed = json.loads(json.dumps(API))
    changed["paths"]["/b"]["post"]["tags"].append("z")
    old = read(indented(API))
    new = read(indented(changed), old)
    assert new.tree == changed
    assert new.tree["components"] is old.tree["components"]
    assert new.tree["paths"]["/a"] is old.tree["paths"]["/a"]
    assert new.tree["paths"]["/b"] is not old.tree["paths"]["/b"]
    assert new.tree["paths"]["/b"]["get"] is old.tree["paths"]["/b"]["get"]
    assert new.tree["paths"]["/b"]["post"] is not old.tree["paths"]["/b"]["post"]


def test_another_order_of_members_is_another_object() -> None:
    turned = {**API, "components": {"schemas": dict(reversed(API["components"]["schemas"].items()))}}  # type: ignore[index]
    old = read(indented(API))
    new = read(indented(turned), old)
    assert list(new.tree["components"]["schemas"]) == ["B", "A"]
    assert new.tree["components"]["schemas"]["A"] is old.tree["components"]["schemas"]["A"]
    assert new.tree["paths"] is old.tree["paths"]


@pytest.mark.parametrize(
    "text",
    [
        b'{\n  "a": {"x": 1,\n  "b": 2},\n "b": 3}',
        b'{\n  "a": [\n  "b", 2],\n  "b": 3\n}',
        b'{\n  "a": 1\n  "b": 2\n}',
        b'{\n  "a": 1,,\n  "b": 2\n}',
        b'{\n  "a": 1,\n  "b": 2,\n}',
        b'{\n  "a": ,\n  "b": 2\n}',
        b'{\n  "a",\n  "b": 2\n}',
        b'{\n  "a": {\n    "c": 1\n  ],\n  "b": 2\n}',
        b'{\n  "a": "\n  "b": 2\n}',
        b'{\n  "a": 1,\n  "a": 2\n}',
        b'{\n  "a": {\n    "c": 1,\n    "c": 1\n  }\n}',
        b'{\n  "a": [{"c": 1, "c": 2}]\n}',
        b'{\n  "a": {"c\\u0022": 1, "c": 2, "c": 2}\n}',
        b'{\n  "\\u0061": 1,\n  "a": 2\n}',
        b'{\n  "a": 1e999,\n  "b": 2\n}',
        b'{\n  "a\xff": 1\n}',
        b'{\n  "a": "\xff"\n}',
        b'{\n  "a": 1\n}}',
        b'x{\n  "a": 1\n}',
        b'{\n  "a": 1',
        b'{\n  "a"',
        b'{\n  "a": 1\n  ',
        b'{\n  "a": ' + b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1) + b"\n}",
        b'{\n  "a": ' + b"[" * 100_000 + b"]" * 100_000 + b"\n}",
    ],
)
def test_what_is_wrong_or_doubtful_is_left_to_the_whole_text(text: bytes) -> None:
    assert read_members(text, "a.json") is None


def test_a_duplicate_key_is_told_with_its_line_also_beside_shared_members() -> None:
    old = read(indented(API))
    text = indented(API).replace(b'"type": "integer"', b'"type": "integer",\n            "type": "integer"')
    with pytest.raises(SyntaxInvalid, match="duplicate key") as caught:
        parse_document(text, "b.json", old)
    assert text.split(b"\n")[caught.value.line - 1].strip() == b'"type": "integer"'


def test_a_text_of_one_line_has_no_outline() -> None:
    assert outline(json.dumps(API).encode()) == {}
    assert outline(b"[]") == outline(b"") == outline(b"   ") == outline(b"{}") == {}


def test_more_members_than_are_worth_it_are_left_to_the_whole_text() -> None:
    assert outline(indented({str(number): 1 for number in range(MOST)}))
    assert not outline(indented({str(number): 1 for number in range(MOST + 1)}))
