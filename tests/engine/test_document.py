"""Pointers, positions and code frames of a document."""

from __future__ import annotations

import pytest

from cvt_engine.document import MAX_LINE, Document, escape, tokens, unescape
from cvt_engine.document.lines import BLOCK, LineIndex
from cvt_engine.load.parse import parse_document

JSON = b"""{
  "openapi": "3.1.0",
  "paths": {
    "/pets/{id}": {
      "get": {"tags": ["a", "b"], "x": null}
    }
  },
  "\\u00e9\\"": {"n\xc3\xa9": [ [], {} , 1.5 ]}
}
"""

YAML = b"""# a comment
---
openapi: 3.1.0
paths:
  /pets/{id}:   # here
    get:
      tags:
      - a
      -   b: 1

          'c d': "two
            lines"
      description: |
        text: not a key
        - not an item

      x: {flow: [1, {deep: true}]}
    put: &put
      summary: shared
  /other:
    <<: {put: *gone}
    patch: *put
empty:
last:
  - - 1
    - 2
"""
YAML = YAML.replace(b"{put: *gone}", b"{trace: {a: 1}}")


@pytest.fixture(scope="module")
def json_document() -> Document:
    return parse_document(JSON, "api.json")


@pytest.fixture(scope="module")
def yaml_document() -> Document:
    return parse_document(YAML, "api.yaml")


def region(document: Document, pointer: str, *, key: bool = True) -> str:
    position, _ = document.locate(pointer, key=key)
    lines = document.data.decode().split("\n")[position.line - 1 : position.end_line]
    lines[-1] = lines[-1][: position.end_column - 1]
    lines[0] = lines[0][position.column - 1 :]
    return "\n".join(lines)


def test_pointer_tokens_are_escaped_and_unescaped() -> None:
    assert escape("a/b~c") == "a~1b~0c"
    assert unescape("a~1b~0c~01") == "a/b~c~1"
    assert tokens("") == []
    assert tokens("/") == [""]
    assert tokens("/a~1b/0") == ["a/b", "0"]


def test_node_follows_a_pointer(json_document: Document) -> None:
    assert json_document.node("") is json_document.tree
    assert json_document.node("/paths/~1pets~1{id}/get/tags/1") == "b"


@pytest.mark.parametrize(
    "pointer", ["/nope", "/paths/~1pets~1{id}/get/tags/2", "/paths/~1pets~1{id}/get/tags/01", "/openapi/0", "/paths/~1pets~1{id}/get/tags/-"]
)
def test_node_of_nothing_is_a_key_error(json_document: Document, pointer: str) -> None:
    with pytest.raises(KeyError):
        json_document.node(pointer)


@pytest.mark.parametrize(
    ("pointer", "key", "expected"),
    [
        ("/openapi", True, '"openapi": "3.1.0"'),
        ("/openapi", False, '"3.1.0"'),
        ("/paths/~1pets~1{id}/get/tags", True, '"tags": ["a", "b"]'),
        ("/paths/~1pets~1{id}/get/tags/1", True, '"b"'),
        ("/paths/~1pets~1{id}/get/x", True, '"x": null'),
        ('/é"/né', True, '"né": [ [], {} , 1.5 ]'),
        ('/é"/né/1', True, "{}"),
        ('/é"/né/2', False, "1.5"),
    ],
)
def test_json_regions(json_document: Document, pointer: str, key: bool, expected: str) -> None:
    assert region(json_document, pointer, key=key) == expected


