"""PostgreSQL: for teams and for several replicas of the server."""

from __future__ import annotations

from typing import Final

from sqlalchemy import URL, create_engine, make_url
from sqlalchemy.exc import ArgumentError

from cvt_server.errors import SettingWrong
from cvt_server.storage.database import Database

CONNECT_SECONDS: Final = 5
STATEMENT_MILLISECONDS: Final = 30_000
LOCK_MILLISECONDS: Final = 15_000
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
    options = f"-c statement_timeout={STATEMENT_MILLISECONDS} -c lock_timeout={LOCK_MILLISECONDS} -c idle_in_transaction_session_timeout=60000"
    try:
        engine = create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            pool_size=max(connections, 1),
            max_overflow=0,
            pool_timeout=10,
            pool_pre_ping=True,
            pool_recycle=1800,
            connect_args={"connect_timeout": CONNECT_SECONDS, "options": options, "application_name": "cvt", **_ALIVE},
        )
    except ModuleNotFoundError as problem:
        raise SettingWrong(f"PostgreSQL needs the package {problem.name}", hint="install cvt-runner[server,postgres]") from None
    return Database(engine, name=f"{parsed.host or 'localhost'}:{parsed.port or 5432}/{parsed.database or ''}")
