"""The image, run as an operator runs it."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from cvt_runner import __version__
from tests.platform.client import ORDERS, Client, connected
from tests.platform.container import HARDENED, Container, running
from tests.platform.docker import Docker
from tests.rig import ROOT, require_tool

pytestmark = pytest.mark.platform


@pytest.fixture(scope="module")
def image(docker: Docker, server_image: str) -> str:
    return server_image


@pytest.fixture(scope="module")
def server(docker: Docker, image: str) -> Iterator[Container]:
    with running(docker, image) as container:
        container.wait_healthy()
        yield container


@pytest.fixture
def client(server: Container) -> Iterator[Client]:
    with connected(server.address(9550)) as client:
        yield client


def test_image_says_what_it_is(docker: Docker, image: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(docker("image", "inspect", image).stdout)[0]
    config = found["Config"]
    assert (config["User"], config["Entrypoint"], config["Cmd"]) == ("1000:1000", ["cvt"], ["serve"])
    assert set(config["ExposedPorts"]) == {"9550/tcp", "9551/tcp"}
    assert set(config["Volumes"]) == {"/data"}
    assert config["Labels"]["org.opencontainers.image.version"] == __version__
    assert [entry for entry in config["Env"] if re.search("KEY|PASSWORD|SECRET|INDEX", entry)] == []
    with capsys.disabled():
        print(f"\nimage with its base: {found['Size'] / 1e6:.0f} MB")


def test_nothing_in_the_image_belongs_to_its_user_but_the_data(docker: Docker, image: str) -> None:
    found = docker("run", "--rm", "--user", "0", "--entrypoint", "find", image, "/", "-xdev", "-user", "1000", "-not", "-path", "/proc/*")
    assert found.stdout.split() == ["/data"]


def test_the_runner_is_in_the_image(docker: Docker, image: str, tmp_path: Path) -> None:
    new = {**ORDERS, "paths": {"/carts": {"get": {"responses": {"200": {"description": "All."}}}}}}
    for name, document in (("old", ORDERS), ("new", new)):
        (tmp_path / f"{name}.json").write_text(json.dumps(document))
    tmp_path.chmod(0o755)
    hardened = ("run", "--rm", *HARDENED, "--network", "none", "--volume", f"{tmp_path}:/work:ro", "--workdir", "/work", image)
    assert docker(*hardened, "--version").stdout == f"cvt {__version__}\n"
    assert docker(*hardened, "compare", "--old", "old.json", "--new", "old.json", check=False).returncode == 0
    broken = docker(*hardened, "compare", "--old", "old.json", "--new", "new.json", check=False)
    assert (broken.returncode, "GET /orders" in broken.stdout) == (1, True)


def test_the_probe_is_on_path_under_each_of_its_names(docker: Docker, image: str) -> None:
    for name in ("cvt-health", "grpc_health_probe"):
        done = docker("run", "--rm", *HARDENED, "--entrypoint", name, image, "-addr=localhost:9550", check=False)
        assert (done.returncode, "cannot connect to localhost:9550" in done.stderr) == (2, True)


def test_a_hardened_container_serves(server: Container, client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    assert server.exec("grpc_health_probe", "-addr=localhost:9550", "-service=cvt.ContractValidator") == (0, "status: SERVING\n")
    assert server.exec("id", "-u") == (0, "1000\n")
    assert server.exec("touch", "/opt/app/x")[0] != 0
    assert client.register("orders", ORDERS)
    assert client.version("orders") == "1.0.0"
    for path in ("healthz", "readyz", "metrics"):
        with urllib.request.urlopen(f"http://{server.address(9551)}/{path}", timeout=10) as answer:
            assert answer.status == 200
    used = server.docker("stats", "--no-stream", "--format", "{{.MemUsage}}", server.id).stdout.strip()
    with capsys.disabled():
        print(f"\nserver in its container: {used}")


def test_a_restart_keeps_everything_and_the_first_process_ends_by_itself(docker: Docker, image: str, capsys: pytest.CaptureFixture[str]) -> None:
    with running(docker, image) as container:
        container.wait_healthy()
        with connected(container.address(9550)) as client:
            assert client.register("orders", ORDERS)
        code, seconds = container.stop()
        assert code == 0, container.logs()
        docker("start", container.id)
        container.wait_healthy()
        with connected(container.address(9550)) as client:
            assert client.version("orders") == "1.0.0"
    with capsys.disabled():
        print(f"\nSIGTERM to exit: {seconds:.1f} s")


def test_arguments_go_to_the_command(docker: Docker, image: str) -> None:
    with running(docker, image, options=("--env", "GRPC_PORT=9600"), command=("serve", "--port", "9600")) as container:
        container.wait_healthy()


def test_several_workers_need_no_more_rights(docker: Docker, image: str) -> None:
    with running(docker, image, options=("--env", "CVT_WORKERS=2")) as container:
        container.wait_healthy()
        with connected(container.address(9550)) as client:
            assert client.register("orders", ORDERS)
        with urllib.request.urlopen(f"http://{container.address(9551)}/metrics", timeout=10) as answer:
            assert b'cvt_schemas_registered_total{status="success"} 1.0' in answer.read()
        assert container.stop()[0] == 0, container.logs()


@pytest.mark.parametrize("clients", ["none", "require"])
def test_the_health_check_follows_the_settings_of_tls(docker: Docker, image: str, tmp_path: Path, clients: str) -> None:
    wanted = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    subprocess.run([require_tool("openssl"), *wanted.split(), "-keyout", "server.key", "-out", "server.crt"], cwd=tmp_path, check=True, capture_output=True)
    for path in (tmp_path, tmp_path / "server.key"):
        path.chmod(0o755)
    settings = {"CVT_TLS_ENABLED": "true", "CVT_TLS_CLIENT_AUTH": clients, "CVT_TLS_CA_FILE": "/certs/server.crt"}
    options = [part for name, value in settings.items() for part in ("--env", f"{name}={value}")]
    with running(docker, image, options=("--volume", f"{tmp_path}:/certs:ro", *options)) as container:
        container.wait_healthy()


def test_the_backup_that_the_documentation_shows_can_be_restored(docker: Docker, image: str, server: Container, client: Client, tmp_path: Path) -> None:
    assert client.register("kept", ORDERS)
    (shown,) = re.findall(r"^docker exec cvt (.*backup.*)$", (ROOT / "docs" / "deploy.md").read_text(), re.MULTILINE)
    code, output = server.exec(*shlex.split(shown))
    assert code == 0, output
    docker("cp", f"{server.id}:/data/backup.db", str(tmp_path / "cvt.db"))
    for path in (tmp_path, tmp_path / "cvt.db"):
        docker(
            "run", "--rm", "--user", "0", "--entrypoint", "chown", "--volume", f"{tmp_path}:/data", image, "1000:1000", f"/data/{path.relative_to(tmp_path)}"
        )
    with running(docker, image, options=("--volume", f"{tmp_path}:/data")) as container:
        container.wait_healthy()
        with connected(container.address(9550)) as restored:
            assert restored.version("kept") == "1.0.0"


def test_a_setting_that_is_wrong_ends_the_container_with_its_name(docker: Docker, image: str) -> None:
    done = docker("run", "--rm", *HARDENED, "--env", "CVT_STORAGE_TYPE=paper", image, check=False, timeout=60)
    assert (done.returncode, "CVT_STORAGE_TYPE" in done.stdout + done.stderr) == (2, True)
