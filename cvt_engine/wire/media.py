"""Media types: what a Content-Type says, which declared one it falls under, and JSON bodies."""

from __future__ import annotations

import codecs
from typing import Any, Final

import msgspec
from msgspec import Struct

from cvt_engine.schema.bounds import MAX_DEPTH, extent

_decode: Final = msgspec.json.Decoder().decode
_BOM: Final = b"\xef\xbb\xbf"
BINARY: Final = "application/octet-stream"
_MAX_HEADER: Final = 1_000


class ContentType(Struct, frozen=True):
    """`essence` is type/subtype in lower case, `name` the same with its parameters in order, except charset; `boundary` is a multipart one."""

    essence: str
    name: str
    charset: str = ""
    boundary: str = ""


def content_type(text: str) -> ContentType:
    """Read a Content-Type header.

    >>> content_type('Application/JSON; Charset="UTF-8"')
    ContentType(essence='application/json', name='application/json', charset='utf-8', boundary='')
    """
    essence, *rest = text[:_MAX_HEADER].split(";")
    essence = essence.strip().lower()
    known: dict[str, str] = {}
    for part in rest:
        name, _, value = part.partition("=")
        known.setdefault(name.strip().lower(), value.strip().strip('"'))
    kept = sorted(f"{name}={value.lower()}" for name, value in known.items() if name and name not in ("charset", "boundary"))
    return ContentType(essence, "; ".join((essence, *kept)), known.get("charset", "").lower(), known.get("boundary", ""))


def is_json(name: str) -> bool:
    """Whether a media type is JSON: `application/json`, `text/json`, or one that ends in `+json`."""
    essence = name.partition(";")[0].strip()
    return essence in ("application/json", "text/json") or essence.endswith("+json")


def read_json(data: bytes) -> tuple[Any, str]:
    """The value and "", or None and why there is none."""
    try:
        value = _decode(data[3:] if data[:3] == _BOM else data)
        if data.count(b"[") + data.count(b"{") > MAX_DEPTH and extent(value)[1] > MAX_DEPTH:
            return None, "it is nested too deep"
        return value, ""
    except RecursionError:
        return None, "it is nested too deep"
    except UnicodeDecodeError:
        return None, "it is not UTF-8"
    except msgspec.DecodeError as error:
        return None, str(error)


def unicode(data: bytes, charset: str) -> bytes | None:
    """The body as UTF-8; None where the charset is unknown or the body is not in it."""
    if charset in ("", "utf-8", "utf8", "us-ascii"):
        return data
    try:
        if not codecs.lookup(charset)._is_text_encoding:
            return None
        return data.decode(charset).encode("utf-8")
    except (LookupError, ValueError):
        return None
