"""How versions are ordered: Semantic Versioning 2.0.0 where they follow it, by their numbers and words where they do not."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_SEMANTIC: Final = re.compile(
    r"[vV]?(?P<core>(?:0|[1-9][0-9]{0,17})(?:\.(?:0|[1-9][0-9]{0,17})){0,2})(?:-(?P<pre>[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]+)?"
)
_PARTS: Final = re.compile(r"[0-9]+|[^0-9]+")
_WIDTH: Final = 20
_RELEASE: Final = "~"
"""Above every character of a pre-release, as a release is above its pre-releases."""


class Rank(NamedTuple):
    """`key` compares as text, byte by byte, like the versions themselves; `released` is false for pre-releases."""

    key: str
    released: bool


def rank(version: str) -> Rank:
    """Where a version stands. Texts that are no semantic versions stand below those that are, in their natural order; build metadata does not count.

    >>> sorted(["1.10.0", "1.9.0", "2.0.0-rc.1", "2.0.0", "draft"], key=lambda v: rank(v).key)
    ['draft', '1.9.0', '1.10.0', '2.0.0-rc.1', '2.0.0']
    """
    match = _SEMANTIC.fullmatch(version)
    if match is None:
        return Rank("0" + "".join(_natural(part) for part in _PARTS.findall(version)), released=True)
    numbers = [*match["core"].split("."), "0", "0"][:3]
    core = ".".join(number.zfill(_WIDTH) for number in numbers)
    pre = match["pre"]
    return Rank(f"1{core}{_RELEASE if pre is None else ',' + ','.join(_identifier(part) for part in pre.split('.'))}", released=pre is None)


def _identifier(part: str) -> str:
    if not part.isdecimal():
        return "1" + part
    number = part.lstrip("0") or "0"
    return f"0{len(number):05d}{number}"


def _natural(part: str) -> str:
    if not part.isdecimal() or not part.isascii():
        return part
    number = part.lstrip("0") or "0"
    return f"{len(number):05d}{number}"
