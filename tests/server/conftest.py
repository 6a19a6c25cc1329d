"""Databases for the tests of the server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cvt_server.storage.base import Storage
from tests.server.databases import KINDS, SHARED, Place, PostgresServer, emptied, postgres_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server, started at first use."""
    with postgres_server() as server:
        yield server


def _place(kind: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[Place]:
    where = str(folder / "cvt.db")
    if kind == "postgres":
        where = request.getfixturevalue("postgres").url
        emptied(where)
    place = Place(kind, where)
    yield place
    place.close()


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """An empty database of each kind."""
    yield from _place(request.param, tmp_path, request)


@pytest.fixture(params=SHARED)
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """An empty database of each kind that several processes can use."""
    yield from _place(request.param, tmp_path, request)


@pytest.fixture
def storage(place: Place) -> Storage:
    """The storage on it."""
    return place.storage()
