"""YAML text to a tree."""

from __future__ import annotations

from typing import Any


def read_yaml(data: bytes, uri: str) -> Any:
    """The tree of a YAML text (valid UTF-8, no byte order mark). Raises SyntaxInvalid."""
    from cvt_engine.load.yaml_exact import read_yaml_exactly

    return read_yaml_exactly(data, uri)
