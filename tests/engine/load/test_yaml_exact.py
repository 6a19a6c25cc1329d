"""YAML, exactly: the core schema, keys as text, aliases, merge keys, and everything that is refused."""

from __future__ import annotations

from typing import Any

import pytest

from cvt_engine.errors import SyntaxInvalid
from cvt_engine.load.limits import MAX_ALIAS_NODES, MAX_DEPTH
from cvt_engine.load.scalars import plain
from cvt_engine.load.yaml_exact import read_yaml_exactly
from tests.engine.trees import same


def read(text: str) -> Any:
    return read_yaml_exactly(text.encode(), "a.yaml")


@pytest.mark.parametrize(
    "text",
    [
        "on",
        "off",
        "yes",
        "no",
        "y",
        "n",
        "On",
        "NO",
        "2024-01-01",
        "2024-01-01T10:00:00Z",
        "12:30:00",
        "1.10.0",
        "1_000",
        "0b11",
        "0X1F",
        "0o8",
        "inf",
        "nan",
        "1e",
        "tRUE",
    ],
)
def test_what_is_text_in_the_core_schema(text: str) -> None:
    assert read(f"a: {text}") == {"a": text}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("~", None), ("null", None), ("NULL", None), ("", None), ("true", True), ("FALSE", False), ("0", 0), ("-17", -17), ("+1", 1), ("0123", 123),
        ("0o17", 15), ("0x1F", 31), ("1.10", 1.1), ("1e3", 1000.0), ("-.5E-1", -0.05), ("1.", 1.0), ("9" * 30, int("9" * 30)),
    ],
)  # fmt: skip
def test_what_is_not(text: str, value: Any) -> None:
    assert same(read(f"a: {text}"), {"a": value})
    assert same(plain(text), value)
    assert read(f"a: '{text}'") == {"a": text}
    assert read(f"a: !!str {text}") == {"a": text}


def test_keys_are_the_text_of_the_source() -> None:
    assert list(read("200: a\ntrue: b\nnull: c\n1.0: d\n~: e\n0x1F: f\n2024-01-01: g\n'on': h\n")) == [
        "200",
        "true",
        "null",
        "1.0",
        "~",
        "0x1F",
        "2024-01-01",
        "on",
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [("!!int '3'", 3), ("!!float 3", 3.0), ("!!bool 'true'", True), ("!!null ''", None), ("! 12", "12"), ("!!map {a: 1}", {"a": 1}), ("!!seq [1]", [1])],
)
def test_tags_of_the_core_schema_are_obeyed(text: str, value: Any) -> None:
    assert same(read(f"a: {text}"), {"a": value})


def test_an_alias_repeats_the_same_object() -> None:
    tree = read("a: &x {k: 1}\nb: *x\nc: &y text\nd: [*y, *x]\n")
    assert tree == {"a": {"k": 1}, "b": {"k": 1}, "c": "text", "d": ["text", {"k": 1}]}
    assert tree["a"] is tree["b"] is tree["d"][1]


def test_merge_keys() -> None:
    tree = read("a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc: {<<: *a, y: 9}\nd:\n  <<: [*b, *a]\ne: {'<<': 1}\nf: {<<: {q: 1}}\n")
    assert tree["c"] == {"x": 1, "y": 9}
    assert tree["d"] == {"x": 1, "y": 2, "z": 2}
    assert tree["e"] == {"<<": 1}
    assert tree["f"] == {"q": 1}


BOMB = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(f"{b}: &{b} [{','.join([f'*{a}'] * 10)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
MERGE_BOMB = "a: &a {" + ", ".join(f"k{i}: 1" for i in range(2000)) + "}\nb: [" + ",".join(["{<<: *a}"] * 2000) + "]"
CHAIN = "a0: &a0 [x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}]\n" for i in range(1, MAX_DEPTH + 5))


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("a: 1\nb:\n  c: 1\n  c: 2\n", 4, 3, 'duplicate key "c": first at line 3, column 3'),
        ('"a": 1\na: 2\n', 2, 1, 'duplicate key "a": first at line 1, column 1'),
        ("a: {é: 1, é: 2}", 1, 11, "duplicate key"),
        ("a: 1\n---\nb: 2\n", 2, 1, "more than one YAML document"),
        ("? [a]\n: 1\n", 1, 3, "a mapping key must be plain text"),
        ("{a: 1}: 2\n", 1, 1, "a mapping key must be plain text"),
        ("a: &x b\n*x : 1\n", 2, 1, "a mapping key must be plain text"),
        ("a: !foo 1\n", 1, 4, 'the tag "!foo"'),
        ("a: !!set {x}\n", 1, 4, "has no meaning"),
        ("a: !!binary aGk=\n", 1, 4, "has no meaning"),
        ("a: !!int x\n", 1, 4, "not an integer"),
        ("a:\n\tb: 1\n", 2, 1, "cannot start any token"),
        ("a: @x\n", 1, 4, "cannot start any token"),
        ("a: b: c\n", 1, 5, "mapping values are not allowed"),
        ("a: é\x01\n", 1, 5, "control character"),
        ('a: "x\nb: 1\n', 3, 1, "unexpected end of stream"),
        ("a: .inf\n", 1, 4, ".inf has no JSON value"),
        ("a: -.INF\n", 1, 4, "-.INF has no JSON value"),
        ("a: .NaN\n", 1, 4, ".NaN has no JSON value"),
        ("a: 1e999\n", 1, 4, "outside the range"),
        (f"a: {'9' * 5000}\n", 1, 4, "too many digits"),
        ("a: *x\n", 1, 4, "no anchor before it"),
        ("a: &x [*x]\n", 1, 8, "contains itself"),
        ("a: &x {<<: *x}\n", 1, 12, "contains itself"),
        ("a: {<<: 1}\n", 1, 9, "needs a mapping"),
        ("a: {<<: [1]}\n", 1, 9, "needs a mapping"),
        (BOMB, 6, 29, f"more than {MAX_ALIAS_NODES} nodes"),
        (MERGE_BOMB, 2, 4501, f"more than {MAX_ALIAS_NODES} nodes"),
        (CHAIN, 512, 14, "nested deeper"),
        ("[" * 10_000 + "]" * 10_000, 1, MAX_DEPTH + 1, "nested deeper"),
        ("- " * 10_000 + "x", 1, 2 * MAX_DEPTH + 1, "nested deeper"),
        ("{a: " * 10_000, 1, 4 * MAX_DEPTH + 1, "nested deeper"),
        ("".join(" " * depth + "a:\n" for depth in range(700)), MAX_DEPTH + 1, MAX_DEPTH + 1, "nested deeper"),
        ("? " * 10_000 + "x", 1, 3, "a mapping key must be plain text"),
    ],
)
def test_what_is_refused(text: str, line: int, column: int, message: str) -> None:
    with pytest.raises(SyntaxInvalid) as caught:
        read(text)
    assert message in caught.value.message
    assert (caught.value.line, caught.value.column) == (line, column)


@pytest.mark.parametrize(
    ("text", "hint"),
    [("a:\n\tb: 1", "indent with spaces"), ("a: @x", "quote a value that begins"), ("a: b: c", "contains `: `"), ("a: [", "indentation and the quotes")],
)
def test_syntax_errors_come_with_advice(text: str, hint: str) -> None:
    with pytest.raises(SyntaxInvalid) as caught:
        read(text)
    assert hint in caught.value.hint
