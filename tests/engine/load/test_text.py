"""The checks on a file's bytes: size, encoding, merge conflicts."""

from __future__ import annotations

import pytest

from cvt_engine.errors import SyntaxInvalid
from cvt_engine.load.limits import MAX_BYTES
from cvt_engine.load.parse import parse_document
from cvt_engine.load.text import clean, refuse_conflict

CONFLICT = b"openapi: 3.1.0\n<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> branch\n"


@pytest.mark.parametrize(
    ("data", "line", "message", "hint"),
    [
        (b"", 0, "empty", "openapi"),
        (b" \n\t\r\n", 0, "empty", "openapi"),
        (b"\xef\xbb\xbf", 0, "empty", "openapi"),
        ("{}".encode("utf-16"), 0, "UTF-16", "UTF-8"),
        ("{}".encode("utf-16-be"), 0, "UTF-16", "UTF-8"),
        ("{}".encode("utf-32"), 0, "UTF-32", "UTF-8"),
    ],
)
def test_bytes_that_are_no_document(data: bytes, line: int, message: str, hint: str) -> None:
    with pytest.raises(SyntaxInvalid) as caught:
        clean(data, "a.yaml")
    assert caught.value.line == line
    assert message in caught.value.message
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("uri", "data", "offset"), [("a.yaml", b"a: 1\nb: \xe9\n", 8), ("a.json", b'{"a": 1,\n"b": "\xe9"}', 15), ("a.json", b'{\n"\xff": 1}', 3)]
)
def test_bytes_that_are_not_utf8_are_named(uri: str, data: bytes, offset: int) -> None:
    with pytest.raises(SyntaxInvalid, match="is not UTF-8") as caught:
        parse_document(data, uri)
    assert caught.value.line == 2
    assert f"byte {offset} (0x{data[offset]:02x})" in caught.value.message


@pytest.mark.parametrize(
    ("uri", "data"), [("a.yaml", CONFLICT), ("a.yaml", CONFLICT.replace(b"\n", b"\r\n")), ("a.json", CONFLICT.replace(b"openapi: 3.1.0", b"{"))]
)
def test_a_merge_conflict_is_named(uri: str, data: bytes) -> None:
    with pytest.raises(SyntaxInvalid, match="merge conflict") as caught:
        parse_document(data, uri)
    assert caught.value.line == 2
    assert "resolve the merge conflict" in caught.value.hint


def test_a_file_that_is_too_large_is_refused_unread() -> None:
    with pytest.raises(SyntaxInvalid, match="larger than 64 MiB"):
        clean(bytes(200 * 1024 * 1024), "a.yaml")
    assert MAX_BYTES == 64 * 1024 * 1024


@pytest.mark.parametrize("data", [b"a: '<<<<<<< x >>>>>>> y'", b"a: |\n  <<<<<<< HEAD\n  =======\n  >>>>>>> x\n", b"<<<<<<< only\n", b"a: '=======\n>>>>>>> '"])
def test_markers_inside_a_text_are_no_conflict(data: bytes) -> None:
    refuse_conflict(data, "a.yaml")


def test_the_byte_order_mark_is_dropped() -> None:
    assert clean(b"\xef\xbb\xbf{}", "a.json") == b"{}"
