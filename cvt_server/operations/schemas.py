"""Handlers: the registry of descriptions, and what is read from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from cvt_engine.facade import FixtureOptions, HttpRequest, HttpResponse
from cvt_server.errors import ServerError
from cvt_server.model import Actor
from cvt_server.operations import forms
from cvt_server.operations.row import Arguments, Reply
from cvt_server.operations.state import State
from cvt_server.service import checks
from cvt_server.service.requests import Register

_NULL: Final = b"null"


def register(state: State, given: Arguments, actor: Actor) -> Reply:
    """Store a version."""
    body = given.body
    wanted = Register(
        given.text("schema_id"),
        body["content"],
        body.get("version", ""),
        revision=body.get("revision", ""),
        ownership=forms.ownership(body.get("ownership")),
        check=body.get("check", False),
        refuse_breaking=body.get("refuse_breaking", False),
    )
    try:
        done = state.services.schemas.register(wanted, actor)
    except ServerError as problem:
        state.metrics.registration_refused(problem)
        raise
    state.metrics.registration(done.findings)
    return Reply(forms.registered(done), 201 if done.created else 200)


def find_all(state: State, given: Arguments, _actor: Actor) -> Reply:
    """The latest version of each schema."""
    page = state.services.schemas.list(
        owner=given.text("owner"), team=given.text("team"), page_size=given.number("page_size"), page_token=given.text("page_token")
    )
    return Reply(forms.page(page, map(forms.schema, page.items)))


def get(state: State, given: Arguments, _actor: Actor) -> Reply:
    """A version with its content."""
    found, content = state.services.schemas.get(given.text("schema_id"), given.text("version"))
    return Reply({"schema": forms.schema(found), "content": content}, etag=f"{found.hash[:32]}-{found.updated_at}")


def versions(state: State, given: Arguments, _actor: Actor) -> Reply:
    """Every version of a schema."""
    page = state.services.schemas.versions(given.text("schema_id"), page_size=given.number("page_size"), page_token=given.text("page_token"))
    return Reply(forms.page(page, map(forms.schema, page.items)))


def delete(state: State, given: Arguments, actor: Actor) -> Reply:
    """Hide a version, or all."""
    state.services.schemas.delete(given.text("schema_id"), given.text("version"), actor)
    return Reply(status=204)


def restore(state: State, given: Arguments, actor: Actor) -> Reply:
    """Undo `delete`."""
    state.services.schemas.restore(given.text("schema_id"), given.text("version"), actor)
    return Reply(status=204)


def compare(state: State, given: Arguments, _actor: Actor) -> Reply:
    """Two versions."""
    done = state.services.schemas.compare(given.text("schema_id"), given.text("old"), given.text("new"))
    state.metrics.broken(done.breaking)
    return Reply(forms.compared(done))


def endpoints(state: State, given: Arguments, _actor: Actor) -> Reply:
    """Every operation of a version."""
    subject = state.services.validation.subject(checks.schema_id(given.text("schema_id")), given.text("version"))
    return Reply({"items": [forms.endpoint(one) for one in state.services.validation.endpoints(subject)]}, etag=subject.schema.hash[:32])


def fixture(state: State, given: Arguments, _actor: Actor) -> Reply:
    """A request and a response."""
    body = given.body
    subject = state.services.validation.subject(checks.schema_id(given.text("schema_id")), body.get("version", ""))
    options = FixtureOptions(
        status=body.get("status", 0),
        use_examples=body.get("use_examples", True),
        content_type=body.get("content_type", ""),
        seed=body.get("seed", 0),
        optional=body.get("optional", "all"),
    )
    return Reply(forms.fixture(state.services.validation.fixture(subject, body["method"], body["path"], options)))


def validate(state: State, given: Arguments, _actor: Actor) -> Reply:
    """Hold an exchange against a version."""
    body = given.body
    subject = state.services.validation.subject(checks.schema_id(given.text("schema_id")), body.get("version", ""))
    asked, answered = body["request"], body.get("response")
    request = HttpRequest(asked["method"], asked["path"], _headers(asked), _body(asked))
    response = HttpResponse(answered["status"], _headers(answered), _body(answered)) if answered else None
    sides = "response" if body.get("sides") == "response" and response is not None else "both"
    done = state.services.validation.judge(subject, request, response, sides=sides, probes=False)
    state.metrics.validated(done)
    return Reply(forms.validated(done))


def _headers(part: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """An object of names, or a list of pairs where a name comes twice."""
    given = part.get("headers") or {}
    return tuple(given.items()) if isinstance(given, dict) else tuple((name, value) for name, value in given)


def _body(part: Mapping[str, Any]) -> bytes | None:
    """The body's text; None where there is none."""
    given = part.get("body")
    return given.encode("utf-8", "surrogatepass") if isinstance(given, str) and given else None
