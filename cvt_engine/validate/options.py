"""What a team may decide about validation."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class ValidateOptions(Struct, frozen=True):
    """Settings; the defaults are what the OpenAPI Specification asks for, and lenient where real clients are.

    `undocumented_status`: a status that the operation does not list (nor its range, nor `default`).
    `missing_content_type`: `infer` takes a body without Content-Type for the declared media type that it parses as.
    `unknown_query`, `undeclared_body`, `read_only_sent`: query parameters, bodies and read-only (in requests; write-only in responses) properties that
    nothing declares to be there. `security`: whether requests must carry the credentials that the operation asks for; they are never checked themselves.
    `formats`: whether `format` is asserted. `max_violations`: how many one check tells at most.
    """

    undocumented_status: Literal["error", "ignore"] = "error"
    missing_content_type: Literal["infer", "error"] = "infer"
    unknown_query: Literal["ignore", "error"] = "ignore"
    undeclared_body: Literal["ignore", "error"] = "ignore"
    read_only_sent: Literal["ignore", "error"] = "ignore"
    formats: bool = True
    security: bool = True
    max_violations: int = 100
