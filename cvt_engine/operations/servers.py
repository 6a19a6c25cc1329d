"""Server URLs with their variables filled in."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product
from typing import Any, Final

MOST: Final = 50
"""Addresses written out for one server with variables; the rest of a larger product is not looked at."""


def filled(url: str, variables: Any) -> Iterator[str]:
    """The URL with each variable replaced by each of its values: the listed ones, else the default."""
    known = {name: _values(item) for name, item in variables.items()} if isinstance(variables, dict) else {}
    used = [name for name, values in known.items() if values and f"{{{name}}}" in url]
    for choice in islice(product(*(known[name] for name in used)), MOST):
        text = url
        for name, value in zip(used, choice, strict=True):
            text = text.replace(f"{{{name}}}", value)
        yield text


def _values(variable: Any) -> list[str]:
    if not isinstance(variable, dict):
        return []
    listed = variable.get("enum")
    found = [item for item in listed if isinstance(item, str)] if isinstance(listed, list) else []
    default = variable.get("default")
    return found or ([default] if isinstance(default, str) else [])
