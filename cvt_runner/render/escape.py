"""Untrusted text made safe, one function per target.

Everything in a specification, a file name or a branch name is written by whoever opened the pull request. Every function here accepts any `str`,
lone surrogates included, and returns text that can be encoded as UTF-8.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

# Control characters but tab and newline; soft hyphen; marks, overrides and isolates that reorder text (UAX 9); separators and invisible
# characters that hide text; interlinear and tag characters. They are shown as escapes, never obeyed.
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
# Compiled where they are first needed: classes of so many characters take milliseconds.
_SURROGATE: Final = "[\ud800-\udfff]"
_NOT_XML: Final = "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
_WORD_JOINER: Final = "\u2060"
_MARKUP: Final = re.compile(r"([\\`*_{}\[\]()<>#+\-=!|~])")
# What the host turns into links, mentions, references or pictures after Markdown is done, so a backslash does not stop it.
_LIVE: Final = re.compile(r"@|#(?=\d)|(?<=\w):(?=//)|(?i:\bwww(?=\.)|\bGH(?=-\d)|\bmailto(?=:)|\bxmpp(?=:))|:(?=[\w+-]+:)|[0-9a-f]{6}(?=[0-9a-f])")


def _shown(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def unicode(text: str) -> str:
    r"""Encodable text: each lone surrogate becomes U+FFFD.

    >>> unicode("a\ud800b") == "a\ufffdb"
    True
    """
    return text if text.isascii() else re.sub(_SURROGATE, "\ufffd", text)


def visible(text: str) -> str:
    r"""Control, bidirectional and invisible characters as escapes; tab and newline stay.

    >>> visible("a\x1b[31m\u202eb\n")
    'a\\x1b[31m\\u202eb\n'
    """
    if text.isascii() and text.isprintable():
        return text
    return _UNSEEN.sub(_shown, unicode(text))


def line(text: str) -> str:
    r"""One line: as `visible`, with newlines as `\n` and tabs as spaces.

    >>> line("GET /a\n::error::x\tb")
    'GET /a\\n::error::x b'
    """
    return visible(text).replace("\n", "\\n").replace("\t", " ")


def clip(text: str, limit: int) -> str:
    """At most `limit` characters, with an ellipsis where something was cut.

    >>> clip("abcdef", 4), clip("abcd", 4)
    ('abc…', 'abcd')
    """
    return text if len(text) <= limit else text[: max(limit - 1, 0)] + "…"


def brief(text: str, limit: int) -> str:
    r"""As `line`, at most `limit` characters; of an enormous text only the beginning is looked at.

    >>> brief("a\nb", 10), brief("abcdef", 4), brief("\x00" * 9, 6)
    ('a\\nb', 'abc…', '\\x00\\…')
    """
    return clip(line(text[: limit + 1]), limit)


def terminal(text: str) -> str:
    r"""Text for a terminal or a log: one line, no control sequence survives.

    >>> terminal("a\x1b]0;title\x07b\r\n")
    'a\\x1b]0;title\\x07b\\x0d\\n'
    """
    return line(text)


def markdown(text: str) -> str:
    r"""Text for Markdown prose, a list item or a table cell: nothing in it is markup, a mention, a link or an issue reference.

    >>> markdown("a|b *c* <i> [x](y)")
    'a\\|b \\*c\\* &lt;i&gt; \\[x\\]\\(y\\)'
    >>> markdown("@all").encode("unicode_escape")
    b'@\\u2060all'
    >>> "http://" in markdown("http://x.y"), "#1" in markdown("see #1"), "www." in markdown("www.x.y")
    (False, False, False)
    """
    escaped = _MARKUP.sub(r"\\\1", _LIVE.sub(_broken, line(text).replace("&", "\0")))
    return escaped.replace("\\<", "&lt;").replace("\\>", "&gt;").replace("\0", "&amp;").replace("$", "<span>$</span>")


def _broken(match: re.Match[str]) -> str:
    return match.group() + _WORD_JOINER


def fence(text: str) -> str:
    """A code fence that the text cannot close: backticks, longer than any run of them within, at least three.

    >>> fence("a"), fence("x ```` y")
    ('```', '`````')
    """
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    return "`" * max(3, longest + 1)


def markdown_code(text: str, *, cell: bool = False) -> str:
    r"""A Markdown code span, in which hosts make no mention or link; `cell` also escapes pipes, for a table.

    >>> markdown_code("GET /a"), markdown_code("a`b"), markdown_code("a|b", cell=True), markdown_code("")
    ('`GET /a`', '`` a`b ``', '`a\\|b`', '` `')
    """
    shown = line(text) or " "
    longest = max((len(run) for run in re.findall("`+", shown)), default=0)
    ticks = "`" * (longest + 1)
    pad = " " if longest or (shown != " " and (shown[0] == " " or shown[-1] == " ")) else ""
    return f"{ticks}{pad}{shown.replace('|', chr(92) + '|') if cell else shown}{pad}{ticks}"


def markdown_block(text: str, *, language: str = "") -> str:
    r"""A fenced code block; newlines and tabs stay.

    >>> markdown_block("a\n```", language="yaml")
    '````yaml\na\n```\n````'
    """
    shown = visible(text)
    ticks = fence(shown)
    return f"{ticks}{language}\n{shown}\n{ticks}"


def html(text: str) -> str:
    r"""Text for an HTML element or a quoted attribute.

    >>> html("<b a='1'>\x00\u202e")
    '&lt;b a=&#x27;1&#x27;&gt;\\x00\\u202e'
    """
    return _entities(visible(text))


def markdown_html(text: str) -> str:
    """Text inside an HTML element of a Markdown comment (such as `<summary>`): HTML-escaped, and no live mention, link or reference.

    >>> markdown_html("<b>@all").encode("unicode_escape")
    b'&lt;b&gt;@\\\\u2060all'
    """
    return _entities(_LIVE.sub(_broken, line(text)))


def _entities(text: str) -> str:
    from html import escape

    return escape(text, quote=True)


def xml(text: str) -> str:
    r"""Text for an XML 1.0 element or a quoted attribute: characters that XML cannot hold are dropped.

    >>> xml('a\x00\x1b<&">\ud800\n')
    'a&lt;&amp;&quot;&gt;&#10;'
    """
    kept = re.sub(_NOT_XML, "", text)
    escaped = kept.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return escaped.replace("\r", "&#13;").replace("\n", "&#10;").replace("\t", "&#9;")


def command_data(text: str) -> str:
    r"""The message of a GitHub workflow command; a newline stays one, as `%0A`.

    >>> command_data("100%\r\n::error::x")
    '100%25\\x0d%0A::error::x'
    """
    return visible(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def command_property(text: str) -> str:
    r"""A property value of a GitHub workflow command.

    >>> command_property("a:b,c%\n")
    'a%3Ab%2Cc%25%0A'
    """
    return command_data(text).replace(":", "%3A").replace(",", "%2C")


def uri_path(path: str) -> str:
    """A relative path as a URI reference: percent-encoded per segment, slashes kept.

    >>> uri_path("api/my spec#1.yaml"), uri_path("a:b/c"), uri_path("café")
    ('api/my%20spec%231.yaml', 'a%3Ab/c', 'caf%C3%A9')
    """
    return quote(unicode(path), safe="/")
