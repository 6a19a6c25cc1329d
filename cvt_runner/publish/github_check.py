"""The check run: title, summary and annotations, 50 a request. Only GitHub Apps and the job's own token may write one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import quote

from cvt_runner.model.event import CiEvent
from cvt_runner.model.outcome import Outcome, PublishState
from cvt_runner.publish.base import CheckAnnotation, CheckText, PublishContext, Session
from cvt_runner.publish.github_access import gate_name, with_client
from cvt_runner.publish.github_api import Client, HostError, sha_ok

BATCH: Final = 50
"""Annotations per request (GitHub); further ones are appended by update."""
TEXT_LIMIT: Final = 65_535
"""Characters of a check run's summary."""
TITLE_LIMIT: Final = 255
MESSAGE_LIMIT: Final = 16_000
"""Characters of an annotation's message: below 64 KB in any script."""


def publish(context: PublishContext, session: Session) -> Outcome:
    """Create the completed check run on the head commit and append the annotations that do not fit into the first request."""
    check, event = context.check, context.event
    if check is None or not sha_ok(event.head_sha):
        return Outcome("check", PublishState.UNCHANGED, "nothing rendered" if check is None else "the event names no head commit")

    def work(client: Client) -> Outcome:
        made, complaint = _create(client, _body(context, check, batches(check.annotations)[0]))
        if not complaint:
            _append(client, made["id"], check)
            session.annotated = bool(check.annotations)
        return Outcome("check", PublishState.DONE, complaint or f"{len(check.annotations)} annotations", url=str(made.get("html_url") or ""))

    return with_client("check", context, session, permission="checks: write", work=work)


def batches(annotations: Sequence[CheckAnnotation]) -> list[list[dict[str, Any]]]:
    """The annotations as request bodies, 50 to a list; one empty list when there are none."""
    rows = [_annotation(each) for each in annotations]
    return [rows[start : start + BATCH] for start in range(0, len(rows), BATCH)] or [[]]


def external_id(event: CiEvent, group: str) -> str:
    """Identity of this run's check run, to recognise it when the answer to its creation was lost."""
    text = "\x1f".join((event.job_key, group, event.run_id, str(event.run_attempt)))
    return f"cvt-{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:24]}"


def _body(context: PublishContext, check: CheckText, annotations: list[dict[str, Any]]) -> dict[str, Any]:
    event, group = context.event, context.settings.group
    output = {**_output(check), "annotations": annotations}
    identity = {"name": gate_name(group), "head_sha": event.head_sha, "external_id": external_id(event, group)}
    link = {"details_url": event.run_url} if event.run_url.startswith(("https://", "http://")) else {}
    return {**identity, **link, "status": "completed", "conclusion": check.conclusion, "output": output}


def _append(client: Client, number: int, check: CheckText) -> None:
    """Send the annotations after the first 50."""
    for batch in batches(check.annotations)[1:]:
        client.repo("PATCH", f"check-runs/{number}", {"output": {**_output(check), "annotations": batch}})


def _create(client: Client, body: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """Create it once: after an uncertain failure look whether it exists. When the host objects to the content, leave the annotations out.

    Returns the check run, and the objection or "".
    """
    try:
        return _identified(client.repo("POST", "check-runs", body, again=False)), ""
    except HostError as error:
        if error.status == 422:
            bare = {**body, "output": {**body["output"], "annotations": []}}
            return _identified(client.repo("POST", "check-runs", bare)), f"without annotations: {error.message}"
        if not error.uncertain:
            raise
    return _existing(client, body) or _identified(client.repo("POST", "check-runs", body)), ""


def _existing(client: Client, body: dict[str, Any]) -> dict[str, Any] | None:
    data = client.repo("GET", f"commits/{body['head_sha']}/check-runs?check_name={quote(body['name'], safe='')}&filter=all&per_page=100")
    runs = data.get("check_runs") if isinstance(data, dict) else None
    return next((run for run in _objects(runs) if run.get("external_id") == body["external_id"] and isinstance(run.get("id"), int)), None)


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    yield from (entry for entry in value if isinstance(entry, dict)) if isinstance(value, list) else ()


def _identified(data: Any) -> dict[str, Any]:
    if not isinstance(data, dict) or not isinstance(data.get("id"), int):
        raise HostError(200, "the host did not say which check run it made")
    return data


def _output(check: CheckText) -> dict[str, Any]:
    return {"title": check.title[:TITLE_LIMIT] or "CVT", "summary": _whole_lines(check.summary, TEXT_LIMIT)}


def _annotation(source: CheckAnnotation) -> dict[str, Any]:
    where = {"path": source.path, "start_line": max(source.start_line, 1), "end_line": max(source.end_line, source.start_line, 1)}
    message = source.message[:MESSAGE_LIMIT] or source.title or "finding"
    details = {"raw_details": source.raw_details[:MESSAGE_LIMIT]} if source.raw_details else {}
    return {**where, "annotation_level": source.level, "title": source.title[:TITLE_LIMIT], "message": message, **details}


def _whole_lines(text: str, limit: int) -> str:
    """The text, or its first whole lines: the renderer keeps within the limit, this is the net below it."""
    return text if len(text) <= limit else text[:limit].rpartition("\n")[0]
