"""PostgreSQL: for teams and for several replicas of the server."""

from __future__ import annotations

import time
from collections.abc import Generator
from functools import cache
from typing import Any, Final

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from cvt_server.errors import SettingWrong
from cvt_server.storage.database import Database

CONNECT_SECONDS: Final = 5
STATEMENT_MILLISECONDS: Final = 30_000
LOCK_MILLISECONDS: Final = 15_000
PING_SECONDS: Final = 5.0
SPARE_SECONDS: Final = 5.0
"""How much later than the server itself we give a statement up: by then the server hangs."""
_OURS: Final = ("context", "autocommit", "prepare_threshold", "hostaddr")
"""Options that the driver keeps from PostgreSQL's library, and the one by which it would find a server."""
_NOWHERE: Final = "/dev/null"
"""No server listens below a file."""
_SOCKET: Final = f"{_NOWHERE}/.s.PGSQL"
_ALIVE: Final = {"keepalives": 1, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 20_000}
"""A database whose machine vanished is noticed in seconds, not when TCP gives up after a quarter of an hour."""


def open_url(url: str | URL, *, connections: int = 25) -> Database:
    """The database behind a URL such as `postgresql://user:password@host/name?sslmode=require`. Nothing is connected yet. Raises SettingWrong."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise SettingWrong(
            "the PostgreSQL address is no URL", hint="write postgresql://user:password@host:5432/name, with special characters percent-encoded"
        ) from None
    if parsed.get_backend_name() not in ("postgresql", "postgres"):
        raise SettingWrong(f"the database address begins with {parsed.drivername}://", hint="write postgresql://user:password@host:5432/name")
    if "@" in (parsed.host or ""):
        raise SettingWrong("the PostgreSQL address has two @", hint="write an @ in user or password as %40")
    ours = f"-c statement_timeout={STATEMENT_MILLISECONDS} -c lock_timeout={LOCK_MILLISECONDS} -c idle_in_transaction_session_timeout=60000"
    given = {"connect_timeout": CONNECT_SECONDS, "options": f"{_one(parsed, 'options')} {ours}".strip(), "application_name": "cvt", **_ALIVE}
    try:
        engine = create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            pool_size=max(connections, 1),
            max_overflow=0,
            pool_timeout=10,
            pool_pre_ping=True,
            pool_recycle=1800,
            connect_args=given,
        )
    except ModuleNotFoundError as problem:
        raise SettingWrong(f"PostgreSQL needs the package {problem.name}", hint="install cvt-runner[server,postgres]; with ./cvt: CVT_EXTRAS=image") from None
    _understood({**engine.dialect.create_connect_args(parsed)[1], **given})
    _bounded(engine)
    return Database(engine, name=f"{parsed.host or 'localhost'}:{parsed.port or 5432}/{parsed.database or ''}")


def _one(url: URL, name: str) -> str:
    """An option of the address, "" without."""
    found = url.query.get(name, "")
    return found if isinstance(found, str) else " ".join(found)


def _understood(options: dict[str, Any]) -> None:
    """Have the driver read the options, and look for a server where there is none. Raises SettingWrong."""
    import psycopg
    from psycopg.conninfo import make_conninfo

    try:
        text = make_conninfo(**{**options, **dict.fromkeys(_OURS), "host": _NOWHERE, "port": "5432"})
    except psycopg.Error as problem:
        raise _wrong(str(problem)) from None
    tried = psycopg.pq.PGconn.connect_start(text.encode())
    words = tried.error_message.decode(errors="replace")
    bad = tried.status == psycopg.pq.ConnStatus.BAD
    tried.finish()
    if bad and _SOCKET not in words:  # that there is no server is what it finds out last
        raise _wrong(words)


def _wrong(words: str) -> SettingWrong:
    return SettingWrong(f"the PostgreSQL address has an option that cannot be used: {words.strip()[:200]}", hint="correct what follows the ? in it")


def _bounded(engine: Engine) -> None:
    """Give up what a server that hangs never answers: its own limits and those of TCP end nothing while its kernel still acknowledges.

    A connection is tested for as long as it is in the pool, and used while it is checked out.
    """

    @event.listens_for(engine, "do_connect")
    def _connect(_dialect: object, _record: object, given: list[Any], named: dict[str, Any]) -> Any:
        return _impatient().connect(*given, **named)

    @event.listens_for(engine, "checkout")
    def _use(connection: Any, _record: object, _proxy: object) -> None:
        connection.patience = STATEMENT_MILLISECONDS / 1000 + SPARE_SECONDS

    @event.listens_for(engine, "checkin")
    def _give_back(connection: Any, _record: object) -> None:
        if connection is not None:
            connection.patience = PING_SECONDS


@cache
def _impatient() -> Any:
    """A connection that closes itself when an answer takes longer than its `patience`. Made late: the driver is an extra."""
    import psycopg

    class Impatient(psycopg.Connection[Any]):
        patience = PING_SECONDS

        def wait(self, gen: Any, *given: Any, **named: Any) -> Any:
            try:
                return super().wait(_within(gen, self.patience), *given, **named)
            except TimeoutError:
                self.close()
                raise psycopg.OperationalError(f"no answer within {self.patience:g} seconds") from None

    return Impatient


def _within(work: Generator[Any, Any, Any], seconds: float) -> Generator[Any, Any, Any]:
    """The same steps of the driver; it sends a false value now and then while nothing happens. Raises TimeoutError."""
    end = time.monotonic() + seconds
    try:
        wanted = next(work)
        while True:
            ready = yield wanted
            if not ready and time.monotonic() > end:
                raise TimeoutError
            wanted = work.send(ready)
    except StopIteration as done:
        return done.value
