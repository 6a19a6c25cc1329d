"""The commands that talk to a contract server, and their options."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import click

from cvt_runner.console import Console

if TYPE_CHECKING:
    from cvt_runner.commands.reply import Reply
    from cvt_runner.remote.client import Client
    from cvt_runner.remote.target import Target

_CODES: Final = "Exit codes: 0 yes or done, 1 no or refused, 2 usage or access, 3 unknown or unreachable, 4 internal error."
_CHANNEL: Final = ("server", "tls", "ca", "cert", "key", "api_key_file")
_NEEDED: Final = ("grpc", "google.protobuf")
Act = Callable[["Client", dict[str, Any]], "Reply"]


def _options(timeout: float = 30.0) -> list[click.Parameter]:
    return [
        click.Option(["--server", "-S"], metavar="HOST:PORT", default=None, help="Contract server [CVT_SERVER_ADDR, CVT_SERVER]; default localhost:9550."),
        click.Option(["--tls"], is_flag=True, help="Speak TLS [CVT_TLS]; --ca and --cert imply it."),
        click.Option(["--ca"], metavar="FILE", default=None, help="Authorities of the server's certificate, PEM [CVT_TLS_CA]."),
        click.Option(["--cert"], metavar="FILE", default=None, help="Client certificate, PEM [CVT_TLS_CERT]."),
        click.Option(["--key"], metavar="FILE", default=None, help="Its private key, PEM [CVT_TLS_KEY]."),
        click.Option(["--api-key-file"], metavar="FILE", default=None, help="File with the API key; else the environment's CVT_API_KEY."),
        click.Option(["--timeout", "-t"], type=click.FloatRange(0.1, 86_400), default=timeout, show_default=True, help="Seconds to wait for the answer."),
        click.Option(["--format", "-f"], type=click.Choice(("text", "json")), default="text", show_default=True, help="How the answer is shown."),
        click.Option(["--json", "-j", "published"], is_flag=True, help="JSON with the keys of the public CVT."),
    ]


def _style(values: dict[str, Any]) -> str:
    published, style, quiet = values.pop("published"), values.pop("format"), values.pop("quiet", False)
    return "quiet" if quiet else "published" if published else str(style)


def target_from(values: dict[str, Any]) -> Target:
    """Where to call, from options and environment; takes them out of `values`. Raises UsageError."""
    from cvt_runner.remote.target import target_of

    given = {name.replace("_", "-"): value for name in _CHANNEL if (value := values.pop(name))}
    if given.get("tls"):
        given["tls"] = "true"
    return target_of(given, os.environ)


def _needs_packages() -> None:
    from importlib.util import find_spec

    from cvt_runner.errors import NeedsPackages

    if any(find_spec(name) is None for name in _NEEDED):
        hint = "start it with ./cvt, which installs them; or: pip install 'cvt-runner[server]'; or: CVT_EXTRAS=server"
        raise NeedsPackages("this command needs packages that are not installed here: grpcio, protobuf", hint=hint)


def _command(name: str, text: str, params: list[click.Parameter], act: Act, *, timeout: float = 30.0) -> Callable[[Console], click.Command]:
    """A command that opens a connection, asks, and shows the answer."""

    def make(console: Console) -> click.Command:
        def callback(**values: Any) -> int:
            from cvt_runner.commands.reply import show

            _needs_packages()
            from cvt_runner.remote.client import Client

            style, target, limit = _style(values), target_from(values), values.pop("timeout")
            with Client(target, timeout=limit) as client:
                return show(act(client, values), style, console)

        return click.Command(name, params=[*params, *_options(timeout)], callback=callback, help=text, epilog=_CODES)

    return make


def _group(name: str, text: str, commands: dict[str, Callable[[Console], click.Command]]) -> Callable[[Console], click.Command]:
    def make(console: Console) -> click.Command:
        group = click.Group(name, help=text, epilog=_CODES)
        for command in commands.values():
            group.add_command(command(console))
        return group

    return make


def _argument(name: str, *, required: bool = True) -> click.Argument:
    optional: dict[str, Any] = {"callback": _not_empty} if required else {"default": ""}
    return click.Argument([name], required=required, metavar=name.upper(), **optional)


def _not_empty(_context: click.Context, param: click.Parameter, value: str) -> str:
    """An unset variable of a script arrives as an empty text."""
    if not value.strip():
        raise click.BadParameter("it is empty", param=param)
    return value


def _text(*names: str, text: str, required: bool = False) -> click.Option:
    optional: dict[str, Any] = {} if required else {"default": ""}
    return click.Option(list(names), metavar="TEXT", required=required, help=text, **optional)


def _register(client: Client, values: dict[str, Any]) -> Reply:
    from cvt_runner.commands.register_schema import Wanted, register
    from cvt_runner.remote.document import self_contained

    names = ("schema_id", "version", "revision", "owner", "team", "contact_email", "read_only")
    given: dict[str, Any] = {name: values[name] for name in names}
    given["revision"] = given["revision"] or _head()
    content = self_contained(values["file"], os.getcwd(), os.environ)
    return register(client, Wanted(content=content, check=values["check_compatibility"], refuse_breaking=values["fail_on_breaking"], **given))


def _head() -> str:
    """The commit that is checked out here, "" where there is none."""
    try:
        done = subprocess.run(["git", "rev-parse", "--verify", "HEAD"], capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _can_i_deploy(client: Client, values: dict[str, Any]) -> Reply:
    from cvt_runner.commands import can_i_deploy

    return can_i_deploy.ask(client, values["schema"], values["version"], values["env"])


def _registry(verb: str) -> Any:
    from cvt_runner.commands import registry

    return getattr(registry, verb)


def _consumer(client: Client, values: dict[str, Any]) -> Reply:
    from cvt_runner.errors import UsageError

    endpoints = []
    for text in values.pop("endpoint"):
        method, _, rest = text.partition(" ")
        path, _, fields = rest.strip().partition(" ")
        if not path:
            raise UsageError(f"the endpoint is {text!r}, but must be METHOD PATH [FIELD,FIELD]", hint="for example 'GET /orders/{id} id,lines.price'")
        endpoints.append((method.upper(), path, [field for field in fields.replace(" ", "").split(",") if field]))
    result: Reply = _registry("register_consumer")(client, {**values, "endpoints": endpoints})
    return result


def _wait(console: Console) -> click.Command:
    def callback(**values: Any) -> int:
        from cvt_runner.commands.reply import show

        _needs_packages()
        from cvt_runner.commands.wait import until_ready

        style = _style(values)
        return show(until_ready(target_from(values), timeout=values["timeout"], interval=values["interval"]), style, console)

    params = [click.Option(["--interval", "-i"], type=click.FloatRange(0.05, 3600), default=2.0, show_default=True, help="Seconds between attempts."), _QUIET]
    return click.Command("wait", params=[*params, *_options(60.0)], callback=callback, help="Wait until the contract server serves.", epilog=_CODES)


_QUIET: Final = click.Option(["--quiet", "-q"], is_flag=True, help="Print nothing; the exit code is the answer.")
_REGISTER: Final[list[click.Parameter]] = [
    _argument("schema_id"),
    click.Argument(["file"], metavar="FILE_OR_URL"),
    _text("--version", "-v", text="Version to be sure of: refused when info.version is another."),
    _text("--revision", text="Commit that the description comes from; default: the one that is checked out here."),
    click.Option(["--check-compatibility"], is_flag=True, help="Compare with the version before and tell what breaks."),
    click.Option(["--fail-on-breaking"], is_flag=True, help="Compare first, and register nothing when it breaks (exit code 1)."),
    _text("--owner", text="Who owns it."),
    _text("--team", text="Which team."),
    _text("--contact-email", text="Where to write to."),
    click.Option(["--read-only"], is_flag=True, help="Only the owner's key may register from now on."),
    _QUIET,
]
_DEPLOY: Final[list[click.Parameter]] = [
    _text("--schema", text="Schema id.", required=True),
    _text("--version", text="Version to deploy.", required=True),
    _text("--env", "--environment", text="Where to.", required=True),
    _QUIET,
]
_RECORD: Final[list[click.Parameter]] = [*_DEPLOY[:3], _text("--revision", text="Commit that is deployed; default: the registered one.")]
_WHERE: Final = _text("--env", "--environment", text="Environment.")
_WHOSE: Final[list[click.Parameter]] = [_text("--owner", text="Only this owner's."), _text("--team", text="Only this team's.")]
_SCHEMA: Final = _argument("schema_id")

COMMANDS: Final[dict[str, Callable[[Console], click.Command]]] = {
    "register-schema": _command("register-schema", "Register a description, under its info.version.", _REGISTER, _register),
    "can-i-deploy": _command("can-i-deploy", "May this version be deployed there? Yes, no, or unknown, with reasons.", _DEPLOY, _can_i_deploy),
    "record-deployment": _command(
        "record-deployment",
        "Say what is deployed where. Refused for a version that is not registered.",
        _RECORD,
        lambda client, v: _registry("record_deployment")(client, v["schema"], v["version"], v["env"], v["revision"]),
    ),
    "wait": _wait,
    "schemas": _group(
        "schemas",
        "What is registered.",
        {
            "list": _command(
                "list", "The latest version of each schema.", _WHOSE, lambda client, v: _registry("schemas")(client, owner=v["owner"], team=v["team"])
            ),
            "versions": _command("versions", "Every version of a schema.", [_SCHEMA], lambda client, v: _registry("versions")(client, v["schema_id"])),
            "get": _command(
                "get",
                "A description as it was registered.",
                [_SCHEMA, _argument("version", required=False)],
                lambda client, v: _registry("content")(client, v["schema_id"], v["version"]),
            ),
            "delete": _command(
                "delete",
                "Hide a version, or the whole schema.",
                [_SCHEMA, _argument("version", required=False)],
                lambda client, v: _registry("delete")(client, v["schema_id"], v["version"]),
            ),
            "restore": _command(
                "restore",
                "Undo a deletion.",
                [_SCHEMA, _argument("version", required=False)],
                lambda client, v: _registry("restore")(client, v["schema_id"], v["version"]),
            ),
        },
    ),
    "consumers": _group(
        "consumers",
        "Who uses what.",
        {
            "list": _command("list", "Who uses a schema.", [_SCHEMA, _WHERE], lambda client, v: _registry("consumers")(client, v["schema_id"], v["env"])),
            "register": _command(
                "register",
                "Say who uses what.",
                [
                    _argument("consumer_id"),
                    _SCHEMA,
                    _text("--consumer-version", text="Version of the consumer."),
                    _text("--schema-version", text="Version of the schema that it was built against."),
                    _text("--env", "--environment", "environment", text="Where it runs; default dev."),
                    click.Option(["--endpoint"], multiple=True, metavar="'METHOD PATH [FIELDS]'", help="What it calls and reads; none: everything."),
                ],
                _consumer,
            ),
            "deregister": _command(
                "deregister",
                "A consumer uses a schema no more.",
                [_argument("consumer_id"), _SCHEMA, _WHERE],
                lambda client, v: _registry("deregister_consumer")(client, v["consumer_id"], v["schema_id"], v["env"]),
            ),
        },
    ),
    "deployments": _command(
        "deployments",
        "What is deployed where.",
        [_WHERE, _text("--schema", text="Only this schema."), click.Option(["--history"], is_flag=True, help="What was deployed, too.")],
        lambda client, v: _registry("deployments")(client, environment=v["env"], schema_id=v["schema"], history=v["history"]),
    ),
}
