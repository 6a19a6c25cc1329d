"""The server as a process of this machine, as `cvt serve` starts it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.rig import ENV, ROOT, free_port

START_S: Final = 30


@dataclass(frozen=True)
class Server:
    """Where it listens, as HOST:PORT."""

    grpc: str
    http: str


@contextmanager
def serving(place: Path, **settings: str) -> Iterator[Server]:
    """Start one with its SQLite file in `place`, and stop it as an operator would."""
    ports = {"CVT_PORT": str(free_port()), "CVT_METRICS_PORT": str(free_port())}
    environ = {"PATH": ENV.get("PATH", ""), "CVT_STORAGE_DSN": str(place / "cvt.db"), **ports, **settings}
    with (place / "server.log").open("w") as log:
        process = subprocess.Popen([sys.executable, "-m", "cvt_server", "serve"], cwd=ROOT, env=environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        _wait(process, ports["CVT_PORT"], place / "server.log")
        yield Server(f"127.0.0.1:{ports['CVT_PORT']}", f"127.0.0.1:{ports['CVT_METRICS_PORT']}")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def _wait(process: subprocess.Popen[bytes], port: str, log: Path) -> None:
    probe = [sys.executable, "-I", "-S", str(ROOT / "cvt_server" / "probe.py"), f"-addr=127.0.0.1:{port}"]
    end = time.monotonic() + START_S
    while time.monotonic() < end and process.poll() is None:
        if subprocess.run(probe, capture_output=True, check=False).returncode == 0:
            return
        time.sleep(0.1)
    raise AssertionError(f"the server does not start: {log.read_text()[-2000:]}")
