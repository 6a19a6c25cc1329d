"""Hostile descriptions end in findings: no traceback, no hang, whatever is in them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cvt_engine.change import Direction
from cvt_engine.diff import security
from cvt_engine.diff.collect import DEEPEST
from cvt_engine.facade import CompareOptions, compare, load_spec
from cvt_engine.operations.security import Requirement, requirements
from cvt_engine.schema import compat
from cvt_engine.schema.compat import Comparer
from cvt_engine.schema.loc import Loc, Source
from cvt_engine.schema.node import Mode
from cvt_engine.schema.refusal import Reasons
from cvt_engine.schema.texts import WORK, Purse, Texts, outside, remains, spending
from cvt_engine.schema.witness import FACTS
from tests.engine.diff.pairs import Json, answering, asking, document, findings, rules, verdict, with_parameters

STR, INT = {"type": "string"}, {"type": "integer"}


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def described(schemas: Json, root: str = "S0") -> Json:
    return {**asking(ref(root)), "components": {"schemas": schemas}}


def chain(link: Callable[[int], Json], end: Json, length: int) -> Json:
    """Components S0 to S`length`, each made from the next one's number."""
    return described({**{f"S{index}": link(index + 1) for index in range(length)}, f"S{length}": end})


LINKS: dict[str, Callable[[int], Json]] = {
    "allOf": lambda index: {"allOf": [ref(f"S{index}"), {"properties": {f"p{index}": STR}}]},
    "allOf twice": lambda index: {"allOf": [ref(f"S{index}"), ref(f"S{index}")]},
    "oneOf twice": lambda index: {"oneOf": [ref(f"S{index}"), {"type": "object", "required": [f"k{index}"], "allOf": [ref(f"S{index}")]}]},
    "anyOf": lambda index: {"anyOf": [ref(f"S{index}"), {"type": "array", "items": ref(f"S{index}")}]},
    "oneOf of objects": lambda index: {
        "oneOf": [
            {"type": "object", "required": ["a"], "properties": {"a": ref(f"S{index}")}},
            {"type": "object", "required": ["b"], "properties": {"b": ref(f"S{index}"), "c": INT}},
        ]
    },
    "items": lambda index: {"type": "array", "items": ref(f"S{index}")},
    "not": lambda index: {"not": ref(f"S{index}")},
    "if": lambda index: {"if": ref(f"S{index}"), "then": {"required": ["a"]}, "else": ref(f"S{index}")},
    "properties": lambda index: {"type": "object", "properties": {"a": ref(f"S{index}"), "b": ref(f"S{index}")}},
    "contains": lambda index: {"type": "array", "contains": ref(f"S{index}")},
    "propertyNames": lambda index: {"propertyNames": ref(f"S{index}"), "dependentSchemas": {"a": ref(f"S{index}")}},
    "required properties": lambda index: {"type": "object", "required": ["a"], "properties": {"a": {"allOf": [ref(f"S{index}"), {}]}}},
}


@pytest.mark.parametrize("length", [20, 250])
@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS)
def test_long_and_exponential_chains_end(link: Callable[[int], Json], length: int) -> None:
    base, revision = chain(link, {"type": "integer"}, length), chain(link, {"type": "integer", "maximum": 5}, length)
    assert isinstance(findings(base, revision), tuple)
    assert verdict(base, base) == ""


CYCLES: dict[str, Json] = {
    "allOf itself": {"S0": {"allOf": [ref("S0")]}},
    "allOf each other": {"S0": {"allOf": [ref("S1"), STR]}, "S1": {"allOf": [ref("S0"), {"maxLength": 3}]}},
    "unions of each other": {"S0": {"oneOf": [ref("S1"), STR]}, "S1": {"anyOf": [ref("S0"), INT]}},
    "reference to itself": {"S0": ref("S0")},
    "references in a ring": {"S0": ref("S1"), "S1": ref("S2"), "S2": ref("S0")},
    "not itself": {"S0": {"not": ref("S0")}},
    "if itself": {"S0": {"if": ref("S0"), "then": ref("S0"), "else": ref("S0")}},
    "parent lists its children": {
        "S0": {"oneOf": [ref("Cat"), ref("Dog")], "discriminator": {"propertyName": "t"}, "properties": {"t": STR}},
        "Cat": {"allOf": [ref("S0"), {"properties": {"c": STR}, "required": ["c"]}]},
        "Dog": {"allOf": [ref("S0"), {"properties": {"d": STR}, "required": ["d"]}]},
    },
    "names of itself": {"S0": {"propertyNames": ref("S0"), "additionalProperties": ref("S0")}},
    "everything is itself": {"S0": {key: ref("S0") for key in ("items", "contains", "additionalProperties", "not", "if", "then", "propertyNames")}},
}


