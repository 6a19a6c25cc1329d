"""Real databases for the tests: SQLite in memory and in a file, and a PostgreSQL server of our own."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cvt_server.storage.base import Storage, storage_on
from cvt_server.storage.database import Database
from cvt_server.storage.postgres import open_url
from cvt_server.storage.sqlite import open_file, open_memory
from cvt_server.storage.tables import metadata
from tests.rig import ENV, free_port, unavailable

KINDS: Final = ("memory", "sqlite", "postgres")
SHARED: Final = ("sqlite", "postgres")
"""Those that several processes can use."""
_USER: Final = "postgres"
_SECONDS: Final = 30


def programs() -> Path:
    """The folder of PostgreSQL's programs."""
    found = shutil.which("initdb", path=ENV.get("PATH"))
    folders = [Path(found).resolve().parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return folders[-1] if folders and (folders[-1] / "initdb").exists() else unavailable("PostgreSQL's server is not installed")


class PostgresServer:
    """One server on a loopback port. It ends with this process, whatever happens."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self._folder = folder
        self._programs = programs
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = _USER if os.geteuid() == 0 else None  # the server refuses to run as root

    @property
    def url(self) -> str:
        """Its database."""
        return f"postgresql://cvt@127.0.0.1:{self.port}/cvt"

    def make(self) -> None:
        """Initialise the data folder."""
        if self._owner:
            shutil.chown(self._folder, self._owner)
        command = [self._program("initdb"), "-D", str(self._folder / "data"), "-A", "trust", "-U", "cvt", "--no-sync", "-E", "UTF8", "--locale=C"]
        done = subprocess.run(command, user=self._owner, cwd=self._folder, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode:
            unavailable(f"initdb failed: {done.stderr.strip()[-500:]}")

    def _program(self, name: str) -> str:
        return str(self._programs / name)

    def start(self) -> None:
        """Start and wait until it answers."""
        with (self._folder / "log").open("ab") as log:
            options = ["-p", str(self.port), "-k", str(self._folder)]
            for setting in ("listen_addresses=127.0.0.1", "max_connections=200", "fsync=off"):  # processes crash here, machines do not
                options += ["-c", setting]
            command = [self._program("postgres"), "-D", str(self._folder / "data"), *options]
            self._process = subprocess.Popen(command, user=self._owner, cwd=self._folder, stdout=log, stderr=log, preexec_fn=_end_with_parent)  # noqa: PLW1509
        ready = [self._program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port), "-d", "postgres", "-U", "cvt"]
        end = time.monotonic() + _SECONDS
        while subprocess.run(ready, check=False).returncode:
            if self._process.poll() is not None or time.monotonic() > end:
                unavailable(f"PostgreSQL did not start: {(self._folder / 'log').read_text(errors='replace')[-1000:]}")
            time.sleep(0.05)

    def create(self) -> None:
        """Create the database."""
        subprocess.run([self._program("createdb"), "-h", "127.0.0.1", "-p", str(self.port), "-U", "cvt", "cvt"], check=True, timeout=_SECONDS)

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """Stop at once: SIGQUIT drops every connection, SIGKILL is a crash."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(_SECONDS)
            self._process = None

    def pause(self) -> None:
        """Let it hang: connections stay open, the kernel takes what is sent, and nothing is answered."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it work again."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            pid = self._process.pid
            for each in (pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())):
                os.kill(each, number)


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A fresh server; skips (on CI: fails) where there is none to start."""
    folder = Path(tempfile.mkdtemp(prefix="cvtpg.", dir="/tmp"))  # short: the path of a socket has 107 characters at most
    server = PostgresServer(folder, programs())
    try:
        server.make()
        server.start()
        server.create()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(slots=True)
class Place:
    """Where a test keeps its data. Each `open` is another replica's view of the same database; in memory there is only one."""

    kind: str
    where: str
    _opened: list[Database] = field(default_factory=list)

    def database(self, connections: int = 10) -> Database:
        """Open it."""
        if self.kind == "memory" and self._opened:
            return self._opened[0]
        found = self._open(connections)
        self._opened.append(found)
        return found

    def storage(self) -> Storage:
        """Open it, with its tables."""
        return storage_on(self.database())

    def close(self) -> None:
        """Close whatever was opened."""
        for database in self._opened:
            database.close()

    def _open(self, connections: int) -> Database:
        match self.kind:
            case "memory":
                return open_memory()
            case "sqlite":
                return open_file(self.where)
            case _:
                return open_url(self.where, connections=connections)


def emptied(url: str) -> None:
    """Tables that are up to date and have no rows."""
    database = open_url(url, connections=1)
    storage_on(database)
    with database.write() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
    database.close()


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(1, signal.SIGQUIT)
