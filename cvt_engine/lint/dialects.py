"""JSON Schema dialects: which ones a 3.1 or 3.2 document may name, and which ones the grammar describes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from cvt_engine.document import Document, Version
from cvt_engine.lint.grammar.versions import JSON_DIALECT
from cvt_engine.lint.problem import Problem, Trail, quoted
from cvt_engine.lint.survey import Survey
from cvt_engine.load.spec import Spec

_OWN: Final = frozenset((*JSON_DIALECT.values(), "https://json-schema.org/draft/2020-12/schema"))
_KNOWN: Final = _OWN | {
    "https://json-schema.org/draft/2019-09/schema",
    "http://json-schema.org/draft-07/schema",
    "http://json-schema.org/draft-06/schema",
    "http://json-schema.org/draft-04/schema",
    "http://json-schema.org/draft-03/schema",
}


def is_opaque(spec: Spec) -> bool:
    """Whether the document's schemas are written in a dialect that the grammar does not describe."""
    if spec.version not in JSON_DIALECT:
        return False
    dialect = spec.entry.tree.get("jsonSchemaDialect")
    return isinstance(dialect, str) and dialect.rstrip("#") not in _OWN


def check_dialects(survey: Survey) -> Iterator[Problem]:
    """`jsonSchemaDialect` and `$schema` must name a dialect that tools know."""
    spec = survey.spec
    if spec.version not in (Version.V31, Version.V32):
        return
    if survey.has_schemas:
        yield from _unknown(spec.entry.tree.get("jsonSchemaDialect"), spec.entry, (None, "jsonSchemaDialect"))
    for node, document, trail in survey.sites["Schema"]:
        if "$schema" in node:
            yield from _unknown(node["$schema"], document, (trail, "$schema"))


def _unknown(dialect: Any, document: Document, trail: Trail) -> Iterator[Problem]:
    if isinstance(dialect, str) and dialect.rstrip("#") not in _KNOWN:
        yield Problem("dialect-unknown", document, trail, f"{quoted(dialect)} is not a JSON Schema dialect that tools know")
