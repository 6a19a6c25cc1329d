"""Schemas that stand for bytes."""

from __future__ import annotations

from cvt_engine.schema.loc import Conj
from cvt_engine.schema.read import shape_of
from cvt_engine.schema.shape import Shape


def is_bytes(schema: Conj) -> bool:
    """Does it stand for any bytes: `format: binary` of 2.0 and 3.0, or nothing at all as in 3.1?"""
    shape = shape_of(schema)
    return says_nothing(shape) or (shape.types == {"string"} and shape.formats.keys() == {"binary"} and shape.where.keys() <= {"type", "format"})


def says_nothing(shape: Shape) -> bool:
    """Nothing is said about values, but perhaps what they mean."""
    return not (shape.typed or shape.where or shape.props or shape.required or shape.groups or shape.broken or shape.or_null)
