"""All checks of one description, and their problems as findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

from cvt_engine.document import Document
from cvt_engine.finding import Excerpt, Finding, Place, fingerprint, sort_key
from cvt_engine.lint.components import check_components
from cvt_engine.lint.dialects import check_dialects
from cvt_engine.lint.grammar.versions import grammar_of
from cvt_engine.lint.operations import check_links, check_operations, operation_of
from cvt_engine.lint.paths import check_paths
from cvt_engine.lint.problem import Problem, Trail, pointer_of
from cvt_engine.lint.references import check_references
from cvt_engine.lint.schemas import check_schemas
from cvt_engine.lint.security import check_security
from cvt_engine.lint.structure import check_structure
from cvt_engine.lint.survey import Survey, survey
from cvt_engine.lint.tags import check_tags
from cvt_engine.lint.values import check_values
from cvt_engine.load.spec import Spec
from cvt_engine.rules.lint import ROWS

MAX_PER_RULE: Final = 1000
"""Findings of one rule that are reported; the last one says how many more there are."""

CHECKS: Final[tuple[Callable[[Survey], Iterator[Problem]], ...]] = (
    check_structure,
    check_references,
    check_dialects,
    check_components,
    check_paths,
    check_operations,
    check_links,
    check_tags,
    check_security,
    check_schemas,
    check_values,
)
_ROWS: Final = {row.id: row for row in ROWS}


def lint_spec(spec: Spec) -> tuple[Finding, ...]:
    """Every problem of a description, worst first."""
    seen = survey(spec, grammar_of(spec.version))
    reporter = _Reporter(seen)
    for check in CHECKS:
        for problem in check(seen):
            reporter.add(problem)
    return tuple(sorted(reporter.findings(), key=sort_key))


class _Reporter:
    def __init__(self, seen: Survey) -> None:
        self.survey = seen
        self.problems: dict[tuple[str, str, str, str], Problem] = {}
        self.counts: Counter[str] = Counter()

    def add(self, problem: Problem) -> None:
        key = (problem.rule, problem.document.uri, pointer_of(problem.trail), problem.subject)
        if key in self.problems:
            return
        self.counts[problem.rule] += 1
        if self.counts[problem.rule] <= MAX_PER_RULE:
            self.problems[key] = problem

    def findings(self) -> Iterator[Finding]:
        for (_, uri, pointer, _), problem in self.problems.items():
            full = pointer if uri == self.survey.spec.entry.uri else f"{uri}#{pointer}"
            yield self._finding(problem, full, problem.document.excerpt(pointer))
        for rule, count in self.counts.items():
            if count > MAX_PER_RULE:
                yield self._rest(rule, count)

    def _finding(self, problem: Problem, pointer: str, excerpt: Excerpt) -> Finding:
        row = _ROWS[problem.rule]
        operation = operation_of(problem.trail) if problem.document is self.survey.spec.entry else ""
        return Finding(
            rule=row.id,
            severity=row.severity,
            message=row.message.format(detail=problem.detail),
            hint=problem.hint or row.hint,
            operation=operation,
            pointer=pointer,
            subject=problem.subject,
            revision=excerpt,
            places=_places(problem, operation, self.survey.spec.entry),
            fingerprint=fingerprint(row.id, operation, pointer, problem.subject),
        )

    def _rest(self, rule: str, count: int) -> Finding:
        row = _ROWS["findings-cut"]
        message = row.message.format(detail=f"{count - MAX_PER_RULE} more findings of {rule} are not shown")
        entry = self.survey.spec.entry
        return Finding(row.id, row.severity, message, row.hint, subject=rule, revision=entry.excerpt(""), fingerprint=fingerprint(row.id, "", "", rule))


def _places(problem: Problem, operation: str, entry: Document) -> tuple[Place, ...]:
    """The operations that a problem shows up in, the place of the finding itself first."""
    places = dict.fromkeys([Place(operation)] if operation else [])
    places.update(dict.fromkeys(_place(document, trail, entry) for document, trail in problem.also[:MAX_PER_RULE]))
    return tuple(places)


def _place(document: Document, trail: Trail, entry: Document) -> Place:
    operation = operation_of(trail) if document is entry else ""
    return Place(operation) if operation else Place("", f"{document.uri}#{pointer_of(trail)}")
