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
from cvt_engine.lint.problem import Problem, Trail, trail_of
from cvt_engine.lint.survey import Survey

MAX_ERRORS: Final = 2000
"""Errors read from one document; a hostile one can hold millions."""
_SCHEMA_KINDS: Final = frozenset(("Schema", "SchemaBesideReference", "AnySchema", "Items", "FileSchema", "Discriminator", "Xml"))
_BESIDE: Final = Kind("SchemaBesideReference", "a schema", {"$ref": TEXT})
_REFERENCE: Final = Kind("Reference", "a reference", {"$ref": TEXT})


def check_structure(survey: Survey) -> Iterator[Problem]:
    """Problems of the entry document and of every fragment that its references reach."""
    spec = survey.spec
    opaque = is_opaque(spec)
    yield from _check(survey, "Document", spec.entry.tree, document=spec.entry, start=None, opaque=opaque)
    for kind, site in survey.fragments:
        yield from _check(survey, kind, site.node, document=site.document, start=site.trail, opaque=opaque)


def _check(survey: Survey, kind: str, node: Any, *, document: Document, start: Trail, opaque: bool) -> Iterator[Problem]:
    validator = checker(survey.spec.version, kind=kind, opaque=opaque)
    if validator.is_valid(node):
        return
    version = survey.spec.version
    objects: dict[tuple[Any, ...], list[Fault]] = defaultdict(list)
    for found in islice(validator.iter_errors(node), MAX_ERRORS):
        error = Error(found.kind.name, found.kind, found.instance, _kind_of(found.schema_path, survey.grammar), version, tuple(found.instance_path))
        for fault in faults_of(error):
            objects[error.path[: len(error.path) - fault.up]].append(fault)
    for path, faults in objects.items():
        yield from (_problem(fault, path, document, start) for fault in without_echoes(faults))


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
    return grammar.get("Schema" if name == "AnySchema" else name, _BESIDE)
