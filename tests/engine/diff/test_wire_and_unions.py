"""What bodies are on the wire, segments without a declaration, alternatives that overlap or lead back to themselves, patterns that nobody can read."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.diff.pairs import Json, answering, asking, document, findings, rules, verdict, with_parameters

STR: Json = {"type": "string"}
NUM: Json = {"type": "number"}


def thing(*required: str) -> Json:
    return {"type": "object", "properties": {"a": STR, "b": STR}, "required": list(required)}


def stored(kind: str, **content: Any) -> Json:
    body = {"required": True, "content": {kind: content}}
    return document({"/x": {"post": {"requestBody": body, "responses": {"204": {"description": "ok"}}}}}, version="3.2.0")


def test_xml_holds_text() -> None:
    for kind in ("application/xml", "text/xml", "application/problem+xml"):
        assert verdict(stored(kind, schema={"properties": {"n": NUM}}), stored(kind, schema={"properties": {"n": STR}})) == ""
        assert verdict(stored(kind, schema={"properties": {"n": STR}}), stored(kind, schema={"properties": {"n": NUM}})) == "error"
    assert verdict(stored("application/json", schema={"properties": {"n": NUM}}), stored("application/json", schema={"properties": {"n": STR}})) == "error"


def named(kind: str, value: Json, shared: Json | None = None, **more: Any) -> Json:
    return {**stored(kind, schema={"type": "object", "properties": {"id": value}, **more}), "components": {"schemas": shared or {}}}


def test_names_count_where_values_are_elements_and_nowhere_else() -> None:
    listed, shared = {"type": "array", "items": STR}, {"$ref": "#/components/schemas/S"}
    changes: list[tuple[Json, Json]] = [
        (STR, {**STR, "xml": {"name": "ID"}}),
        (STR, {**STR, "xml": {"attribute": True}}),
        (STR, {**STR, "xml": {"nodeType": "text"}}),
        (STR, {**STR, "xml": {"namespace": "urn:a"}}),
        (listed, {**listed, "xml": {"wrapped": True}}),
        (listed, {**listed, "items": {**STR, "xml": {"name": "item"}}}),
        ({"allOf": [STR, {"xml": {"name": "a"}}]}, {**STR, "xml": {"name": "b"}}),
    ]
    for base, revision in changes:
        assert rules(named("application/soap+xml", base), named("application/soap+xml", revision)) == {"request-xml-changed"}
        assert rules(named("application/json", base), named("application/json", revision)) == set()
    (found,) = findings(named("text/xml", shared, {"S": {**STR, "xml": {"name": "a"}}}), named("text/xml", shared, {"S": {**STR, "xml": {"name": "b"}}}))
    assert (found.pointer, found.places[0].part) == ("/components/schemas/S/xml", "request body > text/xml > id")
    assert rules(named("text/xml", STR, xml={"name": "a"}), named("text/xml", STR, xml={"name": "b"})) == {"request-xml-changed"}


def test_the_same_elements_are_silent() -> None:
    listed = {"type": "array", "items": STR}
    for base, revision in (
        (STR, {**STR, "xml": {"name": "id", "attribute": False, "nodeType": "element"}}),
        ({**STR, "xml": {"attribute": True}}, {**STR, "xml": {"nodeType": "attribute"}}),
        ({**STR, "xml": {"nodeType": "text"}}, {**STR, "xml": {"nodeType": "cdata"}}),
        ({**listed, "xml": {"wrapped": True}}, {**listed, "xml": {"nodeType": "element"}}),
        (listed, {**listed, "xml": {"name": "unused"}, "items": {**STR, "xml": {"name": "id"}}}),
        ({**STR, "xml": {"name": "a"}}, {"allOf": [{**STR, "xml": {"name": "a"}}]}),
    ):
        assert rules(named("application/xml", base), named("application/xml", revision)) == set()
    assert rules(named("application/xml", STR), named("application/xml", STR, xml={"name": "order"})) == set()


def test_an_item_schema_that_comes_or_goes_counts() -> None:
    kind = "application/jsonl"
    assert verdict(stored(kind), stored(kind, itemSchema=STR)) == "error"
    assert verdict(stored(kind, itemSchema=STR), stored(kind)) == ""


def test_a_segment_is_there_whether_declared_or_not() -> None:
    named: Json = {"name": "id", "in": "path", "required": True, "schema": STR}
    astray: Json = {**named, "name": "other"}
    assert rules(with_parameters(named, path="/x/{id}"), with_parameters(path="/x/{id}")) == set()
    assert rules(with_parameters(path="/x/{id}"), with_parameters(named, path="/x/{id}")) == set()
    assert rules(with_parameters(astray, path="/x/{id}"), with_parameters(astray, path="/x/{other}")) == set()


def test_what_lies_in_two_alternatives_of_one_of_is_refused() -> None:
    both, split = thing("a", "b"), {"oneOf": [thing("a"), thing("b")]}
    found = [item for item in findings(asking(both), asking(split)) if item.severity.value == "error"]
    assert [item.rule for item in found] == ["request-alternatives-overlap"]
    assert found[0].proved
    assert rules(answering(split), answering(both)) == {"response-alternatives-overlap"}
    assert rules(asking(both), asking({"anyOf": [thing("a"), thing("b")]})) == set()
    apart = {"oneOf": [{**thing("a"), "properties": {"a": {"const": "x"}}}, {**thing("a"), "properties": {"a": {"const": "y"}}}]}
    assert verdict(asking({**thing("a"), "properties": {"a": {"enum": ["x", "y"]}}}), asking(apart)) == ""


def test_overlapping_values_are_refused_by_one_of() -> None:
    int_, low, high = {"type": "integer"}, {"type": "integer", "minimum": 0, "maximum": 6}, {"type": "integer", "minimum": 6, "maximum": 10}
    for base, branches, value in (
        (NUM, [int_, NUM], "1"),
        ({"anyOf": [STR, int_, NUM]}, [STR, int_, NUM], "1"),
        ({"oneOf": [STR, NUM]}, [STR, NUM, int_], "1"),
        ({"type": "integer", "minimum": 0, "maximum": 10}, [low, high], "6"),
        ({"enum": ["a", "b", "c"]}, [{"enum": ["a", "b"]}, {"enum": ["b", "c"]}], '"b"'),
        ({"type": ["string", "integer", "null"]}, [{"type": ["string", "null"]}, {"type": ["integer", "null"]}], "null"),
        ({"anyOf": [thing("a"), thing("b")]}, [thing("a"), thing("b")], '{"a":"a","b":"a"}'),
    ):
        asked, answered = findings(asking(base), asking({"oneOf": branches})), findings(answering({"oneOf": branches}), answering(base))
        assert [item.rule for item in (*asked, *answered)] == ["request-alternatives-overlap", "response-alternatives-overlap"]
        assert [item.witness.value for item in (*asked, *answered) if item.witness] == [value, value]


def test_alternatives_that_begin_to_overlap_are_told_though_both_sides_choose() -> None:
    def kinds(*groups: str) -> Json:
        return {"oneOf": [{"type": "object", "properties": {"k": {"enum": list(group)}}, "required": ["k"]} for group in groups]}

    for apart, together in ((kinds("a", "b"), kinds("ab", "b")), (kinds("a", "b", "c"), kinds("a", "bc", "c"))):
        asked, answered = findings(asking(apart), asking(together)), findings(answering(together), answering(apart))
        assert [(found.rule, found.proved) for found in (*asked, *answered)] == [
            ("request-alternatives-overlap", True),
            ("response-alternatives-overlap", True),
        ]
        assert verdict(asking(together), asking(apart)) == verdict(answering(apart), answering(together)) == ""
    assert verdict(asking(kinds("ab", "c")), asking(kinds("a", "bc"))) == verdict(asking(kinds("ab", "b")), asking(kinds("b", "ab"))) == ""
    named, open_ = ({"oneOf": [{"type": "object", "properties": {name: STR}} for name in names]} for names in (("a", "a"), ("a", "b", "b")))
    assert verdict(asking(named), asking(open_)) == ""
    nested = {"oneOf": [{"anyOf": kinds("a", "ab")["oneOf"]}, kinds("c")["oneOf"][0]]}
    assert verdict(asking(kinds("a", "c")), asking(nested)) == ""


def test_an_alternative_that_is_still_there_is_not_what_another_one_became() -> None:
    shut = [{**thing(name), "properties": {name: STR}, "additionalProperties": False} for name in "ab"]
    both, one = {"oneOf": shut}, {"oneOf": shut[:1]}
    assert rules(asking(both), asking(one)) == {"request-alternative-removed"}
    assert rules(answering(one), answering(both)) == {"response-alternative-added"}


def test_alternatives_that_do_not_overlap_are_silent() -> None:
    low, high = {"type": "integer", "minimum": 0, "maximum": 5}, {"type": "integer", "minimum": 6, "maximum": 10}
    shut = [{**thing(name), "properties": {name: STR}, "additionalProperties": False} for name in "ab"]
    for base, branches in (
        ({"type": "integer", "minimum": 0, "maximum": 10}, [low, high]),
        ({"enum": ["a", "b", "c"]}, [{"enum": ["a", "b"]}, {"enum": ["c"]}]),
        ({"type": ["string", "integer", "null"]}, [STR, {"type": ["integer", "null"]}]),
        ({"type": "integer", "minimum": 9}, [{"type": "integer", "maximum": 6}, {"type": "integer", "minimum": 5}]),
        ({"anyOf": shut}, shut),
        ({"oneOf": [NUM, {"type": "integer"}]}, [NUM, {"type": "integer"}]),
    ):
        assert verdict(asking(base), asking({"oneOf": branches})) == verdict(answering({"oneOf": branches}), answering(base)) == ""


def test_what_only_other_alternatives_refuse_is_no_proof_of_an_overlap() -> None:
    """Here the empty text fits no alternative, which is another finding's proof."""
    parts = [{**STR, "format": "uuid"}, {**STR, "format": "date"}]
    assert rules(asking(STR), asking({"oneOf": parts})) == {"request-format-narrowed"}


