"""How a large registry behaves: `registry.py sqlite:FILE | postgresql://... [--versions N] [--consumers N] [--calls N]`. Prints figures as JSON.

The database must be empty. It is filled with 100,000 versions of 1,000 schemas, and 10,000 consumers of one more schema with 20 endpoints each.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Final

import grpc
from sqlalchemy import insert

from cvt_engine.facade import ValidateOptions
from cvt_server.model import Actor, Consumer, Usage
from cvt_server.service.requests import Register
from cvt_server.service.schemas import Rules
from cvt_server.service.services import Services, services_on
from cvt_server.storage.base import Storage, pack, storage_on
from cvt_server.storage.database import Database
from cvt_server.storage.order import rank
from cvt_server.storage.postgres import open_url
from cvt_server.storage.sqlite import open_file
from cvt_server.storage.tables import consumers, contents, schemas, versions
from cvt_wire import cvt_pb2 as wire

SCHEMAS: Final = 1_000
ENDPOINTS: Final = 200
USED: Final = 20
FIELDS: Final = 10
SCHEMA: Final = "orders"
ME: Final = Actor("benchmark")
BATCH: Final = 10_000


def described(version: str, without: frozenset[str] = frozenset()) -> str:
    """A description of 200 operations; `without` names fields, as `3.f1`, that their answers lack."""
    paths: dict[str, Any] = {}
    for number in range(ENDPOINTS):
        names = [f"f{field}" for field in range(FIELDS) if f"{number}.f{field}" not in without]
        body = {"type": "object", "required": names, "properties": {name: {"type": "string"} for name in names}}
        answer = {"200": {"description": "ok", "content": {"application/json": {"schema": body}}}}
        parameter = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
        paths[f"/resources{number}/{{id}}"] = {"get": {"parameters": [parameter], "responses": answer}}
    return json.dumps({"openapi": "3.0.3", "info": {"title": "Orders", "version": version}, "paths": paths})


def used(seed: int) -> tuple[Usage, ...]:
    """Twenty endpoints of a consumer, by concrete paths, each with three fields."""
    chance = random.Random(seed)
    picked = chance.sample(range(ENDPOINTS), USED)
    return tuple(Usage("GET", f"/resources{number}/42", tuple(f"f{field}" for field in chance.sample(range(FIELDS), 3))) for number in picked)


def fill(storage: Storage, services: Services, *, most: int, users: int) -> None:
    """The large part by the tables, what is asked about by the services."""
    packed = pack("{}")
    each = most // SCHEMAS
    names = [f"{number // 10}.{number % 10}.0" for number in range(each)]
    put(storage, contents, [{"hash": f"h{number}", "data": packed.data, "size": packed.size} for number in range(most)])
    put(storage, schemas, [{"schema_id": f"schema-{number:05d}", "latest": names[-1], "owner": f"o{number % 50}"} for number in range(SCHEMAS)])
    ranks = [(name, rank(name).key) for name in names]
    rows = [(f"schema-{number:05d}", name, f"h{number * each + at}", key) for number in range(SCHEMAS) for at, (name, key) in enumerate(ranks)]
    put(storage, versions, [{"schema_id": a, "version": b, "hash": c, "rank": d, "released": True} for a, b, c, d in rows])
    gone = frozenset(f"{number}.f{number % FIELDS}" for number in range(0, ENDPOINTS, 20))
    for version, without in (("1.0.0", frozenset[str]()), ("1.1.0", frozenset[str]()), ("2.0.0", gone)):
        services.schemas.register(Register(SCHEMA, described(version, without)), ME)
    usages = (json.dumps([[usage.method, usage.path, list(usage.fields)] for usage in used(number)]) for number in range(users))
    key = {"schema_id": SCHEMA, "environment": "prod", "schema_version": "1.0.0", "version": "1"}
    put(storage, consumers, [{**key, "consumer_id": f"consumer-{number:05d}", "usages": text} for number, text in enumerate(usages)])


def put(storage: Storage, table: Any, rows: list[dict[str, Any]]) -> None:
    """Insert many rows."""
    for start in range(0, len(rows), BATCH):
        with storage.database.write() as connection:
            connection.execute(insert(table), rows[start : start + BATCH])


def timed(call: Callable[[int], object], times: int) -> dict[str, float]:
    """Milliseconds of calls, one after another."""
    taken = []
    for number in range(times):
        started = time.perf_counter()
        call(number)
        taken.append((time.perf_counter() - started) * 1000)
    return spread(taken)


def spread(taken: list[float]) -> dict[str, float]:
    """Median, 95th percentile and the slowest."""
    ordered = sorted(taken)
    return {"median": round(statistics.median(ordered), 2), "p95": round(ordered[int(len(ordered) * 0.95)], 2), "most": round(ordered[-1], 2)}


def in_process(services: Services, calls: int) -> dict[str, dict[str, float]]:
    """The services without a wire."""
    chance = random.Random(7)

    def any_of() -> str:
        return f"schema-{chance.randrange(SCHEMAS):05d}"

    def changed(number: int) -> object:
        services.consumers.register(Consumer("consumer-00007", SCHEMA, "prod", str(number + 2), "1.0.0", usages=used(7)), ME)
        return services.deploy.can_i_deploy(SCHEMA, "2.0.0", "prod")

    return {
        "find a version": timed(lambda _: services.schemas.find(any_of(), "5.3.0"), calls),
        "find the latest": timed(lambda _: services.schemas.find(any_of()), calls),
        "find the one before": timed(lambda _: services.storage.schemas.before(any_of(), "5.3.0"), calls),
        "a page of schemas": timed(lambda _: services.schemas.list(page_size=100), calls),
        "a page of versions": timed(lambda _: services.schemas.versions(any_of(), page_size=100), calls),
        "register a new version": timed(lambda n: services.schemas.register(Register("small", small(f"1.{n}.0")), ME), calls),
        "register a consumer": timed(lambda n: services.consumers.register(Consumer(f"c{n}", any_of(), "prod", usages=used(n)), ME), calls),
        "can-i-deploy, first": timed(lambda _: services.deploy.can_i_deploy(SCHEMA, "2.0.0", "prod"), 1),
        "can-i-deploy, again": timed(lambda _: services.deploy.can_i_deploy(SCHEMA, "2.0.0", "prod"), calls),
        "a consumer registers, then can-i-deploy": timed(changed, 10),
    }


def small(version: str) -> str:
    """The least description."""
    return f'{{"openapi": "3.0.3", "info": {{"title": "T", "version": "{version}"}}, "paths": {{}}}}'


@contextmanager
def served(where: str) -> Iterator[str]:
    """A server on the database, as a process of its own."""
    kind = {"CVT_STORAGE_TYPE": "postgres", "CVT_POSTGRES_DSN": where} if where.startswith("postgres") else {"CVT_STORAGE_DSN": where.partition(":")[2]}
    command = [sys.executable, "-m", "cvt_server", "serve", "-p", "0", "--metrics-port", "0"]
    process = subprocess.Popen(command, env=os.environ | kind | {"LOG_LEVEL": "info"}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        assert process.stdout is not None
        for line in process.stdout:
            found = re.search(r"gRPC on port (\d+)", line)
            if found:
                yield f"127.0.0.1:{found[1]}"
                return
        raise RuntimeError("the server did not start")
    finally:
        process.terminate()
        process.wait(30)


def through_grpc(where: str, calls: int) -> dict[str, dict[str, float]]:
    """The deploy gate as clients see it."""
    with served(where) as address, grpc.insecure_channel(address, options=[("grpc.max_receive_message_length", 2**30)]) as channel:
        ask = channel.unary_unary(
            "/cvt.ContractValidator/CanIDeploy", request_serializer=wire.CanIDeployRequest.SerializeToString, response_deserializer=lambda data: data
        )
        request = wire.CanIDeployRequest(schema_id=SCHEMA, new_version="2.0.0", environment="prod")

        def one(_: int) -> float:
            started = time.perf_counter()
            ask(request, timeout=60)
            return (time.perf_counter() - started) * 1000

        first = one(0)
        with ThreadPoolExecutor(4) as pool:
            together = spread(list(pool.map(one, range(calls))))
        size = len(ask(request, timeout=60)) / 1e6
        return {"first": spread([first]), "again": timed(one, calls), "four at once": together, "megabytes of the answer": {"size": round(size, 2)}}


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("where")
    parser.add_argument("--versions", type=int, default=100_000)
    parser.add_argument("--consumers", type=int, default=10_000)
    parser.add_argument("--calls", type=int, default=200)
    given = parser.parse_args()
    database: Database = open_url(given.where) if given.where.startswith("postgres") else open_file(given.where.partition(":")[2])
    storage = storage_on(database)
    services = services_on(storage, rules=Rules(), options=ValidateOptions())
    started = time.perf_counter()
    fill(storage, services, most=given.versions, users=given.consumers)
    if database.postgres:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")
    filled = {"seconds": round(time.perf_counter() - started, 1)}
    print(
        json.dumps({"filling": filled, "services": in_process(services, given.calls), "can-i-deploy by gRPC": through_grpc(given.where, given.calls)}, indent=1)
    )
    database.close()


if __name__ == "__main__":
    main()
