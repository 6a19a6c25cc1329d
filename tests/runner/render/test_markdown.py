from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from markdown_it import MarkdownIt
from markdown_it.token import Token
from msgspec.structs import replace

from cvt_engine.finding import Severity
from cvt_runner.config.waivers import read_waivers
from cvt_runner.model.report import Report, State
from cvt_runner.render.budget import COMMENT
from cvt_runner.render.fragments import fragment
from cvt_runner.render.markdown import compose, diff
from cvt_runner.render.registry import RenderOptions, render
from tests.runner.render import sample
from tests.runner.render.reports import REPORTS

_PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
_OURS = re.compile(r'</?(?:details(?: open)?|summary|b|code|sub|span)>|<a href="https://code\.example/[\w./%#-]+">|</a>')
_LINKED = RenderOptions(repository_url="https://code.example/shop/api")
_LIVE = re.compile(r"@[A-Za-z0-9]|#\d|GH-\d|https?://|www\.|:\w+:|[0-9a-f]{7}", re.IGNORECASE)


def _tokens(text: str) -> list[Token]:
    return [token for block in _PARSER.parse(text) for token in (block, *(block.children or ()))]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(REPORTS)
def test_no_text_becomes_markup_link_or_mention(report: Report) -> None:
    only_our_markup(render("markdown", report, _LINKED))


@pytest.mark.parametrize("report", [sample.hostile(), sample.full(), sample.many(60, text=sample.HOSTILE), sample.waived(9, text=sample.HOSTILE)])
def test_samples_hold_only_our_own_markup(report: Report) -> None:
    only_our_markup(render("markdown", report, _LINKED))


def only_our_markup(text: str) -> None:
    for token in _tokens(text):
        assert token.type != "image"
        if token.type == "link_open":
            assert str(token.attrs["href"]).startswith("https://code.example/shop/api/blob/")
        if token.type in ("html_block", "html_inline"):
            rest = _OURS.sub("", token.content)
            assert not re.search("[<>]", rest), token.content
            outside_code = re.sub(r"<code>.*?</code>", "", token.content).replace("https://code.example", "")
            assert token.type == "html_inline" or not _LIVE.search(re.sub(r'href="[^"]*"', "", outside_code)), token.content
        if token.type == "text":
            assert not _LIVE.search(token.content), token.content


def test_first_line_is_the_verdict_in_words() -> None:
    first = render("markdown", sample.full()).splitlines()[0]
    assert first.startswith("### ❌ CVT: 3 breaking changes, 1 document error, 1 warning, 1 note in `api/openapi.yaml`")
    assert render("markdown", sample.clean()).startswith("### ✅ CVT: no breaking changes in `api/openapi.yaml`\n")
    assert render("markdown", sample.inconclusive()).startswith("### ⚠️ CVT: inconclusive: no base to compare with\n")
    assert render("markdown", sample.nothing()).startswith("### ➖ CVT: nothing to check: ")


def test_a_clean_comment_is_short() -> None:
    text = render("markdown", sample.clean())
    assert len(text) < 400
    assert "<details" not in text


def test_warnings_that_fail_the_run_say_why() -> None:
    report = replace(sample.full(), fail_on=Severity.WARNING)
    spec = replace(report.specs[0], items=tuple(item for item in report.specs[0].items if item.finding.severity is Severity.WARNING))
    first = render("markdown", replace(report, specs=(spec,))).splitlines()[0]
    assert "1 warning \\(fail\\-on: warning\\) in" in first


def test_waivers_that_the_pull_request_adds_are_marked_and_open() -> None:
    text = render("markdown", sample.full())
    assert "<details open><summary>1 waived finding, 1 of them by waivers that this pull request adds</summary>" in text
    assert "**added by this pull request**" in text
    items = tuple(replace(item, waiver=replace(item.waiver, added_here=False)) if item.waiver else item for item in sample.full().specs[0].items)
    older = render("markdown", replace(sample.full(), specs=(replace(sample.full().specs[0], items=items),)))
    assert "<details><summary>1 waived finding</summary>" in older
    assert "added by this pull request" not in older


