"""Is what this process remembers of a schema still so? One cheap query, asked again after half a second at the earliest."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Final, NamedTuple, TypeVar

TRUSTED_SECONDS: Final = 0.5
LATE_SECONDS: Final = 1.0
"""How old a value may become while the question whether it is still so is under way."""
MOST_SCHEMAS: Final = 20_000
MOST_VALUES: Final = 100
"""Values that are remembered of one schema."""
_LONGEST_KEY: Final = 1_000
V = TypeVar("V")


class _Held(NamedTuple):
    generation: int
    checked: float
    values: OrderedDict[Hashable, Any]


class Freshness:
    """Values that belong to a state of a schema. Changes by this process are seen at once, those of another within `TRUSTED_SECONDS`, at most `LATE_SECONDS`.

    Bounded: in schemas, in values of a schema, and in the length of keys, since callers choose those.
    """

    def __init__(self, generation: Callable[[str], int], clock: Callable[[], float] = time.monotonic) -> None:
        self._generation = generation
        self._clock = clock
        self._held: OrderedDict[str, _Held] = OrderedDict()
        self._asked: dict[str, float] = {}
        self._drops = 0
        self._lock = Lock()
        self._making: dict[tuple[str, Hashable], Lock] = {}

    def peek(self, schema_id: str, key: Hashable) -> Any:
        """The value where it is there and was checked a moment ago, else None. Never waits: fit for an event loop.

        When that moment is over, one caller gets None and is to ask; the others keep the value meanwhile, for LATE_SECONDS at most.
        """
        held = self._held.get(schema_id)
        if held is None:
            return None
        age = self._clock() - held.checked
        if age > TRUSTED_SECONDS and (age > LATE_SECONDS or self._first_to_ask(schema_id, held.checked)):
            return None
        return held.values.get(key)

    def _first_to_ask(self, schema_id: str, checked: float) -> bool:
        if self._asked.get(schema_id) == checked:
            return False
        if len(self._asked) >= MOST_SCHEMAS:
            self._asked.clear()
        self._asked[schema_id] = checked
        return True

    def get(self, schema_id: str, key: Hashable, make: Callable[[], V]) -> V:
        """The value for the schema's present state, made where it is missing, once however many ask. What `make` raises is not remembered."""
        held = self._current(schema_id)
        found: V | None = held.values.get(key)
        if found is not None:
            return found
        with self._lock:
            own = self._making.setdefault((schema_id, key), Lock())
        with own:
            try:
                held = self._current(schema_id)
                found = held.values.get(key)
                return found if found is not None else self._made(held, key, make)
            finally:
                with self._lock:
                    self._making.pop((schema_id, key), None)

    def generation(self, schema_id: str) -> int:
        """The schema's present state as a number."""
        return self._current(schema_id).generation

    def drop(self, schema_id: str) -> None:
        """Forget, because this process has changed something."""
        with self._lock:
            self._drops += 1
            self._held.pop(schema_id, None)

    def _made(self, held: _Held, key: Hashable, make: Callable[[], V]) -> V:
        made = make()
        if len(str(key)) <= _LONGEST_KEY:
            with self._lock:
                held.values[key] = made
                if len(held.values) > MOST_VALUES:
                    held.values.popitem(last=False)
        return made

    def _current(self, schema_id: str) -> _Held:
        held = self._held.get(schema_id)
        now = self._clock()
        if held is not None and now - held.checked <= TRUSTED_SECONDS:
            return held
        drops = self._drops
        generation = self._generation(schema_id)
        with self._lock:
            values = held.values if held is not None and held.generation == generation else OrderedDict()
            fresh = _Held(generation, now, values)
            # A number from before a change must not be remembered, and what is not there need not be.
            if drops == self._drops and generation >= 0:
                self._held[schema_id] = fresh
                self._held.move_to_end(schema_id)
                if len(self._held) > MOST_SCHEMAS:
                    self._held.popitem(last=False)
        return fresh
