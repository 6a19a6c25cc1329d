"""What a publisher is, what it is given, and how all of them are run: best effort, one after the other, each within its deadline.

The verdict exists before the first publisher starts, and nothing in here can change it.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Final, Protocol, TextIO, cast

from cvt_runner.model.event import CiEvent, Platform
from cvt_runner.model.outcome import Outcome, PublishState
from cvt_runner.model.report import Report
from cvt_runner.net import Waits, scrub
from cvt_runner.publish import workflow
from cvt_runner.publish.notice import permission_notice


class CheckAnnotation(Protocol):
    """One annotation of a check run, already within the host's limits. Lines are 1-based; `level` is `failure`, `warning` or `notice`."""

    @property
    def path(self) -> str:
        """Repository-relative path."""

    @property
    def start_line(self) -> int:
        """First line."""

    @property
    def end_line(self) -> int:
        """Last line."""

    @property
    def level(self) -> str:
        """`failure`, `warning` or `notice`."""

    @property
    def title(self) -> str:
        """At most 255 characters."""

    @property
    def message(self) -> str:
        """At most 64 KB."""

    @property
    def raw_details(self) -> str:
        """Shown on demand, at most 64 KB; "" for none."""


class CheckText(Protocol):
    """A rendered check run. `conclusion` is `success`, `failure` or `neutral`."""

    @property
    def title(self) -> str:
        """At most 255 characters."""

    @property
    def summary(self) -> str:
        """Markdown, at most 65,535 characters."""

    @property
    def conclusion(self) -> str:
        """`success`, `failure` or `neutral`."""

    @property
    def annotations(self) -> Sequence[CheckAnnotation]:
        """Worst first."""


@dataclass(frozen=True, slots=True)
class PublishSettings:
    """What the user switched on, and the bounds.

    Seconds: `timeout` for one request (connect, and each read), `wait` for all waiting between retries together, `deadline` for one
    publisher, `total` for all of them. `settle` is how long a writer of a shared comment waits before it checks that no other job overwrote it.
    """

    comment: bool = True
    annotations: bool = True
    status: bool = True
    check: bool = True
    group: str = ""
    timeout: int = 10
    wait: float = 30.0
    deadline: float = 45.0
    total: float = 90.0
    settle: float = 1.5


@dataclass(frozen=True, slots=True)
class PublishContext:
    """All that publishers get: values, paths and streams; they look nothing up in the environment.

    `texts` holds rendered formats by name: `markdown` (comment, at most 60,000 characters), `summary` (job summary, falls back to `markdown`),
    `github` (annotations as workflow commands, one a line), `status` (one line). `outputs` are the step outputs by name.
    `output_file` and `summary_file` are the paths the platform names for step outputs and the job summary, "" for none.
    """

    event: CiEvent
    report: Report
    texts: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    check: CheckText | None = None
    token: str = field(default="", repr=False)
    settings: PublishSettings = field(default_factory=PublishSettings)
    output_file: str = ""
    summary_file: str = ""
    stdout: TextIO = field(default_factory=lambda: sys.stdout, repr=False)
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)
    clock: Callable[[], float] = field(default=time.time, repr=False)


@dataclass(slots=True)
class Session:
    """What the publishers of one run share: the outcomes so far, the one waiting budget, an open client, and whether the lines are annotated already."""

    waits: Waits
    outcomes: list[Outcome] = field(default_factory=list)
    client: object | None = None
    annotated: bool = False


class Publisher(Protocol):
    """A module (or object) that carries a report somewhere. It may raise anything: the caller turns that into a failed outcome."""

    def publish(self, context: PublishContext, session: Session, /) -> Outcome:
        """Carry the report and say what became of it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One publisher: the platforms it runs on, the setting that switches it on ("" for always) and its module, imported when it runs."""

    platforms: frozenset[Platform]
    setting: str
    module: str


_GITHUB: Final = frozenset({Platform.GITHUB})

PUBLISHERS: Final[dict[str, Row]] = {
    "outputs": Row(_GITHUB, "", "cvt_runner.publish.outputs"),
    "summary": Row(_GITHUB, "", "cvt_runner.publish.summary"),
    "check": Row(_GITHUB, "check", "cvt_runner.publish.github_check"),
    "annotations": Row(_GITHUB, "annotations", "cvt_runner.publish.annotations"),
    "comment": Row(_GITHUB, "comment", "cvt_runner.publish.github_comment"),
    "status": Row(_GITHUB, "status", "cvt_runner.publish.github_status"),
}


def selected(context: PublishContext) -> dict[str, Row]:
    """The publishers of this platform that the settings leave on, in the order in which they run."""
    rows = {name: row for name, row in PUBLISHERS.items() if context.event.platform in row.platforms}
    return {name: row for name, row in rows.items() if not row.setting or getattr(context.settings, row.setting)}


def publish_all(context: PublishContext, *, publishers: Mapping[str, Publisher] | None = None) -> tuple[Outcome, ...]:
    """Run every selected publisher (or exactly the given ones) and return one outcome each. Never raises for what a publisher does."""
    session = Session(Waits(context.settings.wait, sleep=context.sleep, clock=context.clock))
    end = time.monotonic() + context.settings.total
    chosen: Mapping[str, Publisher | Row] = publishers if publishers is not None else selected(context)
    for name, publisher in chosen.items():
        limit = min(context.settings.deadline, max(end - time.monotonic(), 0.0))
        session.outcomes.append(_bounded(name, publisher, context=context, session=session, limit=limit))
    _say_denied(context, session.outcomes)
    return tuple(session.outcomes)


def _say_denied(context: PublishContext, outcomes: Sequence[Outcome]) -> None:
    text = permission_notice(outcomes)
    if text and context.event.platform is Platform.GITHUB:
        with contextlib.suppress(OSError, ValueError):  # a closed standard output must not become the run's result
            workflow.emit(context.stdout, [workflow.notice("CVT", text)])


def _bounded(name: str, publisher: Publisher | Row, *, context: PublishContext, session: Session, limit: float) -> Outcome:
    """One publisher in a thread of its own, given up after `limit` seconds: a read that trickles for ever has no other end."""
    box: list[Outcome] = []
    thread = threading.Thread(target=lambda: box.append(_attempt(name, publisher, context, session)), name=f"publish-{name}", daemon=True)
    thread.start()
    thread.join(limit)
    return box[0] if box else Outcome(name, PublishState.FAILED, f"gave up after {limit:.0f} s")


def _attempt(name: str, publisher: Publisher | Row, context: PublishContext, session: Session) -> Outcome:
    try:
        loaded = cast("Publisher", import_module(publisher.module)) if isinstance(publisher, Row) else publisher
        return _scrubbed(loaded.publish(context, session), context.token)
    except BaseException as error:  # noqa: BLE001 - not even SystemExit in a publisher may end the run
        return Outcome(name, PublishState.FAILED, scrub(f"{type(error).__name__}: {error}", context.token))


def _scrubbed(outcome: Outcome, token: str) -> Outcome:
    return Outcome(outcome.publisher, outcome.state, scrub(outcome.detail, token), scrub(outcome.remedy, token), scrub(outcome.url, token))
