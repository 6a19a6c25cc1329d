"""`cvt explain [RULE]`: what a rule means, why it matters and how to fix it; without a rule, all of them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from itertools import groupby
from string import Formatter
from typing import Final

from cvt_engine.errors import UnknownRule
from cvt_engine.facade import RULES, Rule, rule
from cvt_runner.console import Console, printable
from cvt_runner.errors import UsageError


def run(name: str, *, console: Console, width: int = 100) -> int:
    """Print one rule or the list. Raises UsageError naming the nearest rule."""
    if not name:
        console.write("\n".join(_list()) + "\n")
        return 0
    try:
        row = rule(name)
    except UnknownRule as error:
        raise UsageError(printable(error.message), hint=error.hint or "`cvt explain` lists all rules") from None
    console.write("\n".join(_one(row, max(40, min(width, 100)))) + "\n")
    return 0


def _list() -> Iterator[str]:
    size = max(len(row.id) for row in RULES)
    for area, rows in groupby(sorted(RULES, key=lambda row: (row.area.value, row.id)), key=lambda row: row.area.value):
        yield f"{area}:"
        yield from (f"  {row.id:<{size}}  {row.severity.value}" for row in rows)
    yield ""
    yield f"{len(RULES)} rules; `cvt explain RULE` says more about one."


_STAND_INS: Final = {
    "operation": "GET /orders/{id}",
    "part": "query parameter limit",
    "at": "response 200 > application/json > items[].price",
    "subject": "NAME",
    "before": "OLD",
    "after": "NEW",
    "detail": "what is wrong, and where",
}


def _told(row: Rule) -> str:
    """The message as it would read for an example, with stand-ins for what differs from finding to finding."""
    fields = {name: f"<{name}>" for _, name, _, _ in Formatter().parse(row.message) if name} | _STAND_INS
    return f"for example: {row.message.format_map(fields)}"


def _one(row: Rule, width: int) -> Iterator[str]:
    yield f"{row.id} ({row.severity.value}, {row.area.value}, since {row.since})"
    for title, text in (("Message", _told(row)), ("Why", row.account), ("Fix", row.hint), ("Wire type", row.published or "")):
        if text:
            yield ""
            yield f"{title}:"
            yield textwrap.fill(text, width, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)
