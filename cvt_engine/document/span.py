"""Where an element stands in the bytes of a file."""

from __future__ import annotations

from typing import NamedTuple, Protocol


class Span(NamedTuple):
    """Byte offsets: the key's first byte (the value's where there is no key), the value's first byte, and one past its last."""

    key: int
    start: int
    end: int


class Spans(Protocol):
    """Finds elements of one file."""

    def find(self, path: list[str]) -> tuple[Span, int]:
        """Span of the deepest existing element on the path, and how many tokens of the path led there."""
        ...
