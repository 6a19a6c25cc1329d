"""The command line. Only this package reads arguments, environment, current directory and clock."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

from cvt_runner import __version__

if TYPE_CHECKING:
    from cvt_runner.console import Console

__all__ = ["main", "main_inner"]


def main(argv: list[str] | None = None) -> int:
    """Run the command and return its exit code: 0 ok, 1 broken, 2 usage, 3 inconclusive, 4 internal error, 130 interrupted. Never raises."""
    _open_streams()
    arguments = sys.argv[1:] if argv is None else argv
    if arguments in (["--version"], ["-V"], ["version"]):
        # Answered before anything is imported: scripts ask for it often.
        sys.stdout.write(f"cvt {__version__}\n")
        return 0
    # A run is short and its trees live to its end, so looking for garbage cycles among millions of live nodes is pure loss.
    gc.disable()
    console = _console()
    try:
        return main_inner(arguments, console)
    except KeyboardInterrupt:
        console.say("interrupted")
        return 130
    except Exception as error:  # noqa: BLE001 the one place where what nobody foresaw becomes an exit code
        from cvt_runner.cli.failures import report_failure
        from cvt_runner.errors import NeedsPackages

        if isinstance(error, NeedsPackages) and os.environ.get("CVT_BOOTSTRAP") and "CVT_EXTRAS" not in os.environ:
            _start_again(arguments)
        return report_failure(error, console, env=os.environ, command=arguments[0] if arguments else "")


def _start_again(arguments: list[str]) -> None:
    """Become the bootstrap script once more, which then installs what a server needs."""
    script = os.environ["CVT_BOOTSTRAP"]
    sys.stdout.flush()
    os.execve(script, [script, *arguments], {**os.environ, "CVT_EXTRAS": "server"})


def main_inner(arguments: list[str], console: Console) -> int:
    """Run the command and return its exit code. Raises what goes wrong."""
    from cvt_runner.cli.group import build

    _interrupt_on_termination()
    result = build(console).main(args=arguments or ["--help"], prog_name="cvt", standalone_mode=False)
    return 2 if not arguments else result if isinstance(result, int) else 0


def _open_streams() -> None:
    """Put something in the place of standard streams that were closed: else the next file that is opened becomes one of them."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 it stays open as long as the process


def _console() -> Console:
    from cvt_runner.console import Console

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    return Console(sys.stdout, sys.stderr)


def _interrupt_on_termination() -> None:
    """A cancelled CI job gets SIGTERM: end the way Ctrl-C does, so that git's own processes are ended too."""
    import signal
    import threading

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _interrupt)


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt
