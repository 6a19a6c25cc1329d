"""The configuration file: every input that makes sense there, `rules` and `apis`."""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from cvt_engine.document import Document
from cvt_runner.config.document import check_keys, parse, where
from cvt_runner.config.levels import rules_of
from cvt_runner.config.values import Value, from_node
from cvt_runner.console import printable
from cvt_runner.errors import UsageError
from cvt_runner.inputs import INPUTS, Input
from cvt_runner.model.config import Api
from cvt_runner.model.globs import is_glob
from cvt_runner.model.levels import Setting
from cvt_runner.paths import inside

_API_KEYS: Final = ("id", "schema", "owner")
FILE_INPUTS: Final[dict[str, Input]] = {row.name: row for row in INPUTS if not row.ci_only}


class FileConfig(Struct, frozen=True):
    """What a configuration file says: values by input name, each with its place, the named APIs, and the severities of rules."""

    values: dict[str, tuple[Value, str]]
    apis: tuple[Api, ...] = ()
    rules: tuple[Setting, ...] = ()


def read_config(data: bytes, path: str, *, root: str, start: str) -> FileConfig:
    """Parse a configuration file. Raises UsageError with file:line and the nearest valid key or choice."""
    document = parse(data, path)
    if document is None:
        return FileConfig({})
    said = _said(document)
    return replace(said, apis=_apis(document.tree.get("apis"), document, root=root, start=start))


def read_judgement(data: bytes, path: str) -> FileConfig:
    """A configuration file for a command on files: paths in it are nobody's business, so `apis` is left alone. Raises UsageError."""
    document = parse(data, path)
    return FileConfig({}) if document is None else _said(document)


def _said(document: Document) -> FileConfig:
    tree = document.tree
    if not isinstance(tree, dict):
        raise UsageError(f"{where(document)}: the configuration has to be a mapping of keys to values")
    check_keys(tree, (*FILE_INPUTS, "apis", "rules"), document=document)
    values = {}
    for name, row in FILE_INPUTS.items():
        if name in tree:
            place = where(document, name)
            value = from_node(row, tree[name], place=place)
            if value is not None:
                values[name] = (value, place)
    return FileConfig(values, rules=rules_of(tree.get("rules"), document))


def _apis(node: Any, document: Document, *, root: str, start: str) -> tuple[Api, ...]:
    if node is None:
        return ()
    if not isinstance(node, list):
        raise UsageError(f"{where(document, 'apis')}: apis has to be a list of entries with {', '.join(_API_KEYS)}")
    apis = tuple(_api(entry, index, document, root=root, start=start) for index, entry in enumerate(node))
    seen: dict[str, str] = {}
    for index, api in enumerate(apis):
        for what, value in (("id", api.id), ("schema", api.schema)):
            if seen.setdefault(f"{what} {value}", "") == "seen":
                raise UsageError(f"{where(document, 'apis', index)}: the {what} {printable(value)!r} is there twice")
            seen[f"{what} {value}"] = "seen"
    return apis


def _api(entry: Any, index: int, document: Document, *, root: str, start: str) -> Api:
    place = where(document, "apis", index)
    if not isinstance(entry, dict):
        raise UsageError(f"{place}: an entry of apis has the keys {', '.join(_API_KEYS)}")
    check_keys(entry, _API_KEYS, document=document, at=("apis", index))
    texts = {}
    for key in _API_KEYS:
        value = entry.get(key, "")
        if not isinstance(value, str) or (not value.strip() and key != "owner"):
            raise UsageError(f"{place}: {key} has to be a text", hint="id and schema are needed, owner may be left out")
        texts[key] = value.strip()
    if is_glob(texts["schema"]):
        raise UsageError(f"{place}: the schema of an API is one file, not a pattern")
    return Api(texts["id"], inside(texts["schema"], root, start=start, what=f"{place}: schema"), texts["owner"])
