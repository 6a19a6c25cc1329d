"""Bytes of a file to a Document, JSON or YAML."""

from __future__ import annotations

from typing import Any

from cvt_engine.document import Document
from cvt_engine.errors import SyntaxInvalid
from cvt_engine.load.text import clean


def parse_document(data: bytes, uri: str) -> Document:
    """Parse one file. Raises SyntaxInvalid.

    A `.json` file is JSON; anything else that opens with a bracket is tried as JSON first, because JSON is YAML and reads faster.
    """
    text = clean(data, uri)
    if uri.lower().endswith(".json"):
        return Document(uri, text, _json(text, uri), "json")
    if text.lstrip()[:1] in (b"{", b"["):
        try:
            return Document(uri, text, _json(text, uri), "json")
        except SyntaxInvalid as error:
            if uri.lower().endswith((".yaml", ".yml")) and "duplicate key" not in error.message:
                return Document(uri, text, _yaml(text, uri), "yaml")
            raise
    return Document(uri, text, _yaml(text, uri), "yaml")


def _json(text: bytes, uri: str) -> Any:
    from cvt_engine.load.json_text import read_json

    return read_json(text, uri)


def _yaml(text: bytes, uri: str) -> Any:
    from cvt_engine.load.yaml_text import read_yaml

    return read_yaml(text, uri)
