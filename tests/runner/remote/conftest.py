"""A contract server in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO

import pytest

from cvt_runner.console import Console
from cvt_runner.remote import lifecycle
from tests.rig import ENV


@pytest.fixture
def server() -> Iterator[str]:
    """Address of an empty contract server that allows versions to change, as the one of a run does."""
    with lifecycle.embedded(Console(StringIO(), StringIO()), ENV) as started:
        yield started.target.address


@pytest.fixture
def at(server: str) -> dict[str, str]:
    """The environment of a command that is to use it."""
    return {"CVT_SERVER_ADDR": server}