@pytest.mark.parametrize("schemas", CYCLES.values(), ids=CYCLES)
def test_cycles_end(schemas: Json) -> None:
    base, revision = described(schemas), described({**schemas, "S0": {**schemas["S0"], "description": "d", "maxProperties": 3}})
    assert isinstance(findings(base, revision), tuple)
    assert isinstance(findings(revision, base), tuple)
    assert verdict(base, base) == ""
    assert verdict(base, {**base, "info": {"title": "u", "version": "2"}}) == ""


def test_a_child_narrowed_in_a_ring_of_parent_and_children_is_found() -> None:
    schemas = CYCLES["parent lists its children"]
    narrower = {**schemas, "Cat": {"allOf": [ref("S0"), {"properties": {"c": {"type": "string", "maxLength": 3}}, "required": ["c"]}]}}
    assert rules(described(schemas), described(narrower)) == {"request-max-length-narrowed"}


LARGE: dict[str, tuple[Any, Any]] = {
    "enum": ({"enum": [f"v{index}" for index in range(10_000)]}, {"enum": [f"v{index}" for index in range(1, 10_001)]}),
    "properties": ({"properties": {f"p{index}": STR for index in range(5_000)}}, {"properties": {f"p{index}": INT for index in range(5_000)}}),
    "required": ({"type": "object"}, {"type": "object", "required": [f"p{index}" for index in range(5_000)]}),
    "union": ({"oneOf": [{"const": index} for index in range(3_000)]}, {"oneOf": [{"const": -index} for index in range(3_000)]}),
    "objects": (
        {"oneOf": [{"type": "object", "properties": {"k": {"const": index}}, "required": ["k"]} for index in range(300)]},
        {"oneOf": [{"type": "object", "properties": {"k": {"const": index + 9}}, "required": ["k"]} for index in range(300)]},
    ),
    "product": (
        {"allOf": [{"oneOf": [{"required": [f"a{index}"]}, {"required": [f"b{index}"]}]} for index in range(40)]},
        {"type": "object", "required": ["c"]},
    ),
    "tuple": ({"prefixItems": [STR] * 2_000}, {"prefixItems": [INT] * 2_000}),
    "patterns": ({"patternProperties": {f"^x{index}": STR for index in range(500)}}, {"properties": {f"x{index}": INT for index in range(500)}}),
    "range": ({"type": "integer", "minimum": 0, "maximum": 10**15}, {"enum": [1, 2]}),
    "regex": ({"type": "string", "pattern": "^(a+)+!?$", "enum": ["a" * 200 + "!"]}, {"type": "string", "pattern": "^(([a-z])+.)+[A-Z]([a-z])+$"}),
    "huge count": ({"type": "string", "pattern": "^(a{1000}){1000}$"}, {"type": "string", "pattern": "^(a{1000}){999}$"}),
    "look around": ({"type": "string", "pattern": "^(?=a)(?!b).*\\1"}, {"type": "string", "pattern": "(?<=a)b"}),
    "broken regex": ({"type": "string", "pattern": "(["}, {"type": "object", "patternProperties": {"([": STR, "*": INT}}),
}


@pytest.mark.parametrize("pair", LARGE.values(), ids=LARGE)
def test_large_schemas_end(pair: tuple[Any, Any]) -> None:
    assert verdict(asking(pair[0]), asking(pair[1])) in {"error", "warning"}
    assert isinstance(findings(answering(pair[1]), answering(pair[0])), tuple)


