"""How XML media types write a value: the `xml` keyword names its element or attribute. Other media types know nothing of it."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from cvt_engine.change import Act, Change, Ref
from cvt_engine.errors import EngineError
from cvt_engine.schema.loc import Conj, Loc
from cvt_engine.schema.node import NEITHER, Mode, Near, Node
from cvt_engine.schema.read import shape_of

NESTED: Final = 8
"""Lists within lists looked into."""
TEXT: Final = "text"


class Written(NamedTuple):
    """One level of the written form. `kind` is `element`, `attribute`, `text` or `list` (a list without an element around it); `name` is '' where unknown."""

    kind: str
    name: str = ""
    namespace: str = ""
    prefix: str = ""
    said: bool = False

    @property
    def words(self) -> str:
        """In words."""
        label = f"{self.prefix}:{self.name}" if self.prefix and self.name else self.name or self.prefix
        return " ".join(filter(None, (self.kind, label, f"in {self.namespace}" if self.namespace else "")))


def difference(sides: tuple[Conj, Conj], mode: Mode, near: Near, names: tuple[str, str]) -> Node | None:
    """A node that tells a changed written form of a value, which is called `names` where its schema does not say otherwise; None where there is none."""
    old, new = written(sides[0], names[0]), written(sides[1], names[1])
    trait = _difference(old, new)
    if not trait:
        return None
    node = Node(*sides, mode, near, done=True)
    sites = (_site(sides[0], near.base), _site(sides[1], near.revision))
    texts = (", ".join(level.words for level in old), ", ".join(level.words for level in new))
    node.emit(Change("xml", Act.CHANGED, mode.side, *sites, "", *texts, frozenset({trait})), NEITHER)
    return node


def written(schema: Conj, name: str) -> list[Written]:
    """The levels of a value's form: those of its lists, then its own."""
    levels: list[Written] = []
    while len(levels) < NESTED:
        said, shape = _said(schema), shape_of(schema)
        listed = shape.types - {"null"} == {"array"}
        levels.append(_level(said, name, listed=listed))
        if not listed or shape.prefix or not shape.items:
            break
        schema = shape.items
    return levels


def _level(said: dict[str, Any], name: str, *, listed: bool) -> Written:
    kind = said.get("nodeType")
    if not isinstance(kind, str):
        wrapped = listed and said.get("wrapped") is not True
        kind = "attribute" if said.get("attribute") is True else "none" if wrapped else "element"
    if kind in ("text", "cdata"):
        return Written(TEXT)
    if kind == "none":
        return Written("list" if listed else "none")
    own, namespace, prefix = (text if isinstance(text := said.get(key), str) else "" for key in ("name", "namespace", "prefix"))
    return Written(kind, own or name, namespace, prefix, said=bool(own))


def _said(schema: Conj) -> dict[str, Any]:
    """The `xml` keyword of a conjunction, the first place that says something about it wins."""
    found: dict[str, Any] = {}
    for loc in _places(schema):
        if isinstance(xml := loc.node.get("xml"), dict):
            found = {**{key: value for key, value in xml.items() if key != "nodeType" or loc.source.version == "3.2"}, **found}
    return found


def _places(schema: Conj) -> list[Loc]:
    places: list[Loc] = []
    stack = list(reversed(schema))
    while stack:
        loc = stack.pop()
        if not isinstance(loc.node, dict) or loc in places:
            continue
        places.append(loc)
        if isinstance(loc.node.get("$ref"), str):
            try:
                target = loc.source.follow(loc)
            except EngineError:
                continue
            stack.append(target)
            if not loc.source.modern:
                places.pop()
                continue
        parts = loc.node.get("allOf")
        stack += [loc.child("allOf", index) for index in reversed(range(len(parts)))] if isinstance(parts, list) else []
    return places


def _difference(old: list[Written], new: list[Written]) -> str:
    """What is different: `form`, or only the `prefix` of one and the same namespace; '' where nothing surely is, or the values are others anyway."""
    if len(old) != len(new):
        return ""
    if [level.kind for level in old] != [level.kind for level in new]:
        return "form"
    found = ""
    for before, after in zip(old, new, strict=True):
        if before.namespace != after.namespace or _renamed(before, after):
            return "form"
        if before.prefix != after.prefix:
            found = "prefix" if before.namespace else "form"
    return found


def _renamed(old: Written, new: Written) -> bool:
    """A name that nobody wrote down on the base is not known to be another one; the names of components are no names of elements."""
    return old.name != new.name and (old.said or new.said) and bool(old.name)


def _site(schema: Conj, fallback: Ref | None) -> Ref | None:
    home = next((loc for loc in _places(schema) if "xml" in loc.node), None)
    return home.where("xml") if home else schema[0].ref if schema else fallback
