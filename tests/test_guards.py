"""The guards of conftest.py and rig.py hold: they are what keeps the other tests honest."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import pytest

from tests import rig


def test_other_machines_cannot_be_reached() -> None:
    with pytest.raises(AssertionError, match="tried to reach"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    with pytest.raises(AssertionError, match="tried to reach"):
        socket.getaddrinfo("example.com", 443)


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()


def test_home_is_empty_and_git_reads_no_configuration_of_the_user() -> None:
    assert Path.home() != Path(rig.ENV.get("HOME", ""))
    assert list(Path.home().iterdir()) == []
    listed = subprocess.run(["git", "config", "--list", "--show-scope"], cwd=Path.home(), capture_output=True, text=True, check=False)
    assert "global" not in listed.stdout
    assert "system" not in listed.stdout


def test_no_variable_of_the_ci_around_us_is_visible() -> None:
    assert not [name for name in os.environ if name.startswith(("GITHUB_", "GITLAB_", "CVT_")) or name == "CI"]


def test_a_missing_tool_skips_on_a_laptop_and_fails_on_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rig, "IN_CI", False)
    with pytest.raises(pytest.skip.Exception, match="no-such-tool is not installed"):
        rig.require_tool("no-such-tool")
    monkeypatch.setattr(rig, "IN_CI", True)
    with pytest.raises(pytest.fail.Exception, match="no-such-tool is not installed"):
        rig.require_tool("no-such-tool")


def test_a_tool_that_is_there_is_found() -> None:
    assert Path(rig.require_tool("git")).is_file()
