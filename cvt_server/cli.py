"""`python -m cvt_server`: serve, and look after keys. `cvt serve` ends up here."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, Final

import click

from cvt_server import logs
from cvt_server.errors import ServerError, SettingWrong
from cvt_server.model import Actor
from cvt_server.settings import SETTINGS, Settings, read
from cvt_server.stopping import Stopped

if TYPE_CHECKING:
    from cvt_server.service.records import KeyService

_CONTEXT: Final = {"help_option_names": ["-h", "--help"], "max_content_width": 110}
_OPERATOR: Final = Actor("command line")
_SHORT: Final = {"port": "-p"}
_ALIASES: Final = {"tls_enabled": "--tls", "tls_cert_file": "--cert", "tls_key_file": "--key", "tls_ca_file": "--ca", "api_key_enabled": "--api-key-auth"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit code. 0 ok, 2 wrong setting, 3 the database cannot be used, 4 a defect, 130 interrupted."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        result = _commands().main(given, prog_name="cvt", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.ClickException as problem:
        problem.show()
        return 2
    except Stopped:
        return 0 if given[:1] == ["serve"] else 130
    except (click.Abort, KeyboardInterrupt):
        return 130
    except ServerError as problem:
        click.echo(f"cvt: {problem}", err=True)
        return problem.exit_code
    except Exception:  # noqa: BLE001 the entry of a process
        sys.excepthook(*sys.exc_info())
        return 4


def _commands() -> click.Group:
    group = click.Group("cvt", context_settings=_CONTEXT, help="The contract server.")
    params: list[click.Parameter] = [_option(row) for row in SETTINGS if row.kind != "secret"]
    params.append(click.Option(["--temporary"], is_flag=True, help="Keep everything in a temporary folder that ends with the server."))
    params.append(click.Option(["--until-input-ends"], is_flag=True, help="Stop when standard input closes, as it does when the starting process ends."))
    group.add_command(click.Command("serve", params=params, callback=_serve, help=_serve.__doc__))
    group.add_command(_keys())
    return group


def _keys() -> click.Group:
    group = click.Group("keys", context_settings=_CONTEXT, help="API keys in the server's database (storage settings from the environment).")
    create = [
        click.Argument(["name"]),
        click.Option(["--scope"], multiple=True, default=("read", "validate"), show_default=True, help="What it may do: read, validate, write, admin."),
        click.Option(["--days"], type=click.IntRange(0, 36_500), default=0, help="Days until it ends; 0: never."),
    ]
    rotate = [
        click.Argument(["key_id"]),
        click.Option(["--grace"], type=click.IntRange(0, 31_536_000), default=0, help="Seconds that the old secret still works."),
    ]
    group.add_command(click.Command("create", params=create, callback=_create_key, help=_create_key.__doc__))
    group.add_command(click.Command("rotate", params=rotate, callback=_rotate_key, help=_rotate_key.__doc__))
    group.add_command(click.Command("revoke", params=[click.Argument(["key_id"])], callback=_revoke_key, help=_revoke_key.__doc__))
    group.add_command(click.Command("list", callback=_list_keys, help=_list_keys.__doc__))
    return group


def _create_key(name: str, scope: tuple[str, ...], days: int) -> int:
    """Make a key and print its secret, this once."""
    with _key_service() as keys:
        key, secret = keys.create(name, frozenset(scope), int(time.time()) + days * 86_400 if days else 0, _OPERATOR)
    click.echo(secret)
    click.echo(f"cvt: key {key.key_id} ({name}) with {', '.join(sorted(key.scopes))}; this is the only time its secret is shown", err=True)
    return 0


def _rotate_key(key_id: str, grace: int) -> int:
    """Give a key a new secret and print it, this once."""
    with _key_service() as keys:
        key, secret = keys.rotate(key_id, _OPERATOR, grace=grace)
    click.echo(secret)
    click.echo(f"cvt: key {key.key_id} takes the place of {key_id}", err=True)
    return 0


def _revoke_key(key_id: str) -> int:
    """End a key."""
    with _key_service() as keys:
        keys.revoke(key_id, _OPERATOR)
    return 0


def _list_keys() -> int:
    """Every key without its secret."""
    with _key_service() as keys:
        for key in keys.list():
            state = "revoked" if key.revoked_at else "ended" if key.expires_at and key.expires_at <= time.time() else "active"
            click.echo(f"{key.key_id}  {state:7}  {','.join(sorted(key.scopes)):28}  {key.name}")
    return 0


@contextmanager
def _key_service() -> Iterator[KeyService]:
    from cvt_server.app.compose import database_of
    from cvt_server.service.records import KeyService
    from cvt_server.storage.base import storage_on

    settings = read(os.environ, {})
    if settings.storage == "memory":
        raise SettingWrong("keys that are kept in memory end with this command", hint="name the server's database, as the server is told")
    storage = storage_on(database_of(settings))
    try:
        yield KeyService(storage, lambda: int(time.time()))
    finally:
        storage.database.close()


def _option(row: Any) -> click.Option:
    names = [f"--{row.name.replace('_', '-')}"]
    names += [_SHORT[row.name]] if row.name in _SHORT else []
    names += [_ALIASES[row.name]] if row.name in _ALIASES else []
    switch: dict[str, Any] = (
        {"is_flag": True, "flag_value": "true"} if row.kind == "switch" else {"metavar": row.kind.upper() if "|" not in row.kind else row.kind}
    )
    return click.Option([*names, row.name], default=None, help=f"{row.help} [{row.env}]", type=str, **switch)


def _serve(*, until_input_ends: bool, temporary: bool, **flags: str | None) -> int:
    """Serve until told to stop."""
    from cvt_server.app.scratch import scratch

    given = {name: value for name, value in flags.items() if value is not None}
    with scratch("cvt-server-") if temporary else nullcontext() as folder:
        settings = read(os.environ, given | ({"storage_enabled": "true", "storage_type": "sqlite", "storage_dsn": str(folder / "cvt.db")} if folder else {}))
        logs.set_up(settings.log_level, settings.log_format)
        if until_input_ends:
            threading.Thread(target=_stop_when_input_ends, daemon=True).start()
        return serve(settings)


def _stop_when_input_ends() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT, signal.SIGCHLD})  # they are for the main thread
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def serve(settings: Settings) -> int:
    """Serve in this process, or in several of its children."""
    if settings.workers > 1:
        from cvt_server.app.workers import supervise

        return supervise(settings, lambda: click.echo(welcome(settings, settings.port, settings.metrics_port, ""), err=True))
    from cvt_server.app.life import Ports, live

    def ready(ports: Ports, storage: str) -> None:
        click.echo(welcome(settings, ports.grpc, ports.http, storage), err=True)

    live(settings, ready)
    return 0


def welcome(settings: Settings, grpc: int, http: int, storage: str) -> str:
    """The line that says that the server is ready."""
    tls = "TLS with client certificates" if settings.tls_client_auth == "require" else "TLS"
    safe = f"{tls if settings.tls_enabled else 'no TLS'}, API keys {'required' if settings.api_key_enabled else 'not required'}"
    workers = f", {settings.workers} workers" if settings.workers > 1 else ""
    return f"cvt: ready: gRPC on port {grpc}, HTTP on port {http} (storage {' '.join(filter(None, (settings.storage, storage)))}, {safe}{workers})"
