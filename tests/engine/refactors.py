"""Changes of a description that change no meaning, and changes that are sure to narrow it: pure functions on trees."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

Json = dict[str, Any]
_MAPS = ("properties", "patternProperties")
_LISTS = ("allOf", "oneOf", "anyOf")
_ONES = ("items", "additionalProperties", "not")
METHODS = ("get", "put", "post", "delete", "patch", "head", "options")


def fresh(tree: Json) -> Json:
    """A copy in which nothing is shared between two places."""
    found: Json = json.loads(json.dumps(tree))
    return found


def below(schema: Any) -> Iterator[tuple[Any, Any]]:
    """(container, key) of every schema directly below a schema."""
    if not isinstance(schema, dict):
        return
    for key in _MAPS:
        yield from ((schema[key], name) for name in schema.get(key, {}))
    for key in _LISTS:
        yield from ((schema[key], index) for index in range(len(schema.get(key, []))))
    yield from ((schema, key) for key in _ONES if isinstance(schema.get(key), dict))


def tops(node: Any) -> Iterator[tuple[Any, Any]]:
    """(container, key) of every schema that no other schema holds."""
    if isinstance(node, list):
        for item in node:
            yield from tops(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key == "schema" and isinstance(value, dict):
                yield node, key
            elif key == "schemas" and isinstance(value, dict):
                yield from ((value, name) for name in value)
            elif key not in ("example", "examples", "default", "enum"):
                yield from tops(value)


def places(tree: Json) -> list[tuple[Any, Any]]:
    """(container, key) of every schema of a description, outer ones first."""
    found, stack = [], list(tops(tree))
    while stack:
        container, key = stack.pop()
        found.append((container, key))
        stack += below(container[key])
    return found


def operations(tree: Json) -> Iterator[tuple[str, str, Json]]:
    """(path, method, operation)."""
    for path, item in tree["paths"].items():
        yield from ((path, method, item[method]) for method in METHODS if method in item)


def reordered(tree: Any, random: Random) -> Any:
    """Every object's members in another order."""
    if isinstance(tree, list):
        return [reordered(item, random) for item in tree]
    if not isinstance(tree, dict):
        return tree
    names = list(tree)
    random.shuffle(names)
    return {name: reordered(tree[name], random) for name in names}


def _told_by_name(tree: Json) -> set[str]:
    """Components whose names are on the wire: alternatives of a discriminator without a mapping."""
    found = set()
    for container, key in places(tree):
        schema = container[key]
        if isinstance(schema, dict) and "discriminator" in schema:
            parts = [part for kind in _LISTS for part in schema.get(kind, [])]
            found |= {part["$ref"].rsplit("/", 1)[-1] for part in parts if "$ref" in part}
    return found


def renamed(tree: Json, random: Random) -> Json:
    """Schema components under other names."""
    kept = _told_by_name(tree)
    names = {name: name if name in kept else f"C{random.randrange(10**9)}_{index}" for index, name in enumerate(tree["components"]["schemas"])}
    prefix = "#/components/schemas/"

    def told(node: Any) -> Any:
        if isinstance(node, list):
            return [told(item) for item in node]
        if isinstance(node, dict):
            return {key: told(value) for key, value in node.items()}
        if isinstance(node, str) and node.startswith(prefix):
            return prefix + names.get(node.removeprefix(prefix), node.removeprefix(prefix))
        return node

    found: Json = told(tree)
    found["components"]["schemas"] = {names[name]: schema for name, schema in found["components"]["schemas"].items()}
    return found


def inlined(tree: Json, random: Random) -> Json:
    """Some references replaced by what they refer to."""
    tree = fresh(tree)
    known = copy.deepcopy(tree["components"]["schemas"])
    kept = _told_by_name(tree)
    for container, key in places(tree):
        ref = container[key].get("$ref", "") if isinstance(container[key], dict) else ""
        name = ref.rsplit("/", 1)[-1]
        if name in known and name not in kept and random.random() < 0.5:
            container[key] = copy.deepcopy(known[name])
    return tree


