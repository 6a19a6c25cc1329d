"""A contract server for one run: started, waited for, and stopped whatever happens."""

from __future__ import annotations

import errno
import re
import socket
import subprocess
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO, Any, Final

from cvt_runner.console import Console
from cvt_runner.errors import RunnerError, Unreachable, UsageError
from cvt_runner.remote.client import Client
from cvt_runner.remote.target import DEFAULT_PORT, Target
from cvt_runner.server import program

START_SECONDS: Final = 60.0
STOP_SECONDS: Final = 15.0
_LOG_LINES: Final = 40
_PORT: Final = re.compile(r"gRPC on port (\d+)")
_TAKEN: Final = re.compile("in use|port is taken")
_OTHER_PORT: Final = f"warning: port {DEFAULT_PORT} is taken; the contract server gets another one, and tests with a fixed address will miss it"
_KEPT: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SSL_CERT_FILE", "TZ")


@dataclass(frozen=True, slots=True)
class Server:
    """One that answers. `own` is true where it lives for this run only."""

    target: Target
    own: bool
    about: str


@contextmanager
def embedded(console: Console, env: Mapping[str, str]) -> Iterator[Server]:
    """A server in a process of its own, on 9550 where that is free. Raises UsageError where its packages are missing, Unreachable where it does not come up."""
    process = _start(DEFAULT_PORT, env) if _free(DEFAULT_PORT) else None
    if process is not None and not process.serves(START_SECONDS) and process.said(_TAKEN):
        process.stop()  # another run on this machine was faster
        process = None
    if process is None:
        console.say(_OTHER_PORT)
        process = _start(0, env)
    try:
        target = Target(f"127.0.0.1:{process.port(START_SECONDS)}")
        _wait(target, process)
        yield Server(target, own=True, about=f"embedded, {target.address}")
    finally:
        process.stop()


def _start(port: int, env: Mapping[str, str]) -> _Process:
    command = program("serve", "--host", "127.0.0.1", "--port", str(port), "--metrics-port", "0", "--log-format", "text")
    settings = {"CVT_MUTABLE_VERSIONS": "true", "LOG_LEVEL": "warning"}
    return _Process(command, {**{name: env[name] for name in _KEPT if name in env}, **settings})


class _Process:
    """The server's process; it ends when its standard input closes, with its data, so neither outlives us however we end."""

    def __init__(self, command: list[str], env: Mapping[str, str]) -> None:
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
        self._process = subprocess.Popen([*command, "--temporary", "--until-input-ends"], env=dict(env), cwd="/", text=True, errors="replace", **pipes)
        self._lines: deque[str] = deque(maxlen=_LOG_LINES)
        self._found = threading.Event()
        self._port = 0
        self._reader = threading.Thread(target=self._read, args=(self._process.stderr,), daemon=True)
        self._reader.start()

    def port(self, seconds: float) -> int:
        """The port that it says it serves on. Raises Unreachable."""
        if not self.serves(seconds):
            raise Unreachable(f"the embedded contract server did not start{self.log()}", hint="`cvt serve` shows it alone")
        return self._port

    def serves(self, seconds: float) -> bool:
        """Does it say so within that time?"""
        self._found.wait(seconds)
        return bool(self._port)

    def said(self, words: re.Pattern[str]) -> bool:
        """Are these among its last words?"""
        return any(words.search(line) for line in self._lines)

    def running(self) -> bool:
        """Is it still there?"""
        return self._process.poll() is None

    def log(self) -> str:
        """Its last lines, for a message."""
        return ": " + " | ".join(self._lines) if self._lines else ""

    def stop(self) -> None:
        """End it: kindly, then at once."""
        if self._process.stdin is not None:
            with suppress(OSError):
                self._process.stdin.close()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(1.0)
        if self._process.stderr is not None and not self._reader.is_alive():
            self._process.stderr.close()

    def _read(self, stream: IO[str]) -> None:
        for line in stream:
            self._lines.append(line.rstrip())
            match = _PORT.search(line)
            if match and not self._port:
                self._port = int(match[1])
                self._found.set()
        self._found.set()


