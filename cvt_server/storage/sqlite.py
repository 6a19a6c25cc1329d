"""SQLite: one file (or memory), readers beside one writer, durable when acknowledged."""

from __future__ import annotations

import itertools
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import QueuePool

from cvt_server.errors import SettingWrong
from cvt_server.storage.database import Database, begin_by_intent

BUSY_SECONDS: Final = 15
"""How long a writer waits for another one."""
AGAIN_SECONDS: Final = 0.02
READERS: Final = 8
"""Connections for reading. SQLite has one writer at a time, so one more is for that."""
POOL_SECONDS: Final = 30
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
    return Database(opened.engine(size=READERS), name=path, writer=opened.engine(size=1, patience=BUSY_SECONDS))


class _File:
    """The file, made by the first connection only. Nothing is written into one that was deleted or replaced: it is gone with those who have it open."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._made = False

    def connect(self) -> sqlite3.Connection:
        if self._made:
            self._identity()
        connection = _connect(str(self._path))
        self._made = True
        return connection

    def engine(self, *, size: int, patience: float = POOL_SECONDS) -> Engine:
        """So many connections to it, for which callers wait that many seconds."""
        made = _engine(self.connect, size=size, patience=patience)
        self._watch(made)
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


def _engine(connect: Callable[[], sqlite3.Connection], *, size: int, patience: float = POOL_SECONDS) -> Engine:
    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, pool_size=size, max_overflow=0, pool_timeout=patience)
    begin_by_intent(engine, read="BEGIN", write="BEGIN IMMEDIATE")
    return engine
