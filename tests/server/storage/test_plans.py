"""Every question that is asked often is answered from an index, however many rows there are."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from sqlalchemy import event, insert

from cvt_server.errors import ServerError
from cvt_server.model import Consumer, Deployment
from cvt_server.storage.base import Storage, pack
from cvt_server.storage.order import rank
from cvt_server.storage.page import token_of
from cvt_server.storage.tables import audit, consumers, contents, deployments, schemas, validations, verdicts, versions
from tests.server.databases import Place

MANY = 300
PER_SCHEMA = 20

ASKED: dict[str, Callable[[Storage], Any]] = {
    "find": lambda s: s.schemas.find("s7", "1.3.0"),
    "latest": lambda s: s.schemas.find("s7"),
    "before": lambda s: s.schemas.before("s7", "1.3.0"),
    "versions": lambda s: s.schemas.versions("s7", page_size=5),
    "content": lambda s: s.schemas.content("h7"),
    "generation": lambda s: s.schemas.generation("s7"),
    "names": lambda s: s.schemas.names("s7"),
    "twin": lambda s: s.schemas.twin("s7", "v1.3.0"),
    "consumers": lambda s: s.consumers.list("s7", "prod"),
    "deployments of a schema": lambda s: s.deployments.list(schema_id="s7", environment="prod"),
    "deployments of an environment": lambda s: s.deployments.list(environment="e7"),
    "a page of consumers": lambda s: s.consumers.page("s7", "", page_size=2, page_token=token_of("c3", "dev")),
    "verdict": lambda s: s.verdicts.get("r7", "api"),
    "counts": lambda s: s.counts.totals(since_day=290),
    "store": lambda s: _written(s, lambda c: s.schemas.mark(c, "s7", "1.3.0", deleted=True)),
    "put a consumer": lambda s: _written(s, lambda c: s.consumers.put(c, Consumer("c7", "s7", "prod"))),
    "put a deployment": lambda s: _written(s, lambda c: s.deployments.put(c, Deployment("s7", "1.1.0", "prod", 1))),
}


def _written(storage: Storage, change: Callable[[Any], Any]) -> None:
    with storage.database.write() as connection:
        change(connection)


def fill(storage: Storage) -> None:
    digits = range(MANY)
    with storage.database.write() as c:
        c.execute(insert(contents), [{"hash": f"h{n}", "data": pack("{}").data, "size": 2} for n in digits])
        c.execute(insert(schemas), [{"schema_id": f"s{n}", "latest": "1.0.0", "owner": f"o{n}", "team": f"t{n}"} for n in digits])
        names = [(n, f"1.{m}.0") for n in digits for m in range(PER_SCHEMA)]
        c.execute(insert(versions), [{"schema_id": f"s{n}", "version": v, "hash": f"h{n}", "rank": rank(v).key, "released": True} for n, v in names])
        users = [(f"s{n}", environment, f"c{m}") for n in digits for m in range(9) for environment in ("dev", "prod")]
        c.execute(insert(consumers), [dict(zip(("schema_id", "environment", "consumer_id"), row, strict=True)) for row in users])
        places = [(f"s{n}", f"e{n}", "1.0.0", current) for n in digits for current in (True, False)]
        c.execute(insert(deployments), [dict(zip(("schema_id", "environment", "version", "current"), row, strict=True)) for row in places])
        c.execute(insert(verdicts), [{"run_id": f"r{n}", "api": "api", "repository": f"x{n}", "time": n} for n in digits for _ in "a"])
        c.execute(insert(audit), [{"subject": f"s{n}", "actor": f"a{n}", "time": n} for n in digits for _ in "abc"])
        c.execute(insert(validations), [{"schema_id": f"s{n}", "version": "1", "day": n, "operation": o, "valid": True} for n in digits for o in "abcdefgh"])
    if storage.database.postgres:
        with storage.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")


@contextmanager
def statements(storage: Storage) -> Iterator[list[tuple[str, Any]]]:
    """What is sent to the database meanwhile."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, given: Any, _context: Any, _many: bool) -> None:
        seen.append((statement, given))

    engines = (storage.database.engine, storage.database.writer)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


def scans(storage: Storage, statement: str, given: Any) -> list[str]:
    """The parts of a statement's plan that read a whole table."""
    with storage.database.engine.connect() as connection:
        if storage.database.postgres:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", given).scalar()
            text = json.dumps(plan)
            return [text] if "Seq Scan" in text else []
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).all()
        return [row[-1] for row in rows if row[-1].startswith("SCAN ") and "SUBQUERY" not in row[-1] and "anon_" not in row[-1]]


@pytest.fixture
def filled(place: Place) -> Storage:
    storage = place.storage()
    fill(storage)
    return storage


def test_no_table_is_read_as_a_whole(filled: Storage) -> None:
    found = {}
    for name, ask in ASKED.items():
        with statements(filled) as seen:
            ask(filled)
        for statement, given in seen:
            if statement.split()[0] in ("SELECT", "UPDATE", "DELETE") and (bad := scans(filled, statement, given)):
                found[name] = bad
    assert found == {}


def test_the_check_sees_a_table_that_is_read_as_a_whole(filled: Storage) -> None:
    assert scans(filled, "SELECT * FROM versions WHERE title = 'x'", ())


LISTS: dict[str, Callable[[Storage], Any]] = {
    "schemas": lambda s: s.schemas.latest(page_size=5),
    "schemas of an owner": lambda s: s.schemas.latest(owner="o7", page_size=5),
    "verdicts": lambda s: s.verdicts.list({}, page_size=5),
    "verdicts of an api": lambda s: s.verdicts.list({"api": "api"}, page_size=5),
    "audit": lambda s: s.audit.list({"subject": "s7"}, page_size=5),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_page_is_not_sorted_from_the_whole_table(filled: Storage, name: str) -> None:
    with statements(filled) as seen:
        LISTS[name](filled)
    statement, given = next((s, g) for s, g in seen if "LIMIT" in s)
    with filled.database.engine.connect() as connection:
        explain = "EXPLAIN" if filled.database.postgres else "EXPLAIN QUERY PLAN"
        if filled.database.postgres:
            connection.exec_driver_sql("SET LOCAL enable_sort = off")
        plan = "\n".join(str(row[-1]) for row in connection.exec_driver_sql(f"{explain} {statement}", given))
    assert "TEMP B-TREE" not in plan
    assert "Sort  (" not in plan, plan


def test_a_bad_name_costs_no_scan(filled: Storage) -> None:
    with statements(filled) as seen, suppress(ServerError):
        filled.schemas.find("x" * 10_000)
    assert all(not scans(filled, statement, given) for statement, given in seen)
