"""The one place where exceptions become messages and exit codes."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from cvt_engine.errors import EngineError
from cvt_runner.console import Console
from cvt_runner.errors import RunnerError

BUG: Final = 4
_SUMMARY: Final = 2_000
_ASK: Final = "this is a defect of cvt: please report it with the command and, if you may, the documents; CVT_DEBUG=1 shows where it happened"


@dataclass(frozen=True, slots=True)
class Failure:
    """An exit code and what is said about it. `bug` is true when nobody foresaw it."""

    code: int
    message: str
    hint: str = ""
    bug: bool = False


def failure(error: BaseException) -> Failure:
    """What an exception means for the user."""
    match error:
        case RunnerError() | EngineError():
            return Failure(error.exit_code, _located(error), error.hint)
        case click.Abort():
            return Failure(130, "interrupted")
        case click.exceptions.NoArgsIsHelpError(ctx=click.Context(command=click.Group() as group) as context):
            return Failure(2, f"`{context.command_path}` needs a command: {', '.join(group.commands)}", _usage(error))
        case click.ClickException():
            return Failure(2, error.format_message(), _usage(error))
        case MemoryError():
            return Failure(BUG, "out of memory", "check fewer or smaller documents at once")
        case RecursionError():
            return Failure(BUG, "the documents are nested too deeply", _ASK, bug=True)
        case OSError():
            place = f": {error.filename}" if error.filename else ""
            return Failure(2, f"{error.strerror or error}{place}", "check the path, its permissions and the free space")
        case _:
            return Failure(BUG, f"internal error: {type(error).__name__}: {error}{_place(error)}", _ASK, bug=True)


def report_failure(error: BaseException, console: Console, *, env: Mapping[str, str], command: str) -> int:
    """Say what went wrong, to people and, in a CI run, to the platform; returns the exit code."""
    found = failure(error)
    if env.get("CVT_DEBUG") == "1":
        console.raw("".join(traceback.format_exception(error)))
    console.say(f"error: {found.message}")
    if found.hint:
        console.say(f"hint: {found.hint}")
    if command == "ci" and env.get("GITHUB_ACTIONS") == "true":
        _tell_github(found, console, env)
    return found.code


def _located(error: RunnerError | EngineError) -> str:
    if isinstance(error, RunnerError):
        return error.message
    return str(error).removesuffix(f" ({error.hint})") if error.hint else str(error)


def _usage(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    return f"`{context.command_path} --help` shows the options" if context is not None else ""


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""


def _tell_github(found: Failure, console: Console, env: Mapping[str, str]) -> None:
    """An annotation, the job summary and the exit code for later steps; there is no report to speak for the run."""
    from cvt_runner.publish.files import append_text
    from cvt_runner.publish.outputs import entry
    from cvt_runner.publish.workflow import data
    from cvt_runner.render.escape import brief, markdown

    text = f"{found.message} ({found.hint})" if found.hint else found.message
    console.show(f"::error title=cvt::{data(text)}\n")
    summary = f"### 🛑 CVT could not check this change (exit code {found.code})\n\n{markdown(brief(text, _SUMMARY))}\n"
    for name, said in (("GITHUB_OUTPUT", entry("exit-code", str(found.code))), ("GITHUB_STEP_SUMMARY", summary)):
        try:
            if env.get(name):
                append_text(Path(env[name]), said)
        except OSError as error:
            console.say(f"note: {name} cannot be written: {error.strerror or error}")
