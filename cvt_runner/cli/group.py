"""The commands and their options, built when they are asked for."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import click

from cvt_runner import __version__
from cvt_runner.console import Console

if TYPE_CHECKING:
    from cvt_runner.commands.judgement import Told
    from cvt_runner.commands.present import Presentation
    from cvt_runner.pipeline.surroundings import Surroundings
    from cvt_runner.specs.operand import Operands

FORMATS: Final = ("text", "json", "markdown", "summary", "github", "sarif", "junit", "html")
CHANGELOG_FORMATS: Final = ("markdown", "html", "text", "json")
_SEVERITIES: Final = ("error", "warning")
_POLICIES: Final = ("off", "warn", "enforce")
_SHELLS: Final = ("bash", "zsh", "fish")
_EXIT_CODES: Final = "Exit codes: 0 ok, 1 broken, 2 configuration, 3 inconclusive, 4 internal error, 130 interrupted."
_SETTINGS: Final = {"help_option_names": ["-h", "--help"], "max_content_width": 110}


class _Lazy(click.Group):
    """A group that builds a command when it is used or listed."""

    def __init__(self, console: Console, **settings: Any) -> None:
        super().__init__(**settings)
        self._console = console

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 click calls it so
        return [*_COMMANDS, *_REMOTE]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 click calls it so
        build_one = _COMMANDS.get(cmd_name) or (_remote(cmd_name) if cmd_name in _REMOTE else None)
        return build_one(self._console) if build_one else None

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.list_commands(ctx) and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], self.list_commands(ctx), n=1, cutoff=0.5)
            raise click.UsageError(f"there is no command {args[0]!r}" + (f"; did you mean {near[0]!r}?" if near else ""), ctx)
        return super().resolve_command(ctx, args)


def build(console: Console) -> click.Group:
    """The `cvt` command."""
    group = _Lazy(console, name="cvt", help="Contract verification for OpenAPI: what a change breaks, and for whom.", context_settings=_SETTINGS)
    version = click.Option(["--version", "-V"], is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version and exit.")
    group.params.append(version)
    return group


def _version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value:
        click.echo(f"cvt {__version__}")
        ctx.exit(0)


def _input_options() -> list[click.Parameter]:
    """One option per input; secrets come from the environment only, where nobody sees them in a list of processes."""
    from cvt_runner.inputs import INPUTS

    options: list[click.Parameter] = []
    for row in INPUTS:
        if not row.secret:
            metavar = "|".join(row.choices) or {"boolean": "true|false", "list": "RULE=LEVEL" if row.name == "severity" else "PATH"}.get(row.type, "TEXT")
            options.append(click.Option([f"--{row.name}"], multiple=row.type == "list", metavar=metavar, help=f"{row.help} [{row.env}]"))
    return options


def _flags(values: dict[str, Any]) -> dict[str, str]:
    given = {name.replace("_", "-"): value for name, value in values.items() if value not in (None, ())}
    return {name: "\n".join(value) if isinstance(value, tuple) else value for name, value in given.items()}


def _surroundings(console: Console, values: dict[str, Any]) -> Surroundings:
    from cvt_runner.pipeline.surroundings import Surroundings

    return Surroundings(
        env=dict(os.environ),
        cwd=os.getcwd(),
        now=datetime.now(UTC),
        console=console,
        clock=time.perf_counter,
        flags=_flags(values),
        color=_color(),
        width=_width(),
    )


def _color() -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()


def _width() -> int:
    columns = os.environ.get("COLUMNS", "")
    if columns.isascii() and columns.isdigit() and 20 <= int(columns[:5]) <= 1000:
        return int(columns[:5])
    try:
        return max(40, os.get_terminal_size(sys.stdout.fileno()).columns)
    except (OSError, ValueError):
        return 100


def _ci(console: Console) -> click.Command:
    def callback(**values: Any) -> int:
        from cvt_runner.commands import ci

        return ci.run(_surroundings(console, values), stdout=sys.stdout)

    text = "Compare the checked out specifications with their base, lint them, write the reports and publish them."
    return click.Command("ci", params=_input_options(), callback=callback, help=text, epilog=_EXIT_CODES)


def _doctor(console: Console) -> click.Command:
    def callback(**values: Any) -> int:
        from cvt_runner.commands import doctor

        return doctor.run(_surroundings(console, values))

    text = "Check what `cvt ci` needs here and say how to get it. Publishes nothing. Exit code 0, or 2 when something is missing."
    return click.Command("doctor", params=_input_options(), callback=callback, help=text)


def _result_options() -> list[click.Parameter]:
    return [
        click.Option(["--format", "-f"], type=click.Choice(FORMATS), default=None, show_default="text", help="How the result is shown."),
        click.Option(["--output", "-o"], metavar="FILE", default="", help="Write the result to a file instead of standard output."),
        click.Option(["--fail-on"], type=click.Choice(_SEVERITIES), default=None, show_default="error", help="Lowest severity that gives exit code 1."),
        click.Option(["--severity"], multiple=True, metavar="RULE=LEVEL", help="Severity of a rule (or of a pattern with `*`): error, warning, info or off."),
        click.Option(["--config"], metavar="FILE", default="", help="A cvt.yaml whose `rules`, `fail-on` and `version-policy` count. None is read by itself."),
    ]


def _presentation(values: dict[str, Any]) -> Presentation:
    from cvt_runner.commands.present import Presentation

    notes = bool(values.get("changelog"))
    style = values["format"] or ("markdown" if notes else "text")
    if notes and style not in CHANGELOG_FORMATS:
        raise click.UsageError(f"--changelog has the formats {', '.join(CHANGELOG_FORMATS)}, not {style}")
    published = bool(values.get("published"))
    if published and (notes or values["format"]):
        raise click.UsageError("--json is a form of its own: leave --changelog and --format out")
    return Presentation(format=style, published=published, changelog=notes, output=values["output"], color=_color(), width=_width())


def _told(values: dict[str, Any], operands: Operands) -> Told:
    from cvt_runner.commands.judgement import Told

    return Told(
        fail_on=values["fail_on"] or "",
        severity=tuple(values["severity"]),
        version_policy=values.get("version_policy") or "",
        changelog=bool(values.get("changelog")),
        config=operands.open(values["config"]) if values["config"] else None,
    )


def _lint(console: Console) -> click.Command:
    def callback(files: tuple[str, ...], **values: Any) -> int:
        from cvt_runner.commands import lint

        with _operands() as operands:
            targets = tuple(operands.open(file) for file in dict.fromkeys(files))
            return lint.run(targets, told=_told(values, operands), how=_presentation(values), now=datetime.now(UTC), console=console)

    files = click.Argument(["files"], nargs=-1, required=True, metavar="FILES...")
    text = "Check OpenAPI documents on their own. FILES are paths, `git-ref:path`, addresses, or `-`."
    return click.Command("lint", params=[files, *_result_options()], callback=callback, help=text, epilog=_EXIT_CODES)


def _compare(console: Console) -> click.Command:
    def callback(old: str, new: str, **values: Any) -> int:
        from cvt_runner.commands import compare

        if old == new == "-":
            raise click.UsageError("only one side can be standard input")
        with _operands() as operands:
            sides = operands.open(old), operands.open(new)
            return compare.run(*sides, told=_told(values, operands), how=_presentation(values), now=datetime.now(UTC), console=console)

    sides = [
        click.Option(
            ["--old", "--base"], required=True, metavar="FILE", help="The document that clients were built against: a path, `git-ref:path`, an address, or `-`."
        ),
        click.Option(["--new", "--revision"], required=True, metavar="FILE", help="The document that replaces it: a path, `git-ref:path`, an address, or `-`."),
    ]
    more = [
        click.Option(
            ["--version-policy"],
            type=click.Choice(_POLICIES),
            default=None,
            show_default="off",
            help="What follows when info.version does not announce a breaking change or an addition.",
        ),
        click.Option(["--json", "published"], is_flag=True, help="JSON with the keys of the public CVT."),
        click.Option(["--changelog"], is_flag=True, help=f"Release notes with every change, breaking or not, as {', '.join(CHANGELOG_FORMATS)}."),
    ]
    return click.Command("compare", params=[*sides, *_result_options(), *more], callback=callback, help="Compare two OpenAPI documents.", epilog=_EXIT_CODES)


def _operands() -> Operands:
    from cvt_runner.specs.operand import Operands

    return Operands(os.getcwd(), dict(os.environ), sys.stdin.buffer.read)


def _explain(console: Console) -> click.Command:
    def callback(rule: str) -> int:
        from cvt_runner.commands import explain

        return explain.run(rule, console=console, width=_width())

    argument = click.Argument(["rule"], required=False, default="")
    text = "Say what a rule means, why it matters and how to fix it; without RULE, list all."
    return click.Command("explain", params=[argument], callback=callback, help=text)


def _server(name: str, text: str) -> Callable[[Console], click.Command]:
    """A command that the server's own command line answers, help included."""

    def make(_console: Console) -> click.Command:
        def callback(arguments: tuple[str, ...]) -> int:
            from cvt_runner import server

            server.run(name, *arguments)

        rest = click.Argument(["arguments"], nargs=-1, type=click.UNPROCESSED)
        settings: dict[str, Any] = {"ignore_unknown_options": True, "help_option_names": []}
        return click.Command(name, params=[rest], callback=callback, help=text, context_settings=settings, add_help_option=False)

    return make


