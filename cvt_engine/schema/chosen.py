"""What a discriminator says of the alternatives that it chooses: the values that stand for each of them."""

from __future__ import annotations

from collections.abc import Iterator

from cvt_engine.schema.loc import Conj, Loc
from cvt_engine.schema.read import shape_of
from cvt_engine.schema.shape import Discriminator, Shape


def called(shape: Shape, branch: Conj) -> Conj:
    """A branch of a shape's union with the values that choose it, where it does not list any itself."""
    return (*branch, *(said for found in shape.discriminators for said in _tags(found, branch)))


def _tags(found: Discriminator, branch: Conj) -> Iterator[Loc]:
    names = {loc.name for loc in branch} - {""}
    known = shape_of(shape_of(branch).props.get(found.prop, ()))
    if names and known.enum is None and not known.groups:
        tags = [tag for tag, target in found.mapping if target.rpartition("/")[2] in names] or sorted(names)
        yield branch[0].source.made(branch[0], f"as {tags}", {"properties": {found.prop: {"enum": tags}}})
