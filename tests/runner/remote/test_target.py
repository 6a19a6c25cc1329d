from __future__ import annotations

from pathlib import Path

import pytest

from cvt_runner.errors import UsageError
from cvt_runner.remote.target import address_of, target_of


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("cvt", "cvt:9550"),
        ("cvt:1", "cvt:1"),
        (" cvt:9550 ", "cvt:9550"),
        ("http://cvt:80", "cvt:80"),
        ("https://cvt/", "cvt:9550"),
        ("[::1]", "[::1]:9550"),
        ("[::1]:7", "[::1]:7"),
    ],
)
def test_an_address_is_read_as_people_write_it(text: str, address: str) -> None:
    assert address_of(text) == address


@pytest.mark.parametrize("text", ["", ":9550", "cvt:0", "cvt:99999", "cvt:x", "cvt/path:1", "a b:1", "cvt:१"])
def test_what_is_no_address_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageError, match="HOST:PORT") as caught:
        address_of(text)
    assert "localhost:9550" in caught.value.hint


def test_the_option_wins_over_the_environment_and_the_newer_name_over_the_older() -> None:
    env = {"CVT_SERVER_ADDR": "b:2", "CVT_SERVER": "c:3"}
    assert target_of({"server": "a:1"}, env).address == "a:1"
    assert target_of({}, env).address == "b:2"
    assert target_of({}, {"CVT_SERVER": "c:3"}).address == "c:3"
    assert target_of({}, {}).address == "localhost:9550"


@pytest.mark.parametrize("word", ["embedded", "docker"])
@pytest.mark.parametrize(("given", "place"), [({"server": ""}, "CVT_SERVER"), ({"server": "*"}, "--server")])
def test_a_server_of_a_run_is_not_taken_for_a_host(word: str, given: dict[str, str], place: str) -> None:
    with pytest.raises(UsageError, match=f"^{place} is '{word}', but this command needs HOST:PORT") as caught:
        target_of({name: value.replace("*", word) for name, value in given.items()}, {"CVT_SERVER": word})
    assert "cvt serve" in caught.value.hint
    assert target_of({"server": f"{word}:9550"}, {}).address == f"{word}:9550"


@pytest.mark.parametrize(
    ("given", "env", "tls"),
    [
        ({}, {}, False),
        ({"tls": "true"}, {}, True),
        ({"ca": "x"}, {}, True),
        ({"server": "https://cvt"}, {}, True),
        ({}, {"CVT_TLS": "1"}, True),
        ({}, {"CVT_TLS_CA": "x"}, True),
    ],
)
def test_when_tls_is_spoken(given: dict[str, str], env: dict[str, str], tls: bool) -> None:
    assert target_of(given, env).tls is tls


def test_half_a_client_certificate_is_refused() -> None:
    with pytest.raises(UsageError, match="both"):
        target_of({"cert": "x"}, {})


def test_the_key_comes_from_a_file_or_the_environment_and_does_not_show(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("s3cret\n")
    target = target_of({"api-key-file": str(tmp_path / "key")}, {"CVT_API_KEY": "other"})
    assert (target.api_key, "s3cret" in repr(target)) == ("s3cret", False)
    assert target_of({}, {"CVT_API_KEY": "other"}).api_key == "other"
    with pytest.raises(UsageError, match="cannot be read"):
        target_of({"api-key-file": str(tmp_path / "missing")}, {})
