"""The fast reader gives the exact reader's tree, or says that it is not sure."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cvt_engine.errors import SyntaxInvalid
from cvt_engine.load.parse import parse_document
from cvt_engine.load.yaml_exact import read_yaml_exactly
from cvt_engine.load.yaml_fast import MIN_BYTES, UNSURE, read_yaml_fast
from tests.engine.trees import TREES, YAML_STYLES, as_yaml, same

REPOSITORY = Path(__file__).parents[3]


def exactly(text: bytes) -> Any:
    try:
        return read_yaml_exactly(text, "a.yaml")
    except SyntaxInvalid as error:
        return error


@settings(max_examples=300, deadline=None)
@given(TREES, YAML_STYLES, st.booleans())
def test_both_readers_agree_on_what_tools_write(tree: Any, style: dict[str, Any], indented: bool) -> None:
    text = as_yaml(tree, style, indented=indented).encode()
    found = read_yaml_fast(text)
    assert found is UNSURE or same(found, exactly(text))


PARTS = """a: 1|b: two words|c:|  d: x|  e: 'it''s'|  f: "q\\n\\u00e9 \\" z"|- x|- y: 1|  z: 2|g: [a, b, {c: d}, "e", 'f', 1, -2, 1.5, true]|i: >-
  lit|   more||  end|k: >+|m: plain|  multi line||  text|n: "double|  multi|  line"|o: 'single||  multi'|# comment|p: x # c|q:|- 1|r:|  - a
  -   b: c|      d: e|- - 1|  - 2|s: ~|t: True|u: null|v: 0x1F|w: .5|x: 012|y: 1e3|z: -0|'200': x|"k y": v|200: w|aa : bb
