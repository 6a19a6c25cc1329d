"""What a command on files was told about severities, versions and failing: options, then the configuration file."""

from __future__ import annotations

from msgspec import Struct

from cvt_engine.errors import SourceMissing
from cvt_engine.finding import Severity
from cvt_runner.checks.levels import Levels
from cvt_runner.checks.spec import Judgement
from cvt_runner.config.file import FileConfig, read_judgement
from cvt_runner.config.levels import rules_from
from cvt_runner.errors import UsageError
from cvt_runner.model.version import VersionPolicy
from cvt_runner.specs.operand import Operand


class Told(Struct, frozen=True):
    """The options as given: "" where one was not. Paths and platforms in `config` mean nothing to a command on files."""

    fail_on: str = ""
    severity: tuple[str, ...] = ()
    version_policy: str = ""
    changelog: bool = False
    config: Operand | None = None


def judgement(told: Told) -> tuple[Judgement, Severity]:
    """How findings are judged, and the lowest severity that fails. Raises UsageError naming the option, or file:line."""
    file = _file(told.config)
    levels = Levels((*file.rules, *rules_from(told.severity, "--severity")))
    policy = told.version_policy or _said(file, "version-policy") or VersionPolicy.OFF.value
    return Judgement(levels, VersionPolicy(policy), told.changelog), Severity(told.fail_on or _said(file, "fail-on") or Severity.ERROR.value)


def _said(file: FileConfig, name: str) -> str:
    value, _ = file.values.get(name, ("", ""))
    return value if isinstance(value, str) else ""


def _file(config: Operand | None) -> FileConfig:
    if config is None:
        return FileConfig({})
    try:
        return read_judgement(config.read(config.path), config.path)
    except SourceMissing as error:
        raise UsageError(f"--config: {error.where} {error.message}", hint=error.hint) from None
