"""Contexts and reports for the publisher tests: plain values, no mocks."""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from typing import Any

from msgspec import structs

from cvt_engine.finding import Finding, Severity
from cvt_runner.model.event import CiEvent, EventKind, Platform
from cvt_runner.model.report import Base, Check, Item, Report, Run, SpecReport, SpecStatus, State
from cvt_runner.publish.base import PublishContext, PublishSettings
from tests.stubs.github_stub import GitHubStub

HEAD = "a" * 40
NEWER = "b" * 40
PULL = 7
TOKEN = "actions-token"


@dataclass(frozen=True)
class Note:
    """A check annotation."""

    path: str = "openapi.json"
    start_line: int = 3
    end_line: int = 3
    level: str = "failure"
    title: str = "response-property-removed"
    message: str = "price is gone"
    raw_details: str = ""


@dataclass(frozen=True)
class CheckSample:
    """A rendered check run."""

    title: str = "1 breaking change"
    summary: str = "one"
    conclusion: str = "failure"
    annotations: tuple[Note, ...] = (Note(),)


@dataclass
class Sleeper:
    """Records the waits instead of waiting."""

    slept: list[float] = field(default_factory=list)

    def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)


def report(*severities: Severity, state: State = State.NEW, **changes: Any) -> Report:
    items = tuple(Item(Finding(f"rule-{number}", severity, "message"), Check.DIFF, state) for number, severity in enumerate(severities))
    spec = SpecReport("openapi.json", SpecStatus.CHANGED, items)
    return structs.replace(Report(Run(head_sha=HEAD), Base("c" * 40)), specs=(spec,), **changes)


BROKEN = report(Severity.ERROR)
CLEAN = report()


def event(github: GitHubStub | None = None, **changes: Any) -> CiEvent:
    made = CiEvent(
        platform=Platform.GITHUB,
        kind=EventKind.PULL_REQUEST,
        name="pull_request",
        repository="shop/api",
        head_sha=HEAD,
        pull_request=PULL,
        run_id="500",
        run_url="https://github.example/shop/api/actions/runs/500",
        api_url=github.url if github else "http://127.0.0.1:9",
        job_key="CI/contract",
    )
    return replace(made, **changes)


def context(github: GitHubStub | None = None, *, on: str = "comment", settings: PublishSettings | None = None, **changes: Any) -> PublishContext:
    """A broken pull request; of the publishers with a setting only `on` (words) runs."""
    names = on.split()
    quick = PublishSettings("comment" in names, "annotations" in names, "status" in names, "check" in names, settle=0.0, timeout=5)
    made = PublishContext(
        event=changes.pop("event", None) or event(github),
        report=BROKEN,
        texts={"markdown": "## CVT: 1 breaking change\n\nthe details", "status": "1 breaking change"},
        token=TOKEN,
        settings=settings or quick,
        stdout=io.StringIO(),
        sleep=Sleeper(),
    )
    return replace(made, **changes)


def printed(context: PublishContext) -> str:
    """What was written to the context's standard output."""
    assert isinstance(context.stdout, io.StringIO)
    return context.stdout.getvalue()


def slept(context: PublishContext) -> list[float]:
    """What would have been waited."""
    assert isinstance(context.sleep, Sleeper)
    return context.sleep.slept
