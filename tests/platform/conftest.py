"""The engine and the repositories that the platform tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.platform import docker as rig
from tests.platform.act import Engine, act_binary, export_action
from tests.platform.origin import BROKEN, GROWN, Origin, make_origin
from tests.rig import cache
from tests.stubs.github_stub import GitHubStub


@pytest.fixture(scope="session")
def engine(guards: None, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """act with the exported action; the virtual environment is kept in the test cache."""
    place = tmp_path_factory.mktemp("act")
    (place / "runs").mkdir()
    return Engine(act_binary(), export_action(place / "action"), cache() / "environments", place / "runs")


@pytest.fixture(scope="session")
def broken(guards: None, tmp_path_factory: pytest.TempPathFactory) -> Origin:
    """A pull request that removes an operation."""
    return make_origin(tmp_path_factory.mktemp("broken"), BROKEN)


@pytest.fixture(scope="session")
def grown(guards: None, tmp_path_factory: pytest.TempPathFactory) -> Origin:
    """A pull request that breaks nobody."""
    return make_origin(tmp_path_factory.mktemp("grown"), GROWN)


@pytest.fixture
def github() -> Iterator[GitHubStub]:
    """The platform's API, with state."""
    with GitHubStub() as stub:
        yield stub


@pytest.fixture(scope="session")
def docker(guards: None) -> Iterator[rig.Docker]:
    """A container engine; root may have to start one."""
    with rig.engine() as started:
        yield started


@pytest.fixture(scope="session")
def server_image(docker: rig.Docker) -> str:
    """The tag of the image that deploy/Dockerfile makes of this checkout."""
    return rig.server_image(docker)
