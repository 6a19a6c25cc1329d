"""From settings to ready, and from a signal to the end."""

from __future__ import annotations

import json
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import threading
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import grpc
import pytest

from cvt_wire import cvt_pb2 as wire
from tests.rig import free_port, require_tool
from tests.server.running import command, description, environ, exchange, refused, register, serving, until


def test_the_ready_line_says_where_and_how() -> None:
    with serving() as server:
        assert server.lines[-1].startswith("cvt: ready: gRPC on port")
        assert all(words in server.lines[-1] for words in ("storage memory", "no TLS", "API keys not required"))


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_well(how: signal.Signals) -> None:
    with serving() as server:
        assert register(server).success
        assert server.stop(how) == 0


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_signals_that_come_again_and_again_change_nothing(how: signal.Signals) -> None:
    with serving() as server:
        while server.process.poll() is None:
            server.process.send_signal(how)
            time.sleep(0.001)
        assert server.process.returncode == 0


def awaits_signals(pid: int) -> bool:
    """Has the process a handler for the one that Python itself has none for?"""
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("SigCgt"))
    return bool(int(line.split()[1], 16) >> (signal.SIGTERM - 1) & 1)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("start", [(sys.executable, "-m", "cvt_server"), (sys.executable, "-m", "cvt_runner")], ids=["server", "command"])
def test_a_signal_ends_it_well_while_it_starts(tmp_path: Path, start: tuple[str, ...], how: signal.Signals) -> None:
    file = str(tmp_path / "cvt.db")
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")  # so that it cannot go on
        flags = ("serve", "--port", "0", "--metrics-port", "0", "--storage-type", "sqlite", "--storage-dsn", file)
        with subprocess.Popen((*start, *flags), env=environ(), stderr=subprocess.PIPE, text=True) as process:
            until(lambda: awaits_signals(process.pid) and "cvt_server" in Path(f"/proc/{process.pid}/cmdline").read_text())
            process.send_signal(how)
            assert (process.communicate(timeout=20)[1], process.returncode) == ("", 0)


def test_a_signal_ends_workers_well_while_they_start(tmp_path: Path) -> None:
    file = str(tmp_path / "cvt.db")
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with subprocess.Popen(command(*workers(tmp_path)), env=environ(), stderr=subprocess.PIPE, text=True) as process:
            until(lambda: len(children(process.pid)) == 2)
            process.send_signal(signal.SIGTERM)
            assert (process.communicate(timeout=30)[1], process.returncode) == ("", 0)


def test_old_records_go_soon_after_the_start(tmp_path: Path) -> None:
    variables = {"CVT_STORAGE_TYPE": "sqlite", "CVT_STORAGE_DSN": str(tmp_path / "cvt.db")}
    with serving(env={**variables, "CVT_VALIDATION_RETENTION_DAYS": "0"}) as server:
        assert server.get("/api/v1/verdicts", "POST", {"run_id": "1", "api": "shop", "verdict": "ok", "time": 1}).status == 200
    with serving(env=variables) as server:
        until(lambda: not server.get("/api/v1/verdicts").json()["items"])


def test_calls_under_way_are_finished_under_load() -> None:
    with serving() as server:
        assert register(server).success
        results: list[str] = []
        stop = threading.Event()

        def caller() -> None:
            while not stop.is_set():
                try:
                    results.append("ok" if server.call("ValidateInteraction", exchange()).valid else "wrong")
                except grpc.RpcError as problem:
                    results.append(problem.code().name)
                    return

        callers = [threading.Thread(target=caller) for _ in range(8)]
        for thread in callers:
            thread.start()
        until(lambda: len(results) > 200)
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(20) == 0
        stop.set()
        for thread in callers:
            thread.join(20)
        # The library refuses what it has not begun yet as one or the other.
        assert set(results) <= {"ok", "UNAVAILABLE", "CANCELLED"}
        assert len(results) - results.count("ok") <= len(callers)


def test_a_long_call_is_finished_after_the_signal() -> None:
    tree = json.loads(description())
    operation = tree["paths"]["/orders/{id}"]
    tree["paths"] = {f"/orders-{number}/{{id}}": {"get": {**operation["get"], "operationId": f"one-{number}"}} for number in range(4000)}
    with serving() as server:
        assert register(server).success
        method: Any = server.channel.unary_unary("/cvt.ContractValidator/RegisterSchema")
        call = method.future(wire.RegisterSchemaRequest(schema_id="large", schema_content=json.dumps(tree)).SerializeToString(), timeout=30)
        until(lambda: server.get("/healthz").status == 200)
        assert not call.done()
        server.process.send_signal(signal.SIGTERM)
        assert wire.RegisterSchemaResponse.FromString(call.result()).success
        assert server.process.wait(20) == 0