CAT: Json = {"type": "object", "properties": {"kind": STR, "t": STR, "claws": {"type": "integer"}}, "required": ["kind", "claws"]}
DOG: Json = {"type": "object", "properties": {"kind": STR, "t": STR, "bark": STR}, "required": ["kind", "bark"]}


def choosing(prop: str = "kind", **mapping: str) -> Json:
    refs = {name: f"#/components/schemas/{name}" for name in ("Cat", "Dog")}
    said = {"propertyName": prop, "mapping": {tag: refs[name] for tag, name in mapping.items()}}
    return {"oneOf": [{"$ref": ref} for ref in refs.values()], "discriminator": said}


def test_what_a_discriminator_changes_is_proved() -> None:
    shared: Json = {"components": {"schemas": {"Cat": CAT, "Dog": DOG}}}
    base = choosing(cat="Cat", dog="Dog")
    for revision in (choosing("t", cat="Cat", dog="Dog"), choosing(cat="Cat", hund="Dog"), choosing(dog="Cat", cat="Dog")):
        for old, new in ((asking(base, **shared), asking(revision, **shared)), (answering(base, **shared), answering(revision, **shared))):
            assert [item.proved for item in findings(old, new) if item.severity.value == "error"] == [True]
    reworded = {**CAT, "required": ["kind", "claws", "t"]}
    found = findings(asking(base, **shared), asking(choosing(cat="Cat", hund="Dog"), components={"schemas": {"Cat": reworded, "Dog": DOG}}))
    told = {item.rule: item.witness.reason for item in found if item.witness}
    assert told["request-discriminator-value-removed"] == '"dog" is not one of "cat" or "hund"'


