"""Consumers, what they use, and what a set of findings does to them."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

from cvt_engine.errors import UnknownRule
from cvt_engine.finding import Finding, Severity
from cvt_engine.rules import rule


class Usage(Struct, frozen=True, cache_hash=True):
    """One operation that a consumer calls.

    `method` in any case; "" or `*` stands for every method of the path. `path` is a template with any parameter names or a concrete path such as
    `/users/42`, with or without query, server prefix and host. `fields` are the response properties it reads as dot paths (`items.price` or
    `items[].price`); none given means that it may read all of them.
    """

    method: str
    path: str
    fields: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.method.upper() or '*'} {self.path}"


class Consumer(Struct, frozen=True):
    """A registered consumer. Without usages nothing is known of what it calls, and everything concerns it."""

    id: str
    version: str = ""
    environment: str = ""
    schema_version: str = ""
    usages: tuple[Usage, ...] = ()


class Reason(StrEnum):
    """Why a finding concerns a consumer."""

    ENDPOINT = "endpoint-used"
    FIELD = "field-used"
    UNKNOWN = "usage-unknown"
    UNMATCHED = "usage-unmatched"
    DOCUMENT = "document-wide"


class Met(NamedTuple):
    """A finding that concerns a consumer, why, and the usage that shows it (None where it concerns everybody, or nothing is known)."""

    finding: Finding
    reason: Reason
    usage: Usage | None = None


def breaks_where_used(finding: Finding) -> bool:
    """Does it break whoever uses what it speaks of? Errors do, and the warnings that only ask whether somebody does."""
    if finding.severity is not Severity.WARNING:
        return finding.severity is Severity.ERROR
    try:
        return rule(finding.rule).if_used
    except UnknownRule:
        return False


class Impact(NamedTuple):
    """What the findings do to one consumer."""

    consumer: Consumer
    met: tuple[Met, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings that concern it."""
        return tuple(met.finding for met in self.met)

    @property
    def breaks(self) -> bool:
        """Does it use what an error, or the removal of what nobody should use, speaks of?"""
        return any(breaks_where_used(met.finding) for met in self.met)

    @property
    def may_break(self) -> bool:
        """Does nothing worse than a warning concern it?"""
        return not self.breaks and any(met.finding.severity is Severity.WARNING for met in self.met)


class Unmet(NamedTuple):
    """A finding that concerns no registered consumer, and the sentence that says so."""

    finding: Finding
    evidence: str