def test_what_was_counted_is_written_at_the_end(tmp_path: Path) -> None:
    variables = {"CVT_STORAGE_TYPE": "sqlite", "CVT_STORAGE_DSN": str(tmp_path / "cvt.db")}
    with serving(env=variables) as server:
        register(server)
        assert server.call("ValidateInteraction", exchange()).valid
        assert server.stop() == 0
    with serving(env=variables) as server:
        assert server.call("ValidateInteraction", exchange()).valid
        until(lambda: server.get("/api/v1/activity").json()["items"][0]["valid"] == 2)


@pytest.mark.parametrize("flag", ["--port", "--metrics-port"])
def test_a_port_that_is_taken_is_told(flag: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        other = "--metrics-port" if flag == "--port" else "--port"
        status, words = refused(flag, str(port), other, "0")
    assert status == 2
    assert f"port {port}" in words
    assert "is in use" in words
    assert flag in words


def test_two_servers_do_not_share_a_port_by_accident() -> None:
    with serving() as server:
        status, words = refused("--port", str(server.port), "--metrics-port", "0")
        assert (status, "is in use" in words) == (2, True)


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"CVT_PORT": "x"}, "CVT_PORT is 'x', but must be a port from 0 to 65535"),
        ({"CVT_PORT": "70000"}, "CVT_PORT"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL is 'loud', but must be one of"),
        ({"CVT_TLS_ENABLED": "maybe"}, "CVT_TLS_ENABLED is 'maybe', but must be true or false"),
        ({"CVT_STORAGE_TYPE": "oracle"}, "CVT_STORAGE_TYPE"),
        ({"CVT_STORAGE_TYPE": "sqlite", "CVT_STORAGE_DSN": "/nowhere/cvt.db"}, "/nowhere"),
        ({"CVT_TLS_ENABLED": "true", "CVT_TLS_CERT_FILE": "/nowhere.crt"}, "/nowhere.crt"),
        ({"CVT_STORAGE_TYPE": "postgres", "CVT_POSTGRES_DSN": "postgresql://cvt@127.0.0.1:1/cvt?sslmode=bogus"}, "invalid sslmode"),
        ({"CVT_WORKERS": "2"}, "storage that they share"),
        ({"CVT_HOST": "no.such.host.invalid"}, "no.such.host.invalid"),
        ({"CVT_HOST": "a" * 300, "CVT_METRICS_PORT": "1"}, "no host has such a name"),
    ],
)
def test_wrong_settings_are_told_before_anything_starts(variables: dict[str, str], words: str) -> None:
    status, said = refused(env={"CVT_PORT": "0", "CVT_METRICS_PORT": "0", **variables})
    assert status == 2, said
    assert words in said
    assert "Traceback" not in said


