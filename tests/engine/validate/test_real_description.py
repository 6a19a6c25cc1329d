"""GitHub's own description, one of the largest public ones: usable at once, every operation compiles, and what is made for it fits."""

from __future__ import annotations

import functools
import json
from typing import Any

import pytest

from cvt_engine.facade import Contract, HttpRequest, HttpResponse, Spec, generate, load_spec
from cvt_engine.schema.checker import Unusable
from cvt_engine.validate.plan import OperationPlan
from tests import rig

pytestmark = [pytest.mark.slow, pytest.mark.network]
COMMENTS = "/repos/octocat/hello-world/issues/1347/comments"


@functools.cache
def github() -> Spec:
    folder = rig.npm_package("@octokit/openapi", "23.0.2")
    return load_spec(lambda _: (folder / "generated" / "api.github.com.json").read_bytes(), "github.json")


@functools.cache
def compiled() -> Contract:
    return Contract.compile(github())


def example(name: str) -> Any:
    return github().entry.tree["components"]["examples"][name]["value"]


def test_every_operation_compiles() -> None:
    contract = compiled()
    routes = contract._router.routes
    assert len(routes) == len(contract.endpoints()) == 1_223
    for route in routes:
        plan = OperationPlan(route, contract._schemas, contract._options)
        bodies = [plan._body, *(found._body for code in plan._codes if (found := plan._response(_status(code))) is not None)]
        checkers = [media.checker() for body in bodies if body is not None for media in body._plans.values()]
        assert not [checker for checker in checkers if isinstance(checker, Unusable)], route.label


def _status(code: str) -> int:
    return int(code) if code.isdigit() else 599


def test_every_operation_is_found_by_its_template_and_by_a_concrete_path() -> None:
    contract = compiled()
    for end in contract.endpoints():
        for path in (end.path, end.path.replace("{", "").replace("}", "")):
            match = contract.match(end.method.lower(), f"https://api.github.com{path}?x=1")
            assert match is not None, end
            assert match.path == end.path or "{" not in match.path, end


def test_parameters_that_hold_slashes() -> None:
    match = compiled().match("GET", "/repos/octocat/hello-world/contents/docs/guide/index.md")
    assert match is not None
    assert match.parameters["path"] == "docs/guide/index.md"


def test_what_is_made_for_an_operation_fits_it() -> None:
    for end in compiled().endpoints()[::20]:
        made = generate(github(), end.method, end.path)
        request = HttpRequest.of(made.request.method, made.request.path, made.request.headers, made.request.body)
        verdict = compiled().check(request, HttpResponse.of(made.response.status, made.response.headers, made.response.body))
        assert [str(found) for found in verdict.violations] == [], end


def test_an_exchange_and_its_violations() -> None:
    request = HttpRequest.of("GET", f"{COMMENTS}?per_page=30", {"Accept": "application/json"})
    body = example("issue-comment-items")
    headers = {"Content-Type": "application/json; charset=utf-8"}
    assert compiled().check(request, HttpResponse.of(200, headers, json.dumps(body))).valid
    body[0]["user"]["id"] = "x"
    (violation,) = compiled().check(request, HttpResponse.of(200, headers, json.dumps(body))).violations
    assert (violation.location, violation.pointer) == ("body", "/0/user/id")
    assert violation.spec_pointer == "/components/schemas/nullable-simple-user/properties/id/type"
    assert violation.position is not None
    lines = github().entry.data.splitlines()
    assert lines[violation.position.line - 1].strip() == b'"type": "integer",'
