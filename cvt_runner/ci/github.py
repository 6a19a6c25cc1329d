"""GitHub Actions: the environment and the event file. Sources: GitHub's documentation of default variables and of webhook payloads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from cvt_runner.ci.platform import Detected
from cvt_runner.model.event import CiEvent, EventKind, Platform

_SHA: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_MERGE_REF: Final = re.compile(r"refs/pull/[0-9]+/merge")
_MAX_EVENT_BYTES: Final = 32 * 1024 * 1024


def here(env: Mapping[str, str]) -> bool:
    """GitHub sets this in every step."""
    return env.get("GITHUB_ACTIONS") == "true"


def detect(env: Mapping[str, str]) -> Detected:
    """The event from the environment and the event file."""
    payload, notes = _payload(env.get("GITHUB_EVENT_PATH", ""))
    return Detected(
        event=_event(env, payload),
        output_file=env.get("GITHUB_OUTPUT", ""),
        summary_file=env.get("GITHUB_STEP_SUMMARY", ""),
        token=env.get("GITHUB_TOKEN", ""),
        notes=notes,
    )


def _payload(path: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    import msgspec

    try:
        with open(path, "rb") as file:
            payload = msgspec.json.decode(file.read(_MAX_EVENT_BYTES))
    except OSError as error:
        return {}, (f"the event file (GITHUB_EVENT_PATH) cannot be read: {error.strerror or error}",)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}, ("the event file (GITHUB_EVENT_PATH) is not JSON",)
    return (payload, ()) if isinstance(payload, dict) else ({}, ("the event file (GITHUB_EVENT_PATH) holds no object",))


def _at(node: Any, *keys: str) -> Any:
    for key in keys:
        node = node.get(key) if isinstance(node, dict) else None
    return node


def _text(node: Any, *keys: str) -> str:
    value = _at(node, *keys)
    return value if isinstance(value, str) else ""


def _sha(node: Any, *keys: str) -> str:
    """A complete object id; the all-zero one, which stands for no commit, is none."""
    value = _text(node, *keys)
    return value if _SHA.fullmatch(value) and set(value) != {"0"} else ""


def _kind(payload: Mapping[str, Any], name: str) -> EventKind:
    """What the payload shows; where it cannot be read the event's name still counts, so that a pull request is not taken for a plain run."""
    if isinstance(payload.get("pull_request"), dict) or name in ("pull_request", "pull_request_target"):
        return EventKind.PULL_REQUEST
    if isinstance(payload.get("merge_group"), dict) or name == "merge_group":
        return EventKind.MERGE_GROUP
    return EventKind.PUSH if name == "push" else EventKind.OTHER


def _event(env: Mapping[str, str], payload: dict[str, Any]) -> CiEvent:
    name = env.get("GITHUB_EVENT_NAME", "")
    kind = _kind(payload, name)
    pull = payload.get("pull_request")
    number = _at(pull, "number") or payload.get("number")
    own = _text(payload, "repository", "full_name") or env.get("GITHUB_REPOSITORY", "")
    return CiEvent(
        platform=Platform.GITHUB,
        kind=kind,
        name=name,
        repository=env.get("GITHUB_REPOSITORY", "") or own,
        head_sha=_head_sha(kind, payload, env),
        head_ref=_text(pull, "head", "ref") or env.get("GITHUB_HEAD_REF", "") or env.get("GITHUB_REF_NAME", ""),
        base_ref=_text(pull, "base", "ref") or env.get("GITHUB_BASE_REF", "") or _text(payload, "merge_group", "base_ref").removeprefix("refs/heads/"),
        base_sha=_sha(pull, "base", "sha") or _sha(payload, "merge_group", "base_sha"),
        before_sha=_sha(payload, "before") if kind is EventKind.PUSH else "",
        default_branch=_text(payload, "repository", "default_branch"),
        pull_request=number if kind is EventKind.PULL_REQUEST and isinstance(number, int) else None,
        is_fork=kind is EventKind.PULL_REQUEST and _is_fork(pull, own),
        actor=env.get("GITHUB_ACTOR", "") or _text(payload, "sender", "login"),
        run_id=env.get("GITHUB_RUN_ID", ""),
        run_attempt=_attempt(env.get("GITHUB_RUN_ATTEMPT", "")),
        run_url=_run_url(env),
        api_url=env.get("GITHUB_API_URL", ""),
        server_url=env.get("GITHUB_SERVER_URL", ""),
        job_key=_job_key(env),
        labels=_labels(pull),
        on_merge_ref=_MERGE_REF.fullmatch(env.get("GITHUB_REF", "")) is not None,
    )


def _labels(pull: Any) -> tuple[str, ...]:
    entries = _at(pull, "labels")
    return tuple(label for entry in entries if (label := _text(entry, "name"))) if isinstance(entries, list) else ()


def _head_sha(kind: EventKind, payload: Mapping[str, Any], env: Mapping[str, str]) -> str:
    sources = {EventKind.PULL_REQUEST: ("pull_request", "head", "sha"), EventKind.MERGE_GROUP: ("merge_group", "head_sha"), EventKind.PUSH: ("after",)}
    named = _sha(payload, *sources[kind]) if kind in sources else ""
    # GITHUB_SHA of a pull request is the merge commit, which nobody pushed.
    return named or ("" if kind is EventKind.PULL_REQUEST else _sha(dict(env), "GITHUB_SHA"))


def _is_fork(pull: Any, own: str) -> bool:
    """The head lies in another repository, or in one that was deleted (null)."""
    if "repo" not in (_at(pull, "head") or {}):
        return False
    base = _text(pull, "base", "repo", "full_name") or own
    return _text(pull, "head", "repo", "full_name").lower() != base.lower()


def _attempt(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _run_url(env: Mapping[str, str]) -> str:
    server, repository, run = env.get("GITHUB_SERVER_URL", ""), env.get("GITHUB_REPOSITORY", ""), env.get("GITHUB_RUN_ID", "")
    return f"{server}/{repository}/actions/runs/{run}" if server and repository and run else ""


def _job_key(env: Mapping[str, str]) -> str:
    """Workflow, job and matrix: jobs of one pull request that must not share a comment."""
    matrix = env.get("CVT_MATRIX", "").strip()
    parts = [env.get("GITHUB_WORKFLOW", ""), env.get("GITHUB_JOB", ""), "" if matrix in ("null", "{}") else matrix]
    return "/".join(part for part in parts if part)
