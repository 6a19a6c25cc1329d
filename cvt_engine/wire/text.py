"""Text on the wire read as JSON values, as the schema's types ask for."""

from __future__ import annotations

import re
from math import isfinite
from typing import Any, Final

from cvt_engine.schema.loc import Conj
from cvt_engine.schema.read import shape_of
from cvt_engine.schema.scalars import FREE
from cvt_engine.schema.shape import Shape

NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?", re.ASCII)
"""A number as JSON writes it (RFC 8259)."""
MAX_DIGITS: Final = 400
"""Longest text that is read as a number."""
_MOST: Final = 150
"""Alternatives looked into for the types of a value."""

Kinds = frozenset[str]
_STRING: Final[Kinds] = frozenset({"string"})


def kinds_of(schema: Conj, known: dict[Conj, Kinds] | None = None) -> Kinds:
    """The JSON types that the schema accepts; numbers of all kinds are `number`. Alternatives that lead back to themselves add nothing."""
    known = {} if known is None else known
    if schema in known:
        return known[schema]
    known[schema] = frozenset()
    shape = shape_of(schema)
    found = shape.types
    for group in shape.groups:
        if len(known) < _MOST:
            found &= frozenset().union(*(kinds_of(branch, known) for branch in group.branches))
    if shape.enum is not None:
        found &= frozenset(kind for kind, _ in shape.enum)
    known[schema] = found | {"null"} if shape.or_null else found
    return known[schema]


def free_text(schema: Conj) -> bool:
    """Whether every text fits the schema, so that it need not be looked at."""
    if not schema:
        return True
    shape = shape_of(schema)
    bound = (shape.enum, shape.max_length, shape.patterns, shape.formats.keys() - FREE, shape.groups, shape.nots, shape.conditions)
    if not shape.typed and shape.implied:
        return False
    return "string" in shape.types and not any(bound) and shape.enum is None and shape.max_length is None and not shape.min_length and not shape.broken


def scalar(text: str, kinds: Kinds) -> Any:
    """The text as the value that the types ask for; as it is where none fits.

    >>> scalar("12", frozenset({"number"})), scalar("12", frozenset({"string"})), scalar("x", frozenset({"number"}))
    (12, '12', 'x')
    """
    if kinds == _STRING:
        return text
    if "number" in kinds and (found := number(text)) is not None:
        return found
    if "boolean" in kinds and text in ("true", "false"):
        return text == "true"
    if "null" in kinds and (text == "null" or (not text and "string" not in kinds)):
        return None
    return text


def number(text: str) -> int | float | None:
    """A number that is written as in JSON, else None."""
    if len(text) > MAX_DIGITS or (match := NUMBER.fullmatch(text)) is None:
        return None
    if match.lastindex is None:
        return int(text)
    found = float(text)
    return found if isfinite(found) else None


def one(schema: Conj, text: str) -> Any:
    """A text by its schema."""
    return scalar(text, kinds_of(schema))


def many(schema: Conj, texts: list[str]) -> list[Any]:
    """Texts of an array, each by the schema of its place."""
    shape = shape_of(schema)
    rest = kinds_of(shape.items)
    return [scalar(text, kinds_of(shape.prefix[index]) if index < len(shape.prefix) else rest) for index, text in enumerate(texts)]


def member(shape: Shape, name: str) -> Conj:
    """The schema of a member of an object."""
    return shape.props.get(name, shape.additional)


def members(schema: Conj, pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """Members of an object, each by its schema; arrays are made where the schema says so."""
    shape = merged(schema)
    found: dict[str, list[str]] = {}
    for name, text in pairs:
        found.setdefault(name, []).append(text)
    return {name: listed(member(shape, name), texts) for name, texts in found.items()}


def listed(schema: Conj, texts: list[str]) -> Any:
    """All texts sent under one name: an array where the schema wants one, else the last one's value."""
    kinds = kinds_of(schema)
    if "array" in kinds and (len(texts) > 1 or not kinds & {"string", "number", "boolean", "null"}):
        return many(schema, texts)
    return scalar(texts[-1], kinds)


def merged(schema: Conj) -> Shape:
    """The normal form with the properties of all alternatives put in: where a text stands for a member, any of them may say its type."""
    shape = shape_of(schema)
    if not shape.groups:
        return shape
    props = dict(shape.props)
    for group in shape.groups:
        for branch in group.branches:
            for name, inner in shape_of(branch).props.items():
                props.setdefault(name, inner)
    return shape.copy(props=props)
