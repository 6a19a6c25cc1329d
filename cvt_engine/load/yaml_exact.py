"""YAML text to a tree from libyaml's event stream: slower than the fast reader, exact, and with a position for every error.

JSON semantics: keys are strings spelled as in the text (`200`, `true`, `null`, `1.0`), plain scalars follow the YAML 1.2 core schema. An
alias repeats the same Python object. Merge keys (`<<`, a YAML 1.1 feature that descriptions use widely) are applied.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
)
from yaml.reader import ReaderError

from cvt_engine.document.yaml_events import events
from cvt_engine.errors import SyntaxInvalid
from cvt_engine.load.json_text import duplicate, shown
from cvt_engine.load.limits import MAX_ALIAS_NODES, MAX_DEPTH
from cvt_engine.load.scalars import TAGGED, ScalarInvalid, plain
from cvt_engine.load.text import position

_MERGE: Final = "<<"
_MERGE_TAG: Final = "tag:yaml.org,2002:merge"
_COLLECTION_TAGS: Final = {dict: ("!", "tag:yaml.org,2002:map"), list: ("!", "tag:yaml.org,2002:seq")}


@dataclass(slots=True)
class _Frame:
    """A collection being read. `weight` counts the nodes it stands for with aliases written out, `height` its nesting likewise."""

    node: dict[str, Any] | list[Any]
    start: CollectionStartEvent
    weight: int = 1
    height: int = 1
    key: str | None = None
    merging: bool = False
    keys: dict[str, Event] = field(default_factory=dict)
    merged: list[dict[str, Any]] = field(default_factory=list)


def read_yaml_exactly(data: bytes, uri: str) -> Any:
    """The tree of a one-document YAML text (valid UTF-8, no byte order mark). Raises SyntaxInvalid."""
    reader = _Reader(uri)
    try:
        for event in events(data):
            reader.take(event)
    except yaml.YAMLError as error:
        raise _syntax(error, uri, data) from None
    return reader.tree


class _Reader:
    def __init__(self, uri: str) -> None:
        self.tree: Any = None
        self._uri = uri
        self._stack: list[_Frame] = []
        self._documents = 0
        self._anchors: dict[str, tuple[Any, int, int] | None] = {}
        self._extra = 0

    def take(self, event: Event) -> None:
        if isinstance(event, ScalarEvent):
            self._scalar(event)
        elif isinstance(event, CollectionStartEvent):
            self._open(event)
        elif isinstance(event, CollectionEndEvent):
            self._close()
        elif isinstance(event, AliasEvent):
            self._alias(event)
        elif isinstance(event, DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._fail("the file holds more than one YAML document", event, "keep one document per file: remove the `---` separator and what follows")

    def _scalar(self, event: ScalarEvent) -> None:
        frame = self._stack[-1] if self._stack else None
        if frame is not None and frame.key is None and type(frame.node) is dict:
            self._key(frame, event)
            return
        value = self._value(event)
        if event.anchor:
            self._anchors[event.anchor] = (value, 1, 0)
        self._add(value, 1, 0, event)

    def _key(self, frame: _Frame, event: ScalarEvent) -> None:
        name = event.value
        if event.tag is not None and event.tag not in TAGGED and event.tag != _MERGE_TAG:
            self._foreign_tag(event)
        if name in frame.keys:
            raise duplicate(name, _at(frame.keys[name]), _at(event), self._uri)
        frame.keys[name] = event
        frame.key = name
        frame.merging = (name == _MERGE and event.implicit[0]) or event.tag == _MERGE_TAG
        if event.anchor:
            self._anchors[event.anchor] = (self._value(event), 1, 0)

    def _value(self, event: ScalarEvent) -> Any:
        try:
            if event.tag is None:
                return plain(event.value) if event.implicit[0] else event.value
            convert = TAGGED.get(event.tag)
            return convert(event.value) if convert else self._foreign_tag(event)
        except ScalarInvalid as error:
            self._fail(str(error), event, "put it in quotes if it is text, or use null")

    def _open(self, event: CollectionStartEvent) -> None:
        self._refuse_key(event)
        node: dict[str, Any] | list[Any] = {} if isinstance(event, MappingStartEvent) else []
        if event.tag is not None and event.tag not in _COLLECTION_TAGS[type(node)]:
            self._foreign_tag(event)
        if len(self._stack) >= MAX_DEPTH:
            self._too_deep(event)
        if event.anchor:
            self._anchors[event.anchor] = None
        self._stack.append(_Frame(node, event))

    def _close(self) -> None:
        frame = self._stack.pop()
        node = frame.node
        if frame.merged and type(node) is dict:
            _merge(node, frame.merged)
        if frame.start.anchor:
            self._anchors[frame.start.anchor] = (node, frame.weight, frame.height)
        self._add(node, frame.weight, frame.height, frame.start)

    def _alias(self, event: AliasEvent) -> None:
        self._refuse_key(event)
        if event.anchor is None or event.anchor not in self._anchors:
            self._fail(f"the alias *{event.anchor} has no anchor before it", event, "define it with &name before its first use")
        known = self._anchors[event.anchor]
        if known is None:
            self._fail(f"the anchor &{event.anchor} contains itself", event, "use a $ref for recursive schemas")
        value, weight, height = known
        self._extra += weight
        if self._extra > MAX_ALIAS_NODES:
            self._fail(f"the aliases stand for more than {MAX_ALIAS_NODES} nodes", event, "write the parts out, or use $ref to components")
        self._add(value, weight, height, event)

    def _add(self, value: Any, weight: int, height: int, event: Event) -> None:
        if not self._stack:
            self.tree = value
            return
        frame = self._stack[-1]
        frame.weight += weight
        frame.height = max(frame.height, height + 1)
        if len(self._stack) + height > MAX_DEPTH:
            self._too_deep(event)
        if type(frame.node) is list:
            frame.node.append(value)
            return
        if frame.merging:
            frame.merged.extend(self._sources(value, event))
        else:
            frame.node[frame.key] = value  # type: ignore[index, call-overload]
        frame.key, frame.merging = None, False

    def _sources(self, value: Any, event: Event) -> list[dict[str, Any]]:
        sources = value if type(value) is list else [value]
        if any(type(source) is not dict for source in sources):
            self._fail("a merge key (<<) needs a mapping or a list of mappings", event, "quote the key if it is meant as a name")
        return sources

    def _refuse_key(self, event: NodeEvent) -> None:
        frame = self._stack[-1] if self._stack else None
        if frame is not None and frame.key is None and type(frame.node) is dict:
            self._fail("a mapping key must be plain text", event, "quote the key, for example '{id}': or '*': or '[x]':")

    def _foreign_tag(self, event: ScalarEvent | CollectionStartEvent) -> NoReturn:
        self._fail(f"the tag {shown(str(event.tag))} has no meaning in an OpenAPI description", event, "remove the tag")

    def _too_deep(self, event: Event) -> NoReturn:
        self._fail(f"the document is nested deeper than {MAX_DEPTH} levels", event)

    def _fail(self, message: str, event: Event, hint: str = "") -> NoReturn:
        line, column = _at(event)
        raise SyntaxInvalid(message, where=self._uri, hint=hint, line=line, column=column)


def _merge(node: dict[str, Any], sources: list[dict[str, Any]]) -> None:
    """Add what the sources have and the mapping has not; an earlier source wins over a later one."""
    for source in sources:
        for key, value in source.items():
            node.setdefault(key, value)


def _at(event: Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (0, 0)


def _syntax(error: yaml.YAMLError, uri: str, data: bytes) -> SyntaxInvalid:
    if isinstance(error, ReaderError):
        line, column = position(data, error.position)
        return SyntaxInvalid(
            "not valid YAML: control character", where=uri, hint="remove the character, or write it as an escape in double quotes", line=line, column=column
        )
    mark = getattr(error, "problem_mark", None)
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "cannot be read")
    context = str(getattr(error, "context", None) or "")
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    return SyntaxInvalid(
        f"not valid YAML: {problem}" + (f" {context}" if context else ""), where=uri, hint=_hint(problem, data, line), line=line, column=column
    )


def _hint(problem: str, data: bytes, line: int) -> str:
    lines = data.split(b"\n", line)
    text = lines[line - 1] if 0 < line <= len(lines) else b""
    if b"\t" in text[: len(text) - len(text.lstrip())]:
        return "indent with spaces: YAML does not allow tabs"
    if "mapping values are not allowed" in problem:
        return "check the indentation, and quote a value that contains `: `"
    if "cannot start any token" in problem:
        return "quote a value that begins with @ or `"
    return "check the indentation and the quotes of this line and the one before"
