"""YAML text to a tree: by the fast reader where it is worth it and sure of itself, else by the exact one."""

from __future__ import annotations

from typing import Any

from cvt_engine.load.yaml_fast import MIN_BYTES, UNSURE, read_yaml_fast


def read_yaml(data: bytes, uri: str) -> Any:
    """The tree of a YAML text (valid UTF-8, no byte order mark). Raises SyntaxInvalid.

    Both readers give the same tree; only the exact one reports errors, because only it has positions.
    """
    tree = read_yaml_fast(data) if len(data) >= MIN_BYTES else UNSURE
    if tree is not UNSURE:
        return tree
    from cvt_engine.load.yaml_exact import read_yaml_exactly

    return read_yaml_exactly(data, uri)
