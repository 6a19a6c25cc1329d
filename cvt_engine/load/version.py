"""Which version of OpenAPI a document declares, and whether a file looks like a description at all."""

from __future__ import annotations

import re
from typing import Any, Final

from cvt_engine.document import Document, Version
from cvt_engine.errors import SyntaxInvalid
from cvt_engine.load.json_text import shown

_OPENAPI: Final = re.compile(r"3\.([012])\.\d+(?:-[\w.+-]+)?", re.A)
_LINES: Final = {"0": Version.V30, "1": Version.V31, "2": Version.V32}
_LATEST: Final = {"3.0": "3.0.4", "3.1": "3.1.2", "3.2": "3.2.0"}
_KNOWN: Final = 'CVT reads `swagger: "2.0"` and `openapi:` 3.0.x, 3.1.x and 3.2.x'
_KEY: Final = re.compile(rb"""(?:^(?:\xef\xbb\xbf)?|[{,][ \t\r\n]*)(["']?)(?:openapi|swagger)\1[ \t\r\n]*:[ \t\r\n]*["']?[0-9]""", re.M)
_HEAD: Final = 4096


def version_of(document: Document) -> str:
    """`2.0`, `3.0`, `3.1` or `3.2`. Raises SyntaxInvalid with rule `document-version`."""
    tree = document.tree
    if type(tree) is not dict:
        raise _unknown(document, "", f"the document is {_kind(tree)}, not an OpenAPI description", _KNOWN)
    if "openapi" in tree:
        return _openapi(document, tree["openapi"])
    if "swagger" in tree:
        return _swagger(document, tree["swagger"])
    raise _unknown(document, "", "the document declares no OpenAPI version: `openapi` or `swagger` is missing at the top", _missing_hint(tree))


def looks_like_openapi(data: bytes) -> bool:
    """Whether a file may be an OpenAPI description: a version key with a number stands at the start of a line or of a mapping.

    Cheap (no parsing), meant for sifting thousands of files; a file that passes may still turn out to be something else.

    >>> looks_like_openapi(b"openapi: 3.1.0"), looks_like_openapi(b"name: openapi")
    (True, False)
    """
    if b"\x00" in data[:_HEAD] or (b"openapi" not in data and b"swagger" not in data):
        return False
    return _KEY.search(data) is not None


def _openapi(document: Document, value: Any) -> str:
    if type(value) is str:
        found = _OPENAPI.fullmatch(value)
        if found:
            return _LINES[found.group(1)]
    text = value if type(value) is str else f"{value}"
    latest = next((full for line, full in _LATEST.items() if text == line or text.startswith(line + ".")), "")
    hint = f"write `openapi: {latest}`: the version has three parts" if latest else _KNOWN
    raise _unknown(document, "/openapi", f"`openapi` is {_shown(value)}, not a version that CVT knows", hint)


def _swagger(document: Document, value: Any) -> str:
    if value == "2.0" and type(value) is str:
        return Version.V2
    hint = 'quote it: `swagger: "2.0"`' if value in (2, "2") else _KNOWN
    raise _unknown(document, "/swagger", f"`swagger` is {_shown(value)}, not a version that CVT knows", hint)


def _shown(value: Any) -> str:
    if type(value) is str:
        return shown(value)
    return f"the number {value}" if type(value) in (int, float) else _kind(value)


def _kind(value: Any) -> str:
    names = {dict: "a mapping", list: "a list", str: "plain text", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")


def _missing_hint(tree: dict[str, Any]) -> str:
    import difflib

    for key in list(tree)[:100]:
        near = difflib.get_close_matches(key.lower(), ("openapi", "swagger"), n=1, cutoff=0.8)
        if near:
            return f"did you mean `{near[0]}` instead of {shown(key)}? " + _KNOWN
    other = next((name for name in ("asyncapi", "arazzo", "overlay") if name in tree), "")
    return f"this is a document of another kind ({other}). " + _KNOWN if other else _KNOWN


def _unknown(document: Document, pointer: str, message: str, hint: str) -> SyntaxInvalid:
    where, _ = document.locate(pointer)
    return SyntaxInvalid(message, where=document.uri, hint=hint, line=where.line, column=where.column, rule="document-version")
