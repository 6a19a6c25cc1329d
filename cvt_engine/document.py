"""A parsed source file: its tree, its bytes, and the way from a JSON pointer to file, line and column."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cvt_engine.finding import Excerpt, Position


def escape(token: str) -> str:
    """Escape one JSON pointer token (RFC 6901).

    >>> escape("/pets/{id}~")
    '~1pets~1{id}~0'
    """
    return token.replace("~", "~0").replace("/", "~1")


def unescape(token: str) -> str:
    """Undo `escape`."""
    return token.replace("~1", "/").replace("~0", "~")


@dataclass(frozen=True, slots=True)
class Document:
    """One source file. `uri` is the path shown to people, relative to the repository where there is one; `format` is `json` or `yaml`."""

    uri: str
    data: bytes
    tree: Any
    format: str
    _cache: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def node(self, pointer: str) -> Any:
        """The value at a JSON pointer (`""` is the whole document); raises KeyError where there is none."""
        raise NotImplementedError

    def locate(self, pointer: str, *, key: bool = True) -> tuple[Position, bool]:
        """Position of the element, and whether it exists; otherwise the position of its nearest existing parent.

        The region runs from the element's key (its value when `key` is false, or in an array) to the end of its value.
        """
        raise NotImplementedError

    def excerpt(self, pointer: str, *, max_lines: int = 6) -> Excerpt:
        """Position plus the first source lines of the element (or of its nearest existing parent, `exact=False`)."""
        raise NotImplementedError


class Version:
    """The OpenAPI versions the engine knows: values of `Spec.version`."""

    V2 = "2.0"
    V30 = "3.0"
    V31 = "3.1"
    V32 = "3.2"
