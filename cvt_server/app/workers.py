"""Several serving processes on the same ports: started together, restarted when one dies, stopped together."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

from cvt_server.app import listen
from cvt_server.app.scratch import scratch
from cvt_server.errors import ServerError, SettingWrong
from cvt_server.settings import Settings
from cvt_server.stopping import SIGNALS, Stopped

FIRST_WAIT: Final = 0.2
LONGEST_WAIT: Final = 30.0
SOUND_SECONDS: Final = 60.0
"""A worker that lived this long is not held to have failed at the start."""
SPARE_SECONDS: Final = 5.0
"""How much longer than its own grace a worker may take to end."""
_SIGNALS: Final = frozenset((signal.SIGCHLD, *SIGNALS))


@dataclass(slots=True)
class Worker:
    """One place; `pid` 0 while nobody holds it, `due` then says when somebody shall."""

    number: int
    pid: int = 0
    started: float = 0.0
    failures: int = 0
    due: float = 0.0
    ready: bool = False


class Supervisor:
    """The parent. It opens no database and serves nothing."""

    def __init__(self, settings: Settings, ready: Callable[[], None]) -> None:
        self._settings = settings
        self._tell = ready
        self._workers = [Worker(number) for number in range(settings.workers)]
        self._told = False
        self._stopping = False
        self._end = 0.0
        self._code = 0
        self._lifeline = os.pipe()
        self._news = os.pipe()
        os.set_blocking(self._news[0], False)

    def run(self) -> int:
        """Until every worker has ended; the exit code."""
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        while not self._stopping or any(worker.pid for worker in self._workers):
            self._start_due()
            found = signal.sigtimedwait(_SIGNALS, self._wait())
            if found is not None and found.si_signo in SIGNALS:
                self._stop(0)
            self._bury()
            self._hear()
            if self._stopping and time.monotonic() > self._end:
                self._send(signal.SIGKILL)
        return self._code

    def _wait(self) -> float:
        now = time.monotonic()
        dues = [worker.due - now for worker in self._workers if not worker.pid and not self._stopping]
        return max(0.0, min([*dues, 0.05 if not self._told or self._stopping else 5.0]))

    def _start_due(self) -> None:
        for worker in self._workers:
            if not self._stopping and not worker.pid and time.monotonic() >= worker.due:
                worker.started, worker.ready = time.monotonic(), False
                worker.pid = os.fork() or self._child(worker.number)

    def _child(self, number: int) -> NoReturn:
        code = 4
        try:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
            os.close(self._lifeline[1])
            code = _serve(self._settings, self._lifeline[0], lambda: os.write(self._news[1], bytes((number,))))
        except Stopped:
            code = 0
        except ServerError as problem:
            sys.stderr.write(f"cvt: {problem}\n")
            code = problem.exit_code
        except Exception:  # noqa: BLE001 the entry of a process
            sys.excepthook(*sys.exc_info())
        finally:
            sys.stderr.flush()
            os._exit(code)

    def _hear(self) -> None:
        """Which workers say that they serve."""
        try:
            for number in os.read(self._news[0], 256):
                self._workers[number].ready = True
        except BlockingIOError:
            return
        if not self._told and all(worker.ready for worker in self._workers):
            self._told = True
            self._tell()

    def _bury(self) -> None:
        while any(worker.pid for worker in self._workers):
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            worker = next((each for each in self._workers if each.pid == pid), None)
            if worker is not None:
                self._ended(worker, os.waitstatus_to_exitcode(status))

    def _ended(self, worker: Worker, code: int) -> None:
        _forget(worker.pid)
        lived = time.monotonic() - worker.started
        worker.pid = 0
        if self._stopping:
            return
        if not self._told and code > 0:  # it cannot start at all: neither can another
            self._stop(code)
            return
        worker.failures = 0 if lived > SOUND_SECONDS else worker.failures + 1
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(worker.failures, 10))
        worker.due = time.monotonic() + wait
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        sys.stderr.write(f"cvt: worker {worker.number} ended with {how}; another starts in {wait:.1f} s\n")

    def _stop(self, code: int) -> None:
        if not self._stopping:
            self._stopping, self._code = True, code
            self._end = time.monotonic() + self._settings.shutdown_grace + SPARE_SECONDS
        self._send(signal.SIGTERM)

    def _send(self, number: int) -> None:
        for worker in self._workers:
            if worker.pid:
                os.kill(worker.pid, number)


def supervise(settings: Settings, ready: Callable[[], None]) -> int:
    """Serve with several workers; the exit code. Raises SettingWrong where the ports cannot be had."""
    if not hasattr(signal, "sigtimedwait") or not hasattr(socket, "SO_REUSEPORT"):
        raise SettingWrong("several workers need Linux", hint="start one worker")
    listen.free(settings)
    with ExitStack() as held:
        for port, what, option in ((settings.port, "gRPC", "--port"), (settings.metrics_port, "HTTP", "--metrics-port")):
            held.enter_context(listen.open_socket(settings.host, port, what=what, option=option, shared=True))
        # Where the workers' figures are added up; read when the metrics are imported.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(held.enter_context(scratch("cvt-workers-")))
        return Supervisor(settings, ready).run()


def _serve(settings: Settings, lifeline: int, ready: Callable[[], object]) -> int:
    from cvt_server.app.life import Ports, live

    def serving(_ports: Ports, _storage: str) -> None:
        ready()

    live(settings, serving, shared=True, lifeline=lifeline)
    return 0


def _forget(pid: int) -> None:
    """Figures that count only while their process lives."""
    for path in Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]).glob(f"gauge_live*_{pid}.db"):
        path.unlink(missing_ok=True)
