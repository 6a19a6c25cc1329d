"""Names that cannot exist are not found, by every database and every question alike."""

from __future__ import annotations

import pytest

from cvt_server.errors import Invalid, NotFound
from cvt_server.model import Actor, Page
from cvt_server.service.services import Services

ME = Actor("me")


@pytest.mark.parametrize("name", ["a\0b", "\ud800", "a\n", "\x7f"])
def test_nothing_is_found_by_a_name_that_cannot_be_stored(services: Services, name: str) -> None:
    assert services.schemas.list(owner=name).items == ()
    assert services.schemas.list(team=name).items == ()
    assert services.verdicts.list(api=name).items == services.verdicts.list(repository=name).items == ()
    assert services.audit.list(subject=name).items == services.audit.list(actor=name).items == ()
    assert services.deploy.deployments(environment=name) == services.deploy.deployments(schema_id=name) == Page(())
    assert list(services.consumers.list("users", name)) == []
    for ask in (services.schemas.versions, services.schemas.get, services.validation.subject):
        with pytest.raises(NotFound):
            ask(name)
    for change in (services.schemas.delete, services.schemas.restore):
        with pytest.raises((Invalid, NotFound)):
            change(name, "", ME)
    with pytest.raises(NotFound):
        services.keys.revoke(name, ME)
    for version in ("users", name):
        with pytest.raises((Invalid, NotFound)):
            services.schemas.delete(version, name, ME)
        with pytest.raises((Invalid, NotFound)):
            services.schemas.compare(version, name, name)


@pytest.mark.parametrize("number", [-(2**70), 2**70])
def test_times_without_end_are_no_failure(services: Services, number: int) -> None:
    for ask in (services.verdicts.list, services.audit.list):
        try:
            assert ask(since=number).items == ()
        except NotFound:
            continue
