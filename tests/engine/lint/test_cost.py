"""Values whose check could take exponential time are recognised and said, not tried."""

from __future__ import annotations

from typing import Any

import pytest

from cvt_engine.facade import lint
from cvt_engine.schema.cost import Costs, Narrowed, groups, risky
from tests.engine.lint.documents import minimal, spec_of


def definitions(*, branches: str = "", **refs: str) -> dict[str, Narrowed]:
    return {name: Narrowed({}, tuple(targets), name in branches) for name, targets in refs.items()}


def test_groups_come_after_what_they_lead_to() -> None:
    assert [sorted(group) for group in groups(definitions(a="b", b="cd", c="b", d="", e="e"))] == [["d"], ["b", "c"], ["a"], ["e"]]


def test_long_chains_need_no_recursion() -> None:
    chain = {f"s{n}": Narrowed({}, (f"s{n + 1}",), False) for n in range(5000)} | {"s5000": Narrowed({}, (), False)}
    assert len(list(groups(chain))) == 5001
    assert risky(chain) == frozenset()


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        (definitions(a="a"), ""),
        (definitions(a="a", branches="a"), "a"),
        (definitions(a="b", b="a", branches="b"), "ab"),
        (definitions(a="bc", b="d", c="d", d="", branches="a"), ""),
        (definitions(top="a", a="a", branches="a"), {"top", "a"}),
    ],
)
def test_branching_recursion_is_risky(graph: dict[str, Narrowed], expected: Any) -> None:
    assert risky(graph) == frozenset(expected)


def test_many_ways_are_risky() -> None:
    graph = {f"s{n}": Narrowed({}, (f"s{n + 1}", f"t{n + 1}"), True) for n in range(20)} | {f"t{n}": Narrowed({}, (f"s{n}",), False) for n in range(1, 21)}
    graph["s20"] = Narrowed({}, (), False)
    assert {"s0", "s1"} <= risky(graph)
    assert "s19" not in risky(graph)


def doubling(levels: int) -> dict[str, Any]:
    schemas: dict[str, Any] = {
        f"A{n}": {"anyOf": [{"$ref": f"#/components/schemas/A{n + 1}"}, {"allOf": [{"$ref": f"#/components/schemas/A{n + 1}"}]}]} for n in range(levels)
    }
    schemas[f"A{levels}"] = {"type": "string"}
    schemas["A0"]["example"] = 1
    return schemas


def tree(depth: int) -> dict[str, Any]:
    node = {"$ref": "#/components/schemas/Node"}
    value: Any = {"name": 1}
    for _ in range(depth):
        value = {"next": value}
    return {"Node": {"properties": {"name": {"type": "string"}, "next": {"anyOf": [node, {"allOf": [node]}]}}, "example": value}}


@pytest.mark.parametrize("version", ["3.0", "3.1"])
@pytest.mark.parametrize("schemas", [doubling(30), tree(40)])
def test_exponential_checks_are_said_and_not_tried(schemas: dict[str, Any], version: str) -> None:
    found = lint(spec_of(minimal(version, components={"schemas": schemas})))
    assert [finding.rule for finding in found] == ["value-unchecked"]


@pytest.mark.parametrize("version", ["3.0", "3.1"])
@pytest.mark.parametrize("schemas", [doubling(4), tree(4)])
def test_small_branching_values_are_checked(schemas: dict[str, Any], version: str) -> None:
    found = lint(spec_of(minimal(version, components={"schemas": schemas})))
    assert [finding.rule for finding in found] == ["example-invalid"]


def test_the_budget_is_shared() -> None:
    node = {"properties": {"next": {"anyOf": [{"$ref": "#/definitions/n"}, {"$ref": "#/definitions/n"}]}}}
    costs = Costs({"n": Narrowed(node, ("n",), True)})
    values: list[Any] = [{"next": {"next": {"next": {"next": {"next": {"next": {"next": {"next": {"next": {}}}}}}}}}} for _ in range(100)]
    verdicts = [costs.affordable(Narrowed({"$ref": "#/definitions/n"}, ("n",), False), value) for value in values]
    assert verdicts[0]
    assert not verdicts[-1]
