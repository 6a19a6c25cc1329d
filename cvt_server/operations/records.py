"""Handlers: verdicts, keys, the audit trail, numbers, and the server itself."""

from __future__ import annotations

from cvt_server.model import Actor
from cvt_server.operations import forms
from cvt_server.operations.row import Arguments, Reply
from cvt_server.operations.state import State


def publish_verdict(state: State, given: Arguments, actor: Actor) -> Reply:
    """What a runner concluded."""
    stored = state.services.verdicts.publish(forms.verdict_of(given.body), actor)
    state.metrics.verdicts.labels(stored.verdict).inc()
    return Reply(forms.verdict(stored))


def list_verdicts(state: State, given: Arguments, _actor: Actor) -> Reply:
    """Newest first."""
    page = state.services.verdicts.list(
        api=given.text("api"),
        repository=given.text("repository"),
        verdict=given.text("verdict"),
        since=given.number("since"),
        until=given.number("until"),
        page_size=given.number("page_size"),
        page_token=given.text("page_token"),
    )
    return Reply(forms.page(page, map(forms.verdict, page.items)))


def create_key(state: State, given: Arguments, actor: Actor) -> Reply:
    """A new key; its secret is in this reply and nowhere else."""
    body = given.body
    key, secret = state.services.keys.create(body["name"], frozenset(body["scopes"]), body.get("expires_at", 0), actor)
    _know(state)
    return Reply({**forms.key(key), "secret": secret}, 201)


def list_keys(state: State, _given: Arguments, _actor: Actor) -> Reply:
    """Every stored key."""
    return Reply({"items": [forms.key(one) for one in state.services.keys.list()]})


def rotate_key(state: State, given: Arguments, actor: Actor) -> Reply:
    """A new secret for a key."""
    key, secret = state.services.keys.rotate(given.text("key_id"), actor, grace=given.body.get("grace", 0))
    _know(state)
    return Reply({**forms.key(key), "secret": secret}, 201)


def revoke_key(state: State, given: Arguments, actor: Actor) -> Reply:
    """End a key."""
    state.services.keys.revoke(given.text("key_id"), actor)
    _know(state)
    return Reply(status=204)


def _know(state: State) -> None:
    """Have this process see at once what it has changed itself."""
    if state.gate.keys is not None:
        state.gate.keys.refresh(changed=True)


def list_audit(state: State, given: Arguments, _actor: Actor) -> Reply:
    """Who did what, newest first."""
    page = state.services.audit.list(
        subject=given.text("subject"),
        actor=given.text("actor"),
        since=given.number("since"),
        page_size=given.number("page_size"),
        page_token=given.text("page_token"),
    )
    return Reply(forms.page(page, map(forms.event, page.items)))


def stats(state: State, given: Arguments, _actor: Actor) -> Reply:
    """Validations by schema and day."""
    found = state.services.stats.activity(days=given.number("days", 30), schema_id=given.text("schema_id"))
    return Reply({"items": [forms.activity(one) for one in found]})


def server(state: State, _given: Arguments, actor: Actor) -> Reply:
    """What this server is, and who asks."""
    return Reply({**state.about, "caller": {"name": actor.name, "scopes": sorted(actor.scopes)}})
