"""`cvt doctor`: does this place have what `cvt ci` needs? A checklist with fixes; nothing is written or published."""

from __future__ import annotations

import platform
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib import metadata
from typing import Final

from cvt_engine.errors import EngineError
from cvt_runner import __version__
from cvt_runner.config.waivers import read_waivers
from cvt_runner.console import printable
from cvt_runner.errors import RunnerError
from cvt_runner.model.event import EventKind, Platform
from cvt_runner.model.report import SpecStatus
from cvt_runner.pipeline.prepare import Opened, base_lines, open_run, prepare, settled_base, warnings_of
from cvt_runner.pipeline.surroundings import Surroundings
from cvt_runner.specs.fetch import is_shallow
from cvt_runner.specs.objects import Objects

_GIT_NEEDED: Final = (2, 30)
_PACKAGES: Final = ("click", "msgspec", "jsonschema-rs", "jinja2", "PyYAML")
_PERMISSIONS: Final = "permissions: { contents: read, pull-requests: write, statuses: write, checks: write }"


class Mark(StrEnum):
    """`ok` is fine, `warn` costs something and `fail` keeps `cvt ci` from working."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Point:
    """One line of the checklist; `fix` says what to do, "" when there is nothing to do."""

    mark: Mark
    what: str
    fix: str = ""


def run(around: Surroundings) -> int:
    """Print the checklist; 0 when `cvt ci` can work here, 2 when not."""
    points = list(examine(around))
    for point in points:
        around.console.write(f"[{point.mark.value:<4}] {printable(point.what)}\n" + (f"       fix: {printable(point.fix)}\n" if point.fix else ""))
    failed = sum(point.mark is Mark.FAIL for point in points)
    around.console.write(f"{failed} problem{'' if failed == 1 else 's'} to fix\n" if failed else "everything that `cvt ci` needs is here\n")
    return 2 if failed else 0


def examine(around: Surroundings) -> Iterator[Point]:
    """The checklist. What cannot be examined because of an earlier failure is left out."""
    yield Point(Mark.OK, f"cvt {__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}")
    yield _packages()
    for warning in warnings_of(around):
        yield Point(Mark.WARN, warning)
    try:
        opened = open_run(around)
    except (RunnerError, EngineError) as error:
        yield _failed("repository and configuration", error)
        return
    yield from _repository(opened)
    yield from _event(opened)
    yield from _guarded(lambda: _configuration(opened), "configuration")
    yield from _guarded(lambda: _specifications(opened), "base and specifications")
    yield from _token(opened)


def _guarded(points: Callable[[], Iterator[Point]], what: str) -> Iterator[Point]:
    try:
        yield from points()
    except (RunnerError, EngineError) as error:
        yield _failed(what, error)


def _failed(what: str, error: RunnerError | EngineError) -> Point:
    return Point(Mark.FAIL, f"{what}: {error.message}", error.hint)


def _packages() -> Point:
    versions = []
    for name in _PACKAGES:
        try:
            versions.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            return Point(Mark.FAIL, f"the package {name} is missing", "start cvt through its own `cvt` script, or install it with pip")
    return Point(Mark.OK, ", ".join(versions))


def _repository(opened: Opened) -> Iterator[Point]:
    text = opened.git.line("--version")
    found = re.search(r"(\d+)\.(\d+)", text)
    new_enough = found is not None and (int(found[1]), int(found[2])) >= _GIT_NEEDED
    wanted = ".".join(map(str, _GIT_NEEDED))
    yield Point(Mark.OK if new_enough else Mark.WARN, text or "git does not say its version", "" if new_enough else f"install git {wanted} or newer")
    if not opened.head:
        yield Point(Mark.FAIL, "the repository has no commit", "commit once")
        return
    yield Point(Mark.OK, f"repository {opened.git.root} at {opened.head[:12]}")
    if is_shallow(opened.git):
        yield Point(Mark.OK, "the clone is shallow: missing commits are fetched when they are needed, which needs a reachable remote")


def _event(opened: Opened) -> Iterator[Point]:
    event = opened.detected.event
    number = f" #{event.pull_request}" if event.pull_request else ""
    yield Point(Mark.OK, f"platform {event.platform.value}, event {event.name or event.kind.value}{number}")
    for note in opened.detected.notes:
        yield Point(Mark.WARN, note)


def _configuration(opened: Opened) -> Iterator[Point]:
    config = opened.config
    yield Point(Mark.OK, f"configuration {config.file}" if config.file else "no configuration file: defaults are used")
    for name, place in config.sources:
        yield Point(Mark.OK, f"  {name} is set by {place}")


def _specifications(opened: Opened) -> Iterator[Point]:
    base = settled_base(opened)
    if base.sha:
        yield Point(Mark.OK, base_lines(base)[-1])
    else:
        yield Point(Mark.FAIL, f"no base to compare with: {base.because}", "check out with history (fetch-depth: 0), or name a base with the input `base`")
    objects = Objects(opened.git)
    try:
        ready = prepare(opened, objects, base=base)
        waivers = read_waivers(ready.head(opened.config.waivers), opened.config.waivers) if ready.has(opened.config.waivers) else ()
    finally:
        objects.close()
    pairs = ready.pairs.pairs
    if not pairs:
        yield Point(Mark.WARN, "no OpenAPI document was found", "name one with the input `schema`")
    for pair in pairs:
        yield Point(Mark.OK, f"specification {pair.path}: {pair.status.value} ({pair.why})")
    if any(pair.status is SpecStatus.DELETED for pair in pairs):
        yield Point(Mark.WARN, "a specification of the base is gone")
    for note in ready.notes:
        yield Point(Mark.WARN, note)
    yield Point(Mark.OK, f"{len(waivers)} waivers in {opened.config.waivers}" if waivers else "no waivers")


def _token(opened: Opened) -> Iterator[Point]:
    """What the environment shows; what a token really may is only known by trying, and this command posts nothing."""
    event, config = opened.detected.event, opened.config
    if event.platform is not Platform.GITHUB:
        yield Point(Mark.OK, "not on a platform with comments: results go to the terminal and the output directory")
        return
    if not opened.detected.output_file:
        yield Point(Mark.WARN, "GITHUB_OUTPUT is not set: later steps get no outputs", "run through the action or in a `run` step")
    if not config.token:
        yield Point(Mark.WARN, "no token: no comment, status or check", "pass the input `token`, or `env: CVT_TOKEN: ${{ github.token }}`")
    elif event.is_fork or event.actor == "dependabot[bot]":
        yield Point(Mark.WARN, "the token of a fork or Dependabot run may only read: annotations, summary and outputs still work")
    else:
        yield Point(Mark.OK, "a token is there; comment, status and check also need its permissions", _PERMISSIONS)
    if event.kind is not EventKind.PULL_REQUEST:
        yield Point(Mark.OK, "not a pull request: no comment")
