"""`cvt validate` and `cvt generate`, and their options."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, Final

import click

from cvt_runner.console import Console

if TYPE_CHECKING:
    from cvt_engine.facade import HttpRequest, HttpResponse
    from cvt_runner.specs.operand import Operands

_CODES: Final = "Exit codes: 0 valid or done, 1 invalid, 2 usage, 4 internal error."
_SCHEMA: Final = click.Option(["--schema", "-s"], metavar="FILE", required=True, help="The description: a path, `git-ref:path`, an address, or `-`.")
_FORMS: Final[list[click.Parameter]] = [
    click.Option(["--format", "-f"], type=click.Choice(("text", "json")), default="text", show_default=True, help="How the answer is shown."),
    click.Option(["--json", "published"], is_flag=True, help="JSON with the keys of the public CVT."),
]


def _text(*names: str, text: str, default: str | None = None) -> click.Option:
    return click.Option(list(names), metavar="TEXT", default=default, help=text)


def _operands() -> Operands:
    from cvt_runner.specs.operand import Operands

    return Operands(os.getcwd(), dict(os.environ), sys.stdin.buffer.read)


def validate(console: Console) -> click.Command:
    """Build `cvt validate`."""

    def callback(**values: Any) -> int:
        from cvt_runner.commands.reply import show
        from cvt_runner.commands.validate import contract_of
        from cvt_runner.commands.validate import validate as judge

        with _operands() as operands:
            request, response = _exchange(operands, values)
            schema = operands.open(values["schema"])
            _, contract = contract_of(schema.read, schema.path)
        return show(judge(contract, request, response), "published" if values["published"] else values["format"], console)

    params: list[click.Parameter] = [
        _SCHEMA,
        click.Option(["--interaction", "-i"], metavar="FILE", default=None, help="Request and response in one file, JSON or YAML."),
        click.Option(["--request"], metavar="FILE", default=None, help="The request in a file."),
        click.Option(["--response"], metavar="FILE", default=None, help="The response in a file; without it the request alone is checked."),
        _text("--method", "-m", text="Method, where the exchange is given by options."),
        _text("--path", "-p", text="Path with its query."),
        _text("--request-body", text="Request body."),
        click.Option(["--header", "-H"], multiple=True, metavar="'NAME: VALUE'", help="Request header."),
        click.Option(["--status-code"], type=click.IntRange(100, 599), default=None, show_default="200", help="Status of the response."),
        _text("--response-body", text="Response body."),
        click.Option(["--response-header"], multiple=True, metavar="'NAME: VALUE'", help="Response header."),
        *_FORMS,
    ]
    return click.Command("validate", params=params, callback=callback, help="Hold one HTTP exchange against a description.", epilog=_CODES)


def _exchange(operands: Operands, values: dict[str, Any]) -> tuple[HttpRequest, HttpResponse | None]:
    from cvt_runner.commands.exchange import from_file, from_files

    def read(name: str) -> tuple[str, bytes]:
        operand = operands.open(name)
        return operand.path, operand.read(operand.path)

    ways = [name for name in ("interaction", "request", "method") if values[name] is not None]
    if len(ways) != 1:
        said = "an exchange is needed" if not ways else f"--{ways[0]} and --{ways[1]} exclude each other"
        raise click.UsageError(
            f"{said}: give --interaction FILE, or --request FILE with --response FILE, or --method and --path. `cvt lint` checks a description alone."
        )
    match ways[0]:
        case "interaction":
            return from_file(*read(values["interaction"]))
        case "request":
            return from_files(read(values["request"]), read(values["response"]) if values["response"] else None)
        case _:
            return _given(values)


def _given(values: dict[str, Any]) -> tuple[HttpRequest, HttpResponse | None]:
    from cvt_engine.facade import HttpRequest, HttpResponse

    if not values["path"]:
        raise click.UsageError("--method needs --path")
    request = HttpRequest.of(values["method"], values["path"], _headers(values["header"]), values["request_body"])
    alone = values["status_code"] is None and values["response_body"] is None and not values["response_header"] and values["request_body"] is not None
    if alone:
        return request, None
    return request, HttpResponse.of(values["status_code"] or 200, _headers(values["response_header"]), values["response_body"])


def _headers(lines: tuple[str, ...]) -> list[tuple[str, str]]:
    found = []
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name.strip():
            raise click.UsageError(f"the header is {line!r}, but must be 'NAME: VALUE'")
        found.append((name.strip(), value.strip()))
    return found


def generate(console: Console) -> click.Command:
    """Build `cvt generate`."""

    def callback(**values: Any) -> int:
        from cvt_engine.facade import FixtureOptions
        from cvt_runner.commands import generate as commands
        from cvt_runner.commands.reply import show
        from cvt_runner.commands.validate import contract_of

        with _operands() as operands:
            schema = operands.open(values["schema"])
            spec, contract = contract_of(schema.read, schema.path)
            if values["list"]:
                return show(commands.listing(contract), "json" if values["json"] else "text", console)
            if not values["method"] or not values["path"]:
                raise click.UsageError("--method and --path say which operation; --list shows all")
            options = FixtureOptions(
                status=values["status_code"], use_examples=values["use_examples"], content_type=values["content_type"] or "", seed=values["seed"]
            )
            text = commands.generated(spec, (values["method"], values["path"]), options, values["output_type"])
        if not values["output"]:
            console.write(text)
            return 0
        console.write(f"{commands.save(text, values['output_type'], values['output'])}\n")
        return 0

    params: list[click.Parameter] = [
        _SCHEMA,
        _text("--method", "-m", text="Method."),
        _text("--path", "-p", text="Path: the template, or a concrete one."),
        click.Option(["--status-code"], type=click.IntRange(0, 599), default=0, help="Status of the response; 0: the first success that is described."),
        click.Option(
            ["--use-examples"],
            type=bool,
            is_flag=False,
            flag_value=True,
            default=True,
            show_default=True,
            help="Take the description's own examples where they fit.",
        ),
        _text("--content-type", text="Media type of the bodies."),
        click.Option(["--seed"], type=click.IntRange(0), default=0, help="0 gives the plainest values, any other varies them, always the same way."),
        click.Option(
            ["--output-type", "-t"], type=click.Choice(("fixture", "request", "response")), default="fixture", show_default=True, help="What is made."
        ),
        click.Option(["--output", "-o"], metavar="FILE", default="", help="Write it to a file."),
        click.Option(["--list", "-l", "list"], is_flag=True, help="Show every operation instead."),
        click.Option(["--json", "json"], is_flag=True, help="The list as JSON."),
    ]
    return click.Command("generate", params=params, callback=callback, help="Make a request and a response that fit an operation.", epilog=_CODES)
