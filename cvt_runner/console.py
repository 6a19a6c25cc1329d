"""The only place that writes to the terminal. Log lines go to standard error, results to standard output."""

from __future__ import annotations

import contextlib
import os
import re
from typing import Final, TextIO

from msgspec import Struct

_UNSAFE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_LIMIT: Final = 4000


def _escape(match: re.Match[str]) -> str:
    return match.group().encode("unicode_escape", "surrogatepass").decode("ascii")


def printable(text: str) -> str:
    r"""One safe line: control, direction and unpaired characters become visible escapes, and `##[` no longer reads as a log command.

    >>> printable("a\n::error::b")
    'a\\n::error::b'
    >>> printable("##[error]x")
    '# #[error]x'
    """
    line = _UNSAFE.sub(_escape, text).replace("##[", "# #[")
    return line if len(line) <= _LIMIT else line[:_LIMIT] + "..."


class Console(Struct, frozen=True):
    """Where text goes. A reader that went away (`cvt ... | head`) silences the stream and changes nothing else.

    A log that cannot be written (a full disk) is silenced too; a result that cannot be written is an error, unless it is kept elsewhere.
    """

    out: TextIO
    err: TextIO

    def say(self, line: str) -> None:
        """Log one line. The prefix keeps hostile text from standing at the start of a line, where CI platforms read commands."""
        self._try(self.err, f"cvt: {printable(line)}\n")

    def raw(self, text: str) -> None:
        """Log text that is trusted and already escaped (a traceback under CVT_DEBUG)."""
        self._try(self.err, text)

    def write(self, text: str) -> None:
        """Write a rendered result to standard output. Raises OSError where that is not possible."""
        self._put(self.out, text)

    def show(self, text: str) -> None:
        """Write to standard output what is also kept elsewhere: failing to must not change the result."""
        if not self._try(self.out, text):
            self.say("note: standard output cannot be written")

    def _try(self, stream: TextIO, text: str) -> bool:
        try:
            self._put(stream, text)
        except (OSError, ValueError):  # a ValueError for a stream that is closed
            return False
        return True

    def _put(self, stream: TextIO, text: str) -> None:
        try:
            stream.write(text)
            stream.flush()
        except BrokenPipeError:
            # Also keeps the interpreter's own last flush from failing and changing the exit code.
            with contextlib.suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
