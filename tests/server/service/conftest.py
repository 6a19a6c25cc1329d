"""Services on each kind of database, with a clock that the test sets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from cvt_engine.facade import ValidateOptions
from cvt_server.service.schemas import Rules
from cvt_server.service.services import Services, services_on
from tests.server.databases import Place


@dataclass(slots=True)
class Clock:
    """Seconds since 1970."""

    now: int = 1_750_000_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


Replica = Callable[..., Services]


@pytest.fixture
def replica(place: Place, clock: Clock) -> Replica:
    """Another server on the same database."""

    def opened(*, mutable: bool = False) -> Services:
        return services_on(place.storage(), rules=Rules(mutable=mutable), options=ValidateOptions(), now=clock)

    return opened


@pytest.fixture
def services(replica: Replica) -> Services:
    return replica()
