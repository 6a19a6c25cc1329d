"""The engine's front door: the only module that the runner and the server import functions from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cvt_engine.diff.options import Comparison
from cvt_engine.diff.options import Options as CompareOptions
from cvt_engine.exchange import HttpRequest, HttpResponse
from cvt_engine.finding import Finding
from cvt_engine.load.parse import parse_document
from cvt_engine.load.spec import Reader, Spec, load_spec, looks_like_openapi
from cvt_engine.rules import RULES, Rule, rule

if TYPE_CHECKING:
    from cvt_engine.fixtures.generate import Fixtures, generate
    from cvt_engine.fixtures.model import Fixture, FixtureRequest, FixtureResponse
    from cvt_engine.fixtures.options import FixtureOptions
    from cvt_engine.impact.judge import impacts, impacts_of, unused
    from cvt_engine.impact.model import Consumer, Impact, Met, Reason, Unmet, Usage, breaks_where_used
    from cvt_engine.impact.relevance import Relevance
    from cvt_engine.impact.usages import CompiledUsages, UsageIndex
    from cvt_engine.load.bundle import bundle
    from cvt_engine.operations.read import template
    from cvt_engine.validate.contract import Contract, Endpoint, Match
    from cvt_engine.validate.options import ValidateOptions
    from cvt_engine.validate.rows import VIOLATION_RULES, ViolationRule
    from cvt_engine.validate.violation import Verdict, Violation, violation_line, violation_values
    from cvt_engine.wire.media import is_json

__all__ = [
    "RULES",
    "VIOLATION_RULES",
    "CompareOptions",
    "Comparison",
    "CompiledUsages",
    "Consumer",
    "Contract",
    "Endpoint",
    "Fixture",
    "FixtureOptions",
    "FixtureRequest",
    "FixtureResponse",
    "Fixtures",
    "HttpRequest",
    "HttpResponse",
    "Impact",
    "Match",
    "Met",
    "Reader",
    "Reason",
    "Relevance",
    "Rule",
    "Spec",
    "Unmet",
    "Usage",
    "UsageIndex",
    "ValidateOptions",
    "Verdict",
    "Violation",
    "ViolationRule",
    "breaks_where_used",
    "bundle",
    "compare",
    "comparison",
    "generate",
    "impacts",
    "impacts_of",
    "is_json",
    "lint",
    "load_spec",
    "looks_like_openapi",
    "parse_document",
    "rule",
    "template",
    "unused",
    "violation_line",
    "violation_values",
]

DEFAULTS: Final = CompareOptions()
_LATER: Final = {
    "bundle": "load.bundle",
    "Contract": "validate.contract",
    "Endpoint": "validate.contract",
    "Match": "validate.contract",
    "ValidateOptions": "validate.options",
    "VIOLATION_RULES": "validate.rows",
    "ViolationRule": "validate.rows",
    "Verdict": "validate.violation",
    "Violation": "validate.violation",
    "violation_line": "validate.violation",
    "violation_values": "validate.violation",
    "template": "operations.read",
    "is_json": "wire.media",
    "Fixture": "fixtures.model",
    "FixtureOptions": "fixtures.options",
    "FixtureRequest": "fixtures.model",
    "FixtureResponse": "fixtures.model",
    "Fixtures": "fixtures.generate",
    "generate": "fixtures.generate",
    "Consumer": "impact.model",
    "Impact": "impact.model",
    "Met": "impact.model",
    "Reason": "impact.model",
    "Unmet": "impact.model",
    "Usage": "impact.model",
    "Relevance": "impact.relevance",
    "CompiledUsages": "impact.usages",
    "UsageIndex": "impact.usages",
    "breaks_where_used": "impact.model",
    "impacts": "impact.judge",
    "impacts_of": "impact.judge",
    "unused": "impact.judge",
}


def __getattr__(name: str) -> Any:
    """Validation, fixtures and impact are imported by who asks for them: comparing and linting do without."""
    if (module := _LATER.get(name)) is None:
        raise AttributeError(name)
    from importlib import import_module

    return getattr(import_module(f"cvt_engine.{module}"), name)


def lint(spec: Spec) -> tuple[Finding, ...]:
    """Every problem of one document, worst first. Never raises for content: problems are findings."""
    from cvt_engine.lint.check import lint_spec

    return lint_spec(spec)


def compare(base: Spec, revision: Spec, options: CompareOptions = DEFAULTS) -> tuple[Finding, ...]:
    """Every contract-relevant change from base to revision, judged, grouped (one cause, one finding) and sorted worst first."""
    return comparison(base, revision, options).findings


def comparison(base: Spec, revision: Spec, options: CompareOptions = DEFAULTS) -> Comparison:
    """The same with what was compatible: which rules' changes there were, whether or not they were asked for."""
    from cvt_engine.diff.judge import judge

    return judge(base, revision, options)
