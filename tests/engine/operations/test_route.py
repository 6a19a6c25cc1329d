"""From paths to operations."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cvt_engine.operations.route import fitted, path_of
from tests.engine.validate.contracts import Json, asked, contract, described

OK: Json = {"responses": {"200": {"description": "ok"}}}


def paths(*templates: str, **more: object) -> Json:
    return described({path: {"get": {**OK, "operationId": path}} for path in templates}, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/a/b", "/a/b"),
        ("/a/x", "/a/{id}"),
        ("/x/b", "/{x}/b"),
        ("/c/1.json", "/c/{id}.json"),
        ("/c/1.xml", "/c/{id}"),
        ("/d/v1...v2", "/d/{base}...{head}"),
        ("/d/v1", "/d/{one}"),
        ("/a%2Db/%63", "/a-b/c"),
        ("/", "/"),
        ("/a/", None),
        ("/A/b", "/{x}/b"),
        ("/c//", None),
        ("//a/b", None),
        ("", "/"),
        ("a/b", "/a/b"),
        ("https://u:p@[::1]:80/a/b?c#d", "/a/b"),
        ("HTTP://HOST", "/"),
    ],
)
def test_the_most_specific_template_wins(path: str, template: str | None) -> None:
    known = paths("/{x}/b", "/a/{id}", "/a/b", "/c/{id}", "/c/{id}.json", "/d/{base}...{head}", "/d/{one}", "/a-b/c", "/")
    found = contract(known).match("get", path)
    assert (found.path if found else None) == template


def test_a_wrong_turn_is_taken_back() -> None:
    found = contract(paths("/a/b/c", "/{x}/b/d", "/a/{y}/e")).match
    assert [match.path if match else None for match in (found("GET", "/a/b/c"), found("GET", "/a/b/d"), found("GET", "/a/b/e"), found("GET", "/z/b/d"))] == [
        "/a/b/c",
        "/{x}/b/d",
        "/a/{y}/e",
        "/{x}/b/d",
    ]


def test_templates_are_paths_too() -> None:
    parameter = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    found = contract(described({"/v/{id}": {"get": {"parameters": [parameter], **OK}}, "/v/{id}/{x}.json": {"get": OK}}))
    assert asked(found, "GET", "/v/{id}") == []
    assert asked(found, "GET", "/v/{orderId}") == []
    assert asked(found, "GET", "/v/{id}/{x}.json") == []
    match = found.match("GET", "/v/{id}")
    assert match is not None
    assert match.parameters == {"id": None}


def test_methods_of_one_path_may_stand_under_different_names() -> None:
    found = contract(described({"/a/{x}": {"get": OK}, "/a/{y}": {"put": OK}}))
    assert found.allowed("/a/1") == ("GET", "PUT")
    assert asked(found, "put", "/a/1") == []


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE"])
def test_every_method_in_any_case(method: str) -> None:
    found = contract(described({"/a": {method.lower(): OK}}))
    assert asked(found, method, "/a") == []
    assert asked(found, method.lower(), "/a") == []
    assert asked(found, "BREW", "/a") == ["method-undocumented method"]


def test_the_methods_of_32() -> None:
    found = contract(described({"/a": {"query": OK, "additionalOperations": {"COPY": OK}}}, version="3.2.0"))
    assert asked(found, "QUERY", "/a") == []
    assert asked(found, "COPY", "/a") == []
    assert found.allowed("/a") == ("COPY", "QUERY")


def test_prefixes_of_an_operation_are_its_own() -> None:
    tree = described({"/a": {"servers": [{"url": "/own"}], "get": OK}, "/b": {"get": OK}}, servers=[{"url": "/base"}])
    found = contract(tree)
    assert [asked(found, "GET", path) for path in ("/own/a", "/base/b", "/a", "/b")] == [[], [], [], []]
    assert asked(found, "GET", "/base/a") == ["path-undocumented path"]
    assert asked(found, "GET", "/own/b") == ["path-undocumented path"]


def test_the_prefix_is_taken_off_first() -> None:
    found = contract(paths("/{x}", "/v1/{y}", servers=[{"url": "/v1"}]))
    assert [match.path for path in ("/v1/a", "/v1/v1/a", "/a") if (match := found.match("GET", path))] == ["/{x}", "/v1/{y}", "/{x}"]


def test_prefixes_with_listed_variables() -> None:
    server = {"url": "https://a.example/{stage}/{v}", "variables": {"stage": {"enum": ["dev", "live"], "default": "dev"}, "v": {"default": "v1"}}}
    based = {"url": "https://a.example{base}", "variables": {"base": {"default": "/x/y"}}}
    found = contract(paths("/a", servers=[server, based]))
    assert [asked(found, "GET", path) == [] for path in ("/dev/v1/a", "/live/v7/a", "/test/v1/a", "/x/y/a")] == [True, True, False, True]


def test_a_parameter_that_is_marked_to_hold_slashes() -> None:
    def marked(*names: str) -> Json:
        parameters = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string", "maxLength": 9}, "x-multi-segment": name != "plain"} for name in names
        ]
        return {"parameters": parameters, "get": OK}

    known = {
        "/c/{path}": marked("path"),
        "/b/{branch}/protection": marked("branch"),
        "/b/x/y": marked(),
        "/d/{a}/{b}": marked("a", "b"),
        "/e/{plain}": marked("plain"),
    }
    find = contract(described(known)).match
    cases = {"/c/a": "a", "/c/a/b/c.md": "a/b/c.md", "/b/x/y/protection": "x/y", "/b/protection/protection": "protection", "/d/1/2/3": "1"}
    assert {path: next(iter(match.parameters.values())) for path in cases if (match := find("GET", path))} == cases
    assert [match.path if (match := find("GET", path)) else None for path in ("/b/x/y", "/c/", "/e/a/b", "/c/{path}")] == ["/b/x/y", None, None, "/c/{path}"]
    assert asked(contract(described(known)), "GET", "/c/aaaaa/bbbbb") == ["request-parameter-schema path.path"]


def test_many_marked_parameters_need_no_more_than_linear_tries() -> None:
    names = [f"p{n}" for n in range(20)]
    parameters = [{"name": name, "in": "path", "required": True, "schema": {}, "x-multi-segment": True} for name in names]
    found = contract(described({"/" + "/".join(f"{{{name}}}" for name in names) + "/end": {"parameters": parameters, "get": OK}}))
    assert found.match("GET", "/a" * 300) is None
    assert found.match("GET", "/a" * 300 + "/end") is not None


def test_what_stands_beside_paths_is_no_path() -> None:
    tree = described({"/a": {"get": OK, "summary": "S", "x-get": OK}, "x-b": {"get": OK}, "c": {"get": OK}})
    assert [end.path for end in contract(tree).endpoints()] == ["/a"]


def test_referred_path_items() -> None:
    tree = described({"/a": {"$ref": "#/components/pathItems/A"}}, version="3.1.0", components={"pathItems": {"A": {"get": OK}}})
    assert asked(contract(tree), "GET", "/a") == []


@given(st.lists(st.sampled_from(["", "-", "..", "/x"]), min_size=2, max_size=4), st.text(alphabet="ab-./x", max_size=12))
def test_fitted_texts_make_up_the_segment(parts: list[str], text: str) -> None:
    found = fitted(tuple(parts), text)
    if found is not None:
        assert all(found)
        assert "".join(part + (value or "") for part, value in zip(parts, (*found, ""), strict=True)) == text


@given(st.text())
def test_any_text_is_a_path(text: str) -> None:
    path, query = path_of(text)
    assert len(path) + len(query) <= len(text) + 1
    contract(paths("/a/{b}")).match(text, text)
