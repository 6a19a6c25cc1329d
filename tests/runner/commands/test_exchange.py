"""`cvt validate` and `cvt generate`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.runner.conftest import Run

SPEC = {
    "openapi": "3.0.3",
    "info": {"title": "Users", "version": "1.0.0"},
    "paths": {
        "/users": {
            "post": {
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {"schema": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string", "minLength": 2}}}}
                    },
                },
                "responses": {
                    "201": {
                        "description": "",
                        "content": {"application/json": {"schema": {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}}},
                    }
                },
            }
        },
        "/name": {"get": {"responses": {"200": {"description": "", "content": {"application/json": {"schema": {"type": "string"}}}}}}},
    },
}
JSON = {"content-type": "application/json"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "openapi.json").write_text(json.dumps(SPEC))
    return tmp_path


def validated(cvt: Run, folder: Path, interaction: object, *more: str) -> tuple[int, str]:
    (folder / "exchange.json").write_text(json.dumps(interaction))
    done = cvt("validate", "-s", "openapi.json", "-i", "exchange.json", *more, cwd=folder)
    return done.code, done.out


GOOD: dict[str, dict[str, Any]] = {
    "request": {"method": "POST", "path": "/users", "headers": JSON, "body": {"name": "Ada"}},
    "response": {"statusCode": 201, "headers": JSON, "body": {"id": 1}},
}
FLAT = {"method": "POST", "path": "/users", "headers": JSON, "body": {"name": "Ada"}, "status_code": 201, "response_headers": JSON, "response_body": {"id": 1}}


@pytest.mark.parametrize("interaction", [GOOD, FLAT], ids=["nested", "flat"])
def test_both_forms_of_an_interaction(cvt: Run, folder: Path, interaction: object) -> None:
    assert validated(cvt, folder, interaction) == (0, "✓ Validation passed\n")


def test_a_body_written_as_a_text_is_not_encoded_again(cvt: Run, folder: Path) -> None:
    text = {"request": GOOD["request"] | {"body": '{"name": "Ada"}'}, "response": GOOD["response"] | {"body": '{"id": 1}'}}
    assert validated(cvt, folder, text)[0] == 0


def test_a_plain_text_as_a_json_body_is_one(cvt: Run, folder: Path) -> None:
    assert validated(cvt, folder, {"request": {"method": "GET", "path": "/name"}, "response": {"statusCode": 200, "body": "Ada"}})[0] == 0


@pytest.mark.parametrize("style", [[], ["--json"], ["--format", "json"]])
def test_everything_wrong_is_told_and_the_code_is_one_in_every_format(cvt: Run, folder: Path, style: list[str]) -> None:
    bad = {"request": GOOD["request"] | {"body": {"name": "A"}}, "response": GOOD["response"] | {"body": {"id": "x"}}}
    code, out = validated(cvt, folder, bad, *style)
    assert code == 1
    assert "minLength" in out
    assert "integer" in out


def test_the_published_keys(cvt: Run, folder: Path) -> None:
    assert json.loads(validated(cvt, folder, GOOD, "--json")[1]) == {"valid": True}
    code, out = validated(cvt, folder, {"request": {"method": "GET", "path": "/nowhere"}, "response": {"statusCode": 200}}, "--json")
    said = json.loads(out)
    assert (code, said["valid"], len(said["errors"])) == (1, False, 1)


def test_the_request_alone(cvt: Run, folder: Path) -> None:
    (folder / "request.json").write_text(json.dumps({"method": "POST", "path": "/users", "headers": JSON, "body": '{"name":"Ada"}'}))
    (folder / "response.json").write_text(json.dumps({"status_code": 201, "headers": JSON, "body": '{"id":"x"}'}))
    assert cvt("validate", "-s", "openapi.json", "--request", "request.json", cwd=folder).code == 0
    assert cvt("validate", "-s", "openapi.json", "--request", "request.json", "--response", "response.json", cwd=folder).code == 1


def test_an_exchange_by_options(cvt: Run, folder: Path) -> None:
    base = ("validate", "-s", "openapi.json", "-m", "post", "-p", "/users", "--request-body", '{"name":"Ada"}')
    assert cvt(*base, "--status-code", "201", "--response-body", '{"id":1}', cwd=folder).code == 0
    assert cvt(*base, "--status-code", "201", "--response-body", "{}", cwd=folder).code == 1
    assert cvt(*base, "--status-code", "418", "--response-body", "{}", cwd=folder).code == 1


@pytest.mark.parametrize(
    "args",
    [
        [],
        ["-i", "nowhere.json"],
        ["-m", "GET"],
        ["-i", "openapi.json", "-m", "GET", "-p", "/"],
        ["-i", "openapi.json"],
        ["-m", "GET", "-p", "/", "-H", "nocolon"],
        ["-m", "GET", "-p", "/", "--status-code", "9"],
    ],
)
def test_what_is_no_exchange_is_a_usage_error(cvt: Run, folder: Path, args: list[str]) -> None:
    assert cvt("validate", "-s", "openapi.json", *args, cwd=folder).code == 2


def test_what_is_generated_is_valid(cvt: Run, folder: Path) -> None:
    for seed in ("0", "1", "2"):
        done = cvt("generate", "-s", "openapi.json", "-m", "post", "-p", "/users", "--seed", seed, "-o", "made.json", cwd=folder)
        assert (done.code, done.out) == (0, "✓ Generated fixture saved to made.json\n")
        assert cvt("validate", "-s", "openapi.json", "-i", "made.json", cwd=folder).code == 0


def test_one_side_and_the_list(cvt: Run, folder: Path) -> None:
    made = json.loads(cvt("generate", "-s", "openapi.json", "-m", "POST", "-p", "/users", "-t", "response", cwd=folder).out)
    assert (made["statusCode"], isinstance(made["body"]["id"], int)) == (201, True)
    assert cvt("generate", "-s", "openapi.json", "--list", cwd=folder).out == "Available endpoints:\n  POST /users\n  GET /name\n"


@pytest.mark.parametrize("given", [[], ["--use-examples"], ["--use-examples=false"], ["--use-examples", "true"]])
def test_examples_are_chosen_as_with_the_public_command(cvt: Run, folder: Path, given: list[str]) -> None:
    assert cvt("generate", "-s", "openapi.json", *given, "-m", "POST", "-p", "/users", cwd=folder).code == 0


def test_an_operation_that_is_not_there_names_the_nearest(cvt: Run, folder: Path) -> None:
    done = cvt("generate", "-s", "openapi.json", "-m", "POST", "-p", "/user", cwd=folder)
    assert (done.code, "/users" in done.err) == (2, True)


def test_compare_speaks_with_the_published_keys(cvt: Run, folder: Path) -> None:
    new = json.loads(json.dumps(SPEC))
    del new["paths"]["/name"]
    (folder / "new.json").write_text(json.dumps(new))
    done = cvt("compare", "--old", "openapi.json", "--new", "new.json", "--json", cwd=folder)
    said = json.loads(done.out)
    assert (done.code, said["compatible"]) == (1, False)
    assert [(change["type"], change["method"], change["path"]) for change in said["breaking_changes"]] == [("ENDPOINT_REMOVED", "GET", "/name")]
    same = cvt("compare", "--old", "openapi.json", "--new", "openapi.json", "--json", cwd=folder)
    assert (same.code, json.loads(same.out)) == (0, {"compatible": True})
