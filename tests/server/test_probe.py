"""The health probe against a real gRPC health service, and against what is none."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from hypothesis import given
from hypothesis import strategies as st

from cvt_server import probe
from tests.rig import free_port, require_tool

SCRIPT = Path(probe.__file__)


def served(credentials: grpc.ServerCredentials | None = None) -> Iterator[int]:
    server = grpc.server(ThreadPoolExecutor(2))
    servicer = health.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    servicer.set("", health_pb2.HealthCheckResponse.SERVING)
    servicer.set("leaving", health_pb2.HealthCheckResponse.NOT_SERVING)
    servicer.set("x" * 300, health_pb2.HealthCheckResponse.SERVING)
    port = server.add_secure_port("127.0.0.1:0", credentials) if credentials else server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield port
    server.stop(None).wait()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    yield from served()


def authority(place: Path) -> tuple[Path, Path]:
    key, certificate = place / "server.key", place / "server.crt"
    wanted = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    subprocess.run([require_tool("openssl"), *wanted.split(), "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return key, certificate


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    key, certificate = authority(tmp_path_factory.mktemp("tls"))
    for port in served(grpc.ssl_server_credentials([(key.read_bytes(), certificate.read_bytes())])):
        yield port, certificate


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 0, "status: SERVING"),
        (["-service="], 0, "status: SERVING"),
        (["--service", "x" * 300], 0, "status: SERVING"),
        (["-rpc-timeout=1m0.5s", "-connect-timeout", "500ms", "-v", "-user-agent", "kubelet"], 0, "status: SERVING"),
        (["-service", "leaving"], 4, "status: NOT_SERVING"),
        (["-service=nobody"], 3, "does not know the service"),
        (["-addr=localhost"], 1, "must be HOST:PORT"),
        (["-rpc-timeout=5x"], 1, "must be a duration"),
        (["-rpc-timeout=..s"], 1, "must be a duration"),
        (["-service", "x" * 20_000], 1, "too long"),
        (["-service"], 1, "lacks its value"),
        (["-colour=red"], 1, "'-colour=red' is not a flag"),
        (["serving"], 1, "'serving' is not a flag"),
        (["-tls"], 2, "cannot connect"),
    ],
)
def test_answers_as_the_health_service_does(port: int, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, said: str) -> None:
    assert probe.main([f"-addr=localhost:{port}", *arguments], {}) == code
    assert said in capsys.readouterr().err


def test_the_environment_says_what_flags_do_not(port: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert probe.main([], {"CVT_PORT": str(port)}) == 0
    assert probe.main([], {"CVT_PORT": "1", "GRPC_PORT": str(port), "GRPC_HOST": "127.0.0.1"}) == 0
    assert probe.main([], {"GRPC_PORT": str(port), "GRPC_SERVICE": "leaving"}) == 4
    assert probe.defaults({})["addr"] == "localhost:9550"


def test_encrypted_servers(encrypted: tuple[int, Path], capsys: pytest.CaptureFixture[str]) -> None:
    port, certificate = encrypted
    address = f"-addr=localhost:{port}"
    assert probe.main([address, "-tls", f"-tls-ca-cert={certificate}"], {}) == 0
    assert probe.main([address, "-tls", "-tls-no-verify"], {}) == 0
    assert probe.main([f"-addr=127.0.0.1:{port}", "-tls", f"-tls-ca-cert={certificate}", "-tls-server-name=localhost"], {}) == 0
    assert probe.main([], {"GRPC_PORT": str(port), "CVT_TLS_ENABLED": "true"}) == 0
    assert probe.main([address, "-tls"], {}) == 2
    assert probe.main([address, f"-tls-ca-cert={certificate}"], {"CVT_TLS_ENABLED": "true"}) == 0
    assert probe.main([f"-addr=127.0.0.1:{port}", f"-tls-ca-cert={certificate}"], {"CVT_TLS_ENABLED": "true"}) == 2
    assert probe.main([address], {}) == 3
    assert "certificate" in capsys.readouterr().err


def test_a_server_that_wants_certificates_gets_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key, certificate = authority(tmp_path)
    pair = (key.read_bytes(), certificate.read_bytes())
    files = {"CVT_TLS_CERT_FILE": str(certificate), "CVT_TLS_KEY_FILE": str(key)}
    for port in served(grpc.ssl_server_credentials([pair], certificate.read_bytes(), require_client_auth=True)):
        environ = {"GRPC_PORT": str(port), "CVT_TLS_ENABLED": "true", **files}
        assert probe.main([], {**environ, "CVT_TLS_CLIENT_AUTH": "require"}) == 0
        assert probe.main([], environ) in (2, 3)
        assert probe.main([], {**environ, "CVT_TLS_CLIENT_AUTH": "require", "CVT_TLS_CERT_FILE": str(tmp_path / "none")}) == 2


def test_nobody_listens(capsys: pytest.CaptureFixture[str]) -> None:
    assert probe.main([f"-addr=127.0.0.1:{free_port()}"], {}) == 2
    assert probe.main(["-addr=localhost:99999999"], {}) == 2


STRANGERS = (b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", probe.frame(probe.GOAWAY, 0, 0, bytes(8)), probe.frame(probe.PING, 0, 0, bytes(8)) * 200, None)


@pytest.mark.parametrize("reply", STRANGERS)
def test_whatever_answers_the_probe_ends(reply: bytes | None, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        done = threading.Event()

        def talk() -> None:
            with listener.accept()[0] as stream, suppress(OSError):
                stream.sendall(reply or b"")
                if reply is None:
                    done.wait(30)
                stream.shutdown(socket.SHUT_WR)
                while stream.recv(65536):
                    pass

        other = threading.Thread(target=talk)
        other.start()
        try:
            assert probe.main([f"-addr=127.0.0.1:{listener.getsockname()[1]}", "-rpc-timeout=300ms"], {}) == 3
        finally:
            done.set()
            other.join()


@given(st.binary(max_size=40))
def test_no_reply_is_taken_for_a_status_but_a_whole_message(reply: bytes) -> None:
    try:
        found = probe.status(reply)
    except probe.Failed:
        return
    assert (reply[0], len(reply)) == (0, 7)
    assert found in {*probe.STATUS.values(), str(reply[6])}


def test_runs_as_a_script_without_any_package(port: int) -> None:
    done = subprocess.run([sys.executable, "-I", "-S", str(SCRIPT), f"-addr=127.0.0.1:{port}"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "status: SERVING\n")
    loaded = subprocess.run([sys.executable, "-I", "-S", "-X", "importtime", str(SCRIPT), "-h"], capture_output=True, text=True, check=True).stderr
    names = {line.rpartition("|")[2].strip() for line in loaded.splitlines()}
    assert "socket" in names
    assert names & {"dataclasses", "argparse", "ssl", "grpc", "inspect"} == set()
