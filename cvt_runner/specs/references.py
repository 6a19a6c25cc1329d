"""Which other files a specification reaches, from its bytes alone, so that unchanged specifications need no parse.

This may say "not sure", never "no other file" wrongly: whoever asks then treats the specification as changed.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

# The key and its value, quoted or plain, on one line. A key that is spelled any other way is counted by _MENTION but not matched here.
_REFERENCE: Final = re.compile(rb"""\$ref["']?[ \t]*:[ \t\r\n]*(?:"([^"\\\r\n]*)"|'([^'\r\n]*)'|([^\s"'{}\[\],&*!|>%@`#][^\s,}\]]*))""")
_MENTION: Final = re.compile(rb"""\$ref|\$r?e?\\|\\u0024|\\x24|\\U00000024""")
_MAPPING: Final = re.compile(rb"""externalValue|operationRef|\$dynamicRef|\$recursiveRef|\$id|mapping|<<""")


@dataclass(frozen=True, slots=True)
class References:
    """`files` are the other files named, relative to the repository; `certain` is false when there may be more."""

    files: frozenset[str]
    certain: bool


def references(data: bytes, path: str) -> References:
    """The files that the bytes of one file refer to.

    >>> sorted(references(b'a: {$ref: "../b.yaml#/x"}', "api/a.yaml").files)
    ['b.yaml']
    """
    found = _REFERENCE.findall(data)
    certain = len(found) == len(_MENTION.findall(data)) and not _mapped_files(data)
    files = set()
    for quoted, single, plain in found:
        target, certain_target = _file(quoted or single or plain, path)
        certain = certain and certain_target
        if target:
            files.add(target)
    return References(frozenset(files), certain)


def _mapped_files(data: bytes) -> bool:
    """Discriminator mappings and a few rare keywords name files without `$ref`; only a document that has both them and a file name matters."""
    return _MAPPING.search(data) is not None and re.search(rb"""\.(?:ya?ml|json)\b|\./""", data) is not None


def _file(reference: bytes, path: str) -> tuple[str, bool]:
    name = reference.split(b"#", 1)[0].decode("utf-8", "surrogateescape")
    if not name:
        return "", True
    if "://" in name or "%" in name or "\\" in name:
        return "", False
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), name)), True


def reaches(path: str, *, read: Callable[[str], bytes | None]) -> References:
    """All files that a specification reaches, itself left out. A file that cannot be read makes the answer uncertain."""
    seen, todo, certain = {path}, [path], True
    while todo:
        current = todo.pop()
        data = read(current)
        if data is None:
            certain = False
            continue
        direct = references(data, current)
        certain = certain and direct.certain
        todo.extend(direct.files - seen)
        seen |= direct.files
    return References(frozenset(seen - {path}), certain)
