"""How often what was validated: counted in memory, written together every few seconds, never in a request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from threading import Lock
from typing import Final

from cvt_server.errors import Unavailable
from cvt_server.model import SchemaVersion
from cvt_server.storage.base import Storage
from cvt_server.tally import Tally

_Key = tuple[str, str, int, str, bool]
_DAY: Final = 86_400
_MOST: Final = 100_000
_BATCH: Final = 1_000
"""Rows of one transaction: others write in between."""
_LONGEST: Final = 250
"""Characters of an operation's name: keys of indexes have a limit."""


class Counts:
    """Counts that wait to be written."""

    def __init__(self, storage: Storage, now: Callable[[], int]) -> None:
        self._storage = storage
        self._now = now
        self._waiting: Counter[_Key] = Counter()
        self._lock = Lock()
        self._tally = Tally(self._sum)

    def add(self, schema: SchemaVersion, operation: str, *, valid: bool) -> None:
        """Count one validation; `operation` is "" where there was none."""
        self._tally.add((schema.schema_id, schema.version, self._now() // _DAY, operation, valid))

    def _sum(self, many: list[_Key]) -> None:
        with self._lock:
            for key in many:
                if len(self._waiting) < _MOST or key in self._waiting:
                    self._waiting[key] += 1

    def flush(self) -> int:
        """Write what waits; how many rows. Without a database it goes on waiting."""
        self._tally.flush()
        with self._lock:
            waiting, self._waiting = self._waiting, Counter()
        rows = sorted(_storable(waiting).items())
        for start in range(0, len(rows), _BATCH):
            try:
                self._storage.counts.add(dict(rows[start : start + _BATCH]))
            except Unavailable:
                with self._lock:
                    self._waiting.update(dict(rows[start:]))
                return start
        return len(rows)


def _storable(waiting: Counter[_Key]) -> Counter[_Key]:
    """The same with names of operations that every database keeps: descriptions choose them."""
    found: Counter[_Key] = Counter()
    for (schema_id, version, day, operation, valid), count in waiting.items():
        name = operation[:_LONGEST].replace("\0", "").encode("utf-8", "replace").decode()
        found[schema_id, version, day, name, valid] += count
    return found
