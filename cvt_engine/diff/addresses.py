"""A path with a parameter of few values is as many addresses, and may be described as such."""

from __future__ import annotations

import re
from itertools import product
from typing import Final

from cvt_engine.operations.model import Parameter
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
    values = _values(path, item, len(names)) if names else []
    count = 1
    for listed in values:
        count *= len(listed) or 1
    if not any(values) or count > MOST:
        return [path]
    pieces = TEMPLATE.split(path)[::2]
    return [_joined(pieces, chosen) for chosen in product(*(listed or [f"{{{name}}}"] for name, listed in zip(names, values, strict=True)))]


def _joined(pieces: list[str], between: tuple[str, ...]) -> str:
    return "".join(piece + text for piece, text in zip(pieces, (*between, ""), strict=True))


def _values(path: str, item: Loc, count: int) -> list[list[str]]:
    """The texts that each parameter of the path takes, in every operation the same; none where they are not few and plain."""
    found: list[list[str]] = [[] for _ in range(count)]
    for number, (method, loc) in enumerate(methods(item)):
        told = operation(method, path, item, loc).parameters
        listed = [_listed(told.get(("path", str(index)))) for index in range(count)]
        found = [texts if not number or texts == before else [] for texts, before in zip(listed, found, strict=True)]
        if not any(found):
            break
    return found


def _listed(parameter: Parameter | None) -> list[str]:
    if parameter is None or parameter.media or parameter.style != "simple":
        return []
    shape = shape_of(parameter.schema)
    texts = [as_text(value) for value in shape.enum or ()] if not shape.groups else []
    plain = [text[1] for text in texts if text is not None and _PLAIN.fullmatch(str(text[1]))]
    return plain if len(plain) == len(texts) <= MOST else []
