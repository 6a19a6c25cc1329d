"""The waiver file: accepted findings, each with a reason, an owner and an end date."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from cvt_engine.document import Document
from cvt_runner.config.document import check_keys, line_of, parse, where
from cvt_runner.console import printable
from cvt_runner.errors import UsageError
from cvt_runner.model.waiver import Waiver

_PATTERNS: Final = ("rule", "operation", "pointer", "spec")
_NEEDED: Final = ("reason", "owner", "until")
_KEYS: Final = ("fingerprint", *_PATTERNS, *_NEEDED)
_TOP_KEYS: Final = ("version", "waivers")
_HEX: Final = frozenset("0123456789abcdef")
_BESIDE: Final = ("spec",)
_SHAPE: Final = "each waiver has `fingerprint` or a pattern (`rule`, `operation`, `pointer`, `spec`), and `reason`, `owner`, `until`"


def read_waivers(data: bytes, path: str) -> tuple[Waiver, ...]:
    """Parse a waiver file. Raises UsageError with file:line, what is wrong and the nearest valid key."""
    document = parse(data, path)
    if document is None:
        return ()
    entries, at = _entries(document)
    return tuple(_waiver(entry, document, at=(*at, index)) for index, entry in enumerate(entries))


def _entries(document: Document) -> tuple[list[Any], tuple[str, ...]]:
    tree = document.tree
    if isinstance(tree, list):
        return tree, ()
    if not isinstance(tree, dict):
        raise UsageError(f"{where(document)}: a waiver file is a mapping with the key `waivers`, or a list", hint=_SHAPE)
    check_keys(tree, _TOP_KEYS, document=document)
    if tree.get("version", 1) != 1:
        raise UsageError(f"{where(document, 'version')}: this waiver file has a version that is not known", hint="write `version: 1` or leave it out")
    entries = tree.get("waivers")
    if entries is None:
        return [], ("waivers",)
    if not isinstance(entries, list):
        raise UsageError(f"{where(document, 'waivers')}: waivers has to be a list", hint=_SHAPE)
    return entries, ("waivers",)


def _waiver(entry: Any, document: Document, *, at: tuple[str | int, ...]) -> Waiver:
    place = where(document, *at)
    if not isinstance(entry, dict):
        raise UsageError(f"{place}: a waiver is a mapping", hint=_SHAPE)
    check_keys(entry, _KEYS, document=document, at=at)
    texts = {key: _text(entry[key], where(document, *at, key), key) for key in _KEYS if key in entry and key != "until"}
    for key in _NEEDED:
        if key not in entry:
            raise UsageError(f"{place}: this waiver has no {key}", hint=_SHAPE)
    _check_target(texts, place)
    until = _date(entry["until"], where(document, *at, "until"))
    return Waiver(**texts, until=until, file=document.uri, line=line_of(document, *at))


def _text(value: Any, place: str, key: str) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if not text:
        raise UsageError(f"{place}: {key} has to be a text", hint="put it into quotes" if value not in (None, "") else f"say the {key}")
    return text


def _check_target(texts: dict[str, str], place: str) -> None:
    patterns = [key for key in _PATTERNS if key in texts]
    fingerprint = texts.get("fingerprint", "")
    foreign = [key for key in patterns if key not in _BESIDE]
    if fingerprint and foreign:
        raise UsageError(f"{place}: this waiver has both a fingerprint and {foreign[0]}", hint="a fingerprint may only have `spec` beside it")
    if not fingerprint and not patterns:
        raise UsageError(f"{place}: this waiver does not say what it waives", hint=_SHAPE)
    if fingerprint and not (len(fingerprint) == 16 and _HEX.issuperset(fingerprint)):
        raise UsageError(f"{place}: {printable(fingerprint)!r} is not a fingerprint", hint="copy the 16 hex digits from the report, in quotes")
    if not fingerprint and all(set(texts[key]) <= {"*", "?"} for key in patterns):
        raise UsageError(f"{place}: this waiver would waive everything", hint="name a rule, an operation, a pointer or a specification")


def _date(value: Any, place: str) -> date:
    try:
        if isinstance(value, str) and len(value) == 10:
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise UsageError(f"{place}: until has to be a date such as 2030-12-31, not {printable(str(value))!r}")