@contextmanager
def container(console: Console, env: Mapping[str, str], *, image: str, pull: str) -> Iterator[Server]:
    """A server in a container, removed in the end. Raises UsageError where Docker or the image cannot be had, Unreachable where it does not come up."""
    docker = _docker()
    client = None
    found = None
    try:
        client = docker.from_env(environment=dict(env))
        _have_image(docker, client, image, pull)
        port = DEFAULT_PORT if _free(DEFAULT_PORT) else None
        if port is None:
            console.say(_OTHER_PORT)
        found = client.containers.run(
            image,
            ["serve"],
            detach=True,
            environment={"CVT_STORAGE_TYPE": "memory", "CVT_MUTABLE_VERSIONS": "true", "LOG_LEVEL": "warning"},
            ports={f"{DEFAULT_PORT}/tcp": (_bind(env), port)},
            read_only=True,
            tmpfs={"/tmp": "", "/data": "uid=1000,gid=1000"},
            labels={"org.cvt.run": "1"},
            init=True,
        )
        target = Target(f"{_host(env)}:{_published(found)}")
        _wait(target, _Container(found))
        yield Server(target, own=True, about=f"container of {image}, {target.address}")
    except docker.errors.DockerException as problem:
        raise UsageError(f"Docker cannot be used: {problem}", hint="start it and check DOCKER_HOST, or take `server: embedded`") from None
    finally:
        _remove(docker, found)
        if client is not None:
            client.close()


class _Container:
    """What waiting asks of it."""

    def __init__(self, container: Any) -> None:
        self._container = container

    def running(self) -> bool:
        """Is it still there?"""
        self._container.reload()
        return bool(self._container.status in ("created", "running"))

    def log(self) -> str:
        """Its last lines."""
        text = self._container.logs(tail=_LOG_LINES).decode("utf-8", "replace").strip()
        return ": " + " | ".join(text.splitlines()) if text else ""


def _docker() -> Any:
    try:
        import docker
        import docker.errors
    except ModuleNotFoundError:
        raise UsageError(
            "`server: docker` needs the package docker", hint="start with ./cvt, which installs it; or: pip install 'cvt-runner[docker,server]'"
        ) from None
    return docker


def _have_image(docker: Any, client: Any, image: str, pull: str) -> None:
    present = True
    try:
        client.images.get(image)
    except docker.errors.ImageNotFound:
        present = False
    if pull == "never" and not present:
        raise UsageError(f"the image {image} is not here, and server-pull is never", hint="build or load it first")
    if pull == "always" or (pull == "missing" and not present):
        try:
            client.images.pull(image)
        except docker.errors.DockerException as problem:
            raise UsageError(f"the image {image} cannot be pulled: {problem}", hint="name another with server-image") from None


def _host(env: Mapping[str, str]) -> str:
    """Where published ports are: on the Docker host, which may be another machine."""
    match = re.fullmatch(r"(?:tcp|http|https|ssh)://(?:[^@/]*@)?(\[[^\]]+\]|[^:/]+)(?::\d+)?/?", env.get("DOCKER_HOST", ""))
    return match[1] if match else "127.0.0.1"


def _bind(env: Mapping[str, str]) -> str:
    return "127.0.0.1" if _host(env) in ("127.0.0.1", "localhost") else "0.0.0.0"


def _published(container: Any) -> int:
    end = time.monotonic() + STOP_SECONDS
    while time.monotonic() < end:
        container.reload()
        ports = container.ports.get(f"{DEFAULT_PORT}/tcp") or []
        if ports:
            return int(ports[0]["HostPort"])
        if container.status not in ("created", "running"):
            break
        time.sleep(0.1)
    raise Unreachable(f"the container publishes no port{_Container(container).log()}", hint="does the image start `cvt serve`?")


def _remove(docker: Any, container: Any) -> None:
    if container is None:
        return
    try:
        container.remove(force=True, v=True)
    except docker.errors.DockerException:
        return


def _wait(target: Target, process: Any) -> None:
    end = time.monotonic() + START_SECONDS
    last = ""
    while time.monotonic() < end and process.running():
        try:
            with Client(target, timeout=2.0) as client:
                if client.serving():
                    return
        except RunnerError as problem:
            last = problem.message
        time.sleep(0.1)
    raise Unreachable(f"the contract server did not come up{process.log() or f': {last}'}", hint="`cvt serve` shows it alone")


def _free(port: int) -> bool:
    """Can the port be had, on both families, as tests will look for `localhost`?"""
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((host, port))
        except OSError as problem:
            if problem.errno == errno.EADDRINUSE or family is socket.AF_INET:
                return False
    return True


@contextmanager
def existing(target: Target) -> Iterator[Server]:
    """A server of yours. Raises Unreachable, AccessDenied."""
    with Client(target, timeout=10.0) as client:
        client.serving()
    yield Server(target, own=False, about=target.address)


def exported(server: Server) -> dict[str, str]:
    """What the environment of tests says about the server: its address, and the key where it asks for one."""
    address = server.target.address
    key = {"CVT_API_KEY": server.target.api_key} if server.target.api_key else {}
    return {"CVT_SERVER_ADDR": address, "CVT_SERVER": address, **key}


__all__ = ["Server", "container", "embedded", "existing", "exported"]
