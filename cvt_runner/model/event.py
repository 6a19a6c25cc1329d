"""What the CI platform says about this run, platform-neutral."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Platform(StrEnum):
    """CI platforms with an adapter in `cvt_runner.ci`."""

    GITHUB = "github"
    GITLAB = "gitlab"
    JENKINS = "jenkins"
    LOCAL = "local"


class EventKind(StrEnum):
    """What triggered the run; decides the base ladder."""

    PULL_REQUEST = "pull_request"
    MERGE_GROUP = "merge_group"
    PUSH = "push"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class CiEvent:
    """A CI run. Shas are 40 (or 64) hex digits or ""; refs, branch names and titles are hostile text.

    `head_sha` is the pull request's head or the pushed commit, never the merge commit. `before_sha` is a push event's `before` ("" when all
    zero). `base_sha` is what the platform names as base (merge_group base_sha, GitLab diff base), used only where the ladder says so.
    `is_fork` is true when the head is in another repository. `job_key` identifies workflow, job and matrix for the sticky comment.
    `on_merge_ref` is true when the platform says that it runs on the pull request's merge commit.
    """

    platform: Platform = Platform.LOCAL
    kind: EventKind = EventKind.OTHER
    name: str = ""
    repository: str = ""
    head_sha: str = ""
    head_ref: str = ""
    base_ref: str = ""
    base_sha: str = ""
    before_sha: str = ""
    default_branch: str = ""
    pull_request: int | None = None
    is_fork: bool = False
    actor: str = ""
    run_id: str = ""
    run_attempt: int = 1
    run_url: str = ""
    api_url: str = ""
    server_url: str = ""
    job_key: str = ""
    labels: tuple[str, ...] = field(default_factory=tuple)
    on_merge_ref: bool = False
