"""Members by pattern, where two shapes hold at once: each says what the names may be that the other one lets through."""

from __future__ import annotations

from typing import Final

from cvt_engine.schema.loc import Conj
from cvt_engine.schema.shape import Shape, closed, join
from cvt_engine.schema.texts import Texts, remains

MOST: Final = 8
"""Patterns of one shape that are held against each other; beside more, each says what it says alone."""


def pattern_props(first: Shape, second: Shape) -> dict[str, Conj]:
    """What both say of names that match a pattern. A name that one shape does not speak of is left to its rule for all others."""
    if not first.pattern_props and not second.pattern_props:
        return {}
    found: dict[str, Conj] = {}
    for shape, other in ((first, second), (second, first)):
        for pattern, schema in shape.pattern_props.items():
            for name, said in _beside(other, pattern, schema).items():
                found[name] = join(found.get(name, ()), said)
    return found


def _beside(other: Shape, pattern: str, schema: Conj) -> dict[str, Conj]:
    """What a pattern says beside another shape: less where that is closed to some of its names. What cannot be told stays as it is."""
    if not other.additional or pattern in other.pattern_props or len(other.pattern_props) > MOST:
        return {pattern: schema}
    mine = _matching(pattern)
    theirs = {name: _matching(name) for name in other.pattern_props}
    if any(mine.within(texts) for texts in theirs.values()):
        return {pattern: schema}
    inside = [name for name, texts in theirs.items() if texts.within(mine)]
    if any(name not in inside and remains(Texts(frozenset({pattern, name})), ()) is not False for name in theirs):
        return {pattern: schema}
    if closed(other.additional):
        return dict.fromkeys(inside, schema)
    return {pattern: schema if inside else join(schema, other.additional)}


def _matching(pattern: str) -> Texts:
    return Texts(frozenset({pattern}))
