"""Places and words of problems."""

from __future__ import annotations

from cvt_engine.lint.patterns import is_regex
from cvt_engine.lint.problem import plain, pointer_of, quoted, steps, trail_of
from cvt_engine.schema.regex import is_checkable


def test_trails_and_pointers() -> None:
    trail = trail_of(["paths", "/a~b", 0, "x"])
    assert steps(trail) == ["paths", "/a~b", 0, "x"]
    assert pointer_of(trail) == "/paths/~1a~0b/0/x"
    assert pointer_of(trail_of(["y"], start=trail)) == "/paths/~1a~0b/0/x/y"
    assert pointer_of(None) == ""


def test_text_is_cut_and_flattened() -> None:
    assert plain("a\nb\x1b[0m") == "a b [0m"
    assert plain("x" * 100) == "x" * 59 + "…"
    assert quoted("x" * 10**6) == '"' + "x" * 59 + '…"'
    assert quoted(10**100) == "1" + "0" * 58 + "…"


def test_patterns_of_several_dialects() -> None:
    for pattern in (r"^\p{L}+$", r"(?<name>a)", r"^(?!x)a", r"\d+", r"^[^[]$", r"a\/b", r"\Z", "(?i)a"):
        assert is_regex(pattern), pattern
    for pattern in ("(", "[a-z", "a{2,1}", "*a", "(" * 20_000):
        assert not is_regex(pattern), pattern[:20]
        assert not is_checkable(pattern)
