"""Which strings of a fast reading are in doubt: they may have stood unquoted in the text and mean something else there.

The fast parser types plain scalars by JSON's rules, passes aliases on as text, and accepts characters that YAML reserves. Only a handful of the
strings of a document even look like that, so each is looked up in the text; what cannot be told from the outside is left to the exact reader.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import Final

import msgspec

from cvt_engine.load.scalars import ScalarInvalid, plain

_MAX_SPOTS: Final = 5000
"""How many places of scalars in doubt are looked at one by one before giving up."""
_MAX_CANDIDATES: Final = 100_000
_MAX_DOUBTS: Final = 200
_SPAN: Final = 256
"""How many bytes before a scalar are looked at to tell what it follows."""

_CANDIDATE: Final = re.compile(rb'"(?:([~TFN.0+-][0-9A-Za-z.+_-]*)"(:?)|([*@`%][^" \\\n]{0,40})|([\]}]|":))')
_BEFORE: Final = re.compile(rb"(?:(?:[:?,\[{]|(?<!\S)-)\s*|^ *)\Z", re.M)
_AFTER: Final = re.compile(rb"[ \t]*(?:[\n,\]}]|\Z|[ \t]#)")
_INDICATED: Final = re.compile(rb"(?:(?:[:?,\[{]|(?<!\S)-)\s*|\A\s*)\Z")
_COMMENTED: Final = re.compile(rb"(?:[:?]|(?<!\S)-)[ \t]+#[^\n]*\n\s*\Z")
_COLON: Final = re.compile(rb"[^\n]*?(?::(?:[ \n]|\Z)|[,}])")
_REST: Final = re.compile(rb'[^"\\]*(?:\\.[^"\\]*)*"(:?)')
_QUOTES: Final = (b"'", b'"')
_KEY: Final = b":"
_UNCLEAR: Final = b"?"
_OWNER: Final = re.compile(rb"""([\w-]*)["']*[ \t]*:\s*\Z""")
_WORD: Final = 40
_WORD_ENDS: Final = frozenset((b"", *(bytes((end,)) for end in b' \t\n,]}:"\\#')))
_RESERVED: Final = frozenset(b"*@`%")
_JSON_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?|-?[1-9][0-9]*(?:\.[0-9]+)?[eE][+-]?[0-9]+")
"""Numbers that the fast parser writes as numbers whenever they stand unquoted."""
_NOT_FINITE: Final = re.compile(rb"[.](?:inf|Inf|INF|nan|NaN|NAN)\b")
_RESPELLED: Final = frozenset((b".inf", b"-.inf", b".nan"))
_NAMED: Final = re.compile(rb"[ \t]*(?:[\n,\]}:]|\Z|[ \t]#)")

Text = bytes | bytearray
Owners = dict[bytes, set[bytes]]
"""The strings in doubt, each with the last words of the keys it is a value of.

`_KEY` stands for what is a key itself, b"" for an item or a key that ends in another character.
"""


def retyped(text: bytes, written: Text) -> Text | None:
    """What was written, with the plain scalars that the core schema reads as null, a boolean or a number written as such.

    None when that cannot be told from the outside: an alias, a merge key, a reserved first character, or a scalar of the same text
    that stands here in quotes and there without.
    """
    if b'"<<"' in written:
        return None
    doubts = _doubts(written)
    if doubts is None:
        return None
    for form in doubts.keys() & _RESPELLED:
        restored = _spelled_back(text, written, form)
        if restored is None:
            return None
        written, _ = restored, doubts.pop(form)
    if not doubts:
        return written
    plainly = _seen_plain(text, doubts)
    if not plainly:
        return None if plainly is None else written
    if any(token[0] in _RESERVED or len(re.findall(rb'"%b"(?!:)' % re.escape(token), written)) != count for token, count in plainly.items()):
        return None
    return _written_as_values(written, list(plainly))


def starts_token(text: bytes, at: int) -> bool:
    """Whether something at this offset may be a token of its own: it follows an indicator, or begins its line."""
    return _BEFORE.search(text, max(0, at - _SPAN), at) is not None or text[max(0, at - _SPAN) : at].isspace()


def _follows_indicator(text: bytes, at: int) -> bool:
    """Whether the last thing before this offset, blanks aside, is an indicator or nothing."""
    return _INDICATED.search(text, max(0, at - _SPAN), at) is not None


def _doubts(written: Text) -> Owners | None:
    """The strings in doubt; None when a string begins with a closing bracket or a key is empty, which no other reader allows."""
    found: Owners = defaultdict(set)
    for seen, spot in enumerate(_CANDIDATE.finditer(written)):
        word, colon, reserved, closing = spot.groups()
        before = written[spot.start() - 1]
        if seen > _MAX_CANDIDATES or len(found) > _MAX_DOUBTS:
            return None
        if closing and (before in b" \n" or (closing == b'":' and before != 0x5C)):
            return None
        token = word or reserved
        if not token or before == 0x5C or (colon and token not in _RESPELLED):
            continue
        if token in found or _doubtful(token):
            rest = _REST.match(written, spot.end()) if reserved else None
            found[token].add(_KEY if rest and rest.group(1) else _written_owner(written, spot.start()))
    return found


