"""Registering, finding, comparing and deleting descriptions."""

from __future__ import annotations

import json
import time

import pytest

from cvt_server.errors import Breaking, Conflict, DocumentInvalid, Invalid, NotFound, ReadOnly, TooLarge
from cvt_server.model import Actor, Deployment, Ownership
from cvt_server.service import checks
from cvt_server.service.requests import Register, Registered
from cvt_server.service.services import Services
from tests.server.service.conftest import Clock, Replica
from tests.server.service.specs import described

ANN, BOB, ROOT = Actor("ann", frozenset(("write",))), Actor("bob", frozenset(("write",))), Actor("root", frozenset(("admin",)))


def register(services: Services, content: str, schema_id: str = "users", *, actor: Actor = ANN, **more: object) -> Registered:
    return services.schemas.register(Register(schema_id, content, **more), actor)  # type: ignore[arg-type]


def test_a_registered_description_is_found_at_once(services: Services) -> None:
    content = described("1.2.0")
    done = register(services, content, revision="abc123")
    assert (done.created, done.schema.version, done.schema.title, done.schema.endpoint_count) == (True, "1.2.0", "Users", 1)
    assert (done.schema.openapi_version, done.schema.revision, done.schema.registered_at) == ("3.0.3", "abc123", 1_750_000_000)
    assert services.schemas.get("users") == (done.schema, content)
    assert services.validation.subject("users").schema == done.schema
    assert [event.action for event in services.audit.list(subject="users@1.2.0").items] == ["schema.registered"]


def test_yaml_is_read_too(services: Services) -> None:
    content = "openapi: 3.1.0\ninfo: {title: T, version: '2'}\npaths: {}\n"
    assert register(services, content).schema.version == "2"
    assert services.schemas.get("users", "2")[1] == content


def test_the_same_content_again_changes_nothing(services: Services, clock: Clock) -> None:
    first = register(services, described())
    clock.now += 5
    again = register(services, f"\n{described()}\n", revision="other", actor=BOB)
    assert (again.created, again.schema) == (False, first.schema)
    assert services.audit.list().total == 1


def test_other_content_under_a_version_is_refused_with_both_hashes(services: Services) -> None:
    first = register(services, described())
    other = described(fields=("id",))
    with pytest.raises(Conflict) as caught:
        register(services, other)
    assert first.schema.hash in caught.value.message
    assert register(services, described("2.0.0")).schema.hash not in caught.value.message
    assert services.schemas.get("users", "1.0.0")[1] == described()


def test_other_content_replaces_where_versions_are_mutable(replica: Replica) -> None:
    services = replica(mutable=True)
    register(services, described())
    done = register(services, described(fields=("id",)), check=True)
    assert (done.created, len(done.findings)) == (True, 1)
    assert services.schemas.get("users")[1] == described(fields=("id",))
    assert services.audit.list().items[0].action == "schema.replaced"


NO_VERSION = json.dumps({"openapi": "3.0.0", "info": {"title": "x", "version": " "}, "paths": {}})


@pytest.mark.parametrize(
    ("schema_id", "content", "given", "error", "text"),
    [
        (" ", described(), "", Invalid, "schema ID cannot be null or empty"),
        ("é" * 128, described(), "", Invalid, "schema ID cannot exceed 255 characters (got 256)"),
        ("a\nb", described(), "", Invalid, "control character"),
        ("a", " \n", "", Invalid, "content cannot be null or empty"),
        ("a", described("1.0.0"), "v1.0.0", Invalid, "Version mismatch: provided version 'v1.0.0' does not match schema info.version '1.0.0'"),
        ("a", json.dumps({"openapi": "3.0.0", "info": {"title": "x"}, "paths": {}}), "", DocumentInvalid, "version"),
        (
            "a",
            json.dumps({"openapi": "3.0.0", "info": {"title": "x", "version": " "}, "paths": {}}),
            "",
            DocumentInvalid,
            "Schema must have info.version defined",
        ),
        ("a", '{"openapi": "3.0.0", "info": {"title": "x", "version": "1"}, "paths": {"x": {}}}', "", DocumentInvalid, "Invalid OpenAPI schema: line 1:"),
        ("a", "{", "", DocumentInvalid, "Failed to parse schema: line 1:2: "),
        ("a", "[]", "", DocumentInvalid, ""),
        ("a", '"x"', "", DocumentInvalid, ""),
        ("a", described("x" * 256), "", Invalid, "info.version cannot exceed 255"),
        ("a", "\ud800", "", DocumentInvalid, ""),
    ],
)
def test_what_cannot_be_registered_is_told(services: Services, schema_id: str, content: str, given: str, error: type[Exception], text: str) -> None:
    with pytest.raises(error) as caught:
        register(services, content, schema_id, version=given)
    assert text in str(caught.value)
    assert services.schemas.list().total == 0


def test_content_has_a_limit(services: Services) -> None:
    with pytest.raises(TooLarge, match="15 MiB"):
        register(services, described() + " " * checks.MAX_CONTENT)


@pytest.mark.parametrize("target", ["other.yaml#/Pet", "https://example.com/pet.json", "file:///etc/passwd", "/etc/passwd"])
def test_references_to_elsewhere_are_never_followed(services: Services, target: str) -> None:
    content = described(components={"schemas": {"Pet": {"$ref": target}}})
    with pytest.raises(DocumentInvalid) as caught:
        register(services, content)
    assert "root:" not in str(caught.value)
    assert "bundle" in str(caught.value)


def test_an_example_that_contradicts_its_schema_is_tolerated(services: Services) -> None:
    wrong = {"schemas": {"Pet": {"type": "integer", "example": "seven", "default": "x"}}}
    assert register(services, described(components=wrong)).created


