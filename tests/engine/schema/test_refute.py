"""What is proved to lie within holds for every value that a validator can be asked about."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import jsonschema_rs
import pytest

from cvt_engine.change import Direction
from cvt_engine.diff.same import Sameness
from cvt_engine.facade import load_spec
from cvt_engine.schema.loc import Conj, Source
from cvt_engine.schema.read import schema_at
from cvt_engine.schema.refute import Refuter
from tests.engine.diff.pairs import asking

NAMES = ["a", "b", "k", "x"]
ATOMS: list[Any] = ["a", "b", "x", "ab", "", "xb", 0, 1, 2, 3, 4, 5, 1.5, None, True]
LEAVES: list[Any] = [
    *({"type": name} for name in ("string", "integer", "number", "null", "boolean")),
    *({"const": "a"}, {"enum": ["a", "b"]}, {"const": 1}, {"enum": [1, 2, "a", {}, [], {"a": 1}, [1, "a"]]}),
    *({"minLength": 1}, {"maxLength": 2}, {"pattern": "^a"}, {"pattern": "b$"}),
    *({"minimum": 1}, {"maximum": 4}, {"exclusiveMinimum": 2}, {"multipleOf": 2}, {"multipleOf": 0.5}),
    *(True, False),
]


def schema(random: Random, depth: int) -> Any:
    """A schema of a few keywords, nested `depth` deep."""
    if depth == 0 or random.random() < 0.2:
        return random.choice(LEAVES)

    def inner() -> Any:
        return schema(random, depth - 1)

    def some() -> list[str]:
        return random.sample(NAMES, random.randint(1, 3))

    ways: dict[str, Any] = {
        "type": random.choice(["object", "array", ["object", "null"], "string"]),
        "properties": {name: inner() for name in some()},
        "required": some(),
        "additionalProperties": inner(),
        "patternProperties": {random.choice(["^a", "^[ab]", "x", "^(k|x)$"]): inner()},
        "propertyNames": random.choice([{"enum": ["a", "b"]}, {"pattern": "^[ab]"}, {"maxLength": 1}, {"not": {"const": "a"}}]),
        "minProperties": random.randint(0, 2),
        "maxProperties": random.randint(0, 2),
        "dependentRequired": {random.choice(NAMES): some()},
        "dependentSchemas": {random.choice(NAMES): inner()},
        "not": inner(),
        "if": inner(),
        "then": inner(),
        "else": inner(),
        "anyOf": [inner(), inner()],
        "allOf": [inner(), inner()],
        "items": inner(),
        "prefixItems": [inner()],
        "contains": inner(),
        "minItems": random.randint(0, 2),
        "maxItems": random.randint(0, 2),
        "minContains": random.randint(0, 2),
    }
    return {name: ways[name] for name in random.sample(list(ways), random.randint(1, 4))}


def near(random: Random, told: Any) -> Any:
    """The schema with one thing changed."""
    if not isinstance(told, dict) or not told:
        return schema(random, 2)
    name = random.choice(list(told))
    rest = {key: value for key, value in told.items() if key != name}
    return random.choice([rest, {"anyOf": [told, schema(random, 1)]}, {"not": {"not": told}}, {**rest, name: schema(random, 2)}, {"allOf": [told, {}]}])


def value(random: Random, depth: int) -> Any:
    """A value of few names and texts."""
    if depth == 0 or random.random() < 0.4:
        return random.choice(ATOMS)
    if random.random() < 0.6:
        return {name: value(random, depth - 1) for name in random.sample([*NAMES, "ab", "z"], random.randint(0, 4))}
    return [value(random, depth - 1) for _ in range(random.randint(0, 3))]


def side(told: Any, name: str) -> tuple[Source, Conj]:
    source = Source(load_spec(lambda _: json.dumps(asking(told)).encode(), name))
    return source, schema_at(source.root.child("paths", "/x", "post", "requestBody", "content", "application/json", "schema"))


def proved(inner: Any, outer: Any) -> bool:
    (base, first), (revision, second) = side(inner, "base.json"), side(outer, "revision.json")
    return Refuter(Sameness(base, revision).same, questions=1).harmless(first, second, Direction.REQUEST)


def compiled(told: Any) -> Any:
    """A validator; None where the schema is none."""
    try:
        return jsonschema_rs.Draft202012Validator(told)
    except (ValueError, jsonschema_rs.ValidationError):
        return None


@pytest.mark.parametrize("seed", range(6))
def test_what_is_proved_holds_for_every_value(seed: int) -> None:
    random = Random(seed)
    values, held = [value(random, 2) for _ in range(1500)], 0
    for _ in range(250):
        inner = schema(random, 3)
        outer = near(random, inner)
        first, second = compiled(inner), compiled(outer)
        if first is None or second is None or not isinstance(inner, dict) or not isinstance(outer, dict) or not proved(inner, outer):
            continue
        accepted = [each for each in values if first.is_valid(each)]
        held += bool(accepted)
        assert [each for each in accepted if not second.is_valid(each)] == [], (inner, outer)
    assert held > 20


def test_what_has_no_end_is_not_taken_for_nothing() -> None:
    endless: Any = {"type": "object", "properties": {"a": {"$ref": "#/components/schemas/A"}, "b": {"type": "string"}}, "required": ["a"]}
    shorter = {**endless, "properties": {**endless["properties"], "b": {"type": "string", "maxLength": 3}}}
    sides = []
    for told, name in ((endless, "base.json"), (shorter, "revision.json")):
        tree = asking({"$ref": "#/components/schemas/A"}, components={"schemas": {"A": told}})
        source = Source(load_spec(lambda _, tree=tree: json.dumps(tree).encode(), name))  # type: ignore[misc]
        sides.append((source, schema_at(source.root.child("components", "schemas", "A"))))
    (base, first), (revision, second) = sides
    refuter = Refuter(Sameness(base, revision).same, questions=1)
    assert not refuter.harmless(first, second, Direction.REQUEST)
    assert refuter.harmless(first, second, Direction.RESPONSE)
    assert not refuter.empty(first, second, Direction.REQUEST)


def test_what_is_told_by_its_members_lies_within() -> None:
    assert proved({"enum": [{"a": 1}, []]}, {"anyOf": [{"type": "object", "minProperties": 1, "properties": {"a": {"type": "integer"}}}, {"maxItems": 0}]})
    assert not proved({"enum": [{"a": 1}, []]}, {"anyOf": [{"type": "object", "minProperties": 2}, {"type": "array", "maxItems": 0}]})
