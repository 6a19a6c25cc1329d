"""Random single mistakes in a description, as a person or a script would make them."""

from __future__ import annotations

import copy
import random
from typing import Any, Final

WRONG: Final[tuple[Any, ...]] = (None, True, 7, -1, 1.5, "", "text", [], {}, ["a"], {"a": 1}, [None], ["a", "a"], {"$ref": "#/nowhere"})
KEYS: Final = (
    "descripton",
    "x-ok",
    "type",
    "schema",
    "nullable",
    "required",
    "examples",
    "example",
    "content",
    "in",
    "name",
    "const",
    "summary",
    "default",
    "style",
    "enum",
)
TYPES: Final = ("string", "strng", "integer", "null", "file", ["string", "null"], "object", "array", "number")


def mutate(tree: dict[str, Any], seed: int) -> tuple[dict[str, Any], str]:
    """A copy with one mistake, and what was done."""
    rng = random.Random(seed)
    changed = copy.deepcopy(tree)
    places = _places(changed)
    for _ in range(50):
        path, parent, key = rng.choice(places)
        act = rng.choice((_drop, _drop, _retype, _retype, _rename, _add, _word, _repeat, _default))
        done = act(parent, key, rng)
        if done:
            return changed, f"{done} at /{'/'.join(map(str, path))}"
    return changed, "nothing"


def _places(tree: Any) -> list[tuple[tuple[Any, ...], Any, Any]]:
    found = []
    stack: list[tuple[tuple[Any, ...], Any]] = [((), tree)]
    while stack:
        path, node = stack.pop()
        items = list(node.items()) if isinstance(node, dict) else list(enumerate(node)) if isinstance(node, list) else []
        for key, value in items:
            if key not in ("openapi", "swagger"):
                found.append(((*path, key), node, key))
                stack.append(((*path, key), value))
    return found


def _drop(parent: Any, key: Any, rng: random.Random) -> str:
    del parent[key]
    return "drop"


def _retype(parent: Any, key: Any, rng: random.Random) -> str:
    parent[key] = copy.deepcopy(rng.choice(WRONG))
    return f"set {parent[key]!r}"


def _rename(parent: Any, key: Any, rng: random.Random) -> str:
    if not isinstance(parent, dict):
        return ""
    fresh = key[:-1] + "_" if len(key) > 1 else key + "x"
    parent[fresh] = parent.pop(key)
    return f"rename to {fresh}"


def _add(parent: Any, key: Any, rng: random.Random) -> str:
    name = rng.choice(KEYS)
    if not isinstance(parent, dict) or name in parent:
        return ""
    parent[name] = copy.deepcopy(rng.choice(WRONG))
    return f"add {name}={parent[name]!r}"


def _word(parent: Any, key: Any, rng: random.Random) -> str:
    if key == "type" and isinstance(parent[key], str):
        parent[key] = copy.deepcopy(rng.choice(TYPES))
    elif key in ("name", "in", "operationId", "$ref", "style", "parent"):
        parent[key] = rng.choice(("id", "getPet", "query", "path", "body", "#/components/schemas/Pet", "#/definitions/Pet", "simple", "limit", "pets"))
    else:
        return ""
    return f"word {parent[key]!r}"


def _repeat(parent: Any, key: Any, rng: random.Random) -> str:
    if isinstance(parent, list):
        parent.append(copy.deepcopy(parent[key]))
        return "repeat"
    if isinstance(key, str) and key.startswith("/"):
        parent[key.replace("id", "ident") if "id" in key else key + "/{more}"] = copy.deepcopy(parent[key])
        return "copy path"
    return ""


def _default(parent: Any, key: Any, rng: random.Random) -> str:
    if key != "type" or not isinstance(parent[key], str):
        return ""
    parent["default"] = copy.deepcopy(rng.choice(WRONG))
    return f"default {parent['default']!r}"
