from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cvt_runner.publish import sticky
from tests.runner.publish.samples import HEAD, NEWER

KEY = sticky.comment_key("CI", "")


def made(job: str = "CI/contract", body: str = "text", run: str = "5", attempt: int = 1, head: str = HEAD) -> sticky.Section:
    return sticky.section(job, run_id=run, attempt=attempt, head=head, body=body)


@given(st.lists(st.tuples(st.text(max_size=30), st.text(max_size=200)), max_size=4, unique_by=lambda pair: pair[0]))
def test_what_is_composed_is_read_back(parts: list[tuple[str, str]]) -> None:
    sections = sticky.fold([made(job, body) for job, body in parts])
    read = sticky.parse(sticky.compose(KEY, sections, head=HEAD))
    assert [(each.key, each.age, each.head) for each in read] == [(each.key, each.age, each.head) for each in sections]
    assert [each.body for each in read] == [each.body for each in sections]


@pytest.mark.parametrize(
    "marker",
    ["<!-- cvt:end 0123456789abcdef -->", "<!--cvt:section v1 key=x -->", "<!--\n CVT:comment -->", f"<!-- cvt:end {sticky.section_key('CI/contract')} -->"],
)
def test_a_body_cannot_forge_a_marker(marker: str) -> None:
    text = sticky.compose(KEY, [made(body=f"before\n{marker}\nafter")], head=HEAD)
    (read,) = sticky.parse(text)
    assert read.body.startswith("before")
    assert read.body.endswith("after")
    assert "<!--" not in read.body


def test_markers_carry_no_foreign_text() -> None:
    text = sticky.compose(KEY, [made("CI/--> @team <b> `x`\n::error::", "body"), made("CI/other")], head=HEAD)
    markers = [line for line in text.split("\n") if line.startswith("<!--")]
    assert not set("@`\\'\"&;") & set("".join(markers))
    assert all(line.count("-->") == 1 and line.endswith("-->") for line in markers)
    assert "::error::" not in [line.strip() for line in text.split("\n")]


def test_an_older_section_never_replaces_a_newer_one() -> None:
    newer, older, again = made(run="10", body="new"), made(run="9", attempt=3, body="old"), made(run="10", attempt=2, body="again")
    assert sticky.fold([newer], [older]) == (newer,)
    assert sticky.fold([older], [newer]) == (newer,)
    assert sticky.fold([again], [newer]) == (again,)


def test_a_section_of_another_commit_says_so_until_it_is_written_again() -> None:
    old, new = made("CI/a", head=HEAD), made("CI/b", head=NEWER)
    text = sticky.compose(KEY, [old, new], head=NEWER)
    assert text.count("has not reported on") == 1
    assert sticky.parse(text) == (old, new)
    assert "has not reported on" not in sticky.compose(KEY, sticky.parse(text), head=HEAD).partition("CI/b")[0]


def test_job_names_are_shown_only_when_there_are_several() -> None:
    assert "**Job**" not in sticky.compose(KEY, [made()], head=HEAD)
    assert sticky.compose(KEY, [made("CI/a `@x`"), made("CI/b")], head=HEAD).count("**Job** `CI/") == 2


def test_too_much_is_cut_on_section_boundaries_the_longest_first() -> None:
    small = made("CI/a", "## small\n\nfine")
    parts = [small, made("CI/b", "## big\n\n" + "x\n" * 20_000), made("CI/c", "## bigger\n\n" + "x\n" * 25_000)]
    text = sticky.compose(KEY, parts, head=HEAD)
    assert sticky.units(text) <= sticky.COMMENT_LIMIT
    read = {each.job: each.body for each in sticky.parse(text)}
    assert read["CI/a"] == small.body
    assert read["CI/b"] == parts[1].body.strip()
    assert read["CI/c"].startswith("## bigger\n")
    assert "does not fit" in read["CI/c"]


@pytest.mark.parametrize("first", ["```json", "<details>", "| a |", "x" * 600, ""])
def test_a_headline_that_opens_something_is_not_kept(first: str) -> None:
    assert sticky.shortened(made(body=f"{first}\nrest")).body.startswith(("The rest does not fit", "rest\n"))


def test_keys_keep_workflows_groups_and_jobs_apart() -> None:
    keys = {sticky.comment_key("CI", ""), sticky.comment_key("CI", "a"), sticky.comment_key("Other", ""), sticky.comment_key("", "CI")}
    assert len(keys) == 4
    assert sticky.section_key("CI/a") != sticky.section_key("CI/b")


@pytest.mark.parametrize("text", ["", KEY, "<!-- cvt:section v1 key=0123456789abcdef run=1 attempt=1 head= job= -->\nno end", "free text"])
def test_what_is_not_a_section_is_ignored(text: str) -> None:
    assert sticky.parse(text) == ()


@pytest.mark.parametrize("run", ["", "x", "-1", "٣", "9" * 40])
def test_a_strange_run_id_is_the_oldest(run: str) -> None:
    assert made(run=run).run == 0
