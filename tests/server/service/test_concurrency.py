"""Many callers and several replicas at once."""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import pytest

from cvt_engine.facade import ValidateOptions
from cvt_server.errors import Breaking
from cvt_server.model import Actor, Answer, Consumer, Deployment, Usage
from cvt_server.service import library
from cvt_server.service.requests import Register
from cvt_server.service.schemas import Rules
from cvt_server.service.services import Services, services_on
from tests.server.databases import Place
from tests.server.service.conftest import Replica
from tests.server.service.specs import described

ME = Actor("me")


def together(calls: Iterable[Callable[[], object]], threads: int = 16) -> Counter[str]:
    """What became of calls that start at the same time: the names of errors, else what they returned as text."""
    calls = list(calls)
    start = threading.Barrier(min(threads, len(calls)))
    waited = threading.local()

    def run(call: Callable[[], object]) -> str:
        if not getattr(waited, "done", False):
            waited.done = True
            start.wait(30)
        try:
            return str(call())
        except Exception as problem:  # noqa: BLE001 the kind is the result
            return type(problem).__name__

    with ThreadPoolExecutor(min(threads, len(calls))) as pool:
        return Counter(pool.map(run, calls))


def registering(services: Services, content: str, schema_id: str = "users") -> Callable[[], object]:
    return lambda: services.schemas.register(Register(schema_id, content), ME).created


def using(services: Services, consumer: Consumer) -> str:
    return services.consumers.register(consumer, ME).consumer_id


def record(services: Services, version: str) -> str:
    return services.deploy.record(Deployment("users", version, "prod", 0), ME).environment


def rotate(services: Services, key_id: str) -> bool:
    return bool(services.keys.rotate(key_id, ME))


def test_a_thousand_registrations_of_one_version_store_it_once(services: Services) -> None:
    done = together([registering(services, described())] * 1000)
    assert done == Counter({"True": 1, "False": 999})
    assert services.schemas.versions("users").total == 1
    assert services.audit.list().total == 1


def test_a_thousand_registrations_of_one_schema_keep_every_version(services: Services) -> None:
    done = together([registering(services, described(f"{number // 100}.{number % 100}.0")) for number in range(1000)])
    assert done == Counter({"True": 1000})
    assert services.schemas.versions("users").total == 1000
    assert services.schemas.find("users").version == "9.99.0"


