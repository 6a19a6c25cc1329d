"""What schemas say beside the values they accept: announcements, access, content of strings, discriminators without their alternatives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from cvt_engine.change import Act, Change, Ref
from cvt_engine.diff.lifecycle import Mark, marks
from cvt_engine.errors import EngineError
from cvt_engine.schema.loc import Conj, Loc
from cvt_engine.schema.node import Node
from cvt_engine.schema.read import shape_of
from cvt_engine.schema.shape import Shape
from cvt_engine.schema.values import show

KEYWORDS: Final = ("deprecated", "x-sunset", "x-stability-level", "x-extensible-enum", "contentMediaType", "contentSchema")


def changes(node: Node) -> Iterator[Change]:
    """The facts of one compared pair that the comparison of sets leaves out."""
    if not node.base or not node.revision or node.base == node.revision:
        return
    old, new = _written(node.base), _written(node.revision)
    shapes = shape_of(node.base), shape_of(node.revision)
    for mark in (*marks(old, new), *_content(old, new), *_access(*shapes), *_discriminators(*shapes)):
        sites = (_site(node.base, mark.keyword), _site(node.revision, mark.keyword))
        yield Change(mark.aspect, mark.act, node.mode.side, *sites, mark.subject, mark.before, mark.after, mark.traits)


def _written(schema: Conj) -> dict[str, Any]:
    """The annotations of a conjunction; the first place that has one wins."""
    found: dict[str, Any] = {}
    for loc in _places(schema):
        for keyword in KEYWORDS:
            if keyword in loc.node:
                found.setdefault(keyword, loc.node[keyword])
    return found


def _places(schema: Conj) -> Iterator[Loc]:
    for loc in schema:
        if isinstance(loc.node, dict):
            yield loc
            if isinstance(loc.node.get("$ref"), str):
                try:
                    target = loc.source.follow(loc)
                except EngineError:
                    continue
                if target is not loc and isinstance(target.node, dict):
                    yield target


def _site(schema: Conj, keyword: str) -> Ref:
    home = next((loc for loc in _places(schema) if keyword in loc.node), None)
    return home.where(keyword) if home else schema[0].ref


def _content(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Mark]:
    for keyword, aspect in (("contentMediaType", "content-media-type"), ("contentSchema", "content-schema")):
        before, after = old.get(keyword), new.get(keyword)
        if before != after:
            act = Act.ADDED if before is None else Act.REMOVED if after is None else Act.CHANGED
            first, second = (None if value is None else show(value, limit=60) for value in (before, after))
            yield Mark(aspect, act, keyword, first, second)


def _access(old: Shape, new: Shape) -> Iterator[Mark]:
    before, after = _rights(old), _rights(new)
    if before != after:
        yield Mark("access", Act.CHANGED, "readOnly" if old.read_only != new.read_only else "writeOnly", before, after)


def _rights(shape: Shape) -> str:
    words = [word for word, said in (("read-only", shape.read_only), ("write-only", shape.write_only)) if said]
    return " and ".join(words) or "read and write"


def _discriminators(old: Shape, new: Shape) -> Iterator[Mark]:
    before, after = old.discriminators[:1], new.discriminators[:1]
    if bool(before) != bool(after):
        act = Act.ADDED if after else Act.REMOVED
        first, second = (found[0].prop if found else None for found in (before, after))
        yield Mark("discriminator", act, "discriminator", first, second, first or second or "")
