"""SQLite: one file (or memory), readers beside one writer, durable when acknowledged."""

from __future__ import annotations

import itertools
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any, Final

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import QueuePool

from cvt_server.errors import SettingWrong
from cvt_server.storage.database import Database, begin_by_intent

BUSY_SECONDS: Final = 15
"""How long a writer waits for one of another process, who may be stuck."""
STUCK_SECONDS: Final = 1
"""How long the next ones wait after one that waited in vain."""
TURN_MILLISECONDS: Final = 100
"""How long it waits at a time."""
AGAIN_SECONDS: Final = 0.02
READERS: Final = 8
"""Connections for reading. SQLite has one writer at a time, so one more is for that."""
POOL_SECONDS: Final = 30
QUEUE_SECONDS: Final = 60
"""How long writers of this process wait for each other: every one of them gets on, or gives up in time."""
_WRITES: Final = "BEGIN IMMEDIATE"
_PRAGMAS: Final = ("synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY", "cache_size=-16000", "journal_size_limit=67108864")
_memories: Final = itertools.count()


def open_file(path: str) -> Database:
    """The database in a file, which is made when it is not there. Raises SettingWrong when it cannot be."""
    folder = Path(path).expanduser().absolute().parent
    if not folder.is_dir():
        raise SettingWrong(f"the folder {folder} of the database does not exist", hint="make it, or name another file with CVT_STORAGE_DSN")
    file = Path(path).expanduser()
    if file.is_dir():
        raise SettingWrong(f"{path} is a folder, not a database file", hint="name a file with CVT_STORAGE_DSN")
    opened = _File(file.absolute())
    return Database(opened.engine(size=READERS), name=path, writer=opened.writer(), hurry=opened.turns.end)


class _File:
    """The file, made by the first connection only. Nothing is written into one that was deleted or replaced: it is gone with those who have it open."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._made = False
        self.turns = _Turns()

    def connect(self) -> sqlite3.Connection:
        if self._made:
            self._identity()
        connection = _connect(str(self._path))
        self._made = True
        return connection

    def engine(self, *, size: int) -> Engine:
        """So many connections to it for reading."""
        made = _engine(self.connect, size=size)
        self._watch(made)
        return made

    def writer(self) -> Engine:
        """The connection for writing."""
        made = _engine(self.connect, size=1, patience=QUEUE_SECONDS, begun=self.turns.begun)
        self._watch(made)

        @event.listens_for(made, "connect")
        def _wait_shortly(connection: Any, _record: object) -> None:
            connection.execute(f"PRAGMA busy_timeout={TURN_MILLISECONDS}")

        return made

    def _watch(self, engine: Engine) -> None:
        @event.listens_for(engine, "connect")
        def _prepare(connection: Any, record: Any) -> None:
            record.info["file"] = self._identity()
            _write_ahead(connection)
            for pragma in _PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")

        @event.listens_for(engine, "checkout")
        def _compare(_connection: Any, record: Any, _proxy: object) -> None:
            if self._identity() != record.info["file"]:
                raise DisconnectionError("another file has taken its place")

    def _identity(self) -> tuple[int, int]:
        try:
            about = self._path.stat()
        except OSError:
            raise sqlite3.OperationalError("the file is gone") from None
        return about.st_dev, about.st_ino


class _Turns:
    """Who writes waits for other processes, a moment at a time: SQLite's own waiting could not be ended."""

    def __init__(self) -> None:
        self._ended = Event()
        self._stuck = False

    def end(self) -> None:
        """Wait no more than a moment from now on."""
        self._ended.set()

    def begun(self, connection: sqlite3.Connection) -> bool:
        """Begin to write; false where that cannot be had."""
        end = time.monotonic() + (STUCK_SECONDS if self._stuck else BUSY_SECONDS)
        while True:
            try:
                connection.execute(_WRITES)
            except sqlite3.OperationalError as problem:
                busy = getattr(problem, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
                if not busy or self._ended.is_set() or time.monotonic() > end:
                    self._stuck = busy
                    return False
            else:
                self._stuck = False
                return True


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Have the write-ahead log, which stays with the file. SQLite's own waiting does not cover several processes that start at once."""
    end = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as problem:
            if "locked" not in str(problem) or time.monotonic() > end:
                raise
            time.sleep(AGAIN_SECONDS)
        else:
            return


def open_memory() -> Database:
    """A database that is gone with the process. One connection, so that transactions follow each other."""
    target = f"file:cvt-{next(_memories)}?mode=memory&cache=shared"
    engine = _engine(lambda: _connect(target), size=1)
    anchor = _connect(target)  # what is in memory lives as long as a connection to it

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "engine_disposed")
    def _let_go(_engine: Engine) -> None:
        anchor.close()

    return Database(engine, name="in memory")


def _connect(target: str) -> sqlite3.Connection:
    return sqlite3.connect(target, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, uri=target.startswith("file:"))


def _engine(connect: Callable[[], sqlite3.Connection], *, size: int, patience: float = POOL_SECONDS, begun: Callable[[Any], bool] = lambda _: False) -> Engine:
    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, pool_size=size, max_overflow=0, pool_timeout=patience)
    begin_by_intent(engine, read="BEGIN", write=_WRITES, begun=begun)
    return engine
