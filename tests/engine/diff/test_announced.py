"""What is announced or described beside the contract: stability, sunset, open lists, tags, version, schemes, contents, access."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.diff.pairs import Json, answering, asking, document, findings, operation, verdict, with_parameters

STR: Json = {"type": "string"}
TOKENS: Json = {"clientCredentials": {"tokenUrl": "https://a.example/t", "scopes": {"r": "read"}}}


def told(base: Json, revision: Json) -> dict[str, str]:
    """Rule -> severity of everything reported, compatible changes included."""
    return {item.rule: item.severity.value for item in findings(base, revision, everything=True)}


def secured(scheme: Json) -> Json:
    return operation(root={"components": {"securitySchemes": {"s": scheme}}})


@pytest.mark.parametrize(
    ("before", "after", "rule", "severity"),
    [
        ({}, {"x-stability-level": "beta"}, "stability-decreased", "warning"),
        ({"x-stability-level": "alpha"}, {"x-stability-level": "stable"}, "stability-increased", "info"),
        ({"x-stability-level": "stable"}, {"x-stability-level": "sometimes"}, "stability-invalid", "warning"),
        ({"x-stability-level": 3}, {"x-stability-level": "beta"}, "stability-invalid", "warning"),
        ({}, {"deprecated": True, "x-sunset": "2030-01-31"}, "sunset-announced", "info"),
        ({}, {"deprecated": True, "x-sunset": "2030-01-31T00:00:00Z"}, "sunset-announced", "info"),
        ({}, {"deprecated": True, "x-sunset": "2025-12-31"}, "sunset-too-soon", "warning"),
        ({}, {"deprecated": True, "x-sunset": "next year"}, "sunset-invalid", "warning"),
        ({}, {"deprecated": True, "x-sunset": {"a": 1}}, "sunset-invalid", "warning"),
        ({"deprecated": True, "x-sunset": "2031-01-01"}, {"deprecated": True, "x-sunset": "2030-01-01"}, "sunset-earlier", "warning"),
        ({"deprecated": True, "x-sunset": "2031-01-01"}, {"deprecated": True}, "sunset-removed", "warning"),
        ({"deprecated": True, "x-sunset": "2031-01-01"}, {}, "sunset-dropped", "info"),
    ],
)
def test_an_announcement_is_told_wherever_it_stands(before: Json, after: Json, rule: str, severity: str) -> None:
    assert told(operation(**before), operation(**after))[f"operation-{rule}"] == severity
    parameter: Json = {"name": "q", "in": "query", "schema": STR}
    assert told(with_parameters({**parameter, **before}), with_parameters({**parameter, **after}))[f"request-{rule}"] == severity
    inner = ({"properties": {"a": {**STR, **side}}} for side in (before, after))
    assert told(*(answering(schema) for schema in inner))[f"response-{rule}"] == severity
    assert told(asking({**STR, **before}), asking({**STR, **after}))[f"request-{rule}"] == severity


def test_no_announcement_breaks_a_contract() -> None:
    assert verdict(operation(), operation(**{"x-stability-level": "draft"})) == "warning"
    assert verdict(operation(**{"x-sunset": "2030-01-31"}), operation(**{"x-sunset": "2029-01-31"})) == ""


def test_what_promised_nothing_may_go() -> None:
    empty = document({})
    assert verdict(operation(), empty) == "error"
    assert verdict(operation(**{"x-stability-level": "stable"}), empty) == "error"
    assert told(operation(**{"x-stability-level": "alpha"}), empty) == {"operation-removed-unstable": "warning"}


def test_an_open_list_may_grow_in_responses_and_shrinks_with_a_warning_in_requests() -> None:
    before, after = {**STR, "x-extensible-enum": ["a", "b"]}, {**STR, "x-extensible-enum": ["b", "c"]}
    assert told(asking(before), asking(after)) == {"request-open-list-removed": "warning", "request-open-list-added": "info"}
    assert told(answering(before), answering(after)) == {"response-open-list-removed": "info", "response-open-list-added": "info"}


def test_tags_and_version_are_for_the_changelog() -> None:
    base, revision = operation(tags=["a", "b"]), operation(tags=["b", "c"])
    revision["info"]["version"] = "0.9"
    base["info"]["version"] = "1.0.0"
    assert told(base, revision) == {"operation-tag-added": "info", "operation-tag-removed": "info", "version-decreased": "info"}
    assert told(operation(tags="a"), operation(tags=[3])) == {}


@pytest.mark.parametrize(("before", "after"), [("1.9.0", "1.10.0"), ("2024", "spring"), ("v1", "v2.0"), ("1.0.0-rc.1", "1.0.0")])
def test_a_version_that_does_not_go_back_is_only_told(before: str, after: str) -> None:
    base, revision = operation(), operation()
    base["info"]["version"], revision["info"]["version"] = before, after
    assert told(base, revision) == {"version-changed": "info"}


def test_schemes_are_told_and_a_moved_address_is_a_warning() -> None:
    oauth = {"type": "oauth2", "flows": TOKENS}
    moved = {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "https://b.example/t", "scopes": {"r": "read all"}}}}
    assert told(secured(oauth), secured(moved)) == {"security-address-changed": "warning", "security-scope-described": "info"}
    more = {"type": "oauth2", "flows": {**TOKENS, "implicit": {"authorizationUrl": "https://a.example/a", "scopes": {}}}}
    assert told(secured(oauth), secured(more)) == {"security-scheme-detail-changed": "info"}
    assert told(operation(), secured(oauth)) == {"security-scheme-added": "info"}
    assert told(secured(oauth), operation()) == {"security-scheme-removed": "info"}


@pytest.mark.parametrize(
    ("before", "after", "asked", "answered"),
    [
        ({"contentMediaType": "image/png"}, {"contentMediaType": "image/gif"}, "error", "error"),
        ({}, {"contentMediaType": "image/png"}, "info", "info"),
        ({}, {"contentSchema": {"type": "object"}}, "warning", "info"),
        ({"contentSchema": {"type": "object"}}, {}, "info", "warning"),
        ({"contentSchema": {"type": "object"}}, {"contentSchema": {"type": "array"}}, "warning", "warning"),
    ],
)
def test_what_a_text_holds(before: Json, after: Json, asked: str, answered: str) -> None:
    assert list(told(asking({**STR, **before}), asking({**STR, **after})).values()) == [asked]
    assert list(told(answering({**STR, **before}), answering({**STR, **after})).values()) == [answered]


def test_access_and_discriminators_are_told() -> None:
    def thing(**marks: Any) -> Json:
        return {"type": "object", "properties": {"a": {**STR, **marks}}}

    assert told(asking(thing()), asking(thing(writeOnly=True))) == {"request-access-changed": "info"}
    assert "response-property-became-write-only" in told(answering(thing()), answering(thing(writeOnly=True)))
    plain = {"type": "object", "properties": {"kind": STR}, "required": ["kind"]}
    apart = {**plain, "discriminator": {"propertyName": "kind"}}
    assert told(asking(plain), asking(apart)) == {"request-discriminator-added": "info"}
    assert told(answering(apart), answering(plain)) == {"response-discriminator-removed": "info"}


def test_very_long_lists_are_compared_in_time_and_named_in_part() -> None:
    before, after = ({**STR, "x-extensible-enum": [start + number for number in range(50_000)]} for start in (0, 50_000))
    found = {item.rule: item for item in findings(asking(before), asking(after), everything=True)}
    assert len(found["request-open-list-removed"].message) < 500
    tags = [[f"{side}{number}" for number in range(2_000)] for side in "ab"]
    assert set(told(operation(tags=tags[0]), operation(tags=tags[1]))) == {"operation-tag-added", "operation-tag-removed"}


def test_one_and_true_are_two_values() -> None:
    assert "request-open-list-removed" in told(asking({"x-extensible-enum": [1]}), asking({"x-extensible-enum": [True]}))
    assert told(asking({"x-extensible-enum": [1]}), asking({"x-extensible-enum": [1.0]})) == {}
