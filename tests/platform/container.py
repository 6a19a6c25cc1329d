"""One running container of the server's image, as an operator would start it: read-only, unprivileged, with a volume for its data."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from tests.platform.docker import Docker

HARDENED: Final = ("--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges")


@dataclass(frozen=True)
class Container:
    """A container by its id."""

    docker: Docker
    id: str

    def state(self) -> dict[str, Any]:
        """What the engine says about it now."""
        found: dict[str, Any] = json.loads(self.docker("inspect", self.id).stdout)[0]
        return found

    def address(self, port: int) -> str:
        """HOST:PORT on this machine for one port of the container."""
        (bound, *_) = self.state()["NetworkSettings"]["Ports"][f"{port}/tcp"]
        return f"{bound['HostIp']}:{bound['HostPort']}"

    def wait_healthy(self, seconds: float = 60) -> None:
        """Until the image's own health check says so; fails with the log when it does not, or the container ended."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            state = self.state()["State"]
            if state["Health"]["Status"] == "healthy":
                return
            if not state["Running"]:
                break
            time.sleep(0.2)
        raise AssertionError(f"not healthy: {state}\n{self.logs()}")

    def logs(self) -> str:
        """All that it printed."""
        done = self.docker("logs", self.id)
        return done.stdout + done.stderr

    def exec(self, *command: str) -> tuple[int, str]:
        """Run a command inside: exit code and output."""
        done = self.docker("exec", self.id, *command, check=False)
        return done.returncode, done.stdout + done.stderr

    def stop(self, grace: int = 20) -> tuple[int, float]:
        """SIGTERM, then SIGKILL after the grace: exit code and the seconds it took."""
        started = time.monotonic()
        self.docker("stop", "--time", str(grace), self.id)
        return int(self.state()["State"]["ExitCode"]), time.monotonic() - started


@contextmanager
def running(docker: Docker, image: str, *, options: tuple[str, ...] = (), command: tuple[str, ...] = ()) -> Iterator[Container]:
    """Start a hardened container with both ports published on loopback, and remove it whatever happens."""
    published = ("--publish", "127.0.0.1::9550", "--publish", "127.0.0.1::9551")
    started = docker("run", "--detach", "--health-interval", "1s", *HARDENED, *published, *options, image, *command)
    container = Container(docker, started.stdout.strip())
    try:
        yield container
    finally:
        docker("rm", "--force", "--volumes", container.id, check=False)
