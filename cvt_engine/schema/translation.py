"""From OpenAPI's schemas to plain JSON Schema for judging what is on the wire."""

from __future__ import annotations

from typing import Any, Final

from cvt_engine.change import Direction
from cvt_engine.errors import EngineError
from cvt_engine.schema.keywords import CHECKS
from cvt_engine.schema.loc import Loc, Source
from cvt_engine.schema.read import shape_of
from cvt_engine.schema.regex import is_checkable
from cvt_engine.schema.translate import Json, Translator

_MOST: Final = 256
"""Alternatives that a discriminator chooses from; more are left to `oneOf` and `anyOf`."""


class Translation(Translator):
    """As for proofs, and: malformed keywords count as absent, `byte` is a format, discriminators choose, null is allowed by `nullable` beside `enum`."""

    def __init__(self, source: Source, side: Direction, *, formats: bool, one_way: bool) -> None:
        super().__init__(source, side)
        self.homes: dict[str, Loc] = {}
        self._formats = formats
        self._one_way = one_way

    def _definition(self, loc: Loc) -> tuple[str, Json | bool, list[Loc]]:
        found = super()._definition(loc)
        self.homes[found[0]] = loc
        return found

    def _body(self, loc: Loc, node: Any, uses: list[Loc]) -> Json | bool:
        return super()._body(loc, _well_formed(node, formats=self._formats) if isinstance(node, dict) else node, uses)

    def _keywords(self, loc: Loc, node: Json, uses: list[Loc]) -> Json:
        body = super()._keywords(loc, node, uses)
        if node.get("format") == "byte":
            _as_format(body)
        if isinstance(node.get("discriminator"), dict):
            self._discriminate(loc, node, body)
        if self._one_way and isinstance(body.get("properties"), dict):
            body["properties"] = {name: part if not self._travels_back(loc, name) else False for name, part in body["properties"].items()}
        if not self.source.modern and (node.get("nullable") is True or node.get("x-nullable") is True) and None not in body.get("enum", [None]):
            body["enum"] = [*body["enum"], None]
        return body

    def _travels_back(self, loc: Loc, name: str) -> bool:
        shape = shape_of((loc.child("properties", name),))
        return shape.read_only if self.side is Direction.REQUEST else shape.write_only

    def _discriminate(self, loc: Loc, node: Json, body: Json) -> None:
        """Where all alternatives are named schemas, the value of the property chooses one; a value without the property is left to the alternatives."""
        prop = node["discriminator"].get("propertyName")
        kind = next((key for key in ("oneOf", "anyOf") if isinstance(node.get(key), list)), "")
        if not isinstance(prop, str) or not kind or len(node[kind]) > _MOST:
            return
        tags = self._tags(loc, node, kind)
        if not tags:
            return
        known = {"properties": {prop: {"enum": [tag for names in tags for tag in names]}}}
        chosen = [{"if": {"properties": {prop: {"enum": names}}}, "then": part} for names, part in zip(tags, body[kind], strict=True) if names]
        tagged = {"type": "object", "required": [prop], "properties": {prop: {"type": "string"}}}
        plain = body.pop(kind)
        body["allOf"] = [*body.get("allOf", []), {"if": tagged, "then": {"allOf": [known, *chosen]}, "else": {kind: plain}}]

    def _tags(self, loc: Loc, node: Json, kind: str) -> list[list[str]]:
        """The values that choose each alternative; empty where one alternative has no name."""
        mapping = node["discriminator"].get("mapping")
        pairs = [(tag, ref) for tag, ref in mapping.items() if isinstance(ref, str)] if isinstance(mapping, dict) else []
        found: list[list[str]] = []
        for index, part in enumerate(node[kind]):
            if part == {"type": "null"}:
                found.append([])
                continue
            name = self._name(loc.child(kind, index), part)
            if not name:
                return []
            tags = [tag for tag, ref in pairs if ref in (part["$ref"], name) or ref.rpartition("/")[2] == name]
            found.append(tags or [name])
        return found

    def _name(self, loc: Loc, part: Any) -> str:
        if not isinstance(part, dict) or not isinstance(ref := part.get("$ref"), str):
            return ""
        try:
            return self.source.follow(loc).name or ref.rpartition("/")[2]
        except EngineError:
            return ""


def _as_format(body: Json) -> None:
    """`byte` as a format that Python checks, instead of the pattern that stands for it in proofs."""
    body["format"] = "byte"
    *rest, _ = body.pop("allOf")
    if rest:
        body["allOf"] = rest


def _well_formed(node: Json, *, formats: bool) -> Json:
    bad = [key for key, check in CHECKS.items() if key in node and not check(node[key])]
    if not formats and "format" in node:
        bad.append("format")
    if isinstance(patterns := node.get("patternProperties"), dict) and not all(map(is_checkable, patterns)):
        node = {**node, "patternProperties": {name: part for name, part in patterns.items() if is_checkable(name)}}
    return {key: value for key, value in node.items() if key not in bad} if bad else node
