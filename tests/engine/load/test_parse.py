"""The choice between JSON and YAML."""

from __future__ import annotations

import gc

import pytest

from cvt_engine.errors import SyntaxInvalid
from cvt_engine.load.parse import parse_document


@pytest.mark.parametrize(
    ("uri", "text", "kind"),
    [
        ("a.json", '{"a": 1}', "json"),
        ("a.yaml", '{"a": 1}', "json"),
        ("a.yaml", "{a: 1}", "yaml"),
        ("a.yml", "a: 1", "yaml"),
        ("-", "a: 1", "yaml"),
        ("-", '{"a": 1}', "json"),
        ("a", "\ufeffa: 1", "yaml"),
    ],
)
def test_format(uri: str, text: str, kind: str) -> None:
    document = parse_document(text.encode(), uri)
    assert (document.format, document.tree, document.uri) == (kind, {"a": 1}, uri)
    assert not document.data.startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    ("uri", "text", "message"), [("a.json", "a: 1", "not valid JSON"), ("a.yaml", '{"a": 1, "a": 2}', "duplicate key"), ("-", '{"a": 1,}', "not valid JSON")]
)
def test_the_error_is_that_of_the_format_meant(uri: str, text: str, message: str) -> None:
    with pytest.raises(SyntaxInvalid, match=message):
        parse_document(text.encode(), uri)


def test_the_collector_is_left_as_it_was() -> None:
    assert gc.isenabled()
    with pytest.raises(SyntaxInvalid):
        parse_document(b"", "a.yaml")
    assert gc.isenabled()
    gc.disable()
    try:
        parse_document(b"a: 1", "a.yaml")
        assert not gc.isenabled()
    finally:
        gc.enable()
