"""A path with a parameter of few values is as many addresses, and may be described as such."""

from __future__ import annotations

import re
from itertools import product
from typing import Final

from cvt_engine.operations.read import TEMPLATE, methods, operation, template
from cvt_engine.schema.loc import Loc
from cvt_engine.schema.read import shape_of
from cvt_engine.schema.values import as_text

MOST: Final = 64
"""Addresses that one path is spelled out as."""
_PLAIN: Final = re.compile(r"[\w.~-]+", re.ASCII)
Items = dict[str, Loc]


def spelled(old: Items, new: Items, gone: list[str], come: list[str]) -> tuple[Items, Items] | None:
    """The paths of both sides, those that are on one side only spelled out where that shows that they are on both; None where it does not."""
    sides = [{path: _addresses(path, items[path]) for path in paths} for items, paths in ((old, gone), (new, come))]
    if not (gone and come) or all(listed == [path] for side in sides for path, listed in side.items()):
        return None
    served = [{template(address) for listed in side.values() for address in listed} for side in sides]
    both = served[0] & served[1]
    if not both:
        return None
    chosen = [{path: listed for path, listed in side.items() if any(template(address) in both for address in listed)} for side in sides]
    return _in_place(old, chosen[0]), _in_place(new, chosen[1])


def _in_place(items: Items, chosen: dict[str, list[str]]) -> Items:
    return {address: item for path, item in items.items() for address in chosen.get(path, [path])}


def _addresses(path: str, item: Loc) -> list[str]:
    """The path with every parameter of few values replaced by each of them."""
    names = TEMPLATE.findall(path)
    values = [_values(path, item, index) for index in range(len(names))]
    count = 1
    for listed in values:
        count *= len(listed) or 1
    if not any(values) or count > MOST:
        return [path]
    pieces = TEMPLATE.split(path)[::2]
    return [_joined(pieces, chosen) for chosen in product(*(listed or [f"{{{name}}}"] for name, listed in zip(names, values, strict=True)))]


def _joined(pieces: list[str], between: tuple[str, ...]) -> str:
    return "".join(piece + text for piece, text in zip(pieces, (*between, ""), strict=True))


def _values(path: str, item: Loc, index: int) -> list[str]:
    """The texts that a parameter of the path takes, in every operation the same; none where they are not few and plain."""
    found = {tuple(_listed(path, item, method, loc, index)) for method, loc in methods(item)}
    return list(found.pop()) if len(found) == 1 else []


def _listed(path: str, item: Loc, method: str, loc: Loc, index: int) -> list[str]:
    parameter = operation(method, path, item, loc).parameters.get(("path", str(index)))
    if parameter is None or parameter.media or parameter.style != "simple":
        return []
    shape = shape_of(parameter.schema)
    texts = [as_text(value) for value in shape.enum or ()] if not shape.groups else []
    plain = [text[1] for text in texts if text is not None and _PLAIN.fullmatch(str(text[1]))]
    return plain if len(plain) == len(texts) <= MOST else []
