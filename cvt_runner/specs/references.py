"""Which other files a specification reaches, from its bytes alone, so that unchanged specifications need no parse.

This may say "not sure", never "no other file" wrongly: whoever asks then treats the specification as changed.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

# The key and its value, quoted or plain. A key that is spelled any other way is mentioned but not matched here.
_REFERENCE: Final = re.compile(rb"""\$ref["']?[ \t]*:[ \t\r\n]*(?:"([^"\\\r\n]*)"|'([^'\r\n]*)'|([^\s"'{}\[\],&*!|>%@`#][^\s,}\]]*))""")
_LOCAL: Final = re.compile(rb"""\$ref["']?[ \t]*:[ \t]*["']#""")
_KEY: Final = b"$ref"
_DISGUISE: Final = re.compile(rb"""\\(?:u0024|x24|U00000024)|(?<=\$)\\|(?<=\$r)\\|(?<=\$re)\\""")
# Keywords that name files without `$ref`, or move the place that file names start from.
_OTHER_WAYS: Final = (b"mapping", b"<<", b"$id", b"externalValue", b"operationRef", b"$dynamicRef", b"$recursiveRef")
_FILE_NAMES: Final = (b"./", b".json", b".yaml", b".yml")


@dataclass(frozen=True, slots=True)
class References:
    """`files` are the other files named, relative to the repository; `certain` is false when there may be more."""

    files: frozenset[str]
    certain: bool


@lru_cache(maxsize=8192)
def references(data: bytes, path: str) -> References:
    """The files that the bytes of one file refer to.

    >>> sorted(references(b'a: {$ref: "../b.yaml#/x"}', "api/a.yaml").files)
    ['b.yaml']
    """
    mentions = data.count(_KEY)
    certain = not (b"\\" in data and _DISGUISE.search(data)) and not _names_files_otherwise(data)
    if mentions == len(_LOCAL.findall(data)):
        return References(frozenset(), certain)
    found = _REFERENCE.findall(data)
    certain = certain and len(found) == mentions
    files = set()
    for quoted, single, plain in found:
        target, known = _file(quoted or single or plain, path)
        certain = certain and known
        if target:
            files.add(target)
    return References(frozenset(files), certain)


def _names_files_otherwise(data: bytes) -> bool:
    """Discriminator mappings and a few rare keywords matter only in a document that holds something like a file name."""
    return any(name in data for name in _FILE_NAMES) and any(way in data for way in _OTHER_WAYS)


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
