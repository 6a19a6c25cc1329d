"""JSON pointers (RFC 6901): tokens in, tokens out, and the walk through a tree."""

from __future__ import annotations

from typing import Any


def escape(token: str) -> str:
    """Escape one JSON pointer token (RFC 6901).

    >>> escape("/pets/{id}~")
    '~1pets~1{id}~0'
    """
    return token.replace("~", "~0").replace("/", "~1") if "/" in token or "~" in token else token


def unescape(token: str) -> str:
    """Undo `escape`."""
    return token.replace("~1", "/").replace("~0", "~")


def tokens(pointer: str) -> list[str]:
    """The unescaped tokens of a pointer; a leading slash is forgiven when missing.

    >>> tokens("/paths/~1pets/get")
    ['paths', '/pets', 'get']
    """
    if not pointer:
        return []
    body = pointer[1:] if pointer[0] == "/" else pointer
    parts = body.split("/")
    return [unescape(part) for part in parts] if "~" in body else parts


def step(node: Any, token: str) -> Any:
    """The child of a mapping or sequence; raises KeyError where there is none."""
    if type(node) is dict:
        return node[token]
    if type(node) is list and token.isascii() and token.isdigit() and str(int(token[:12])) == token and int(token) < len(node):
        return node[int(token)]
    raise KeyError(token)


def walk(tree: Any, path: list[str]) -> Any:
    """Follow tokens from the root of a tree; raises KeyError where one leads nowhere."""
    node = tree
    for token in path:
        node = step(node, token)
    return node
