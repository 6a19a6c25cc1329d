"""Registering consumers: checked, idempotent, merged."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cvt_server.errors import Invalid, NotFound
from cvt_server.model import Actor, Consumer, Usage
from cvt_server.service import checks
from cvt_server.service.requests import Register
from cvt_server.service.services import Services
from tests.server.service.conftest import Clock
from tests.server.service.specs import described

ME = Actor("me")


@pytest.fixture
def known(services: Services) -> Services:
    services.schemas.register(Register("users", described()), ME)
    return services


def test_the_environment_is_dev_where_none_is_given(known: Services, clock: Clock) -> None:
    stored = known.consumers.register(Consumer("web", "users", "", "7", "1.0.0"), ME)
    assert (stored.environment, stored.registered_at, stored.last_validated_at) == ("dev", clock.now, clock.now)
    assert list(known.consumers.list("users")) == [stored]
    known.consumers.deregister("web", "users", "", ME)
    with pytest.raises(NotFound, match="consumer not found: web/users/dev"):
        known.consumers.deregister("web", "users", "", ME)


def test_again_only_moves_when_it_was_seen(known: Services, clock: Clock) -> None:
    first = known.consumers.register(Consumer("web", "users", "prod"), ME)
    generation = known.storage.schemas.generation("users")
    clock.now += 60
    again = known.consumers.register(Consumer("web", "users", "prod"), ME)
    assert again == replace(first, last_validated_at=clock.now)
    assert known.storage.schemas.generation("users") == generation
    assert known.audit.list(subject="web/users/prod").total == 1
    changed = known.consumers.register(Consumer("web", "users", "prod", "8"), ME)
    assert (changed.version, changed.registered_at) == ("8", first.registered_at)
    assert known.storage.schemas.generation("users") > generation


def test_usages_of_one_operation_are_merged(known: Services) -> None:
    usages = (Usage("get", "/a", ("x",)), Usage("GET", "/a", ("y", "x")), Usage("GET", "/b", ("x",)), Usage(" GET ", "/b"), Usage("", "/c"))
    stored = known.consumers.register(Consumer("web", "users", "prod", usages=usages), ME)
    assert stored.usages == (Usage("GET", "/a", ("x", "y")), Usage("GET", "/b"), Usage("", "/c"))


@pytest.mark.parametrize(
    ("change", "error", "text"),
    [
        ({"consumer_id": ""}, Invalid, "consumer_id is required"),
        ({"schema_id": " "}, Invalid, "schema_id is required"),
        ({"schema_id": "other"}, NotFound, "schema not found: other"),
        ({"schema_version": "v1.0.0"}, NotFound, "did you mean 1.0.0?"),
        ({"schema_version": "9"}, NotFound, "registered: 1.0.0"),
        ({"environment": "e" * 256}, Invalid, "environment cannot exceed 255"),
        ({"version": "\x1b[31m"}, Invalid, "control character"),
        ({"consumer_id": "\ud800"}, Invalid, "control character"),
        ({"usages": (Usage("GET", ""),)}, Invalid, "no path"),
        ({"usages": (Usage("G E T", "/a"),)}, Invalid, "no HTTP method"),
        ({"usages": (Usage("GET", "/a", ("x" * 1001,)),)}, Invalid, "used field cannot exceed"),
        ({"usages": (Usage("GET", "/a", ("x",) * (checks.MAX_FIELDS + 1)),)}, Invalid, "more than 10000 used fields"),
        ({"usages": (Usage("GET", "/a"),) * (checks.MAX_USAGES + 1)}, Invalid, "more than 10000 used endpoints"),
    ],
)
def test_what_cannot_be_registered_is_told(known: Services, change: dict[str, object], error: type[Exception], text: str) -> None:
    with pytest.raises(error) as caught:
        known.consumers.register(replace(Consumer("web", "users", "prod"), **change), ME)  # type: ignore[arg-type]
    assert text in str(caught.value)
    assert list(known.consumers.list("users")) == []


def test_a_deleted_schema_takes_no_consumers(known: Services) -> None:
    known.schemas.delete("users", "", ME)
    with pytest.raises(NotFound):
        known.consumers.register(Consumer("web", "users", "prod"), ME)


@pytest.mark.parametrize("schema_id", ["", "other", "a\0", "\ud800", "x" * 100_000])
def test_an_unknown_schema_has_no_consumers(known: Services, schema_id: str) -> None:
    assert list(known.consumers.list(schema_id)) == []
