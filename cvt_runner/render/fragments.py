"""The old and the new source lines of a finding, aligned for showing side by side or as a diff."""

from __future__ import annotations

from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Final

from msgspec import Struct

from cvt_engine.finding import Excerpt, Finding
from cvt_runner.render.escape import brief, clip, line

MAX_LINES: Final = 12
MAX_COLUMNS: Final = 160


class Cell(Struct, frozen=True):
    """One source line: its 1-based number, `-` (only in the base), `+` (only in the head) or a blank, and its escaped one-line text."""

    number: int
    mark: str
    text: str


class Fragment(Struct, frozen=True):
    """Both sides of a finding. `base` and `head` are `file:line:column` or "" where there is nothing; rows pair lines that belong together.

    `head_exact` is false when the element is gone and its nearest surviving parent is shown; `base_exact` likewise for a new element.
    """

    base: str
    head: str
    base_exact: bool
    head_exact: bool
    rows: tuple[tuple[Cell | None, Cell | None], ...]

    @property
    def telling(self) -> bool:
        """Whether the lines alone show the change."""
        return any(cell is not None and cell.mark != " " for row in self.rows for cell in row)

    @property
    def left(self) -> tuple[Cell, ...]:
        """The base's lines."""
        return tuple(cell for cell, _ in self.rows if cell)

    @property
    def right(self) -> tuple[Cell, ...]:
        """The head's lines."""
        return tuple(cell for _, cell in self.rows if cell)


def fragment(finding: Finding) -> Fragment | None:
    """Align a finding's excerpts; None when it has no source lines at all."""
    base, head = finding.base, finding.revision
    indent = min((_indent(excerpt) for excerpt in (base, head) if excerpt and excerpt.lines), default=0)
    left, right = _lines(base, indent), _lines(head, indent)
    if not left and not right:
        return None
    both = bool(base and head and base.exact and head.exact)
    return Fragment(
        base=brief(str(base.position), 300) if base else "",
        head=brief(str(head.position), 300) if head else "",
        base_exact=base is not None and base.exact,
        head_exact=head is not None and head.exact,
        rows=_whole(_aligned(left, right), base, head) if both else _beside(left, right, base=base, head=head),
    )


def _indent(excerpt: Excerpt) -> int:
    return min((len(text) - len(text.lstrip(" ")) for text in excerpt.lines if text.strip()), default=0)


def _lines(excerpt: Excerpt | None, indent: int) -> tuple[tuple[int, str], ...]:
    if excerpt is None:
        return ()
    first = excerpt.first_line or excerpt.position.line
    return tuple((first + n, _window(text, excerpt, first + n, indent)) for n, text in enumerate(excerpt.lines[:MAX_LINES]))


def _window(text: str, excerpt: Excerpt, number: int, indent: int) -> str:
    """A line without the common indent; one that is too long (minified JSON) is cut around the element's column."""
    start = indent
    if len(text) - indent > MAX_COLUMNS and number == excerpt.position.line:
        start = max(indent, excerpt.position.column - 1 - 20)
    cut = clip(text[start : start + MAX_COLUMNS + 1], MAX_COLUMNS)
    return line(("…" if start > indent else "") + cut)


def _beside(
    left: tuple[tuple[int, str], ...], right: tuple[tuple[int, str], ...], *, base: Excerpt | None, head: Excerpt | None
) -> tuple[tuple[Cell | None, Cell | None], ...]:
    minus = "-" if base and base.exact and head is not None else " "
    plus = "+" if head and head.exact and base is not None else " "
    pairs = zip_longest(left, right)
    return tuple((Cell(a[0], minus, a[1]) if a else None, Cell(b[0], plus, b[1]) if b else None) for a, b in pairs)


def _whole(rows: tuple[tuple[Cell | None, Cell | None], ...], base: Excerpt | None, head: Excerpt | None) -> tuple[tuple[Cell | None, Cell | None], ...]:
    """The rows without the last lines of one side that only seem to be missing on the other, because its excerpt ends early."""
    last = len(rows)
    while last and ((rows[last - 1][0] is None and _ends_early(base)) or (rows[last - 1][1] is None and _ends_early(head))):
        last -= 1
    return rows[:last]


def _ends_early(excerpt: Excerpt | None) -> bool:
    return excerpt is not None and (excerpt.first_line or excerpt.position.line) + min(len(excerpt.lines), MAX_LINES) <= excerpt.position.end_line


def _aligned(left: tuple[tuple[int, str], ...], right: tuple[tuple[int, str], ...]) -> tuple[tuple[Cell | None, Cell | None], ...]:
    """Pairs equal lines; a comma at the end of a line is no difference."""
    rows: list[tuple[Cell | None, Cell | None]] = []
    matcher = SequenceMatcher(None, [text.rstrip(",") for _, text in left], [text.rstrip(",") for _, text in right], autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        minus, plus = (" ", " ") if tag == "equal" else ("-", "+")
        pairs = zip_longest(left[a:b], right[c:d])
        rows += [(Cell(x[0], minus, x[1]) if x else None, Cell(y[0], plus, y[1]) if y else None) for x, y in pairs]
    return tuple(rows)
