"""Alternatives that a discriminator chooses from without listing them: the components that build on its own by `allOf`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cvt_engine.schema.loc import Conj, Loc
from cvt_engine.schema.node import Near, Node
from cvt_engine.schema.shape import Discriminator, Shape

if TYPE_CHECKING:
    from cvt_engine.schema.compat import Comparer

CHOSEN: Final = "{as "
"""How the step to an heir begins."""
MOST: Final = 256
"""Heirs of one component that are looked at."""


def compare(comparer: Comparer, node: Node, base: Shape, revision: Shape) -> None:
    """Compare the heirs that one and the same value of the discriminator stands for on both sides."""
    old, new = base.discriminators[:1], revision.discriminators[:1]
    if not old or not new or old[0].prop != new[0].prop or base.groups or revision.groups:
        return
    before, after = tagged(comparer, old[0], node.base), tagged(comparer, new[0], node.revision)
    for tag in reversed([tag for tag in before if tag in after]):  # the nearest is placed first: places are looked up from the end
        below = comparer.node(_called(before[tag], old[0], tag), _called(after[tag], new[0], tag), node.mode, near=Near(None, None))
        node.children.append((f"{CHOSEN}{tag}}}", below))


def tagged(comparer: Comparer, found: Discriminator, schema: Conj) -> dict[str, Loc]:
    """The heirs by the values that choose them; none where the schema is an heir itself."""
    heirs = comparer.heirs(found.loc.source).of(found.loc)[:MOST]
    if any(loc in heirs for loc in schema):
        return {}
    said = {target.rpartition("/")[2]: tag for tag, target in found.mapping}
    return {said.get(heir.name, heir.name): heir for heir in heirs}


def _called(heir: Loc, found: Discriminator, tag: str) -> Conj:
    """The heir with the value that chooses it."""
    return (heir, heir.source.made(heir, f"as {tag}", {"properties": {found.prop: {"enum": [tag]}}}))