def family(heir: Json, **told: Any) -> Json:
    """A component with a discriminator, an heir of it, and an heir of that."""
    parent = {"type": "object", "properties": {"kind": STR}, "required": ["kind"], "discriminator": {"propertyName": "kind", **told}}
    children = {
        "Heir": {"allOf": [{"$ref": "#/components/schemas/Parent"}, heir]},
        "Last": {"allOf": [{"$ref": "#/components/schemas/Heir"}, {"type": "object"}]},
    }
    return {"components": {"schemas": {"Parent": parent, **children}}}


def test_a_change_is_reached_by_a_discriminator_alone() -> None:
    wide, narrow = {"properties": {"n": NUM}}, {"properties": {"n": {"type": "integer"}}}
    place: Json = {"type": "object", "properties": {"pet": {"$ref": "#/components/schemas/Parent"}}}
    for told in ({}, {"mapping": {"heir": "#/components/schemas/Heir"}}):
        (asked,) = findings(asking(place, **family(wide, **told)), asking(place, **family(narrow, **told)))
        (answered,) = findings(answering(place, **family(narrow, **told)), answering(place, **family(wide, **told)))
        assert (asked.rule, answered.rule, asked.proved, answered.proved) == ("request-type-narrowed", "response-type-widened", True, True)
        assert f"request body > application/json > pet.{{as {'heir' if told else 'Heir'}}}.n" in {place.part for place in asked.places}
        assert findings(asking(place, **family(narrow, **told)), asking(place, **family(wide, **told))) == ()
    plain = {"type": "object", "properties": {"kind": STR}}
    apart: Json = {"components": {"schemas": {"Parent": plain, "Heir": {"allOf": [{"$ref": "#/components/schemas/Parent"}, wide]}}}}
    both: Json = {"components": {"schemas": {"Parent": plain, "Heir": {"allOf": [{"$ref": "#/components/schemas/Parent"}, narrow]}}}}
    assert rules(asking(place, **apart), asking(place, **both)) == set()


