"""The shape of a rule row."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from msgspec import Struct

from cvt_engine.finding import Severity


class Area(StrEnum):
    """Which table a rule stands in; also the grouping of the docs page."""

    OPERATIONS = "operations"
    PARAMETERS = "parameters"
    BODIES = "bodies"
    RESPONSES = "responses"
    SCHEMAS = "schemas"
    SECURITY = "security"
    LIFECYCLE = "lifecycle"
    POLICY = "policy"
    LINT = "lint"


_NEAREST: Final = (
    ("operation-removed", "ENDPOINT_REMOVED"),
    ("api-removed", "ENDPOINT_REMOVED"),
    ("request-enum-", "ENUM_VALUE_REMOVED"),
    ("request-", "TYPE_CHANGED"),
    ("response-", "RESPONSE_SCHEMA_CHANGED"),
    ("callback-", "RESPONSE_SCHEMA_CHANGED"),
)
"""Published types by how the ids of rules begin, for rules that have none of their own."""


class Rule(Struct, frozen=True):
    """One row.

    `on` is (aspect, act, side) of the fact it judges, `*` matches any side; empty for lint and policy rules, which are reported by id.
    `message` is a `str.format` template over the fact's fields. `why` says which client or server fails and how; `hint` says how to
    fix it. `when` lists the traits a fact must have (`!trait`: must not have), separated by spaces; narrow rows stand before wide ones
    and the first match wins. `wire` is one of the six published BreakingChangeType names, or None where none says it exactly. `since` is the CVT version that
    introduced the rule. `if_used` marks a warning that only asks whether somebody uses what is gone: it breaks a registered
    consumer that does. `silent` rows name a compatible change: they are told in a changelog only.
    """

    id: str
    area: Area
    severity: Severity
    message: str
    why: str
    hint: str
    on: tuple[str, str, str] | tuple[()] = ()
    when: str = ""
    wire: str | None = None
    since: str = "1.0"
    silent: bool = False
    if_used: bool = False

    @property
    def account(self) -> str:
        """Why it matters, and when it matters more."""
        return f"{self.why} It is an error where a registered consumer uses it." if self.if_used else self.why

    @property
    def published(self) -> str | None:
        """The published type that it is told as: its own, else the nearest, None where none is near."""
        return self.wire or next((kind for start, kind in _NEAREST if self.area is not Area.LINT and self.id.startswith(start)), None)

    def matches(self, traits: frozenset[str]) -> bool:
        """Do a fact's traits satisfy `when`?"""
        return all((word[1:] not in traits) if word.startswith("!") else (word in traits) for word in self.when.split())
