"""kill -9 in the middle of writing loses nothing that was acknowledged."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cvt_server.storage.base import Storage
from tests.rig import ROOT
from tests.server.databases import Place, PostgresServer, postgres_server
from tests.server.storage.test_faults import sound

ENOUGH = 25


def writer(place: Place) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.server.storage.writer", place.kind, place.where]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def told(process: subprocess.Popen[str], most: int) -> list[list[str]]:
    assert process.stdout is not None
    found: list[list[str]] = []
    while len(found) < most and (line := process.stdout.readline()):
        found.append(line.split())
    return found


def rest(process: subprocess.Popen[str]) -> list[list[str]]:
    out, _ = process.communicate(timeout=60)
    return [line.split() for line in out.splitlines() if line.endswith(line.strip()) and len(line.split()) == 2 and len(line.split()[1]) == 64]


def check(storage: Storage, acknowledged: list[list[str]]) -> None:
    for name, digest in acknowledged:
        found = storage.schemas.find("orders", name)
        assert found is not None, f"{name} was acknowledged and is gone"
        assert found.hash == digest
        content = storage.schemas.content(digest)
        assert content is not None
        assert hashlib.sha256(content.strip().encode()).hexdigest() == digest
    total = storage.schemas.versions("orders").total
    assert total - len(acknowledged) in (0, 1)  # the last may have been stored but not told
    assert storage.audit.list({}).total == total
    latest = storage.schemas.find("orders")
    assert latest is not None
    assert latest.version == f"1.{total - 1}.0"


@pytest.mark.parametrize("round", range(3))
def test_the_process_is_killed(shared: Place, round: int) -> None:  # noqa: A002
    process = writer(shared)
    try:
        acknowledged = told(process, ENOUGH + 7 * round)
        process.kill()
        acknowledged += rest(process)
    finally:
        process.kill()
    assert len(acknowledged) >= ENOUGH
    check(shared.storage(), acknowledged)


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    with postgres_server() as own:
        yield own


def test_the_database_server_is_killed(server: PostgresServer) -> None:
    place = Place("postgres", server.url)
    process = writer(place)
    try:
        acknowledged = told(process, ENOUGH)
        server.stop(signal.SIGKILL)
        acknowledged += rest(process)
        assert process.returncode != 0
    finally:
        process.kill()
    server.start()
    check(place.storage(), acknowledged)
    place.close()


def test_a_killed_file_is_sound(tmp_path: Path) -> None:
    place = Place("sqlite", str(tmp_path / "cvt.db"))
    process = writer(place)
    try:
        told(process, ENOUGH)
    finally:
        process.kill()
        process.communicate(timeout=60)
    assert sound(place.where)
