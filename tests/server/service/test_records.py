"""Verdicts, keys, the audit trail, counts and the cleaning."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from cvt_server.errors import Invalid, NotFound
from cvt_server.model import Actor, SchemaVersion, Verdict
from cvt_server.service.services import Services
from tests.server.databases import Place
from tests.server.service.conftest import Clock, Replica

ME = Actor("me")
DAY = 86_400
VERDICT = Verdict("run-1", "orders", "broken", "c0ffee", breaking=2, fingerprints=("f1", "f2"), waivers=("w",), consumers=("web",), duration=1.5)


def test_a_verdict_is_published_once(services: Services, clock: Clock) -> None:
    first = services.verdicts.publish(VERDICT, ME)
    assert first == replace(VERDICT, time=clock.now)
    clock.now += 60
    again = services.verdicts.publish(replace(VERDICT, verdict="ok"), ME)
    assert (again.verdict, again.time) == ("ok", first.time)
    assert services.verdicts.list().items == (again,)
    assert services.audit.list(subject="orders@run-1").total == 1


@pytest.mark.parametrize("time", [-5, 0, 2**62])
def test_a_runner_s_clock_is_not_believed_about_the_future(services: Services, clock: Clock, time: int) -> None:
    assert services.verdicts.publish(replace(VERDICT, time=time), ME).time == clock.now


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"run_id": ""}, "run_id is required"),
        ({"api": " "}, "api is required"),
        ({"verdict": "fine"}, "must be one of: ok, broken"),
        ({"repository": "r" * 256}, "repository cannot exceed 255"),
        ({"url": "u" * 1001}, "url cannot exceed"),
        ({"duration": float("nan")}, "must be numbers from 0"),
        ({"breaking": -1}, "must be numbers from 0"),
        ({"breaking": 2**31}, "must be numbers from 0"),
        ({"fingerprints": ("x",) * 10_001}, "more than 10000 entries"),
        ({"waivers": ("a\0",)}, "control character"),
    ],
)
def test_a_verdict_is_checked(services: Services, change: dict[str, object], text: str) -> None:
    with pytest.raises(Invalid) as caught:
        services.verdicts.publish(replace(VERDICT, **change), ME)  # type: ignore[arg-type]
    assert text in str(caught.value)
    assert services.verdicts.list().total == 0


def test_of_a_key_only_the_hash_is_kept(place: Place, services: Services) -> None:
    key, secret = services.keys.create("ci", frozenset(("read", "write")), 0, ME)
    assert key.key_hash == hashlib.sha256(secret.encode()).hexdigest()
    assert secret not in repr(key)
    assert key.key_hash not in repr(key)
    assert list(services.keys.list()) == [key]
    with place.database().read() as connection:
        for table in ("api_keys", "audit"):
            assert secret not in str(connection.exec_driver_sql(f"SELECT * FROM {table}").all())


def test_a_key_is_rotated_with_grace_and_revoked_at_once(services: Services, clock: Clock) -> None:
    key, _ = services.keys.create("ci", frozenset(("read",)), clock.now + 1000, ME)
    new, _ = services.keys.rotate(key.key_id, ME, grace=60)
    ends = {row.key_id: row.expires_at for row in services.keys.list()}
    assert ends == {key.key_id: clock.now + 60, new.key_id: clock.now + 1000}
    services.keys.revoke(new.key_id, ME)
    services.keys.revoke(new.key_id, ME)
    assert services.audit.list(subject=new.key_id).total == 1
    for key_id in (new.key_id, "none"):
        with pytest.raises((Invalid, NotFound)):
            services.keys.rotate(key_id, ME)


@pytest.mark.parametrize(("name", "scopes", "end"), [("", {"read"}, 0), ("ci", set(), 0), ("ci", {"all"}, 0), ("ci", {"read"}, 5)])
def test_a_key_is_checked(services: Services, name: str, scopes: set[str], end: int) -> None:
    with pytest.raises(Invalid):
        services.keys.create(name, frozenset(scopes), end, ME)
    assert list(services.keys.list()) == []


def count(services: Services, operation: str, *, valid: bool = True) -> None:
    services.counts.add(SchemaVersion("users", "1", "h", 0, 0), operation, valid=valid)


def test_counts_are_written_together(services: Services, clock: Clock) -> None:
    for _ in range(3):
        count(services, "GET /a")
    count(services, "GET /a", valid=False)
    clock.now += DAY
    for name in ("x" * 100_000, "GET /\0", "GET /\ud800"):
        count(services, name)
    assert services.counts.flush() == 5
    assert [(day.valid, day.invalid) for day in services.stats.activity()] == [(3, 1), (3, 0)]
    assert services.counts.flush() == 0


def test_counts_wait_for_a_database_that_is_away(place: Place, services: Services) -> None:
    for number in range(1500):
        count(services, f"GET /{number}")
    with place.database().write() as connection:
        connection.exec_driver_sql("ALTER TABLE validations RENAME TO away")
    assert services.counts.flush() == 0
    with place.database().write() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO validations")
    assert services.counts.flush() == 1500
    assert sum(day.valid for day in services.stats.activity()) == 1500


def test_old_records_are_cleaned_by_one_replica(services: Services, replica: Replica, clock: Clock) -> None:
    other = replica()
    services.verdicts.publish(VERDICT, ME)
    count(services, "GET /a")
    services.counts.flush()
    clock.now += 90 * DAY + DAY
    services.verdicts.publish(replace(VERDICT, run_id="run-2"), ME)
    assert services.stats.clean(0) == 0
    assert services.stats.clean(90) == 3
    assert other.stats.clean(90) == 0
    assert [row.run_id for row in services.verdicts.list().items] == ["run-2"]
    clock.now += 200 * DAY
    assert other.stats.clean(90) == 2
