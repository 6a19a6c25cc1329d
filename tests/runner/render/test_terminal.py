from __future__ import annotations

import re

from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace

from cvt_runner.model.report import Report
from cvt_runner.render.registry import RenderOptions, render
from tests.runner.render import sample
from tests.runner.render.reports import REPORTS

_SGR = re.compile(r"\x1b\[[0-9;]*m")


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(REPORTS)
def test_only_our_own_sequences_reach_the_terminal(report: Report) -> None:
    plain = render("text", report, RenderOptions(width=70))
    colored = render("text", report, RenderOptions(width=70, color=True))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", plain)
    assert [text.rstrip() for text in _SGR.sub("", colored).split("\n")] == [text.rstrip() for text in plain.split("\n")]


def test_a_line_starting_with_a_command_cannot_be_forged() -> None:
    assert not any(text.startswith("::") for text in render("text", sample.hostile()).splitlines())


def test_old_and_new_stand_side_by_side_where_there_is_room() -> None:
    assert re.search(r"17 - maximum: 100 +\| +17 \+ maximum: 50", render("text", sample.full(), RenderOptions(width=120)))
    narrow = render("text", sample.full(), RenderOptions(width=60)).splitlines()
    assert narrow.index("         17 - maximum: 100") + 2 == narrow.index("         17 + maximum: 50")


def test_columns_fit_the_width_with_wide_characters() -> None:
    wide = replace(sample.LIMIT, base=sample.excerpt("a.yaml", 1, 1, "名前" * 60), revision=sample.excerpt("a.yaml", 1, 1, "名" * 200))
    report = replace(sample.clean(), specs=(replace(sample.clean().specs[0], items=(replace(sample.full().items[1], finding=wide),)),))
    rows = [text for text in render("text", report, RenderOptions(width=100)).splitlines() if "名" in text]
    assert rows
    assert all(sum(2 if c in {"名", "前"} else 1 for c in row) <= 100 for row in rows)


def test_it_ends_with_base_verdict_and_reproduction() -> None:
    base, verdict, reproduce = render("text", sample.full()).splitlines()[-3:]
    assert base == f"base = {sample.BASE_SHA} because the checkout is a merge commit and this is its first parent"
    assert verdict == "broken: 3 breaking changes, 1 document error, 1 warning, 1 note (1 waived, 1 already in the base, 2 lowered, 2 switched off)"
    assert reproduce == f"reproduce: cvt ci --base {sample.BASE_SHA} --schema api/openapi.yaml"


def test_each_finding_says_where_why_and_what_next() -> None:
    text = render("text", sample.full())
    for needed in (
        "api/openapi.yaml:34:7  [response-property-removed]",
        "also in: GET /orders, POST /orders, GET /reports/0 and 299 more operations",
        "fix: Keep the old maximum",
        "more: cvt explain response-property-removed · fingerprint ",
        "(waiver added by this change)",
        "head api/openapi.yaml:34:7 (parent)",
    ):
        assert needed in text


def test_minified_json_is_shown_around_the_column() -> None:
    long = '{"a":"' + "x" * 5_000 + '","price":1}' + "y" * 5_000
    found = replace(sample.PRICE, base=sample.excerpt("a.json", 1, 5_009, long), revision=None)
    report = replace(sample.clean(), specs=(replace(sample.clean().specs[0], items=(replace(sample.full().items[0], finding=found),)),))
    text = render("text", report, RenderOptions(width=240))
    assert '"price":1' in text
    assert max(map(len, text.splitlines())) <= 240
