"""The sticky comment on a pull request, kept right while several jobs write it at once.

GitHub has no conditional update, so every write is checked by reading again: a section that another job's write lost is put back, two
comments made at the same moment are folded into the older one.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any, Final

from cvt_engine.finding import Severity
from cvt_runner.model.outcome import Outcome, PublishState
from cvt_runner.model.report import Report, State, Verdict
from cvt_runner.publish import sticky
from cvt_runner.publish.base import PublishContext, Session
from cvt_runner.publish.github_access import with_client
from cvt_runner.publish.github_api import Client, HostError

ROUNDS: Final = 8
PERMISSION: Final = "pull-requests: write"


def publish(context: PublishContext, session: Session) -> Outcome:
    """Create, update or resolve this job's section; leave everything else of the comment as it is."""
    if context.event.pull_request is None:
        return Outcome("comment", PublishState.UNCHANGED, "not a pull request")
    number = context.event.pull_request
    return with_client("comment", context, session, permission=PERMISSION, work=lambda client: _Sync(context, client, number).run())


def has_news(report: Report) -> bool:
    """True when a comment is worth opening: a verdict other than fine, a new error or warning, or a waiver that was used."""
    if report.verdict in {Verdict.BROKEN, Verdict.INCONCLUSIVE}:
        return True
    return any(item.state is State.WAIVED or (item.state is State.NEW and item.finding.severity is not Severity.INFO) for item in report.items)


@dataclass(frozen=True, slots=True)
class _Comment:
    """One of our own comments on the host."""

    id: int
    body: str
    url: str

    @property
    def sections(self) -> tuple[sticky.Section, ...]:
        return sticky.parse(self.body)


