"""Getting missing commits from the remote without changing the checkout, a branch or the depth of a complete clone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cvt_runner.specs.git import NETWORK_TIMEOUT, Git, Result, is_sha

REMOTE: Final = "origin"
# Deepening never takes history away that is there already, as setting a depth would.
_STEPS: Final = ("--deepen=1", "--deepen=50", "--deepen=500", "--unshallow")


@dataclass(frozen=True, slots=True)
class Fetched:
    """`sha` is the commit, now present, or "" with the reason in `problem`."""

    sha: str
    problem: str = ""


def is_shallow(git: Git) -> bool:
    """Whether history is cut off here."""
    return git.line("rev-parse", "--is-shallow-repository") == "true"


def fetch_commit(git: Git, sha: str) -> Fetched:
    """Make a commit present, by its id. Depth is limited only in a clone that is shallow already: otherwise history would be cut off."""
    if git.commit(sha):
        return Fetched(sha)
    depth = ("--depth=1",) if is_shallow(git) else ()
    result = _fetch(git, *depth, wants=(sha,))
    return Fetched(sha) if git.commit(sha) else Fetched("", _reason(result))


def fetch_revision(git: Git, name: str) -> Fetched:
    """Make a commit, branch or tag present: as it is here, then as a branch of the remote here, then from the remote."""
    for candidate in (name, f"refs/remotes/{REMOTE}/{name}"):
        sha = git.commit(candidate)
        if sha:
            return Fetched(sha)
    if is_sha(name):
        return fetch_commit(git, name)
    return _fetch_listed(git, name, refs=(f"refs/heads/{name}", f"refs/tags/{name}^{{}}", f"refs/tags/{name}"))


def fetch_branch(git: Git, name: str) -> Fetched:
    """Make the tip of a branch present: as the remote's branch is known here, then as it is here, then from the remote."""
    for candidate in (f"refs/remotes/{REMOTE}/{name}", f"refs/heads/{name}"):
        sha = git.commit(candidate)
        if sha:
            return Fetched(sha)
    return _fetch_listed(git, name, refs=(f"refs/heads/{name}",))


def _fetch_listed(git: Git, name: str, *, refs: tuple[str, ...]) -> Fetched:
    """Fetch the first of some refs that the remote has."""
    listed = git.run("ls-remote", "--exit-code", REMOTE, *refs, timeout=NETWORK_TIMEOUT)
    if listed.code != 0:
        return Fetched("", _reason(listed) or f"{REMOTE} has no {name}")
    found = {ref: sha for sha, _, ref in (line.partition("\t") for line in listed.out.decode("utf-8", "replace").splitlines())}
    wanted = next((found[ref] for ref in refs if ref in found), "")
    return fetch_commit(git, wanted) if is_sha(wanted) else Fetched("", f"{REMOTE} has no {name}")


def merge_base(git: Git, ours: str, *, theirs: str) -> Fetched:
    """The best common ancestor, deepening a shallow clone step by step until there is one."""
    found = git.line("merge-base", ours, theirs)
    if found or not is_shallow(git):
        return Fetched(found, "" if found else "the two have no common ancestor")
    result: Result | None = None
    for step in _STEPS:
        result = _fetch(git, step, wants=(ours, theirs))
        found = git.line("merge-base", ours, theirs)
        if found:
            return Fetched(found)
        if result.code != 0:
            break
    return Fetched("", _reason(result) if result and result.code else "the two have no common ancestor")


def _fetch(git: Git, *options: str, wants: tuple[str, ...]) -> Result:
    fixed = ("--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--no-auto-maintenance", "--refmap=")
    return git.run("fetch", *fixed, *options, "--end-of-options", REMOTE, *wants, timeout=NETWORK_TIMEOUT)


def _reason(result: Result) -> str:
    lines = [line.removeprefix("fatal: ").removeprefix("error: ") for line in result.err.splitlines() if line.strip()]
    return lines[0] if lines else ""
