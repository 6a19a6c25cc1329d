"""Databases that go away, fill up or refuse to be written: a clear answer, nothing half stored, and back to work by itself."""

from __future__ import annotations

import random
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from cvt_server.errors import Unavailable
from cvt_server.storage.base import Storage, pack, storage_on
from cvt_server.storage.database import told
from cvt_server.storage.postgres import open_url
from cvt_server.storage.sqlite import open_file
from tests.server.databases import PostgresServer, postgres_server
from tests.server.storage.test_conformance import latest, put, version


def run(storage: Storage, *statements: str) -> None:
    """Have the database do something in one transaction."""
    with storage.database.write() as connection:
        for statement in statements:
            connection.execute(text(statement))


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with postgres_server() as own:
        yield own


@pytest.mark.parametrize("how", [signal.SIGQUIT, signal.SIGKILL])
def test_a_server_that_comes_back_is_used_again(server: PostgresServer, how: signal.Signals) -> None:
    storage = storage_on(open_url(server.url, connections=3))
    put(storage, version("a", "1.0.0"), "{}", mutable=True)
    server.stop(how)
    for _ in range(5):
        with pytest.raises(Unavailable, match=r"127\.0\.0\.1"):
            storage.schemas.find("a")
        with pytest.raises(Unavailable):
            put(storage, version("a", "2.0.0"))
    assert not storage.database.alive()
    server.start()
    assert storage.database.alive()
    assert latest(storage, "a") == "1.0.0"
    put(storage, version("b", "2.0.0"))
    assert latest(storage, "b") == "2.0.0"
    storage.database.close()


