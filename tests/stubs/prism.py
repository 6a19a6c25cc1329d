"""Prism on a cut of GitHub's own API description: stateless, but it refuses every request that the description does not allow."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests import rig
from tests.stubs.cut_openapi import cut

PRISM: Final = ("@stoplight/prism-cli", "5.14.2")
DESCRIPTION: Final = ("@octokit/openapi", "23.0.2")
PATHS: Final = (
    "/user",
    "/repos/{owner}/{repo}/pulls/{pull_number}",
    "/repos/{owner}/{repo}/issues/{issue_number}/comments",
    "/repos/{owner}/{repo}/issues/{issue_number}/labels",
    "/repos/{owner}/{repo}/issues/comments/{comment_id}",
    "/repos/{owner}/{repo}/statuses/{sha}",
    "/repos/{owner}/{repo}/check-runs",
    "/repos/{owner}/{repo}/check-runs/{check_run_id}",
    "/repos/{owner}/{repo}/commits/{ref}/check-runs",
    "/repos/{owner}/{repo}/commits/{ref}/statuses",
)
START_SECONDS: Final = 60


def description() -> Path:
    """The cut description, made once per choice of paths."""
    mark = hashlib.sha256("\n".join((*DESCRIPTION, *PATHS)).encode()).hexdigest()[:12]
    small = rig.cache() / f"github-{mark}.json"
    source = rig.npm_package(*DESCRIPTION) / "generated" / "api.github.com.json"
    with rig.locked("cut"):
        if not small.exists():
            part = small.with_suffix(".part")
            part.write_text(json.dumps(cut(json.loads(source.read_text()), PATHS)))
            part.replace(small)
    return small


@contextmanager
def prism() -> Iterator[str]:
    """A running mock server; yields its URL. Skips (fails on CI) when node or the packages cannot be had."""
    node, program, port = rig.require_tool("node"), rig.npm_package(*PRISM) / "dist" / "index.js", rig.free_port()
    command = [node, str(program), "mock", "-h", "127.0.0.1", "-p", str(port), str(description())]
    log = rig.cache() / f"prism-{port}.log"
    with log.open("w") as stream:
        process = subprocess.Popen(command, env=rig.ENV, stdin=subprocess.DEVNULL, stdout=stream, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        _wait(process, f"http://127.0.0.1:{port}", log)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
        log.unlink(missing_ok=True)


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            urllib.request.urlopen(f"{url}/", timeout=5).close()
        except urllib.error.HTTPError as answer:
            answer.close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"prism did not start: {log.read_text()[-2000:]}")
