"""From OpenAPI's schemas to plain JSON Schema for judging what is on the wire."""

from __future__ import annotations

from typing import Any, Final

from cvt_engine.change import Direction
from cvt_engine.errors import EngineError
from cvt_engine.schema.heirs import Heirs
from cvt_engine.schema.keywords import CHECKS
from cvt_engine.schema.loc import Loc, Source
from cvt_engine.schema.read import shape_of
from cvt_engine.schema.regex import is_checkable
from cvt_engine.schema.translate import Json, Translator

_MOST: Final = 256
"""Alternatives that a discriminator chooses from; more are left to `oneOf` and `anyOf`."""


class Translation(Translator):
    """As for proofs, and: malformed keywords count as absent, `byte` is a format, and discriminators choose."""

    def __init__(self, source: Source, side: Direction, *, formats: bool, one_way: bool) -> None:
        super().__init__(source, side)
        self.homes: dict[str, Loc] = {}
        self._formats = formats
        self._one_way = one_way
        self._heirs = Heirs(source)

    def _name(self, loc: Loc) -> str:
        name = super()._name(loc)
        self.homes[name] = loc
        return name

    def _body(self, loc: Loc, node: Any, uses: list[Loc]) -> Json | bool:
        return super()._body(loc, _well_formed(node, formats=self._formats, modern=self.source.modern) if isinstance(node, dict) else node, uses)

    def _keywords(self, loc: Loc, node: Json, uses: list[Loc]) -> Json:
        body = super()._keywords(loc, node, uses)
        if node.get("format") == "byte":
            _as_format(body)
        self._relax(loc, node, body)
        if "discriminator" in node:
            self._discriminate(loc, node, body, uses)
        if self._one_way and isinstance(body.get("properties"), dict):
            body["properties"] = {name: part if not self._travels_back(loc, name) else False for name, part in body["properties"].items()}
        return body

    def _travels_back(self, loc: Loc, name: str) -> bool:
        shape = shape_of((loc.child("properties", name),))
        return shape.read_only if self.side is Direction.REQUEST else shape.write_only

    def _hidden(self, loc: Loc, name: str) -> bool:
        """Also where a reference or a part of `allOf` says what the property is."""
        prop = shape_of((loc,)).props.get(name)
        if not prop:
            return False
        shape = shape_of(prop)
        return shape.read_only if self.side is Direction.REQUEST else shape.write_only

    def _relax(self, loc: Loc, node: Json, body: Json) -> None:
        """What one part of `allOf` requires may be read-only by another part."""
        parts = node.get("allOf")
        for part, plain in zip(parts if isinstance(parts, list) else (), body.get("allOf") or (), strict=False):
            if isinstance(part, dict) and "$ref" not in part and isinstance(plain, dict) and "required" in plain:
                plain["required"] = [name for name in plain["required"] if not self._hidden(loc, name)]

    def _discriminate(self, loc: Loc, node: Json, body: Json, uses: list[Loc]) -> None:
        """Where all alternatives are named schemas, the value of the property chooses one; a value without the property is left to the alternatives."""
        said = node["discriminator"]
        prop = said if isinstance(said, str) else said.get("propertyName") if isinstance(said, dict) else None
        kind = next((key for key in ("oneOf", "anyOf") if isinstance(node.get(key), list)), "")
        if not isinstance(prop, str) or (kind and len(node[kind]) > _MOST):
            return
        if not kind:
            self._inherit(loc, prop, said, body, uses)
            return
        tags = self._tags(loc, node, kind)
        if not tags:
            return
        known = {"properties": {prop: {"enum": [tag for names in tags for tag in names]}}}
        chosen = [{"if": {"properties": {prop: {"enum": names}}}, "then": part} for names, part in zip(tags, body[kind], strict=True) if names]
        tagged = {"type": "object", "required": [prop], "properties": {prop: {"type": "string"}}}
        plain = body.pop(kind)
        body["allOf"] = [*body.get("allOf", []), {"if": tagged, "then": {"allOf": [known, *chosen]}, "else": {kind: plain}}]

    def _inherit(self, loc: Loc, prop: str, said: Any, body: Json, uses: list[Loc]) -> None:
        """A parent whose children name it in `allOf`: the value of the property chooses a child; other values are the parent's own affair."""
        heirs = self._heirs.of(loc)
        pairs = _mapping(said)
        tags = {child: [tag for tag, ref in pairs if isinstance(ref, str) and ref.rpartition("/")[2] == child.name] for child in heirs}
        for child in heirs[:_MOST]:
            uses.append(child)
            chosen = {"required": [prop], "properties": {prop: {"enum": tags[child] or [child.name]}}}
            then = {"$ref": f"#/$defs/{self._name(child)}"}
            body["allOf"] = [*body.get("allOf", []), {"if": {"type": "object", **chosen}, "then": then}]

    def _tags(self, loc: Loc, node: Json, kind: str) -> list[list[str]]:
        """The values that choose each alternative; empty where one alternative has no name."""
        pairs = [(tag, ref) for tag, ref in _mapping(node["discriminator"]) if isinstance(ref, str)]
        found: list[list[str]] = []
        for index, part in enumerate(node[kind]):
            if part == {"type": "null"}:
                found.append([])
                continue
            name = self._target(loc.child(kind, index), part)
            if not name:
                return []
            tags = [tag for tag, ref in pairs if ref in (part["$ref"], name) or ref.rpartition("/")[2] == name]
            found.append(tags or [name])
        return found

    def _target(self, loc: Loc, part: Any) -> str:
        if not isinstance(part, dict) or not isinstance(ref := part.get("$ref"), str):
            return ""
        try:
            return self.source.follow(loc).name or ref.rpartition("/")[2]
        except EngineError:
            return ""


def _mapping(said: Any) -> list[tuple[str, Any]]:
    """The pairs of a discriminator's mapping; one that is only a name, as in 2.0, has none."""
    mapping = said.get("mapping") if isinstance(said, dict) else None
    return list(mapping.items()) if isinstance(mapping, dict) else []


def _as_format(body: Json) -> None:
    """`byte` as a format that Python checks, instead of the pattern that stands for it in proofs."""
    body["format"] = "byte"
    *rest, _ = body.pop("allOf")
    if rest:
        body["allOf"] = rest


def _well_formed(node: Json, *, formats: bool, modern: bool) -> Json:
    bad = [key for key, check in CHECKS.items() if key in node and not check(node[key])]
    if "format" in node and (not formats or (not modern and node["format"] == "time")):  # before 3.1 nobody said what `time` is, and most mean 10:30
        bad.append("format")
    if isinstance(patterns := node.get("patternProperties"), dict) and not all(map(is_checkable, patterns)):
        node = {**node, "patternProperties": {name: part for name, part in patterns.items() if is_checkable(name)}}
    return {key: value for key, value in node.items() if key not in bad} if bad else node
