"""A bounded search for a value that proves a break, independent of what the comparison found.

Operations are matched by path and method alone, and so are parameters, bodies and responses; below that, properties by name and items by place. For each
such pair of schemas, values are made from the side that gives them and judged by compiled validators of both sides.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final, NamedTuple

from cvt_engine.change import Act, Change, Direction
from cvt_engine.facade import Spec
from cvt_engine.operations.model import Media, Operation
from cvt_engine.operations.read import methods, operation, path_items, template
from cvt_engine.schema.loc import Conj, Source
from cvt_engine.schema.node import Mode, Near, Node
from cvt_engine.schema.read import shape_of
from cvt_engine.schema.sample import NOTHING
from cvt_engine.schema.shape import Shape
from cvt_engine.schema.witness import Judge, Proof, Prover

ASPECTS: Final = (
    *("type", "enum", "minimum", "min-length", "min-items", "multiple-of", "pattern", "format", "unique-items", "contains", "additional-properties"),
    *("condition", "not", "alternative"),
)
"""What the values are made for: each aspect brings values of its own."""
DEPTH: Final = 6
MOST_PAIRS: Final = 2_000


class Pair(NamedTuple):
    """Two schemas that stand at the same place, and how their value travels."""

    place: str
    base: Conj
    revision: Conj
    mode: Mode


def search(base: Spec, revision: Spec, *, only: str = "") -> Iterator[tuple[str, Proof]]:
    """The first proof of a break at every place where one is found, in all operations or in `only` one."""
    sources = Source(base), Source(revision)
    prover = Prover(*sources)
    takers = {Direction.REQUEST: Judge(sources[1], Direction.REQUEST), Direction.RESPONSE: Judge(sources[0], Direction.RESPONSE)}
    for pair in islice(pairs(*sources, only=only), MOST_PAIRS):
        for proof in _proofs(prover, pair):
            if not (pair.mode.text and _unwritten(proof.value, pair, takers[pair.mode.side])):
                yield pair.place, proof
                break


def _proofs(prover: Prover, pair: Pair) -> Iterator[Proof]:
    known = _declared(pair.base)
    node = Node(pair.base, pair.revision, pair.mode, Near(None, None))
    for aspect in ASPECTS:
        proof = prover.prove(Change(aspect, Act.CHANGED, pair.mode.side), node)
        if proof is not None and proof.value is not NOTHING and _names(proof.value) <= known:
            yield proof


def _unwritten(value: Any, pair: Pair, taker: Judge) -> bool:
    """Does the value not exist as text, or is it accepted in another reading? Null cannot be written, members are pairs of their own, one is a list of one."""
    schema = pair.revision if pair.mode.side is Direction.REQUEST else pair.base
    return value is None or isinstance(value, dict) or bool(taker.validator(schema).is_valid([value]))


def _declared(schema: Conj, depth: int = 0) -> set[str]:
    """Every property name that the base speaks of: others are not part of what it promised."""
    shape = shape_of(schema)
    found = {*shape.props, *shape.required}
    if depth < DEPTH:
        below = [*shape.props.values(), shape.items, *shape.prefix, *(branch for group in shape.groups for branch in group.branches)]
        found |= {name for inner in below if inner for name in _declared(inner, depth + 1)}
    return found


def _names(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {name for inner in value.values() for name in _names(inner)}
    return {name for inner in value for name in _names(inner)} if isinstance(value, list) else set()


def pairs(base: Source, revision: Source, *, only: str = "") -> Iterator[Pair]:
    """Every pair of schemas of the two descriptions, the outermost first."""
    for keyword, asked in (("paths", Direction.REQUEST), ("webhooks", Direction.RESPONSE)):
        for old, new in _operations(base, revision, keyword):
            title = f"{old.method.upper()} {old.path}"
            if only in ("", title):
                yield from _of_operation(title, old, new, asked)


def _operations(base: Source, revision: Source, keyword: str) -> Iterator[tuple[Operation, Operation]]:
    items = {template(path): (path, item) for path, item in path_items(revision.root, keyword=keyword).items()}
    for path, item in path_items(base.root, keyword=keyword).items():
        if template(path) in items:
            other, twin = items[template(path)]
            after = dict(methods(twin))
            for method, loc in methods(item):
                if method in after:
                    yield operation(method, path, item, loc), operation(method, other, twin, after[method])


def _of_operation(title: str, old: Operation, new: Operation, asked: Direction) -> Iterator[Pair]:
    for key, parameter in old.parameters.items():
        if key in new.parameters and not parameter.media:
            yield from _below(Pair(f"{title} {parameter.name}", parameter.schema, new.parameters[key].schema, Mode(asked, text=True)))
    if old.body is not None and new.body is not None:
        yield from _of_media(f"{title} body", old.body.media, new.body.media, asked)
    for code, response in old.responses.items():
        if code in new.responses:
            yield from _of_media(f"{title} {code}", response.media, new.responses[code].media, asked.turned)


def _of_media(place: str, old: dict[str, Media], new: dict[str, Media], side: Direction) -> Iterator[Pair]:
    for name, media in old.items():
        if name in new and name.endswith("json"):
            yield from _below(Pair(f"{place} {name}", media.schema, new[name].schema, Mode(side)))


def _below(pair: Pair, depth: int = 0) -> Iterator[Pair]:
    yield pair
    if depth == DEPTH:
        return
    old, new = shape_of(pair.base), shape_of(pair.revision)
    for name in old.props.keys() & new.props.keys():
        if any(_unseen(shape_of(shape.props[name]), pair.mode.side) for shape in (old, new)):
            continue
        yield from _below(Pair(f"{pair.place}.{name}", old.props[name], new.props[name], pair.mode), depth + 1)
    if old.items and new.items:
        yield from _below(Pair(f"{pair.place}[]", old.items, new.items, pair.mode), depth + 1)


def _unseen(shape: Shape, side: Direction) -> bool:
    return shape.read_only if side is Direction.REQUEST else shape.write_only
