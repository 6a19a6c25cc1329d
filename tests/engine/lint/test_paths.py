"""Path templates and their parameters."""

from __future__ import annotations

from typing import Any

import pytest

from cvt_engine.facade import lint
from cvt_engine.finding import Finding
from tests.engine.lint.documents import minimal, spec_of


def item(*methods: str, **fields: Any) -> dict[str, Any]:
    return {**{method: {"responses": {"200": {"description": "ok"}}} for method in methods}, **fields}


def parameter(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {}}


def with_paths(*paths: str) -> dict[str, Any]:
    out = {}
    for path in paths:
        names = [part.split("}")[0] for part in path.split("{")[1:]]
        out[path] = item("get", parameters=[parameter(name) for name in names])
    return minimal(paths=out)


def of_rule(tree: dict[str, Any], rule: str) -> list[Finding]:
    return [finding for finding in lint(spec_of(tree)) if finding.rule == rule]


@pytest.mark.parametrize(
    "paths",
    [
        ("/a/{x}", "/{y}/b"),
        ("/{x}/b/{z}", "/a/{y}/c"),
        ("/a/{x}/c", "/{y}/b/{z}"),
        ("/f/{x}.json/{v}", "/f/a.json/{w}", "/f/{y}/c"),
        ("/{a}/x/{b}/y", "/v/{c}/w/{d}"),
    ],
)
def test_ambiguous(paths: tuple[str, ...]) -> None:
    assert of_rule(with_paths(*paths), "path-ambiguous")


@pytest.mark.parametrize(
    "paths",
    [
        ("/a/{x}", "/a/b"),
        ("/{x}/{y}", "/a/{z}"),
        ("/a/{x}", "/b/{y}"),
        ("/a/{x}", "/{y}/b/c"),
        ("/a/{x}.json", "/{y}/b.xml"),
        ("/a/{x}/c", "/{y}/b/d"),
        ("/a", "/b", "/c/{x}"),
    ],
)
def test_not_ambiguous(paths: tuple[str, ...]) -> None:
    assert of_rule(with_paths(*paths), "path-ambiguous") == []


def test_paths_without_a_common_method_are_not_ambiguous() -> None:
    paths = {"/a/{x}": item("get", parameters=[parameter("x")]), "/{y}/b": item("post", parameters=[parameter("y")])}
    assert of_rule(minimal(paths=paths), "path-ambiguous") == []


def test_one_path_against_many_is_one_finding() -> None:
    findings = of_rule(with_paths("/a/{x}", "/b/{x}", "/c/{x}", "/{y}/z"), "path-ambiguous")
    assert [finding.pointer for finding in findings] == ["/paths/~1{y}~1z"]
    assert "and 2 more" in findings[0].message


def test_the_same_path_for_other_methods_is_a_warning() -> None:
    paths = {"/a/{x}": item("get", parameters=[parameter("x")]), "/a/{y}": item("post", parameters=[parameter("y")])}
    assert of_rule(minimal(paths=paths), "path-duplicate") == []
    assert [finding.pointer for finding in of_rule(minimal(paths=paths), "path-ambiguous")] == ["/paths/~1a~1{y}"]


def test_three_times_the_same_path() -> None:
    assert len(of_rule(with_paths("/a/{x}", "/a/{y}", "/a/{z}"), "path-duplicate")) == 2


def test_each_operation_that_lacks_the_parameter_is_named() -> None:
    findings = of_rule(minimal(paths={"/a/{id}": item("get", "put")}), "path-parameter-undeclared")
    assert [(finding.operation, finding.subject) for finding in findings] == [("GET /a/{id}", "id"), ("PUT /a/{id}", "id")]


def test_a_shared_parameter_that_is_unused_is_one_finding() -> None:
    findings = of_rule(minimal(paths={"/a": item("get", "put", parameters=[parameter("id")])}), "path-parameter-unused")
    assert [finding.pointer for finding in findings] == ["/paths/~1a/parameters/0"]


def test_parameters_of_operation_and_path_item_add_up() -> None:
    both = item("get", parameters=[parameter("a")])
    both["get"]["parameters"] = [parameter("b")]
    assert lint(spec_of(minimal(paths={"/{a}/{b}": both}))) == ()


def test_a_parameter_that_cannot_be_resolved_is_reported_once_only() -> None:
    tree = minimal(paths={"/a/{id}": item("get", parameters=[{"$ref": "#/components/parameters/none"}])})
    assert [finding.rule for finding in lint(spec_of(tree))] == ["ref-unresolved"]


@pytest.mark.parametrize("path", ["/a/{id", "/a/id}", "/a/{}", "/{a}/{a}", "/a?x={x}", "/a/{{id}}", "pets"])
def test_bad_templates(path: str) -> None:
    assert [finding.pointer.removeprefix("/paths/").replace("~1", "/") for finding in of_rule(minimal(paths={path: {}}), "path-syntax")] == [path]


def test_a_path_item_by_reference() -> None:
    tree = minimal("3.1", components={"pathItems": {"p": item("get")}})
    tree["paths"] = {"/a/{id}": {"$ref": "#/components/pathItems/p"}}
    findings = of_rule(tree, "path-parameter-undeclared")
    assert [finding.pointer for finding in findings] == ["/paths/~1a~1{id}"]


def test_webhooks_alone_are_no_empty_paths() -> None:
    assert of_rule(minimal("3.1", paths={}, webhooks={"a": {}}), "paths-empty") == []
