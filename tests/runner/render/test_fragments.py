from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from cvt_engine.finding import Excerpt, Finding, Position
from cvt_runner.render.fragments import MAX_COLUMNS, MAX_LINES, Fragment, fragment
from tests.runner.render import sample


def _excerpt(lines: tuple[str, ...], *, end: int | None = None, exact: bool = True) -> Excerpt:
    return Excerpt(Position("a.json", 10, 1, end or 9 + len(lines), 1), "", lines, 10, exact)


def _drawn(base: Excerpt | None, head: Excerpt | None) -> Fragment:
    drawn = fragment(replace(sample.LIMIT, base=base, revision=head))
    assert drawn
    return drawn


def _marks(drawn: Fragment) -> list[tuple[str, str]]:
    return [("" if a is None else a.mark + a.text, "" if b is None else b.mark + b.text) for a, b in drawn.rows]


def test_equal_lines_are_paired_and_changed_ones_marked() -> None:
    drawn = _drawn(_excerpt(("a", "b", "c")), _excerpt(("a", "x", "y", "c")))
    assert _marks(drawn) == [(" a", " a"), ("-b", "+x"), ("", "+y"), (" c", " c")]
    assert drawn.telling


def test_a_comma_at_the_end_is_no_change() -> None:
    with_comma, without = _excerpt(('"type": "string",',)), _excerpt(('"type": "string"',))
    assert not _drawn(without, with_comma).telling
    assert not _drawn(with_comma, without).telling
    assert _drawn(without, with_comma).right[0].text.endswith(",")


def test_lines_that_an_early_end_hides_are_not_shown_as_removed() -> None:
    drawn = _drawn(_excerpt(("[", "1", "2", "]")), _excerpt(("[", "0", "1", "2"), end=14))
    assert _marks(drawn) == [(" [", " ["), ("", "+0"), (" 1", " 1"), (" 2", " 2")]
    complete = _drawn(_excerpt(("[", "1", "2", "]")), _excerpt(("[", "0", "1", "2")))
    assert _marks(complete)[-1] == ("-]", "")


def test_a_removed_element_stands_beside_its_parent() -> None:
    drawn = _drawn(_excerpt(("  price:",)), _excerpt(("  properties:",), exact=False))
    assert _marks(drawn) == [("-price:", " properties:")]
    assert (drawn.base_exact, drawn.head_exact) == (True, False)


def test_no_lines_at_all_is_no_fragment() -> None:
    assert fragment(Finding("a", sample.LIMIT.severity, "m")) is None
    assert fragment(replace(sample.LIMIT, base=_excerpt(()), revision=None)) is None


@given(st.lists(st.text(max_size=400), max_size=30).map(tuple), st.lists(st.text(max_size=400), max_size=30).map(tuple), st.integers(0, 500))
def test_size_is_bounded_and_every_line_keeps_its_number(left: tuple[str, ...], right: tuple[str, ...], column: int) -> None:
    base = Excerpt(Position("a", 5, column, 5, column), "", left, 5)
    drawn = fragment(replace(sample.LIMIT, base=base, revision=_excerpt(right)))
    if drawn is None:
        assert not left
        assert not right
        return
    assert len(drawn.left) <= min(len(left), MAX_LINES)
    assert [cell.number for cell in drawn.left] == list(range(5, 5 + len(drawn.left)))
    assert [cell.number for cell in drawn.right] == list(range(10, 10 + len(drawn.right)))
    assert all(len(cell.text) <= MAX_COLUMNS * 10 + 1 and "\n" not in cell.text for row in drawn.rows for cell in row if cell)
