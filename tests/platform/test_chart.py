"""The Helm chart: what it renders for several sets of values is what Kubernetes accepts, and fits together."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import jsonschema_rs
import pytest
import yaml

from cvt_runner import __version__
from cvt_server.settings import SETTINGS
from tests.rig import ENV, ROOT, python_wheel, unavailable
from tools import gotool

pytestmark = pytest.mark.platform

CHART: Final = ROOT / "deploy" / "helm" / "cvt"
SCHEMAS: Final = ("kubernetes-validate", "1.37.0", "85136d018a27b50ec7fc049d902bfa5193f5976807e6c0f408e3ab6fe078cad9")
KUBERNETES: Final = ("1.27.0", "1.31.0", "1.37.0")
DATABASE: Final = {"database": {"existingSecret": "cvt-database"}}
CASES: Final[dict[str, dict[str, Any]]] = {
    "sqlite": {},
    "sqlite-bare": {"persistence": {"enabled": False}},
    "sqlite-claim": {"persistence": {"existingClaim": "mine"}, "autoscaling": {"enabled": True}, "replicaCount": 5},
    "postgres": DATABASE,
    "postgres-one": {**DATABASE, "replicaCount": 1, "logLevel": "debug"},
    "postgres-scaled": {**DATABASE, "autoscaling": {"enabled": True, "minReplicas": 3, "maxReplicas": 2}, "podDisruptionBudget": {"maxUnavailable": "50%"}},
    "secured": {**DATABASE, "apiKeys": {"existingSecret": "cvt-keys"}, "tls": {"existingSecret": "cvt-tls", "clientAuth": "require"}},
    "everything": {
        **DATABASE,
        "fullnameOverride": "contracts-" + "x" * 53,
        "image": {"repository": "registry.example.com/cvt", "tag": "9.9.9", "pullPolicy": "Always"},
        "imagePullSecrets": [{"name": "pull"}],
        "apiKeys": {"existingSecret": "cvt-keys"},
        "tls": {"existingSecret": "cvt-tls"},
        "extraEnv": [{"name": "CVT_WORKERS", "value": "2"}],
        "service": {"type": "LoadBalancer", "grpcPort": 443, "httpPort": 80, "annotations": {"a": "b"}},
        "ingress": {
            "http": {"enabled": True, "host": "cvt.example.com", "className": "nginx", "tlsSecret": "cert"},
            "grpc": {"enabled": True, "host": "grpc.example.com", "annotations": {"nginx.ingress.kubernetes.io/backend-protocol": "GRPC"}},
        },
        "serviceMonitor": {"enabled": True, "labels": {"release": "prometheus"}},
        "serviceAccount": {"name": "mine"},
        "podAnnotations": {"a": "b"},
        "podLabels": {"app.kubernetes.io/name": "not-mine-to-change", "team": "contracts"},
        "nodeSelector": {"disk": "fast"},
        "tolerations": [{"key": "x", "operator": "Exists"}],
        "affinity": {"nodeAffinity": {}},
        "priorityClassName": "high",
    },
}
REFUSED: Final[dict[str, tuple[dict[str, Any], str]]] = {
    "unknown key": ({"replicas": 3}, "replicas"),
    "unknown nested key": ({"database": {"dsn": "postgresql://secret"}}, "dsn"),
    "no replicas": ({"replicaCount": 0}, "replicaCount"),
    "ingress without a host": ({"ingress": {"http": {"enabled": True}}}, "host"),
    "client certificates without TLS": ({"tls": {"clientAuth": "require"}}, "existingSecret"),
    "no such level": ({"logLevel": "loud"}, "logLevel"),
    "a budget that stops every drain": ({"podDisruptionBudget": {"maxUnavailable": 0}}, "maxUnavailable"),
}


class UniqueKeys(yaml.SafeLoader):
    """Refuses a key that stands twice in one mapping, as Kubernetes does."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        found = super().construct_mapping(node, deep)
        assert len(found) == len(node.value), f"a key stands twice{node.start_mark}"
        return found


@pytest.fixture(scope="module")
def helm(guards: None) -> str:
    try:
        return str(gotool.ensure("helm", ENV))
    except gotool.ToolUnavailableError as problem:
        unavailable(str(problem))


def run(helm: str, verb: str, values: dict[str, Any], place: Path, *options: str, chart: Path = CHART) -> subprocess.CompletedProcess[str]:
    (place / "values.json").write_text(json.dumps(values))
    command = [helm, *verb.split(), str(chart), "--values", str(place / "values.json"), "--namespace", "contracts", *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def rendered(helm: str, values: dict[str, Any], place: Path) -> list[dict[str, Any]]:
    done = run(helm, "template shop", values, place, "--kube-version", KUBERNETES[0])
    assert done.returncode == 0, done.stderr
    return [document for document in yaml.load_all(done.stdout, UniqueKeys) if document]


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest, helm: str, tmp_path: Path) -> dict[str, list[dict[str, Any]]]:
    kinds: dict[str, list[dict[str, Any]]] = {}
    for document in rendered(helm, CASES[request.param], tmp_path):
        kinds.setdefault(document["kind"], []).append(document)
    return kinds


