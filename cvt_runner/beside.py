"""Work on the second core: a job in a forked process, for the few that are long enough to be worth it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def beside(job: Callable[[], T]) -> Callable[[], T]:
    """Start a job in a forked process; the answer's function waits for it.

    The job must be pure and its result picklable. Where there is one core only, no fork, or anything goes wrong on the way, the job is done here
    when its answer is asked for: the result is the same.
    """
    if not _possible():
        return job
    read, write = os.pipe()
    try:
        child = os.fork()
    except OSError:
        os.close(read)
        os.close(write)
        return job
    if child == 0:
        _work(job, write)
    os.close(write)
    return lambda: _answer(job, child, read)


def _possible() -> bool:
    import threading

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return hasattr(os, "fork") and cores > 1 and threading.active_count() == 1


def _work(job: Callable[[], T], write: int) -> None:
    """In the child: do the job, send the result, and leave without running anything of the parent's."""
    import pickle

    code = 1
    try:
        with os.fdopen(write, "wb") as pipe:
            pipe.write(pickle.dumps(job(), protocol=pickle.HIGHEST_PROTOCOL))
        code = 0
    finally:
        os._exit(code)


def _answer(job: Callable[[], T], child: int, read: int) -> T:
    import pickle

    with os.fdopen(read, "rb") as pipe:
        data = pipe.read()
    status = 1
    with contextlib.suppress(ChildProcessError):
        status = os.waitpid(child, 0)[1]
    if status != 0 or not data:
        return job()
    result: T = pickle.loads(data)  # noqa: S301 - written by our own fork a moment ago
    return result
