"""May it be deployed: yes, no, or unknown, which is never yes."""

from __future__ import annotations

import pytest

from cvt_server.errors import DocumentInvalid, Invalid, NotFound
from cvt_server.model import Actor, Answer, Consumer, Deployment, Usage
from cvt_server.service.requests import DeployAnswer, Register
from cvt_server.service.services import Services
from tests.server.service.specs import described

ME = Actor("me")
USER = Usage("GET", "/users/42", ("name",))


@pytest.fixture
def known(services: Services) -> Services:
    """1.0.0, a compatible 1.1.0, and 2.0.0 without the field `name`."""
    for content in (described("1.0.0"), described("1.1.0", fields=("id", "name", "age")), described("2.0.0", fields=("id",))):
        services.schemas.register(Register("users", content), ME)
    return services


def use(services: Services, name: str, version: str, *usages: Usage, environment: str = "prod") -> None:
    services.consumers.register(Consumer(name, "users", environment, "7", version, usages=usages), ME)


def deploy(services: Services, version: str, environment: str = "prod") -> Deployment:
    return services.deploy.record(Deployment("users", version, environment, 0), ME)


def codes(answer: DeployAnswer) -> list[str]:
    return [reason.code for reason in answer.reasons]


def test_a_break_of_what_a_consumer_reads_is_no(known: Services) -> None:
    use(known, "web", "1.0.0", USER)
    use(known, "app", "1.0.0", Usage("GET", "/users/{userId}", ("id",)))
    answer = known.deploy.can_i_deploy("users", "2.0.0")
    assert (answer.answer, codes(answer)) == (Answer.NO, ["consumer-breaks"])
    assert [(impact.consumer.consumer_id, impact.will_break, len(impact.findings)) for impact in answer.impacts] == [("web", True, 1), ("app", False, 0)]
    assert [finding.rule for finding in answer.findings] == ["response-property-removed-required"]
    assert "will break 1 of 2 consumer(s)" in answer.summary
    assert answer.schema == known.schemas.find("users", "2.0.0")
    assert known.deploy.can_i_deploy("users", "1.1.0").answer is Answer.YES


@pytest.mark.parametrize("usages", [(), (Usage("GET", "/users/{id}"),), (Usage("*", "/users/1", ()),), (Usage("GET", "/nowhere", ("x",)),)])
def test_knowing_less_of_a_consumer_is_never_safer(known: Services, usages: tuple[Usage, ...]) -> None:
    use(known, "web", "1.0.0", *usages)
    assert known.deploy.can_i_deploy("users", "2.0.0").answer is Answer.NO


def test_the_removal_of_an_optional_field_breaks_who_reads_it(services: Services) -> None:
    for content in (described("1.0.0", extra=("nick",)), described("1.1.0")):
        services.schemas.register(Register("users", content), ME)
    assert services.deploy.can_i_deploy("users", "1.1.0").answer is Answer.YES
    use(services, "app", "1.0.0", Usage("GET", "/users/{id}", ("name",)))
    assert services.deploy.can_i_deploy("users", "1.1.0").answer is Answer.YES
    use(services, "web", "1.0.0", Usage("GET", "/users/7", ("nick",)))
    answer = services.deploy.can_i_deploy("users", "1.1.0")
    assert [(impact.consumer.consumer_id, impact.will_break) for impact in answer.impacts] == [("web", True), ("app", False)]
    assert (answer.answer, [finding.rule for finding in answer.findings]) == (Answer.NO, ["response-property-removed"])
    assert services.deploy.impact("users", described("1.2.0"), "prod").answer is Answer.NO


def test_other_environments_do_not_count(known: Services) -> None:
    use(known, "web", "1.0.0", USER, environment="dev")
    use(known, "app", "2.0.0", environment="prod")
    assert known.deploy.can_i_deploy("users", "2.0.0", "prod").answer is Answer.YES
    assert known.deploy.can_i_deploy("users", "2.0.0", "dev").answer is Answer.NO


@pytest.mark.parametrize(
    ("schema_id", "version", "code"),
    [("users", "9.0.0", "version-not-found"), ("users", "v2.0.0", "version-not-found"), ("other", "1.0.0", "schema-not-found"), ("", "1", "schema-not-found")],
)
def test_what_is_not_registered_is_unknown(known: Services, schema_id: str, version: str, code: str) -> None:
    answer = known.deploy.can_i_deploy(schema_id, version)
    assert (answer.answer, codes(answer)) == (Answer.UNKNOWN, [code])


@pytest.mark.parametrize("name", ["x" * 10_000, "a\0", "\ud800"])
def test_impossible_names_are_unknown(known: Services, name: str) -> None:
    for asked in ((name, "1.0.0", "prod"), ("users", name, "prod"), ("users", "2.0.0", name)):
        assert known.deploy.can_i_deploy(*asked).answer is Answer.UNKNOWN


