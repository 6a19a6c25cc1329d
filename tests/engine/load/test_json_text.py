"""JSON: what is refused, where, and with which advice."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cvt_engine.errors import SyntaxInvalid
from cvt_engine.load.json_text import has_duplicates, read_json, too_deep
from cvt_engine.load.limits import MAX_DEPTH
from tests.engine.trees import TREES, json_texts, same


@pytest.mark.parametrize(
    ("text", "line", "column", "message", "hint"),
    [
        (b'{"a": NaN}', 1, 7, "invalid character", "no NaN"),
        (b'{"a": -Infinity}', 1, 8, "invalid character", "no NaN"),
        (b'{"a": 1,\n}', 2, 1, "trailing comma", "remove the comma"),
        (b"[1,\n]", 2, 1, "trailing comma", "remove the comma"),
        (b'{\n// x\n"a": 1}', 2, 1, "keys must be strings", "no comments"),
        (b"{'a': 1}", 1, 2, "keys must be strings", "double quotes"),
        (b"{a: 1}", 1, 2, "keys must be strings", "double quotes"),
        (b'{"a": True}', 1, 7, "invalid character", "lower case"),
        (b'{"a": [1', 1, 9, "ends too early", "missing"),
        (b'{"a": 1e999}', 1, 7, "outside the range", "smaller number"),
        (b'{"a": ' + b"1" * 5000 + b"}", 1, 7, "outside the range", "smaller number"),
        (b'{"a": "\\ud800x"}', 1, 8, "one half of a character", "both halves"),
        (b'{"a": 1} x', 1, 10, "trailing characters", "double quotes"),
        ('{"é": 1 2}'.encode(), 1, 9, "expected", ""),
    ],
)
def test_malformed_text_is_refused_where_it_goes_wrong(text: bytes, line: int, column: int, message: str, hint: str) -> None:
    with pytest.raises(SyntaxInvalid) as caught:
        read_json(text, "a.json")
    assert (caught.value.line, caught.value.column) == (line, column)
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert str(caught.value).startswith(f"a.json:{line}:{column}: ")


@pytest.mark.parametrize(
    ("text", "name", "first", "second"),
    [
        (b'{"a": 1,\n "b": {"c": 1, "c": 2}}', '"c"', "line 2, column 8", (2, 16)),
        (b'{"a" : 1, "b":[{"x":1}], "a"\n:2}', '"a"', "line 1, column 2", (1, 26)),
        (b'{"a":1,"\\u0061":2}', '"a"', "line 1, column 2", (1, 8)),
        (b'{"a\\u0022:":1,"b":1,"b":2}', '"b"', "line 1, column 15", (1, 21)),
        (b'{"t":"\\"\\u003a","b":1,"b":2}', '"b"', "line 1, column 17", (1, 23)),
        (b'{"":1,"":2}', '""', "line 1, column 2", (1, 7)),
    ],
)
def test_a_duplicate_key_names_both_places(text: bytes, name: str, first: str, second: tuple[int, int]) -> None:
    with pytest.raises(SyntaxInvalid, match="duplicate key") as caught:
        read_json(text, "a.json")
    assert name in caught.value.message
    assert first in caught.value.message
    assert (caught.value.line, caught.value.column) == second


@pytest.mark.parametrize("text", [b'{"a": "\\"a\\":", "b": {"a" : 1}}', b'[{"a":1},{"a":1}]', b'{"a": "}{][", "A": 1}', b'"a"', b"1"])
def test_what_only_looks_like_a_duplicate_is_none(text: bytes) -> None:
    assert not has_duplicates(read_json(text, "a.json"), text)


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_nesting_is_limited_before_the_stack_is(opening: bytes) -> None:
    closing = {b"[": b"]", b'{"a":': b"}"}[opening]
    for depth in (MAX_DEPTH + 1, 990, 10_000, 100_000):
        with pytest.raises(SyntaxInvalid, match="nested deeper") as caught:
            read_json(opening * depth + b"1" + closing * depth, "a.json")
        assert (caught.value.line, caught.value.column) == (1, MAX_DEPTH * len(opening) + 1)
    tree = read_json(opening * MAX_DEPTH + b"1" + closing * MAX_DEPTH, "a.json")
    assert not too_deep(tree, opening * MAX_DEPTH)


def test_brackets_in_text_are_not_nesting() -> None:
    assert read_json(b'["' + b"[" * 10_000 + b'"]', "a.json") == ["[" * 10_000]


@settings(max_examples=60, deadline=None)
@given(st.data(), TREES)
def test_what_is_written_is_read(data: st.DataObject, tree: Any) -> None:
    text = data.draw(json_texts(tree))
    assert same(read_json(text.encode(), "a.json"), tree)


@settings(max_examples=60, deadline=None)
@given(st.data(), TREES)
def test_a_second_copy_of_any_key_is_noticed(data: st.DataObject, tree: Any) -> None:
    text = data.draw(json_texts(tree)).strip()
    first = data.draw(json_texts({data.draw(st.sampled_from(list(tree))): 1})).strip()
    with pytest.raises(SyntaxInvalid, match="duplicate key"):
        read_json((first[:-1] + "," + text[1:]).encode(), "a.json")