def test_latest_is_the_highest_release(services: Services) -> None:
    for version in ("1.9.0", "1.10.0", "2.0.0-rc.1", "1.2.3"):
        register(services, described(version))
    assert services.schemas.find("users").version == "1.10.0"
    assert [schema.version for schema in services.schemas.versions("users").items] == ["2.0.0-rc.1", "1.10.0", "1.9.0", "1.2.3"]
    assert services.schemas.compare("users").old.version == "1.9.0"
    assert services.schemas.compare("users", new="2.0.0-rc.1").old.version == "1.10.0"
    with pytest.raises(NotFound, match="no version before"):
        services.schemas.compare("users", new="1.2.3")


def test_a_near_miss_is_told(services: Services) -> None:
    for number in range(25):
        register(services, described(f"1.{number}.0"))
    with pytest.raises(NotFound, match=r"did you mean 1\.0\.0\?"):
        services.schemas.find("users", "v1.0.0")
    with pytest.raises(NotFound, match=r"registered: 1\.24\.0, 1\.23\.0"):
        services.schemas.find("users", "7")
    for schema_id in ("other", "", "a\0", "\ud800", "x" * 100_000):
        with pytest.raises(NotFound, match="Schema not found"):
            services.schemas.find(schema_id)


def test_a_check_compares_with_the_nearest_lower_version(services: Services) -> None:
    register(services, described("1.0.0"))
    register(services, described("3.0.0", fields=("id",)))
    done = register(services, described("2.0.0", fields=("id", "name", "new")), check=True)
    assert done.compared_with is not None
    assert (done.compared_with.version, done.findings) == ("1.0.0", ())
    first = register(services, described("0.1.0"), check=True)
    assert (first.created, first.compared_with, first.findings) == (True, None, ())


def test_a_break_can_be_refused(services: Services) -> None:
    register(services, described("1.0.0"))
    with pytest.raises(Breaking) as caught:
        register(services, described("2.0.0", fields=("id",)), refuse_breaking=True)
    assert [finding.rule for finding in caught.value.findings] == ["response-property-removed-required"]
    assert services.schemas.find("users").version == "1.0.0"
    told = register(services, described("2.0.0", fields=("id",)), check=True)
    assert (told.created, len(told.findings)) == (True, 1)
    again = register(services, described("2.0.0", fields=("id",)), check=True)
    assert (again.created, len(again.findings)) == (False, 1)


def test_read_only_is_enforced(services: Services) -> None:
    register(services, described("1.0.0"), ownership=Ownership("ann", "core", read_only=True))
    for change in (lambda: register(services, described("2.0.0"), actor=BOB), lambda: services.schemas.delete("users", "1.0.0", BOB)):
        with pytest.raises(ReadOnly, match="ann"):
            change()
    with pytest.raises(ReadOnly):
        register(services, described("1.0.0"), actor=BOB, ownership=Ownership("bob"))
    assert register(services, described("2.0.0"), actor=ANN).created
    assert register(services, described("3.0.0"), actor=Actor("core", frozenset(("write",)))).created
    assert register(services, described("4.0.0"), actor=ROOT).created
    assert services.schemas.find("users").ownership == Ownership("ann", "core", read_only=True)


def test_ownership_can_be_handed_over(services: Services) -> None:
    register(services, described(), ownership=Ownership("ann", read_only=True))
    done = register(services, described(), ownership=Ownership("bob"))
    assert (done.created, done.schema.ownership) == (False, Ownership("bob"))
    assert [schema.schema_id for schema in services.schemas.list(owner="bob").items] == ["users"]


def test_deleting_and_restoring(services: Services) -> None:
    for version in ("1.0.0", "2.0.0"):
        register(services, described(version))
    services.schemas.delete("users", "2.0.0", ANN)
    assert services.schemas.find("users").version == "1.0.0"
    with pytest.raises(NotFound):
        services.validation.subject("users", "2.0.0")
    with pytest.raises(NotFound):
        services.schemas.delete("users", "2.0.0", ANN)
    services.schemas.restore("users", "2.0.0", ANN)
    assert services.schemas.find("users").version == "2.0.0"
    services.schemas.delete("users", "", ANN)
    with pytest.raises(NotFound):
        services.schemas.find("users")
    assert [event.action for event in services.audit.list().items][:3] == ["schema.deleted", "schema.restored", "schema.deleted"]


def test_what_is_deployed_cannot_be_deleted(services: Services) -> None:
    register(services, described())
    services.deploy.record(Deployment("users", "1.0.0", "prod", 0), ANN)
    for version in ("1.0.0", ""):
        with pytest.raises(Conflict, match="deployed to prod"):
            services.schemas.delete("users", version, ANN)


def test_another_replica_is_seen_within_a_second(services: Services, replica: Replica) -> None:
    other = replica()
    register(services, described("1.0.0"))
    assert other.validation.subject("users").schema.version == "1.0.0"
    register(services, described("2.0.0"))
    end = time.monotonic() + 1
    while other.validation.subject("users").schema.version != "2.0.0":
        assert time.monotonic() < end
        time.sleep(0.05)


def test_one_s_own_registration_is_seen_at_once(services: Services) -> None:
    for number in range(20):
        register(services, described(f"1.{number}.0"))
        assert services.validation.subject("users").schema.version == f"1.{number}.0"


def test_the_clock_may_go_back(services: Services, clock: Clock) -> None:
    register(services, described("1.0.0"))
    clock.now -= 10_000_000
    register(services, described("2.0.0"))
    assert services.schemas.find("users").version == "2.0.0"
    assert [event.subject for event in services.audit.list().items] == ["users@2.0.0", "users@1.0.0"]