def test_the_waiver_entry_is_accepted_once_the_date_is_filled_in() -> None:
    text = render("markdown", sample.full())
    entry = re.search(r"```yaml\n(.*?)\n```", text, re.DOTALL)
    assert entry
    (waiver,) = read_waivers(entry.group(1).replace("YYYY-MM-DD", "2031-01-31").encode(), ".cvt-waivers.yaml")
    assert waiver.fingerprint == sample.PRICE.fingerprint
    assert waiver.until == date(2031, 1, 31)


def test_there_is_no_waiver_entry_where_nothing_fails() -> None:
    assert "waivers:" not in render("markdown", sample.clean())


def test_removed_lines_are_shown_without_the_parent_that_survived() -> None:
    drawn = fragment(sample.PRICE)
    assert drawn
    assert diff(drawn) == ("- price:", "-   type: number", "-   example: 9.99")


def test_changed_lines_are_shown_with_what_stayed_around_them() -> None:
    finding = replace(
        sample.LIMIT,
        base=sample.excerpt("a.yaml", 1, 1, "  a: 1", "  b: 2", "  c: 3"),
        revision=sample.excerpt("a.yaml", 1, 1, "  a: 1", "  b: 20", "  c: 3"),
    )
    drawn = fragment(finding)
    assert drawn
    assert diff(drawn) == ("  a: 1", "- b: 2", "+ b: 20", "  c: 3")


def test_no_link_is_made_from_an_unsafe_repository_or_commit() -> None:
    for options in (
        RenderOptions(repository_url="javascript:alert(1)"),
        RenderOptions(repository_url="https://code.example/a b"),
        RenderOptions(repository_url='https://code.example/"onmouseover="x'),
        RenderOptions(repository_url="https://code.example/a", head_sha="../../x"),
    ):
        report = replace(sample.full(), base=replace(sample.FOUND_BASE, sha=""))
        assert "href" not in render("markdown", report, options)


def test_a_limit_is_obeyed_and_said() -> None:
    text = compose(sample.full(), RenderOptions(limit=2, full_report="artifact cvt-report"), limit=COMMENT, most=50)
    assert text.count("<summary><b>") == 2
    assert "showing 2 of 6, full report: artifact cvt\\-report" in text


def test_existing_findings_are_counted_and_not_repeated() -> None:
    text = render("markdown", sample.full())
    assert "1 already in the base" in text
    assert not any(item.finding.message in text for item in sample.full().items if item.state is State.EXISTING)


def test_values_are_said_where_no_line_shows_the_change() -> None:
    found = replace(sample.LIMIT, before="Big|Value", after="other", base=None, revision=None)
    spec = replace(sample.clean().specs[0], items=(replace(sample.full().items[1], finding=found),))
    assert "\n\nWas `Big|Value`, is now `other`\n\n" in render("markdown", replace(sample.clean(), specs=(spec,)))


def test_the_full_report_is_a_link_only_where_it_is_an_address() -> None:
    report = sample.many(60)
    for url in ("https://ci.example/shop/api/runs/1", "artifact [x](http://evil.example)", "https://ci.example/> @all"):
        text = render("markdown", report, replace(_LINKED, full_report=url))
        links = [str(token.attrs["href"]) for token in _tokens(text) if token.type == "link_open" and "/blob/" not in str(token.attrs["href"])]
        assert links == ([url] if url.endswith("/1") else [])
        assert "**showing 50 of 60, full report: " in text


def test_an_operation_is_not_named_twice() -> None:
    found = replace(sample.LIMIT, message="GET /orders was removed")
    spec = replace(sample.clean().specs[0], items=(replace(sample.full().items[1], finding=found),))
    report = replace(sample.clean(), specs=(spec,))
    assert "<code>GET /orders</code> was removed" in render("markdown", report)
    assert "::GET /orders was removed%0A" in render("github", report)
