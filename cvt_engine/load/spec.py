"""An OpenAPI description: its entry document, its version, and every document its references reach."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cvt_engine.document import Document

Reader = Callable[[str], bytes]
"""Reads a file by the path shown to people (POSIX separators). Raises SourceMissing. Confinement to the repository is the reader's job."""


@dataclass(frozen=True, slots=True)
class Location:
    """An element of a document: which file, where in it, and the value."""

    document: Document
    pointer: str
    node: Any


@dataclass(slots=True)
class Spec:
    """A loaded description. `version` is `2.0`, `3.0`, `3.1` or `3.2`; `documents` maps uri to every file read so far."""

    entry: Document
    version: str
    read: Reader
    documents: dict[str, Document] = field(default_factory=dict)

    def resolve(self, ref: str, base: Document) -> Location:
        """Follow one `$ref` (fragment, relative file, or both) from `base`.

        Chains are followed to the first value that is not itself a lone reference. Raises RefUnresolved (missing target, cycle of bare
        references, external URL while off, path outside the tree).
        """
        raise NotImplementedError


def load_spec(read: Reader, uri: str) -> Spec:
    """Read, parse and recognise a description.

    Raises SourceMissing (no such file), SyntaxInvalid (not UTF-8, empty, merge-conflict marker, bad JSON or YAML, duplicate key, alias
    bomb, nested too deep, too large, or not an OpenAPI document of a known version).
    """
    raise NotImplementedError
