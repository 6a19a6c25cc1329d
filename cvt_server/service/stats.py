"""What the organisation gains, in numbers, and the cleaning of what is too old to count."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cvt_server.errors import Unavailable
from cvt_server.storage.base import Storage

_DAY: Final = 86_400
_LEASE: Final = "cleaning"
_LEASE_SECONDS: Final = 600


@dataclass(frozen=True, slots=True)
class Activity:
    """Validations of one schema on one day (days since 1970)."""

    schema_id: str
    day: int
    valid: int
    invalid: int


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is registered; a consumer of several schemas counts once."""

    schemas: int
    consumers: int


class StatService:
    """Counts of validations, how much there is, and retention."""

    def __init__(self, storage: Storage, now: Callable[[], int]) -> None:
        self._storage = storage
        self._now = now
        self._holder = secrets.token_hex(8)

    def activity(self, *, days: int = 30, schema_id: str = "") -> tuple[Activity, ...]:
        """Validations per schema and day, the last `days` days; those of the last seconds may not be written yet."""
        found: dict[tuple[str, int], list[int]] = {}
        for name, day, valid, total in self._storage.counts.totals(since_day=self._now() // _DAY - max(days, 1) + 1, schema_id=schema_id):
            found.setdefault((name, day), [0, 0])[0 if valid else 1] += total
        return tuple(Activity(name, day, valid, invalid) for (name, day), (valid, invalid) in sorted(found.items()))

    def sizes(self) -> Sizes:
        """Schemas and consumers. Raises Unavailable."""
        return Sizes(self._storage.schemas.total(), self._storage.consumers.total())

    def clean(self, retention_days: int) -> int:
        """Remove what is older, where no other replica does so; how many rows. 0 days: keep everything."""
        if retention_days <= 0:
            return 0
        try:
            if not self._storage.cleaning.lease(_LEASE, self._holder, now=self._now(), seconds=_LEASE_SECONDS):
                return 0
            return self._storage.cleaning.purge(self._now() - retention_days * _DAY)
        except Unavailable:
            return 0
