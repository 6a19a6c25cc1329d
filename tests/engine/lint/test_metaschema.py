"""The compiled grammar against the published schemas that openapi-spec-validator ships."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any, Final

import jsonschema_rs
import pytest

from cvt_engine.lint.grammar.versions import grammar_of
from cvt_engine.lint.metaschema import checker
from tests.engine.lint.documents import RICH

_PUBLISHED: Final = {"2.0": "v2.0", "3.0": "v3.0", "3.1": "v3.1", "3.2": "v3.2"}


def published(version: str) -> dict[str, Any]:
    text = (files("openapi_spec_validator") / f"resources/schemas/{_PUBLISHED[version]}/schema.json").read_text("utf-8")
    tree: dict[str, Any] = json.loads(text)
    return tree


def names(schema: Any, found: set[str]) -> set[str]:
    """Every field name that a published schema declares."""
    if isinstance(schema, dict):
        properties = schema.get("properties")
        found.update(properties if isinstance(properties, dict) else ())
        for value in schema.values():
            names(value, found)
    elif isinstance(schema, list):
        for value in schema:
            names(value, found)
    return found


def fields(version: str) -> set[str]:
    return {name for kind in grammar_of(version).values() for name in kind.fields}


@pytest.mark.parametrize("version", _PUBLISHED)
def test_every_published_field_is_known(version: str) -> None:
    by_pattern = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}
    by_mistake = {"body"} if version == "3.1" else set()  # a link's `server`, misnamed in the published schema
    assert names(published(version), set()) - fields(version) - by_pattern <= by_mistake


@pytest.mark.parametrize("version", _PUBLISHED)
def test_the_rich_document_is_valid_for_both(version: str) -> None:
    assert jsonschema_rs.validator_for(published(version)).is_valid(RICH[version])
    assert checker(version).is_valid(RICH[version])


@pytest.mark.parametrize("version", _PUBLISHED)
def test_every_kind_named_in_a_row_exists(version: str) -> None:
    grammar = grammar_of(version)
    for kind in grammar.values():
        used = {shape.kind for shape in kind.fields.values() if shape.kind} | set(kind.cases.values())
        assert used <= grammar.keys(), kind.name


@pytest.mark.parametrize("version", _PUBLISHED)
def test_dropping_any_field_agrees_with_the_published_schema(version: str) -> None:
    """Remove each key of the rich document in turn, and give each value another type: both checkers must say the same, where schemas are theirs to judge."""
    theirs, ours = jsonschema_rs.validator_for(published(version)), checker(version, opaque=version in ("3.1", "3.2"))
    tree = json.loads(json.dumps(RICH[version]))
    differences = []
    changes: tuple[Any, ...] = (None, 5, "text", [], {}, True, ...)
    for path, parent, key in list(walk(tree, ())):
        value = parent[key]
        for changed in changes:
            if changed is ...:
                del parent[key]
            else:
                parent[key] = changed
            if theirs.is_valid(tree) != ours.is_valid(tree):
                differences.append(("/".join(map(str, path)), changed))
            if isinstance(parent, dict):
                parent[key] = value
            elif changed is ...:
                parent.insert(key, value)
            else:
                parent[key] = value
    assert [difference for difference in differences if not expected(version, *difference)] == []


def expected(version: str, path: str, changed: Any) -> bool:
    """JSON Schema draft 4, by which 2.0 and 3.0 schemas are judged too, asks for more than the published schema: bounds beside their flags, no empty lists."""
    flag_alone = path.endswith("/minimum") and changed is ...
    empty_list = changed == [] and path.rpartition("/")[2] in ("allOf", "oneOf", "anyOf", "enum")
    last_item = changed is ... and "/anyOf/" in path
    return version in ("2.0", "3.0") and (flag_alone or empty_list or last_item)


def walk(node: Any, path: tuple[Any, ...]) -> Any:
    items = list(node.items()) if isinstance(node, dict) else list(enumerate(node)) if isinstance(node, list) else []
    for key, value in items:
        yield (*path, key), node, key
        yield from walk(value, (*path, key))
