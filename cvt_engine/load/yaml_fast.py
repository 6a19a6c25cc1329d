"""YAML text to a tree at the speed of a native parser, or an honest "not sure".

A C++ parser (rapidyaml) writes the document out as JSON, which msgspec reads: several times faster than building the tree from events. That
parser is more lenient than YAML, drops tags and anchors, and types scalars by JSON's rules, so nothing it says is taken on trust: text with a
construct on which it and the YAML 1.2 core schema may differ is left to `yaml_exact`, and so is everything it refuses. A differential test
holds the two together.
"""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

from cvt_engine.load.json_text import lost_quotes
from cvt_engine.load.yaml_doubts import retyped, starts_token

MIN_BYTES: Final = 128 * 1024
"""Below this size the exact reader takes a few milliseconds, and the fast one is not worth its import."""

UNSURE: Final = object()
"""The answer for text that the exact reader must read."""

_ASCII: Final = bytes(range(128))
_MAX_TABS: Final = 5000
"""How many tabs are looked at one by one before giving up."""

_HEAD: Final = re.compile(rb"(?:[ \t]*(?:#[^\n]*)?\n)*---[ \t]*\n")
_ODD: Final = re.compile(rb"\xc2[\x80-\x9f]|\xe2\x80[\xa8\xa9]|\xef\xbb\xbf|\xef\xbf[\xbe\xbf]")
_ODD_HEADER: Final = re.compile(rb": [|>](?![-+]?[ ]*(?:\n|\Z|[ ]#))")
_ODD_ITEM_HEADER: Final = re.compile(rb"- [|>](?![-+]?[ ]*(?:\n|\Z|[ ]#))")
"""What begins like a block scalar's header but is none of the plain ones."""
_LOOSE_QUOTE: Final = re.compile(rb"""^([ ]*)[^\s"'#][^\n"']*:[ ](["'])[^\n"'\\]*\n(?!\1[ ]|[ ]*\n)""", re.M)
_OPENED: Final = re.compile(rb"""^([ ]*)[^\s"'#][^\n]*[ ][{\[][ ]*\n""", re.M)
_MAX_OPENED: Final = 2000
_CLOSED_LOOSELY: Final = re.compile(rb"(?:[ ]*\n)*[ ]*[}\]]")
_START: Final = re.compile(rb"\s*(?:%|\.\.\.)")
_BREAK_AT_END: Final = re.compile(rb'\\n"[\s\]}]*\Z')
_TAIL: Final = 4096
_PIECE: Final = 24
_SHORTEST: Final = 3
_PIECE_END: Final = re.compile(rb"[\n\\\"']")
_MAX_LOOKUPS: Final = 20
_ESCAPED_BREAK: Final = re.compile(rb"\\\n[ ]*\n")
_AFTER_TAB: Final = frozenset((b"", *(bytes((end,)) for end in b"\n# \t,:]}")))
_PROPERTY: Final = re.compile(rb"[!&]")
_PROPERTY_ESCAPE: Final = re.compile(rb"\\(?:x2[16]|u002[16]|U0000002[16])")


def read_yaml_fast(data: bytes) -> Any:
    """The tree of a YAML text (valid UTF-8, no byte order mark), or `UNSURE`."""
    text = _plain_text(data)
    if text is None:
        return UNSURE
    written = _as_json(text)
    if written is None or _dropped_property(text, written):
        return UNSURE
    if _misread(text, written):
        return UNSURE
    typed = retyped(text, written)
    return UNSURE if typed is None else _decoded(typed)


def _decoded(written: bytes | bytearray) -> Any:
    try:
        tree = msgspec.json.decode(written)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return UNSURE
    return UNSURE if type(tree) is not dict or lost_quotes(tree, written) else tree


def _plain_text(data: bytes) -> bytes | None:
    """The text with line feeds only and no document head; None when it has characters, tabs or indentation on which parsers differ."""
    text = data.replace(b"\r\n", b"\n") if b"\r" in data else data
    head = _HEAD.match(text)
    if head:
        text = text[head.end() :]
    if b"\r" in text or b"\x7f" in text or _START.match(text):
        return None
    if (b"\t" in text and _separating_tab(text)) or _loosely_indented(text):
        return None
    return None if not text.isascii() and _ODD.search(text.translate(None, _ASCII)) else text


def _loosely_indented(text: bytes) -> bool:
    """Whether a quoted text or a flow collection seems to go on no deeper than its key: the fast parser refuses that, and says so on standard error."""
    if _LOOSE_QUOTE.search(text):
        return True
    for seen, opened in enumerate(_OPENED.finditer(text)):
        deeper = re.compile(rb"(?:%b [^\n]*\n|[ ]*\n){0,200}" % opened.group(1))
        inside = deeper.match(text, opened.end())
        if seen > _MAX_OPENED or (inside and _CLOSED_LOOSELY.match(text, inside.end())):
            return True
    return False


def _separating_tab(text: bytes) -> bool:
    """Whether a tab indents, separates or ends a line, rather than standing inside a text."""
    at, seen = text.find(b"\t"), 0
    while at >= 0:
        seen += 1
        before = text[text.rfind(b"\n", 0, at) + 1 : at].rstrip()
        if seen > _MAX_TABS or not before or before[-1] in b":-?,[{" or text[at + 1 : at + 2] in _AFTER_TAB:
            return True
        at = text.find(b"\t", at + 1)
    return False


def _as_json(text: bytes) -> bytearray | None:
    try:
        import ryml  # type: ignore[import-untyped]
    except ImportError:  # no wheel for this platform: the exact reader does the work
        return None
    tree = ryml.Tree()
    source = bytearray(text)  # the tree points into it: it has to live as long
    written = bytearray(2 * len(text) + 4096)
    try:
        ryml.parse_in_place(source, tree)
        with ryml.emit_json_in_place(tree, written) as view:
            length = len(view)
    except (ryml.ExceptionBasic, ryml.ExceptionParse, ryml.ExceptionVisit, IndexError):
        return None
    del written[length:]
    return written


def _misread(text: bytes, written: bytearray) -> bool:
    """Whether the text has a construct that the fast parser reads more generously than YAML allows."""
    if not text.endswith(b"\n") and _BREAK_AT_END.search(written, max(0, len(written) - _TAIL)):
        return True
    if b"\\\n" in text and _ESCAPED_BREAK.search(text):
        return True
    spots = [found.start() + 2 for odd in (_ODD_HEADER, _ODD_ITEM_HEADER) for found in odd.finditer(text)]
    pieces = {_piece(text, at) for at in spots}
    return len(pieces) > _MAX_LOOKUPS or any(len(piece) < _SHORTEST or piece not in written for piece in pieces)


def _piece(text: bytes, at: int) -> bytes:
    """An indicator with its surroundings on the line; where it stands inside a text, that was written as it is."""
    lead = _PIECE_END.split(text[max(0, at - _PIECE) : at])[-1]
    return lead.lstrip() + _PIECE_END.split(text[at : at + _PIECE], maxsplit=1)[0]


def _dropped_property(text: bytes, written: bytearray) -> bool:
    """Whether a tag or an anchor was lost: then `!` or `&` is rarer in what was written than in the text."""
    if text.count(b"!") == written.count(b"!") and text.count(b"&") == written.count(b"&"):
        return b"\\" in text and _PROPERTY_ESCAPE.search(text) is not None
    return any(starts_token(text, found.start()) for found in _PROPERTY.finditer(text))
