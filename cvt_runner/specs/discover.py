"""Which files of the head are specifications: named, matched by a glob, or found by content."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from cvt_engine.errors import EngineError
from cvt_engine.facade import looks_like_openapi, parse_document
from cvt_runner.console import printable
from cvt_runner.errors import UsageError
from cvt_runner.model.globs import expand, is_glob, matches_path
from cvt_runner.paths import MAX_BYTES, resolved
from cvt_runner.specs.references import reaches

Read = Callable[[str], "bytes | None"]
"""The bytes at a repository path, None where there is no such file."""

_SUFFIXES: Final = (".json", ".yaml", ".yml")
_SKIPPED_FOLDERS: Final = frozenset({"node_modules", "bower_components", ".git"})
_BOM: Final = b"\xef\xbb\xbf"
_BLANK: Final = _BOM + b" \t\r\n"
_TOP_KEY: Final = re.compile(rb"""^(?:\xef\xbb\xbf)?["']?(?:openapi|swagger)["']?[ \t]*:""", re.MULTILINE)
_INDENTED_ROOT: Final = re.compile(rb"""(?:\xef\xbb\xbf)?(?:(?:#[^\n]*|---[^\n]*|[ \t\r]*)\n)*[ ]+["']?\w""")


@dataclass(frozen=True, slots=True)
class Selection:
    """What was asked for: paths and globs relative to the repository; `named` is false when everything under `start` is searched."""

    patterns: tuple[str, ...]
    start: str = "."

    @property
    def named(self) -> bool:
        """True when the user named files."""
        return bool(self.patterns)


@dataclass(frozen=True, slots=True)
class Found:
    """Specifications of one side by path, each with why it was taken, and what was left out and why."""

    specs: dict[str, str]
    notes: tuple[str, ...] = ()


def is_candidate(path: str) -> bool:
    """Whether a path may hold a specification that nobody named."""
    return path.lower().endswith(_SUFFIXES) and _SKIPPED_FOLDERS.isdisjoint(path.split("/"))


def below(path: str, start: str) -> bool:
    """Whether a path lies in a folder (`.` is the repository)."""
    return start == "." or path.startswith(start + "/")


def select(selection: Selection, files: Iterable[str], *, read: Read, suspects: frozenset[str] = frozenset()) -> Found:
    """The specifications among the files of one side.

    `suspects` are specifications of the other side: a file that was one is taken even if it no longer looks like one, so that breaking
    a document beyond recognition is reported and not passed over.
    """
    known = frozenset(files)
    specs: dict[str, str] = {}
    notes: list[str] = []
    if not selection.named:
        specs = dict.fromkeys(_by_content(_under(known, selection.start), read=read, suspects=suspects), "found by content")
    for pattern in selection.patterns:
        specs = {**_one_pattern(pattern, known, read=read, suspects=suspects), **specs}
    whole = frozenset(path for path, why in specs.items() if why != "named")
    for path, user in _fragments(tuple(specs), whole, read=read).items():
        del specs[path]
        notes.append(f"{path} is a part of {user}, not a specification of its own")
    return Found(specs, tuple(notes))


def _under(files: frozenset[str], start: str) -> list[str]:
    return sorted(path for path in files if is_candidate(path) and below(path, start))


def _one_pattern(pattern: str, files: frozenset[str], *, read: Read, suspects: frozenset[str]) -> dict[str, str]:
    if read(pattern) is not None:
        return {pattern: "named"}
    folder = _under(files, pattern)
    if folder or not is_glob(pattern):
        return dict.fromkeys(_by_content(folder, read=read, suspects=suspects), f"found by content in {pattern}")
    alternatives = expand(pattern)
    matched = sorted(path for path in files if any(matches_path(path, one) for one in alternatives))
    return dict.fromkeys(_by_content(matched, read=read, suspects=suspects), f"matched by {pattern}")


def _by_content(paths: Iterable[str], *, read: Read, suspects: frozenset[str]) -> list[str]:
    return [path for path in paths if path in suspects or looks_like(path, read)]


def looks_like(path: str, read: Read) -> bool:
    """Whether the file at a path looks like an OpenAPI document."""
    data = read(path)
    return data is not None and len(data) < MAX_BYTES and looks_like_openapi(data) and _at_top(data)


def _at_top(data: bytes) -> bool:
    """Whether the version key stands at the top level and not somewhere inside. True for what cannot be read: the check will say why."""
    if data.lstrip(_BLANK)[:1] != b"{":
        return _TOP_KEY.search(data) is not None or _INDENTED_ROOT.match(data) is not None
    import msgspec

    try:
        keys = _top_decoder().decode(data.removeprefix(_BOM))
    except msgspec.ValidationError:
        return False
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return True
    return keys.openapi is not None or keys.swagger is not None


@cache
def _top_decoder() -> Any:
    """Reads the two keys of a JSON document and skips everything else, which is many times faster than reading it."""
    import msgspec

    return msgspec.json.Decoder(msgspec.defstruct("Top", [("openapi", Any, None), ("swagger", Any, None)]))


def _fragments(paths: tuple[str, ...], optional: frozenset[str], *, read: Read) -> dict[str, str]:
    """Documents without operations of their own that another specification refers to, each with that specification."""
    fragments: dict[str, str] = {}
    if not optional or len(paths) < 2:
        return fragments
    for user in paths:
        for part in sorted(reaches(user, read=read).files & optional):
            if part not in fragments and user not in fragments and not _has_operations(part, read):
                fragments[part] = user
    return fragments


def _has_operations(path: str, read: Read) -> bool:
    try:
        tree = parse_document(read(path) or b"", path).tree
    except EngineError:
        return True
    return isinstance(tree, dict) and bool(tree.get("paths") or tree.get("webhooks"))


def refuse_escapes(root: str, patterns: Iterable[str]) -> None:
    """Raise UsageError for a named path whose links lead out of the repository."""
    for path in patterns:
        if not is_glob(path) and os.path.lexists(os.path.join(root, path)) and path != "." and resolved(root, path) is None:
            raise UsageError(f"schema {printable(path)!r} leaves the repository through a link", hint="name a file inside the repository")


def missing(pattern: str, files: Iterable[str]) -> UsageError:
    """The error for a named specification that is on neither side, with the nearest file there is."""
    if is_glob(pattern):
        return UsageError(f"no OpenAPI document matches {printable(pattern)!r}", hint="paths start from the working directory; `**` covers folders")
    candidates = [path for path in files if is_candidate(path)]
    same_name = [path for path in candidates if path.rsplit("/", 1)[-1] == pattern.rsplit("/", 1)[-1]]
    near = same_name or difflib.get_close_matches(pattern, candidates, n=1, cutoff=0.5)
    hint = f"did you mean {printable(near[0])!r}?" if near else "paths start from the working directory"
    return UsageError(f"the specification {printable(pattern)!r} does not exist", hint=hint)