def test_an_heir_that_comes_brings_a_value_of_the_discriminator() -> None:
    kin: Json = family({"type": "object"})
    young = {**kin["components"]["schemas"], "New": {"allOf": [{"$ref": "#/components/schemas/Parent"}, {"type": "object"}]}}
    more: Json = {"components": {"schemas": young}}
    place: Json = {"$ref": "#/components/schemas/Parent"}
    assert rules(answering(place, **kin), answering(place, **more)) == {"response-discriminator-value-added-inherited"}
    assert rules(asking(place, **more), asking(place, **kin)) == {"request-discriminator-value-removed-inherited"}
    assert rules(asking(place, **kin), asking(place, **more)) == rules(answering(place, **more), answering(place, **kin)) == set()
    listed = {**kin["components"]["schemas"]["Parent"], "properties": {"kind": {"enum": ["Heir", "Last", "New"]}}}
    before: Json = {"components": {"schemas": {**kin["components"]["schemas"], "Parent": listed}}}
    after: Json = {"components": {"schemas": {**young, "Parent": listed}}}
    assert rules(answering(place, **before), answering(place, **after)) == set()


def test_a_suffix_range_covers_what_ends_in_the_suffix() -> None:
    def ask(kind: str, schema: Json) -> Json:
        return stored(kind, schema=schema)

    assert rules(ask("application/vnd.a+json", NUM), ask("application/*+json", NUM)) == set()
    assert rules(ask("application/vnd.a+json", NUM), ask("application/*+json", {"type": "integer"})) == {"request-type-narrowed"}
    assert rules(ask("application/vnd.a+xml", NUM), ask("application/*+json", NUM)) == {"request-media-type-removed"}
    assert rules(ask("application/json", NUM), ask("application/*+json", NUM)) == {"request-media-type-removed"}


def test_a_proof_is_refused_for_what_the_fact_says() -> None:
    def why(base: Json, revision: Json) -> dict[str, str]:
        return {found.rule: found.witness.reason for found in findings(base, revision) if found.witness}

    assert why(asking(NUM), asking({"type": "integer", "minimum": 0})) == {
        "request-minimum-narrowed": "-1 is less than the minimum of 0",
        "request-type-narrowed": '0.5 is not of type "integer"',
    }
    nonce: Json = {"type": "object", "properties": {"fee": NUM, "nonce": STR}, "required": ["nonce"]}
    free: Json = {"type": "object", "properties": {"fee": {"type": ["number", "null"]}}}
    assert why(answering({"type": "array", "items": nonce}), answering({"type": "array", "items": free})) == {
        "response-property-removed-required": '"nonce" is a required property',
        "response-nullable-widened": 'null is not of type "number"',
    }


def test_values_are_made_within_all_bounds() -> None:
    """What is around the value has to fit too, or the proof shows the value alone."""
    around = {"n": {"type": "number", "minimum": 5}, "m": {"type": "string", "format": "email", "minLength": 20}}
    base = {"type": "object", "properties": {**around, "a": STR}, "required": ["n", "m"]}
    (found,) = findings(asking(base), asking({**base, "properties": {**around, "a": {**STR, "maxLength": 3}}}))
    assert found.witness is not None
    assert (found.witness.kind, found.witness.value) == ("request", '{"a":"aaaa","n":5,"m":"aaaaaaaa@example.com"}')


