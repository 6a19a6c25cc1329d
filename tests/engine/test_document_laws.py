"""Laws of positions: whatever is located reads back as the value, and the fast way agrees with the exact one."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cvt_engine.document import Document, escape
from cvt_engine.document.lines import LineIndex
from cvt_engine.document.yaml_spans import YamlSpans
from cvt_engine.load.json_text import read_json
from cvt_engine.load.parse import parse_document
from cvt_engine.load.yaml_exact import read_yaml_exactly
from tests.engine.trees import TREES, YAML_STYLES, as_yaml, json_texts, pointers, same


def cut(document: Document, path: tuple[str, ...]) -> str:
    """The text of a value, moved to where it stands so that indentation keeps its meaning."""
    position, exact = document.locate("".join("/" + escape(token) for token in path), key=False)
    assert exact
    lines = document.data.decode().split("\n")[position.line - 1 : position.end_line]
    lines[-1] = lines[-1][: position.end_column - 1]
    lines[0] = " " * (position.column - 1) + lines[0][position.column - 1 :]
    return "\n".join(lines)


def value(document: Document, path: tuple[str, ...]) -> Any:
    return document.node("".join("/" + escape(token) for token in path))


@settings(max_examples=60, deadline=None)
@given(st.data(), TREES)
def test_every_json_region_reads_back(data: st.DataObject, tree: Any) -> None:
    document = parse_document(data.draw(json_texts(tree)).encode(), "a.json")
    for path in pointers(document.tree):
        assert same(read_json(cut(document, path).encode(), "piece"), value(document, path))


@settings(max_examples=120, deadline=None)
@given(TREES, YAML_STYLES, st.booleans())
def test_every_yaml_region_reads_back(tree: Any, style: dict[str, Any], indented: bool) -> None:
    document = Document("a.yaml", text := as_yaml(tree, style, indented=indented).encode(), read_yaml_exactly(text, "a.yaml"), "yaml")
    for path in pointers(document.tree):
        piece = cut(document, path)
        # a block scalar that keeps its last break has it after its region
        read = [read_yaml_exactly(text.encode(), "piece") for text in (piece, piece + "\n")]
        found = value(document, path)
        # a block scalar whose text begins with spaces counts them from its parent, which the piece does not have
        trim = str.strip if isinstance(found, str) and found[:1].isspace() else str.rstrip
        assert any(same(one, found) for one in read) or (isinstance(found, str) and trim(str(read[0])) == trim(found))


@settings(max_examples=120, deadline=None)
@given(TREES, YAML_STYLES, st.booleans())
def test_positions_by_indentation_are_those_of_the_event_stream(tree: Any, style: dict[str, Any], indented: bool) -> None:
    text = as_yaml(tree, style, indented=indented).encode()
    read = read_yaml_exactly(text, "a.yaml")
    spans = YamlSpans(text, tree=read, lines=LineIndex(text))
    for path in pointers(read):
        by_blocks = spans._by_blocks(list(path))
        assert by_blocks is None or by_blocks == spans._by_events(list(path))
