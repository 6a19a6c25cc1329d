"""Events that are counted some at a time: one by one, counting would cost as much as the validation it tells of."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final, Generic, TypeVar

BATCH: Final = 64
E = TypeVar("E")


class Tally(Generic[E]):
    """Events that wait to be counted. Safe to share between threads; each event is counted once."""

    def __init__(self, count: Callable[[list[E]], None], batch: int = BATCH) -> None:
        """`count` gets the events that waited, as soon as there are `batch`."""
        self._count = count
        self._batch = batch
        self._waiting: deque[E] = deque()

    def add(self, event: E) -> None:
        """One more."""
        self._waiting.append(event)
        if len(self._waiting) >= self._batch:
            self.flush()

    def flush(self) -> None:
        """Count what waits."""
        taken: list[E] = []
        try:
            while True:
                taken.append(self._waiting.popleft())
        except IndexError:
            if taken:
                self._count(taken)
