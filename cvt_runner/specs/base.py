"""The base ladder: which commit the head is compared with, every rung said.

Two pairs are correct for a pull request, and they never mix: (merge ref, its first parent) and (pull request head, merge-base). The
base named in a pull request's event is frozen when the event is made and drifts away from the merge ref, so it is not used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, assert_never

from msgspec.structs import replace

from cvt_runner.errors import GitError, UsageError
from cvt_runner.model.event import CiEvent, EventKind
from cvt_runner.model.report import Base
from cvt_runner.specs.fetch import fetch_branch, fetch_commit, fetch_revision, merge_base
from cvt_runner.specs.git import Git

_MAIN_BRANCHES: Final = ("main", "master", "trunk", "develop")


@dataclass(frozen=True, slots=True)
class Rung:
    """One attempt: the commit and why, or "" and why not."""

    sha: str
    because: str


@dataclass(frozen=True, slots=True)
class Head:
    """The checked out commit and its parents, as its own object lists them (a shallow clone hides parents from `git log`)."""

    sha: str = ""
    parents: tuple[str, ...] = field(default_factory=tuple)


def read_head(git: Git) -> Head:
    """The checked out commit; empty in a repository without commits."""
    sha = git.commit("HEAD")
    if not sha:
        return Head()
    header = git.output("cat-file", "-p", sha).split(b"\n\n", 1)[0]
    return Head(sha, tuple(line[7:].decode("ascii") for line in header.split(b"\n") if line.startswith(b"parent ")))


def find_base(git: Git, event: CiEvent, *, head: Head, named: str = "") -> Base:
    """Walk the ladder for this event. Never raises for a base that cannot be had: `sha` is "" and `ladder` says why.

    Raises UsageError when `named` is not a possible revision.
    """
    if not head.sha:
        return Base(ladder=("the repository has no commit yet",))
    steps = _named(git, named) if named else _rungs(git, event, head)
    tried: list[str] = []
    for step in steps:
        try:
            rung = step()
        except GitError as error:
            rung = Rung("", str(error))
        if rung.sha:
            return Base(rung.sha, rung.because, (*tried, f"{rung.sha[:12]}: {rung.because}"))
        tried.append(rung.because)
    return Base(ladder=tuple(tried))


def _named(git: Git, name: str) -> Iterator[Callable[[], Rung]]:
    if name.startswith("-") or not name.isprintable() or ".." in name:
        raise UsageError(f"base {name!r} is not a commit, branch or tag", hint="name one revision that does not start with a dash")
    yield lambda: _revision(git, name, why=f"it is {name}, the configured base")


def _rungs(git: Git, event: CiEvent, head: Head) -> Iterator[Callable[[], Rung]]:
    match event.kind:
        case EventKind.PULL_REQUEST:
            yield lambda: _first_parent(git, event, head)
            yield lambda: _branch_base(git, event.base_ref, head)
            yield lambda: _event_base(git, event, head)
        case EventKind.MERGE_GROUP:
            yield lambda: _commit(git, event.base_sha, why="it is the merge group's base", missing="the event names no base_sha")
        case EventKind.PUSH:
            yield lambda: _commit(git, event.before_sha, why="it is what the branch pointed to before the push", missing="the push has no commit before it")
            yield lambda: _branch_base(git, event.default_branch, head)
        case EventKind.OTHER:
            yield from _local(git, event, head)
        case _:
            assert_never(event.kind)


def _local(git: Git, event: CiEvent, head: Head) -> Iterator[Callable[[], Rung]]:
    if event.default_branch:
        yield lambda: _branch_base(git, event.default_branch, head)
    places = ("refs/remotes/origin/", "refs/heads/")
    refs = ("refs/remotes/origin/HEAD", *(place + name for name in _MAIN_BRANCHES for place in places))
    present = git.output("for-each-ref", "--format=%(refname)", *refs).decode("utf-8", "surrogateescape").split("\n")
    for ref in refs:
        yield lambda ref=ref: _present_base(git, ref, head=head, present=ref in present)  # type: ignore[misc]


def _first_parent(git: Git, event: CiEvent, head: Head) -> Rung:
    """The pull request's merge commit stands on the base it was merged with; that is its first parent."""
    if head.sha == event.head_sha:
        return Rung("", "HEAD is the pull request's head, not its merge")
    if len(head.parents) != 2:
        return Rung("", "HEAD is not a merge commit")
    if not event.head_sha:
        return Rung("", "the event does not name the pull request's head, so HEAD may be the head or its merge")
    if head.parents[1] != event.head_sha and not event.on_merge_ref:
        return Rung("", "HEAD is a merge commit, but not that of this pull request")
    return _commit(git, head.parents[0], why="it is the first parent of the pull request's merge commit", missing="")


