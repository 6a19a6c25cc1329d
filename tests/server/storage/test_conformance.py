"""What every storage does, on each kind of database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cvt_server.errors import Invalid, NotFound
from cvt_server.model import ApiKey, AuditEvent, Consumer, Deployment, Ownership, SchemaVersion, Usage, Verdict
from cvt_server.storage.base import Storage, Stored, pack


def version(schema_id: str, name: str, content: str = "{}", *, at: int = 100) -> SchemaVersion:
    return SchemaVersion(schema_id, name, f"hash of {content}", at, at, title="T", openapi_version="3.1.0", endpoint_count=3, revision="abc")


def put(storage: Storage, schema: SchemaVersion, content: str = "{}", *, owner: Ownership | None = None, mutable: bool = False) -> Stored:
    with storage.database.write() as connection:
        storage.schemas.claim(connection, schema)
        return storage.schemas.store(connection, schema, pack(content), owner=owner, mutable=mutable)


def mark(storage: Storage, schema_id: str, name: str, *, deleted: bool) -> int:
    with storage.database.write() as connection:
        return storage.schemas.mark(connection, schema_id, name, deleted=deleted)


def latest(storage: Storage, schema_id: str) -> str:
    found = storage.schemas.find(schema_id)
    return found.version if found else ""


def test_a_version_is_kept_as_it_came(storage: Storage) -> None:
    content = "  openapi: 3.1.0 # ünïcode 🐍\n"
    schema = version("orders", "1.0.0", content)
    assert put(storage, schema, content).created
    assert storage.schemas.find("orders", "1.0.0") == schema
    assert storage.schemas.find("orders") == schema
    assert storage.schemas.content(schema.hash) == content
    assert storage.schemas.holds(schema.hash)
    assert not storage.schemas.holds("other")
    assert storage.schemas.content("other") is None
    assert storage.schemas.find("orders", "2") is None
    assert storage.schemas.find("ORDERS") is None


def test_the_same_content_again_changes_nothing(storage: Storage) -> None:
    put(storage, version("a", "1.0.0"))
    before = storage.schemas.generation("a")
    again = put(storage, version("a", "1.0.0", at=200))
    assert (again.created, again.replaced, again.refused) == (False, False, False)
    assert again.schema.registered_at == 100
    assert storage.schemas.generation("a") == before


def test_other_content_is_refused(storage: Storage) -> None:
    put(storage, version("a", "1.0.0"))
    done = put(storage, version("a", "1.0.0", "other"), "other")
    assert done.refused
    assert done.schema.hash == "hash of {}"
    assert storage.schemas.find("a", "1.0.0") == done.schema
    assert storage.schemas.content("hash of other") is None


def test_other_content_replaces_where_versions_are_mutable(storage: Storage) -> None:
    put(storage, version("a", "1.0.0"))
    done = put(storage, version("a", "1.0.0", "other", at=200), "other", mutable=True)
    assert (done.created, done.replaced, done.refused) == (True, True, False)
    assert (done.schema.hash, done.schema.registered_at, done.schema.updated_at) == ("hash of other", 100, 200)


def test_identical_content_is_stored_once(storage: Storage) -> None:
    for number in range(3):
        put(storage, version(f"a{number}", "1.0.0"))
    with storage.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM contents").scalar() == 1


@pytest.mark.parametrize(
    ("names", "highest"),
    [
        (("1.9.0", "1.10.0"), "1.10.0"),
        (("1.10.0", "1.9.0"), "1.10.0"),
        (("2.0.0", "3.0.0-rc.1"), "2.0.0"),
        (("3.0.0-rc.2", "3.0.0-rc.10"), "3.0.0-rc.10"),
        (("draft", "0.0.1"), "0.0.1"),
        (("1.0.0", "v1.0.0"), "v1.0.0"),
        (("2024-01-15", "2023-12-31", "2024-02-01-preview"), "2024-01-15"),
        (("1.0.0+9", "1.0.0+10"), "1.0.0+10"),
        (("release 9", "release 10"), "release 10"),
    ],
)
def test_latest_is_the_highest_release_whatever_came_last(storage: Storage, names: tuple[str, ...], highest: str) -> None:
    for at, name in enumerate(names):
        put(storage, version("a", name, at=1000 - at))  # the clock goes back
    assert latest(storage, "a") == highest


def test_before_is_the_next_lower_release(storage: Storage) -> None:
    for name in ("1.0.0", "1.9.0", "1.10.0", "2.0.0-rc.1", "2.0.0", "2.0.0+1", "2.1.0-rc.1"):
        put(storage, version("a", name))

    def before(name: str) -> str:
        found = storage.schemas.before("a", name)
        return found.version if found else ""

    assert [before(name) for name in ("1.0.0", "1.9.0", "1.10.0", "2.0.0", "2.0.0+1", "9.9.9")] == ["", "1.0.0", "1.9.0", "1.10.0", "2.0.0", "2.0.0+1"]
    assert before("v1.9.0") == "1.9.0"


def test_before_is_a_prerelease_where_nothing_was_released(storage: Storage) -> None:
    put(storage, version("a", "1.0.0-rc.1"))
    assert (found := storage.schemas.before("a", "1.0.0-rc.2")) is not None
    assert found.version == "1.0.0-rc.1"


def test_a_deleted_version_is_hidden_until_it_is_restored(storage: Storage) -> None:
    put(storage, version("a", "1.0.0"))
    put(storage, version("a", "2.0.0"))
    generation = storage.schemas.generation("a")
    assert mark(storage, "a", "2.0.0", deleted=True) == 1
    assert storage.schemas.generation("a") > generation
    assert (latest(storage, "a"), storage.schemas.find("a", "2.0.0")) == ("1.0.0", None)
    assert storage.schemas.before("a", "3.0.0") == storage.schemas.find("a", "1.0.0")
    assert mark(storage, "a", "", deleted=True) == 1
    assert latest(storage, "a") == ""
    assert storage.schemas.latest().total == 0
    assert storage.schemas.versions("a").items == ()
    assert mark(storage, "a", "", deleted=False) == 2
    assert latest(storage, "a") == "2.0.0"
    assert mark(storage, "a", "9", deleted=True) == 0


def test_a_deleted_version_comes_back_by_registering_it_again(storage: Storage) -> None:
    put(storage, version("a", "1.0.0"))
    mark(storage, "a", "", deleted=True)
    assert put(storage, version("a", "1.0.0", "other")).refused
    done = put(storage, version("a", "1.0.0"))
    assert (done.created, done.replaced, latest(storage, "a")) == (True, False, "1.0.0")


def test_ownership_stays_until_it_is_set(storage: Storage) -> None:
    owner = Ownership("ann", "team", "a@example.com", read_only=True)
    put(storage, version("a", "1.0.0"), owner=owner)
    put(storage, version("a", "2.0.0"))
    assert (found := storage.schemas.find("a")) is not None
    assert found.ownership == owner
    with storage.database.write() as connection:
        assert storage.schemas.owner(connection, "a") == owner
        assert storage.schemas.owner(connection, "b") is None


def test_schemas_come_in_pages(storage: Storage) -> None:
    names = [f"s{number:03d}" for number in range(7)]
    for name in reversed(names):
        put(storage, version(name, "1.0.0"), owner=Ownership("ann" if name < "s003" else "bob", "team"))
    token, seen = "", []
    while True:
        page = storage.schemas.latest(page_size=3, page_token=token)
        seen += [schema.schema_id for schema in page.items]
        assert page.total == 7
        token = page.next_token
        if not token:
            break
    assert seen == names
    assert [schema.schema_id for schema in storage.schemas.latest(owner="ann").items] == names[:3]
    assert storage.schemas.latest(owner="ann", team="other").total == 0
    assert len(storage.schemas.latest(page_size=-1).items) == 7


def test_a_page_stays_right_while_rows_come_and_go(storage: Storage) -> None:
    for name in ("b", "d", "f"):
        put(storage, version(name, "1.0.0"))
    page = storage.schemas.latest(page_size=2)
    put(storage, version("a", "1.0.0"))
    put(storage, version("e", "1.0.0"))
    mark(storage, "d", "", deleted=True)
    assert [schema.schema_id for schema in storage.schemas.latest(page_token=page.next_token).items] == ["e", "f"]


def test_versions_come_in_pages_highest_first(storage: Storage) -> None:
    names = ["v1.0.0", "1.0.0", "1.0.0-rc.1", "0.10.0", "0.9.0", "b", "a"]
    for name in sorted(names):
        put(storage, version("a", name))
    token, seen = "", []
    while True:
        page = storage.schemas.versions("a", page_size=2, page_token=token)
        seen += [schema.version for schema in page.items]
        token = page.next_token
        if not token:
            break
    assert seen == names


@pytest.mark.parametrize("token", ["x", "!!!", "W10", "e30", "WyJhIiwxXQ", "WyJcdTAwMDAiXQ", "a" * 9000, "é"])
def test_a_page_token_that_is_not_ours_is_refused(storage: Storage, token: str) -> None:
    put(storage, version("a", "1.0.0"))
    for ask in (storage.schemas.latest, lambda page_token: storage.schemas.versions("a", page_token=page_token)):
        with pytest.raises(Invalid):
            ask(page_token=token)
    with pytest.raises(Invalid):
        storage.audit.list({}, page_token=token)


def test_the_near_miss_of_a_version_is_found(storage: Storage) -> None:
    put(storage, version("a", "v1.0.0"))
    put(storage, version("a", "2.0.0"))
    assert (storage.schemas.twin("a", "1.0.0"), storage.schemas.twin("a", "v2.0.0"), storage.schemas.twin("a", "3"), storage.schemas.twin("a", "")) == (
        "v1.0.0",
        "2.0.0",
        "",
        "",
    )


@pytest.mark.parametrize("name", ["a\0", "\ud800"])
def test_nothing_has_a_name_that_cannot_be_stored(storage: Storage, name: str) -> None:
    put(storage, version("a", "1.0.0"))
    for ask in (storage.schemas.find, storage.schemas.generation, storage.schemas.content):
        try:
            assert ask(name) in (None, -1)
        except NotFound:
            continue


def test_longest_names_fit(storage: Storage) -> None:
    schema_id, name, title = "é" * 127, "1" + "𝔸" * 254, "t" * 200
    put(storage, replace(version(schema_id, name), title=title), owner=Ownership("𝔸" * 255, "𝔸" * 255, "𝔸" * 255))
    assert latest(storage, schema_id) == name
    page = storage.schemas.versions(schema_id, page_size=1)
    assert page.items[0].title == title
    put(storage, version(schema_id, "9a" * 127))
    first = storage.schemas.versions(schema_id, page_size=1)
    assert storage.schemas.versions(schema_id, page_size=1, page_token=first.next_token).items[0] != first.items[0]
    with storage.database.write() as connection:
        storage.consumers.put(connection, Consumer("𝔸" * 255, schema_id, "𝔸" * 255, name, name))
        storage.deployments.put(connection, Deployment(schema_id, name, "𝔸" * 255, 1))
    storage.counts.add({(schema_id, name, 1, "𝔸" * 250, True): 1})
    assert len(storage.consumers.list(schema_id)) == 1


def consumer(name: str, environment: str = "prod", *, at: int = 100, usages: tuple[Usage, ...] = ()) -> Consumer:
    return Consumer(name, "a", environment, "7", "1.0.0", at, at, usages)


def test_consumers_come_in_pages_that_lack_none(storage: Storage) -> None:
    for name in ("a", "b", "𝔸" * 255):
        for environment in ("dev", "prod", "𝔸" * 255):
            put_consumer(storage, consumer(name, environment))
    for environment, total in (("", 9), ("prod", 3)):
        found: list[Consumer] = []
        token, totals = "", set()
        while True:
            page = storage.consumers.page("a", environment, page_size=2, page_token=token)
            found, token = [*found, *page.items], page.next_token
            totals.add(page.total)
            if not token:
                break
        assert found == storage.consumers.list("a", environment)
        assert totals == {total}
    with pytest.raises(Invalid):
        storage.consumers.page("a", "", page_size=2, page_token="x")


def put_consumer(storage: Storage, row: Consumer) -> tuple[Consumer, bool]:
    with storage.database.write() as connection:
        return storage.consumers.put(connection, row)


def test_a_consumer_keeps_when_it_was_first_registered(storage: Storage) -> None:
    usages = (Usage("GET", "/ä/{id}", ("a.b", "c")), Usage("*", "/x"))
    assert put_consumer(storage, consumer("web", usages=usages)) == (consumer("web", usages=usages), True)
    again = put_consumer(storage, consumer("web", at=200, usages=usages))
    assert again == (replace(consumer("web", usages=usages), last_validated_at=200), False)
    changed = put_consumer(storage, consumer("web", at=300))
    assert changed == (replace(consumer("web"), last_validated_at=300), True)
    assert storage.consumers.list("a") == [changed[0]]


def test_consumers_are_listed_by_environment(storage: Storage) -> None:
    for name, environment in (("b", "prod"), ("a", "prod"), ("a", "dev")):
        put_consumer(storage, consumer(name, environment))
    assert [(row.consumer_id, row.environment) for row in storage.consumers.list("a")] == [("a", "dev"), ("a", "prod"), ("b", "prod")]
    assert [row.consumer_id for row in storage.consumers.list("a", "prod")] == ["a", "b"]
    assert storage.consumers.list("other") == []
    with storage.database.write() as connection:
        assert storage.consumers.remove(connection, "a", "a", "dev")
        assert not storage.consumers.remove(connection, "a", "a", "dev")
    assert len(storage.consumers.list("a")) == 2


def deploy(storage: Storage, name: str, environment: str = "prod", revision: str = "") -> bool:
    with storage.database.write() as connection:
        return storage.deployments.put(connection, Deployment("a", name, environment, 1, revision, "ann"))[1]


def test_the_last_deployment_is_current(storage: Storage) -> None:
    assert [deploy(storage, name) for name in ("1", "1", "2", "1")] == [True, False, True, True]
    deploy(storage, "1", "dev")
    assert [(row.version, row.current) for row in storage.deployments.list(environment="prod", history=True)] == [("1", True), ("2", False), ("1", False)]
    assert [row.environment for row in storage.deployments.list(schema_id="a")] == ["dev", "prod"]
    first = storage.deployments.page(environment="prod", schema_id="", history=True, page_size=2, page_token="")
    second = storage.deployments.page(environment="prod", schema_id="", history=True, page_size=2, page_token=first.next_token)
    assert [*first.items, *second.items] == storage.deployments.list(environment="prod", history=True)
    assert (first.total, second.total, second.next_token) == (3, 3, "")
    with storage.database.read() as connection:
        assert storage.deployments.deployed(connection, "a", "1") == ("dev", "prod")
        assert storage.deployments.deployed(connection, "a", "2") == ()
        assert storage.deployments.deployed(connection, "a", "") == ("dev", "prod")


def test_another_revision_of_a_version_is_another_deployment(storage: Storage) -> None:
    assert [deploy(storage, "1", revision=revision) for revision in ("x", "y", "y")] == [True, True, False]


def verdict(run: str, api: str = "orders", *, time: int = 100, word: str = "ok") -> Verdict:
    return Verdict(run, api, word, "c", "b", "main", "7", "org/repo", "u", 1, 2, ("f",), ("w",), ("web",), 1.5, time)


def test_a_verdict_is_stored_once_by_run_and_api(storage: Storage) -> None:
    with storage.database.write() as connection:
        storage.verdicts.put(connection, verdict("1"))
        storage.verdicts.put(connection, verdict("1", time=900, word="broken"))
        storage.verdicts.put(connection, verdict("1", "other"))
    assert storage.verdicts.get("1", "orders") == verdict("1", word="broken")
    assert storage.verdicts.get("1", "none") is None
    assert storage.verdicts.list({}).total == 2


def test_verdicts_are_listed_newest_first(storage: Storage) -> None:
    with storage.database.write() as connection:
        for number in range(5):
            storage.verdicts.put(connection, verdict(str(number), time=500 - number))  # the clock goes back
    page = storage.verdicts.list({"api": "orders", "repository": "org/repo", "verdict": ""}, page_size=3)
    assert [row.run_id for row in page.items] == ["4", "3", "2"]
    assert [row.run_id for row in storage.verdicts.list({}, page_token=page.next_token).items] == ["1", "0"]
    assert [row.run_id for row in storage.verdicts.list({}, since=498, until=500).items] == ["2", "1"]
    assert storage.verdicts.list({"verdict": "broken"}).total == 0


def test_the_audit_trail_is_listed_newest_first(storage: Storage) -> None:
    with storage.database.write() as connection:
        for number in range(3):
            storage.audit.add(connection, AuditEvent(0, 100 - number, "ann" if number else "bob" * 200, "did", f"s{number}"))
    assert [event.subject for event in storage.audit.list({}).items] == ["s2", "s1", "s0"]
    assert [event.subject for event in storage.audit.list({"actor": "ann", "subject": "s1"}).items] == ["s1"]
    assert storage.audit.list({}, since=100).total == 1


def test_keys_end_once(storage: Storage) -> None:
    key = ApiKey("k1", "ci", "h", frozenset(("read", "write")), 5)
    with storage.database.write() as connection:
        storage.keys.add(connection, key)
        assert storage.keys.end(connection, "k1", expires_at=50)
        assert storage.keys.end(connection, "k1", revoked_at=9)
        assert not storage.keys.end(connection, "k1", revoked_at=10)
        assert not storage.keys.end(connection, "k2", revoked_at=10)
    assert storage.keys.list() == [replace(key, expires_at=50, revoked_at=9)]


def test_counts_add_up(storage: Storage) -> None:
    storage.counts.add({("a", "1", 10, "GET /x", True): 2, ("a", "1", 10, "GET /y", True): 3, ("a", "1", 10, "GET /x", False): 1})
    storage.counts.add({("a", "1", 10, "GET /x", True): 5, ("b", "1", 9, "", True): 1})
    assert storage.counts.totals() == [("a", 10, False, 1), ("a", 10, True, 10), ("b", 9, True, 1)]
    assert storage.counts.totals(since_day=10, schema_id="a") == [("a", 10, False, 1), ("a", 10, True, 10)]


def test_a_lease_is_held_by_one(storage: Storage) -> None:
    take = storage.cleaning.lease
    assert take("x", "one", now=100, seconds=10)
    assert not take("x", "two", now=105, seconds=10)
    assert take("x", "one", now=106, seconds=10)
    assert take("y", "two", now=106, seconds=10)
    assert take("x", "two", now=117, seconds=10)
    assert not take("x", "one", now=117, seconds=10)


def test_a_lease_from_a_clock_that_ran_ahead_holds_nobody_up(storage: Storage) -> None:
    assert storage.cleaning.lease("x", "ahead", now=10**9, seconds=10)
    assert storage.cleaning.lease("x", "right", now=100, seconds=10)
    assert not storage.cleaning.lease("x", "other", now=101, seconds=10)


def test_old_records_go(storage: Storage) -> None:
    day = 86_400
    with storage.database.write() as connection:
        for number in (1, 2, 3):
            storage.verdicts.put(connection, verdict(str(number), time=number * day))
            storage.audit.add(connection, AuditEvent(0, number * day, "ann", "did", str(number)))
    storage.counts.add({("a", "1", number, "", True): 1 for number in (1, 2, 3)})
    assert storage.cleaning.purge(3 * day) == 6
    assert [row.run_id for row in storage.verdicts.list({}).items] == ["3"]
    assert [event.subject for event in storage.audit.list({}).items] == ["3"]
    assert storage.counts.totals() == [("a", 3, True, 1)]
    assert storage.cleaning.purge(3 * day) == 0


def test_a_failed_transaction_leaves_nothing(storage: Storage) -> None:
    def fail() -> None:
        with storage.database.write() as connection:
            storage.schemas.claim(connection, version("a", "1.0.0"))
            storage.schemas.store(connection, version("a", "1.0.0"), pack("{}"), owner=None, mutable=False)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert storage.schemas.find("a") is None
    assert storage.schemas.generation("a") == -1
    assert not storage.schemas.holds("hash of {}")


def test_usages_that_no_longer_fit_into_memory_are_read_again(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cvt_server.storage.consumers.ROOM", 50)
    rows = [consumer(f"c{number}", usages=(Usage("GET", f"/{number}", ("x" * 30,)),)) for number in range(5)]
    for row in rows:
        put_consumer(storage, row)
    for _ in range(2):
        assert storage.consumers.list("a") == rows
