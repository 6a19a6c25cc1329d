"""The schemas that the bodies of a description are judged by."""

from __future__ import annotations

from collections.abc import Iterator

from cvt_engine.change import Direction
from cvt_engine.operations.model import Media, Operation
from cvt_engine.operations.route import Router
from cvt_engine.schema.loc import Conj


def body_schemas(router: Router, side: Direction) -> Iterator[Conj]:
    """Of every request, or of every response; those of the items of a stream too."""
    for route in router.routes:
        for media in _media(route.operation, side):
            yield media.schema
            if media.items is not None:
                yield media.items


def _media(operation: Operation, side: Direction) -> Iterator[Media]:
    if side is Direction.REQUEST:
        if operation.body is not None:
            yield from operation.body.media.values()
    else:
        for response in operation.responses.values():
            yield from response.media.values()
