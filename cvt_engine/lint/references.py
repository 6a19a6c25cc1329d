"""Every `$ref` must lead somewhere, and to an object of the right kind."""

from __future__ import annotations

from collections.abc import Iterator

from cvt_engine.errors import EngineError, RefUnresolved, SyntaxInvalid
from cvt_engine.lint.problem import Problem, plain
from cvt_engine.lint.survey import Survey, Use
from cvt_engine.lint.words import article


def check_references(survey: Survey) -> Iterator[Problem]:
    """One problem per reference text that fails, however often it is written, and one per reference to the wrong kind of object."""
    for error, uses in survey.failures.values():
        yield _failed(error, uses)
    for use, found in survey.mistaken:
        detail = f"a {article(use.kind)[1]} belongs here, but the reference leads to {' '.join(article(found))}"
        yield Problem("ref-kind", use.document, (use.trail, "$ref"), detail, subject=plain(use.ref, limit=200))


def _failed(error: EngineError, uses: list[Use]) -> Problem:
    first = uses[0]
    rule = error.rule if isinstance(error, RefUnresolved) else "ref-unresolved"
    detail = error.message
    if isinstance(error, SyntaxInvalid):
        detail = f"the file that `{plain(first.ref)}` leads to cannot be read: {error}"
    also = tuple((use.document, (use.trail, "$ref")) for use in uses[1:])
    return Problem(rule, first.document, (first.trail, "$ref"), detail, hint=error.hint, subject=first.ref[:200], also=also)
