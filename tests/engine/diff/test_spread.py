"""An object whose members stand in the query by themselves, and the same members as parameters."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.diff.pairs import Json, findings, rules, verdict, with_parameters

STR, INT = {"type": "string"}, {"type": "integer"}
FORM = "application/x-www-form-urlencoded"


def obj(*required: str, **props: Any) -> Json:
    return {"type": "object", "properties": props, **({"required": list(required)} if required else {})}


def one(schema: Json, name: str = "f", **more: Any) -> Json:
    """A description whose one query parameter is an object."""
    return with_parameters({"name": name, "in": "query", "schema": schema, **more}, version="3.2.0")


def single(**schemas: Any) -> Json:
    """A description with a query parameter for each schema; an underscore in front makes it required."""
    listed = [{"name": name.lstrip("_"), "in": "query", "schema": schema, "required": name[0] == "_"} for name, schema in schemas.items()]
    return with_parameters(*listed, version="3.2.0")


def whole_query(schema: Json) -> Json:
    return with_parameters({"name": "all", "in": "querystring", "content": {FORM: {"schema": schema}}}, version="3.2.0")


def deep(*names: str) -> Json:
    return with_parameters(*({"name": name, "in": "query", "schema": STR} for name in names), version="3.2.0")


SAME: list[tuple[str, Json, Json]] = [
    ("single parameters", one(obj(a=STR, b=INT)), single(a=STR, b=INT)),
    ("closed", one({**obj(a=STR), "additionalProperties": False}), single(a=STR)),
    ("another name", one(obj(a=STR)), one(obj(a=STR), "g")),
    ("two objects", one(obj(a=STR, b=STR)), with_parameters(*({"name": f"f{name}", "in": "query", "schema": obj(**{name: STR})} for name in "ab"))),
    ("required", one(obj("a", a=STR, b=STR), required=True), single(_a=STR, b=STR)),
    ("the whole query", whole_query(obj(a=STR, b=INT)), single(a=STR, b=INT)),
    ("deep members", one(obj(a=STR, b=STR), style="deepObject", explode=True), deep("f[a]", "f[b]")),
    ("lists", one(obj(a={"type": "array", "items": STR})), single(a={"type": "array", "items": STR})),
]


@pytest.mark.parametrize(("one", "other"), [case[1:] for case in SAME], ids=[case[0] for case in SAME])
def test_the_same_members_are_silent(one: Json, other: Json) -> None:
    assert rules(one, other) == set()
    assert rules(other, one) == set()


@pytest.mark.parametrize(
    ("before", "after", "rule", "subject"),
    [
        (single(a=STR, b=STR), one(obj(a=STR, b=INT)), "request-type-narrowed", "query parameter b"),
        (one(obj(a=STR, b=STR)), single(a=STR, b=INT), "request-type-narrowed", "query parameter b"),
        (one(obj(a=STR)), single(_a=STR), "request-parameter-became-required", "query parameter a"),
        (single(a=STR), one(obj("a", a=STR), required=True), "request-parameter-became-required", "query parameter a"),
        (one(obj(a=STR)), single(a=STR, _b=STR), "request-parameter-added-required", "query parameter b"),
    ],
)
def test_a_member_that_takes_less_is_told(before: Json, after: Json, rule: str, subject: str) -> None:
    (found,) = findings(before, after)
    assert (found.rule, found.places[0].part) == (rule, subject)


def test_an_object_that_says_more_than_its_members_stays_whole() -> None:
    needs_one = {**obj(a=STR, b=STR), "minProperties": 1}
    assert verdict(single(a=STR, b=STR), one(needs_one, required=True)) == "error"
    assert rules(one({**obj(a=STR), "additionalProperties": INT}), single(a=STR)) == {"request-parameter-removed"}


def test_an_object_that_goes_goes_as_one() -> None:
    (gone,) = findings(one(obj(a=STR, b=STR)), single(c=STR))
    assert gone.message == "query parameter f was removed"
