"""`cvt.yaml` < environment < command line, merged into one Config."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from cvt_engine.errors import SourceMissing
from cvt_engine.facade import Reader
from cvt_engine.finding import Severity
from cvt_runner.config.file import FileConfig, read_config
from cvt_runner.config.levels import rules_from
from cvt_runner.config.values import Value, from_text
from cvt_runner.errors import UsageError
from cvt_runner.inputs import INPUTS, Input
from cvt_runner.model.config import Config, OnInconclusive, WaiversFrom
from cvt_runner.model.levels import Setting
from cvt_runner.model.version import VersionPolicy
from cvt_runner.paths import inside

_OTHERS: Final = frozenset(("CVT_SERVER_ADDR", "CVT_TLS", "CVT_TLS_CERT", "CVT_TLS_KEY", "CVT_PORT", "CVT_HOST"))
"""Variables with names of ours that are no inputs."""
_ROWS: Final[dict[str, Input]] = {row.name: row for row in INPUTS}


class Sources(Struct, frozen=True):
    """What was said where: the environment, the command line (by input name; several values of a list come joined by newlines)."""

    env: Mapping[str, str]
    flags: Mapping[str, str]


class Told(Struct, frozen=True):
    """One value and the place it came from."""

    value: Value
    place: str


def merge(sources: Sources, *, root: str, cwd: str, read: Reader) -> Config:
    """The configuration of a run in the repository `root`, started in `cwd`; `read` reads repository paths.

    Raises UsageError naming the place and the nearest valid value.
    """
    told = _direct(sources)
    start = _working_directory(told, root=root, cwd=cwd)
    path, content = _file(told, root=root, start=start, read=read)
    if content is not None:
        told = {**{name: Told(*pair) for name, pair in content.values.items()}, **told}
    values: dict[str, Any] = {name.replace("-", "_"): item.value for name, item in told.items()}
    place = _Places(root, start, posixpath.dirname(path) or ".", path)
    values["schema"] = tuple(place.inside(entry, told["schema"], what="schema") for entry in values.get("schema", ()))
    if "waivers" in told:
        values["waivers"] = place.inside(values["waivers"], told["waivers"], what="waivers")
    else:
        values["waivers"] = posixpath.normpath(posixpath.join(start, _ROWS["waivers"].default))
    values["rules"] = (*(content.rules if content else ()), *_severities(values.pop("severity", ()), told))
    return _typed(values, told=told, root=root, start=start, file=path, apis=content.apis if content else ())


def _severities(texts: tuple[str, ...], told: Mapping[str, Told]) -> tuple[Setting, ...]:
    return rules_from(texts, told["severity"].place) if texts else ()


class _Places(Struct, frozen=True):
    """Where relative paths start: in the configuration file from its own folder, everywhere else from the working directory."""

    root: str
    start: str
    folder: str
    file: str

    def inside(self, path: str, item: Told, *, what: str) -> str:
        from_file = bool(self.file) and item.place.startswith(f"{self.file}:")
        return inside(path, self.root, start=self.folder if from_file else self.start, what=f"{item.place}: {what}")


def _direct(sources: Sources) -> dict[str, Told]:
    told: dict[str, Told] = {}
    for row in INPUTS:
        for text, place in ((sources.env.get(row.env, ""), row.env), (sources.flags.get(row.name, ""), f"--{row.name}")):
            if text.strip():
                told[row.name] = Told(from_text(row, text, place=place), place)
    return told


def _text(told: Mapping[str, Told], name: str) -> str:
    value = told[name].value if name in told else _ROWS[name].default
    return value if isinstance(value, str) else ""


def _working_directory(told: Mapping[str, Told], *, root: str, cwd: str) -> str:
    here = posixpath.normpath(os.path.relpath(os.path.realpath(cwd), os.path.realpath(root)))
    if "working-directory" not in told:
        return here
    place = told["working-directory"].place
    start = inside(_text(told, "working-directory"), root, start=here, what=f"{place}: working-directory")
    if not os.path.isdir(os.path.join(root, start)):
        raise UsageError(f"{place}: the directory {start!r} does not exist", hint="it is relative to the directory the command starts in")
    return start


def _file(told: Mapping[str, Told], *, root: str, start: str, read: Reader) -> tuple[str, FileConfig | None]:
    """The configuration file: the named one, else `cvt.yaml` in the working directory, else in the repository root."""
    name = _text(told, "config")
    if "config" in told:
        path = inside(name, root, start=start, what=f"{told['config'].place}: config")
        try:
            return path, read_config(read(path), path, root=root, start=posixpath.dirname(path) or ".")
        except SourceMissing as error:
            raise UsageError(f"{told['config'].place}: the configuration file {error.where} {error.message}") from None
    for path in dict.fromkeys((posixpath.normpath(posixpath.join(start, name)), name)):
        if os.path.lexists(os.path.join(root, path)):
            try:
                data = read(path)
            except SourceMissing as error:
                raise UsageError(str(error)) from None
            return path, read_config(data, path, root=root, start=posixpath.dirname(path) or ".")
    return "", None


def _typed(values: dict[str, Any], *, told: Mapping[str, Told], root: str, start: str, file: str, apis: Any) -> Config:
    values.pop("config", None)
    values["working_directory"] = start
    values["output_directory"] = os.path.normpath(os.path.join(root, start, _text(told, "output-directory")))
    values["fail_on"] = Severity(values.get("fail_on", _ROWS["fail-on"].default))
    values["on_inconclusive"] = OnInconclusive(values.get("on_inconclusive", _ROWS["on-inconclusive"].default))
    values["waivers_from"] = WaiversFrom(values.get("waivers_from", _ROWS["waivers-from"].default))
    values["unused_breaks"] = Severity(values.get("unused_breaks", _ROWS["unused-breaks"].default))
    values["test_timeout"] = _seconds(told, "test-timeout")
    values["version_policy"] = VersionPolicy(values.get("version_policy", _ROWS["version-policy"].default))
    places = tuple((name, item.place) for name, item in sorted(told.items()))
    return Config(**values, waivers_named="waivers" in told, apis=apis, file=file, sources=places)


def _seconds(told: Mapping[str, Told], name: str) -> float:
    text = _text(told, name)
    if not (text.isascii() and text.isdecimal() and 0 < int(text[:7]) <= 86_400):
        raise UsageError(f"{told[name].place}: {name} is {text[:40]!r}, but must be a number of seconds from 1 to 86400")
    return float(text)


def unknown_variables(env: Mapping[str, str]) -> tuple[str, ...]:
    """Warnings for environment variables that look like a misspelt input."""
    import difflib

    known = {row.env for row in INPUTS} | _OTHERS
    warnings = []
    for name in sorted(env):
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.85) if name.startswith("CVT_") and name not in known else []
        if near:
            warnings.append(f"the environment variable {name} is not an input; did you mean {near[0]}?")
    return tuple(warnings)
