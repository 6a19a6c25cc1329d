"""All rules of the engine, one frozen row each; docs, `cvt explain`, SARIF metadata and severity settings are read from here."""

from __future__ import annotations

from cvt_engine.rules.row import Area, Rule
from cvt_engine.rules.table import RULES, rule

__all__ = ["RULES", "Area", "Rule", "rule"]
