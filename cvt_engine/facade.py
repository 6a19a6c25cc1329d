"""The engine's front door: the only module that the runner and the server import functions from."""

from __future__ import annotations

from cvt_engine.finding import Finding
from cvt_engine.load.parse import parse_document
from cvt_engine.load.spec import Reader, Spec, load_spec, looks_like_openapi
from cvt_engine.rules import RULES, Rule, rule

__all__ = ["RULES", "Reader", "Rule", "Spec", "compare", "lint", "load_spec", "looks_like_openapi", "parse_document", "rule"]


def lint(spec: Spec) -> tuple[Finding, ...]:
    """Every problem of one document, worst first. Never raises for content: problems are findings."""
    raise NotImplementedError


def compare(base: Spec, revision: Spec) -> tuple[Finding, ...]:
    """Every contract-relevant change from base to revision, judged, grouped (one cause, one finding) and sorted worst first."""
    raise NotImplementedError
