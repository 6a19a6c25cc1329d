"""Run `cvt ci` on examples/shop as a pull request, in a throw-away repository: what `make run` does.

Prints the run's log, the comment as it would be posted and the report's path. Exit 0 when the run found the two breaks, 1 otherwise.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
EXAMPLE: Final = ROOT / "examples" / "shop"
EXPECTED: Final = ("GET /products", "POST /orders")
FOREIGN: Final = ("GITHUB_", "GITLAB_", "CI_", "CVT_", "JENKINS_", "RUNNER_", "GIT_", "ACTIONS_")
BOOTSTRAP: Final = ("CVT_PYTHON", "CVT_VENV_DIR", "CVT_WHEELS")


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A repository checked out at a pull request's merge commit, and the environment a runner would give."""

    folder: Path
    environ: dict[str, str]


def clean_environment() -> dict[str, str]:
    """This process's environment without what belongs to another CI run."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN) and name != "CI"}
    kept.update({name: os.environ[name] for name in BOOTSTRAP if name in os.environ})
    person = {"NAME": "Shop", "EMAIL": "shop@example.com"}
    kept.update({f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in person.items()})
    kept.update({"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"})
    return kept


def make_pull_request(place: Path) -> PullRequest:
    """Commit base and change, merge them as the platform does, and write the event."""
    folder, environ = place / "shop", clean_environment()

    def git(*arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=folder, env=environ, capture_output=True, text=True, check=True).stdout.strip()

    shutil.copytree(EXAMPLE / "base", folder)
    git("init", "--quiet", "--initial-branch=main")
    git("add", ".")
    git("commit", "--quiet", "--message=Shop API 1.4")
    base = git("rev-parse", "HEAD")
    git("switch", "--quiet", "--create=more-currencies")
    shutil.copytree(EXAMPLE / "change", folder, dirs_exist_ok=True)
    git("commit", "--quiet", "--all", "--message=Sell in more than one currency")
    head = git("rev-parse", "HEAD")
    git("switch", "--quiet", "--detach", "main")
    git("merge", "--quiet", "--no-ff", "--message=Merge the pull request", head)
    merge = git("rev-parse", "HEAD")
    return PullRequest(folder, {**environ, **runner_environment(place, base, head=head, merge=merge)})


def runner_environment(place: Path, base: str, *, head: str, merge: str) -> dict[str, str]:
    """What a GitHub runner sets for a `pull_request` event, with no token."""
    repository = {"full_name": "acme/shop", "default_branch": "main"}
    event = {
        "action": "opened",
        "number": 7,
        "repository": repository,
        "pull_request": {
            "number": 7,
            "title": "Sell in more than one currency",
            "head": {"sha": head, "ref": "more-currencies", "repo": repository},
            "base": {"sha": base, "ref": "main", "repo": repository},
            "labels": [],
        },
    }
    (place / "event.json").write_text(json.dumps(event), "utf-8")
    return {
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_EVENT_PATH": str(place / "event.json"),
        "GITHUB_REPOSITORY": "acme/shop",
        "GITHUB_REF": "refs/pull/7/merge",
        "GITHUB_HEAD_REF": "more-currencies",
        "GITHUB_BASE_REF": "main",
        "GITHUB_SHA": merge,
        "GITHUB_WORKSPACE": str(place / "shop"),
        "GITHUB_OUTPUT": str(place / "outputs"),
        "GITHUB_STEP_SUMMARY": str(place / "summary.md"),
        # Without a token nothing is posted, so the lock without the platform's client is enough.
        "CVT_EXTRAS": os.environ.get("CVT_EXTRAS", "base"),
    }


def problems(code: int, result: Any, report: Path) -> list[str]:
    """What differs from the expected run: exit 1, verdict `broken`, both operations named, a report that exists."""
    found = [] if code == 1 else [f"exit code {code} instead of 1"]
    if result.get("verdict") != "broken":
        found.append("the verdict is not `broken`")
    found += [f"no finding names {operation}" for operation in EXPECTED if operation not in json.dumps(result)]
    return found if report.is_file() else [*found, f"{report} is missing"]


def contract_test(environ: dict[str, str]) -> dict[str, str]:
    """What makes the run start a contract server and run checkout-web's test against it."""
    extras = {"CVT_EXTRAS": os.environ.get("CVT_EXTRAS", "server")}
    asked = {**environ, **extras, "CVT_PRINT_PYTHON": "1"}
    python = subprocess.run([str(ROOT / "cvt")], env=asked, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    command = ["env", f"PYTHONPATH={ROOT}", python, str(EXAMPLE / "consumer" / "checkout_web.py")]
    return {**extras, "CVT_TEST": shlex.join(command)}


def main() -> int:
    """Set up, run, show, compare with what is expected."""
    place = Path(tempfile.mkdtemp(prefix="cvt-shop-"))
    pull = make_pull_request(place)
    say(f"A pull request on the shop API in {pull.folder}\n$ ./cvt ci\n")
    code = subprocess.run(
        [str(ROOT / "cvt"), "ci"], cwd=pull.folder, env={**pull.environ, **contract_test(pull.environ)}, stdin=subprocess.DEVNULL, check=False
    ).returncode
    outputs = pull.folder / ".cvt"
    result = json.loads((outputs / "result.json").read_text("utf-8")) if (outputs / "result.json").exists() else {}
    comment = outputs / "comment.md"
    say(f"\n----- the comment as it would be posted ({comment}) -----\n")
    say(comment.read_text("utf-8") if comment.exists() else "(none)")
    report = outputs / "report.html"
    wrong = problems(code, result, report)
    wrong += [] if "contract-test-failed" in json.dumps(result) else ["checkout-web's contract test did not fail"]
    if wrong:
        say("This run did not behave as it should: " + "; ".join(wrong))
        return 1
    say(f"----- end of the comment -----\n\nReport: {report}")
    say("The run ended with exit code 1, as it should: the pull request breaks checkout-web and warehouse-sync (examples/shop/README.md says how).")
    return 0


def say(text: str) -> None:
    """One line on standard output, in order with what child processes print."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
