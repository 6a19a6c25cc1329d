"""Keys and TLS: what a client command says when they are missing, wrong or right."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runner.conftest import Run
from tests.runner.scene import ORDERS, Repo
from tests.server.app.test_life import certificates, tls
from tests.server.running import serving

__all__ = ["certificates"]
KEY = "a-key-of-the-tests-1"


@pytest.fixture(scope="module")
def locked() -> Iterator[str]:
    """A server that wants keys."""
    with serving("--api-key-enabled", env={"CVT_API_KEYS": KEY}) as server:
        yield server.address


@pytest.fixture(scope="module")
def encrypted(certificates: Path) -> Iterator[str]:
    """A server that speaks TLS."""
    with serving(*tls(certificates)) as server:
        yield server.address


@pytest.mark.parametrize("key", ["", "wrong-key"])
def test_a_missing_or_wrong_key_says_where_it_goes_and_never_what_it_is(cvt: Run, locked: str, tmp_path: Path, key: str) -> None:
    done = cvt("schemas", "list", "-S", locked, cwd=tmp_path, env={"CVT_API_KEY": key})
    assert (done.code, "CVT_API_KEY" in done.err) == (2, True)
    assert not key or key not in done.text


def test_the_key_comes_from_the_environment_or_a_file(cvt: Run, locked: str, tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(ORDERS)
    (tmp_path / "key").write_text(f"{KEY}\n")
    assert cvt("register-schema", "orders", "one.yaml", "-S", locked, cwd=tmp_path, env={"CVT_API_KEY": KEY}).code == 0
    assert cvt("schemas", "list", "-S", locked, "--api-key-file", "key", cwd=tmp_path).code == 0


def test_the_tests_of_a_run_get_the_key_of_their_server_and_no_other(cvt: Run, locked: str, repo: Repo) -> None:
    repo.commit("base", **{"openapi.yaml": ORDERS})
    asked = ("ci", "--base", "HEAD", "--test", f'test "$CVT_API_KEY" = {KEY}')
    assert cvt(*asked, "--server", locked, cwd=repo.path, env={"CVT_API_KEY": KEY}).code == 0
    assert cvt(*asked, cwd=repo.path, env={"CVT_API_KEY": KEY}).code == 1


def test_waiting_needs_no_key_and_mends_none(cvt: Run, locked: str, tmp_path: Path) -> None:
    assert cvt("wait", "-S", locked, "-t", "5", cwd=tmp_path).code == 0


def test_tls_with_its_authorities(cvt: Run, encrypted: str, certificates: Path, tmp_path: Path) -> None:
    authorities = str(certificates / "ca.crt")
    assert cvt("schemas", "list", "-S", encrypted, "--ca", authorities, cwd=tmp_path).code == 0
    assert cvt("schemas", "list", "-S", encrypted, cwd=tmp_path, env={"CVT_TLS_CA": authorities}).code == 0
    assert cvt("schemas", "list", "-S", encrypted, "--ca", "nowhere.crt", cwd=tmp_path).code == 2


def test_tls_that_does_not_match_says_so(cvt: Run, encrypted: str, locked: str, tmp_path: Path) -> None:
    for server, flags in ((encrypted, ["--tls"]), (locked, ["--tls"])):
        done = cvt("schemas", "list", "-S", server, *flags, "--timeout", "3", cwd=tmp_path)
        assert (done.code, "TLS" in done.err) == (3, True), done.err


def test_a_lost_connection_says_what_is_wrong(cvt: Run, encrypted: str, locked: str, certificates: Path, tmp_path: Path) -> None:
    for server, flags, word in (
        (locked, ["--tls"], "speaks no TLS"),
        (encrypted, ["--tls"], "authorities"),
        (encrypted, ["--ca", str(certificates / "ca.key")], "PEM"),
        (encrypted, [], "CVT_TLS_CA"),
        ("localhost:9551", [], "9550"),
        ("nowhere.invalid:1", [], "name of the host"),
    ):
        done = cvt("schemas", "list", "-S", server.replace("localhost", "127.0.0.1"), *flags, "--timeout", "3", cwd=tmp_path)
        assert (done.code, word in done.err.partition("hint:")[2]) == (3, True), done.err
