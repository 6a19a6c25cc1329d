"""The parts of a `$ref` and the names inside a document that one can lead to."""

from __future__ import annotations

import posixpath
import re
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from cvt_engine.document import Document, escape, tokens
from cvt_engine.document.pointer import step

_SCHEME: Final = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:|//)")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_NOT_SCHEMA: Final = frozenset(("example", "examples", "default", "const", "enum"))
_MAX_CANDIDATES: Final = 2000


class Target(NamedTuple):
    """A reference cut at its `#`. `file` is as written without percent-encoding, `fragment` likewise; `absolute` when there is a scheme or host."""

    file: str
    fragment: str
    absolute: bool


def split(ref: str) -> Target:
    """Cut a reference.

    >>> split("a%20b.yaml#/paths/~1x%7Bid%7D")
    Target(file='a b.yaml', fragment='/paths/~1x{id}', absolute=False)
    """
    file, _, fragment = ref.partition("#")
    if "%" in fragment:
        fragment = unquote(fragment)
    absolute = _SCHEME.match(file) is not None
    return Target(unquote(file) if "%" in file and not absolute else file, fragment, absolute)


def join(base: str, file: str) -> str:
    """The path of a referenced file, in the form of the referring one's: POSIX, relative to its folder, normalised.

    >>> join("api/openapi.yaml", "../shared/./pet.yaml")
    'shared/pet.yaml'
    """
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), file))


def has_control(text: str) -> bool:
    """Whether a control character is in it: never part of a real file name."""
    return _CONTROL.search(text) is not None


def named(document: Document, keyword: str) -> dict[str, str]:
    """Pointers of the schemas that carry `$anchor` (or `$dynamicAnchor`) or `$id`, by its value; the first one of a name counts."""
    cache: dict[str, dict[str, str]] = document._cache
    index = cache.get(keyword)
    if index is None:
        index = cache[keyword] = _index(document, (keyword, "$dynamicAnchor") if keyword == "$anchor" else (keyword,))
    return index


def _index(document: Document, keywords: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    if not any(keyword.encode() in document.data for keyword in keywords):
        return found
    seen: set[int] = set()
    stack: list[tuple[str, Any]] = [("", document.tree)]
    while stack:
        pointer, node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if type(node) is dict:
            for keyword in keywords:
                if type(name := node.get(keyword)) is str:
                    found.setdefault(name, pointer)
        stack.extend((f"{pointer}/{escape(key)}", child) for key, child in reversed(_children(node)) if type(child) in (dict, list))
    return found


def _children(node: Any) -> list[tuple[str, Any]]:
    if type(node) is dict:
        return [(key, child) for key, child in node.items() if key not in _NOT_SCHEMA]
    return [(str(index), child) for index, child in enumerate(node)]


def nearest(document: Document, fragment: str) -> str:
    """A fragment that exists and differs from the given one in its last resolvable step, or "" when nothing is near."""
    import difflib

    node, done = document.tree, ""
    for token in tokens(fragment):
        try:
            node = step(node, token)
        except KeyError:
            names = [key for key in list(node)[:_MAX_CANDIDATES] if type(key) is str] if type(node) is dict else []
            near = difflib.get_close_matches(token[:200], names, n=1, cutoff=0.6)
            return f"#{done}/{escape(near[0])}" if near else ""
        done += "/" + escape(token)
    return ""
