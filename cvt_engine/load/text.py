"""The checks on the bytes of a file before any parser sees them: size, encoding, merge conflicts."""

from __future__ import annotations

import re
from typing import Final

from cvt_engine.errors import SyntaxInvalid
from cvt_engine.load.limits import MAX_BYTES

_BOM: Final = b"\xef\xbb\xbf"
_WIDE_MARKS: Final = ((b"\xff\xfe\x00\x00", "UTF-32"), (b"\x00\x00\xfe\xff", "UTF-32"), (b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))
_OURS: Final = re.compile(rb"^<<<<<<< ", re.M)
_MIDDLE: Final = re.compile(rb"^=======\r?$", re.M)
_THEIRS: Final = re.compile(rb"^>>>>>>> ", re.M)


def clean(data: bytes, uri: str) -> bytes:
    """The bytes without a byte order mark. Raises SyntaxInvalid (too large, empty, UTF-16 or UTF-32)."""
    if len(data) > MAX_BYTES:
        raise SyntaxInvalid(
            f"the file is larger than {MAX_BYTES // 1048576} MiB",
            where=uri,
            hint="split the description into several files that refer to each other",
        )
    _refuse_wide(data, uri)
    data = data.removeprefix(_BOM)
    if not data or data.isspace():
        raise SyntaxInvalid("the file is empty", where=uri, hint="an OpenAPI description starts with `openapi: 3.1.0` and `info:`")
    return data


def position(data: bytes, offset: int) -> tuple[int, int]:
    """1-based line and column (code points) of a byte offset, for one-off use in an error."""
    start = data.rfind(b"\n", 0, offset) + 1
    return data.count(b"\n", 0, offset) + 1, len(data[start:offset].decode("utf-8", "replace")) + 1


def _refuse_wide(data: bytes, uri: str) -> None:
    name = next((name for mark, name in _WIDE_MARKS if data.startswith(mark)), "")
    if not name and b"\x00" in data[:4]:
        name = "UTF-16 or UTF-32"
    if name:
        raise SyntaxInvalid(f"the file is encoded as {name}", where=uri, hint="save it as UTF-8")


def refuse_other_encoding(data: bytes, uri: str) -> None:
    """Raise SyntaxInvalid at the first byte that is not UTF-8. The JSON reader checks that itself, so it needs this only to explain."""
    if data.isascii():
        return
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line, column = position(data, error.start)
        raise SyntaxInvalid(
            f"byte {error.start} (0x{data[error.start]:02x}) is not UTF-8", where=uri, hint="save the file as UTF-8", line=line, column=column
        ) from None


def refuse_conflict(data: bytes, uri: str) -> None:
    """Raise SyntaxInvalid at the first unresolved merge conflict. No JSON text parses with one, so the JSON reader needs this only to explain."""
    if b"<<<<<<< " not in data or b">>>>>>> " not in data:
        return
    ours = _OURS.search(data)
    middle = _MIDDLE.search(data, ours.end()) if ours else None
    if ours and middle and _THEIRS.search(data, middle.end()):
        line, _ = position(data, ours.start())
        raise SyntaxInvalid(
            "an unresolved merge conflict starts here", where=uri, hint="resolve the merge conflict and remove its marker lines", line=line, column=1
        )
