"""Handlers: consumers, the deploy gate, deployments."""

from __future__ import annotations

from cvt_server.model import Actor, Consumer, Deployment
from cvt_server.operations import forms
from cvt_server.operations.row import Arguments, Reply
from cvt_server.operations.state import State


def register_consumer(state: State, given: Arguments, actor: Actor) -> Reply:
    """Who uses which endpoints where."""
    body = given.body
    wanted = Consumer(
        consumer_id=body["consumer_id"],
        schema_id=body["schema_id"],
        environment=body.get("environment", ""),
        version=body.get("consumer_version", ""),
        schema_version=body.get("schema_version", ""),
        usages=forms.usages(body.get("used_endpoints", ())),
    )
    return Reply(forms.consumer(state.services.consumers.register(wanted, actor)))


def list_consumers(state: State, given: Arguments, _actor: Actor) -> Reply:
    """Who uses a schema."""
    page = state.services.consumers.page(
        given.text("schema_id"), given.text("environment"), page_size=given.number("page_size"), page_token=given.text("page_token")
    )
    return Reply(forms.page(page, map(forms.consumer, page.items)))


def deregister_consumer(state: State, given: Arguments, actor: Actor) -> Reply:
    """A consumer uses it no more."""
    state.services.consumers.deregister(given.text("consumer_id"), given.text("schema_id"), given.text("environment"), actor)
    return Reply(status=204)


def can_i_deploy(state: State, given: Arguments, _actor: Actor) -> Reply:
    """May that version go there?"""
    answer = state.services.deploy.can_i_deploy(given.text("schema_id"), given.text("version"), given.text("environment"))
    state.metrics.deploys.labels(answer.answer.value).inc()
    state.metrics.broken(answer.findings)
    return Reply(forms.answer(answer))


def impact(state: State, given: Arguments, _actor: Actor) -> Reply:
    """Whom a description would break that is not registered."""
    body = given.body
    return Reply(forms.answer(state.services.deploy.impact(given.text("schema_id"), body["content"], body.get("environment", ""))))


def record_deployment(state: State, given: Arguments, actor: Actor) -> Reply:
    """A version is deployed somewhere."""
    body = given.body
    wanted = Deployment(body["schema_id"], body["version"], body["environment"], 0, revision=body.get("revision", ""))
    return Reply(forms.deployment(state.services.deploy.record(wanted, actor)))


def list_deployments(state: State, given: Arguments, _actor: Actor) -> Reply:
    """What is deployed, or was."""
    page = state.services.deploy.deployments(
        environment=given.text("environment"),
        schema_id=given.text("schema_id"),
        history=given.flag("history"),
        page_size=given.number("page_size"),
        page_token=given.text("page_token"),
    )
    return Reply(forms.page(page, map(forms.deployment, page.items)))
