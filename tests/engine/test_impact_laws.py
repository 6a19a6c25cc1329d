"""Laws of impact: knowing less never makes anything safer, and what is met and what is unused share the findings out between them."""

from __future__ import annotations

import copy
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cvt_engine.facade import CompareOptions, Consumer, Usage, UsageIndex, compare, impacts, unused
from cvt_engine.finding import Finding
from tests.engine.test_corpus import CORPUS, FRAMES, case, versions
from tests.engine.test_impact import SHOP, spec

FIELDS: Final = ("id", "state", "items", "items.price", "items[].name", "labels", "labels.red", "gone")
PATHS: Final = ("/orders", "/orders/{id}", "/orders/{x}", "/orders/7", "/orders/mine", "/v2/orders/7", "/elsewhere")
WAYS: Final = (
    ("paths", "/orders", "get"),
    ("paths", "/orders", "post", "requestBody"),
    ("paths", "/orders/{id}", "delete"),
    ("paths", "/orders/{id}", "get", "responses", "404"),
    ("components", "schemas", "Order", "properties", "state"),
    ("components", "schemas", "Order", "properties", "state", "enum"),
    ("components", "schemas", "Order", "properties", "items", "items", "properties", "price"),
    ("components", "schemas", "Order", "properties", "items", "items", "properties", "price", "type"),
    ("components", "schemas", "Order", "properties", "labels", "additionalProperties"),
    ("servers",),
)
BASE: Final = spec(SHOP)
USAGES = st.builds(Usage, st.sampled_from(["GET", "POST", "delete", ""]), st.sampled_from(PATHS), st.lists(st.sampled_from(FIELDS), max_size=3).map(tuple))


def _without(tree: Any, way: tuple[str, ...]) -> None:
    for step in way[:-1]:
        tree = tree.get(step, {})
    tree.pop(way[-1], None)


@st.composite
def findings(draw: st.DrawFn) -> tuple[Finding, ...]:
    tree = copy.deepcopy(SHOP)
    for way in draw(st.lists(st.sampled_from(WAYS), min_size=1, max_size=4, unique=True)):
        _without(tree, way)
    return compare(BASE, spec(tree))


def met(found: tuple[Finding, ...], *usages: Usage) -> set[str]:
    (impact,) = impacts(found, [Consumer("c", usages=usages)], BASE)
    return {finding.fingerprint + finding.message for finding in impact.findings}


@given(findings(), st.lists(USAGES, min_size=1, max_size=4), USAGES)
def test_using_more_is_never_safer(found: tuple[Finding, ...], usages: list[Usage], more: Usage) -> None:
    assert met(found, *usages) <= met(found, *usages, more)


@given(findings(), st.lists(USAGES, min_size=1, max_size=4))
def test_knowing_less_is_never_safer(found: tuple[Finding, ...], usages: list[Usage]) -> None:
    known = met(found, *usages)
    assert known <= met(found, *(Usage(usage.method, usage.path) for usage in usages))
    if not UsageIndex.of(BASE).compiled(tuple(usages)).unmatched:
        assert known <= met(found, *(Usage("", usage.path, usage.fields) for usage in usages))
    assert known <= met(found)
    assert met(found) == {finding.fingerprint + finding.message for finding in found}


@given(findings(), st.lists(USAGES, min_size=1, max_size=4), st.sampled_from(["user", "a_b", "x-y"]))
def test_names_of_parameters_do_not_matter(found: tuple[Finding, ...], usages: list[Usage], name: str) -> None:
    renamed = [Usage(usage.method, usage.path.replace("{id}", f"{{{name}}}"), usage.fields) for usage in usages]
    assert met(found, *usages) == met(found, *renamed)


@given(findings(), st.lists(st.lists(USAGES, max_size=3).map(tuple), min_size=1, max_size=4))
def test_a_finding_is_met_or_unused(found: tuple[Finding, ...], sets: list[tuple[Usage, ...]]) -> None:
    consumers = [Consumer(str(number), usages=usages) for number, usages in enumerate(sets)]
    concerned = {id(finding) for impact in impacts(found, consumers, BASE) for finding in impact.findings}
    left = {id(one.finding) for one in unused(found, consumers, BASE)}
    assert concerned | left == {id(finding) for finding in found}
    assert not concerned & left


def _held(fragment: Any) -> Any:
    """The fragment as one of two properties of a body; shared schemas stay where they are."""
    shared = {key: fragment[key] for key in ("$components",) if isinstance(fragment, dict) and key in fragment}
    inner = {key: value for key, value in fragment.items() if key not in shared} if shared else fragment
    return {"type": "object", "properties": {"mine": inner, "other": {"type": "string"}}, **shared}


@pytest.mark.parametrize("rule_id", sorted(path.parent.name for path in CORPUS.glob("response-*/case.yaml")))
def test_every_finding_inside_of_a_property_concerns_its_readers_only(rule_id: str) -> None:
    known = case(rule_id)
    if known["where"] != "response body":
        pytest.skip("not about a body")
    version = versions(rule_id)[-1]
    base, revision = (spec(FRAMES["response body"](version, _held(known[side]))[0]) for side in ("base", "revision"))
    found = [finding for finding in compare(base, revision, CompareOptions(today="2026-01-01", everything=True)) if finding.operation]
    assert rule_id in {finding.rule for finding in found}
    operation = found[0].operation.split(" ")
    for fields, expected in ((("mine",), found), (("other",), []), ((), found)):
        (impact,) = impacts(found, [Consumer("c", usages=(Usage(operation[0], operation[1], fields),))], base)
        assert list(impact.findings) == expected
