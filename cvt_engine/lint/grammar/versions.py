"""The grammar of each version."""

from __future__ import annotations

from typing import Final

from cvt_engine.document import Version
from cvt_engine.lint.grammar.kind import Grammar


def grammar_of(version: str) -> Grammar:
    """All kinds of a version; imports only the rows of that version."""
    match version:
        case Version.V2:
            from cvt_engine.lint.grammar.openapi2 import OPENAPI_2

            return OPENAPI_2
        case Version.V30:
            from cvt_engine.lint.grammar.openapi30 import OPENAPI_30

            return OPENAPI_30
        case Version.V32:
            from cvt_engine.lint.grammar.openapi32 import OPENAPI_32

            return OPENAPI_32
        case _:
            from cvt_engine.lint.grammar.openapi31 import OPENAPI_31

            return OPENAPI_31


JSON_DIALECT: Final = {
    Version.V31: "https://spec.openapis.org/oas/3.1/dialect/base",
    Version.V32: "https://spec.openapis.org/oas/3.2/dialect/2025-09-17",
}
"""The Schema Object's dialect where the document names none."""
