"""A container engine for tests, and the images built in it, on a machine without any image registry.

An engine that already answers is used as it is. Otherwise root starts one of its own, shared by every test process of this machine (two engines
would fight over one bridge), with its data kept between runs; the last process that uses it stops it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.rig import ENV, ROOT, unavailable

PLACE: Final = Path(tempfile.gettempdir()) / f"cvt-test-docker-{os.getuid()}"
PID: Final = PLACE / "engine.pid"
STANDINS: Final = Path(__file__).resolve().parent / "standins"
START_S: Final = 60
BASE_PACKAGES: Final = "ca-certificates,python3,python3-venv"
BASE_RECIPE: Final = """\
set -eu
chmod 755 "$ROOTFS"
mmdebstrap --quiet --variant=minbase --include="$PACKAGES" bookworm "$ROOTFS"
chroot "$ROOTFS" python3 -m venv /usr/local
cp "$AUTHORITIES" "$ROOTFS/etc/ssl/certs/ca-certificates.crt"
printf '[global]\\ncert = /etc/ssl/certs/ca-certificates.crt\\n' >"$ROOTFS/etc/pip.conf"
rm -rf "$ROOTFS"/var/cache/apt/* "$ROOTFS"/var/lib/apt/lists/* "$ROOTFS"/usr/share/doc "$ROOTFS"/usr/share/man "$ROOTFS"/usr/share/locale
mkdir -p "$ROOTFS"/usr/share/man/man1 "$ROOTFS"/usr/share/man/man7
tar -C "$ROOTFS" --exclude='./dev/*' --exclude='./proc/*' --exclude='./sys/*' -c . |
    docker import -c 'ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8' -c 'CMD ["python3"]' - "$TAG" >/dev/null
"""
"""A base that looks like the official Python image: python3 and pip under /usr/local. The CA of this machine's network is in the test base only."""


@dataclass(frozen=True)
class Docker:
    """An engine. `host` is its address, as DOCKER_HOST wants it; `config` the client's folder, with the compose plugin when it is needed."""

    host: str
    config: Path

    @property
    def environ(self) -> dict[str, str]:
        """The environment for any client of this engine; builds use the classic builder."""
        kept: dict[str, str] = {name: ENV[name] for name in ("PATH", "LANG", "SSL_CERT_FILE") if name in ENV}
        return {**kept, "HOME": str(self.config), "DOCKER_HOST": self.host, "DOCKER_CONFIG": str(self.config), "DOCKER_BUILDKIT": "0"}

    def __call__(self, *arguments: str, check: bool = True, timeout: float = 120, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run one `docker` command with text output. A failure is shown with what it printed."""
        environ = {**self.environ, **(env or {})}
        done = subprocess.run(["docker", *arguments], env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout, check=False)
        if check and done.returncode != 0:
            raise AssertionError(f"docker {' '.join(arguments)}: exit {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
        return done

    def has(self, image: str) -> bool:
        """Whether the engine holds the image."""
        return self("image", "inspect", image, check=False).returncode == 0


@contextmanager
def engine() -> Iterator[Docker]:
    """A working engine; skips (fails on CI) when there is none and none can be started."""
    if shutil.which("docker", path=ENV.get("PATH")) is None:
        unavailable("docker is not installed")
    _private()
    given = Docker(ENV.get("DOCKER_HOST") or "unix:///var/run/docker.sock", PLACE / "client")
    if _answers(given):
        yield given
        return
    if os.getuid() != 0 or shutil.which("dockerd", path=ENV.get("PATH")) is None:
        unavailable("no container engine answers, and only root with dockerd can start one")
    with _own() as own:
        yield own


def _private() -> None:
    PLACE.mkdir(mode=0o700, exist_ok=True)
    found = PLACE.lstat()
    if found.st_uid != os.getuid() or found.st_mode & 0o077 or PLACE.is_symlink():
        unavailable(f"{PLACE} belongs to somebody else or is open to others: remove it")
    (PLACE / "client").mkdir(exist_ok=True)


@contextmanager
def held(name: str) -> Iterator[None]:
    """One process of this machine at a time."""
    with (PLACE / f"{name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextmanager
def _own() -> Iterator[Docker]:
    docker = Docker(f"unix://{PLACE}/engine.sock", PLACE / "client")
    with (PLACE / "users.lock").open("w") as users:
        with held("engine"):
            fcntl.flock(users, fcntl.LOCK_SH)
            if not _answers(docker):
                _start(docker)
        try:
            yield docker
        finally:
            with held("engine"):
                _stop_unless_used(docker, users.fileno())


def _stop_unless_used(docker: Docker, users: int) -> None:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    left = docker("ps", "--all", "--quiet", check=False).stdout.split()
    if left:
        docker("rm", "--force", "--volumes", *left, check=False)
    for kind in (("volume",), ("network",), ("image", "--all", "--filter", "until=72h"), ("image",)):
        docker(kind[0], "prune", "--force", *kind[1:], check=False)
    _end()


def _answers(docker: Docker) -> bool:
    return docker("version", "--format", "{{.Server.Version}}", check=False, timeout=20).returncode == 0


def _start(docker: Docker) -> None:
    _end()
    log = PLACE / "engine.log"
    for driver in ("overlay2", "vfs"):
        command = [
            "dockerd",
            f"--storage-driver={driver}",
            "-H",
            docker.host,
            "--data-root",
            str(PLACE / "data"),
            "--exec-root",
            str(PLACE / "exec"),
            "-p",
            str(PID),
        ]
        # Through a shell that leaves at once: the engine may outlive this process, and is nobody's child.
        detached = f"exec setsid {shlex.join(command)} </dev/null >{shlex.quote(str(log))} 2>&1 & echo $!"
        pid = int(subprocess.run(["sh", "-c", detached], env=ENV, capture_output=True, text=True, check=True).stdout)
        end = time.monotonic() + START_S
        while _runs(pid) and time.monotonic() < end:
            if _answers(docker):
                return
            time.sleep(0.2)
        if _runs(pid):
            os.kill(pid, signal.SIGKILL)
    unavailable(f"dockerd does not start: {log.read_text()[-1500:]}")


def _end() -> None:
    """Stop the engine that the pid file names, if it is one."""
    try:
        pid = int(PID.read_text())
        if b"dockerd" not in Path(f"/proc/{pid}/cmdline").read_bytes():
            return
        os.kill(pid, signal.SIGTERM)
    except (OSError, ValueError):
        return
    end = time.monotonic() + 30
    while _runs(pid) and time.monotonic() < end:
        time.sleep(0.1)


def _runs(pid: int) -> bool:
    """Whether the process lives; one that ended and was not waited for does not."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def base_image(docker: Docker) -> str:
    """The base for every image here: the one that CVT_TEST_BASE_IMAGE names, else a Debian bookworm with Python, made once per machine."""
    if ENV.get("CVT_TEST_BASE_IMAGE"):
        return ENV["CVT_TEST_BASE_IMAGE"]
    authorities = Path(ENV.get("SSL_CERT_FILE") or "/etc/ssl/certs/ca-certificates.crt")
    mark = hashlib.sha256(BASE_RECIPE.encode() + authorities.read_bytes()).hexdigest()[:12]
    tag = f"cvt-test/python:3.11-slim-{mark}"
    with held("base"):
        if not docker.has(tag):
            _make_base(docker, tag, authorities)
    return tag


def _make_base(docker: Docker, tag: str, authorities: Path) -> None:
    if os.getuid() != 0 or shutil.which("mmdebstrap", path=ENV.get("PATH")) is None:
        unavailable("the base image needs root and mmdebstrap, or CVT_TEST_BASE_IMAGE with the name of one that is there")
    with tempfile.TemporaryDirectory(dir=PLACE) as rootfs:
        settings = {**ENV, **docker.environ, "ROOTFS": rootfs, "PACKAGES": BASE_PACKAGES, "AUTHORITIES": str(authorities), "TAG": tag}
        done = subprocess.run(["sh", "-c", BASE_RECIPE], env=settings, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode != 0:
        unavailable(f"the base image could not be made: {done.stderr[-1500:]}")


def server_image(docker: Docker) -> str:
    """The image of deploy/Dockerfile from this checkout, on the test base; built again only when something in it changed."""
    base = base_image(docker)
    return _build(docker, "server", base, ROOT / "deploy" / "Dockerfile", ROOT)


def standin(docker: Docker, name: str) -> str:
    """What takes the place of an official image that cannot be pulled: its paths, ports and settings, from Debian's packages."""
    return _build(docker, name, base_image(docker), STANDINS / name / "Dockerfile", STANDINS / name)


def _build(docker: Docker, name: str, base: str, file: Path, context: Path) -> str:
    tag = f"cvt-test/{name}:{_mark(base, context)}"
    with held(f"build-{name}"):
        if not docker.has(tag):
            docker("build", "--quiet", "--build-arg", f"BASE_IMAGE={base}", "--file", str(file), "--tag", tag, str(context), timeout=900)
    return tag


def _mark(base: str, context: Path) -> str:
    """A digest of all that the build reads: tracked or new files of the context."""
    selection = ("deploy/Dockerfile", ".dockerignore", "requirements/image.txt", "cvt_*") if context == ROOT else (".",)
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *selection]
    names = subprocess.run(command, cwd=context, capture_output=True, text=True, check=True).stdout.split("\0")
    digest = hashlib.sha256(base.encode())
    for name in sorted(set(names)):
        if name and (context / name).is_file():
            digest.update(name.encode() + b"\0" + (context / name).read_bytes())
    return digest.hexdigest()[:12]
