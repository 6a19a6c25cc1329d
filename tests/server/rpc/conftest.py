"""One server for the tests that leave nothing behind that others mind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.server.running import Server, register, serving


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server in memory with the schema `shop`."""
    with serving() as found:
        assert register(found).success
        yield found
