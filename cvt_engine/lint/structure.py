"""Does every object have the form its OpenAPI version gives it? One problem per mistake, at the element that is wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from cvt_engine.document import Document
from cvt_engine.lint.advice import Error, Fault, faults_of
from cvt_engine.lint.dialects import is_opaque
from cvt_engine.lint.grammar.kind import TEXT, Grammar, Kind
from cvt_engine.lint.metaschema import BARE, checker
from cvt_engine.lint.problem import Problem, Trail, steps, trail_of
from cvt_engine.lint.survey import Survey

MAX_ERRORS: Final = 2000
"""Errors read from one document; a hostile one can hold millions."""
MAX_DEPTH: Final = 200
"""Nesting up to which errors are explained; the validator's error objects hold no deeper values."""
_SCHEMA_KINDS: Final = frozenset(("Schema", "SchemaBesideReference", "Items", "FileSchema", "Discriminator", "Xml"))
_BESIDE: Final = Kind("SchemaBesideReference", "a schema", {"$ref": TEXT})
_REFERENCE: Final = Kind("Reference", "a reference", {"$ref": TEXT})


def check_structure(survey: Survey) -> Iterator[Problem]:
    """Problems of the entry document and of every fragment that its references reach."""
    spec = survey.spec
    opaque = is_opaque(spec)
    yield from _check(survey, "Document", spec.entry.tree, document=spec.entry, start=None, opaque=opaque)
    for kind, (node, document, trail) in survey.fragments:
        yield from _check(survey, kind, node, document=document, start=trail, opaque=opaque)


def _check(survey: Survey, kind: str, node: Any, *, document: Document, start: Trail, opaque: bool) -> Iterator[Problem]:
    validator = checker(survey.spec.version, kind=kind, opaque=opaque)
    if validator.is_valid(node):
        return
    version = survey.spec.version
    objects: dict[tuple[Any, ...], list[Fault]] = defaultdict(list)
    try:
        errors = list(islice(validator.iter_errors(node), MAX_ERRORS))
    except ValueError:
        errors = [error for error in islice(validator.iter_errors(_pruned(node, MAX_DEPTH)), MAX_ERRORS) if len(error.instance_path) < MAX_DEPTH - 2]
        detail = f"the document is invalid and nested deeper than {MAX_DEPTH} levels; what lies deeper is not explained"
        yield Problem("document-depth", document, trail_of(_deepest(node), start=start), detail)
    count = 0
    for found in errors:
        error = Error(found.kind.name, found.kind, found.instance, _kind_of(found.schema_path, survey.grammar), version, tuple(found.instance_path))
        for fault in faults_of(error):
            objects[error.path].append(fault)
            count += 1
        if count >= MAX_ERRORS:
            break
    for path, faults in objects.items():
        yield from (_problem(fault, path, document, start) for fault in without_echoes(faults))


def _pruned(node: Any, depth: int) -> Any:
    """A copy without what lies deeper than `depth` levels."""
    if not isinstance(node, dict | list):
        return node
    if depth == 0:
        return {} if isinstance(node, dict) else []
    if isinstance(node, dict):
        return {key: _pruned(value, depth - 1) for key, value in node.items()}
    return [_pruned(value, depth - 1) for value in node]


def _deepest(node: Any) -> list[Any]:
    """The way to the first element at MAX_DEPTH levels, or to the deepest one."""
    best: Trail = None
    stack: list[tuple[Any, Trail, int]] = [(node, None, 0)]
    deepest = -1
    while stack:
        node, trail, depth = stack.pop()
        if depth > deepest:
            best, deepest = trail, depth
            if depth >= MAX_DEPTH:
                break
        children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        stack.extend((child, (trail, key), depth + 1) for key, child in children)
    return steps(best)


def _problem(fault: Fault, path: tuple[Any, ...], document: Document, start: Trail) -> Problem:
    trail = trail_of([*path, *fault.steps], start=start)
    rule = "schema-invalid" if fault.kind.name in _SCHEMA_KINDS else fault.rule
    return Problem(rule, document, trail, fault.detail, hint=fault.hint, subject=fault.subject)


def without_echoes(faults: list[Fault]) -> list[Fault]:
    """Drop what only follows from another fault of the same object: a misspelt field also makes the right one missing."""
    explained = {name for fault in faults for name in fault.explains}
    return [fault for fault in faults if not explained.intersection(fault.missing)]


def _kind_of(schema_path: list[Any], grammar: Grammar) -> Kind:
    name = str(schema_path[1]).removesuffix(BARE) if len(schema_path) > 1 and schema_path[0] == "$defs" else "Document"
    if name == "Reference":
        return grammar.get(name, _REFERENCE)
    return grammar.get(name, _BESIDE)
