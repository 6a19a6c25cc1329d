"""Guards that hold for every test: no network beyond this machine, no home directory, no user's git configuration, no CI variables."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

_DROPPED = ("GITHUB_", "GITLAB_", "CI_", "CVT_", "JENKINS_", "RUNNER_", "ACTIONS_")
_DROPPED_NAMES = {"CI", "BUILD_ID", "CHANGE_ID", "CHANGE_TARGET", "CHANGE_BRANCH", "BRANCH_NAME", "GIT_DIR", "GIT_WORK_TREE", "NO_COLOR", "FORCE_COLOR"}
_PROXIES = {"http_proxy", "https_proxy", "all_proxy", "no_proxy"}
_state = {"open": False}


# One run is like the next: what random examples find in a long run by hand becomes a test of its own. HYPOTHESIS_PROFILE=search looks for new ones.
settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.register_profile("search", deadline=None, database=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker that opens the network for one test."""
    config.addinivalue_line("markers", "network: this test may talk to other machines (package registries)")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Open or close the network for the test that comes next."""
    _state["open"] = item.get_closest_marker("network") is not None


@pytest.fixture(scope="session", autouse=True)
def guards(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Isolate the whole session: environment first, then sockets."""
    with pytest.MonkeyPatch.context() as patch:
        _isolate(patch, str(tmp_path_factory.mktemp("home")))
        _close_network(patch)
        yield


@pytest.fixture(scope="session")
def prism() -> Iterator[str]:
    """URL of a server that checks requests against GitHub's own API description; installed at first use, needed on CI."""
    from tests.stubs.prism import prism as started

    with started() as url:
        yield url


def _isolate(patch: pytest.MonkeyPatch, home: str) -> None:
    for name in list(os.environ):
        if name.startswith(_DROPPED) or name in _DROPPED_NAMES or name.lower() in _PROXIES:
            patch.delenv(name)
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "USERPROFILE"):
        patch.setenv(name, home)
    git = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_PAGER": "cat"}
    person = {"GIT_AUTHOR_NAME": "Test", "GIT_AUTHOR_EMAIL": "test@example.com", "GIT_COMMITTER_NAME": "Test", "GIT_COMMITTER_EMAIL": "test@example.com"}
    for name, value in {**git, **person}.items():
        patch.setenv(name, value)


def _close_network(patch: pytest.MonkeyPatch) -> None:
    connect, lookup = socket.socket.connect, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            _check_host(address[0])
        connect(self, address)

    def guarded_lookup(host: Any, *args: Any, **kwargs: Any) -> Any:
        _check_host(host)
        return lookup(host, *args, **kwargs)

    patch.setattr(socket.socket, "connect", guarded_connect)
    patch.setattr(socket, "getaddrinfo", guarded_lookup)


def _check_host(host: Any) -> None:
    text = host.decode() if isinstance(host, bytes) else host
    if _state["open"] or text in (None, "", "localhost") or _is_loopback(str(text)):
        return
    raise AssertionError(f"a test tried to reach {text}: use a local server, or mark the test with `network`")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