def test_large_descriptions_are_read_one_after_another(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    plain, reading, most = library.read, [0], [0]

    def read(content: str, options: ValidateOptions) -> library.Loaded:
        reading[0] += 1
        time.sleep(0.02)
        most[0] = max(most[0], reading[0])
        found = plain(content, options)
        reading[0] -= 1
        return found

    monkeypatch.setattr(library, "read", read)
    assert together([registering(services, described(f"1.{number}.0")) for number in range(6)]) == Counter({"True": 6})
    assert most[0] > 1
    most[0] = 0
    assert together([registering(services, described(f"2.{number}.0") + " " * 2**20) for number in range(6)]) == Counter({"True": 6})
    assert most == [1]


def test_replicas_that_register_a_version_at_once_agree(replica: Replica) -> None:
    replicas = [replica() for _ in range(4)]
    for number in range(10):
        version = f"1.{number}.0"
        same = described(version)
        assert together([registering(each, same, "same") for each in replicas]) == Counter({"True": 1, "False": 3})
        different = [registering(each, described(version, fields=(f"f{place}",)), "other") for place, each in enumerate(replicas)]
        assert together(different) == Counter({"True": 1, "Conflict": 3})


def test_consumers_never_set_the_latest_version_back(replica: Replica) -> None:
    one, two = replica(), replica()
    one.schemas.register(Register("users", described("0.1.0")), ME)
    versions = [registering(one, described(f"1.{number}.0")) for number in range(60)]
    users = [partial(using, two, Consumer(f"c{number}", "users", "prod")) for number in range(60)]
    done = together([call for pair in zip(versions, users, strict=True) for call in pair])
    assert done["True"] == 60
    assert not {name for name in done if name[:1].isupper()} - {"True"}
    assert replica().schemas.find("users").version == "1.59.0"
    assert len(one.consumers.list("users")) == 60


def test_one_consumer_registered_by_many_is_one_row(replica: Replica) -> None:
    replicas = [replica() for _ in range(3)]
    replicas[0].schemas.register(Register("users", described()), ME)
    consumer = Consumer("web", "users", "prod", usages=(Usage("GET", "/users/{id}"),))
    done = together([partial(using, replicas[number % 3], replace(consumer, version=str(number))) for number in range(60)])
    assert done == Counter({"web": 60})
    assert len(replicas[1].consumers.list("users")) == 1


def test_one_deployment_is_current_whoever_records_it(replica: Replica) -> None:
    replicas = [replica() for _ in range(3)]
    for version in ("1.0.0", "2.0.0"):
        replicas[0].schemas.register(Register("users", described(version)), ME)
    calls = [partial(record, replicas[number % 3], f"{number % 2 + 1}.0.0") for number in range(60)]
    assert together(calls) == Counter({"prod": 60})
    current = replicas[0].deploy.deployments(environment="prod").items
    history = replicas[0].deploy.deployments(environment="prod", history=True).items
    assert [row.version for row in current] == [history[0].version]
    assert all(one.version != other.version for one, other in itertools.pairwise(history))


def test_a_break_is_refused_though_its_base_comes_at_the_same_moment(replica: Replica) -> None:
    """Whatever comes first: 2.0.0 drops a field of 1.0.0, so it is either there before it, or refused."""
    for number in range(10):
        one, two = replica(), replica()
        schema_id = f"users{number}"
        base, head = described("1.0.0"), described("2.0.0", fields=("id",))
        order: list[str] = []

        def first(services: Services = one, name: str = schema_id, seen: list[str] = order, content: str = base) -> None:
            services.schemas.register(Register(name, content), ME)
            seen.append("base")

        def second(services: Services = two, name: str = schema_id, seen: list[str] = order, content: str = head) -> None:
            try:
                services.schemas.register(Register(name, content, refuse_breaking=True), ME)
                seen.append("head")
            except Breaking:
                seen.append("refused")

        together([first, second])
        events = [event.subject for event in reversed(one.audit.list().items) if event.subject.startswith(f"{schema_id}@")]
        wanted = [f"{schema_id}@2.0.0", f"{schema_id}@1.0.0"] if "head" in order else [f"{schema_id}@1.0.0"]
        assert events == wanted


def test_a_key_is_rotated_once(replica: Replica) -> None:
    one, two = replica(), replica()
    key, _ = one.keys.create("ci", frozenset(("read",)), 0, ME)
    done = together([partial(rotate, services, key.key_id) for services in (one, two, one, two)])
    assert done == Counter({"True": 1, "Invalid": 3})
    assert sum(not row.revoked_at for row in one.keys.list()) == 1


def test_replicas_count_together(replica: Replica) -> None:
    replicas = [replica() for _ in range(4)]
    schema = replicas[0].schemas.register(Register("users", described()), ME).schema

    def count(services: Services) -> int:
        for number in range(50):
            services.counts.add(schema, f"GET /{number}", valid=True)
        return services.counts.flush()

    assert together([partial(count, services) for services in replicas]) == Counter({"50": 4})
    assert sum(day.valid for day in replicas[0].stats.activity()) == 200


def test_answers_stay_true_while_everything_changes(services: Services) -> None:
    services.schemas.register(Register("users", described("1.0.0")), ME)
    services.schemas.register(Register("users", described("2.0.0", fields=("id",))), ME)
    consumer = Consumer("web", "users", "prod", "", "1.0.0", usages=(Usage("GET", "/users/{id}", ("name",)),))
    for _ in range(30):
        services.consumers.register(consumer, ME)
        assert services.deploy.can_i_deploy("users", "2.0.0").answer is Answer.NO
        services.consumers.deregister("web", "users", "prod", ME)
        assert services.deploy.can_i_deploy("users", "2.0.0").answer is Answer.UNKNOWN


@pytest.mark.parametrize("threads", [32])
def test_more_threads_than_connections_wait_for_their_turn(shared: Place, threads: int) -> None:
    services = services_on(shared.storage(), rules=Rules(), options=ValidateOptions())
    done = together([registering(services, described(), f"s{number}") for number in range(200)], threads)
    assert done == Counter({"True": 200})
