"""Response properties as paths, so that what a consumer reads and what a finding speaks of can be held against each other."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, TypeAlias

Path: TypeAlias = "tuple[str, ...]"

_INDEX: Final = re.compile(r"\[[^\]]*\]")
_LONGEST: Final = 2_000


def path_of(text: str) -> Path:
    """A dot path without array steps; it ends before the first step that stands for names nobody can list, such as `{*}`.

    Numbers between dots are array steps too. Cutting a path short makes it speak of more, never of less.

    >>> path_of("items[].price"), path_of("$.items.0.price"), path_of("labels.{*}.text")
    (('items', 'price'), ('items', 'price'), ('labels',))
    """
    text = text[:_LONGEST].partition("{")[0].replace(" > ", ".")
    steps = _INDEX.sub("", text).split(".")
    return tuple(step for step in steps if step and step not in ("$", "*") and not step.isdigit())


class Fields:
    """The fields that are read. A field that others lie within is only the way to them; one without stands for all it holds."""

    __slots__ = ("_leaves", "_ways")

    def __init__(self, paths: Iterable[Path]) -> None:
        found = set(paths)
        self._ways = frozenset(path[:length] for path in found for length in range(len(path) + 1))
        inner = {path[:length] for path in found for length in range(len(path))}
        self._leaves = frozenset(found - inner)

    def touch(self, path: Path) -> bool:
        """Is the property read, or something inside of it, or the whole that it is part of?"""
        if path in self._ways:
            return True
        for length in range(1, len(path)):  # noqa: SIM110 (runs for every consumer: a generator costs as much as the look-ups)
            if path[:length] in self._leaves:
                return True
        return False


def fields_of(texts: tuple[str, ...]) -> Fields | None:
    """The fields of a usage; None where any may be read."""
    paths = [path_of(text) for text in texts]
    return Fields(paths) if paths and all(paths) else None
