"""Workflow commands: the lines on standard output that the GitHub runner obeys. All foreign text is escaped or fenced.

Source: GitHub documentation, "Workflow commands for GitHub Actions".
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from typing import TextIO

_ANNOTATION = re.compile(r"::(?:error|warning|notice)(?: [^\r\n]*?)?::[^\r\n]*")


def data(text: str) -> str:
    """Text as the message of a command.

    >>> data("50%\\nof it")
    '50%25%0Aof it'
    """
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def value(text: str) -> str:
    """Text as a property of a command.

    >>> value("a:b,c")
    'a%3Ab%2Cc'
    """
    return data(text).replace(":", "%3A").replace(",", "%2C")


def notice(title: str, message: str) -> str:
    """A notice annotation as one line."""
    return f"::notice title={value(title)}::{data(message)}"


def fenced(text: str, *, token: str = "") -> str:
    """Foreign output between stop-commands lines, so that nothing in it is obeyed. The token is random unless given.

    >>> fenced("::error::x", token="t")
    '::stop-commands::t\\n::error::x\\n::t::\\n'
    """
    word = token or secrets.token_hex(16)
    return f"::stop-commands::{word}\n{text.removesuffix(chr(10))}\n::{word}::\n"


def emit(stream: TextIO, lines: Iterable[str]) -> None:
    """Write lines in whatever encoding the stream has; a character it cannot carry becomes `?` rather than an error."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    text = "".join(f"{line}\n" for line in lines)
    stream.write(text.encode(encoding, "replace").decode(encoding))
    stream.flush()


def only_annotations(lines: Iterable[str]) -> list[str]:
    """The lines that are one well-formed annotation each; anything else must not reach the runner."""
    return [line for line in lines if _ANNOTATION.fullmatch(line)]