def test_a_defect_has_its_own_exit_code(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from cvt_server import cli

    monkeypatch.setattr(cli, "read", lambda *_: 1 / 0)
    assert cli.main(["serve"]) == 4
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_a_flag_beats_the_environment() -> None:
    with serving("--mutable-versions", env={"CVT_MUTABLE_VERSIONS": "false"}) as server:
        assert server.get("/api/v1/server").json()["mutable_versions"]


def test_a_database_that_is_gone_is_no_answer() -> None:
    status, said = refused("--port", "0", "--metrics-port", "0", env={"CVT_STORAGE_TYPE": "postgres", "CVT_POSTGRES_PORT": str(free_port())})
    assert status == 3, said
    assert "cannot be used" in said


def test_reading_goes_on_while_another_process_keeps_the_database_locked(tmp_path: Path) -> None:
    file = str(tmp_path / "cvt.db")
    with serving(env={"CVT_STORAGE_TYPE": "sqlite", "CVT_STORAGE_DSN": file}) as server, closing(sqlite3.connect(file, isolation_level=None)) as other:
        assert register(server).success
        other.execute("BEGIN IMMEDIATE")
        consumers = [wire.RegisterConsumerRequest(consumer_id=f"c{number}", schema_id="shop") for number in range(20)]
        method: Any = server.channel.unary_unary("/cvt.ContractValidator/RegisterConsumer", wire.RegisterConsumerRequest.SerializeToString)
        writes = [method.future(consumer, timeout=60) for consumer in consumers]
        published = threading.Thread(target=server.get, args=("/api/v1/verdicts", "POST", {"run_id": "1", "api": "shop", "verdict": "ok"}))
        published.start()
        started = time.monotonic()
        assert server.call("GetSchema", wire.GetSchemaRequest(schema_id="shop")).found
        assert server.call("ValidateInteraction", exchange(version="1.0.0")).valid
        assert server.registry("getActivity")[0] == server.registry("listSchemas")[0] == 200
        assert server.get("/readyz").status == server.get("/api/v1/schemas/shop").status == 200
        assert time.monotonic() - started < 10
        assert not any(write.done() for write in writes)
        other.execute("ROLLBACK")
        assert all(wire.RegisterConsumerResponse.FromString(write.result()).success for write in writes)
        published.join(30)
        assert len(server.get("/api/v1/verdicts").json()["items"]) == 1


def test_a_locked_database_does_not_hold_up_the_end(tmp_path: Path) -> None:
    file = str(tmp_path / "cvt.db")
    variables = {"CVT_STORAGE_TYPE": "sqlite", "CVT_STORAGE_DSN": file, "CVT_SHUTDOWN_GRACE": "1"}
    with serving(env=variables) as server, closing(sqlite3.connect(file, isolation_level=None)) as other:
        assert register(server).success
        other.execute("BEGIN IMMEDIATE")
        assert server.call("ValidateInteraction", exchange()).valid
        method: Any = server.channel.unary_unary("/cvt.ContractValidator/RegisterConsumer", wire.RegisterConsumerRequest.SerializeToString)
        waits = [method.future(wire.RegisterConsumerRequest(consumer_id=f"c{number}", schema_id="shop"), timeout=60) for number in range(8)]
        assert server.get("/readyz").status == 200
        started = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(30) == 0
        assert time.monotonic() - started < 12  # less than a writer waits
        assert all(wait.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED) for wait in waits)


def path(channel: grpc.Channel) -> Any:
    return channel.unary_unary("/cvt.ContractValidator/ValidateInteraction")


def workers(tmp_path: Path) -> tuple[str, ...]:
    return (
        "--workers",
        "2",
        "--port",
        str(free_port()),
        "--metrics-port",
        str(free_port()),
        "--storage-dsn",
        str(tmp_path / "cvt.db"),
        "--storage-type",
        "sqlite",
    )


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_workers_share_ports_figures_and_the_database(tmp_path: Path) -> None:
    with serving(*workers(tmp_path)) as server:
        assert len(children(server.process.pid)) == 2
        assert register(server).success
        channels = [grpc.insecure_channel(server.address, options=[("grpc.use_local_subchannel_pool", 1)]) for _ in range(20)]
        for channel in channels:
            raw = path(channel)(exchange().SerializeToString(), timeout=20)
            assert wire.ValidationResult.FromString(raw).valid
            channel.close()
        line = 'cvt_grpc_requests_total{method="ValidateInteraction",status="success"} 20.0'
        until(lambda: line in server.get("/metrics").body.decode())
        assert server.stop() == 0


def test_a_dead_worker_is_replaced_and_nothing_lost(tmp_path: Path) -> None:
    with serving(*workers(tmp_path)) as server:
        assert register(server).success
        before = children(server.process.pid)
        subprocess.run(["kill", "-9", str(before[0])], check=True)
        until(lambda: len(children(server.process.pid)) == 2 and before[0] not in children(server.process.pid))
        until(lambda: any("ended with signal 9" in line for line in server.lines))
        call, sent = path(server.channel), exchange().SerializeToString()
        with suppress(grpc.RpcError):  # a client may notice only now that the worker on the other end is dead
            call(sent, timeout=20, wait_for_ready=True)
        assert wire.ValidationResult.FromString(call(sent, timeout=20, wait_for_ready=True)).valid
        assert server.stop() == 0


def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    with serving(*workers(tmp_path)) as server:
        left = children(server.process.pid)
        server.process.kill()
        until(lambda: not any(Path(f"/proc/{pid}/stat").exists() and "Z" not in Path(f"/proc/{pid}/stat").read_text().split()[2] for pid in left))