def _validate(console: Console) -> click.Command:
    from cvt_runner.cli.exchange import validate

    return validate(console)


def _generate(console: Console) -> click.Command:
    from cvt_runner.cli.exchange import generate

    return generate(console)


def _completion(console: Console) -> click.Command:
    def callback(shell: str) -> int:
        from click.shell_completion import get_completion_class

        script = get_completion_class(shell)
        if script is not None:
            console.show(script(click.Group("cvt"), {}, "cvt", "_CVT_COMPLETE").source())
        return 0

    argument = click.Argument(["shell"], type=click.Choice(_SHELLS))
    text = 'Print the script that completes commands and options: eval "$(cvt completion bash)".'
    return click.Command("completion", params=[argument], callback=callback, help=text)


def _remote(name: str) -> Callable[[Console], click.Command]:
    from cvt_runner.cli.remote import COMMANDS

    return COMMANDS[name]


_REMOTE: Final = ("register-schema", "can-i-deploy", "record-deployment", "deployments", "schemas", "consumers", "wait")
_COMMANDS: Final[dict[str, Callable[[Console], click.Command]]] = {
    "ci": _ci,
    "compare": _compare,
    "lint": _lint,
    "explain": _explain,
    "doctor": _doctor,
    "validate": _validate,
    "generate": _generate,
    "completion": _completion,
    "serve": _server("serve", "Run the contract server: gRPC on 9550, HTTP on 9551."),
    "keys": _server("keys", "Make, list, rotate and revoke the server's API keys."),
}