def only(case: dict[str, list[dict[str, Any]]], kind: str) -> dict[str, Any]:
    (found,) = case[kind]
    return found


def container(case: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    (found,) = only(case, "Deployment")["spec"]["template"]["spec"]["containers"]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("name", CASES)
def test_chart_lints(helm: str, tmp_path: Path, name: str) -> None:
    done = run(helm, "lint", CASES[name], tmp_path, "--strict", "--kube-version", KUBERNETES[0])
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", REFUSED)
def test_values_that_cannot_work_are_refused(helm: str, tmp_path: Path, name: str) -> None:
    values, said = REFUSED[name]
    done = run(helm, "template shop", values, tmp_path, "--kube-version", KUBERNETES[0])
    assert done.returncode != 0
    assert said in done.stderr


def file_of(document: dict[str, Any]) -> str:
    group, _, version = document["apiVersion"].rpartition("/")
    return "-".join(part for part in (document["kind"].lower(), group.split(".")[0], version) if part) + ".json"


@pytest.mark.parametrize("version", KUBERNETES)
def test_kubernetes_knows_every_field(case: dict[str, list[dict[str, Any]]], version: str) -> None:
    folder = python_wheel(*SCHEMAS) / "kubernetes_validate" / "kubernetes-json-schema" / f"v{version}-local-strict"
    shared = json.loads((folder / "_definitions.json").read_text().replace("/api/_definitions.json#", "#"))["$defs"]
    for document in (document for kind, found in case.items() if kind != "ServiceMonitor" for document in found):
        schema = json.loads((folder / file_of(document)).read_text().replace("/api/_definitions.json#", "#"))
        errors = [f"{error.instance_path}: {error.message}" for error in jsonschema_rs.validator_for({**schema, "$defs": shared}).iter_errors(document)]
        assert errors == [], document["kind"]


def test_selectors_find_the_pods_and_nothing_is_twice(case: dict[str, list[dict[str, Any]]]) -> None:
    labels = only(case, "Deployment")["spec"]["template"]["metadata"]["labels"]
    selectors = [only(case, "Deployment")["spec"]["selector"]["matchLabels"], only(case, "Service")["spec"]["selector"]]
    selectors += [found["spec"]["selector"]["matchLabels"] for kind in ("PodDisruptionBudget", "ServiceMonitor") for found in case.get(kind, [])]
    for selector in selectors:
        assert selector
        assert selector.items() <= labels.items()
    names = [(kind, found["metadata"]["name"]) for kind, documents in case.items() for found in documents]
    assert len(set(names)) == len(names)
    assert [name for _, name in names if len(name) > 63] == []
    assert {found["metadata"]["namespace"] for documents in case.values() for found in documents} == {"contracts"}


def test_ports_meet(case: dict[str, list[dict[str, Any]]]) -> None:
    ports = {port["name"]: port["containerPort"] for port in container(case)["ports"]}
    assert ports == {"grpc": 9550, "http": 9551}
    offered = {port["name"]: port["targetPort"] for port in only(case, "Service")["spec"]["ports"]}
    assert offered == {"grpc": "grpc", "http": "http"}
    for ingress in case.get("Ingress", []):
        (path,) = ingress["spec"]["rules"][0]["http"]["paths"]
        assert path["backend"]["service"]["name"] == only(case, "Service")["metadata"]["name"]
        assert path["backend"]["service"]["port"]["name"] in offered
    for monitor in case.get("ServiceMonitor", []):
        assert {endpoint["scheme"] for endpoint in monitor["spec"]["endpoints"]} == {"https"}
        assert {endpoint["port"] for endpoint in monitor["spec"]["endpoints"]} <= set(offered)


def test_probes_ask_the_right_thing(case: dict[str, list[dict[str, Any]]]) -> None:
    found = container(case)
    settings = {entry["name"]: entry.get("value") for entry in found["env"]}
    if settings.get("CVT_TLS_CLIENT_AUTH") == "require":
        assert {str(found[probe]["tcpSocket"]) for probe in ("startupProbe", "readinessProbe", "livenessProbe")} == {"{'port': 'grpc'}"}
        return
    encrypted = "CVT_TLS_ENABLED" in settings
    scheme = "HTTPS" if encrypted else "HTTP"
    assert found["startupProbe"]["httpGet"] == {"path": "/healthz", "port": "http", "scheme": scheme}
    assert found["readinessProbe"]["httpGet"] == {"path": "/readyz", "port": "http", "scheme": scheme}
    assert ("grpc" in found["livenessProbe"]) is not encrypted


def test_pods_are_restricted(case: dict[str, list[dict[str, Any]]]) -> None:
    pod = only(case, "Deployment")["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == 1000
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    assert pod["enableServiceLinks"] is False
    expected = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
    assert container(case)["securityContext"] == expected
    writable = {mount["mountPath"] for mount in container(case)["volumeMounts"] if not mount.get("readOnly")}
    assert writable == {"/tmp", "/data"}


def test_volumes_meet_and_secrets_are_never_in_the_values(case: dict[str, list[dict[str, Any]]]) -> None:
    pod = only(case, "Deployment")["spec"]["template"]["spec"]
    assert {mount["name"] for mount in container(case)["volumeMounts"]} == {volume["name"] for volume in pod["volumes"]}
    files = {entry["name"]: entry["value"] for entry in container(case)["env"] if entry["name"].endswith("_FILE")}
    mounts = {mount["mountPath"] for mount in container(case)["volumeMounts"]}
    assert {str(Path(file).parent) for file in files.values()} <= mounts
    assert "Secret" not in case
    account = pod["serviceAccountName"]
    assert [found["metadata"]["name"] for found in case.get("ServiceAccount", [])] in ([account], [])


def test_every_setting_is_one_that_the_server_knows(case: dict[str, list[dict[str, Any]]]) -> None:
    assert {entry["name"] for entry in container(case)["env"]} <= {row.env for row in SETTINGS}


def test_sqlite_is_never_scaled(case: dict[str, list[dict[str, Any]]]) -> None:
    spec = only(case, "Deployment")["spec"]
    env = {entry["name"]: entry for entry in container(case)["env"]}
    if "CVT_POSTGRES_DSN" in env:
        assert env["CVT_POSTGRES_DSN"]["valueFrom"] == {"secretKeyRef": {"name": "cvt-database", "key": "dsn"}}
        assert spec["strategy"]["type"] == "RollingUpdate"
        assert "PersistentVolumeClaim" not in case
    else:
        assert (spec["replicas"], spec["strategy"]) == (1, {"type": "Recreate"})
        assert "HorizontalPodAutoscaler" not in case
        assert "PodDisruptionBudget" not in case


def test_the_autoscaler_alone_decides_on_replicas(helm: str, tmp_path: Path) -> None:
    documents = {document["kind"]: document for document in rendered(helm, CASES["postgres-scaled"], tmp_path)}
    assert "replicas" not in documents["Deployment"]["spec"]
    scaler = documents["HorizontalPodAutoscaler"]["spec"]
    assert scaler["scaleTargetRef"] == {"apiVersion": "apps/v1", "kind": "Deployment", "name": documents["Deployment"]["metadata"]["name"]}
    assert scaler["minReplicas"] <= scaler["maxReplicas"]
    assert documents["PodDisruptionBudget"]["spec"]["maxUnavailable"] == "50%"


def test_one_replica_has_no_disruption_budget(helm: str, tmp_path: Path) -> None:
    kinds = {document["kind"] for document in rendered(helm, CASES["postgres-one"], tmp_path)}
    assert "PodDisruptionBudget" not in kinds
    assert "PodDisruptionBudget" in {document["kind"] for document in rendered(helm, CASES["postgres"], tmp_path)}


def test_the_volume_outlives_the_release(helm: str, tmp_path: Path) -> None:
    documents = {document["kind"]: document for document in rendered(helm, {}, tmp_path)}
    assert documents["PersistentVolumeClaim"]["metadata"]["annotations"] == {"helm.sh/resource-policy": "keep"}
    (data,) = [volume for volume in documents["Deployment"]["spec"]["template"]["spec"]["volumes"] if volume["name"] == "data"]
    assert data["persistentVolumeClaim"] == {"claimName": documents["PersistentVolumeClaim"]["metadata"]["name"]}


def notes(helm: str, values: dict[str, Any], place: Path) -> str:
    """What Helm prints after an installation; `helm template` leaves it out, so it is rendered into an object."""
    chart = place / "chart"
    shutil.copytree(CHART, chart)
    (chart / "templates" / "NOTES.txt").rename(chart / "notes")
    shown = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: notes}\ndata: {text: {{ tpl (.Files.Get "notes") . | quote }}}\n'
    (chart / "templates" / "shown.yaml").write_text(shown)
    done = run(helm, "template shop", values, place, "--kube-version", KUBERNETES[0], "--show-only", "templates/shown.yaml", chart=chart)
    assert done.returncode == 0, done.stderr
    return str(yaml.safe_load(done.stdout)["data"]["text"])


@pytest.mark.parametrize(
    ("values", "said", "unsaid"),
    [
        ({}, ["SQLite: one replica.", "No API keys"], ["lost with the pod", "autoscaler"]),
        ({"autoscaling": {"enabled": True}}, ["one replica, without the autoscaler"], []),
        ({"persistence": {"enabled": False}}, ["everything is lost with the pod"], []),
        ({**DATABASE, "apiKeys": {"existingSecret": "cvt-keys"}}, ["shop-cvt.contracts:9550"], ["SQLite", "No API keys"]),
    ],
)
def test_what_is_said_after_an_installation(helm: str, tmp_path: Path, values: dict[str, Any], said: list[str], unsaid: list[str]) -> None:
    text = notes(helm, values, tmp_path)
    assert ([part for part in said if part not in text], [part for part in unsaid if part in text]) == ([], [])


def test_the_chart_has_the_version_of_the_server() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    assert (chart["version"], chart["appVersion"]) == (__version__, __version__)