@pytest.mark.parametrize(
    ("pointer", "key", "expected"),
    [
        ("/openapi", True, "openapi: 3.1.0"),
        ("/openapi", False, "3.1.0"),
        ("/paths/~1pets~1{id}/get/tags/0", True, "a"),
        ("/paths/~1pets~1{id}/get/tags/1/b", True, "b: 1"),
        ("/paths/~1pets~1{id}/get/tags/1/c d", False, '"two\n            lines"'),
        ("/paths/~1pets~1{id}/get/description", True, "description: |\n        text: not a key\n        - not an item"),
        ("/paths/~1pets~1{id}/get/x/flow/1/deep", True, "deep: true"),
        ("/paths/~1pets~1{id}/put/summary", True, "summary: shared"),
        ("/paths/~1other/patch", True, "patch: *put"),
        ("/paths/~1other/patch/summary", True, "summary: shared"),
        ("/paths/~1other/trace/a", True, "a: 1"),
        ("/empty", True, "empty:"),
        ("/last/0/1", True, "2"),
        ("/last", True, "last:\n  - - 1\n    - 2"),
    ],
)
def test_yaml_regions(yaml_document: Document, pointer: str, key: bool, expected: str) -> None:
    assert region(yaml_document, pointer, key=key) == expected


def test_a_missing_element_is_found_at_its_nearest_parent(json_document: Document, yaml_document: Document) -> None:
    for document in (json_document, yaml_document):
        position, exact = document.locate("/paths/~1pets~1{id}/delete/x")
        assert not exact
        assert position == document.locate("/paths/~1pets~1{id}")[0]


def test_the_whole_document_has_a_region(json_document: Document, yaml_document: Document) -> None:
    assert json_document.locate("") == (json_document.locate("", key=False)[0], True)
    assert (yaml_document.locate("")[0].line, yaml_document.locate("")[0].column) == (3, 1)
    assert region(yaml_document, "").endswith("- - 1\n    - 2")


def test_an_excerpt_shows_the_first_lines(json_document: Document) -> None:
    excerpt = json_document.excerpt("/paths", max_lines=2)
    assert excerpt.lines == ('  "paths": {', '    "/pets/{id}": {')
    assert (excerpt.first_line, excerpt.exact, excerpt.pointer) == (3, True, "/paths")


def test_an_excerpt_of_something_missing_shows_the_parent(json_document: Document) -> None:
    excerpt = json_document.excerpt("/paths/~1pets~1{id}/get/nope")
    assert (excerpt.exact, excerpt.pointer) == (False, "/paths/~1pets~1{id}/get")
    assert excerpt.lines == ('      "get": {"tags": ["a", "b"], "x": null}',)


def test_long_lines_are_cut_and_tabs_kept() -> None:
    document = parse_document(b'{\t"a":\t"' + "é".encode() * 5000 + b'"}\r\n', "a.json")
    (line,) = document.excerpt("/a").lines
    assert len(line) == MAX_LINE
    assert line.startswith('{\t"a":\t"éé')


def test_columns_count_code_points_across_checkpoints() -> None:
    data = ("é😀x" * BLOCK + "\n" + "😀" * 10).encode()
    index = LineIndex(data)
    for points, offset in ((0, 0), (1, 2), (2, 6), (3, 7), (3 * BLOCK, 7 * BLOCK)):
        assert index.position(offset) == (1, points + 1)
        assert index.point(offset) == points
        assert index.offset(points) == offset
    assert index.position(len(data)) == (2, 11)


def test_text_that_the_event_reader_refuses_still_has_an_enclosing_region() -> None:
    key = "k" * 3000
    document = Document("a.yaml", f"a:\n  {key}: 1\nb: 2\n".encode(), {"a": {key: 1}, "b": 2}, "yaml")
    assert region(document, f"/a/{key}") == f"a:\n  {key}: 1" or region(document, f"/a/{key}") == f"{key}: 1"
    assert region(document, "/b") == "b: 2"


@pytest.mark.parametrize("ends", [(), (5,), (BLOCK - 1,), (BLOCK, 3 * BLOCK + 7), tuple(range(0, 4 * BLOCK, 100))])
def test_the_start_of_a_line_is_found_in_long_and_short_lines_alike(ends: tuple[int, ...]) -> None:
    breaks = set(ends)
    data = bytes(10 if at in breaks else 97 for at in range(4 * BLOCK))
    lines = LineIndex(data)
    for offset in (0, 1, 6, BLOCK - 1, BLOCK, BLOCK + 1, 4 * BLOCK - 1, 3 * BLOCK, 2 * BLOCK + 9):
        assert lines.line_start(offset) == data.rfind(b"\n", 0, offset) + 1
