"""One row per kind of violation: its stable id, its side, what it means and how to fix it."""

from __future__ import annotations

from typing import Final

from msgspec import Struct


class ViolationRule(Struct, frozen=True):
    """`side` is `request` or `response`; `text` says what the rule holds, `hint` what to do when it does not."""

    id: str
    side: str
    text: str
    hint: str


def _both(name: str, text: str, hint: str) -> tuple[ViolationRule, ViolationRule]:
    return tuple(ViolationRule(f"{side}-{name}", side, text.format(side=side), hint.format(side=side)) for side in ("request", "response"))  # type: ignore[return-value]


VIOLATION_RULES: Final[tuple[ViolationRule, ...]] = (
    ViolationRule("path-undocumented", "request", "The path is one that the description knows.", "correct the path, or describe it under `paths`"),
    ViolationRule("method-undocumented", "request", "The path has an operation for the method.", "use a documented method, or describe the operation"),
    ViolationRule("request-parameter-missing", "request", "Every required parameter is sent.", "send the parameter, or make it optional"),
    ViolationRule("request-parameter-schema", "request", "The value of a parameter fits its schema.", "send a value that fits, or widen the schema"),
    ViolationRule(
        "request-parameter-malformed", "request", "A parameter is written in its declared style.", "write the value as `style`, `explode` or `content` say"
    ),
    ViolationRule("request-parameter-repeated", "request", "A parameter that holds one value is sent once.", "send it once, or declare an array"),
    ViolationRule("request-parameter-undeclared", "request", "Query parameters are declared (a setting).", "leave it out, or declare it"),
    ViolationRule("request-security", "request", "The request carries the credentials of one security requirement.", "send the credential"),
    *_both("body-missing", "A {side} body is sent where one is declared.", "send the body, or describe the {side} without one"),
    *_both("body-undeclared", "A {side} body is sent only where one is declared (a setting).", "send none, or declare it"),
    *_both("body-malformed", "The {side} body can be read as its media type.", "send what the Content-Type promises"),
    *_both("body-schema", "The {side} body fits its schema.", "correct the body, or the schema if the body is right"),
    *_both("body-one-way", "Properties travel in their direction only (a setting).", "leave the property out of the {side}"),
    *_both("content-type-missing", "The {side} says the media type of its body (a setting).", "send a Content-Type header"),
    *_both("content-type-undeclared", "The media type of the {side} is a declared one.", "send a declared media type, or declare this one"),
    *_both("schema-unusable", "The schema can be applied.", "correct the schema: what it allows cannot be found out in bounded time"),
    ViolationRule("response-status-undocumented", "response", "The status is a documented one.", "document the status, its range or `default`"),
    ViolationRule("response-header-missing", "response", "Every required response header is sent.", "send the header, or make it optional"),
    ViolationRule("response-header-schema", "response", "The value of a response header fits its schema.", "send a value that fits, or widen the schema"),
    ViolationRule("response-header-malformed", "response", "A response header is written in its declared style.", "write the value as declared"),
)
RULE_BY_ID: Final[dict[str, ViolationRule]] = {row.id: row for row in VIOLATION_RULES}