def test_workers_that_cannot_start_end_at_once(tmp_path: Path) -> None:
    status, said = refused(*workers(tmp_path), "--tls-enabled", env={"CVT_TLS_CERT_FILE": "/nowhere.crt"})
    assert (status, "/nowhere.crt" in said) == (2, True), said


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An authority, and certificates of a server and a client that it signed."""
    folder = tmp_path_factory.mktemp("tls")
    openssl = require_tool("openssl")

    def run(*words: str) -> None:
        subprocess.run([openssl, *words], cwd=folder, check=True, capture_output=True, timeout=60)

    run(
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-keyout",
        "ca.key",
        "-out",
        "ca.crt",
        "-subj",
        "/CN=ca",
        "-days",
        "2",
    )
    (folder / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    for name in ("server", "client"):
        run(
            "req",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-keyout",
            f"{name}.key",
            "-out",
            f"{name}.csr",
            "-subj",
            f"/CN={name}",
        )
        run(
            "x509",
            "-req",
            "-in",
            f"{name}.csr",
            "-CA",
            "ca.crt",
            "-CAkey",
            "ca.key",
            "-CAcreateserial",
            "-out",
            f"{name}.crt",
            "-days",
            "2",
            "-extfile",
            "names",
        )
    return folder


def secure(folder: Path, *, client: bool) -> tuple[grpc.ChannelCredentials, ssl.SSLContext]:
    own = ((folder / "client.key").read_bytes(), (folder / "client.crt").read_bytes()) if client else (None, None)
    context = ssl.create_default_context(cafile=str(folder / "ca.crt"))
    if client:
        context.load_cert_chain(folder / "client.crt", folder / "client.key")
    return grpc.ssl_channel_credentials((folder / "ca.crt").read_bytes(), *own), context


def tls(folder: Path, *more: str) -> tuple[str, ...]:
    return ("--tls", "--cert", str(folder / "server.crt"), "--key", str(folder / "server.key"), *more)


def test_both_ports_are_encrypted(certificates: Path) -> None:
    credentials, context = secure(certificates, client=False)
    with serving(*tls(certificates), credentials=credentials) as server:
        assert register(server).success
        assert server.get("/healthz", context=context).status == 200
        with pytest.raises(OSError, match=r".*"):
            server.get("/healthz")
        old = ssl.create_default_context(cafile=str(certificates / "ca.crt"))
        old.maximum_version = ssl.TLSVersion.TLSv1_2
        assert server.get("/healthz", context=old).status == 200


def test_a_key_with_a_pass_phrase_is_refused_without_asking_for_it(certificates: Path) -> None:
    openssl, locked = require_tool("openssl"), certificates / "locked.key"
    subprocess.run(
        [openssl, "ec", "-in", certificates / "server.key", "-aes256", "-passout", "pass:word", "-out", locked], check=True, capture_output=True, timeout=60
    )
    status, said = refused("--port", "0", "--metrics-port", "0", *tls(certificates)[:-1], str(locked))
    assert (status, "write it without a pass phrase" in said, "Enter" in said) == (2, True, False), said


def test_clients_must_show_their_certificate(certificates: Path) -> None:
    more = ("--ca", str(certificates / "ca.crt"), "--tls-client-auth", "require")
    with serving(*tls(certificates, *more), credentials=secure(certificates, client=True)[0]) as server:
        assert register(server).success
        assert server.get("/healthz", context=secure(certificates, client=True)[1]).status == 200
        with pytest.raises((OSError, ssl.SSLError)):
            server.get("/healthz", context=secure(certificates, client=False)[1])
        stranger = grpc.secure_channel(server.address, secure(certificates, client=False)[0])
        with pytest.raises(grpc.RpcError) as caught:
            path(stranger)(b"", timeout=5)
        stranger.close()
        assert caught.value.code() is grpc.StatusCode.UNAVAILABLE


def test_metrics_have_bounded_labels_and_their_names() -> None:
    with serving() as server:
        register(server)
        for number in range(30):
            server.call("ValidateInteraction", exchange(schema_id=f"unknown-{number}"))
            server.get(f"/api/v1/nope-{number}")
        server.call("ValidateInteraction", exchange())
        text = server.get("/metrics").body.decode()
        assert 'cvt_validations_total{result="valid",schema_id="shop"} 1.0' in text
        assert "unknown-" not in text
        assert "nope-" not in text
        assert 'cvt_http_requests_total{operation="unknown",status="404"} 30.0' in text
        names = ("cvt_schemas_registered_total", "cvt_cache_items_total", "cvt_grpc_request_duration_seconds_bucket", "process_resident_memory_bytes")
        assert all(name in text for name in names)
