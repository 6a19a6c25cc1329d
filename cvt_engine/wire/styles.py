"""Parameter styles (RFC 6570 and its neighbours): the texts of a parameter as candidates for its value."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import unquote, unquote_plus

from cvt_engine.schema.loc import Conj
from cvt_engine.schema.read import shape_of
from cvt_engine.wire.text import Kinds, kinds_of, listed, many, member, members, merged, scalar

Decode = Callable[[str], str]
Values = list[Any]
"""Readings of what was sent; it fits when any of them fits. The first is the one that errors speak of."""
_SCALARS: Final = frozenset({"string", "number", "boolean", "null"})
DELIMITERS: Final[dict[str, tuple[str, ...]]] = {
    "spaceDelimited": ("%20", "+", " "),
    "pipeDelimited": ("|", "%7C", "%7c"),
    "tabDelimited": ("%09", "\t"),
}
_COMMA: Final = (",",)
_ENCODED_COMMA: Final = re.compile("%2c", re.IGNORECASE)


class MalformedError(Exception):
    """The text is not written in its style; the message continues "the parameter ..."."""


def as_it_is(text: str) -> str:
    """Headers are not percent-encoded."""
    return text


def query_text(text: str) -> str:
    """A name or value of a query."""
    return unquote_plus(text) if "%" in text or "+" in text else text


def path_text(text: str) -> str:
    """A text of a path."""
    return unquote(text) if "%" in text else text


class Style:
    """How one parameter is written, and what it may hold."""

    def __init__(self, name: str, style: str, *, explode: bool, schema: Conj, decode: Decode) -> None:
        self.name = name
        self.style = style
        self.explode = explode
        self.schema = schema
        self.decode = decode
        self.kinds: Kinds = kinds_of(schema)
        self.plain = not self.kinds & {"array", "object"}

    def read(self, texts: list[str]) -> Values:
        """The readings of the texts under the parameter's name, still encoded. Raises MalformedError."""
        texts = [self._bare(text) for text in texts] if self.style in ("label", "matrix") else texts
        if self.plain:
            return self._scalars(texts)
        found: Values = []
        problem: MalformedError | None = None
        for spelling in self._spellings(texts):
            try:
                found += self._read(spelling)
            except MalformedError as error:
                problem = problem or error
        if problem is not None and not found:
            raise problem
        return found

    def _spellings(self, texts: list[str]) -> list[list[str]]:
        """What the texts may stand for. The first is the one that errors speak of.

        In a query, `a%2Cb` is one text by RFC 6570; but most clients encode the commas of what they are given, and most servers decode first and split then.
        Style label without explode separates by commas, and in the table of OpenAPI 3.0.3 by dots.
        """
        if self.explode:
            return [texts]
        if self.style == "label":
            return [texts, *([text.replace(".", ",")] for text in texts if "." in text)]
        if self.decode is not query_text or self._signs() != _COMMA or not any(map(_ENCODED_COMMA.search, texts)):
            return [texts]
        split_last = [_ENCODED_COMMA.sub(",", text) for text in texts]
        return [texts, split_last] if any("," in text for text in texts) else [split_last, texts]

    def _read(self, texts: list[str]) -> Values:
        found: Values = []
        if "array" in self.kinds:
            found.append(many(self.schema, [self.decode(part) for part in self._split(texts)]))
        if "object" in self.kinds and not (self.kinds & _SCALARS and len(self._split(texts)) < 2):
            found.append(members(self.schema, self._pairs(texts)))
        if self.kinds & _SCALARS and len(texts) == 1:
            found += self._scalars(texts)
        if "array" in self.kinds and self.kinds & _SCALARS and len(texts) == 1 and len(self._split(texts)) < 2:
            found.reverse()
        return found

    def _scalars(self, texts: list[str]) -> Values:
        text = self.decode(texts[0])
        value = scalar(text, self.kinds)
        return [value] if value is text or "string" not in self.kinds else [value, text]

    def _bare(self, text: str) -> str:
        """Without the sign that label and matrix style begin with."""
        if self.style == "label":
            if not text.startswith("."):
                raise MalformedError("is written in style label, which begins with a dot")
            return text[1:]
        if self.plain or not self.explode:
            head = f";{self.name}="
            if not text.startswith(head):
                raise MalformedError(f"is written in style matrix, which begins with `;{self.name}=`")
            return text[len(head) :]
        if not text.startswith(";"):
            raise MalformedError("is written in style matrix, which begins with a semicolon")
        return text[1:]

    def _split(self, texts: list[str]) -> list[str]:
        if self.explode and self.style not in ("simple", "label", "matrix"):
            return texts
        if self.explode and self.style == "matrix":
            head = f"{self.name}="
            return [part.removeprefix(head) for text in texts for part in text.split(";")]
        parts = [part for text in texts for part in (_cut(text, self._signs()) if text else [])]
        return [part.strip() for part in parts] if self.decode is as_it_is else parts

    def _signs(self) -> tuple[str, ...]:
        if self.style == "label" and self.explode:
            return (".",)
        return DELIMITERS.get(self.style, _COMMA)

    def _pairs(self, texts: list[str]) -> list[tuple[str, str]]:
        if not self.explode:
            parts = [self.decode(part) for part in self._split(texts)]
            if len(parts) % 2:
                raise MalformedError("has a name without a value: an object is written as name,value,name,value")
            return list(zip(parts[::2], parts[1::2], strict=True))
        signs = (";",) if self.style == "matrix" else self._signs()
        pairs = [part.strip().partition("=") for text in texts for part in (_cut(text, signs) if text else [])]
        if not all(sign for _, sign, _ in pairs):
            raise MalformedError("has a name without a value: an object is written as name=value,name=value")
        return [(self.decode(name), self.decode(value)) for name, _, value in pairs]


def _cut(text: str, signs: tuple[str, ...]) -> list[str]:
    for sign in signs[1:]:
        text = text.replace(sign, signs[0])
    return text.split(signs[0])


def deep(schema: Conj, pairs: list[tuple[str, str]]) -> Any:
    """An object in style deepObject: `p[a]=1&p[b][c]=2&p[d][]=3`; `pairs` are what stands behind the name, and the values. Raises MalformedError."""
    tree: dict[str, Any] = {}
    for way, text in pairs:
        if not way.endswith("]"):
            raise MalformedError("has a bracket without its partner")
        _plant(tree, way[1:-1].split("]["), text)
    return _grown(schema, tree)


def _plant(tree: dict[str, Any], steps: list[str], text: str) -> None:
    *way, last = steps if steps[-1] or len(steps) == 1 else steps[:-1]
    for step in way:
        below = tree.setdefault(step, {})
        if not isinstance(below, dict):
            raise MalformedError("gives one member both a value and members")
        tree = below
    known = tree.setdefault(last, [])
    if not isinstance(known, list):
        raise MalformedError("gives one member both a value and members")
    known.append(text)


def _grown(schema: Conj, tree: dict[str, Any]) -> dict[str, Any]:
    shape = merged(schema)
    found: dict[str, Any] = {}
    for name, below in tree.items():
        inner = member(shape, name)
        found[name] = listed(inner, below) if isinstance(below, list) else _numbered(inner, below)
    return found


def _numbered(schema: Conj, tree: dict[str, Any]) -> Any:
    """`p[a][0]=x&p[a][1]=y` is an array where the schema wants one."""
    if "array" in kinds_of(schema) and "object" not in kinds_of(schema) and all(key.isdigit() for key in tree):
        items = shape_of(schema).items
        return [listed(items, below) if isinstance(below, list) else _numbered(items, below) for below in tree.values()]
    return _grown(schema, tree)
