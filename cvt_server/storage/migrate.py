"""Bring a database to the newest migration. Costs one query where it is there already; replicas that start together wait for each other."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import Final

from sqlalchemy import Connection, inspect, text

from cvt_server.errors import SettingWrong
from cvt_server.storage.database import Database
from cvt_server.storage.tables import HEAD

_LOCK: Final = 0x637674
"""Key of the advisory lock."""
_one_at_a_time: Final = Lock()
"""Alembic keeps what it works on in globals."""


def migrate(database: Database) -> None:
    """Create or upgrade the tables. Raises Unavailable, and SettingWrong where a newer server has been here."""
    with database.read() as connection:
        if _current(connection) == HEAD:
            return
    with database.write() as connection:
        if database.postgres:
            _unhurried(connection)
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        found = _current(connection)
        if found != HEAD:
            _upgrade(connection, found)


def _unhurried(connection: Connection) -> None:
    """Let the statements of this transaction take as long as they need, on PostgreSQL's side and on ours."""
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    connection.execute(text("SET LOCAL lock_timeout = 0"))
    connection.connection.driver_connection.patience = float("inf")  # type: ignore[union-attr]


def _current(connection: Connection) -> str:
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def _upgrade(connection: Connection, found: str) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util.exc import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        with _one_at_a_time:
            command.upgrade(config, "head")
    except CommandError as problem:
        hint = "start a server of the version that wrote it, or a newer one"
        raise SettingWrong(f"the database is at revision {found}, which this server does not know: {problem}", hint=hint) from None
