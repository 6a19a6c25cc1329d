"""Arrays: items by position, the rest, size, uniqueness and `contains`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cvt_engine.change import Act, Ref
from cvt_engine.schema.meet import item_at
from cvt_engine.schema.node import Near, Node
from cvt_engine.schema.scalars import Difference, lengths
from cvt_engine.schema.shape import Contains, Shape

if TYPE_CHECKING:
    from cvt_engine.schema.compat import Comparer


def compare(comparer: Comparer, node: Node, base: Shape, revision: Shape) -> None:
    """Compare two array alternatives."""
    reach = min(size for size in (base.max_items, revision.max_items, 10_000) if size is not None)
    for index in range(min(max(len(base.prefix), len(revision.prefix)), reach)):
        near = Near(_item_ref(base, index), _item_ref(revision, index))
        comparer.child(node, f"[{index}]", item_at(base, index), item_at(revision, index), near)
    if reach > max(len(base.prefix), len(revision.prefix)):
        comparer.child(node, "[]", base.items, revision.items, Near(_item_ref(base, None), _item_ref(revision, None)))
    for item in lengths(base, revision, ("min_items", "minItems"), ("max_items", "maxItems")):
        comparer.report(node, item, base, revision)
    if base.unique != revision.unique:
        act = Act.NARROWED if revision.unique else Act.WIDENED
        texts = (str(base.unique).lower(), str(revision.unique).lower())
        comparer.report(node, Difference("unique-items", "uniqueItems", act, *texts), base, revision)
    _contains(comparer, node, base, revision)


def _item_ref(shape: Shape, index: int | None) -> Ref | None:
    if index is not None and (home := shape.where.get("prefixItems")):
        return home.where("prefixItems", index)
    home = shape.where.get("items") or (shape.locs[0] if shape.locs else None)
    return home.where("items") if home else None


def _contains(comparer: Comparer, node: Node, base: Shape, revision: Shape) -> None:
    old = [item for item in base.contains if _binds(item) and not (_enough(item, revision) and comparer.included(item.schema, revision.items, node.mode)[1])]
    new = [item for item in revision.contains if _binds(item) and not (_enough(item, base) and comparer.included(base.items, item.schema, node.mode)[0])]
    if not old and not new:
        return
    if len(old) == len(new) == 1:
        _one_contains(comparer, node, base, revision, (old[0], new[0]))
    else:
        act = Act.NARROWED if not old else Act.WIDENED if not new else Act.CHANGED
        texts = (", ".join(map(_counts, old)) or None, ", ".join(map(_counts, new)) or None)
        comparer.report(node, Difference("contains", "contains", act, *texts, proved=act is not Act.CHANGED), base, revision)


def _enough(item: Contains, other: Shape) -> bool:
    """Does every array of the other side contain enough of it anyway, should all of its items be such?"""
    return item.most is None and other.min_items >= item.least and bool(other.items) and not other.prefix


def _binds(item: Contains) -> bool:
    return item.least > 0 or item.most is not None


def _one_contains(comparer: Comparer, node: Node, base: Shape, revision: Shape, pair: tuple[Contains, Contains]) -> None:
    old, new = pair
    if old.least != new.least or old.most != new.most:
        narrowed = new.least > old.least or (new.most is not None and (old.most is None or new.most < old.most))
        widened = new.least < old.least or (old.most is not None and (new.most is None or new.most > old.most))
        act = Act.CHANGED if narrowed and widened else Act.NARROWED if narrowed else Act.WIDENED
        comparer.report(node, Difference("contains", "contains", act, _counts(old), _counts(new)), base, revision)
    inner, outer = comparer.included(old.schema, new.schema, node.mode)
    if inner and outer:
        return
    if old.most is None and new.most is None:
        act = Act.WIDENED if inner else Act.NARROWED if outer else Act.CHANGED
        comparer.report(node, Difference("contains", "contains", act, None, None, "schema"), base, revision)
    else:
        comparer.report(node, Difference("contains", "contains", Act.CHANGED, None, None, "schema", proved=False), base, revision)


def _counts(item: Contains) -> str:
    return f"at least {item.least}" if item.most is None else f"{item.least} to {item.most}"
