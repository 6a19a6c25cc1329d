"""Tables come by migrations, once, and nothing slow is imported where there is nothing to do."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from cvt_server.errors import SettingWrong, Unavailable
from cvt_server.storage.base import storage_on
from cvt_server.storage.migrate import migrate
from cvt_server.storage.postgres import open_url
from cvt_server.storage.sqlite import open_file
from cvt_server.storage.tables import HEAD, metadata
from tests.server.databases import Place, PostgresServer


def drop(place: Place) -> None:
    with place.database().write() as connection:
        metadata.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))


def test_migrations_make_the_tables_that_the_code_uses(place: Place) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    storage = place.storage()
    with storage.database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == HEAD


def test_head_is_the_newest_migration() -> None:
    from alembic.script import ScriptDirectory

    assert ScriptDirectory("cvt_server/storage/migrations").get_current_head() == HEAD


def test_replicas_that_start_together_make_the_tables_once(shared: Place) -> None:
    if shared.kind == "postgres":
        drop(shared)
    databases = [shared.database(2) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(migrate, databases))
    with databases[0].read() as connection:
        assert connection.execute(text("SELECT count(*) FROM alembic_version")).scalar() == 1


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("sslmode=bogus", "sslmode"),
        ("sslmod=require", "sslmod"),
        ("target_session_attrs=best", "target_session_attrs"),
        ("service=nope", "nope"),
        ("sslmode=require&sslmode=allow", "sslmode"),
    ],
)
def test_a_wrong_option_in_the_address_is_told_before_anything_is_connected(query: str, words: str) -> None:
    with pytest.raises(SettingWrong, match=rf"option that cannot be used: .*{words}") as caught:
        open_url(f"postgresql://cvt:hunter2@127.0.0.1:1/cvt?{query}")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("query", ["sslmode=verify-full&sslrootcert=/x", "host=a:1&host=b:2", "hostaddr=10.0.0.1,10.0.0.2", "host=/tmp", "prepare_threshold=0"])
def test_addresses_are_taken_as_the_driver_takes_them(query: str) -> None:
    open_url(f"postgresql://cvt@/cvt?{query}").close()


def test_options_of_the_address_stay_beside_our_limits(postgres: PostgresServer) -> None:
    database = open_url(f"{postgres.url}?options=-c%20search_path%3Delsewhere")
    with database.read() as connection:
        assert [connection.exec_driver_sql(f"SHOW {name}").scalar() for name in ("search_path", "lock_timeout")] == ["elsewhere", "15s"]
    database.close()


def test_a_database_of_a_newer_server_is_refused(place: Place) -> None:
    storage = place.storage()
    with storage.database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    try:
        with pytest.raises(SettingWrong, match="9999"):
            migrate(storage.database)
    finally:
        with storage.database.write() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": HEAD})


def test_at_head_nothing_slow_is_imported(tmp_path: object) -> None:
    path = f"{tmp_path}/cvt.db"
    storage_on(open_file(path)).database.close()
    code = (
        "import sys; from cvt_server.storage.base import storage_on; from cvt_server.storage.sqlite import open_file;"
        f"storage_on(open_file({path!r})); print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "False"


def test_a_file_that_is_no_database_is_told(tmp_path: object) -> None:
    path = f"{tmp_path}/cvt.db"
    with open(path, "w") as file:
        file.write("not a database at all" * 100)
    database = open_file(path)
    with pytest.raises(Unavailable, match="not a database"):
        storage_on(database)
    database.close()


def test_folders_are_told(tmp_path: object) -> None:
    with pytest.raises(SettingWrong, match="is a folder"):
        open_file(str(tmp_path))
    with pytest.raises(SettingWrong, match="does not exist"):
        open_file(f"{tmp_path}/no/cvt.db")


def test_a_password_is_never_told(postgres: PostgresServer) -> None:
    database = open_url("postgresql://cvt:hunter2@127.0.0.1:1/cvt")
    with pytest.raises(Unavailable) as caught:
        migrate(database)
    assert "hunter2" not in f"{caught.value}{database.name}"


def test_half_a_password_is_not_taken_for_a_host() -> None:
    with pytest.raises(SettingWrong, match="%40") as caught:
        open_url("postgresql://cvt:hun@ter2@127.0.0.1:1/cvt")
    assert "ter2" not in str(caught.value)