def test_a_server_that_hangs_is_given_up_and_used_again(server: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cvt_server.storage.postgres.PING_SECONDS", 0.3)
    monkeypatch.setattr("cvt_server.storage.postgres.CONNECT_SECONDS", 2)
    monkeypatch.setattr("cvt_server.storage.postgres.STATEMENT_MILLISECONDS", 1000)
    monkeypatch.setattr("cvt_server.storage.postgres.SPARE_SECONDS", 0.2)
    storage = storage_on(open_url(server.url, connections=3))
    put(storage, version("hangs", "1.0.0"), "{}", mutable=True)

    def hang() -> None:
        with storage.database.write() as connection:
            server.pause()
            storage.schemas.touch(connection, "hangs")

    with pytest.raises(Unavailable, match=r"no answer within 1\.2 seconds"):
        hang()
    try:
        assert not storage.database.alive()
    finally:
        server.go_on()
    assert latest(storage, "hangs") == "1.0.0"
    assert put(storage, version("hangs", "2.0.0")).created
    storage.database.close()


def test_a_connection_that_is_cut_within_a_write_leaves_nothing(server: PostgresServer) -> None:
    storage, other = storage_on(open_url(server.url)), open_url(server.url)

    def cut() -> None:
        with storage.database.write() as connection:
            storage.schemas.claim(connection, version("cut", "1.0.0"))
            storage.schemas.store(connection, version("cut", "1.0.0"), pack("{}"), owner=None, mutable=False)
            with other.write() as second:
                second.execute(text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'cvt' AND pid <> pg_backend_pid()"))
            storage.schemas.look(connection, "cut", "1.0.0")

    with pytest.raises(Unavailable, match="nothing was stored"):
        cut()
    assert storage.schemas.find("cut") is None
    assert storage.schemas.generation("cut") == -1
    storage.database.close()
    other.close()


CUTS_AT_COMMIT = (
    "CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'",
    "CREATE CONSTRAINT TRIGGER cut AFTER INSERT ON versions DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cut()",
)
"""A check that the database makes when it commits, and that cuts the connection."""


def test_a_connection_that_is_cut_while_it_commits_promises_nothing(server: PostgresServer) -> None:
    storage = storage_on(open_url(server.url))
    run(storage, *CUTS_AT_COMMIT)
    with pytest.raises(Unavailable, match="it may have been stored; send it again"):
        put(storage, version("late", "1.0.0"))
    run(storage, "DROP TRIGGER cut ON versions")
    assert put(storage, version("late", "1.0.0")).created
    storage.database.close()


REFUSES_AT_COMMIT = (
    "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION USING ERRCODE = ''53100'', MESSAGE = ''full''; END'",
    "CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON versions DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()",
)


def test_what_the_database_refuses_when_it_commits_is_not_stored(server: PostgresServer) -> None:
    storage = storage_on(open_url(server.url))
    run(storage, *REFUSES_AT_COMMIT)
    try:
        with pytest.raises(Unavailable, match=r"full.*nothing was stored"):
            put(storage, version("refused", "1.0.0"))
        assert storage.schemas.find("refused") is None
    finally:
        run(storage, "DROP TRIGGER refuse ON versions")
    storage.database.close()


@pytest.mark.parametrize(
    ("code", "hint"),
    [(sqlite3.SQLITE_FULL, "nothing was stored"), (sqlite3.SQLITE_BUSY, "nothing was stored"), (sqlite3.SQLITE_IOERR_FSYNC, "it may have been stored")],
)
def test_what_sqlite_says_when_it_commits_decides_what_is_promised(code: int, hint: str) -> None:
    failure = sqlite3.OperationalError("it failed")
    failure.sqlite_errorcode = code

    def commit() -> None:
        with told("cvt.db") as stage:
            stage.committing = True
            raise OperationalError("COMMIT", None, failure)

    with pytest.raises(Unavailable, match=hint):
        commit()


def test_a_database_that_refuses_writes_can_be_read(server: PostgresServer) -> None:
    storage = storage_on(open_url(server.url))
    put(storage, version("ro", "1.0.0"))
    run(storage, "ALTER DATABASE cvt SET default_transaction_read_only = on")
    storage.database.close()
    try:
        assert latest(storage, "ro") == "1.0.0"
        with pytest.raises(Unavailable, match="read-only"):
            put(storage, version("ro", "2.0.0"))
    finally:
        with storage.database.engine.connect() as connection:
            connection.execute(text("SET TRANSACTION READ WRITE"))
            connection.execute(text("ALTER DATABASE cvt RESET default_transaction_read_only"))
            connection.commit()
    storage.database.close()
    put(storage, version("ro", "2.0.0"))
    storage.database.close()


def sound(path: str) -> bool:
    with closing(sqlite3.connect(path)) as connection:
        return bool(connection.execute("PRAGMA integrity_check").fetchone() == ("ok",))


def _full(storage: Storage) -> None:
    """Let the file grow no further."""
    with storage.database.writer.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")


def test_a_full_disk_is_told_and_nothing_is_half_written(tmp_path: Path) -> None:
    path = str(tmp_path / "cvt.db")
    database = open_file(path)
    storage = storage_on(database)
    put(storage, version("a", "1.0.0"))
    _full(storage)
    noise = random.Random(1).randbytes(300_000).hex()
    with pytest.raises(Unavailable, match="full"):
        put(storage, version("big", "1.0.0", "noise"), noise)
    assert storage.schemas.find("big") is None
    assert storage.schemas.generation("big") == -1
    assert not storage.schemas.holds("hash of noise")
    assert latest(storage, "a") == "1.0.0"
    with storage.database.writer.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    assert put(storage, version("big", "1.0.0", "noise"), noise).created
    database.close()
    assert sound(path)


def test_a_writer_that_holds_the_file_too_long_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cvt_server.storage.sqlite.BUSY_SECONDS", 0.2)
    path = str(tmp_path / "cvt.db")
    storage = storage_on(open_file(path))
    put(storage, version("a", "1.0.0"))
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable, match="locked"):
            put(storage, version("a", "2.0.0"))
        assert latest(storage, "a") == "1.0.0"  # readers are not held up
    assert put(storage, version("a", "2.0.0")).created
    storage.database.close()


def test_after_one_who_waited_in_vain_the_next_give_up_soon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cvt_server.storage.sqlite.BUSY_SECONDS", 1.0)
    monkeypatch.setattr("cvt_server.storage.sqlite.STUCK_SECONDS", 0.0)
    path = str(tmp_path / "cvt.db")
    storage = storage_on(open_file(path))
    waited = []
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for name in ("1.0.0", "2.0.0"):
            started = time.monotonic()
            with pytest.raises(Unavailable, match="locked"):
                put(storage, version("a", name))
            waited.append(time.monotonic() - started)
    assert waited[0] >= 1.0 > waited[1]
    assert put(storage, version("a", "1.0.0")).created
    storage.database.close()


def test_nothing_is_written_into_a_file_that_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "data" / "cvt.db"
    path.parent.mkdir()
    storage = storage_on(open_file(str(path)))
    put(storage, version("a", "1.0.0"))
    path.parent.rename(tmp_path / "away")
    with pytest.raises(Unavailable, match="the file is gone"):
        put(storage, version("a", "2.0.0"))
    assert not storage.database.alive()
    path.parent.mkdir()
    assert not storage.database.alive()
    assert not path.exists()
    path.parent.rmdir()
    (tmp_path / "away").rename(path.parent)
    assert put(storage, version("a", "2.0.0")).created
    storage.database.close()


def test_a_file_that_was_restored_is_used_at_once(tmp_path: Path) -> None:
    path, backup = tmp_path / "cvt.db", tmp_path / "backup.db"
    storage = storage_on(open_file(str(path)))
    put(storage, version("a", "1.0.0"))
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(backup)) as target:
        source.backup(target)
    put(storage, version("b", "1.0.0"))
    for end in ("", "-wal", "-shm"):
        Path(f"{path}{end}").unlink(missing_ok=True)
    backup.rename(path)
    assert (latest(storage, "a"), storage.schemas.find("b")) == ("1.0.0", None)
    put(storage, version("a", "2.0.0"))
    storage.database.close()
    again = storage_on(open_file(str(path)))
    assert latest(again, "a") == "2.0.0"
    again.database.close()


def test_what_is_acknowledged_is_flushed(tmp_path: Path) -> None:
    storage = storage_on(open_file(str(tmp_path / "cvt.db")))
    with storage.database.read() as connection:
        asked = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")]
    assert asked == ["wal", 2, 1, 15_000]
    storage.database.close()


def test_memory_outlives_its_connections() -> None:
    from cvt_server.storage.sqlite import open_memory

    storage = storage_on(open_memory())
    put(storage, version("a", "1.0.0"))
    with storage.database.engine.connect() as connection:
        connection.invalidate()
    assert latest(storage, "a") == "1.0.0"
    other = storage_on(open_memory())
    assert other.schemas.find("a") is None
    storage.database.close()
    other.database.close()
