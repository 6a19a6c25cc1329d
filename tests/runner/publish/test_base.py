from __future__ import annotations

import threading

import pytest

from cvt_runner.model.event import Platform
from cvt_runner.model.outcome import Outcome, PublishState
from cvt_runner.publish.base import PUBLISHERS, PublishContext, PublishSettings, Session, publish_all, selected
from tests.runner.publish.samples import BROKEN, TOKEN, context, event, printed


class Says:
    """A publisher that does what it is told."""

    def __init__(self, outcome: Outcome | BaseException) -> None:
        self.outcome = outcome

    def publish(self, context: PublishContext, session: Session, /) -> Outcome:
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        return self.outcome


@pytest.mark.parametrize("error", [ValueError("broken"), SystemExit(9), KeyboardInterrupt(), RecursionError(), OSError(28, "disk full")])
def test_no_exception_of_a_publisher_stops_the_next_one(error: BaseException) -> None:
    fine = Outcome("fine", PublishState.DONE)
    outcomes = publish_all(context(), publishers={"bad": Says(error), "fine": Says(fine)})
    assert [(outcome.publisher, outcome.state) for outcome in outcomes] == [("bad", PublishState.FAILED), ("fine", PublishState.DONE)]
    assert type(error).__name__ in outcomes[0].detail
    assert BROKEN.exit_code == 1


def test_the_token_is_in_no_outcome_whatever_the_publisher_says() -> None:
    leaky = Outcome("leaky", PublishState.FAILED, f"sent {TOKEN}", f"use {TOKEN}", f"https://x:{TOKEN}@host/")
    outcomes = publish_all(context(), publishers={"leaky": Says(leaky), "raises": Says(RuntimeError(f"header: Bearer {TOKEN}"))})
    assert TOKEN not in repr(outcomes)
    assert TOKEN not in repr(context())


def test_a_publisher_that_never_returns_is_given_up_and_the_next_one_runs() -> None:
    release = threading.Event()

    class Hangs:
        def publish(self, context: PublishContext, session: Session, /) -> Outcome:
            release.wait(30)
            return Outcome("hangs", PublishState.DONE)

    settings = PublishSettings(deadline=0.1)
    outcomes = publish_all(context(settings=settings), publishers={"hangs": Hangs(), "next": Says(Outcome("next", PublishState.DONE))})
    release.set()
    assert [outcome.state for outcome in outcomes] == [PublishState.FAILED, PublishState.DONE]
    assert "gave up" in outcomes[0].detail


def test_all_publishers_together_are_bounded_too() -> None:
    release = threading.Event()

    class Slow:
        def publish(self, context: PublishContext, session: Session, /) -> Outcome:
            release.wait(3)
            return Outcome("slow", PublishState.DONE)

    outcomes = publish_all(context(settings=PublishSettings(deadline=60, total=0.2)), publishers={name: Slow() for name in "abcd"})
    release.set()
    assert {outcome.state for outcome in outcomes} == {PublishState.FAILED}


def test_every_registered_publisher_is_a_module_with_the_one_method() -> None:
    outcomes = publish_all(context(on="comment annotations status check", token=""))
    assert [outcome.publisher for outcome in outcomes] == list(PUBLISHERS)


def test_settings_and_platform_select() -> None:
    assert list(selected(context(on="status"))) == ["outputs", "summary", "status"]
    assert selected(context(event=event(platform=Platform.LOCAL))) == {}


def test_without_a_token_one_notice_says_what_to_add() -> None:
    run = context(on="comment status", token="")
    outcomes = {outcome.publisher: outcome for outcome in publish_all(run)}
    assert outcomes["comment"].state is outcomes["status"].state is PublishState.DENIED
    assert "token: ${{ github.token }}" in outcomes["comment"].remedy
    assert printed(run).count("::notice") == 1
    assert printed(run).count("token: ${{ github.token }}") == 1