def _branch_base(git: Git, branch: str, head: Head) -> Rung:
    if not branch:
        return Rung("", "the event names no branch to compare with")
    tip = fetch_branch(git, branch)
    if not tip.sha:
        return Rung("", f"the branch {branch} is neither here nor to be fetched: {tip.problem}")
    return _merge_base(git, head, tip=tip.sha, name=branch)


def _present_base(git: Git, ref: str, *, head: Head, present: bool) -> Rung:
    short = ref.removeprefix("refs/remotes/").removeprefix("refs/heads/")
    tip = git.commit(ref) if present else ""
    return _merge_base(git, head, tip=tip, name=short) if tip else Rung("", f"there is no {short} here")


def _merge_base(git: Git, head: Head, *, tip: str, name: str) -> Rung:
    found = merge_base(git, head.sha, theirs=tip)
    if not found.sha:
        return Rung("", f"no merge-base of HEAD and {name}: {found.problem}")
    return Rung(found.sha, f"it is the merge-base of HEAD and {name}")


def _event_base(git: Git, event: CiEvent, head: Head) -> Rung:
    """Where the base branch is gone: the merge-base with the base commit the event names, still paired with the head, not the merge."""
    if not event.base_sha or head.sha != event.head_sha:
        return Rung("", "the event's base commit fits only a checkout of the pull request's head")
    found = fetch_commit(git, event.base_sha)
    if not found.sha:
        return Rung("", f"{event.base_sha[:12]} is neither here nor to be fetched: {found.problem}")
    return _merge_base(git, head, tip=found.sha, name="the event's base commit")


def _commit(git: Git, sha: str, *, why: str, missing: str) -> Rung:
    if not sha:
        return Rung("", missing)
    found = fetch_commit(git, sha)
    return Rung(found.sha, why) if found.sha else Rung("", f"{sha[:12]} is neither here nor to be fetched: {found.problem}")


def _revision(git: Git, name: str, *, why: str) -> Rung:
    found = fetch_revision(git, name)
    return Rung(found.sha, why) if found.sha else Rung("", f"{name} is neither here nor to be fetched: {found.problem}")


def without_wrong_checkout(base: Base, event: CiEvent, *, head: str) -> Base:
    """Give the base up when a pull request or merge group would be compared with itself: the checkout then is not what the event is about."""
    if event.kind not in (EventKind.PULL_REQUEST, EventKind.MERGE_GROUP) or not base.sha or base.sha != head:
        return base
    what = "merge group: check out its head" if event.kind is EventKind.MERGE_GROUP else "pull request: check out the pull request's head or its merge commit"
    why = f"HEAD is the base itself and not the {what}"
    return replace(base, sha="", because="", ladder=(*base.ladder, why))


def nothing_to_compare(head: str) -> str:
    """What has to be said when the base is HEAD itself and the working tree adds nothing to it."""
    return f"NOTHING TO COMPARE: the base is HEAD itself ({head[:12]}) and no specification differs from it; name another base with --base"
