"""Finding out, from their names alone, which of a folder's descriptions belong together as base and revision."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise, takewhile
from pathlib import PurePosixPath
from typing import Final

Pair = tuple[str, str]

KINDS: Final = (".yaml", ".yml", ".json")
BASE: Final = frozenset({"base", "baseswagger"})
REVISION: Final = frozenset({"revision", "revision2", "revisionswagger", "modified", "rev"})
LATER: Final = frozenset({"changed", "exploded", "spec"})
"""Words of a file name that tell its role; the last kind only at the end of a name that tells no other."""
_WORDS: Final = re.compile(r"[-_]")
_SERIES: Final = re.compile(r"(.*?)[-_]?(\d+)")


def pairs(files: Iterable[str]) -> list[Pair]:
    """Every pair that the names suggest, in both directions, sorted. Paths are relative, with forward slashes.

    >>> pairs(["a/x_base.yaml", "a/x_revision.yaml", "b/spec1.yaml", "b/spec2.yaml", "b/notes.txt"])[:2]
    [('a/x_base.yaml', 'a/x_revision.yaml'), ('a/x_revision.yaml', 'a/x_base.yaml')]
    """
    names = sorted(name for name in files if name.endswith(KINDS))
    folders: dict[str, list[str]] = defaultdict(list)
    for name in names:
        folders[str(PurePosixPath(name).parent)].append(name)
    found = set(_sibling_folders(names))
    for members in folders.values():
        found |= {*_roles(members), *_extended(members), *_series(members), *_lone_base(members), *_without(members)}
    return sorted(found | {(revision, base) for base, revision in found})


def _stem(name: str) -> str:
    return PurePosixPath(name).stem


def _role(name: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """The words of a name that tell its role (those of BASE, of REVISION, or none), and the rest."""
    words = _WORDS.split(_stem(name))
    for role in (BASE, REVISION):
        if role & set(words):
            return role, tuple(word for word in words if word not in BASE | REVISION)
    return (REVISION, tuple(words[:-1])) if words[-1] in LATER else (frozenset(), tuple(words))


def _roles(members: list[str]) -> Iterator[Pair]:
    """Names that say `base` and `revision`: equal in their other words; else the base that a revision's words begin with, or that shares most of them."""
    told = [(name, *_role(name)) for name in members]
    bases = [(words, name) for name, role, words in told if role is BASE]
    for name, role, words in told:
        if role is REVISION:
            whole = [key for key, _ in bases if key == words[: len(key)]]
            near = [max(whole, key=len)] if whole else _nearest(words, [key for key, _ in bases])
            yield from ((base, name) for key, base in bases if key in near)


def _nearest(words: tuple[str, ...], keys: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The key that shares the most first words: more than half of them, or it is the only one that shares any."""
    length = max((_common(key, words) for key in keys), default=0)
    near = [key for key in keys if length and _common(key, words) == length]
    return near if length > len(words) // 2 or len(near) == 1 == length else []


def _common(first: tuple[str, ...], second: tuple[str, ...]) -> int:
    return len(list(takewhile(lambda both: both[0] == both[1], zip(first, second, strict=False))))


def _extended(members: list[str]) -> Iterator[Pair]:
    """A name without a role, and those that only add words to it."""
    plain = [(tuple(_WORDS.split(_stem(name))), name) for name in members if not _role(name)[0]]
    for words, name in plain:
        yield from ((name, other) for longer, other in plain if len(words) > 1 and longer != words and longer[: len(words)] == words)


def _series(members: list[str]) -> Iterator[Pair]:
    """`spec1`, `spec2`, `spec3`: neighbours; a name without a number stands before the first."""
    series: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for name in members:
        match = _SERIES.fullmatch(_stem(name))
        series[match[1] if match else _stem(name)].append((int(match[2]) if match else 0, name))
    for numbered in series.values():
        yield from ((first, second) for (_, first), (_, second) in pairwise(sorted(numbered)))


def _lone_base(members: list[str]) -> Iterator[Pair]:
    """A folder's `base` stands before everything else there."""
    base = next((name for name in members if _stem(name) == "base"), None)
    if base is not None:
        yield from ((base, name) for name in members if name != base)


def _without(members: list[str]) -> Iterator[Pair]:
    """`a-enum` and `a-no-enum`."""
    by_words = {tuple(_WORDS.split(_stem(name))): name for name in members}
    for words, name in by_words.items():
        if "no" in words and (other := by_words.get(tuple(word for word in words if word != "no"))):
            yield name, other


def _sibling_folders(names: list[str]) -> Iterator[Pair]:
    """`base/x.yaml` and `revision/x.yaml`."""
    known = set(names)
    for name in names:
        parts = PurePosixPath(name).parts
        if "base" in parts[:-1]:
            other = "/".join("revision" if part == "base" else part for part in parts[:-1]) + "/" + parts[-1]
            if other in known:
                yield name, other
