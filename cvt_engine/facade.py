"""The engine's front door: the only module that the runner and the server import functions from."""

from __future__ import annotations

from typing import Final

from cvt_engine.diff.options import Comparison
from cvt_engine.diff.options import Options as CompareOptions
from cvt_engine.finding import Finding
from cvt_engine.load.parse import parse_document
from cvt_engine.load.spec import Reader, Spec, load_spec, looks_like_openapi
from cvt_engine.rules import RULES, Rule, rule

__all__ = [
    "RULES",
    "CompareOptions",
    "Comparison",
    "Reader",
    "Rule",
    "Spec",
    "compare",
    "comparison",
    "lint",
    "load_spec",
    "looks_like_openapi",
    "parse_document",
    "rule",
]

DEFAULTS: Final = CompareOptions()


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
