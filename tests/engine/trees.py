"""Random JSON trees and the ways a person or a tool may write them down."""

from __future__ import annotations

import json
from typing import Any

import yaml
from hypothesis import strategies as st

_WORDS = [
    "on", "no", "yes", "null", "~", "true", "True", "0123", "0x1F", "0o7", "1.10", "1.10.0", "2024-01-01", "12:30:00", "1e3", ".5", "+1", "inf", "nan",
    "*/*", "@type", "`x`", "%", "- a", "? b", "a: b", "a #b", "#", "é", "日本", "😀", "", " ", "  lead", "trail  ", "a\nb", "a\n\n b\n", "\ttab", "{id}",
    "[x]", "&a", "!t", "/pets/{id}", "$ref", "#/components/schemas/Pet~1", "a/b~c", "200", "<<", "-", "'", '"', "\\", "key with spaces", "|", ">",
    "a: |", "...",
    "x" * 200,
]  # fmt: skip
WORDS = st.sampled_from(_WORDS)
TEXT = st.one_of(WORDS, st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x85\u2028\u2029\ufeff"), max_size=12))
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-(10**20), 10**20), st.floats(allow_nan=False, allow_infinity=False, width=32), TEXT)
TREES = st.dictionaries(
    TEXT,
    st.recursive(SCALARS, lambda child: st.one_of(st.lists(child, max_size=4), st.dictionaries(TEXT, child, max_size=4)), max_leaves=20),
    min_size=1,
    max_size=5,
)
YAML_STYLES = st.fixed_dictionaries(
    {
        "default_flow_style": st.sampled_from([False, False, None, True]),
        "default_style": st.sampled_from([None, None, '"', "'", "|", ">"]),
        "indent": st.sampled_from([2, 4]),
        "width": st.sampled_from([20, 80, 10_000]),
        "allow_unicode": st.booleans(),
        "explicit_start": st.booleans(),
    }
)


class IndentedDumper(yaml.SafeDumper):
    """Writes sequences indented below their key, as most people do."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False if self.__dict__.get("indented", True) else indentless)


def as_yaml(tree: Any, style: dict[str, Any], *, indented: bool) -> str:
    dumper = IndentedDumper if indented else yaml.SafeDumper
    return str(yaml.dump(tree, Dumper=dumper, sort_keys=False, **style))


@st.composite
def json_texts(draw: st.DrawFn, tree: Any) -> str:
    """The tree as JSON with random whitespace between tokens, and characters escaped or not."""
    gaps = st.sampled_from(["", "", " ", "\n", "\n    ", "\t", "\r\n"])
    escaped = draw(st.booleans())

    def write(node: Any) -> str:
        gap = draw(gaps)
        if isinstance(node, dict):
            inner = ",".join(f"{gap}{json.dumps(key, ensure_ascii=escaped)}{draw(gaps)}:{gap}{write(value)}{draw(gaps)}" for key, value in node.items())
            return "{" + inner + gap + "}"
        if isinstance(node, list):
            return "[" + ",".join(gap + write(item) + gap for item in node) + gap + "]"
        return json.dumps(node, ensure_ascii=escaped)

    return draw(gaps) + write(tree) + draw(gaps)


def pointers(node: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The path of every node below and including this one."""
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(found for key, child in children for found in pointers(child, (*path, str(key))))]


def same(left: Any, right: Any) -> bool:
    """Equal in value, type and key order."""
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return list(left) == list(right) and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == right)