bb: http://x:80/y?z#w|dd: -x|gg: a #b|hh: a# b|kk: *al|ll: &al v|mm: !t v|nn: @x|oo: `x`|? c|: d|<<: x|inf: nan|nan: inf|rr: []|ss: {}
uu: "a: b"|vv: a, b|yy:  z  |é: ü|-|...|---""".replace("\n", "|").split("|")
PIECES = [
    " ",
    "  ",
    "\n",
    ": ",
    ":",
    "- ",
    "#",
    " #",
    '"',
    "'",
    "|",
    ">",
    "&",
    "*",
    "!",
    "%",
    "@",
    "`",
    "~",
    "\\",
    "\t",
    "\r\n",
    "0",
    ".",
    "x",
    "true",
    "é",
    "\x7f",
    "<<",
    "True",
    "+1",
    "inf",
    "!x ",
    "&a ",
    "*a",
]


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PARTS), min_size=1, max_size=8), st.lists(st.tuples(st.integers(0, 200), st.sampled_from(PIECES)), max_size=3))
def test_both_readers_agree_on_what_people_get_wrong(parts: list[str], edits: list[tuple[int, str]]) -> None:
    text = "\n".join(parts)
    for at, piece in edits:
        text = text[: at % (len(text) + 1)] + piece + text[at % (len(text) + 1) :]
    found = read_yaml_fast(text.encode())
    assert found is UNSURE or same(found, exactly(text.encode()))


@pytest.mark.parametrize(
    "value",
    [
        "~",
        "True",
        "FALSE",
        "Null",
        "0x1F",
        "0o17",
        "0123",
        "+1",
        "00",
        "0e0",
        ".5",
        "1.",
        "-0",
        "-01",
        "1e3",
        "inf",
        "nan",
        "-inf",
        "infinity",
        "1_000",
        "12:30:00",
    ],
)
@pytest.mark.parametrize(
    "form",
    [
        "a: {0}\n",
        "a:\n- {0}\n- x\n",
        "a: [x, {0}]\n",
        "a:\n  {0}\n",
        "{0}: 1\n",
        "a: '{0}'\n",
        "a: {0} # c\n",
        "a: {0}\nb: '{0}'\n",
        "a: |\n  b: {0}\n",
        "a: {0}\nb: |\n  c: {0}\n",
        '"#": |-\n  {0}\n',
        "'a:': >-\n  {0}\n",
        "a: |2-\n  {0}\n",
        "a:\n- |-\n  {0}\n- x\n",
        "a: |-\n  {0}\nb: {0}\n",
        "a: # {0}\n  {0}\n",
        "a:\n- # '\n  {0}\n",
        "? a\n: \n  {0}\n",
        "a:\n  '{0}'\n",
        '"a b": "\\\n  {0}"\nb: {0}\n',
        "a: !!str {0}\nb: {0}\n",
        "a: ! {0}\n",
    ],
)
def test_every_kind_of_scalar_in_every_place(value: str, form: str) -> None:
    text = form.format(value).encode()
    found = read_yaml_fast(text)
    assert found is UNSURE or same(found, exactly(text))


@pytest.mark.parametrize(
    "text",
    [
        "a: True\n",
        "a: 0123\n",
        "infinity: 1\n",
        "a: '*/*'\n",
        "a: {b: [1, x]}\n",
        "---\na: 1\n",
        "# c\n---\na: 1\r\n",
        "a: |\n  - `code` and @x: **bold**\n  - True\n",
    ],
)
def test_common_texts_are_read_fast(text: str) -> None:
    assert same(read_yaml_fast(text.encode()), exactly(text.encode()))


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\na: 2\n",
        "a: &x 1\n",
        "a: *x\n",
        "a: !t 1\n",
        "a: @x\n",
        "a: `x`\n",
        "a: }\n",
        "a: ]x\n",
        "<<: {a: 1}\n",
        "a: 1\n---\nb: 2\n",
        "a: .inf\n",
        "a: 1e999\n",
        'a: "\\0"\n',
        "a:\n\tb: 1\n",
        ": 1\n",
        "- 1\n",
        "x\n",
        "a: >1e\n",
    ],
)
def test_what_the_fast_reader_leaves_to_the_exact_one(text: str) -> None:
    assert read_yaml_fast(text.encode()) is UNSURE


@pytest.mark.parametrize("extra", ["x-a: {\n}\n", "x-a:\n  b: [\n    1,\n    2\n  ]\n", 'x-a: "two\nlines"\n', "x-a:\n  - b: 'two\n  lines'\n"])
def test_what_is_indented_too_little_is_read_without_a_word(extra: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert same(parse_document(large(extra), "a.yaml").tree, exactly(large(extra)))
    assert capfd.readouterr() == ("", "")


def test_the_repositorys_own_files() -> None:
    texts = [path.read_bytes() for pattern in ("*.yml", "*.yaml") for path in REPOSITORY.glob(pattern)]
    for text in texts:
        found = read_yaml_fast(text)
        assert found is UNSURE or same(found, exactly(text))


def large(extra: str = "") -> bytes:
    """A description above the size from which the fast reader is used."""
    chance = random.Random(7)
    paths = "".join(
        f"  /things{number}/{{id}}:\n    get:\n      operationId: get{number}\n      description: |\n        - `code` *text*: {chance.random()}\n"
        f"      parameters:\n        - {{name: id, in: path, required: True}}\n      responses:\n        200: {{description: ok}}\n        '404':\n"
        f"          description: not\n            found\n"
        for number in range(1500)
    )
    return f"openapi: 3.1.0\ninfo:\n  title: T\n  version: 1.10.0\npaths:\n{paths}{extra}".encode()


def test_a_large_description_is_read_the_same_way_by_both() -> None:
    text = large()
    assert len(text) > MIN_BYTES
    tree = read_yaml_fast(text)
    assert same(tree, exactly(text))
    assert same(parse_document(text, "a.yaml").tree, tree)


def test_errors_of_a_large_description_have_positions() -> None:
    with pytest.raises(SyntaxInvalid, match="duplicate key") as caught:
        parse_document(large("  /things3/{id}: {}\n"), "a.yaml")
    assert caught.value.line == 6 + 1500 * 12
