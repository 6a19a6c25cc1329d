from __future__ import annotations

import doctest
import html as std_html
import re
from importlib import import_module
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from markdown_it import MarkdownIt
from markdown_it.token import Token

from cvt_runner.render import escape
from tests.runner.render.reports import TEXT
from tests.runner.render.sample import HOSTILE

_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def _inline(source: str) -> list[Token]:
    return [token for block in _PARSER.parse(source) if block.type == "inline" for token in block.children or []]


@pytest.mark.parametrize("name", ["escape", "budget", "links", "wording"])
def test_examples_in_docstrings(name: str) -> None:
    result = doctest.testmod(import_module(f"cvt_runner.render.{name}"))
    assert result.attempted > 0
    assert result.failed == 0


@given(TEXT)
def test_every_target_can_be_written_as_utf8(text: str) -> None:
    plain = (escape.terminal, escape.markdown, escape.markdown_html, escape.html, escape.xml, escape.command_data, escape.command_property, escape.uri_path)
    for function in plain:
        function(text).encode()
    escape.markdown_code(text).encode()
    escape.markdown_block(text).encode()


@given(TEXT)
def test_terminal_text_is_one_harmless_line(text: str) -> None:
    shown = escape.terminal(text)
    assert not _UNSAFE.search(shown)
    assert "\n" not in shown


@given(TEXT)
def test_escaping_twice_changes_nothing_visible(text: str) -> None:
    assert escape.line(escape.line(text)) == escape.line(text)


@given(TEXT)
def test_markdown_prose_is_only_text(text: str) -> None:
    tokens = _inline("x " + escape.markdown(text))
    span = {"<span>", "</span>"}
    assert all(token.type == "text" or (token.type == "html_inline" and token.content in span) for token in tokens), tokens
    shown = "".join(token.content for token in tokens if token.type == "text").replace("\u2060", "")
    assert shown.strip() == ("x " + escape.line(text)).strip()


@pytest.mark.parametrize(
    ("text", "live"),
    [
        ("@octocat", r"@\w"),
        ("@shop/team", r"@\w"),
        ("see #12", r"#\d"),
        ("octo/repo#3", r"#\d"),
        ("GH-7", r"GH-\d"),
        ("http://evil.example", r"http://"),
        ("HTTPS://evil.example", r"(?i)https://"),
        ("ftp://evil.example", r"ftp://"),
        ("www.evil.example", r"www\."),
        ("WWW.evil.example", r"(?i)www\."),
        ("mailto:a@b.example", r"mailto:"),
        ("me@evil.example", r"@\w"),
        (":tada:", r":\w+:"),
        ("d6fd9aa", r"[0-9a-f]{7}"),
        ("4f1c2d3e5a6b7c8d9e0f1a2b3c4d5e6f7a8b9c0d", r"[0-9a-f]{7}"),
    ],
)
@pytest.mark.parametrize("function", [escape.markdown, escape.markdown_html])
def test_what_a_host_makes_live_is_broken_up(text: str, live: str, function: object) -> None:
    assert callable(function)
    shown = "".join(token.content for token in _inline(function(text)) if token.type in ("text", "html_inline"))
    assert not re.search(live, shown)
    assert "\u2060" in shown


@given(TEXT)
def test_code_span_holds_exactly_the_text(text: str) -> None:
    tokens = _inline("a " + escape.markdown_code(text) + " b")
    assert [token.type for token in tokens] == ["text", "code_inline", "text"]
    assert tokens[1].content == (escape.line(text) or " ")


@given(TEXT)
def test_code_span_in_a_cell_keeps_the_table(text: str) -> None:
    source = f"| a | b |\n|---|---|\n| {escape.markdown_code(text, cell=True)} | {escape.markdown(text)} |"
    cells = [token.type for token in _PARSER.parse(source)].count("td_open")
    assert cells == 2
    codes = [token.content for token in _inline(source) if token.type == "code_inline"]
    assert codes == [escape.line(text) or " "]


@given(TEXT)
def test_block_cannot_be_closed_from_within(text: str) -> None:
    tokens = _PARSER.parse(escape.markdown_block(text, language="diff") + "\n\nafter")
    assert [token.type for token in tokens] == ["fence", "paragraph_open", "inline", "paragraph_close"]
    assert tokens[0].info == "diff"


@given(TEXT)
def test_command_data_is_one_line_and_reversible(text: str) -> None:
    data = escape.command_data(text)
    assert "\n" not in data
    assert "\r" not in data
    assert data.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%") == escape.visible(text)


@given(TEXT)
def test_command_property_cannot_end_the_property(text: str) -> None:
    written = escape.command_property(text)
    assert not set(written) & set("\r\n:,")


@given(TEXT)
def test_xml_round_trip(text: str) -> None:
    legal = "".join(c for c in text if c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c >= "\U00010000")
    node = ET.fromstring(f'<a b="{escape.xml(text)}">{escape.xml(text)}</a>')
    assert (node.text or "") == legal
    assert node.get("b") == legal


@given(TEXT)
def test_html_round_trip(text: str) -> None:
    shown = escape.html(text)
    assert not set(shown) & set("<>\"'")
    assert std_html.unescape(shown) == escape.visible(text)


def test_hostile_sample_covers_what_the_tests_are_about() -> None:
    for needed in ("%", "\n", ":", ",", "|", "```", "@", "#1", "\u202e", "\x00", "\x1b", "\ud800", "<script>", "]]>", "-->"):
        assert needed in HOSTILE
