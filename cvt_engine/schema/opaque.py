"""Schemas that stand for bytes."""

from __future__ import annotations

from cvt_engine.schema.loc import Conj
from cvt_engine.schema.read import shape_of
from cvt_engine.schema.shape import Shape


def is_bytes(schema: Conj) -> bool:
    """Does it stand for any bytes: `format: binary` of 2.0 and 3.0, or nothing at all as in 3.1?"""
    shape = shape_of(schema)
    if says_nothing(shape):
        return True
    named = shape.formats.keys() == {"binary"} or (not shape.formats and _is_media(schema))
    return named and shape.types == {"string"} and shape.where.keys() <= {"type", "format"}


def bytes_in(schema: Conj) -> str:
    """How it holds bytes, or a list of them: `raw`, `base64`, or '' where it holds none."""
    schema = items_of(schema)
    shape = shape_of(schema)
    encoded = "byte" in shape.formats or "base64" in shape.contents
    return "raw" if is_bytes(schema) else "base64" if encoded and shape.types == {"string"} else ""


def items_of(schema: Conj) -> Conj:
    """What the items of a list are, or the schema itself."""
    shape = shape_of(schema)
    return shape.items if shape.types == {"array"} and not shape.prefix else schema


def _is_media(schema: Conj) -> bool:
    """Is it said to be of a media type that is no text, as generators of 3.1 write what was `format: binary`?"""
    kinds = [str(loc.node["contentMediaType"]).lower() for loc in schema if isinstance(loc.node, dict) and "contentMediaType" in loc.node]
    return bool(kinds) and not any(kind.startswith("text/") or "json" in kind or "xml" in kind for kind in kinds)


def says_nothing(shape: Shape) -> bool:
    """Nothing is said about values, but perhaps what they mean."""
    return not (shape.typed or shape.where or shape.props or shape.required or shape.groups or shape.broken or shape.or_null)
