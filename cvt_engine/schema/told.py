"""Schemas for judging what plain validation passes over: discriminators choose, and texts hold what `contentEncoding` and `contentMediaType` say."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, Final

from cvt_engine.change import Change, Direction
from cvt_engine.schema.canon import canon
from cvt_engine.schema.loc import Conj, Loc
from cvt_engine.schema.read import shape_of
from cvt_engine.schema.sample import NOTHING, Sampler
from cvt_engine.schema.shape import Shape
from cvt_engine.schema.translate import Json
from cvt_engine.schema.translation import Translation

_SAMPLES: Final = ("a b!", "+/+/", "-_-_", "YWI=", "MFRGGZDF", "0A", "a=3Db", "ä", '{"a":1}', "<a/>", "a")
"""Texts of one encoding or media type each, and of none."""


class Told(Translation):
    """As for exchanges, and: what a text holds is asserted where it can be checked."""

    def _keywords(self, loc: Loc, node: Json, uses: list[Loc]) -> Json:
        body = super()._keywords(loc, node, uses)
        encoding = node.get("contentEncoding")
        names = [encoding] if encoding is not None else [_kind(node.get("contentMediaType"))]
        named = [{"format": name.lower()} for name in names if isinstance(name, str) and name.lower() in READABLE]
        return {**body, "allOf": [*body.get("allOf", []), *named]} if named else body


def _kind(name: Any) -> str:
    """A media type as the name of what can be checked."""
    plain = name.partition(";")[0].strip().lower() if isinstance(name, str) else ""
    return next((f"application/{kind}" for kind in ("json", "xml") if plain.endswith((f"/{kind}", f"+{kind}"))), plain)


def _decodes(decode: Callable[[str], Any]) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        try:
            decode(text)
        except ValueError:
            return False
        return True

    return check


def _base64(text: str) -> None:
    binascii.a2b_base64("".join(text.split()).encode("ascii"), strict_mode=True)


def _base64url(text: str) -> None:
    if not re.fullmatch(r"[A-Za-z0-9_-]*={0,2}", text):
        raise binascii.Error
    base64.urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))


def _quoted(text: str) -> None:
    if not text.isascii() or re.search(r"=(?![0-9A-F]{2}|\r?\n)", text):
        raise ValueError


def _json(text: str) -> None:
    import json

    json.loads(text)


def _xml(text: str) -> None:
    from xml.parsers import expat

    try:
        expat.ParserCreate().Parse(text, True)
    except expat.ExpatError as error:
        raise ValueError from error


READABLE: Final[dict[str, Callable[[str], bool]]] = {
    "byte": _decodes(_base64),
    "base64": _decodes(_base64),
    "base64url": _decodes(_base64url),
    "base32": _decodes(base64.b32decode),
    "base16": _decodes(lambda text: base64.b16decode(text, casefold=True)),
    "quoted-printable": _decodes(_quoted),
    "application/json": _decodes(_json),
    "application/xml": _decodes(_xml),
}
"""What can be checked of a text, by encoding (RFC 4648, RFC 2045) or media type."""


def checkable(change: Change) -> bool:
    """Can it be told what the giving side may send?"""
    said = change.before if change.side is Direction.REQUEST else change.after
    return not change.aspect.startswith("content") or said is None or _kind(said.strip('"')) in READABLE


def texts(_change: Change, giver: Conj, _taker: Conj, sampler: Sampler) -> Iterator[Any]:
    """Texts of one encoding or media type each."""
    yield from _SAMPLES
    yield from sampler.values(giver)


def tagged(_change: Change, giver: Conj, taker: Conj, sampler: Sampler) -> Iterator[Any]:
    """Objects of each alternative with each value that either side's discriminator speaks of."""
    first, second = shape_of(giver), shape_of(taker)
    props = [found.prop for shape in (first, second) for found in shape.discriminators[:1]]
    tags = list(dict.fromkeys((*_tags(first), *_tags(second))))
    for shape in _alternatives(giver):
        for tag in tags[:_TAGS]:
            for name in dict.fromkeys(props):
                yield from islice(sampler.objects(shape, plus={name: tag}), 1)
                for other in set(props) - {name}:
                    yield from (value for each in tags[:_TAGS] for value in sampler.objects(shape, plus={name: tag, other: each}) if value is not NOTHING)


_TAGS: Final = 12


def _tags(shape: Shape) -> Iterator[str]:
    for found in shape.discriminators:
        yield from (key for key, _ in found.mapping)
    yield from (loc.name for group in shape.groups for branch in group.branches for loc in branch if loc.name)


def _alternatives(schema: Conj) -> list[Shape]:
    return canon(schema).get("object", [])