def _doubtful(token: bytes) -> bool:
    """Whether the text, had it stood unquoted, is not the string that it was taken for."""
    if token[0] in _RESERVED:
        return True
    text = token.decode()
    try:
        return not isinstance(plain(text), str) and _JSON_NUMBER.fullmatch(text) is None
    except ScalarInvalid:
        return True


def _owner(text: Text, at: int) -> bytes:
    found = _OWNER.search(text, max(0, at - _SPAN), at)
    return found.group(1) if found else b""


def _written_owner(written: Text, at: int) -> bytes:
    """The same in what was written, `_UNCLEAR` where the key is spelled with an escape."""
    return _UNCLEAR if b"\\" in written[max(at - _SPAN, written.rfind(b"\n", max(0, at - _SPAN), at) + 1) : at] else _owner(written, at)


def _may_be_one_of(text: bytes, spot: re.Match[bytes], owners: set[bytes]) -> bool:
    """Whether what stands in the text may be a scalar with one of these owners."""
    if _KEY in owners and _COLON.match(text, spot.end()):
        return True
    return _follows_indicator(text, spot.start()) and bool(owners & {_owner(text, spot.start()), _UNCLEAR})


def _spelled_back(text: bytes, written: Text, form: bytes) -> Text | None:
    """The fast parser writes the words inf, infinity and nan as `.inf` and `.nan`: undo it where one spelling explains all of them."""
    if _NOT_FINITE.search(text):
        return None
    spelled = _spellings(text, form)
    if len(spelled) != 1:
        return None
    word, count = spelled.popitem()
    return written.replace(b'"%b"' % form, b'"%b"' % word) if written.count(b'"%b"' % form) == count else None


def _spellings(text: bytes, form: bytes) -> Counter[bytes]:
    """How the plain scalars that the fast parser takes for infinity, or for not-a-number, are spelled in the text."""
    sign, _, word = form.rpartition(b".")
    found: Counter[bytes] = Counter()
    for spot in re.finditer(rb"inf(?:inity)?" if word == b"inf" else rb"nan", text):
        start = spot.start() - len(sign)
        if text.startswith(sign, start) and starts_token(text, start) and _NAMED.match(text, spot.end()):
            found[text[start : spot.end()]] += 1
    return found


def _seen_plain(text: bytes, doubts: Owners) -> Counter[bytes] | None:
    """How often each scalar in doubt stands unquoted as a token of its own; None when one is also quoted, or there are too many to look at."""
    found: Counter[bytes] = Counter()
    quoted: set[bytes] = set()
    pattern = b"|".join(re.escape(doubt) for doubt in sorted(doubts, key=len, reverse=True))
    for seen, spot in enumerate(re.finditer(pattern, text)):
        token, at = spot.group(), spot.start()
        if seen > _MAX_SPOTS:
            return None
        if text[at - 1 : at] in _QUOTES or text[spot.end() : spot.end() + 1] in _QUOTES:
            quoted.add(token)
        elif _ends_token(text, spot) and starts_token(text, at):
            if _may_be_one_of(text, spot, doubts[token]):
                found[token] += 1
            elif _begins_line(text, at) and (token[0] not in _RESERVED or _below_key(text, at)):
                return None
    return None if quoted & found.keys() else found


def _below_key(text: bytes, at: int) -> bool:
    """Whether the line before is a key with nothing or a comment behind it: a reserved first character begins many a line of a text."""
    return _follows_indicator(text, at) or _COMMENTED.search(text, max(0, at - _SPAN), at) is not None


def _begins_line(text: bytes, at: int) -> bool:
    """Whether only blanks stand before this offset: what is there may be a line of a text as well as a value below a comment or an explicit key."""
    return not text[max(text.rfind(b"\n", 0, at) + 1, at - _SPAN) : at].strip()


def _ends_token(text: bytes, spot: re.Match[bytes]) -> bool:
    """Whether a scalar ends here; of one with a reserved first character only the first word is known."""
    if spot.group()[0] not in _RESERVED:
        return _AFTER.match(text, spot.end()) is not None
    return spot.end() - spot.start() > _WORD or text[spot.end() : spot.end() + 1] in _WORD_ENDS


def _written_as_values(written: Text, tokens: list[bytes]) -> bytes | None:
    try:
        values = {token: msgspec.json.encode(plain(token.decode())) for token in tokens}
    except ScalarInvalid:
        return None
    pattern = rb'"(%b)"(?!:)' % b"|".join(re.escape(token) for token in tokens)
    return re.sub(pattern, lambda found: values[found.group(1)], written)
