"""Our own YAML files (`cvt.yaml`, `.cvt-waivers.yaml`): parsed by the engine, so that every complaint has a file and a line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cvt_engine.document import Document, escape
from cvt_engine.errors import EngineError
from cvt_engine.facade import parse_document
from cvt_runner.console import printable
from cvt_runner.errors import UsageError


def parse(data: bytes, path: str) -> Document | None:
    """The document, None when it holds nothing but blanks and comments. Raises UsageError naming file, line and column."""
    meaningful = (line.split(b"#", 1)[0].strip() for line in data.removeprefix(b"\xef\xbb\xbf").splitlines())
    if not any(line not in (b"", b"---") for line in meaningful):
        return None
    try:
        return parse_document(data, path)
    except EngineError as error:
        raise UsageError(str(error)) from None


def where(document: Document, *tokens: str | int) -> str:
    """`file:line` of an element."""
    position, _ = document.locate("".join("/" + escape(str(token)) for token in tokens))
    return f"{printable(position.file)}:{position.line}"


def line_of(document: Document, *tokens: str | int) -> int:
    """The 1-based line of an element."""
    return document.locate("".join("/" + escape(str(token)) for token in tokens))[0].line


def nearest(name: str, valid: Iterable[str]) -> str:
    """A hint with the nearest valid name, else all of them."""
    import difflib

    names = sorted(valid)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    return f"did you mean {near[0]!r}?" if near else f"valid: {', '.join(names)}"


def check_keys(node: Mapping[Any, Any], valid: Iterable[str], *, document: Document, at: tuple[str | int, ...] = ()) -> None:
    """Raise UsageError for the first key that does not exist."""
    allowed = frozenset(valid)
    for key in node:
        if key not in allowed:
            shown = printable(str(key))
            raise UsageError(f"{where(document, *at, str(key))}: there is no key {shown!r}", hint=nearest(str(key), allowed))