def outlined(tree: Json, random: Random) -> Json:
    """Some schemas moved to components."""
    tree = fresh(tree)
    shared = tree["components"]["schemas"]
    moved: Json = {}
    for container, key in places(tree):
        if container is not shared and isinstance(container[key], dict) and "$ref" not in container[key] and random.random() < 0.2:
            name = f"Moved{len(moved)}"
            moved[name] = container[key]
            container[key] = {"$ref": f"#/components/schemas/{name}"}
    shared.update(moved)
    return tree


def split(tree: Json, random: Random) -> Json:
    """Some schemas cut into parts of an allOf, or made the only branch of a union."""
    tree = fresh(tree)
    for container, key in places(tree):
        schema = container[key]
        if not isinstance(schema, dict) or "$ref" in schema or "discriminator" in schema or random.random() < 0.5:
            continue
        if random.random() < 0.3 and not schema.keys() & {"nullable", "readOnly", "writeOnly"}:
            container[key] = {random.choice(["allOf", "oneOf", "anyOf"]): [schema]}
        elif not schema.keys() & {"additionalProperties", "patternProperties", "allOf", "nullable"} and "properties" in schema:
            names = list(schema["properties"])
            half = names[: len(names) // 2]
            rest = {name: value for name, value in schema.items() if name not in ("properties", "required")}
            parts = [{"properties": {name: schema["properties"][name] for name in names if (name in half) is first}} for first in (True, False)]
            container[key] = {**rest, "allOf": [*parts, {"required": schema.get("required", [])}]} if schema.get("required") else {**rest, "allOf": parts}
    return tree


def merged_parameters(tree: Json, _: Random) -> Json:
    """Parameters of the only operation of a path said for the path, and the other way round."""
    tree = fresh(tree)
    for item in tree["paths"].values():
        own = [method for method in METHODS if method in item]
        if "parameters" in item:
            shared = item.pop("parameters")
            for method in own:
                item[method]["parameters"] = [*shared, *item[method].get("parameters", [])]
        elif len(own) == 1 and "parameters" in item[own[0]]:
            item["parameters"] = item[own[0]].pop("parameters")
    return tree


def const_for_enum(tree: Json, _: Random) -> Json:
    """`const` for lists of one value, a list of one for `const`."""
    tree = fresh(tree)
    for container, key in places(tree):
        schema = container[key]
        if isinstance(schema, dict) and len(schema.get("enum", [])) == 1:
            schema["const"] = schema.pop("enum")[0]
        elif isinstance(schema, dict) and "const" in schema:
            schema["enum"] = [schema.pop("const")]
    return tree


def upgraded(tree: Json, _: Random) -> Json:
    """OpenAPI 3.0 said in the words of 3.1."""
    tree = fresh(tree)
    tree["openapi"] = "3.1.1"
    for container, key in places(tree):
        schema = container[key]
        if not isinstance(schema, dict):
            continue
        if "$ref" in schema:
            container[key] = {"$ref": schema["$ref"]}
            continue
        _exclusive(schema, "minimum", "exclusiveMinimum")
        _exclusive(schema, "maximum", "exclusiveMaximum")
        if "example" in schema:
            schema["examples"] = [schema.pop("example")]
        if schema.pop("nullable", False):
            container[key] = _or_null(schema)
    return tree


def _exclusive(schema: Json, plain: str, keyword: str) -> None:
    if schema.pop(keyword, False) is True and plain in schema:
        schema[keyword] = schema.pop(plain)


def _or_null(schema: Json) -> Json:
    if "type" in schema:
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]} if schema.keys() & {"allOf", "anyOf", "oneOf"} else schema


REFACTORS: dict[str, Callable[[Json, Random], Json]] = {
    "members reordered": reordered,
    "components renamed": renamed,
    "references inlined": inlined,
    "schemas outlined": outlined,
    "allOf split": split,
    "parameters moved": merged_parameters,
    "const for enum": const_for_enum,
}


