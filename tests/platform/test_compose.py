"""deploy/compose.yaml, brought up for real with stand-ins for PostgreSQL and Prometheus."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from cvt_runner import __version__
from cvt_server.settings import SETTINGS
from tests.platform.client import ORDERS, connected
from tests.platform.compose import FILE, Stack, plugin, started
from tests.platform.docker import Docker
from tests.platform.prometheus import Prometheus

pytestmark = pytest.mark.platform

IMAGES: Final = {"server": "CVT_IMAGE", "postgres": "POSTGRES_IMAGE", "prometheus": "PROMETHEUS_IMAGE", "grafana": "GRAFANA_IMAGE"}


@pytest.fixture(scope="module")
def stack(docker: Docker) -> Iterator[Stack]:
    with started(docker) as found:
        yield found


def configured(docker: Docker, **environ: str) -> Any:
    plugin(docker)
    return json.loads(docker("compose", "--file", str(FILE), "--profile", "*", "config", "--format", "json", env=environ).stdout)


def test_every_image_is_a_variable_with_a_fixed_version_as_default(docker: Docker) -> None:
    services = configured(docker, POSTGRES_PASSWORD="x")["services"]
    assert set(services) == set(IMAGES)
    assert {name: service["image"] for name, service in services.items() if service["image"].endswith(":latest") or ":" not in service["image"]} == {}
    assert services["server"]["image"] == f"cvt:{__version__}"
    given = {variable: f"mirror.example.com/{name}:1" for name, variable in IMAGES.items()}
    mirrored = configured(docker, POSTGRES_PASSWORD="x", BASE_IMAGE="mirror.example.com/python:3", **given)["services"]
    assert {name: service["image"] for name, service in mirrored.items()} == {name: given[variable] for name, variable in IMAGES.items()}
    assert mirrored["server"]["build"]["args"] == {"BASE_IMAGE": "mirror.example.com/python:3"}


def test_without_a_password_nothing_starts_and_it_says_why(docker: Docker) -> None:
    plugin(docker)
    done = docker("compose", "--file", str(FILE), "up", "--detach", check=False)
    assert (done.returncode != 0, "set POSTGRES_PASSWORD" in done.stderr) == (True, True)


def test_ports_are_open_to_this_machine_only(docker: Docker) -> None:
    services = configured(docker, POSTGRES_PASSWORD="x")["services"]
    bound = {(name, port["host_ip"]) for name, service in services.items() for port in service.get("ports", [])}
    assert bound == {(name, "127.0.0.1") for name in ("server", "prometheus", "grafana")}


def test_services_are_limited_and_confined(docker: Docker) -> None:
    services = configured(docker, POSTGRES_PASSWORD="x")["services"]
    for name, service in services.items():
        assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory"}, name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["healthcheck"]["test"], name
    assert (services["server"]["read_only"], services["server"]["init"], services["server"]["cap_drop"]) == (True, True, ["ALL"])


def test_every_setting_is_one_that_the_server_knows(docker: Docker) -> None:
    given = configured(docker, POSTGRES_PASSWORD="x")["services"]["server"]["environment"]
    assert set(given) <= {row.env for row in SETTINGS}


def test_documented_settings_are_those_that_the_file_reads() -> None:
    text = FILE.read_text()
    lines = (FILE.parent / "env.example").read_text().splitlines()
    names = {line.lstrip("# ").partition("=")[0] for line in lines if "=" in line}
    assert "POSTGRES_PASSWORD" in names
    assert {name for name in names if f"${{{name}:" not in text} == set()
    assert set(yaml.safe_load(text)["services"]) == set(IMAGES)


def test_what_is_registered_survives_a_restart_of_everything(stack: Stack) -> None:
    address = f"127.0.0.1:{stack.ports['grpc']}"
    with connected(address) as client:
        assert client.register("orders", ORDERS)
    stack("restart", "--timeout", "30")
    stack.wait_healthy()
    with connected(address) as client:
        assert client.version("orders") == "1.0.0"
    assert "Traceback" not in stack("logs", "server")


def test_the_backup_that_the_documentation_shows_can_be_restored(stack: Stack, tmp_path: Path) -> None:
    text = (FILE.parent.parent / "docs" / "deploy.md").read_text()
    (shown,) = re.findall(r"^```sh\n(docker compose[^`]*pg_dump[^`]*)```$", text, re.MULTILINE)
    assert shown.count("docker compose -f deploy/compose.yaml ") == len(shown.splitlines()) == 4
    backup, *restore = shown.replace("-f deploy/compose.yaml", f"--project-name {stack.project} --file {FILE}").splitlines()
    with connected(f"127.0.0.1:{stack.ports['grpc']}") as client:
        assert client.register("kept", ORDERS)
        subprocess.run(["sh", "-euc", backup], cwd=tmp_path, env={**stack.docker.environ, **stack.environ}, check=True, timeout=60)
        assert client.register("later", ORDERS)
        assert client.version("later") == "1.0.0"
    for command in restore:
        subprocess.run(["sh", "-euc", command], cwd=tmp_path, env={**stack.docker.environ, **stack.environ}, check=True, timeout=60)
    stack.wait_healthy()
    with connected(f"127.0.0.1:{stack.ports['grpc']}") as client:
        assert (client.version("kept"), client.version("later")) == ("1.0.0", "")


def test_prometheus_reaches_the_server_and_holds_the_rules(stack: Stack) -> None:
    prometheus = Prometheus(f"http://127.0.0.1:{stack.ports['prometheus']}")
    assert prometheus.eventually('up{job="cvt"} == 1', seconds=60) == [1.0]
    assert {rule["name"] for group in prometheus.get("rules")["groups"] for rule in group["rules"]} >= {"CvtDown", "CvtErrors"}


def test_only_the_server_reaches_the_database(stack: Stack) -> None:
    networks = json.loads(stack.docker("network", "inspect", f"{stack.project}_storage").stdout)
    assert networks[0]["Internal"] is True
    assert len(networks[0]["Containers"]) == 2