def test_many_operations_that_share_a_component_are_one_finding() -> None:
    def tree(kind: str) -> Json:
        answer = {"200": {"description": "ok", "content": {"application/json": {"schema": ref("A")}}}}
        paths: Json = {f"/p{index}": {"get": {"responses": answer}} for index in range(300)}
        return {**document(paths), "components": {"schemas": {"A": {"type": "object", "properties": {"a": {"type": kind}}}}}}

    (finding,) = findings(tree("integer"), tree("number"))
    assert len(finding.places) == 300


def test_many_required_names_cost_one_error_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(Reasons, "_all")
    found = findings(asking({"type": "object"}), asking({"type": "object", "required": [f"p{index}" for index in range(3_000)]}))
    assert (len(found), len([finding for finding in found if finding.witness])) == (3_000, FACTS)


def test_a_difference_that_is_very_deep_is_told_without_the_way() -> None:
    def nested(kind: Json) -> Json:
        schemas = {f"S{index}": {"type": "object", "properties": {"a": kind, "n": ref(f"S{index + 1}")}} for index in range(2 * DEEPEST)}
        return described({**schemas, f"S{2 * DEEPEST}": STR})

    found = findings(nested(STR), nested(INT))
    told = [finding.places[0].part.partition(" > ")[2].partition(" > ")[2] for finding in found]
    assert (len(found), told.count("…"), max(part.count(".") for part in told)) == (2 * DEEPEST, DEEPEST, DEEPEST - 1)
    assert all(finding.witness for finding in found)


def test_what_is_left_uncompared_is_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compat, "BUDGET", 0)
    source = Source(load_spec(lambda _: json.dumps(asking(STR)).encode(), "a.json"))
    comparer = Comparer(lambda *_: False)
    schemas = [(source.made(source.root, name, schema),) for name, schema in (("first", STR), ("second", STR))]
    assert comparer.included(schemas[0], schemas[1], Mode(Direction.REQUEST)) == (False, False)
    assert comparer.exhausted


NUMBERS = ["1" * 300, "1e-400", "0.1", "-0", "1e308", "1" + "0" * 30, "1" * 19, "0x10", "1_000"]
KEYWORDS = ["minimum", "maximum", "exclusiveMinimum", "multipleOf", "maxLength", "minItems", "maxItems", "maxProperties", "const", "default", "minContains"]


@pytest.mark.parametrize("number", NUMBERS)
def test_odd_numbers_end(number: str) -> None:
    lines = [f"{keyword}: {number}" for keyword in KEYWORDS]
    schema = f"{{type: [integer, number, string, array, object], contains: {{}}, enum: [{number}, 1], {', '.join(lines)}}}"
    head = "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths:\n  /x:\n    get:\n      responses: {}\n"
    text = head + "      parameters:\n      - {name: q, in: query, schema: SCHEMA}\n"
    files = {"a.yaml": text.replace("SCHEMA", schema).encode(), "b.yaml": text.replace("SCHEMA", "{type: integer, minimum: 3, enum: [1, 2.5]}").encode()}
    old, new = (load_spec(files.__getitem__, name) for name in files)
    for pair in ((old, new), (new, old), (old, old)):
        assert isinstance(compare(*pair, options=CompareOptions(everything=True)), tuple)


def test_a_changed_reference_to_another_host_is_said() -> None:
    (finding,) = findings(asking({"$ref": "https://e.example/a.json"}), asking({"$ref": "https://e.example/b.json"}))
    assert finding.rule == "request-unreadable-changed"
    assert "https://e.example/a.json" in finding.message


