"""What an adapter of a CI platform is, and all of them by name. A new platform is one module and one line here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Final, Protocol, cast

from cvt_runner.model.event import CiEvent, Platform


@dataclass(frozen=True, slots=True)
class Detected:
    """The run as its platform describes it. `output_file` and `summary_file` are the files it reads outputs and summary from, "" for none.

    `token` is the platform's own job token where it is in the environment. `notes` say what could not be read.
    """

    event: CiEvent
    output_file: str = ""
    summary_file: str = ""
    token: str = field(default="", repr=False)
    notes: tuple[str, ...] = ()


class Adapter(Protocol):
    """A module that knows one platform by its environment."""

    def here(self, env: Mapping[str, str]) -> bool:
        """Whether this process runs on the platform."""

    def detect(self, env: Mapping[str, str]) -> Detected:
        """Read the event. Never raises for what the platform says: what is missing stays empty and is noted."""


# In the order in which they are asked; `local` comes last and is always there.
ADAPTERS: Final[dict[Platform, str]] = {
    Platform.GITHUB: "cvt_runner.ci.github",
    Platform.LOCAL: "cvt_runner.ci.local",
}


def detect(env: Mapping[str, str]) -> Detected:
    """The run as the first platform that recognises its environment describes it."""
    for module in ADAPTERS.values():
        adapter = cast(Adapter, import_module(module))
        if adapter.here(env):
            return adapter.detect(env)
    return Detected(CiEvent())
