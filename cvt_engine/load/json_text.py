"""JSON text to a tree, exactly: duplicate keys, depth and out-of-range numbers are errors with a position."""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

from cvt_engine.errors import SyntaxInvalid
from cvt_engine.load.limits import MAX_DEPTH, MAX_INTEGER_DIGITS
from cvt_engine.load.text import position

_AT: Final = re.compile(r"^(?:JSON is malformed: )?(.*?) \(byte (\d+)\)$")
_TOKEN: Final = re.compile(rb'"([^"\\]*(?:\\.[^"\\]*)*)"[ \t\r\n]*(:?)|[{}\[\]]', re.S)
_NUMBER: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|(-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)', re.S)
_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))
_ONE_KIND: Final = bytes.maketrans(b"[]", b"{}")
_SURROGATE: Final = re.compile(rb"\\\\|\\u[dD](?:[89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|([89a-fA-F][0-9a-fA-F]{2}))")
ESCAPED_QUOTE: Final = re.compile(rb"\\u0022")
_TOO_DEEP: Final = f"the document is nested deeper than {MAX_DEPTH} levels"
_HINTS: Final = (
    (rb"[ \t\r\n]*[}\]]", "remove the comma before the closing bracket"),
    (rb"NaN|-?Infinity", "JSON has no NaN or Infinity: use null or a string"),
    (rb"'", "JSON strings stand in double quotes"),
    (rb"//|/\*|#", "JSON has no comments"),
    (rb"True|False|None", "JSON writes true, false and null in lower case"),
    (rb"[A-Za-z_]", "put the text in double quotes"),
)


def read_json(data: bytes, uri: str) -> Any:
    """The tree of a JSON text (valid UTF-8, no byte order mark). Raises SyntaxInvalid."""
    try:
        tree = msgspec.json.decode(data)
    except RecursionError:
        raise _too_deep(data, uri) from None
    except msgspec.ValidationError:
        raise _out_of_range(data, uri) from None
    except (msgspec.DecodeError, UnicodeError) as error:
        raise _malformed(str(error), data, uri) from None
    if too_deep(tree, data):
        raise _too_deep(data, uri)
    if has_duplicates(tree, data):
        _refuse_duplicate(data, uri)
    return tree


def too_deep(tree: Any, data: bytes) -> bool:
    """Whether the tree exceeds MAX_DEPTH; decided by the brackets of its text where they are few, else by walking it."""
    return not shallow(data) and _depth(tree) > MAX_DEPTH


def shallow(data: bytes) -> bool:
    """Whether the brackets of a JSON text alone show that it is far from too deep: few are left when the innermost pairs are struck out."""
    brackets = data.translate(_ONE_KIND, _BRACKETS)
    for _ in range(24):
        if len(brackets) <= MAX_DEPTH:
            return True
        inner = len(brackets)
        brackets = brackets.replace(b"{}", b"")
        if len(brackets) > inner * 0.9:
            break
    return False


def has_duplicates(tree: Any, data: bytes) -> bool:
    """Whether a key was lost on the way from text to tree.

    Written again, the tree has as many quotes as its text unless a key was lost; where the text spells a quote differently, the slower exact
    reader decides.
    """
    if not lost_quotes(tree, data) and not ESCAPED_QUOTE.search(data):
        return False
    import json

    lost = False

    def check(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal lost
        found = dict(pairs)
        lost = lost or len(found) < len(pairs)
        return found

    json.loads(data, object_pairs_hook=check, parse_int=str, parse_float=str)
    return lost


def lost_quotes(tree: Any, written: bytes | bytearray) -> bool:
    """Whether the tree, written again, has other quotes than the JSON text it was read from."""
    return written.count(b'"') != msgspec.json.encode(tree).count(b'"')


def _depth(tree: Any) -> int:
    level, depth = [tree], 0
    while level:
        depth += 1
        level = [child for node in level for child in (node.values() if type(node) is dict else node) if type(child) in (dict, list)]
    return depth if type(tree) in (dict, list) else 0


def _refuse_duplicate(data: bytes, uri: str) -> None:
    """Raise with both positions of the first key that occurs twice in one object."""
    stack: list[dict[str, int] | None] = []
    for token in _TOKEN.finditer(data):
        match data[token.start()]:
            case 0x7B:
                stack.append({})
            case 0x5B:
                stack.append(None)
            case 0x7D | 0x5D:
                stack.pop()
            case _ if token.group(2) and stack and (seen := stack[-1]) is not None:
                name = msgspec.json.decode(data[token.start() : token.end(1) + 1])
                if name in seen:
                    raise duplicate(name, position(data, seen[name]), position(data, token.start()), uri)
                seen[name] = token.start()


def duplicate(name: str, first: tuple[int, int], second: tuple[int, int], uri: str) -> SyntaxInvalid:
    """The error for a key that stands twice in one mapping."""
    return SyntaxInvalid(
        f"duplicate key {shown(name)}: first at line {first[0]}, column {first[1]}",
        where=uri,
        hint="remove or rename one of the two: readers keep only one of them",
        line=second[0],
        column=second[1],
    )


def shown(text: str) -> str:
    """A piece of a document as it may stand in a message: quoted, escaped, at most 80 characters."""
    import json

    return json.dumps(text if len(text) <= 80 else text[:77] + "...", ensure_ascii=False)


def _too_deep(data: bytes, uri: str) -> SyntaxInvalid:
    depth = 0
    for token in _TOKEN.finditer(data):
        first = data[token.start()]
        depth += (first in b"{[") - (first in b"}]")
        if depth > MAX_DEPTH:
            return _at(_TOO_DEEP, data, token.start(), uri)
    return SyntaxInvalid(_TOO_DEEP, where=uri)


def _out_of_range(data: bytes, uri: str) -> SyntaxInvalid:
    for token in _NUMBER.finditer(data):
        text = token.group(1)
        if text and (len(text) > MAX_INTEGER_DIGITS or float(text) in (float("inf"), float("-inf"))):
            return _at("the number is outside the range of a double", data, token.start(), uri, "use a smaller number or a string")
    return SyntaxInvalid("a number is outside the range of a double", where=uri)


def _malformed(message: str, data: bytes, uri: str) -> SyntaxInvalid:
    found = _AT.match(message)
    lone = next((spot for spot in _SURROGATE.finditer(data) if spot.group(1)), None)
    if lone is not None and (found is None or "surrogate" in message or "escape" in message):
        return _at("a \\u escape is one half of a character", data, lone.start(), uri, "write the character itself, or both halves")
    if found is None:
        return _at("the JSON text ends too early" if "truncated" in message else message, data, len(data.rstrip()), uri, "a bracket, quote or value is missing")
    past = found.group(1).startswith("trailing characters")  # reported one byte too far
    offset = min(int(found.group(2)) - past, len(data))
    hint = next((hint for pattern, hint in _HINTS if re.compile(pattern).match(data, offset)), "")
    return _at(f"not valid JSON: {found.group(1)}", data, offset, uri, hint)


def _at(message: str, data: bytes, offset: int, uri: str, hint: str = "") -> SyntaxInvalid:
    line, column = position(data, offset)
    return SyntaxInvalid(message, where=uri, hint=hint, line=line, column=column)