def test_nobody_registered_and_nothing_to_compare_with_is_unknown(known: Services) -> None:
    answer = known.deploy.can_i_deploy("users", "1.0.0")
    assert (answer.answer, codes(answer)) == (Answer.UNKNOWN, ["no-consumers", "nothing-to-compare"])


def test_nobody_registered_is_yes_only_where_nothing_breaks(known: Services) -> None:
    answer = known.deploy.can_i_deploy("users", "1.1.0")
    assert (answer.answer, codes(answer)) == (Answer.YES, ["no-consumers"])
    assert [schema.version for schema in answer.compared_with] == ["1.0.0"]
    broken = known.deploy.can_i_deploy("users", "2.0.0")
    assert (broken.answer, codes(broken)) == (Answer.UNKNOWN, ["no-consumers", "breaking-for-unknown-consumers"])
    assert broken.findings


def test_what_is_deployed_counts_before_what_came_before(known: Services) -> None:
    deploy(known, "2.0.0")
    assert known.deploy.can_i_deploy("users", "2.0.0").answer is Answer.YES
    back = known.deploy.can_i_deploy("users", "1.0.0")
    assert [schema.version for schema in back.compared_with] == ["2.0.0"]
    deploy(known, "1.0.0")
    assert known.deploy.can_i_deploy("users", "2.0.0").answer is Answer.UNKNOWN


def test_a_consumer_without_a_version_uses_what_is_deployed(known: Services) -> None:
    use(known, "web", "", USER)
    answer = known.deploy.can_i_deploy("users", "1.1.0")
    assert (answer.answer, codes(answer)) == (Answer.UNKNOWN, ["consumer-version-unknown"])
    deploy(known, "1.0.0")
    assert known.deploy.can_i_deploy("users", "1.1.0").answer is Answer.YES
    assert known.deploy.can_i_deploy("users", "2.0.0").answer is Answer.NO


def test_a_consumer_of_a_version_that_went_is_unknown(known: Services) -> None:
    use(known, "web", "1.1.0", USER)
    known.schemas.delete("users", "1.1.0", ME)
    answer = known.deploy.can_i_deploy("users", "2.0.0")
    assert (answer.answer, codes(answer)) == (Answer.UNKNOWN, ["consumer-version-not-found"])
    assert answer.impacts[0].reason is not None


def test_every_break_is_told_once(known: Services) -> None:
    for number in range(5):
        use(known, f"c{number}", "1.0.0", USER)
    answer = known.deploy.can_i_deploy("users", "2.0.0")
    assert (len(answer.findings), len(answer.impacts)) == (1, 5)


def test_the_answer_follows_every_change_at_once(known: Services) -> None:
    def ask() -> Answer:
        return known.deploy.can_i_deploy("users", "2.0.0").answer

    assert ask() is Answer.UNKNOWN
    use(known, "web", "2.0.0", USER)
    assert ask() is Answer.YES
    use(known, "web", "1.0.0", USER)
    assert ask() is Answer.NO
    known.consumers.deregister("web", "users", "prod", ME)
    deploy(known, "2.0.0")
    assert ask() is Answer.YES


def test_whom_an_unregistered_description_would_break(known: Services) -> None:
    use(known, "web", "1.0.0", USER)
    use(known, "app", "1.0.0", USER, environment="dev")
    content = described("3.0.0", fields=("id",))
    everywhere = known.deploy.impact("users", content)
    assert (everywhere.answer, len(everywhere.impacts)) == (Answer.NO, 2)
    assert [impact.consumer.consumer_id for impact in known.deploy.impact("users", content, "dev").impacts] == ["app"]
    assert known.deploy.impact("users", described("3.0.0", fields=("id", "name"))).answer is Answer.YES
    assert codes(known.deploy.impact("other", content)) == ["schema-not-found"]
    with pytest.raises(NotFound):
        known.schemas.find("users", "3.0.0")
    for bad in ("", "{", described("x" * 300)):
        with pytest.raises((DocumentInvalid, Invalid)):
            known.deploy.impact("users", bad)


def test_deployments_are_recorded_once(known: Services) -> None:
    first = deploy(known, "1.0.0")
    assert (first.actor, first.current) == ("me", True)
    assert deploy(known, "1.0.0") == first
    deploy(known, "2.0.0")
    deploy(known, "1.0.0", "dev")
    assert [(row.version, row.environment) for row in known.deploy.deployments(schema_id="users").items] == [("1.0.0", "dev"), ("2.0.0", "prod")]
    assert [row.version for row in known.deploy.deployments(environment="prod", history=True).items] == ["2.0.0", "1.0.0"]
    assert sum(event.action == "deployment.recorded" for event in known.audit.list().items) == 3


@pytest.mark.parametrize(
    ("version", "environment", "error"), [("9", "prod", NotFound), ("", "prod", Invalid), ("1.0.0", " ", Invalid), ("1.0.0", "a\n", Invalid)]
)
def test_only_what_is_registered_is_deployed(known: Services, version: str, environment: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        deploy(known, version, environment)
