"""From the surroundings to the Report. Writes nothing and publishes nothing."""

from __future__ import annotations

import posixpath
import shlex
from collections.abc import Iterator
from typing import Final

from cvt_engine.errors import SourceMissing
from cvt_runner import __version__
from cvt_runner.checks.levels import Levels, adjust_waivers, level_set
from cvt_runner.checks.spec import Judgement, Readers, check_spec
from cvt_runner.checks.waive import WaiverSet, apply_waivers, waiver_set
from cvt_runner.config.waivers import read_waivers
from cvt_runner.console import Console
from cvt_runner.errors import UsageError
from cvt_runner.model.config import Config, OnInconclusive, WaiversFrom
from cvt_runner.model.event import EventKind, Platform
from cvt_runner.model.report import Report, Run, SpecReport, SpecStatus
from cvt_runner.model.spec import SpecPair
from cvt_runner.model.version import VersionPolicy
from cvt_runner.model.waiver import Waiver
from cvt_runner.pipeline.prepare import Opened, Prepared, base_lines, open_run, prepare, settled_base, warnings_of
from cvt_runner.pipeline.surroundings import Surroundings
from cvt_runner.specs.objects import Objects

_SHOWN: Final = 20
_REPRODUCED: Final = 5


def compute(around: Surroundings) -> tuple[Report, Opened]:
    """Find out everything about this run. Raises UsageError for what the user has to correct, GitError for what git cannot do."""
    started = around.clock()
    opened = open_run(around)
    objects = Objects(opened.git)
    try:
        base = settled_base(opened)
        for line in base_lines(base):
            around.console.say(line)
        ready = prepare(opened, objects, base=base, warnings=warnings_of(around))
        waivers = _waivers(ready)
        _say_pairs(ready, around.console)
        readers = Readers(ready.head, ready.base_reader, around.now.date().isoformat())
        judgement = Judgement(_levels(ready), opened.config.version_policy)
        specs = tuple(check_spec(pair, readers, judgement) for pair in ready.pairs.pairs)
    finally:
        objects.close()
    specs = adjust_waivers(apply_waivers(specs, waivers, today=around.now.date()), judgement.levels)
    return _report(ready, specs, around, milliseconds=round((around.clock() - started) * 1000)), opened


def _levels(ready: Prepared) -> Levels:
    """The severities asked for; without a base nothing can be said to be new in this change."""
    config = ready.opened.config
    return level_set(config.rules, ready.base_config.rules, file=config.file if ready.base.sha else "")


def _report(ready: Prepared, specs: tuple[SpecReport, ...], around: Surroundings, *, milliseconds: int) -> Report:
    config = ready.opened.config
    return Report(
        run=_run(ready.opened, around, milliseconds=milliseconds),
        base=ready.base,
        specs=specs,
        fail_on=config.fail_on,
        neutral_inconclusive=config.on_inconclusive is OnInconclusive.NEUTRAL,
        inconclusive=_inconclusive(ready),
        discovered=discovered(ready),
        reproduce=reproduce(ready, specs),
        notes=ready.notes,
    )


def _run(opened: Opened, around: Surroundings, *, milliseconds: int) -> Run:
    event = opened.detected.event
    return Run(
        tool_version=__version__,
        platform=event.platform.value,
        event=event.name,
        repository=event.repository,
        head_sha=event.head_sha or opened.head,
        pull_request=event.pull_request,
        run_url=event.run_url,
        started=around.now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        duration_ms=milliseconds,
        group=opened.config.group,
    )


def _inconclusive(ready: Prepared) -> str:
    """Why nothing can be said about the change; without a base even "there is no specification" may hide a deleted one."""
    if ready.base.sha or (not ready.pairs.pairs and ready.opened.detected.event.kind is EventKind.OTHER):
        return ""
    return f"there is no base to compare with: {ready.base.because or 'nothing names one'}"


def discovered(ready: Prepared) -> str:
    """How many specifications there are, how many of them need no look, and how they were found, in one sentence."""
    config, count = ready.opened.config, len(ready.pairs.pairs)
    same = sum(pair.status is SpecStatus.UNCHANGED for pair in ready.pairs.pairs)
    aside = f", {same} of them unchanged" if same and count > 1 else ""
    if config.schema:
        how = f"named by {_named_by(ready)}"
    elif config.apis:
        how = f"the APIs of {config.file}"
    else:
        where = "the repository" if config.working_directory == "." else config.working_directory
        how = f"every OpenAPI document in {where}, found by content"
    return f"{count} specification{'' if count == 1 else 's'}{aside} ({how})"


