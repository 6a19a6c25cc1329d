"""Exact positions in YAML text from libyaml's event stream; used on small pieces, and on a whole file where nothing else is exact."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from yaml._yaml import CParser
from yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, Event, MappingStartEvent, NodeEvent, ScalarEvent, StreamEndEvent

MERGE: Final = "<<"
_BLANK: Final = " \t\r\n"


@dataclass(slots=True)
class Mark:
    """One node of the text. `start` and `end` count code points from the beginning of the parsed piece.

    `keys` is None in anything but a mapping; `value` is the text of a scalar.
    """

    start: int
    end: int
    value: str = ""
    keys: list[Mark] | None = None
    items: list[Mark] = field(default_factory=list)
    alias: Mark | None = None

    def child(self, token: str) -> tuple[int, Mark] | None:
        """Where the child's key starts (its value, in a sequence) and the child, through aliases and merge keys."""
        node = self.alias or self
        if node.keys is None:
            item = node.items[int(token)] if token.isascii() and token.isdigit() and int(token) < len(node.items) else None
            return (item.start, item) if item else None
        for key, item in zip(node.keys, node.items, strict=True):
            if key.value == token:
                return key.start, item
        return node._merged(token)

    def _merged(self, token: str) -> tuple[int, Mark] | None:
        for source in self._sources():
            found = source.child(token)
            if found is not None:
                return found
        return None

    def _sources(self) -> Iterator[Mark]:
        for key, item in zip(self.keys or (), self.items, strict=True):
            target = item.alias or item
            if key.value == MERGE:
                yield from [target] if target.keys is not None else target.items

    def append(self, child: Mark) -> None:
        """Add the next node of a collection: keys and values alternate in a mapping."""
        if self.keys is not None and len(self.keys) == len(self.items):
            self.keys.append(child)
        else:
            self.items.append(child)


def compose(text: str) -> Mark | None:
    """The marks of a one-document YAML text that is known to parse; None for an empty one. Raises yaml.YAMLError."""
    anchors: dict[str, Mark] = {}
    top = Mark(0, 0)
    stack = [top]
    for event in events(text):
        if isinstance(event, CollectionEndEvent):
            _close(stack.pop(), event)
        elif isinstance(event, NodeEvent):
            mark = _mark(event, text, anchors)
            stack[-1].append(mark)
            if isinstance(event, CollectionStartEvent):
                stack.append(mark)
    return top.items[0] if top.items else None


def events(text: str | bytes) -> Iterator[Event]:
    """The event stream of a YAML text. Raises yaml.YAMLError."""
    parser = CParser(text)
    while True:
        event = parser.get_event()
        if event is None or isinstance(event, StreamEndEvent):
            return
        yield event


def bounds(event: Event) -> tuple[int, int]:
    """Where an event starts and ends, in code points."""
    start, end = event.start_mark, event.end_mark
    return (start.index if start else 0, end.index if end else 0)


def _mark(event: NodeEvent, text: str, anchors: dict[str, Mark]) -> Mark:
    start, end = bounds(event)
    if isinstance(event, AliasEvent):
        return Mark(start, end, alias=anchors.get(event.anchor or ""))
    if isinstance(event, ScalarEvent):
        mark = Mark(start, start + len(text[start:end].rstrip(_BLANK)) if event.style in ("|", ">") else end, event.value)
    else:
        mark = Mark(start, end, keys=[] if isinstance(event, MappingStartEvent) else None)
    if event.anchor:
        anchors[event.anchor] = mark
    return mark


def _close(mark: Mark, event: Event) -> None:
    start, end = bounds(event)
    mark.end = end if end > start or not mark.items else mark.items[-1].end
