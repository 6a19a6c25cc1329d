"""Which consumers a change concerns: operations by any of their names, response fields, and what is not known."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from msgspec.structs import replace

from cvt_engine.facade import Consumer, Reason, Relevance, Spec, Usage, UsageIndex, compare, impacts, impacts_of, load_spec, unused
from cvt_engine.finding import Finding, Place, Severity

Json = dict[str, Any]
OK: Json = {"description": "ok"}
PRICE: Json = {"type": "object", "properties": {"price": {"type": "number"}, "name": {"type": "string"}}}
ORDER: Json = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "integer"},
        "state": {"type": "string", "enum": ["new", "sent"]},
        "items": {"type": "array", "items": PRICE},
        "labels": {"type": "object", "additionalProperties": {"type": "integer"}},
    },
}
JSON_ORDER: Json = {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}
ID: Json = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
SHOP: Json = {
    "openapi": "3.1.0",
    "info": {"title": "Shop", "version": "1.0.0"},
    "servers": [{"url": "https://api.example.com/v2"}],
    "paths": {
        "/orders": {"get": {"responses": {"200": {**OK, "content": JSON_ORDER}}}, "post": {"requestBody": {"content": JSON_ORDER}, "responses": {"201": OK}}},
        "/orders/{id}": {
            "parameters": [ID],
            "get": {"responses": {"200": {**OK, "content": JSON_ORDER}, "404": OK}},
            "delete": {"responses": {"204": OK}},
        },
        "/orders/mine": {"get": {"responses": {"200": OK}}},
    },
    "components": {"schemas": {"Order": ORDER}},
}


def spec(tree: Json) -> Spec:
    return load_spec(lambda _: json.dumps(tree).encode(), "openapi.json")


def changed(*way: str, to: Any = None) -> Json:
    """The shop with one element replaced, or removed where nothing is given."""
    tree = copy.deepcopy(SHOP)
    node: Any = tree
    for step in way[:-1]:
        node = node[step]
    if to is None:
        del node[way[-1]]
    else:
        node[way[-1]] = to
    return tree


def consumer(*usages: Usage, name: str = "web", environment: str = "prod") -> Consumer:
    return Consumer(name, "1", environment, "1.0.0", usages)


def met(revision: Json, *usages: Usage) -> list[tuple[str, str]]:
    """Rule and reason of what concerns a consumer with these usages."""
    base = spec(SHOP)
    (impact,) = impacts(compare(base, spec(revision)), [consumer(*usages)], base)
    return [(one.finding.rule, one.reason.value) for one in impact.met]


PROPERTIES = ("components", "schemas", "Order", "properties")


@pytest.mark.parametrize(
    "path", ["/orders/{id}", "/orders/{orderId}", "/orders/42", "/v2/orders/42?x=1", "https://api.example.com/v2/orders/7", "orders/7", "/orders/7/"]
)
@pytest.mark.parametrize("method", ["DELETE", "delete", "", "*"])
def test_an_operation_is_recognised_by_any_of_its_names(method: str, path: str) -> None:
    revision = changed("paths", "/orders/{id}", "delete")
    assert met(revision, Usage(method, path)) == [("operation-removed", "endpoint-used")]


def test_another_operation_is_no_concern() -> None:
    revision = changed("paths", "/orders/{id}", "delete")
    assert met(revision, Usage("GET", "/orders/42"), Usage("POST", "/orders")) == []


def test_a_static_path_is_not_taken_for_a_template() -> None:
    revision = changed("paths", "/orders/{id}", "get")
    assert met(revision, Usage("GET", "/orders/mine")) == []
    assert met(revision, Usage("GET", "/orders/yours")) == [("operation-removed", "endpoint-used")]


def test_an_operation_is_followed_when_its_parameters_are_renamed() -> None:
    tree = changed("paths", "/orders/{id}")
    tree["paths"]["/orders/{number}"] = {"parameters": [{**ID, "name": "number"}], "get": SHOP["paths"]["/orders/{id}"]["get"]}
    assert met(tree, Usage("DELETE", "/orders/1")) == [("operation-removed", "endpoint-used")]
    assert met(tree, Usage("GET", "/orders/{id}")) == []


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ((), "endpoint-used"),
        (("items.price",), "field-used"),
        (("items[].price",), "field-used"),
        (("items.0.price",), "field-used"),
        (("$.items[*].price",), "field-used"),
        (("items",), "field-used"),
        (("items", "items.price"), "field-used"),
        (("items", "items.name"), None),
        (("items.name",), None),
        (("id",), None),
        (("price",), None),
    ],
)
def test_a_response_property_concerns_who_reads_it(fields: tuple[str, ...], reason: str | None) -> None:
    revision = changed(*PROPERTIES, "items", "items", "properties", "price")
    expected = [("response-property-removed", reason)] if reason else []
    assert met(revision, Usage("GET", "/orders/1", fields)) == expected


def test_a_change_of_a_container_concerns_who_reads_inside() -> None:
    revision = changed(*PROPERTIES, "items", to={"type": "string"})
    assert met(revision, Usage("GET", "/orders/1", ("items.price",))) == [("response-type-changed", "field-used")]
    assert met(revision, Usage("GET", "/orders/1", ("id",))) == []


def test_a_new_value_concerns_who_reads_the_field() -> None:
    revision = changed(*PROPERTIES, "state", "enum", to=["new", "sent", "lost"])
    assert [reason for _, reason in met(revision, Usage("GET", "/orders", ("state",)))] == ["field-used"]
    assert met(revision, Usage("GET", "/orders", ("id",))) == []


def test_a_map_is_read_whole() -> None:
    revision = changed(*PROPERTIES, "labels", "additionalProperties", to={"type": "string"})
    assert met(revision, Usage("GET", "/orders", ("labels.red",))) == [("response-type-changed", "field-used")]
    assert met(revision, Usage("GET", "/orders", ("id",))) == []


def test_the_whole_body_concerns_every_reader() -> None:
    revision = changed("components", "schemas", "Order", to={"type": "array", "items": ORDER})
    assert met(revision, Usage("GET", "/orders", ("id",))) == [("response-type-changed", "endpoint-used")]


def test_requests_are_not_filtered_by_what_is_read() -> None:
    revision = changed("paths", "/orders", "post", "requestBody", "required", to=True)
    assert met(revision, Usage("POST", "/orders", ("id",))) == [("request-body-became-required", "endpoint-used")]


def test_statuses_are_not_filtered_by_what_is_read() -> None:
    revision = changed("paths", "/orders/{id}", "get", "responses", "200")
    assert met(revision, Usage("GET", "/orders/1", ("id",))) == [("response-success-status-removed", "endpoint-used")]


def test_a_property_that_a_strict_reader_refuses_concerns_who_reads_its_object() -> None:
    closed = {**ORDER, "additionalProperties": False}
    base_tree = changed("components", "schemas", "Order", to=closed)
    more = copy.deepcopy(base_tree)
    more["components"]["schemas"]["Order"]["properties"]["note"] = {"type": "string"}
    base = spec(base_tree)
    findings = [found for found in compare(base, spec(more)) if found.rule.startswith("response-property-added")]
    assert findings
    (impact,) = impacts(findings, [consumer(Usage("GET", "/orders", ("id",)))], base)
    assert impact.findings == tuple(findings)


def test_what_concerns_the_whole_document_concerns_everybody() -> None:
    revision = changed("servers", to=[{"url": "https://elsewhere.example.com"}])
    assert met(revision, Usage("GET", "/orders/mine")) == [("server-removed", "document-wide")]
    assert met(revision) == [("server-removed", "document-wide")]


def test_a_webhook_concerns_everybody() -> None:
    hooked = {**SHOP, "webhooks": {"sent": {"post": {"responses": {"200": OK}}}}}
    base = spec(hooked)
    (impact,) = impacts(compare(base, spec(SHOP)), [consumer(Usage("GET", "/orders/mine"))], base)
    assert [(one.finding.rule, one.reason) for one in impact.met] == [("webhook-removed", Reason.DOCUMENT)]


def test_nothing_known_is_not_safe() -> None:
    assert met(changed("paths", "/orders/{id}", "delete")) == [("operation-removed", "usage-unknown")]


def test_a_usage_that_nothing_answers_to_may_be_any_operation_of_its_method() -> None:
    revision = changed("paths", "/orders/{id}", "delete")
    assert met(revision, Usage("DELETE", "/gateway/orders/1")) == [("operation-removed", "usage-unmatched")]
    assert met(revision, Usage("", "/gateway/orders/1")) == [("operation-removed", "usage-unmatched")]
    assert met(revision, Usage("GET", "/gateway/orders/1")) == []


def test_errors_break_and_warnings_may() -> None:
    base = spec(SHOP)
    findings = [Finding("a", severity, "m", operation="GET /orders", places=(Place("GET /orders"),)) for severity in Severity]
    expected = [(True, False), (False, True), (False, False)]
    for finding, verdict in zip(findings, expected, strict=True):
        (impact,) = impacts([finding], [consumer(Usage("GET", "/orders"))], base)
        assert (impact.breaks, impact.may_break) == verdict
    (both,) = impacts(findings, [consumer(Usage("GET", "/orders"))], base)
    assert (both.breaks, both.may_break, both.findings) == (True, False, tuple(findings))


def test_what_only_asks_whether_somebody_uses_it_breaks_who_does() -> None:
    base = spec(SHOP)
    found = compare(base, spec(changed(*PROPERTIES, "state")))
    removed = [one for one in found if one.rule == "response-property-removed"]
    readers = [consumer(Usage("GET", "/orders/9", ("state",))), consumer(Usage("GET", "/orders/9", ("id",))), consumer(Usage("GET", "/orders/9"))]
    assert [impact.breaks for impact in impacts(removed, readers, base)] == [True, False, True]
    settled = [replace(one, severity=Severity.INFO) for one in removed]
    assert not any(impact.breaks for impact in impacts(settled, readers, base))


def test_a_finding_concerns_by_any_of_its_places_and_names_the_usage() -> None:
    base = spec(SHOP)
    revision = changed(*PROPERTIES, "state")
    usage = Usage("GET", "/orders/9", ("state",))
    findings = [found for found in compare(base, spec(revision)) if found.rule.startswith("response-")]
    (impact,) = impacts(findings, [consumer(Usage("GET", "/orders/mine"), usage)], base)
    assert [(one.finding.rule, one.usage) for one in impact.met] == [("response-property-removed", usage)]
    assert len(impact.findings[0].places) == 2


def test_consumers_keep_their_order_and_the_unconcerned_are_there() -> None:
    base = spec(SHOP)
    consumers = [consumer(Usage("GET", "/orders"), name=name) for name in "abc"] + [consumer(Usage("DELETE", "/orders/1"), name="d")]
    found = impacts(compare(base, spec(changed("paths", "/orders/{id}", "delete"))), consumers, base)
    assert [(impact.consumer.id, impact.breaks) for impact in found] == [("a", False), ("b", False), ("c", False), ("d", True)]


def test_compiled_usages_are_shared_and_give_the_same_answer() -> None:
    base = spec(SHOP)
    index = UsageIndex.of(base)
    assert index is UsageIndex.of(base)
    usages = (Usage("GET", "/orders/1", ("id",)), Usage("DELETE", "/orders/2"))
    assert index.compiled(usages) is index.compiled(tuple(Usage(u.method, u.path, u.fields) for u in usages))
    findings = compare(base, spec(changed("paths", "/orders/{id}")))
    one = consumer(*usages)
    assert impacts_of(Relevance(findings), [(one, index.compiled(usages))]) == impacts(findings, [one], base)


def test_what_nobody_uses_is_said_with_its_evidence() -> None:
    base = spec(SHOP)
    findings = compare(base, spec(changed("paths", "/orders/{id}", "delete")))
    readers = [consumer(Usage("GET", "/orders/1"), name=str(number)) for number in range(12)]
    assert [found.evidence for found in unused(findings, readers, base)] == ["none of the 12 registered consumers in prod uses DELETE /orders/{id}"]
    assert unused(findings, [*readers, consumer(Usage("DELETE", "/orders/1"))], base) == ()
    assert unused(findings, [*readers, consumer()], base) == ()


def test_a_field_that_nobody_reads_is_named() -> None:
    base = spec(SHOP)
    findings = compare(base, spec(changed(*PROPERTIES, "items", "items", "properties", "price")))
    removed = [found for found in findings if found.rule.startswith("response-")]
    (found,) = unused(removed, [consumer(Usage("GET", "/orders", ("id",)), environment="")], base)
    assert found.evidence == "the one registered consumer does not use items.price of GET /orders or items.price of GET /orders/{id}"


def test_without_consumers_nothing_is_known_to_be_unused() -> None:
    base = spec(SHOP)
    assert unused(compare(base, spec(changed("paths", "/orders/{id}", "delete"))), [], base) == ()