WORDS = [
    "openapi",
    "paths",
    "/x",
    "/x/{id}",
    "get",
    "post",
    "parameters",
    "responses",
    "200",
    "default",
    "content",
    "application/json",
    "schema",
    "headers",
    "X-A",
]
WORDS += [
    "name",
    "in",
    "query",
    "path",
    "required",
    "style",
    "explode",
    "requestBody",
    "security",
    "components",
    "schemas",
    "securitySchemes",
    "callbacks",
    "servers",
]
WORDS += [
    "$ref",
    "#/components/schemas/A",
    "#",
    "#/paths",
    "other.yaml",
    "https://e.example",
    "A",
    "type",
    "string",
    "object",
    "array",
    "properties",
    "items",
    "allOf",
]
WORDS += [
    "oneOf",
    "anyOf",
    "not",
    "if",
    "then",
    "enum",
    "const",
    "discriminator",
    "propertyName",
    "mapping",
    "additionalProperties",
    "patternProperties",
    "nullable",
]
WORDS += [
    "minimum",
    "exclusiveMinimum",
    "pattern",
    "format",
    "readOnly",
    "webhooks",
    "encoding",
    "url",
    "variables",
    "propertyNames",
    "contains",
    "prefixItems",
    "swagger",
]
SCALARS: Any = st.none() | st.booleans() | st.integers(-3, 3) | st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from(WORDS) | st.text(max_size=3)
TREES: Any = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=5), max_leaves=12)
FUZZ = settings(max_examples=120, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))


@st.composite
def shaped(draw: st.DrawFn) -> Json:
    """Nearly a description: the usual frame, with anything at all in some of its places."""
    tree: Json = with_parameters(
        {"name": "q", "in": "query", "schema": draw(TREES)}, draw(TREES), version=draw(st.sampled_from(["2.0", "3.0.3", "3.1.0", "3.2.0"]))
    )
    work = tree["paths"]["/x"]["get"]
    work["requestBody"] = {"content": {"application/json": {"schema": draw(TREES)}, "multipart/form-data": draw(TREES)}}
    work["responses"] = {"200": {"headers": {"X-A": draw(TREES)}, "content": {"application/json": {"schema": draw(TREES)}}}, "default": draw(TREES)}
    tree["components"] = {"schemas": {"A": draw(TREES)}, "securitySchemes": draw(TREES)}
    for place, name in (
        (tree, "servers"),
        (tree, "webhooks"),
        (tree, "security"),
        (work, "security"),
        (work, "callbacks"),
        (work, "responses"),
        (tree, "paths"),
    ):
        if draw(st.integers(0, 4)) == 0:
            place[name] = draw(TREES)
    return tree


@FUZZ
@given(shaped(), shaped())
def test_whatever_stands_where_never_raises(first: Json, second: Json) -> None:
    for base, revision in ((first, second), (second, first), (first, first)):
        assert isinstance(findings(base, revision, everything=True), tuple)
    assert verdict(first, json.loads(json.dumps(first))) == ""


@pytest.mark.parametrize("place", [{}, ["query"], None, 1])
def test_a_parameter_place_that_is_no_text_is_passed_over(place: Any) -> None:
    tree = with_parameters({"name": "a", "in": place, "schema": {"type": "string"}})
    assert verdict(tree, with_parameters()) == verdict(with_parameters(), tree) == ""


@pytest.mark.parametrize("kind", [[{}], [[1]], [None, "string"], {}, 7])
def test_a_type_that_is_no_name_is_passed_over(kind: Any) -> None:
    base, revision = ({"type": "object", "properties": {"a": {"type": kind}, "b": {"type": name}}} for name in ("string", "integer"))
    assert verdict(asking(base), asking(revision)) == "error"


def test_many_intricate_patterns_are_bounded_together_and_it_is_said() -> None:
    def patterned(times: int) -> Json:
        return asking({"properties": {f"p{index}": {"type": "string", "pattern": f"a{index}.{{20}}b{{{times}}}.{{20}}c"} for index in range(70)}})

    found = findings(patterned(1), patterned(2))
    assert [finding.rule for finding in found if finding.rule == "comparison-incomplete"] == ["comparison-incomplete"]
    assert {finding.pointer.split("/")[-2] for finding in found if finding.pointer} == {f"p{index}" for index in range(70)}
    assert found == findings(patterned(1), patterned(2))


