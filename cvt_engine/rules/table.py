"""The one list of all rules, in judging order, and look-up by id and by fact."""

from __future__ import annotations

from typing import Final

from cvt_engine.change import Change
from cvt_engine.errors import UnknownRule
from cvt_engine.rules import about, bodies, lifecycle, lint, operations, parameters, policy, responses, schemas, security
from cvt_engine.rules.row import Rule

RULES: Final[tuple[Rule, ...]] = (
    *operations.ROWS,
    *parameters.ROWS,
    *bodies.ROWS,
    *responses.ROWS,
    *schemas.ROWS,
    *security.ROWS,
    *lifecycle.ROWS,
    *about.ROWS,
    *policy.ROWS,
    *lint.ROWS,
)
_BY_ID: Final[dict[str, Rule]] = {row.id: row for row in RULES}
_BY_FACT: Final[dict[tuple[str, str, str], list[Rule]]] = {}
for _row in RULES:
    if _row.on:
        _BY_FACT.setdefault(_row.on, []).append(_row)


def rule(rule_id: str) -> Rule:
    """Return the row of a rule id; raises UnknownRule naming the nearest valid id."""
    try:
        return _BY_ID[rule_id]
    except KeyError:
        import difflib

        near = difflib.get_close_matches(rule_id, _BY_ID, n=1, cutoff=0.0)
        raise UnknownRule(f"there is no rule {rule_id!r}", hint=f"did you mean {near[0]!r}?" if near else "") from None


def judging(change: Change, traits: frozenset[str]) -> Rule:
    """The first row that matches a fact; every fact that the walk can make has one (a test holds this)."""
    for row in _BY_FACT.get((change.aspect, change.act.value, change.side.value), ()):
        if row.matches(traits):
            return row
    raise LookupError(f"no rule judges {change.aspect} {change.act} {change.side} {sorted(traits)}")
