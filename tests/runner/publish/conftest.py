"""The stateful GitHub stand-in as a fixture."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.runner.publish.samples import HEAD, PULL
from tests.stubs.github_stub import GitHubStub


@pytest.fixture
def github() -> Iterator[GitHubStub]:
    """A server with one open pull request."""
    with GitHubStub() as stub:
        stub.pulls[PULL] = HEAD
        yield stub