def test_what_applies_to_some_values_is_proved() -> None:
    base = {"type": "object", "properties": {"k": STR, "v": NUM}}
    if_a = {"if": {"properties": {"k": {"const": "a"}}, "required": ["k"]}}
    least: list[Json] = [{"properties": {"v": {"minimum": number}}} for number in (1, 2)]
    nums = {"type": "array", "items": NUM}
    for old, new in (
        ({**base, **if_a, "then": least[0]}, {**base, **if_a, "then": least[1]}),
        ({**base, **if_a, "else": least[0]}, {**base, **if_a, "else": least[1]}),
        (base, {**base, "dependentSchemas": {"k": least[0]}}),
        ({**nums, "contains": {"minimum": 5}}, {**nums, "contains": {"minimum": 6}}),
        ({**nums, "contains": {"minimum": 5}}, {**nums, "contains": {"minimum": 5}, "maxContains": 2}),
        ({"type": "array", "contains": base}, {"type": "array", "contains": {**base, "properties": {"k": STR, "v": {"type": "integer"}}}}),
    ):
        (found,) = findings(asking(old), asking(new))
        assert (found.severity.value, found.proved) == ("error", True)


def test_a_test_that_more_values_pass_only_narrows() -> None:
    base = {"type": "object", "properties": {"k": STR, "v": NUM}}
    few, many = ({"if": {"properties": {"k": {"enum": names}}, "required": ["k"]}} for names in (["a"], ["a", "b"]))
    demand = {"then": {"required": ["v"]}}
    assert (
        verdict(asking({**base, **few, **demand}), asking({**base, **many, **demand})),
        verdict(asking({**base, **many, **demand}), asking({**base, **few, **demand})),
    ) == ("error", "")
    demand = {"else": {"required": ["v"]}}
    assert (
        verdict(asking({**base, **few, **demand}), asking({**base, **many, **demand})),
        verdict(asking({**base, **many, **demand}), asking({**base, **few, **demand})),
    ) == ("", "error")


def test_what_a_text_holds_is_proved_where_it_can_be_checked() -> None:
    for before, after, value in (
        ({"contentEncoding": "base64"}, {"contentEncoding": "base64url"}, '"+/+/"'),
        ({"contentEncoding": "base64"}, {"contentEncoding": "base16"}, '"+/+/"'),
        ({"contentEncoding": "quoted-printable"}, {"contentEncoding": "base32"}, '"a b!"'),
        ({"contentEncoding": "base16"}, {"contentEncoding": "base64"}, '"0A"'),
        ({}, {"contentEncoding": "base64"}, '"a b!"'),
        ({"contentMediaType": "application/json"}, {"contentMediaType": "image/svg+xml"}, '"{\\"a\\":1}"'),
        ({"contentMediaType": "text/xml"}, {"contentMediaType": "application/json"}, '"<a/>"'),
        ({"contentEncoding": "base64"}, {}, None),
        ({"contentMediaType": "image/png"}, {"contentMediaType": "application/json"}, None),
    ):
        (found,) = findings(asking({**STR, **before}), asking({**STR, **after}))
        assert (found.severity.value, found.witness.value if found.witness else None) == ("error", value)


def test_alternatives_on_both_sides_are_open_to_each_other() -> None:
    two, three = {"oneOf": [thing("a"), {"type": "array"}]}, {"oneOf": [thing("a"), thing("b"), {"type": "array"}]}
    assert rules(asking(two), asking(three)) == set()


def shut(*required: str, **props: Json) -> Json:
    return {"type": "object", "properties": props, "required": list(required), "additionalProperties": False}


def test_alternatives_of_both_sides_that_begin_to_overlap_are_proved() -> None:
    words, numbers = {"type": "array", "items": STR}, {"type": "array", "items": NUM}
    tagged = [{**thing("a"), "properties": {"a": {"const": name}}} for name in "xy"]
    for base, revision, value in (
        ([shut("a", a=STR), shut("b", b=STR)], [shut("a", a=STR), shut(a=STR, b=STR)], '{"a":"a"}'),
        ([{**words, "minItems": 1}, numbers], [words, numbers], "[]"),
        (tagged, [tagged[0], {**thing("a"), "properties": {"a": {"enum": ["x", "y"]}}}], '{"a":"x"}'),
    ):
        (asked,) = findings(asking({"oneOf": base}), asking({"oneOf": revision}))
        answered = [item for item in findings(answering({"oneOf": revision}), answering({"oneOf": base})) if "overlap" in item.rule]
        assert [(item.rule, item.witness.value if item.witness else "") for item in (asked, *answered)] == [
            ("request-alternatives-overlap", value),
            ("response-alternatives-overlap", value),
        ]


