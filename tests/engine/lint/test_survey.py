"""The walk over a description and the files it reaches."""

from __future__ import annotations

from typing import Any

import pytest

from cvt_engine.facade import lint
from cvt_engine.finding import Finding
from cvt_engine.lint.grammar.versions import grammar_of
from cvt_engine.lint.problem import pointer_of
from cvt_engine.lint.survey import survey
from tests.engine.lint.documents import RICH, minimal, spec_of


def found(tree: Any, **files: Any) -> list[tuple[str, str]]:
    return [(finding.rule, finding.pointer) for finding in lint(spec_of(tree, **files))]


def with_schemas(**schemas: Any) -> dict[str, Any]:
    return minimal(components={"schemas": schemas})


@pytest.mark.parametrize("version", RICH)
def test_every_operation_and_reference_is_met(version: str) -> None:
    spec = spec_of(RICH[version])
    seen = survey(spec, grammar_of(version))
    text = spec.entry.data.decode()
    assert len(seen.uses) == text.count('"$ref"')
    assert len(seen.sites["Operation"]) == text.count('"responses"') - text.count('"responses": {\n   "Error"') - text.count('"responses": {\n  "Error"')


def test_sites_are_in_document_order() -> None:
    spec = spec_of(RICH["3.0"])
    operations = [pointer_of(trail) for _, _, trail in survey(spec, grammar_of("3.0")).sites["Operation"]]
    assert operations[:3] == ["/paths/~1pets/get", "/paths/~1pets/post", "/paths/~1pets/post/callbacks/made/{$request.body#~1url}/post"]


def test_data_is_not_taken_for_structure() -> None:
    data = {"$ref": "#/nowhere", "type": "strng", "operationId": "ping"}
    tree = with_schemas(A={"type": "object", "example": data, "default": data, "enum": [data], "x-data": {"$ref": "#/nowhere"}})
    tree["x-more"] = {"$ref": "#/nowhere"}
    tree["components"]["examples"] = {"e": {"value": data}}
    assert found(tree) == []


def test_properties_named_like_keywords() -> None:
    names = ("$ref", "type", "properties", "items", "required", "enum", "default", "example", "allOf", "nullable", "discriminator", "pattern")
    tree = with_schemas(A={"type": "object", "properties": {name: {"type": "string"} for name in names}, "required": list(names)})
    assert found(tree) == []
    tree["openapi"] = "3.1.0"
    assert found(tree) == []


def test_a_shared_mistake_is_one_finding_with_its_places() -> None:
    tree = minimal()
    tree["paths"] = {f"/{n}": {"get": {"responses": {"200": {"$ref": "#/components/responses/Gone"}}}} for n in "abc"}
    findings = lint(spec_of(tree))
    assert [(finding.rule, finding.operation) for finding in findings] == [("ref-unresolved", "GET /a")]
    assert [place.operation for place in findings[0].places] == ["GET /a", "GET /b", "GET /c"]


def test_parts_in_other_files_are_checked_with_their_own_positions() -> None:
    tree = with_schemas(A={"$ref": "common.json#/schemas/A"})
    findings = lint(
        spec_of(tree, common__json={"schemas": {"A": {"type": "object", "properties": {"a": {"type": "strng"}}, "default": 1}, "B": {"type": "unused"}}})
    )
    assert [(finding.rule, finding.pointer) for finding in findings] == [
        ("default-invalid", "common.json#/schemas/A/default"),
        ("schema-invalid", "common.json#/schemas/A/properties/a/type"),
    ]
    assert all(finding.position is not None and finding.position.file == "common.json" for finding in findings)


def test_references_between_files_are_relative_to_the_file() -> None:
    files = {"sub/pet.json": {"properties": {"kind": {"$ref": "kind.json"}, "gone": {"$ref": "#/none"}}}, "sub/kind.json": {"type": "string", "enum": [1]}}
    rules = found(with_schemas(A={"$ref": "sub/pet.json"}), **files)
    assert rules == [("ref-unresolved", "sub/pet.json#/properties/gone/$ref"), ("enum-type", "sub/kind.json#/enum/0")]


def test_a_broken_file_is_one_finding_at_the_reference() -> None:
    findings = lint(spec_of(with_schemas(A={"$ref": "bad.json"}, B={"$ref": "bad.json"}), bad__json="{"))
    assert [(finding.rule, finding.pointer) for finding in findings] == [("ref-unresolved", "/components/schemas/A/$ref")]
    assert "bad.json" in findings[0].message


def test_a_missing_file_is_one_finding() -> None:
    assert found(with_schemas(A={"$ref": "missing.json#/a"})) == [("ref-unresolved", "/components/schemas/A/$ref")]


def test_a_reference_out_of_the_grammar_is_checked_where_it_leads() -> None:
    tree = with_schemas(A={"$ref": "#/x-shared/A"})
    tree["x-shared"] = {"A": {"type": "strng"}}
    assert found(tree) == [("schema-invalid", "/x-shared/A/type")]


def test_a_reference_to_a_value_that_is_no_object() -> None:
    tree = with_schemas(A={"$ref": "#/info/title"})
    assert found(tree) == [("schema-invalid", "/info/title")]


def test_siblings_of_a_reference_count_since_3_1() -> None:
    schemas = {"A": {"$ref": "#/components/schemas/B", "default": "x"}, "B": {"type": "integer"}}
    assert found(minimal("3.1", components={"schemas": schemas})) == [("default-invalid", "/components/schemas/A/default")]
    assert found(minimal("3.0", components={"schemas": schemas})) == []


def test_anchors_and_boolean_schemas() -> None:
    schemas = {
        "A": {"$anchor": "a", "type": "integer"},
        "B": {"$ref": "#a", "default": "x"},
        "C": True,
        "D": {"properties": {"c": {"$ref": "#/components/schemas/C"}, "n": False}},
    }
    assert found(minimal("3.1", components={"schemas": schemas})) == [("default-invalid", "/components/schemas/B/default")]


def fingerprints(findings: tuple[Finding, ...]) -> set[str]:
    return {finding.fingerprint for finding in findings}


def test_fingerprints_do_not_depend_on_lines_or_on_the_order_of_keys() -> None:
    tree = with_schemas(A={"type": "strng"}, B={"type": "integer", "default": "x"})
    moved = dict(reversed(tree.items())) | {"x-first": 1}
    assert fingerprints(lint(spec_of(tree))) == fingerprints(lint(spec_of(moved)))
    assert len(fingerprints(lint(spec_of(tree)))) == 2
