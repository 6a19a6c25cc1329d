"""Every kind of violation has a case that shows it, and a row that explains it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cvt_engine.facade import VIOLATION_RULES
from tests.engine.validate.contracts import Json, answered, answering, asked, operation

OK: Json = {"responses": {"200": {"description": "ok"}}}
INT: Json = {"type": "integer"}
LONG: Json = {f"A{n}": {"allOf": [{"$ref": f"#/components/schemas/A{n + 1}"}] * 2} for n in range(40)}
CHAIN: Json = {"components": {"schemas": {**LONG, "A40": INT}}}
FIRST: Json = {"$ref": "#/components/schemas/A0"}
ONE_WAY: Json = {"properties": {"r": {"readOnly": True}, "w": {"writeOnly": True}}}


def query(**more: Any) -> Json:
    return {"parameters": [{"name": "q", "in": "query", **more}], **OK}


def header(**more: Any) -> Any:
    return operation({"responses": {"200": {"description": "", "headers": {"X": more}}}}, method="get")


def body(schema: Any, **more: Any) -> Any:
    return operation({"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}, **OK}, **more)


CASES: dict[str, Callable[[], list[str]]] = {
    "path-undocumented": lambda: asked(operation(OK), path="/b"),
    "method-undocumented": lambda: asked(operation(OK), "GET"),
    "request-parameter-missing": lambda: asked(operation(query(required=True, schema={}))),
    "request-parameter-schema": lambda: asked(operation(query(schema=INT)), path="/a?q=x"),
    "request-parameter-malformed": lambda: asked(operation(query(content={"application/json": {"schema": INT}})), path="/a?q={"),
    "request-parameter-repeated": lambda: asked(operation(query(schema=INT)), path="/a?q=1&q=2"),
    "request-parameter-undeclared": lambda: asked(operation(OK, options={"unknown_query": "error"}), path="/a?q=1"),
    "request-security": lambda: asked(operation({**OK, "security": [{"k": []}]}, components={"securitySchemes": {"k": {"type": "http", "scheme": "basic"}}})),
    "request-body-missing": lambda: asked(body(INT)),
    "request-body-undeclared": lambda: asked(operation(OK, options={"undeclared_body": "error"}), value=1),
    "request-body-malformed": lambda: asked(body(INT), raw="{"),
    "request-body-schema": lambda: asked(body(INT), value="x"),
    "request-body-one-way": lambda: asked(body(ONE_WAY, options={"read_only_sent": "error"}), value={"r": 1}),
    "request-content-type-missing": lambda: asked(body(INT, options={"missing_content_type": "error"}), raw="1"),
    "request-content-type-undeclared": lambda: asked(body(INT), raw="1", headers={"Content-Type": "text/plain"}),
    "request-schema-unusable": lambda: asked(body(FIRST, **CHAIN), value=1),
    "response-body-missing": lambda: answered(answering(INT)),
    "response-body-undeclared": lambda: answered(operation(OK, method="get", options={"undeclared_body": "error"}), 1),
    "response-body-malformed": lambda: answered(answering(INT), raw="{"),
    "response-body-schema": lambda: answered(answering(INT), "x"),
    "response-body-one-way": lambda: answered(answering(ONE_WAY, options={"read_only_sent": "error"}), {"w": 1}),
    "response-content-type-missing": lambda: answered(answering(INT, options={"missing_content_type": "error"}), raw="1"),
    "response-content-type-undeclared": lambda: answered(answering(INT), raw="1", headers={"Content-Type": "text/plain"}),
    "response-schema-unusable": lambda: answered(answering(FIRST, **CHAIN), 1),
    "response-status-undocumented": lambda: answered(operation(OK, method="get"), status=201),
    "response-header-missing": lambda: answered(header(required=True, schema={})),
    "response-header-schema": lambda: answered(header(schema=INT), headers={"X": "x"}),
    "response-header-malformed": lambda: answered(header(schema={"type": "object", "properties": {"a": INT}}), headers={"X": "a"}),
}


@pytest.mark.parametrize("rule", CASES)
def test_each_rule_has_a_case(rule: str) -> None:
    assert [found.split()[0] for found in CASES[rule]()] == [rule]


def test_each_row_has_a_case_and_words() -> None:
    assert {row.id for row in VIOLATION_RULES} == set(CASES)
    assert all(row.text.endswith(".") and row.hint and row.side in ("request", "response") for row in VIOLATION_RULES)
