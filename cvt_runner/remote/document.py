"""A description as one text, ready to be registered: read from a file, a git revision, standard input or an address."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Final

from cvt_engine.errors import EngineError
from cvt_engine.facade import Spec, bundle, load_spec
from cvt_runner.errors import UsageError

MAX_BYTES: Final = 15 * 1024 * 1024
_SECONDS: Final = 30.0


def self_contained(source: str, cwd: str, env: Mapping[str, str]) -> str:
    """The text of a description; several files are bundled into one document of the same meaning. Raises UsageError, SourceMissing, SyntaxInvalid."""
    if source.startswith(("http://", "https://")):
        return _text(_fetch(source), source)
    from cvt_runner.specs.operand import Operands

    with Operands(cwd, env, sys.stdin.buffer.read) as operands:
        operand = operands.open(source)
        return text_of(load_spec(operand.read, operand.path))


def text_of(spec: Spec) -> str:
    """A loaded description as one text: its own where it needs no other file. Raises UsageError."""
    try:
        return _text(bundle(spec), spec.entry.uri)
    except EngineError as problem:
        raise UsageError(f"{spec.entry.uri} cannot be made one document: {problem}") from None


def _text(data: bytes, source: str) -> str:
    if len(data) > MAX_BYTES:
        raise UsageError(f"{source} has {len(data) / 2**20:.1f} MiB, more than the {MAX_BYTES // 2**20} MiB that a server takes", hint="split the description")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{source} is not UTF-8 text") from None


def _fetch(url: str) -> bytes:
    """What the person who calls us named; nothing that a description names is ever fetched."""
    from urllib.error import URLError
    from urllib.request import Request, urlopen

    try:
        with urlopen(Request(url, headers={"User-Agent": "cvt"}), timeout=_SECONDS) as answer:
            data: bytes = answer.read(MAX_BYTES + 1)
    except (URLError, OSError, ValueError) as problem:
        raise UsageError(f"{url} cannot be read: {getattr(problem, 'reason', problem)}") from None
    return data