@dataclass(slots=True)
class _Sync:
    """Rounds of read, fold, write, check until the comment holds our section."""

    context: PublishContext
    client: Client
    number: int
    short: bool = False
    gone: bool = False
    wrote: bool = False
    made: int = 0

    def run(self) -> Outcome:
        for attempt in range(ROUNDS):
            if attempt:
                self._settle(random.random() * attempt)
            outcome = self._round()
            if outcome is not None:
                return outcome
        return Outcome("comment", PublishState.FAILED, "other jobs kept writing the comment at the same time")

    def _round(self) -> Outcome | None:
        """One attempt; None asks for another."""
        now = self.client.head_sha(self.number)
        if now != self.context.event.head_sha:
            return self._left(f"the pull request has moved on to {now[:7]}; its own run reports on that")
        mine = self._own_comments()
        own = next((each for each in self._known(mine) if each.key == self._key), None)
        if own is not None and own.age > self._age:
            return self._left("a newer run has reported already")
        if own is None and not has_news(self.context.report):
            return self._left("nothing to say")
        section = self._section(resolved=own is not None and not has_news(self.context.report))
        return self._write(mine, section)

    def _write(self, mine: list[_Comment], section: sticky.Section) -> Outcome | None:
        sections = sticky.fold(self._known(mine), (section,))
        text = self._text(sections)
        if len(mine) == 1 and mine[0].body.replace("\r\n", "\n").strip() == text.strip():
            return self._finished(mine[0].url)
        try:
            url = self._send(mine, text)
        except HostError as error:
            self._after(error, existing=bool(mine))
            return None
        self.wrote = True
        if mine and len(sections) == 1:
            return self._finished(url)
        if len(sections) > 1:
            self._settle(1.0)
        return self._checked(section, url)

    def _send(self, mine: list[_Comment], text: str) -> str:
        """Write to the oldest of our comments (they are in one place then) and remove the others, whose sections it now holds."""
        if not mine:
            answer = self.client.repo("POST", f"issues/{self.number}/comments", {"body": text}, again=False)
            made = _comment(answer)
            self.client.writes_as(_author(answer))
            self.made = made.id
            return made.url
        url = _comment(self.client.repo("PATCH", f"issues/comments/{mine[0].id}", {"body": text})).url
        for extra in {*(each.id for each in mine), self.made} - {mine[0].id, 0}:
            self._remove(extra)
        return url

    def _remove(self, extra: int) -> None:
        try:
            self.client.repo("DELETE", f"issues/comments/{extra}")
        except HostError as error:
            if error.status not in (404, 410):  # the other job has folded it already
                raise

    def _checked(self, section: sticky.Section, url: str) -> Outcome | None:
        """Done when exactly one comment of ours is there and our section in it is this one or a newer one.

        A list that shows none of ours lags behind the write that the host has confirmed: writing again would make a second comment.
        """
        mine = self._own_comments()
        if not mine:
            return self._finished(url)
        own = next((each for each in self._known(mine) if each.key == section.key), None)
        kept = own is not None and own.age >= section.age and (own.age > section.age or own.head == section.head)
        return self._finished(url) if len(mine) == 1 and kept else None

    def _after(self, error: HostError, *, existing: bool) -> None:
        """Another round after an answer that leaves a way on: too long (shorter then), deleted meanwhile, lost on the way. Else the error stands."""
        if error.status == 422 and not self.short:
            self.short = True
        elif error.status in (404, 410) and existing and not self.gone:
            self.gone = True
        elif error.uncertain:
            self.wrote = True
        else:
            raise error

    def _text(self, sections: tuple[sticky.Section, ...]) -> str:
        parts = [sticky.shortened(each) for each in sections] if self.short else sections
        return sticky.compose(self._marker, parts, head=self.context.event.head_sha)

    def _section(self, *, resolved: bool) -> sticky.Section:
        event = self.context.event
        text = self.context.texts.get("markdown") or self.context.texts.get("status") or self.context.report.verdict.value
        body = f"**Resolved** as of {event.head_sha[:7]}: nothing that was reported here is left.\n\n{text}" if resolved else text
        return sticky.section(event.job_key, run_id=event.run_id, attempt=event.run_attempt, head=event.head_sha, body=body)

    def _own_comments(self) -> list[_Comment]:
        """Comments that begin with our key and were written by our token's account, oldest first: a copy in someone's comment is theirs."""
        marked = [each for each in self.client.pages(f"issues/{self.number}/comments") if str(each.get("body") or "").startswith(self._marker)]
        login = self.client.login().casefold() if marked else ""
        return sorted((_comment(each) for each in marked if _author(each) == login), key=lambda each: each.id)

    def _known(self, mine: list[_Comment]) -> tuple[sticky.Section, ...]:
        return sticky.fold(*(each.sections for each in mine))

    def _settle(self, share: float) -> None:
        self.context.sleep(self.context.settings.settle * share)

    def _finished(self, url: str) -> Outcome:
        return Outcome("comment", PublishState.DONE if self.wrote else PublishState.UNCHANGED, "" if self.wrote else "up to date", url=url)

    def _left(self, why: str) -> Outcome:
        return Outcome("comment", PublishState.UNCHANGED, why)

    @property
    def _marker(self) -> str:
        return sticky.comment_key(workflow_of(self.context.event.job_key), self.context.settings.group)

    @property
    def _key(self) -> str:
        return sticky.section_key(self.context.event.job_key)

    @property
    def _age(self) -> tuple[int, int]:
        return self._section(resolved=False).age


def workflow_of(job_key: str) -> str:
    """The workflow in a job key (`workflow/job/matrix`)."""
    return job_key.partition("/")[0]


def _comment(data: Any) -> _Comment:
    if not isinstance(data, dict) or not isinstance(data.get("id"), int):
        raise HostError(200, "the answer is not a comment")
    return _Comment(data["id"], str(data.get("body") or ""), str(data.get("html_url") or ""))


def _author(data: dict[str, Any]) -> str:
    user = data.get("user")
    return str(user.get("login") or "").casefold() if isinstance(user, dict) else ""
