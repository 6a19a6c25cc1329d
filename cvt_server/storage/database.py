"""One database: transactions for reading and for writing, with every failure of the driver told as Unavailable."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Dialect, Engine, Insert, Table, event, text
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from cvt_server.errors import NotFound, Unavailable

_WRITE: Final = "cvt_write"
_ROLLED_BACK: Final = frozenset((sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_FULL))
"""With these SQLite has not committed; what other failures left on the disk is only known when it is read again."""


class Database:
    """An engine and what differs between the two kinds of database."""

    def __init__(self, engine: Engine, *, name: str, writer: Engine | None = None, hurry: Callable[[], None] = lambda: None) -> None:
        """`writer` has the connections for writing where they are apart, so that reads never wait for those that wait to write.

        After `hurry`, because the server ends, nobody waits long for others who write.
        """
        self.engine = engine
        self.name = name
        """What a person reads: never with a password."""
        self.hurry = hurry
        self.writer = (writer or engine).execution_options(**{_WRITE: True})

    @property
    def postgres(self) -> bool:
        """True for PostgreSQL, false for SQLite."""
        return self.engine.dialect.name == "postgresql"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads. Raises Unavailable."""
        with told(self.name), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that writes; committed, and then durable, when the block ends. Raises Unavailable."""
        with told(self.name) as stage, self.writer.connect() as connection, connection.begin():
            yield connection
            stage.committing = True

    def insert(self, table: Table) -> Any:
        """An insert of the database's own dialect, which knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
        return _insert(self.engine.dialect, table)

    def alive(self) -> bool:
        """Whether the database answers."""
        try:
            with self.read() as connection:
                connection.execute(text("SELECT 1"))
        except Unavailable:
            return False
        return True

    def close(self) -> None:
        """Give every connection back."""
        for engine in (self.writer, self.engine):
            engine.dispose()


def _insert(dialect: Dialect, table: Table) -> Insert:
    if dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as postgres_insert

        return postgres_insert(table)
    from sqlalchemy.dialects.sqlite import insert as sqlite_insert

    return sqlite_insert(table)


@dataclass(slots=True)
class Stage:
    """How far a transaction is. A connection that is cut while it commits leaves open whether it did."""

    committing: bool = False

    def hint(self, problem: Exception) -> str:
        """What to do next."""
        if self.committing and not _rolled_back(problem):
            return "it may have been stored; send it again when the database is back, which does no harm"
        return "nothing was stored; try again when it is back"


@contextmanager
def told(name: str) -> Iterator[Stage]:
    """Turn what the driver raises into Unavailable; a broken rule of the tables is a defect of ours and stays what it is.

    Values that no database keeps (NUL, lone surrogates, endless numbers) do not get past the services' checks, so only look-ups bring them: nothing has such
    a name.
    """
    stage = Stage()
    try:
        yield stage
    except IntegrityError:
        raise
    except (DataError, UnicodeError, OverflowError):
        raise NotFound("nothing has that name", hint="it holds characters or numbers that cannot be stored") from None
    except (DBAPIError, PoolTimeout) as problem:
        raise Unavailable(f"the database {name} cannot be used: {_reason(problem)}", hint=stage.hint(problem)) from problem
    except SQLAlchemyError as problem:
        raise Unavailable(f"the database {name} cannot be used: {_reason(problem)}") from problem


def _rolled_back(problem: Exception) -> bool:
    """Has the database said itself that it did not commit? PostgreSQL says so with any error that leaves the connection."""
    if not isinstance(problem, DBAPIError):
        return True  # no connection was had
    code = getattr(problem.orig, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in _ROLLED_BACK
    return not problem.connection_invalidated and getattr(problem.orig, "sqlstate", None) is not None


def _reason(problem: SQLAlchemyError) -> str:
    if isinstance(problem, PoolTimeout):
        return "others are using every connection to it"
    original = getattr(problem, "orig", None) or problem
    lines = str(original).strip().splitlines()
    return (lines[0] if lines else type(original).__name__)[:200]


def begin_by_intent(engine: Engine, *, read: str, write: str, begun: Callable[[Any], bool] = lambda _: False) -> None:
    """Let transactions begin with one of two statements; the driver itself must not begin any. `begun` may begin one that writes on the driver's connection."""

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITE)
        if not (writes and begun(connection.connection.driver_connection)):
            connection.exec_driver_sql(write if writes else read)