def test_patterns_that_are_known_cost_what_they_cost_the_first_time() -> None:
    hard = Texts(frozenset({"^(a|b)*a.{6}$"})), Texts(frozenset({"^(a|b)*b.{6}$"}))
    spent = []
    for _ in range(2):
        purse = Purse()
        with spending(purse):
            assert outside(*hard)
        spent.append(purse.left)
    assert spent[0] == spent[1] < WORK
    with spending(Purse(0)):
        assert outside(*hard) is None


def test_a_question_about_patterns_is_paid_once_in_a_comparison() -> None:
    inner, outer = Texts(frozenset({"^(a|b)*a.{6}$"})), Texts(frozenset({"^(a|b)*b.{6}$"}))
    purse = Purse()
    with spending(purse):
        first, others = outside(inner, outer), remains(inner, (outer,))
        left = purse.left
        assert (outside(inner, outer), remains(inner, (outer,))) == (first, others)
    assert first
    assert others
    assert purse.left == left < WORK
    with spending(Purse(left=1)):
        assert (outside(inner, outer), outside(inner, outer), outside(outer, inner)) == (first, first, None)


def test_what_pattern_properties_leave_is_paid_from_the_purse() -> None:
    purse, patterns = Purse(0), [Texts(frozenset({f"^x{index}"})) for index in range(3)]
    with spending(purse):
        assert remains(patterns[0], tuple(patterns[1:])) is None
    assert purse.refused


def test_many_pattern_properties_against_others_end_and_it_is_said() -> None:
    def patterned(offset: int, kind: Json) -> Json:
        return asking({"patternProperties": {f"^x{index}.*(a|b)*{index + offset}$": kind for index in range(1_500)}})

    found = findings(patterned(0, STR), patterned(1, INT))
    assert {finding.rule for finding in found} >= {"request-pattern-property-narrowed", "comparison-incomplete"}


@pytest.mark.parametrize("keyword", ["condition", "not"])
def test_many_conditions_and_exclusions_are_compared_in_bounded_time(keyword: str) -> None:
    def part(index: int, kind: Json) -> Json:
        if keyword == "not":
            return {"not": {"properties": {f"a{index}": kind}, "required": [f"a{index}"]}}
        return {"if": {"properties": {f"a{index}": {"const": 1}}}, "then": {"required": [f"b{index}"]}, "else": {"properties": {f"c{index}": kind}}}

    def tree(kind: Json) -> Json:
        return asking({"allOf": [part(index, kind) for index in range(400)]})

    assert rules(tree(STR), tree(INT)) in ({"request-condition-changed-unproved"}, {"request-not-changed"})
    assert verdict(tree(STR), asking({"allOf": [part(index, STR) for index in reversed(range(400))]})) == ""


def test_demands_of_the_whole_description_are_compared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Loc | None] = []

    def counted(home: Loc | None, source: Source) -> list[Requirement]:
        asked.append(home)
        return requirements(home, source)

    monkeypatch.setattr(security, "requirements", counted)

    def tree(field: str) -> Json:
        paths: Json = {f"/p{index}": {"get": {"responses": {}}} for index in range(50)}
        schemes = {"securitySchemes": {"k": {"type": "apiKey", "in": "header", "name": field}}}
        return {**document(paths), "security": [{"k": []}], "components": schemes}

    (finding,) = [finding for finding in findings(tree("X-A"), tree("X-B")) if "security" in finding.rule]
    assert (len(finding.places), len(asked)) == (50, 2)


def test_numbers_beyond_doubles_and_large_unions_in_another_order_end() -> None:
    small, large = {"type": "number", "multipleOf": 1e-300, "maximum": 1e308}, {"type": "number", "multipleOf": 3e-299, "maximum": 10**4000}
    assert verdict(asking(small), asking(large)) == verdict(asking(large), asking(small)) == "error"
    many = [{"type": "object", "required": [f"k{index}"], "properties": {f"k{index}": STR}} for index in range(400)]
    assert verdict(asking({"oneOf": many}), asking({"oneOf": many[::-1]})) == ""
    assert rules(asking({"oneOf": many}), asking({"oneOf": [*many[1:], {"type": "string"}]})) == {"request-alternative-changed-unproved"}
