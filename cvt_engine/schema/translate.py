"""From a place to plain JSON Schema 2020-12, so that a compiled validator can judge values of any OpenAPI version."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from cvt_engine.change import Direction
from cvt_engine.errors import EngineError
from cvt_engine.schema.loc import Conj, Loc, Source, ref_of, takes_null
from cvt_engine.schema.read import shape_of
from cvt_engine.schema.scalars import RANGES

Json = dict[str, Any]

LIMIT: Final = 3_000
"""Definitions translated for one validator at most; beyond it there is no validator, and no proof."""

_PLAIN: Final = frozenset({"enum", "const", "multipleOf", "maxLength", "minLength", "pattern", "maxItems", "minItems", "uniqueItems"}) | frozenset(
    {"maxContains", "minContains", "maxProperties", "minProperties", "dependentRequired"}
)
_ENDS: Final = {"minimum": "exclusiveMinimum", "maximum": "exclusiveMaximum"}
_FLOAT: Final = 3.4028234663852886e38  # the largest single-precision number (IEEE 754)
_HIDING: Final = frozenset({"readOnly", "writeOnly", "$ref", "allOf", "oneOf", "anyOf", "if", "then", "else", "not"})
"""Keywords without which a schema is neither read-only nor write-only."""
_TYPES: Final = frozenset({"null", "boolean", "integer", "number", "string", "array", "object"})


HEAVY: Final = 50_000
"""Schemas that one value meets, counted along every way; references to one another can make that exponential."""


class TooLarge(Exception):
    """The schema reaches more definitions than a validator is worth."""


class Translator:
    """Translates the places of one side for one direction; every referred place becomes a definition, once."""

    def __init__(self, source: Source, side: Direction) -> None:
        self.source = source
        self.side = side
        self._names: dict[Loc, str] = {}
        self._defs: dict[Loc, tuple[Json | bool, list[Loc]]] = {}

    def document(self, schema: Conj, limit: int = LIMIT) -> Json:
        """A self-contained schema for a conjunction. Raises TooLarge."""
        if not schema:
            return {}
        needed = self.reached(schema, limit)
        whole = self.root(schema)
        if weight(whole, needed, {}) > HEAVY:
            raise TooLarge
        return {**whole, "$defs": needed}

    def root(self, schema: Conj) -> Json:
        """The conjunction by the names of its definitions."""
        return {"allOf": [{"$ref": f"#/$defs/{self._name(loc)}"} for loc in schema]}

    def reached(self, schema: Iterable[Loc], limit: int) -> dict[str, Json | bool]:
        """The definitions of places and of all that they refer to. Raises TooLarge where there are more than `limit`."""
        needed: dict[str, Json | bool] = {}
        stack = list(schema)
        seen: set[Loc] = set()
        while stack:
            loc = stack.pop()
            if loc in seen:
                continue
            seen.add(loc)
            if len(seen) > limit:
                raise TooLarge
            needed[self._name(loc)], uses = self._definition(loc)
            stack += uses
        return needed

    def _name(self, loc: Loc) -> str:
        """What a definition is called, before there is one: chains of references may be longer than the stack."""
        return self._names.setdefault(loc, f"d{len(self._names)}")

    def _definition(self, loc: Loc) -> tuple[Json | bool, list[Loc]]:
        found = self._defs.get(loc)
        if found is None:
            uses: list[Loc] = []
            found = self._defs[loc] = (self._body(loc, loc.node, uses), uses)
        return found

    def _body(self, loc: Loc, node: Any, uses: list[Loc]) -> Json | bool:
        if isinstance(node, bool):
            return node
        if not isinstance(node, dict):
            return True
        parts: list[Json | bool] = []
        if ref_of(node) is not None:
            target = self._refer(loc, uses)
            if not self.source.modern:
                return target if isinstance(target, bool) else self._nullable(node, target)
            parts.append(target)
        body = self._keywords(loc, node, uses)
        if parts:
            body["allOf"] = [*body.get("allOf", []), *parts]
        return self._nullable(node, body)

    def _refer(self, loc: Loc, uses: list[Loc]) -> Json | bool:
        try:
            target = self.source.follow(loc)
        except EngineError:
            return True
        uses.append(target)
        return {"$ref": f"#/$defs/{self._name(target)}"} if target is not loc else True

    def _keywords(self, loc: Loc, node: Json, uses: list[Loc]) -> Json:
        body: Json = {}
        for key, value in node.items():
            if key in _PLAIN:
                body[key] = value
            elif (write := _WRITERS.get(key)) is not None:
                write(self, loc, node, key, body, uses)
        _format(node, body)
        return body

    def _below(self, loc: Loc, uses: list[Loc], *tokens: str | int) -> Json | bool:
        child = loc.child(*tokens)
        return self._body(child, child.node, uses)

    def _one(self, loc: Loc, node: Json, key: str, body: Json, uses: list[Loc]) -> None:
        if isinstance(node[key], dict | bool):
            body[key] = self._below(loc, uses, key)

    def _map(self, loc: Loc, node: Json, key: str, body: Json, uses: list[Loc]) -> None:
        if isinstance(node[key], dict):
            body[key] = {name: self._below(loc, uses, key, name) for name in node[key]}

    def _list(self, loc: Loc, node: Json, key: str, body: Json, uses: list[Loc]) -> None:
        if isinstance(node[key], list) and node[key]:
            body[key] = [self._below(loc, uses, key, index) for index in range(len(node[key]))]

    def _items(self, loc: Loc, node: Json, key: str, body: Json, uses: list[Loc]) -> None:
        if not isinstance(node[key], list):
            self._one(loc, node, key, body, uses)
            return
        body["prefixItems"] = [self._below(loc, uses, key, index) for index in range(len(node[key]))]
        if isinstance(node.get("additionalItems"), dict | bool):
            body["items"] = self._below(loc, uses, "additionalItems")

    def _required(self, loc: Loc, node: Json, key: str, body: Json, _uses: list[Loc]) -> None:
        if isinstance(node[key], list):
            body[key] = [name for name in node[key] if isinstance(name, str) and not self._hidden(loc, name)]

    def _type(self, _loc: Loc, node: Json, key: str, body: Json, _uses: list[Loc]) -> None:
        value = node[key]
        names = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        names = ["string" if name == "file" else name for name in names if isinstance(name, str) and (name == "file" or name in _TYPES)]
        if names:
            body[key] = names

    def _end(self, _loc: Loc, node: Json, key: str, body: Json, _uses: list[Loc]) -> None:
        """A bound; before 3.1, `true` at the other keyword excludes the end."""
        if _number(node[key]):
            strict = _ENDS.get(key, "")
            body[strict if strict and node.get(strict) is True else key] = node[key]

    def _hidden(self, loc: Loc, name: str) -> bool:
        properties = loc.node.get("properties")
        if not isinstance(properties, dict) or name not in properties:
            return False
        part = properties[name]
        if isinstance(part, dict) and _HIDING.isdisjoint(part):
            return False
        shape = shape_of((loc.child("properties", name),))
        return shape.read_only if self.side is Direction.REQUEST else shape.write_only if self.side is Direction.RESPONSE else False

    def _nullable(self, node: Json, body: Json) -> Json:
        if not takes_null(node, modern=self.source.modern):
            return body
        if "type" in body:
            return {**body, "type": [*body["type"], "null"]}
        return {"anyOf": [{"type": "null"}, body]} if any(key in node for key in ("allOf", "oneOf", "anyOf", "$ref")) else body


def weight(body: Any, definitions: dict[str, Json | bool], known: dict[str, int]) -> int:
    """How many schemas are applied to one and the same value, at most; what leads back to itself counts once."""
    if not isinstance(body, dict):
        return 1
    total = 1
    if isinstance(ref := body.get("$ref"), str):
        name = ref.rsplit("/", 1)[-1]
        if name not in known:
            known[name] = 1
            known[name] = weight(definitions.get(name), definitions, known)
        total += known[name]
    below = [*(body[key] for key in ("not", "if", "then", "else") if key in body), *(part for key in ("allOf", "anyOf", "oneOf") for part in body.get(key, ()))]
    return total + sum(weight(part, definitions, known) for part in (*below, *body.get("dependentSchemas", {}).values()))


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _format(node: Json, body: Json) -> None:
    name = node.get("format")
    if not isinstance(name, str):
        return
    if (ends := RANGES.get(name)) is not None:
        body["allOf"] = [*body.get("allOf", []), {"minimum": ends[0], "maximum": ends[1]}]
    elif name == "float":
        body["allOf"] = [*body.get("allOf", []), {"minimum": -_FLOAT, "maximum": _FLOAT}]
    elif name == "byte":
        body["allOf"] = [*body.get("allOf", []), {"pattern": "^[A-Za-z0-9+/\\s]*={0,2}\\s*$"}]
    else:
        body["format"] = name


_WRITERS: Final[dict[str, Callable[[Translator, Loc, Json, str, Json, list[Loc]], None]]] = {
    **dict.fromkeys(("not", "if", "then", "else", "contains", "propertyNames"), Translator._one),
    **dict.fromkeys(("unevaluatedProperties", "unevaluatedItems", "additionalProperties"), Translator._one),
    **dict.fromkeys(("properties", "patternProperties", "dependentSchemas"), Translator._map),
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), Translator._list),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), Translator._end),
    "items": Translator._items,
    "required": Translator._required,
    "type": Translator._type,
}
