"""One server for the tests of REST, and every answer held against the description."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cvt_engine.facade import Contract, HttpRequest, HttpResponse, ValidateOptions, load_spec
from tests.rig import ROOT
from tests.server.running import Answer, Server, serving

Ask = Callable[..., Answer]


@pytest.fixture(scope="session")
def contract() -> Contract:
    """The description as people read it."""
    text = (ROOT / "api" / "rest.yaml").read_bytes()
    return Contract.compile(load_spec(lambda _: text, "rest.yaml"), ValidateOptions(security=False, undeclared_body="error"))


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as found:
        yield found


@pytest.fixture
def ask(server: Server, contract: Contract) -> Ask:
    """One request to /api/v1; the answer is one that the description has."""

    def one(method: str, path: str, body: Any = None, **headers: str) -> Answer:
        answer = server.get(f"/api/v1{path}", method, body, {name.replace("_", "-"): value for name, value in headers.items()})
        if contract.match(method, path) is not None:
            found = contract.check_response(HttpRequest(method, path), HttpResponse(answer.status, tuple(answer.headers.items()), answer.body or None))
            assert [str(violation) for violation in found] == [], answer.body[:1000]
        return answer

    return one
