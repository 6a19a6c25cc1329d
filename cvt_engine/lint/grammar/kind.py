"""The vocabulary of the grammar rows: a kind of object, and the shapes its fields may have."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from msgspec import Struct, field
from msgspec.structs import replace


class Mode(StrEnum):
    """How a field leads to further objects: not at all, to one, to a list of them, to a map of them, or to a map of lists."""

    LEAF = "leaf"
    ONE = "one"
    LIST = "list"
    MAP = "map"


class Reference(StrEnum):
    """Whether `$ref` may stand for an object of the kind, and what may stand beside it."""

    NO = "no"
    STRICT = "strict"
    OPEN = "open"
    KEYWORD = "keyword"


class Shape(Struct, frozen=True):
    """What a field may hold: a JSON Schema, and the kind of the objects in it."""

    schema: Any
    mode: Mode = Mode.LEAF
    kind: str = ""


class Kind(Struct, frozen=True):
    """One kind of OpenAPI object.

    `patterned` are fields named by a pattern, `rest` is the shape of every other field (None: unknown fields are wrong, unless `open`).
    `least`: at least one of these fields must stand. `clashes`: fields that may not stand beside the key. `needs`: fields that the key needs beside it.
    `switch` is the field whose value selects the narrower kind in `cases`. `extra` is further JSON Schema for what the other fields cannot say.
    """

    name: str
    title: str
    fields: Mapping[str, Shape] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    patterned: tuple[tuple[str, Shape], ...] = ()
    rest: Shape | None = None
    open: bool = False
    extensible: bool = True
    reference: Reference = Reference.NO
    least: tuple[str, ...] = ()
    clashes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    needs: tuple[tuple[str, tuple[str, ...]], ...] = ()
    switch: str = ""
    cases: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)

    def widened(self, **fields: Shape | None) -> Kind:
        """The same kind with fields added, replaced, or (None) removed; `_` in front of a name stands for `$`."""
        merged = dict(self.fields)
        for name, shape in fields.items():
            key = "$" + name[1:] if name.startswith("_") else name
            if shape is None:
                merged.pop(key, None)
            else:
                merged[key] = shape
        return replace(self, fields=merged)


Grammar = Mapping[str, Kind]
"""All kinds of one version by name; the document itself is the kind `Document`."""

ANY: Final = Shape(True)
TEXT: Final = Shape({"type": "string"})
FLAG: Final = Shape({"type": "boolean"})
NUMBER: Final = Shape({"type": "number"})
COUNT: Final = Shape({"type": "integer", "minimum": 0})
POSITIVE: Final = Shape({"type": "number", "exclusiveMinimum": 0})
TEXTS: Final = Shape({"type": "array", "items": {"type": "string"}})
UNIQUE_TEXTS: Final = Shape({"type": "array", "items": {"type": "string"}, "uniqueItems": True})
TEXT_MAP: Final = Shape({"type": "object", "additionalProperties": {"type": "string"}})
ANY_MAP: Final = Shape({"type": "object"})
ANY_LIST: Final = Shape({"type": "array"})


def choice(*values: str) -> Shape:
    """One of a few words."""
    return Shape({"enum": list(values)})


def matching(pattern: str) -> Shape:
    """A text of a given form."""
    return Shape({"type": "string", "pattern": pattern})


def formatted(name: str) -> Shape:
    """A text whose format the version's own schema asserts."""
    return Shape({"type": "string", "format": name})


def link_to(kind: str) -> dict[str, str]:
    """The JSON Schema reference to a kind (or to a `$ref` in its place, where that is allowed)."""
    return {"$ref": f"#/$defs/{kind}"}


def one(kind: str) -> Shape:
    """One object of a kind."""
    return Shape(link_to(kind), Mode.ONE, kind)


def many(kind: str, **limits: Any) -> Shape:
    """A list of objects of a kind."""
    return Shape({"type": "array", "items": link_to(kind), **limits}, Mode.LIST, kind)


def named(kind: str, **limits: Any) -> Shape:
    """A map from names to objects of a kind."""
    return Shape({"type": "object", "additionalProperties": link_to(kind), **limits}, Mode.MAP, kind)


def one_or_flag(kind: str) -> Shape:
    """One object of a kind, or a boolean."""
    return Shape({"if": {"type": "boolean"}, "else": link_to(kind)}, Mode.ONE, kind)
