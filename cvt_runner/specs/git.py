"""One git repository, read without touching its checkout, index or configuration."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cvt_runner.errors import GitError, UsageError

LOCAL_TIMEOUT: Final = 60.0
NETWORK_TIMEOUT: Final = 180.0
_SHA: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
# Nothing that a repository's own configuration or hooks name may run while we only read; refs and messages stay in English.
_OPTIONS: Final = ("--no-pager", "-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}", "-c", "core.quotePath=false", "-c", "gc.auto=0")
_ENVIRONMENT: Final = {"GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_ADVICE": "0", "LC_ALL": "C.UTF-8", "LANGUAGE": ""}
_KEPT_BACK: Final = frozenset({"CVT_TOKEN"})


def is_sha(text: str) -> bool:
    """Whether the text is a complete object id.

    >>> is_sha("0" * 40), is_sha("main")
    (True, False)
    """
    return _SHA.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Result:
    """A finished git command."""

    code: int
    out: bytes
    err: str


@dataclass(frozen=True, slots=True)
class Git:
    """A repository at `root` (absolute). `env` is the environment to run in; `trusted` accepts a checkout that another user owns."""

    root: str
    env: Mapping[str, str]
    trusted: bool = False

    def command(self, args: Sequence[str]) -> list[str]:
        """The complete argument list of a git command in this repository."""
        trust = ("-c", "safe.directory=*") if self.trusted else ()
        return ["git", *_OPTIONS, *trust, *args]

    def environment(self) -> dict[str, str]:
        """The environment git runs in: never asks, never takes optional locks."""
        merged = {name: value for name, value in self.env.items() if name not in _KEPT_BACK} | _ENVIRONMENT
        merged.setdefault("GIT_SSH_COMMAND", "ssh -oBatchMode=yes")
        return merged

    def run(self, *args: str, timeout: float = LOCAL_TIMEOUT) -> Result:
        """Run to the end. Raises GitError when git is missing or the time is over, never for git's own exit code."""
        process = self._start(args)
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            raise GitError(f"git {args[0]} did not finish within {timeout:.0f} seconds", hint="is the remote reachable from here?") from None
        finally:
            _end(process)
        return Result(process.returncode, out, err.decode("utf-8", "replace").strip())

    def output(self, *args: str) -> bytes:
        """Standard output of a command that has to work; raises GitError otherwise."""
        result = self.run(*args)
        if result.code != 0:
            raise GitError(f"git {args[0]} failed: {result.err or f'exit code {result.code}'}")
        return result.out

    def line(self, *args: str) -> str:
        """The one line that a query prints, "" when it fails."""
        result = self.run(*args)
        return result.out.decode("utf-8", "surrogateescape").strip() if result.code == 0 else ""

    def commit(self, revision: str) -> str:
        """The commit id of a revision that is present here, "" if there is none. Raises UsageError for a revision that looks like an option."""
        if revision.startswith("-"):
            raise UsageError(f"{revision!r} is not a commit, branch or tag", hint="a revision cannot start with a dash")
        return self.line("rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}")

    def _start(self, args: Sequence[str]) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(
                self.command(args),
                cwd=self.root,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except FileNotFoundError as error:
            if error.filename == self.root:
                raise UsageError(f"{self.root} does not exist") from None
            raise UsageError("git is not installed", hint="install git 2.30 or newer and put it on PATH") from None
        except ValueError:
            raise GitError(f"git {args[0]} cannot be asked about a name with a NUL character") from None


def _end(process: subprocess.Popen[bytes]) -> None:
    """Leave nothing running: git's own children hold the pipes too, so the whole group goes."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for pipe in (process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()


def open_repository(directory: str, env: Mapping[str, str], *, trusted: bool = False) -> Git:
    """The repository that contains a directory. Raises UsageError with the way out when there is none or git refuses it."""
    probe = Git(directory, env, trusted)
    result = probe.run("rev-parse", "--show-toplevel")
    if result.code == 0:
        return Git(result.out.decode("utf-8", "surrogateescape").rstrip("\n"), env, trusted)
    if "dubious ownership" in result.err:
        raise UsageError(f"git refuses {directory}: it belongs to another user", hint=f"git config --global --add safe.directory {directory}")
    if "must be run in a work tree" in result.err:
        raise UsageError(f"{directory} is a bare repository", hint="run in a checkout")
    raise UsageError(f"{directory} is not inside a git repository", hint="check the repository out first, or use `cvt lint` and `cvt compare` on files")