def resolved(tree: Json, schema: Any) -> Any:
    """A schema behind its references."""
    for _ in range(20):
        if not (isinstance(schema, dict) and "$ref" in schema):
            break
        node: Any = tree
        for token in schema["$ref"].removeprefix("#/").split("/"):
            node = node[token.replace("~1", "/").replace("~0", "~")]
        schema = node
    return schema


def bodies(tree: Json, *, asked: bool) -> list[Any]:
    """The JSON body schemas that clients send (`asked`), or that successful answers carry."""
    found = []
    for _, _, work in operations(tree):
        holders = [work.get("requestBody")] if asked else [answer for code, answer in work["responses"].items() if code.startswith("2")]
        for holder in holders:
            content = (resolved(tree, holder) or {}).get("content", {})
            found += [media["schema"] for kind, media in content.items() if kind == "application/json" and "schema" in media]
    return found


def inner(tree: Json, schema: Any, random: Random, hidden: str) -> Any:
    """A schema that every value reaches: down through properties and items that are plain, never into a union or a hidden property."""
    schema = resolved(tree, schema)
    for _ in range(random.randrange(6)):
        steps = [part for part in (*schema.get("properties", {}).values(), schema.get("items")) if part is not None] if is_plain(schema) else []
        known = [found for part in steps if is_plain(found := resolved(tree, part)) and not found.get(hidden)]
        if not known:
            break
        schema = random.choice(known)
    return schema


def is_plain(schema: Any) -> bool:
    """One type, no union, no reference: what it says is in its own keywords."""
    return isinstance(schema, dict) and not schema.keys() & {"allOf", "oneOf", "anyOf", "not", "$ref", "if"} and "type" in schema


def narrow(schema: Json, random: Random) -> str:
    """Narrow a plain schema in place, in a way that is possible for it; returns what was done, '' when nothing is."""
    kinds = schema.get("type")
    ways: dict[str, Json] = {}
    listed = schema.get("enum")
    free = listed is None and "const" not in schema and not schema.keys() & {"format", "pattern"}
    if listed and len(listed) > 1 and kinds == "string":
        ways["enum value removed"] = {"enum": listed[1:]}
    if kinds == "string" and free:
        ways["listed"] = {"enum": ["only"]} if not schema.keys() & {"minLength", "maxLength"} else {}
        ways["shorter"] = {"maxLength": max(schema.get("minLength", 0), schema.get("maxLength", 100) - 1)}
    if kinds in ("integer", "number") and free and "maximum" not in schema and "exclusiveMaximum" not in schema and "multipleOf" not in schema:
        ways["maximum"] = {"maximum": schema.get("minimum", 0) + 100}
    if kinds == "array" and schema.get("maxItems", 9) > schema.get("minItems", 0) and schema.get("items") is not False:
        ways["fewer items"] = {"maxItems": schema.get("maxItems", 9) - 1}
    if kinds == "object":
        ways |= _object_ways(schema)
    if isinstance(kinds, list) and "null" in kinds and listed is None:
        ways["null dropped"] = {"type": [kind for kind in kinds if kind != "null"]}
    ways = {name: change for name, change in ways.items() if change}
    if not ways:
        return ""
    name = random.choice(sorted(ways))
    schema.update(ways[name])
    return name


def _object_ways(schema: Json) -> dict[str, Json]:
    ways: dict[str, Json] = {}
    if "additionalProperties" not in schema and "maxProperties" not in schema:
        ways["closed"] = {"additionalProperties": False}
    required = schema.get("required", [])
    if "additionalProperties" not in schema and "maxProperties" not in schema:
        ways["required"] = {"required": [*required, "brand_new"], "properties": {**schema.get("properties", {}), "brand_new": {"type": "string"}}}
    optional = [
        name for name, part in schema.get("properties", {}).items() if name not in required and "type" in part and not part.keys() & {"readOnly", "writeOnly"}
    ]
    if optional:
        ways["became required"] = {"required": [*required, optional[0]]}
    return ways
