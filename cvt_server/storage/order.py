"""How versions are ordered: Semantic Versioning 2.0.0 where they follow it, dates as numbers, by their numbers and words where they are neither."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_PRE: Final = r"(?:-(?P<pre>[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?"
_BUILD: Final = r"(?:\+(?P<build>[0-9A-Za-z.-]+))?"
_NUMBER: Final = r"(?:0|[1-9][0-9]{0,17})"
_SEMANTIC: Final = re.compile(rf"[vV]?(?P<core>{_NUMBER}(?:\.{_NUMBER}){{0,2}}){_PRE}{_BUILD}")
_DATE: Final = re.compile(rf"[vV]?(?P<core>(?:19|20|21)[0-9]{{2}}(?P<by>[-.])(?:0[1-9]|1[0-2])(?:(?P=by)(?:0[1-9]|[12][0-9]|3[01]))?){_PRE}{_BUILD}")
_PARTS: Final = re.compile(r"[0-9]+|[^0-9]+")
_WIDTH: Final = 20
_RELEASE: Final = "~"
"""Above every character of a pre-release, as a release is above its pre-releases."""


class Rank(NamedTuple):
    """`key` compares as text, byte by byte, like the versions themselves; `released` is false for pre-releases."""

    key: str
    released: bool


def rank(version: str) -> Rank:
    """Where a version stands. Texts that are neither semantic versions nor dates stand below those that are, in their natural order.

    Build metadata says nothing about precedence; it only settles the order of versions that differ in nothing else.

    >>> sorted(["1.10.0", "1.9.0", "2.0.0-rc.1", "2.0.0", "draft", "2024-01-15"], key=lambda v: rank(v).key)
    ['draft', '1.9.0', '1.10.0', '2.0.0-rc.1', '2.0.0', '2024-01-15']
    """
    match = _DATE.fullmatch(version) or _SEMANTIC.fullmatch(version)
    if match is None:
        return Rank("0" + _natural(version), released=True)
    numbers = [*re.split(r"[-.]", match["core"]), "0", "0"][:3]
    core = ".".join(number.zfill(_WIDTH) for number in numbers)
    pre, build = match["pre"], match["build"]
    state = _RELEASE if pre is None else "," + ",".join(_identifier(part) for part in pre.split("."))
    return Rank(f"1{core}{state}{'' if build is None else '+' + _natural(build)}", released=pre is None)


def twins(version: str) -> tuple[str, ...]:
    """The same version with and without its `v`, which people mix up."""
    return (version[1:],) if version[:1] in ("v", "V") else (f"v{version}", f"V{version}")


def _identifier(part: str) -> str:
    return _number(part) if part.isdecimal() else "1" + part


def _natural(text: str) -> str:
    return "".join(_number(part)[1:] if part.isdecimal() and part.isascii() else part for part in _PARTS.findall(text))


def _number(digits: str) -> str:
    number = digits.lstrip("0") or "0"
    return f"0{len(number):05d}{number}"
