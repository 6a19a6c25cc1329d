"""The one merged configuration of a run."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from msgspec import Struct

from cvt_engine.finding import Severity
from cvt_runner.model.levels import Setting
from cvt_runner.model.version import VersionPolicy


class OnInconclusive(StrEnum):
    """What an inconclusive run does to the exit code."""

    FAIL = "fail"
    NEUTRAL = "neutral"


class WaiversFrom(StrEnum):
    """Which side the waivers are read from."""

    HEAD = "head"
    BASE = "base"


class Api(Struct, frozen=True):
    """One entry of `apis:` in the configuration file: a name that stays when the file moves. `schema` is relative to the repository."""

    id: str
    schema: str
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Config:
    """Everything a run was told, from `cvt.yaml` < environment < command line.

    `schema`, `waivers`, `working_directory` and the `schema` of `apis` are POSIX paths (or globs) relative to the repository root,
    `output_directory` is absolute. `waivers_named` is true when the waiver file was asked for, so that its absence is an error.
    `rules` are the severities that were asked for, of which the last that matches counts.
    `file` is the configuration file's path relative to the repository, "" if there is none. `sources` says where each value that
    is not a default came from, as (name, place).
    """

    schema: tuple[str, ...] = ()
    base: str = ""
    fail_on: Severity = Severity.ERROR
    on_inconclusive: OnInconclusive = OnInconclusive.FAIL
    rules: tuple[Setting, ...] = ()
    version_policy: VersionPolicy = VersionPolicy.OFF
    waivers: str = ".cvt-waivers.yaml"
    waivers_named: bool = False
    waivers_from: WaiversFrom = WaiversFrom.HEAD
    comment: bool = True
    annotations: bool = True
    status: bool = True
    check: bool = True
    group: str = ""
    test: tuple[str, ...] = ()
    test_timeout: float = 1800.0
    server: str = ""
    server_image: str = ""
    server_pull: str = "missing"
    register: str = "auto"
    environment: str = ""
    unused_breaks: Severity = Severity.ERROR
    api_key: str = field(default="", repr=False)
    tls_ca: str = ""
    token: str = field(default="", repr=False)
    apis: tuple[Api, ...] = ()
    file: str = ""
    working_directory: str = "."
    output_directory: str = ".cvt"
    sources: tuple[tuple[str, str], ...] = ()

    @property
    def remote(self) -> bool:
        """Is there a server that outlives this run?"""
        return self.server not in ("", "embedded", "docker")

    @property
    def needs_server(self) -> bool:
        """Does anything in this run ask for a server? A run that only compares never starts one."""
        return bool(self.server or self.test)
