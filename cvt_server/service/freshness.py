"""Is what this process remembers of a schema still so? One cheap query, asked again after half a second at the earliest."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Final, NamedTuple, TypeVar

TRUSTED_SECONDS: Final = 0.5
_MOST: Final = 50_000
V = TypeVar("V")


class _Held(NamedTuple):
    generation: int
    checked: float
    values: dict[Hashable, Any]


class Freshness:
    """Values that belong to a state of a schema. Changes by this process are seen at once, those of another within `TRUSTED_SECONDS`."""

    def __init__(self, generation: Callable[[str], int], clock: Callable[[], float] = time.monotonic) -> None:
        self._generation = generation
        self._clock = clock
        self._held: dict[str, _Held] = {}
        self._drops = 0
        self._lock = Lock()

    def peek(self, schema_id: str, key: Hashable) -> Any:
        """The value where it is there and was checked a moment ago, else None. Never waits: fit for an event loop."""
        held = self._held.get(schema_id)
        if held is None or self._clock() - held.checked > TRUSTED_SECONDS:
            return None
        return held.values.get(key)

    def get(self, schema_id: str, key: Hashable, make: Callable[[], V]) -> V:
        """The value for the schema's present state, made where it is missing. What `make` raises is not remembered."""
        held = self._current(schema_id)
        found = held.values.get(key)
        if found is None:
            found = held.values[key] = make()
        made: V = found
        return made

    def generation(self, schema_id: str) -> int:
        """The schema's present state as a number."""
        return self._current(schema_id).generation

    def drop(self, schema_id: str) -> None:
        """Forget, because this process has changed something."""
        with self._lock:
            self._drops += 1
            self._held.pop(schema_id, None)

    def _current(self, schema_id: str) -> _Held:
        held = self._held.get(schema_id)
        now = self._clock()
        if held is not None and now - held.checked <= TRUSTED_SECONDS:
            return held
        drops = self._drops
        generation = self._generation(schema_id)
        with self._lock:
            values = held.values if held is not None and held.generation == generation else {}
            fresh = _Held(generation, now, values)
            if drops == self._drops:  # else the number may be from before the change
                if len(self._held) >= _MOST:
                    self._held.clear()
                self._held[schema_id] = fresh
        return fresh
