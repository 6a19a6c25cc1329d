"""Whom findings concern, remembered: ten thousand consumers are tied to a description once, and again only where one of them changed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Final, NamedTuple

from cvt_engine.facade import CompiledUsages, Relevance, Usage, UsageIndex, impacts_of
from cvt_engine.facade import Consumer as User
from cvt_engine.finding import Finding
from cvt_server.model import Consumer, ConsumerImpact

MOST_PAIRS: Final = 16
MOST_USAGES: Final = 50_000


class _Tied(NamedTuple):
    """Usages and what became of them; holding the former keeps their identity."""

    usages: tuple[Usage, ...]
    compiled: CompiledUsages


class Meeting:
    """Consumers and findings of pairs of descriptions, by the hashes of their contents. Bounded in both."""

    def __init__(self, index: Callable[[str], UsageIndex]) -> None:
        """`index` gives the operations of a description by its hash."""
        self._index = index
        self._pairs: OrderedDict[tuple[str, str], Relevance] = OrderedDict()
        self._tied: dict[tuple[str, int], _Tied] = {}
        self._lock = Lock()

    def impacts(self, base: str, head: str, findings: tuple[Finding, ...], consumers: Sequence[Consumer]) -> list[ConsumerImpact]:
        """What findings from `base` to `head` (empty: not to be remembered) do to consumers that use `base`."""
        index = self._index(base)
        with self._lock:  # relevance remembers, too
            used = [self._compiled(base, index, consumer.usages) for consumer in consumers]
            found = impacts_of(self._relevance(base, head, findings), zip(map(_user, consumers), used, strict=True))
        return [
            ConsumerImpact(consumer, will_break=bool(impact.met), findings=impact.findings, operations=usages.operations.keys())
            for consumer, impact, usages in zip(consumers, found, used, strict=True)
        ]

    def _compiled(self, base: str, index: UsageIndex, usages: tuple[Usage, ...]) -> CompiledUsages:
        key = (base, id(usages))
        tied = self._tied.get(key)
        if tied is None:
            if len(self._tied) >= MOST_USAGES:
                self._tied.clear()
            tied = self._tied[key] = _Tied(usages, index.compiled(usages))
        return tied.compiled

    def _relevance(self, base: str, head: str, findings: tuple[Finding, ...]) -> Relevance:
        found = self._pairs.get((base, head)) if head else None
        if found is None:
            found = Relevance(findings)
        if head:
            self._pairs[base, head] = found
            self._pairs.move_to_end((base, head))
            if len(self._pairs) > MOST_PAIRS:
                self._pairs.popitem(last=False)
        return found


def _user(consumer: Consumer) -> User:
    return User(consumer.consumer_id, consumer.version, consumer.environment, consumer.schema_version, consumer.usages)
