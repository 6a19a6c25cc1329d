"""deploy/compose.yaml as a user starts it, with stand-ins for the images that come from a registry."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from tests.platform.docker import Docker, server_image, standin
from tests.rig import ENV, ROOT, free_port, unavailable
from tools import gotool

FILE: Final = ROOT / "deploy" / "compose.yaml"


@dataclass(frozen=True)
class Stack:
    """One compose project. `ports` are this machine's, by service name."""

    docker: Docker
    project: str
    environ: Mapping[str, str]
    ports: Mapping[str, int]

    def __call__(self, *arguments: str, check: bool = True, timeout: float = 180) -> str:
        """Run one `docker compose` command of this project."""
        command = ("compose", "--project-name", self.project, "--file", str(FILE), *arguments)
        done = self.docker(*command, check=check, timeout=timeout, env=dict(self.environ))
        return done.stdout + done.stderr

    def states(self) -> dict[str, str]:
        """Health of each service's container, or its state where there is no health check."""
        lines = self("ps", "--all", "--format", "json").splitlines()
        found: list[dict[str, Any]] = [json.loads(line) for line in lines if line.startswith("{")]
        return {row["Service"]: row["Health"] or row["State"] for row in found}

    def wait_healthy(self, seconds: float = 90) -> None:
        """Until every service says that it is healthy; fails with the logs otherwise."""
        end = time.monotonic() + seconds
        while set(self.states().values()) != {"healthy"}:
            if time.monotonic() > end:
                raise AssertionError(f"{self.states()}\n{self('logs', '--tail', '50')}")
            time.sleep(0.5)


def plugin(docker: Docker) -> None:
    """Give the engine's client the compose plugin; skips (fails on CI) when it cannot be had."""
    place = docker.config / "cli-plugins"
    place.mkdir(exist_ok=True)
    try:
        made = gotool.ensure("docker-compose", ENV)
    except gotool.ToolUnavailableError as problem:
        unavailable(str(problem))
    link = place / f"link-{os.getpid()}"
    link.unlink(missing_ok=True)
    link.symlink_to(made)
    link.replace(place / "docker-compose")  # at once, as other processes may do the same


@contextmanager
def started(docker: Docker) -> Iterator[Stack]:
    """The stack, healthy; everything of it is removed in the end."""
    plugin(docker)
    ports = {"grpc": free_port(), "http": free_port(), "prometheus": free_port()}
    images = {"CVT_IMAGE": server_image(docker), "POSTGRES_IMAGE": standin(docker, "postgres"), "PROMETHEUS_IMAGE": standin(docker, "prometheus")}
    settings = {"CVT_PORT": str(ports["grpc"]), "CVT_METRICS_PORT": str(ports["http"]), "PROMETHEUS_PORT": str(ports["prometheus"])}
    environ = {**images, **settings, "POSTGRES_PASSWORD": "p@ss/w:rd #'1", "COMPOSE_PROGRESS": "plain"}
    stack = Stack(docker, f"cvt-test-{os.getpid()}", environ, ports)
    try:
        stack("up", "--detach", "--no-build", "--pull", "never", timeout=300)
        stack.wait_healthy()
        yield stack
    finally:
        stack("down", "--volumes", "--timeout", "20", check=False)
