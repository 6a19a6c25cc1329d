"""Bytes of a file to a Document, JSON or YAML."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from cvt_engine.document import Document
from cvt_engine.errors import SyntaxInvalid
from cvt_engine.load.text import clean, refuse_conflict, refuse_other_encoding


def parse_document(data: bytes, uri: str, like: Document | None = None) -> Document:
    """Parse one file; its tree may share with `like`'s what both say in the same words. Raises SyntaxInvalid.

    A `.json` file is JSON; anything else that opens with a bracket is tried as JSON first, because JSON is YAML and reads faster.
    """
    with _no_collection():
        return _parse(clean(data, uri), uri, like)


def _parse(text: bytes, uri: str, like: Document | None) -> Document:
    if uri.lower().endswith(".json"):
        return _json(text, uri, like)
    if text.lstrip()[:1] in (b"{", b"["):
        try:
            return _json(text, uri, like)
        except SyntaxInvalid as error:
            if uri.lower().endswith((".yaml", ".yml")) and "duplicate key" not in error.message:
                return Document(uri, text, _yaml(text, uri), "yaml")
            raise
    return Document(uri, text, _yaml(text, uri), "yaml")


def _json(text: bytes, uri: str, like: Document | None) -> Document:
    from cvt_engine.load.json_members import read_members
    from cvt_engine.load.json_text import read_json

    try:
        return read_members(text, uri, like) or Document(uri, text, read_json(text, uri), "json")
    except SyntaxInvalid:
        refuse_other_encoding(text, uri)
        refuse_conflict(text, uri)
        raise


def _yaml(text: bytes, uri: str) -> Any:
    from cvt_engine.load.yaml_text import read_yaml

    refuse_other_encoding(text, uri)
    refuse_conflict(text, uri)
    return read_yaml(text, uri)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep the cycle collector from walking a half-built tree again and again: a document has no cycles, and hundreds of thousands of nodes."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
