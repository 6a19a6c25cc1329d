"""`python -m cvt_server`: serve, and look after keys. `cvt serve` ends up here."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final

import click

from cvt_server import logs
from cvt_server.errors import ServerError
from cvt_server.settings import SETTINGS, Settings, read

_CONTEXT: Final = {"help_option_names": ["-h", "--help"], "max_content_width": 110}
_SHORT: Final = {"port": "-p"}
_ALIASES: Final = {"tls_enabled": "--tls", "tls_cert_file": "--cert", "tls_key_file": "--key", "tls_ca_file": "--ca", "api_key_enabled": "--api-key-auth"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit code. 0 ok, 2 wrong setting, 3 the database cannot be used, 4 a defect, 130 interrupted."""
    try:
        result = _commands().main(list(sys.argv[1:] if arguments is None else arguments), prog_name="cvt-server", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.ClickException as problem:
        problem.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        return 130
    except ServerError as problem:
        click.echo(f"cvt: {problem}", err=True)
        return problem.exit_code


def _commands() -> click.Group:
    group = click.Group("cvt-server", context_settings=_CONTEXT, help="The contract server.")
    group.add_command(click.Command("serve", params=[_option(row) for row in SETTINGS if row.kind != "secret"], callback=_serve, help=_serve.__doc__))
    return group


def _option(row: Any) -> click.Option:
    names = [f"--{row.name.replace('_', '-')}"]
    names += [_SHORT[row.name]] if row.name in _SHORT else []
    names += [_ALIASES[row.name]] if row.name in _ALIASES else []
    switch: dict[str, Any] = (
        {"is_flag": True, "flag_value": "true"} if row.kind == "switch" else {"metavar": row.kind.upper() if "|" not in row.kind else row.kind}
    )
    return click.Option([*names, row.name], default=None, help=f"{row.help} [{row.env}]", type=str, **switch)


def _serve(**flags: str | None) -> int:
    """Serve until told to stop."""
    settings = read(os.environ, {name: value for name, value in flags.items() if value is not None})
    logs.set_up(settings.log_level, settings.log_format)
    return serve(settings, os.environ)


def serve(settings: Settings, _environ: Mapping[str, str]) -> int:
    """Serve in this process."""
    from cvt_server.app import App, Ports

    app = App(settings)

    def ready(ports: Ports) -> None:
        where = f"gRPC on port {ports.grpc}, HTTP on port {ports.http}"
        safe = f"TLS {'on' if settings.tls_enabled else 'off'}, API keys {'required' if settings.api_key_enabled else 'not required'}"
        click.echo(f"cvt: serving {where} (storage {settings.storage} {app.storage.database.name}, {safe})", err=True)

    try:
        import uvloop

        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(app.run(ready))
    except ImportError:
        asyncio.run(app.run(ready))
    return 0
