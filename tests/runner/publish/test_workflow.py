from __future__ import annotations

from cvt_runner.publish import workflow


def test_a_notice_is_one_line_whatever_is_in_it() -> None:
    line = workflow.notice("a:b,c\n::error::x", "100%\r\n::error::y")
    assert line == "::notice title=a%3Ab%2Cc%0A%3A%3Aerror%3A%3Ax::100%25%0D%0A::error::y"


def test_foreign_output_is_fenced_with_a_token_it_cannot_know() -> None:
    first, second = workflow.fenced("::error::x\n"), workflow.fenced("::error::x\n")
    assert first != second
    start, inner, end = first.splitlines()
    token = start.removeprefix("::stop-commands::")
    assert len(token) == 32
    assert (inner, end) == ("::error::x", f"::{token}::")


def test_only_whole_well_formed_annotations_pass() -> None:
    lines = ["::error::a", "::error file=a,line=1::b", "::notice::", " ::error::indented", "::errors::c", "::group::d", "::error", "::debug::e"]
    assert workflow.only_annotations(lines) == ["::error::a", "::error file=a,line=1::b", "::notice::"]
