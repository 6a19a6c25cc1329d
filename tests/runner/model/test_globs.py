"""Globs: what they cover, and that no pattern is slow."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cvt_runner.errors import UsageError
from cvt_runner.model.globs import expand, is_glob, matches, matches_path


@pytest.mark.parametrize(
    ("path", "pattern", "covered"),
    [
        ("a.yaml", "*.yaml", True),
        ("a/b.yaml", "*.yaml", False),
        ("a/b.yaml", "**/*.yaml", True),
        ("b.yaml", "**/*.yaml", True),
        ("a/b/c/d.yaml", "a/**/d.yaml", True),
        ("a/d.yaml", "a/**/d.yaml", True),
        ("x/a/d.yaml", "a/**/d.yaml", False),
        ("a/b/c", "**", True),
        ("a/b.yaml", "a/?.yaml", True),
        ("a/bb.yaml", "a/?.yaml", False),
        ("a/[x].yaml", "a/[x].yaml", True),
        ("a/x.yaml", "a/[x].yaml", False),
    ],
)
def test_paths(path: str, pattern: str, covered: bool) -> None:
    assert matches_path(path, pattern) is covered


@given(st.text("ab*?", max_size=8), st.text("ab", max_size=8))
def test_same_as_the_regular_expression(pattern: str, text: str) -> None:
    expression = "".join({"*": ".*", "?": "."}.get(sign, re.escape(sign)) for sign in pattern)
    assert matches(text, pattern) is bool(re.fullmatch(expression, text, re.S))


def test_pattern_that_makes_backtracking_explode() -> None:
    assert not matches("a" * 3000, "*a" * 60 + "b")


def test_alternatives() -> None:
    assert set(expand("{a,b}/{c,d}.yaml")) == {"a/c.yaml", "a/d.yaml", "b/c.yaml", "b/d.yaml"}
    assert expand("a{b.yaml") == ("a{b.yaml",)
    assert is_glob("{a}")
    with pytest.raises(UsageError, match="alternatives"):
        expand("{a,b}" * 10)