def test_alternatives_of_both_sides_that_stay_apart_are_silent() -> None:
    apart = [shut("a", a=STR), shut("b", b=STR)]
    for base, revision in (
        (apart, [shut("a", a=STR), shut("b", a=STR, b=STR)]),
        ([thing("a"), thing("b")], [thing("a"), {**thing("b"), "properties": {"a": STR, "b": STR, "c": STR}}]),
        ([{"type": "array", "minItems": 1, "items": kind} for kind in (STR, NUM)], [{"type": "array", "items": kind} for kind in (STR, NUM)]),
    ):
        assert rules(asking({"oneOf": base}), asking({"oneOf": revision})) == set()


def test_a_union_beside_its_own_closing_is_compared_as_it_is_meant() -> None:
    def asset(length: int, **more: Json) -> Json:
        kinds = [shut("kind", kind={"const": "v"}, src={**STR, "maxLength": length}), shut("kind", kind={"const": "t"}, **more)]
        return {"type": "object", "additionalProperties": False, "oneOf": kinds}

    assert rules(asking(asset(9)), asking(asset(7))) == {"request-max-length-narrowed"}
    assert rules(answering(asset(7)), answering(asset(9))) == {"response-max-length-widened"}
    assert rules(asking(asset(9)), asking(asset(9, text=STR))) == rules(asking(asset(7)), asking(asset(9))) == set()


def test_patterns_beside_a_part_that_lists_all_names_speak_of_these_only() -> None:
    def parts(kind: Json, **listed: Json) -> Json:
        return {"allOf": [{"type": "object", "patternProperties": {"^x": kind}}, shut(**listed)]}

    whole = {"type": "object", "patternProperties": {"^x": STR}, "properties": {"a": STR}, "additionalProperties": False}
    assert rules(asking(parts(STR, a=STR)), asking(parts(NUM, a=STR))) == set()
    assert rules(asking(parts(STR, xa=STR)), asking(parts(NUM, xa=STR))) == {"request-type-narrowed"}
    assert rules(asking(whole), asking(parts(STR, a=STR))) == {"request-pattern-property-narrowed"}
    assert rules(asking(parts(STR, a=STR)), asking(whole)) == set()


def test_a_schema_that_is_given_up_is_one_finding() -> None:
    for kind in ({"type": "array", "items": STR}, {**thing("a"), "minProperties": 1}, {"type": "array", "items": thing("a")}, {**STR, "maxLength": 3}):
        assert [item.rule for item in findings(answering(kind), answering({}))] == ["response-type-widened"]
        assert [item.rule for item in findings(asking({}), asking(kind))] == ["request-type-narrowed"]
    found = findings(answering({"type": "array", "items": STR}), answering({"type": ["array", "string"]}))
    assert [item.rule for item in found] == ["response-type-widened"] * 2


