"""A developer's machine, or a CI platform without an adapter."""

from __future__ import annotations

from collections.abc import Mapping

from cvt_runner.ci.platform import Detected
from cvt_runner.model.event import CiEvent, EventKind, Platform


def here(env: Mapping[str, str]) -> bool:  # noqa: ARG001
    """Always: this is the last resort."""
    return True


def detect(env: Mapping[str, str]) -> Detected:  # noqa: ARG001
    """No event: the working tree is compared with where it left the main branch."""
    return Detected(CiEvent(platform=Platform.LOCAL, kind=EventKind.OTHER, name="local"))
