"""What a run does with a contract server: registers, asks who breaks, tests, and tells the result. Only the report decides the exit code."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from cvt_engine.facade import load_spec
from cvt_runner import __version__
from cvt_runner.checks.version import info_of, version_of
from cvt_runner.console import printable
from cvt_runner.errors import AccessDenied, NeedsPackages, RunnerError, Unreachable, UsageError
from cvt_runner.model.event import EventKind, Platform
from cvt_runner.model.report import Report, SpecReport, SpecStatus, State, Verdict
from cvt_runner.pipeline.prepare import Opened
from cvt_runner.pipeline.surroundings import Surroundings

if TYPE_CHECKING:
    from cvt_engine.facade import Spec
    from cvt_runner.remote.client import Client
    from cvt_runner.remote.lifecycle import Server

IMAGE: Final = f"cvt:{__version__}"


def with_server(report: Report, opened: Opened, around: Surroundings) -> Report:
    """The report with what needs a server; the same report where nothing does. Raises UsageError where the server cannot be had as it was asked for."""
    if not opened.config.needs_server:
        if opened.config.register == "always":
            raise UsageError("`register: always` needs `server`: the address of the contract server", hint="for example --server cvt.internal:9550")
        return report
    _needs_packages()
    try:
        with _server(opened, around) as server:
            around.console.say(f"contract server: {server.about}")
            return _Run(opened, around, server).done(report)
    except (Unreachable, AccessDenied) as problem:
        return _without(report, opened, problem)


def publish_verdict(report: Report, opened: Opened, around: Surroundings) -> None:
    """Tell your server what the run concluded. Best effort: the exit code is settled."""
    if not opened.config.remote or opened.detected.event.platform is Platform.LOCAL:
        return
    from cvt_runner.remote.client import Client
    from cvt_runner.remote.registry import publish

    try:
        with Client(_target(opened), timeout=10.0) as client:
            count = publish(client, _verdicts(report, opened))
        if count:
            around.console.say(f"verdict: published to {opened.config.server} ({count} description{'s' if count > 1 else ''})")
    except Exception as problem:  # noqa: BLE001 whatever a server answers, the verdict stands
        around.console.say(f"notice: the verdict was not published: {printable(str(problem))}")


class _Run:
    """One run with a server that answers."""

    def __init__(self, opened: Opened, around: Surroundings, server: Server) -> None:
        self._opened = opened
        self._around = around
        self._server = server

    def done(self, report: Report) -> Report:
        """Everything in its order."""
        from cvt_runner.remote.client import Client
        from cvt_runner.remote.names import schema_ids

        ids = schema_ids([spec if spec.title or spec.api else replace(spec, title=self._title(spec)) for spec in report.specs])
        with Client(self._server.target) as client:
            if self._server.own:
                report = self._filled(report, client, ids)
            else:
                report = self._named(report, client, ids)
            report = self._tested(report)
            if not self._server.own and self._wants_registration(report):
                report = self._registered(report, client, ids)
        return report

    def _filled(self, report: Report, client: Client, ids: Mapping[str, str]) -> Report:
        """A server of our own gets every description that can be read, for the tests to use."""
        from cvt_runner.remote.registry import store

        notes = []
        for spec, content in self._contents(report):
            refusal = store(client, ids[spec.path], content, revision=self._revision())
            name = f"{ids[spec.path]} {spec.version}".rstrip()
            self._around.console.say(f"  registered for this run: {name}" if not refusal else f"  not registered: {name}: {refusal}")
            notes += [f"{name} is not on the contract server of this run: {refusal}"] if refusal else []
        return replace(report, notes=(*report.notes, *notes))

    def _named(self, report: Report, client: Client, ids: Mapping[str, str]) -> Report:
        """Who breaks, by the registry."""
        from cvt_runner.remote.registry import consumers_of, named

        config = self._opened.config
        specs = []
        with _base_specs(report, self._opened) as base_of:
            for spec in report.specs:
                base = base_of(spec) if any(item.check == "diff" for item in spec.items) else None
                consumers = consumers_of(client, ids[spec.path], config.environment) if base is not None else ()
                specs.append(named(spec, consumers, base, unused_level=config.unused_breaks) if base is not None and consumers else spec)
        return replace(report, specs=tuple(specs))

    def _tested(self, report: Report) -> Report:
        from cvt_runner.checks.verify import KEPT_BACK, report_of, run_test
        from cvt_runner.remote.lifecycle import exported

        config = self._opened.config
        if not config.test:
            return report
        env = {**{name: value for name, value in self._around.env.items() if name not in KEPT_BACK}, **exported(self._server)}
        cwd = os.path.join(self._opened.git.root, config.working_directory)
        runs = []
        for command in config.test:
            self._around.console.say(f"test: {command}")
            with _fence(self._opened, self._around):
                runs.append(run_test(command, cwd=cwd, env=env, limit=config.test_timeout))
        return replace(report, specs=(*report.specs, report_of(runs)))

    def _wants_registration(self, report: Report) -> bool:
        event, wish = self._opened.detected.event, self._opened.config.register
        if wish == "never" or report.verdict is not Verdict.OK:
            return False
        branch = event.head_ref.removeprefix("refs/heads/")
        return wish == "always" or (event.kind is EventKind.PUSH and bool(event.default_branch) and branch == event.default_branch)

    def _registered(self, report: Report, client: Client, ids: Mapping[str, str]) -> Report:
        from cvt_runner.remote.registry import refused, store

        specs = {spec.path: spec for spec in report.specs}
        for spec, content in self._contents(report):
            refusal = store(client, ids[spec.path], content, revision=self._revision())
            if refusal:
                specs[spec.path] = refused(specs[spec.path], ids[spec.path], refusal)
            else:
                self._around.console.say(f"registered: {ids[spec.path]} {spec.version}".rstrip())
        return replace(report, specs=tuple(specs.values()))

    def _contents(self, report: Report) -> Iterator[tuple[SpecReport, str]]:
        from cvt_engine.errors import EngineError
        from cvt_runner.remote.document import text_of
        from cvt_runner.specs.source import WorkTree

        for spec in report.specs:
            if spec.status is SpecStatus.DELETED or not spec.readable:
                continue
            try:
                loaded = load_spec(WorkTree(self._opened.git.root), spec.path)
                yield replace(spec, version=spec.version or version_of(loaded)), text_of(loaded)
            except (EngineError, UsageError) as problem:
                self._around.console.say(f"  not registered: {spec.path}: {problem}")

    def _title(self, spec: SpecReport) -> str:
        """The title of a description that the checks had no reason to read."""
        from cvt_engine.errors import EngineError
        from cvt_runner.specs.source import WorkTree

        if spec.status is SpecStatus.DELETED:
            return ""
        try:
            return info_of(load_spec(WorkTree(self._opened.git.root), spec.path), "title")
        except EngineError:
            return ""

    def _revision(self) -> str:
        return self._opened.detected.event.head_sha or self._opened.head


def _server(opened: Opened, around: Surroundings) -> AbstractContextManager[Server]:
    from cvt_runner.remote import lifecycle

    config = opened.config
    match config.server or "embedded":
        case "embedded":
            return lifecycle.embedded(around.console, around.env)
        case "docker":
            return lifecycle.container(around.console, around.env, image=config.server_image or IMAGE, pull=config.server_pull)
        case _:
            return lifecycle.existing(_target(opened))


def _target(opened: Opened) -> Any:
    from cvt_runner.remote.target import target_of

    config = opened.config
    return target_of({"server": config.server, "ca": config.tls_ca}, {"CVT_API_KEY": config.api_key})


def _without(report: Report, opened: Opened, problem: RunnerError) -> Report:
    """No server: the run is inconclusive where its verdict depends on one, else only less is known."""
    config = opened.config
    if config.test or config.register == "always":
        return replace(report, inconclusive=report.inconclusive or f"the contract server is needed, and {problem}")
    return replace(report, notes=(*report.notes, f"the contract server was not asked who breaks: {problem}"))


@contextmanager
def _base_specs(report: Report, opened: Opened) -> Iterator[Any]:
    """A function that loads the base of a part of the report; None where there is none."""
    from cvt_engine.errors import EngineError
    from cvt_runner.specs.objects import Objects, tree
    from cvt_runner.specs.source import CommitTree

    objects = Objects(opened.git)
    try:
        read = CommitTree(tree(opened.git, objects, commit=report.base.sha)) if report.base.sha else None

        def base_of(spec: SpecReport) -> Spec | None:
            try:
                return load_spec(read, spec.base_path or spec.path) if read is not None else None
            except EngineError:
                return None

        yield base_of
    finally:
        objects.close()


@contextmanager
def _fence(opened: Opened, around: Surroundings) -> Iterator[None]:
    """What a test prints is foreign text: on GitHub nothing in it may be obeyed."""
    if opened.detected.event.platform is not Platform.GITHUB:
        yield
        return
    import secrets

    word = secrets.token_hex(16)
    around.console.show(f"::stop-commands::{word}\n")
    try:
        yield
    finally:
        around.console.show(f"\n::{word}::\n")


def _needs_packages() -> None:
    from importlib.util import find_spec

    if any(find_spec(name) is None for name in ("grpc", "google.protobuf")):
        raise NeedsPackages(
            "this run needs the packages of the contract server", hint="start it with ./cvt; or: pip install 'cvt-runner[server]'; or: CVT_EXTRAS=server"
        )


def _verdicts(report: Report, opened: Opened) -> Iterator[dict[str, Any]]:
    from cvt_runner.remote.names import schema_ids

    event, run = opened.detected.event, report.run
    ids = schema_ids(report.specs)
    for spec in report.specs:
        if spec.status is SpecStatus.UNCHANGED and not spec.items:
            continue
        new = [item for item in spec.items if item.state is State.NEW]
        alone = replace(report, specs=(spec,))
        yield {
            "run_id": "/".join(part for part in (run.platform, run.repository, event.run_id, str(event.run_attempt), event.job_key) if part)[:255],
            "api": ids[spec.path],
            "verdict": alone.verdict.value,
            "commit": run.head_sha,
            "base": report.base.sha,
            "branch": event.head_ref[:1000],
            "pull_request": str(run.pull_request or ""),
            "repository": run.repository,
            "url": run.run_url,
            "breaking": sum(item.finding.severity == "error" for item in new),
            "warnings": sum(item.finding.severity == "warning" for item in new),
            "fingerprints": [item.finding.fingerprint for item in new][:1000],
            "waivers": [item.finding.fingerprint for item in spec.items if item.state is State.WAIVED][:1000],
            "consumers": sorted({name for item in new for name in item.consumers})[:1000],
            "duration": run.duration_ms / 1000,
        }


__all__ = ["IMAGE", "publish_verdict", "with_server"]
