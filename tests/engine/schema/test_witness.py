"""What proves a finding: a value that is refused for what the finding speaks of."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from cvt_engine.schema import witness
from cvt_engine.schema.refusal import Reasons
from tests.engine.diff.pairs import Json, asking, findings

STR, INT = {"type": "string"}, {"type": "integer"}


def obj(*required: str, **props: Any) -> Json:
    return {"type": "object", "required": list(required), "properties": props}


def proofs(base: Json, revision: Json) -> dict[str, tuple[str, str, str]]:
    """Rule -> what is shown, its value and the reason."""
    found = findings(base, revision)
    return {item.rule: (item.witness.kind, item.witness.value, item.witness.reason) for item in found if item.witness}


def test_a_whole_body_is_refused_for_what_stands_at_the_place() -> None:
    found = proofs(asking(obj(c=STR, a=obj(x=STR))), asking(obj("b", c=STR, b=STR, a=obj("x", x=STR))))
    assert found == {
        "request-property-became-required": ("request", '{"a":{}}', '"x" is a required property'),
        "request-property-added-required": ("request", "{}", '"b" is a required property'),
    }


def test_a_value_is_preferred_that_only_the_keyword_refuses() -> None:
    found = proofs(asking(STR), asking({**STR, "minLength": 1, "pattern": r"\S"}))
    assert found["request-pattern-narrowed"] == ("request", '" "', r'" " does not match "\S"')
    assert found["request-min-length-narrowed"] == ("request", '""', '"" is shorter than 1 character')


def test_where_only_another_keyword_refuses_the_value_is_still_a_proof() -> None:
    base, revision = obj(a={**STR, "maxLength": 0}), obj(a={**STR, "maxLength": 0, "pattern": "b", "minLength": 1})
    assert {kind for kind, _, _ in proofs(asking(base), asking(revision)).values()} <= {"request"}
    assert {item.rule for item in findings(asking(base), asking(revision)) if not item.witness} == set()


def test_a_name_that_is_refused_is_shown_as_a_name() -> None:
    def named(length: int) -> Json:
        return asking(obj(m={"type": "object", "propertyNames": {"maxLength": length}}))

    assert proofs(named(5), named(2)) == {"request-max-length-narrowed": ("request", '{"m":{"aaaaa":"a"}}', '"aaaaa" is longer than 2 characters')}


def test_what_a_discriminator_leads_to_is_shown_as_a_whole_body() -> None:
    def pets(most: int) -> Json:
        parent = {**obj("t", t=STR), "discriminator": {"propertyName": "t"}}
        cat = {"allOf": [{"$ref": "#/components/schemas/Pet"}, obj(lives=obj(n={**INT, "maximum": most}))]}
        items = {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}}
        return {**asking(items), "components": {"schemas": {"Pet": parent, "Cat": cat}}}

    expected = ("request", '[{"lives":{"n":9},"t":"Cat"}]', "9 is greater than the maximum of 7")
    assert proofs(pets(9), pets(7)) == {"request-maximum-narrowed": expected}


def test_only_so_many_errors_are_listed() -> None:
    schema = {"required": [f"p{index}" for index in range(100)], "oneOf": [{"maxProperties": 3}, {"minProperties": 1}]}
    validator, reasons = jsonschema_rs.Draft202012Validator(schema), Reasons(150)
    assert [reasons.of_kind(validator, {"a": 2}, "OneOfMultipleValid") is not None for _ in range(3)] == [True, True, False]
    assert reasons.first(validator, {"a": 2}).kind.name == "required"


def test_certain_findings_are_told_without_a_value_beyond_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(witness, "PROOFS", 3)
    base, revision = (asking(obj(**{f"p{index}": kind for index in range(5)})) for kind in (STR, INT))
    assert [item.witness is not None for item in findings(base, revision)].count(True) == 3
    assert {item.severity.value for item in findings(base, revision)} == {"error"}
