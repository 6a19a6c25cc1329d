"""A description as one text, ready to be registered: read from a file, a git revision, standard input or an address."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Final

from cvt_engine.errors import EngineError
from cvt_engine.facade import Spec, bundle, load_spec
from cvt_runner.errors import UsageError
from cvt_runner.specs.address import fetched, is_address

MAX_BYTES: Final = 15 * 1024 * 1024


def self_contained(source: str, cwd: str, env: Mapping[str, str]) -> str:
    """The text of a description; several files are bundled into one document of the same meaning. Raises UsageError, SourceMissing, SyntaxInvalid."""
    if is_address(source):
        return _text(fetched(source, limit=MAX_BYTES + 1), source)
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
