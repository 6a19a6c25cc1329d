"""The one list of all rules, in judging order, and look-up by id."""

from __future__ import annotations

import difflib
from typing import Final

from cvt_engine.errors import UnknownRule
from cvt_engine.rules import lint, policy
from cvt_engine.rules.row import Rule

RULES: Final[tuple[Rule, ...]] = (*lint.ROWS, *policy.ROWS)
_BY_ID: Final[dict[str, Rule]] = {row.id: row for row in RULES}


def rule(rule_id: str) -> Rule:
    """Return the row of a rule id; raises UnknownRule naming the nearest valid id."""
    try:
        return _BY_ID[rule_id]
    except KeyError:
        near = difflib.get_close_matches(rule_id, _BY_ID, n=1, cutoff=0.0)
        raise UnknownRule(f"there is no rule {rule_id!r}", hint=f"did you mean {near[0]!r}?" if near else "") from None
