"""Changes of a whole description that change no meaning: what is shared, where it stands, in which version and in how many files it is written."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from random import Random
from typing import Any

from tests.engine.refactors import METHODS, Json, fresh, operations, places, upgraded

SHARED = {"parameters": "parameters", "requestBody": "requestBodies", "responses": "responses", "headers": "headers", "examples": "examples"}


def outlined_parts(tree: Json, random: Random) -> Json:
    """Parameters, request bodies, responses and headers moved to components."""
    tree = fresh(tree)

    def moved(kind: str, part: Any) -> Any:
        if not isinstance(part, dict) or "$ref" in part or random.random() < 0.3:
            return part
        home = tree["components"].setdefault(kind, {})
        name = f"Moved{len(home)}"
        home[name] = part
        return {"$ref": f"#/components/{kind}/{name}"}

    for item in tree["paths"].values():
        if "parameters" in item:
            item["parameters"] = [moved("parameters", part) for part in item["parameters"]]
    for _, _, work in operations(tree):
        if "parameters" in work:
            work["parameters"] = [moved("parameters", part) for part in work["parameters"]]
        if "requestBody" in work:
            work["requestBody"] = moved("requestBodies", work["requestBody"])
        for code, answer in list(work["responses"].items()):
            for name, part in list(answer.get("headers", {}).items()):
                answer["headers"][name] = moved("headers", part)
            work["responses"][code] = moved("responses", answer)
    return tree


def inlined_parts(tree: Json, random: Random) -> Json:
    """References to parameters, request bodies, responses and headers replaced by what they refer to."""
    tree = fresh(tree)
    known = copy.deepcopy(tree.get("components", {}))

    def told(node: Any) -> Any:
        if isinstance(node, list):
            return [told(item) for item in node]
        if not isinstance(node, dict):
            return node
        found = re.fullmatch(r"#/components/(parameters|requestBodies|responses|headers)/([^/]+)", str(node.get("$ref", "")))
        if found and random.random() < 0.7:
            return told(copy.deepcopy(known[found[1]][found[2].replace("~1", "/").replace("~0", "~")]))
        return {key: value if key in ("example", "examples", "default", "enum") else told(value) for key, value in node.items()}

    tree["paths"] = told(tree["paths"])
    return tree


def path_items_outlined(tree: Json, _: Random) -> Json:
    """Path items moved elsewhere in the document."""
    tree = fresh(tree)
    tree["x-items"] = {f"i{index}": item for index, item in enumerate(tree["paths"].values())}
    tree["paths"] = {path: {"$ref": f"#/x-items/i{index}"} for index, path in enumerate(tree["paths"])}
    return tree


def path_variables_renamed(tree: Json, _: Random) -> Json:
    """Every path parameter under another name."""
    tree = fresh(tree)
    shared = tree.get("components", {}).get("parameters", {})

    def own(part: Json) -> Json:
        part = shared[part["$ref"].rsplit("/", 1)[-1]] if "$ref" in part else part
        return {**part, "name": f"{part['name']}_x"} if part.get("in") == "path" else part

    for item in tree["paths"].values():
        for holder in (item, *(item[method] for method in METHODS if method in item)):
            if "parameters" in holder:
                holder["parameters"] = [own(part) for part in holder["parameters"]]
    tree["paths"] = {re.sub(r"\{([^{}]*)\}", r"{\1_x}", path): item for path, item in tree["paths"].items()}
    return tree


def security_moved(tree: Json, _: Random) -> Json:
    """Schemes under other names, and what the whole description asks for said by each operation."""
    tree = fresh(tree)
    components = tree.setdefault("components", {})
    components["securitySchemes"] = {f"{name}_x": scheme for name, scheme in components.get("securitySchemes", {}).items()}
    overall = tree.pop("security", None)
    for _path, _method, work in operations(tree):
        asked = work.get("security", overall)
        if asked is not None:
            work["security"] = [{f"{name}_x": scopes for name, scopes in each.items()} for each in reversed(asked)]
    return tree


def lists_reordered(tree: Json, random: Random) -> Json:
    """Listed values, required names, alternatives, parameters and servers in another order."""
    tree = fresh(tree)
    for container, key in places(tree):
        schema = container[key]
        for keyword in ("enum", "required", "oneOf", "anyOf", "allOf"):
            if isinstance(schema, dict) and isinstance(schema.get(keyword), list):
                random.shuffle(schema[keyword])
    for _path, _method, work in operations(tree):
        random.shuffle(work.get("parameters", []))
        random.shuffle(work.get("tags", []))
    return tree


def servers_elsewhere(tree: Json, _: Random) -> Json:
    """Each operation names the servers that it had anyway, with a slash at the end."""
    tree = fresh(tree)
    listed = tree.get("servers", [{"url": "/"}])
    for path, _method, work in operations(tree):
        if "servers" not in tree["paths"][path]:
            work.setdefault("servers", [{**server, "url": server["url"].rstrip("/") + "/"} for server in listed])
    return tree


def spelled_out(tree: Json, _: Random) -> Json:
    """Defaults of the specification written down."""
    tree = fresh(tree)
    for _path, _method, work in operations(tree):
        for part in work.get("parameters", []):
            if "schema" in part and part.get("in") == "query":
                part.setdefault("style", "form")
                part.setdefault("explode", part["style"] == "form")
            part.setdefault("deprecated", False) if "$ref" not in part else None
        if "requestBody" in work and "$ref" not in work["requestBody"]:
            work["requestBody"].setdefault("required", False)
    for container, key in places(tree):
        schema = container[key]
        if isinstance(schema, dict) and schema.get("type") == "object" and not schema.keys() & {"additionalProperties", "patternProperties"}:
            schema["additionalProperties"] = True
        if isinstance(schema, dict) and schema.get("type") == "array":
            schema.setdefault("minItems", 0)
            schema.setdefault("uniqueItems", False)
    return tree


def as_3_2(tree: Json, random: Random) -> Json:
    """The same in OpenAPI 3.2, from 3.0 or 3.1."""
    tree = upgraded(tree, random) if tree["openapi"].startswith("3.0") else fresh(tree)
    tree["openapi"] = "3.2.0"
    return tree


RESTRUCTURES: dict[str, Callable[[Json, Random], Json]] = {
    "parts outlined": outlined_parts,
    "parts inlined": inlined_parts,
    "path items outlined": path_items_outlined,
    "path variables renamed": path_variables_renamed,
    "security moved": security_moved,
    "lists reordered": lists_reordered,
    "servers elsewhere": servers_elsewhere,
    "defaults spelled out": spelled_out,
    "in 3.2": as_3_2,
}


def in_files(tree: Json) -> dict[str, Json]:
    """The description in several files: schemas in one of their own, each path in its own."""
    tree = fresh(tree)
    schemas = tree["components"].pop("schemas")

    def told(node: Any, prefix: str) -> Any:
        if isinstance(node, list):
            return [told(item, prefix) for item in node]
        if not isinstance(node, dict):
            return node
        found = {key: told(value, prefix) for key, value in node.items()}
        ref = node.get("$ref")
        if isinstance(ref, str) and ref.startswith("#/components/schemas/"):
            found["$ref"] = f"{prefix}schemas.json#/{ref.removeprefix('#/components/schemas/')}"
        elif isinstance(ref, str) and ref.startswith("#/") and prefix:
            found["$ref"] = f"../openapi.json{ref}"
        return found

    files = {f"paths/p{index}.json": told(item, "../") for index, item in enumerate(tree["paths"].values())}
    tree["paths"] = {path: {"$ref": f"paths/p{index}.json"} for index, path in enumerate(tree["paths"])}
    return {"openapi.json": told(tree, ""), "schemas.json": _local(schemas), **files}


def _local(node: Any) -> Any:
    if isinstance(node, list):
        return [_local(item) for item in node]
    if not isinstance(node, dict):
        return node
    found = {key: _local(value) for key, value in node.items()}
    ref = node.get("$ref")
    if isinstance(ref, str) and ref.startswith("#/components/"):
        kind = "#/" if ref.startswith("#/components/schemas/") else "openapi.json#/components/"
        found["$ref"] = kind + ref.removeprefix("#/components/schemas/" if kind == "#/" else "#/components/")
    return found


_COLLECTIONS = {"csv": ("form", False), "ssv": ("spaceDelimited", False), "pipes": ("pipeDelimited", False), "multi": ("form", True)}
_FLOWS = {"accessCode": "authorizationCode", "application": "clientCredentials"}


def from_2_0(tree: Json) -> Json:
    """OpenAPI 2.0 said in the words of 3.0."""
    tree = fresh(tree)
    shared = tree.get("parameters", {})
    paths = {path: _item(item, tree, shared) for path, item in tree["paths"].items()}
    schemes = {name: _scheme(scheme) for name, scheme in tree.get("securityDefinitions", {}).items()}
    hosts = [f"{name}://{tree['host']}" for name in tree.get("schemes", ["https"])] if "host" in tree else [""]
    kept: Json = {key: tree[key] for key in ("info", "tags", "security") if key in tree}
    found: Json = {"openapi": "3.0.3", **kept, "servers": [{"url": host + tree.get("basePath", "") or "/"} for host in hosts], "paths": paths}
    text: Json = {"components": {"schemas": tree.get("definitions", {}), "securitySchemes": schemes}, **found}
    spelled: Json = _spelled(text)
    return spelled


def _spelled(node: Any) -> Any:
    if isinstance(node, list):
        return [_spelled(item) for item in node]
    if not isinstance(node, dict):
        return node
    found = {"nullable" if key == "x-nullable" else key: _spelled(value) for key, value in node.items()}
    if isinstance(ref := found.get("$ref"), str):
        found["$ref"] = ref.replace("#/definitions/", "#/components/schemas/")
    if isinstance(found.get("discriminator"), str) and "properties" in found:
        found["discriminator"] = {"propertyName": found["discriminator"]}
    return {**found, "type": "string", "format": "binary"} if found.get("type") == "file" else found


def _item(item: Json, tree: Json, shared: Json) -> Json:
    common = [_direct(part, shared) for part in item.get("parameters", [])]
    found: Json = {"parameters": [_parameter(part) for part in common if part["in"] not in ("body", "formData")]}
    for method in METHODS:
        if method in item:
            found[method] = _operation(item[method], common, tree, shared)
    return found


def _direct(part: Json, shared: Json) -> Json:
    known: Json = shared[part["$ref"].rsplit("/", 1)[-1]] if "$ref" in part else part
    return known


def _operation(work: Json, common: list[Json], tree: Json, shared: Json) -> Json:
    own = [_direct(part, shared) for part in work.get("parameters", [])]
    told: Json = {"consumes": ["application/json"], "produces": ["application/json"], **tree, **work}
    sends, gives = told["consumes"], told["produces"]
    found = {key: value for key, value in work.items() if key not in ("consumes", "produces", "schemes", "parameters", "responses")}
    found["parameters"] = [_parameter(part) for part in own if part["in"] not in ("body", "formData")]
    for part in (*common, *own):
        if part["in"] == "body":
            found["requestBody"] = {"required": part.get("required", False), "content": {kind: {"schema": part["schema"]} for kind in sends}}
    if fields := {part["name"]: part for part in (*common, *own) if part["in"] == "formData"}:
        found["requestBody"] = _form(fields, sends)
    answers = {code: tree["responses"][answer["$ref"].rsplit("/", 1)[-1]] if "$ref" in answer else answer for code, answer in work["responses"].items()}
    found["responses"] = {code: _answer(answer, gives) for code, answer in answers.items()}
    return found


def _parameter(part: Json) -> Json:
    outer: Json = {key: part[key] for key in ("name", "in", "description", "required", "allowEmptyValue") if key in part}
    style, explode = _COLLECTIONS[part.get("collectionFormat", "csv")]
    said: Json = {"style": style, "explode": explode} if part.get("type") == "array" and part["in"] == "query" else {}
    return {**outer, **said, "schema": _inner(part)}


def _inner(part: Json) -> Json:
    return {key: value for key, value in part.items() if key not in ("name", "in", "description", "required", "allowEmptyValue", "collectionFormat")}


def _form(fields: dict[str, Json], sends: list[str]) -> Json:
    required = [name for name, part in fields.items() if part.get("required")]
    schema = {"type": "object", "properties": {name: _inner(part) for name, part in fields.items()}, **({"required": required} if required else {})}
    listed = {name: _COLLECTIONS[part.get("collectionFormat", "csv")] for name, part in fields.items() if part.get("type") == "array"}
    encoding = {name: {"style": style, "explode": explode} for name, (style, explode) in listed.items()}
    return {"required": bool(required), "content": {kind: {"schema": schema, "encoding": encoding} for kind in sends}}


def _answer(answer: Json, gives: list[str]) -> Json:
    found: Json = {"description": answer.get("description", "")}
    if "schema" in answer:
        found["content"] = {kind: {"schema": answer["schema"]} for kind in gives}
    if "headers" in answer:
        found["headers"] = {name: {"schema": _inner(part)} for name, part in answer["headers"].items()}
    return found


def _scheme(scheme: Json) -> Json:
    if scheme["type"] == "basic":
        return {"type": "http", "scheme": "basic"}
    if scheme["type"] != "oauth2":
        return scheme
    urls = {key: scheme[key] for key in ("authorizationUrl", "tokenUrl", "scopes") if key in scheme}
    return {"type": "oauth2", "flows": {_FLOWS.get(scheme["flow"], scheme["flow"]): urls}}