def _named_by(ready: Prepared) -> str:
    """Where the schema was named, in the user's words: on a platform, the variable is only how the input travels."""
    place = dict(ready.opened.config.sources).get("schema", "")
    travels = place == "CVT_SCHEMA" and ready.opened.detected.event.platform is not Platform.LOCAL
    return "the input `schema`" if travels or not place else place


def _say_pairs(ready: Prepared, console: Console) -> None:
    pairs = ready.pairs.pairs
    told = [pair for pair in pairs if pair.status is not SpecStatus.UNCHANGED] or list(pairs)
    console.say(discovered(ready))
    for pair in told[:_SHOWN]:
        console.say(f"  {pair.path}: {pair.status.value} ({_why(pair)})")
    if len(told) > _SHOWN:
        console.say(f"  and {len(told) - _SHOWN} more")
    if len(told) < len(pairs):
        console.say(f"  and {len(pairs) - len(told)} unchanged")
    for note in ready.notes:
        console.say(note)


def _why(pair: SpecPair) -> str:
    return f"{pair.why}, API {pair.api}" if pair.api else pair.why


def reproduce(ready: Prepared, specs: tuple[SpecReport, ...]) -> str:
    """The local command that gives the same verdict: exact commits, exact paths, and every setting that no file of the repository says."""
    opened, base = ready.opened, ready.base.sha
    local = opened.detected.event.platform is Platform.LOCAL
    words = ["cvt", "ci", *(("--base", base) if base else ()), *_told_schemas(opened, specs), *_told_settings(opened.config)]
    if opened.config.working_directory != "." and (not local or _outside(opened.config, "working-directory")):
        words += ["--working-directory", opened.config.working_directory]
    command = shlex.join(words)
    if local or not opened.head:
        return command
    return f"git fetch origin {shlex.join([base, opened.head] if base else [opened.head])} && git checkout --detach {opened.head} && {command}"


def _told_schemas(opened: Opened, specs: tuple[SpecReport, ...]) -> Iterator[str]:
    """The changed specifications, or where they are too many, what was asked for; from the working directory, as every path on the command line."""
    config = opened.config
    changed = [spec.path for spec in specs if spec.status is not SpecStatus.UNCHANGED]
    if not 0 < len(changed) <= _REPRODUCED or any("\n" in path for path in changed):
        changed = list(config.schema) if _outside(config, "schema") else []
    for path in changed:
        yield from ("--schema", _from_start(path, config))


def _told_settings(config: Config) -> Iterator[str]:
    named = {
        "config": _from_start(config.file, config),
        "fail-on": config.fail_on.value,
        "on-inconclusive": config.on_inconclusive.value,
        "waivers": _from_start(config.waivers, config),
        "waivers-from": config.waivers_from.value,
        "server": config.server,
        "environment": config.environment,
        "unused-breaks": config.unused_breaks.value,
        "tls-ca": config.tls_ca,
    }
    for name, value in named.items():
        if _outside(config, name):
            yield from (f"--{name}", value)
    for setting in config.rules:
        if not setting.place.startswith(f"{config.file}:"):
            yield from ("--severity", f"{setting.pattern}={setting.level.value}")
    for command in config.test if _outside(config, "test") else ():
        yield from ("--test", command)
    if config.version_policy is not VersionPolicy.OFF:
        yield from ("--version-policy", config.version_policy.value)


def _outside(config: Config, name: str) -> bool:
    """Whether an input was given by the environment or an option, which a checkout does not bring along."""
    place = dict(config.sources).get(name, "")
    return bool(place) and not (config.file and place.startswith(f"{config.file}:"))


def _from_start(path: str, config: Config) -> str:
    return posixpath.relpath(path or ".", config.working_directory)


def _waivers(ready: Prepared) -> WaiverSet:
    """The waivers that count, those that the head adds marked. Raises UsageError for a file that cannot be understood."""
    config = ready.opened.config
    in_base = _base_waivers(ready, strict=config.waivers_from is WaiversFrom.BASE)
    if config.waivers_from is WaiversFrom.BASE:
        return waiver_set(in_base, in_base)
    return waiver_set(_head_waivers(ready), in_base)


def _head_waivers(ready: Prepared) -> tuple[Waiver, ...]:
    config = ready.opened.config
    try:
        return read_waivers(ready.head(config.waivers), config.waivers)
    except SourceMissing as error:
        if config.waivers_named or ready.has(config.waivers):
            raise UsageError(f"the waiver file {config.waivers} {error.message}") from None
        return ()


def _base_waivers(ready: Prepared, *, strict: bool) -> tuple[Waiver, ...]:
    path = ready.opened.config.waivers
    data = ready.tree.read(path) if ready.tree else None
    try:
        return () if data is None else read_waivers(data, path)
    except UsageError as error:
        if strict:
            raise UsageError(f"the base's waiver file: {error.message}", hint=error.hint) from None
        return ()
