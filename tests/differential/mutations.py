"""Narrowing and widening changes of real operations: one operation, one change, both directions; many of them in one pair of documents.

Every change gets a path of its own (`/m017/...`), so that both engines judge all of them in one run and the verdicts are told apart by the path.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from cvt_engine.document import Document
from cvt_engine.facade import Spec

Json = dict[str, Any]
METHODS: Final = ("get", "put", "post", "delete", "patch")
LARGEST: Final = 30_000
"""Operations whose text is longer are left out: they would only slow both engines down."""
DEPTH: Final = 7


class Mutation(NamedTuple):
    """`name` says what was changed where; `before` and `after` are the operation on both sides, without references."""

    name: str
    path: str
    method: str
    before: Json
    after: Json


class Site(NamedTuple):
    """An element of an operation: the way to it, and what kind of element it is."""

    way: tuple[str | int, ...]
    kind: str


Edit = Callable[[Json], bool]
"""Changes an element in place; False where the element has nothing to change."""


def operations(spec: Spec) -> list[tuple[str, str, Json]]:
    """(path, method, operation without references) for every operation that is not too large."""
    found = []
    for path, item in sorted(spec.entry.tree["paths"].items()):
        for method in METHODS:
            if method in item:
                operation = inlined(item[method], spec, spec.entry)
                if len(json.dumps(operation)) <= LARGEST:
                    found.append((path, method, operation))
    return found


def inlined(node: Any, spec: Spec, document: Document, depth: int = 0) -> Any:
    """The node with every reference replaced by its target; below DEPTH references, by a schema that takes everything."""
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            if depth >= DEPTH:
                return {}
            target = spec.resolve(node["$ref"], document)
            return inlined(target.node, spec, target.document, depth + 1)
        left_out = {"example", "examples"} if "schema" in node else {"discriminator"} if "oneOf" in node or "anyOf" in node else set()
        return {key: inlined(value, spec, document, depth) for key, value in node.items() if key not in left_out}
    return [inlined(item, spec, document, depth) for item in node] if isinstance(node, list) else node


def sites(node: Any, way: tuple[str | int, ...] = (), kind: str = "operation") -> Iterator[Site]:
    """Every element of an operation that a change can be made to."""
    if isinstance(node, dict):
        yield Site(way, kind)
        for below, inner in _inside(node, kind):
            yield from sites(_at(node, below), (*way, *below), inner)


def _inside(node: Json, kind: str) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """The ways to the elements directly below, with their kinds."""
    match kind:
        case "operation":
            yield from ((("parameters", index), "parameter") for index in range(len(node.get("parameters", []))))
            yield from ((("responses", code), "response") for code in node.get("responses", {}))
            if "requestBody" in node:
                yield ("requestBody",), "body"
        case "body" | "response":
            yield from ((("content", name, "schema"), "schema") for name, media in node.get("content", {}).items() if "schema" in media)
        case _:
            yield from ((("properties", name), "schema") for name in node.get("properties", {}) if kind == "schema")
            yield from (((key,), "schema") for key in ("schema", "items", "additionalProperties") if key in node)
            yield from (((key, index), "schema") for key in ("oneOf", "anyOf", "allOf") for index in range(len(node.get(key, []))))


def generate(sources: list[tuple[str, str, Json]], count: int, seed: int) -> list[Mutation]:
    """`count` mutations of what `operations` found, the same for the same seed; kinds of change take turns."""
    chance = random.Random(seed)
    found: dict[str, Mutation] = {}
    edits = [(kind, name, edit) for kind, named in EDITS.items() for name, edit in named.items()]
    for turn in range(count * 40):
        if len(found) == count:
            break
        kind, name, edit = edits[turn % len(edits)]
        path, method, before = chance.choice(sources)
        places = [site for site in sites(before) if site.kind == kind]
        if places:
            site = chance.choice(places)
            after = copy.deepcopy(before)
            title = f"{method.upper()} {path} {'.'.join(map(str, site.way))} {name}"
            if edit(_at(after, site.way)) and after != before:
                found.setdefault(title, Mutation(title, path, method, before, after))
    return list(found.values())


def _at(node: Any, way: tuple[str | int, ...]) -> Any:
    for token in way:
        node = node[token]
    return node


def documents(mutations: list[Mutation], version: str) -> tuple[Json, Json]:
    """One base and one revision that hold all mutations, each below a path of its own."""
    head = {"openapi": version, "info": {"title": "mutations", "version": "1"}}
    sides = ({home(index, one): {one.method: side(one)} for index, one in enumerate(mutations)} for side in (_before, _after))
    base, revision = ({**head, "paths": paths} for paths in sides)
    return base, revision


def home(index: int, mutation: Mutation) -> str:
    """The path of a mutation in the documents."""
    return f"/m{index:03}{mutation.path}"


def _before(mutation: Mutation) -> Json:
    return mutation.before


def _after(mutation: Mutation) -> Json:
    return mutation.after


def _typed(node: Json, *names: str) -> bool:
    kind = node.get("type")
    return bool({kind} & set(names)) if isinstance(kind, str) else isinstance(kind, list) and bool(set(kind) & set(names))


def _limit(keyword: str, value: int, *names: str) -> Edit:
    """Set a limit where there is none, or tighten the one that is there."""

    def edit(node: Json) -> bool:
        if not _typed(node, *names) or "enum" in node:
            return False
        step = 1 if keyword.startswith("min") else -1
        node[keyword] = node[keyword] + step if isinstance(node.get(keyword), int) else value
        return bool(node[keyword] >= 0)

    return edit


def _put(keyword: str, value: Any, *names: str) -> Edit:
    def edit(node: Json) -> bool:
        if names and not _typed(node, *names):
            return False
        node[keyword] = value
        return True

    return edit


def _drop_enum_value(node: Json) -> bool:
    values = node.get("enum")
    return isinstance(values, list) and len(values) > 1 and bool(values.pop() or True)


def _drop_property(node: Json) -> bool:
    names = list(node.get("properties", {}))
    if names:
        del node["properties"][names[-1]]
        node["required"] = [name for name in node.get("required", []) if name != names[-1]]
        if not node["required"]:
            del node["required"]
    return bool(names)


def _require_property(node: Json) -> bool:
    optional = [name for name in node.get("properties", {}) if name not in node.get("required", [])]
    node["required"] = [*node.get("required", []), *optional[:1]]
    return bool(optional)


def _require_new_property(node: Json) -> bool:
    if "properties" not in node:
        return False
    node["properties"]["added_by_test"] = {"type": "string"}
    node["required"] = [*node.get("required", []), "added_by_test"]
    return True


def _retype(node: Json) -> bool:
    other = {"string": "integer", "integer": "string", "number": "string", "boolean": "string", "array": "string"}.get(str(node.get("type")))
    if other is None or "enum" in node:
        return False
    for key in [*node]:
        if key != "description":
            del node[key]
    node["type"] = other
    return True


def _widen_integer(node: Json) -> bool:
    return _typed(node, "integer") and "enum" not in node and _put("type", "number", "integer")(node)


def _nullable(node: Json) -> bool:
    if not isinstance(node.get("type"), str) or node.get("nullable") is True or "enum" in node:
        return False
    node["nullable"] = True
    return True


def _drop_branch(node: Json) -> bool:
    for key in ("oneOf", "anyOf"):
        if isinstance(node.get(key), list) and len(node[key]) > 1:
            node[key].pop()
            return True
    return False


def _drop_format(node: Json) -> bool:
    return _typed(node, "string") and bool(node.pop("format", None))


def _require_parameter(node: Json) -> bool:
    if node.get("in") == "path":
        return False
    node["required"] = node.get("required") is not True
    return True


def _drop_parameter(node: Json) -> bool:
    kept = [item for item in node.get("parameters", []) if item.get("in") == "path"]
    changed = len(kept) < len(node.get("parameters", []))
    node["parameters"] = kept
    return changed


def _add_parameter(*, required: bool) -> Edit:
    def edit(node: Json) -> bool:
        new = {"name": "added_by_test", "in": "query", "required": required, "schema": {"type": "string"}}
        node["parameters"] = [*node.get("parameters", []), new]
        return True

    return edit


def _drop_response(chosen: Callable[[str], bool]) -> Edit:
    def edit(node: Json) -> bool:
        codes = [code for code in node.get("responses", {}) if chosen(code)]
        if codes and len(node["responses"]) > 1:
            del node["responses"][codes[-1]]
            return True
        return False

    return edit


def _add_media(node: Json) -> bool:
    if "content" not in node:
        return False
    node["content"]["application/vnd.test+json"] = {"schema": {"type": "object"}}
    return True


def _toggle_required(node: Json) -> bool:
    node["required"] = node.get("required") is not True
    return True


EDITS: Final[dict[str, dict[str, Edit]]] = {
    "schema": {
        "max-length": _limit("maxLength", 40, "string"),
        "min-length": _limit("minLength", 2, "string"),
        "minimum": _limit("minimum", 3, "integer", "number"),
        "maximum": _limit("maximum", 50, "integer", "number"),
        "min-items": _limit("minItems", 1, "array"),
        "max-items": _limit("maxItems", 9, "array"),
        "pattern": _put("pattern", "^[a-z]+$", "string"),
        "enum": lambda node: "enum" not in node and _put("enum", ["a", "b"], "string")(node),
        "enum-value": _drop_enum_value,
        "format-dropped": _drop_format,
        "multiple-of": _put("multipleOf", 5, "integer"),
        "unique-items": _put("uniqueItems", True, "array"),
        "closed": lambda node: "additionalProperties" not in node and _put("additionalProperties", False, "object")(node),
        "property-dropped": _drop_property,
        "property-required": _require_property,
        "property-required-new": _require_new_property,
        "retyped": _retype,
        "integer-to-number": _widen_integer,
        "nullable": _nullable,
        "branch-dropped": _drop_branch,
        "min-properties": _limit("minProperties", 2, "object"),
        "default": _put("default", "x", "string"),
        "described": _put("description", "told by the test"),
        "deprecated": _put("deprecated", True),
    },
    "parameter": {"required": _require_parameter, "described": _put("description", "told by the test")},
    "operation": {
        "parameter-dropped": _drop_parameter,
        "parameter-added": _add_parameter(required=False),
        "parameter-added-required": _add_parameter(required=True),
        "success-dropped": _drop_response(lambda code: code.startswith("2")),
        "failure-dropped": _drop_response(lambda code: code.startswith("4")),
        "described": _put("summary", "told by the test"),
    },
    "body": {"required": _toggle_required, "media-type-added": _add_media},
    "response": {"media-type-added": _add_media},
}
