"""The engine's front door: the only module that the runner and the server import functions from."""

from __future__ import annotations

from typing import Final

from cvt_engine.diff.judge import Options as CompareOptions
from cvt_engine.diff.judge import findings
from cvt_engine.finding import Finding
from cvt_engine.load.parse import parse_document
from cvt_engine.load.spec import Reader, Spec, load_spec, looks_like_openapi
from cvt_engine.rules import RULES, Rule, rule

__all__ = ["RULES", "CompareOptions", "Reader", "Rule", "Spec", "compare", "lint", "load_spec", "looks_like_openapi", "parse_document", "rule"]

DEFAULTS: Final = CompareOptions()


def lint(spec: Spec) -> tuple[Finding, ...]:
    """Every problem of one document, worst first. Never raises for content: problems are findings."""
    from cvt_engine.lint.check import lint_spec

    return lint_spec(spec)


def compare(base: Spec, revision: Spec, options: CompareOptions = DEFAULTS) -> tuple[Finding, ...]:
    """Every contract-relevant change from base to revision, judged, grouped (one cause, one finding) and sorted worst first."""
    return findings(base, revision, options)
