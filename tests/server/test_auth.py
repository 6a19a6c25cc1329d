"""Keys from every source, what they may do, and how often: the gate alone, and both wires behind it."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import grpc
import pytest

from cvt_server import auth
from cvt_server.errors import Forbidden, SettingWrong, TooMany, Unauthenticated
from cvt_server.model import ApiKey
from cvt_wire import cvt_pb2 as wire
from tests.server.running import Server, description, environ, exchange, refused, register, serving, until

SECRETS = ("reader-key-1", "writer-key-1", "admin-key-1")


def keys_file(folder: Path, *rows: dict[str, Any]) -> str:
    path = folder / "keys.json"
    path.write_text(json.dumps({"keys": list(rows)}))
    return str(path)


def three(folder: Path) -> str:
    rows = [{"key": secret, "name": secret.split("-")[0], "scopes": [scope]} for secret, scope in zip(SECRETS, ("read", "write", "admin"), strict=True)]
    return keys_file(folder, *rows)


def code(server: Server, method: str, request: Any, key: str) -> tuple[str, str]:
    try:
        server.call(method, request, key=key)
    except grpc.RpcError as problem:
        return problem.code().name, problem.details() or ""
    return "OK", ""


def test_keys_from_a_list() -> None:
    found = auth.from_list(" one , two:ci ,, three:a:b")
    assert [key.name for key in found] == ["env-key-1", "ci", "a:b"]
    assert all(key.scopes == auth.GRANTS["read"] for key in found)
    assert "one" not in repr(found[0])
    with pytest.raises(SettingWrong, match="entry 2"):
        auth.from_list("one,:name")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"keys": 1}',
        '{"keys": [1]}',
        '{"keys": [{"name": "x"}]}',
        '{"keys": [{"key": "k", "scopes": "read"}]}',
        '{"keys": [{"key": "k", "expires_at": "soon"}]}',
        '{"keys": [{"key": "k", "expires_at": 1e400}]}',
        '{"keys": [{"key": "k", "expires_at": NaN}]}',
    ],
)
def test_files_that_are_no_key_files(tmp_path: Path, text: str) -> None:
    (tmp_path / "keys").write_text(text)
    with pytest.raises(SettingWrong):
        auth.from_file(str(tmp_path / "keys"))


def gate(*keys: auth.Known, rate: int = 0, stored: Any = lambda: ()) -> auth.Gate:
    known = auth.Keys(keys, "", stored)
    known.refresh()
    return auth.Gate(known, rate=rate)


def admit(the: auth.Gate, secret: str | None, scope: str = "read") -> str:
    return asyncio.run(the.admit(secret, scope, "peer")).name


@pytest.mark.parametrize(
    ("scope", "may"), [("read", {"read"}), ("validate", {"read", "validate"}), ("write", {"read", "validate", "write"}), ("admin", set(auth.GRANTS))]
)
def test_each_scope_includes_what_is_less(scope: str, may: set[str]) -> None:
    the = gate(auth.Known("me", auth._digest("s"), frozenset((scope,))))
    for wanted in auth.GRANTS:
        if wanted in may:
            assert admit(the, "s", wanted) == "me"
        else:
            with pytest.raises(Forbidden):
                admit(the, "s", wanted)


def test_expired_and_unknown_keys() -> None:
    the = gate(auth.Known("old", auth._digest("s"), auth.GRANTS["read"], expires_at=int(time.time()) - 1))
    for secret in ("s", "t", "\ud800"):
        with pytest.raises(Unauthenticated, match="invalid API key"):
            admit(the, secret)
    with pytest.raises(Unauthenticated, match="missing API key"):
        admit(the, None)


def test_a_key_that_is_stored_meanwhile_is_found_and_a_revoked_one_is_not() -> None:
    stored: list[ApiKey] = []
    the = gate(stored=lambda: list(stored))
    stored.append(ApiKey("1", "new", auth.hash_of("s"), frozenset(("read",)), 1))
    time.sleep(auth.AGAIN_SECONDS)
    assert admit(the, "s") == "new"
    stored[0] = ApiKey("1", "new", auth.hash_of("s"), frozenset(("read",)), 1, revoked_at=2)
    time.sleep(auth.AGAIN_SECONDS)
    assert the.keys is not None
    the.keys.refresh()
    with pytest.raises(Unauthenticated):
        admit(the, "s")


def test_too_many_calls_wait() -> None:
    the = gate(auth.Known("me", auth._digest("s"), auth.GRANTS["read"]), rate=2)
    assert [admit(the, "s") for _ in range(2)] == ["me", "me"]
    with pytest.raises(TooMany):
        admit(the, "s")


def test_keys_of_one_name_are_limited_each_for_itself() -> None:
    the = gate(*(auth.Known("me", auth._digest(secret), auth.GRANTS["read"]) for secret in "ab"), rate=1)
    assert [admit(the, secret) for secret in "ab"] == ["me", "me"]
    with pytest.raises(TooMany):
        admit(the, "a")


def test_guessing_keys_is_limited_by_address_and_nobody_else_by_that() -> None:
    the = gate(auth.Known("me", auth._digest("s"), auth.GRANTS["read"]), rate=2)

    def guess(secret: str, peer: str) -> None:
        asyncio.run(the.admit(secret, "read", peer))

    for secret, peer in (("x", "ipv4:10.0.0.1:5000"), ("", "10.0.0.1")):
        with pytest.raises(Unauthenticated):
            guess(secret, peer)
    with pytest.raises(TooMany):
        guess("y", "::ffff:10.0.0.1")
    with pytest.raises(Unauthenticated):
        guess("y", "10.0.0.2")
    guess("s", "10.0.0.1")


def test_both_wires_enforce_scopes(tmp_path: Path) -> None:
    reader, writer, admin = SECRETS
    with serving("--api-key-auth", env={"CVT_API_KEYS_FILE": three(tmp_path)}) as server:
        assert code(server, "ValidateInteraction", exchange(), "") == ("UNAUTHENTICATED", "missing API key")
        assert code(server, "ValidateInteraction", exchange(), "nope") == ("UNAUTHENTICATED", "invalid API key")
        assert code(server, "ValidateInteraction", exchange(), reader)[0] == "PERMISSION_DENIED"
        assert register(server, key=writer).success
        assert server.call("ValidateInteraction", exchange(), key=writer).valid
        statuses = [
            server.get("/api/v1/keys", headers=headers).status
            for headers in ({}, {"x-api-key": "nope"}, {"x-api-key": writer}, {"authorization": f"Bearer {admin}"})
        ]
        assert statuses == [401, 401, 403, 200]
        assert "Bearer" in server.get("/api/v1/keys").header("www-authenticate")
        assert server.registry("listKeys", key=writer)[0] == 403
        assert server.registry("listKeys", key=admin)[0] == 200
        assert [server.get(path).status for path in ("/healthz", "/readyz", "/metrics", "/api/docs")] == [200] * 4
        text = server.get("/metrics").body.decode()
        assert 'cvt_auth_failures_total{reason="unauthenticated"}' in text
        assert not any(secret in text + "".join(server.lines) for secret in SECRETS)


def test_the_key_file_is_read_again_and_a_broken_one_changes_nothing(tmp_path: Path) -> None:
    path = keys_file(tmp_path, {"key": "first", "name": "a"})
    with serving("--api-key-auth", env={"CVT_API_KEYS_FILE": path}) as server:
        assert register(server, key="first").success
        Path(path).write_text("{")
        time.sleep(0.5)
        assert register(server, key="first").success
        keys_file(tmp_path, {"key": "second", "name": "b"})
        until(lambda: code(server, "ValidateInteraction", exchange(), "second")[0] == "OK")
        until(lambda: code(server, "ValidateInteraction", exchange(), "first")[0] == "UNAUTHENTICATED")


def test_no_key_at_all_refuses_to_start(tmp_path: Path) -> None:
    status, words = refused("--api-key-auth", "--port", "0", "--metrics-port", "0")
    assert (status, "there is none" in words, "keys create" in words) == (2, True, True)
    assert refused("--api-key-auth", env={"CVT_API_KEYS_FILE": str(tmp_path / "none")})[0] == 2


def test_a_key_made_or_ended_here_is_known_at_once(tmp_path: Path) -> None:
    admin = {"x-api-key": SECRETS[2]}
    with serving("--api-key-auth", env={"CVT_API_KEYS_FILE": three(tmp_path)}) as server:

        def status(secret: str) -> int:
            return server.get("/api/v1/schemas", headers={"x-api-key": secret}).status

        for _ in range(3):
            assert status("guess") == 401  # looked for a moment ago: not again so soon
            made = server.get("/api/v1/keys", "POST", {"name": "ci", "scopes": ["read"]}, admin).json()
            assert status(made["secret"]) == 200
            assert status("guess") == 401
            next_ = server.get(f"/api/v1/keys/{made['key_id']}/rotate", "POST", {}, admin).json()
            assert (status(made["secret"]), status(next_["secret"])) == (401, 200)
            assert server.get(f"/api/v1/keys/{next_['key_id']}", "DELETE", headers=admin).status == 204
            assert status(next_["secret"]) == 401


def test_the_first_key_comes_from_the_command_line(tmp_path: Path) -> None:
    variables = {"CVT_STORAGE_TYPE": "sqlite", "CVT_STORAGE_DSN": str(tmp_path / "cvt.db")}
    create = [sys.executable, "-m", "cvt_server", "keys", "create", "ops", "--scope", "admin"]
    done = subprocess.run(create, env=environ(variables), capture_output=True, text=True, timeout=60, check=True)
    secret = done.stdout.strip()
    with serving("--api-key-auth", env=variables) as server:
        made = server.get("/api/v1/keys", "POST", {"name": "ci", "scopes": ["write"]}, {"x-api-key": secret}).json()
        until(lambda: code(server, "GetSchema", wire.GetSchemaRequest(), made["secret"])[0] == "OK")
        assert server.get(f"/api/v1/keys/{made['key_id']}", "DELETE", headers={"x-api-key": secret}).status == 204
        until(lambda: server.get("/api/v1/schemas", headers={"x-api-key": made["secret"]}).status == 401)
    data = (tmp_path / "cvt.db").read_bytes()
    assert secret.encode() not in data
    assert os.path.getsize(tmp_path / "cvt.db") > 0


@pytest.mark.parametrize("words", [("create", ""), ("create", "ci", "--scope", "bogus"), ("rotate", "unknown"), ("rotate", "unknown", "--grace", "9" * 20)])
def test_a_mistake_on_the_command_line_is_no_defect(tmp_path: Path, words: tuple[str, ...]) -> None:
    variables = {"CVT_STORAGE_TYPE": "sqlite", "CVT_STORAGE_DSN": str(tmp_path / "cvt.db")}
    done = subprocess.run([sys.executable, "-m", "cvt_server", "keys", *words], env=environ(variables), capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False), done.stderr


def most_memory(server: Server) -> int:
    """The most bytes that it ever had."""
    line = next(line for line in Path(f"/proc/{server.process.pid}/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def test_the_first_call_of_a_new_key_counts_once(tmp_path: Path) -> None:
    rows = [{"key": "first-key"}]
    with serving("--api-key-auth", "--rate-limit", "1", env={"CVT_API_KEYS_FILE": keys_file(tmp_path, *rows)}) as server:
        for number in range(3):
            time.sleep(auth.AGAIN_SECONDS)
            rows.append({"key": f"new-key-{number}"})
            keys_file(tmp_path, *rows)
            assert code(server, "GetSchema", wire.GetSchemaRequest(), f"new-key-{number}") == ("OK", "")


def test_large_messages_with_wrong_keys_are_not_read() -> None:
    with serving(env={"CVT_API_KEY_ENABLED": "true", "CVT_API_KEYS": "right-key"}) as server:
        assert register(server, key="right-key").success
        before = most_memory(server)
        large = wire.RegisterSchemaRequest(schema_id="shop", schema_content="x" * (15 * 2**20)).SerializeToString()
        method: Any = server.channel.unary_unary("/cvt.ContractValidator/RegisterSchema")
        calls = [method.future(large, timeout=30, metadata=(("x-api-key", key),)) for key in ("wrong-key", "") * 8]
        assert {call.code() for call in calls} == {grpc.StatusCode.UNAUTHENTICATED}
        assert most_memory(server) - before < 120 * 2**20
        counted = {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in server.get("/metrics").body.decode().splitlines() if line[:1] != "#"}
        assert counted['cvt_grpc_requests_total{method="RegisterSchema",status="failure"}'] == 16
        assert counted['cvt_auth_failures_total{reason="unauthenticated"}'] == 16


def test_the_rate_is_limited_on_both_wires() -> None:
    with serving("--rate-limit", "1") as server:
        answers = [server.get("/api/v1/server") for _ in range(8)]
        assert {answer.status for answer in answers} == {200, 429}
        limited = next(answer for answer in answers if answer.status == 429)
        assert limited.header("retry-after") == "1"
        seen = {code(server, "ValidateInteraction", exchange(schema_id=description()[:9]), "")[0] for _ in range(20)}
        assert "RESOURCE_EXHAUSTED" in seen


def test_wrong_keys_are_limited_on_both_wires_together(tmp_path: Path) -> None:
    with serving("--api-key-auth", "--rate-limit", "1", env={"CVT_API_KEYS_FILE": three(tmp_path)}) as server:
        assert {server.get("/api/v1/server", headers={"x-api-key": "guess"}).status for _ in range(12)} == {401, 429}
        assert code(server, "ValidateInteraction", exchange(), "guess")[0] == "RESOURCE_EXHAUSTED"
        assert register(server, key=SECRETS[1]).success