def test_an_alternative_is_not_called_by_the_name_of_its_union() -> None:
    def union(*names: str) -> Json:
        kinds = {name: shut(name, **{name: STR}) for name in "ABC"}
        both = {"oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in names]}
        return {**answering({"$ref": "#/components/schemas/U"}), "components": {"schemas": {"U": both, **kinds}}}

    (found,) = findings(union("A", "B"), union("A", "B", "C"))
    assert (found.rule, found.subject) == ("response-alternative-added", "C")
    (found,) = findings(union("A", "B", "C"), union("A", "B"), everything=True)
    assert (found.rule, found.subject) == ("response-alternative-removed", "C")


def test_the_same_members_are_remembered_with_what_was_found() -> None:
    """A pair that a comparison of bare sets met before is reported all the same."""
    base = {"type": "object", "properties": {"kind": {"enum": ["a", "b"]}, "v": {"type": "integer"}}, "required": ["kind", "v"]}
    revision = {"oneOf": [{**base, "properties": {"kind": {"const": kind}, "v": {"type": of}}} for kind, of in (("a", "integer"), ("b", "string"))]}
    assert "request-type-changed" in rules(asking(base), asking(revision))


def test_a_union_that_only_leads_back_to_itself_says_nothing() -> None:
    ref = {"$ref": "#/components/schemas/A"}
    loop = {"A": {"oneOf": [{"$ref": "#/components/schemas/B"}]}, "B": {"oneOf": [ref]}}
    free, bound = answering(ref, components={"schemas": loop}), answering(ref, components={"schemas": {"A": {"type": "object"}}})
    assert verdict(free, bound) == ""
    assert verdict(bound, free) == "error"


def test_nothing_to_satisfy_is_proved_against() -> None:
    assert [item.proved for item in findings(asking({"items": {}}), asking({"items": STR})) if item.severity.value == "error"] == [True]


def test_a_pattern_that_nobody_can_read_says_nothing() -> None:
    assert rules(asking(STR), asking({**STR, "pattern": "^(0"})) == set()
    for pattern in (r"^(?=.*\d)", r"^\p{L}+$", r"^(?<year>\d{4})$"):
        assert verdict(asking(STR), asking({**STR, "pattern": pattern})) == "error"


def test_a_new_alternative_is_not_told_as_a_change_of_one_that_stands_on_both_sides() -> None:
    def union(*names: str) -> Json:
        known = {"Plain": thing("a", "b"), "Alias": thing("id"), "Composed": {"oneOf": [thing("color"), thing("color", "opacity")]}}
        return answering({"oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in names]}, components={"schemas": known})

    found = findings(union("Plain", "Alias"), union("Plain", "Alias", "Composed"))
    assert [(finding.rule, finding.subject, finding.proved) for finding in found] == [("response-alternative-added", "Composed", True)]


def test_large_unions_of_one_value_may_stand_in_any_order() -> None:
    def union(names: list[str]) -> Json:
        return {"oneOf": [{"type": "object", "properties": {"kind": {"const": name}, name: {"type": "string"}}, "required": ["kind"]} for name in names]}

    many, few = union([f"a{index}" for index in range(40)]), union([f"a{index}" for index in range(5)])
    assert rules(asking({"allOf": [many, few]}), asking({"allOf": [few, many]})) == set()
    assert rules(answering({"allOf": [few, many]}), answering({"allOf": [many, few]})) == set()


def codes(count: int, kind: str = "oneOf", start: int = 0) -> Json:
    return {kind: [{"const": f"Zone/{index}", "title": f"zone {index}"} for index in range(start, count)]}


@pytest.mark.parametrize("kind", ["oneOf", "anyOf"])
@pytest.mark.parametrize("count", [97, 250, 251, 1_000])
def test_many_alternatives_of_one_value_are_a_list(count: int, kind: str) -> None:
    whole, enum = codes(count, kind), {"enum": [f"Zone/{index}" for index in range(count)]}
    assert verdict(asking(whole), asking(enum)) == verdict(asking(enum), asking(whole)) == ""
    assert verdict(asking(codes(count, kind, start=1)), asking(whole)) == ""
    assert verdict(asking(whole), asking(codes(count, kind, start=1))) == "error"
    assert verdict(answering(codes(count, kind, start=1)), answering(whole)) == "error"


def test_a_value_that_two_of_many_alternatives_of_a_one_of_list_is_refused() -> None:
    twice = {"oneOf": [*codes(300)["oneOf"], {"const": "Zone/0"}]}
    assert verdict(asking(codes(300)), asking(twice)) == "error"


def events(count: int, start: int = 0, **more: Json) -> Json:
    return {"oneOf": [{**thing("kind"), "properties": {"kind": {"const": f"e{index}"}, "a": STR, **more}} for index in range(start, count)]}


def test_many_objects_are_told_apart() -> None:
    assert verdict(asking(events(200)), asking(events(200))) == ""
    assert verdict(asking(events(200, start=1)), asking(events(200))) == ""
    assert verdict(asking(events(200)), asking(events(200, start=1))) == "error"
    assert verdict(answering(events(200, start=1)), answering(events(200))) == "error"
    assert verdict(asking(events(200)), asking(events(200, a=NUM))) == "error"
