"""Release notes as plain text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Final

from cvt_runner.model.report import Report, SpecReport
from cvt_runner.render.changelog import Chapter, Entry, Group, advice, chapters, heading, names_operation, remarks, summary
from cvt_runner.render.options import RenderOptions

_BOLD: Final = "\x1b[1m"
_PLAIN: Final = "\x1b[0m"


def render(report: Report, options: RenderOptions) -> str:
    """Everything that changed, wrapped at the width of the terminal."""
    lines = [line for spec in report.specs for line in _spec(spec, options)]
    lines += [line for note in remarks(report) for line in _wrapped(f"note: {note}", "", "  ", options)]
    return "\n".join(lines) + "\n"


def _title(text: str, options: RenderOptions) -> str:
    return f"{_BOLD}{text}{_PLAIN}" if options.color else text


def _wrapped(text: str, first: str, rest: str, options: RenderOptions) -> list[str]:
    width = max(options.width, 40)
    return textwrap.wrap(text, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False, break_long_words=False) or [first.rstrip()]


def _spec(spec: SpecReport, options: RenderOptions) -> Iterator[str]:
    found = chapters(spec)
    yield _title(" ".join(part for part in heading(spec) if part), options)
    yield ""
    yield from _wrapped(" ".join(part for part in (summary(spec, found), advice(spec)) if part), "", "", options)
    for chapter in found:
        yield from _chapter(chapter, options)
    yield ""


def _chapter(chapter: Chapter, options: RenderOptions) -> Iterator[str]:
    yield ""
    yield _title(chapter.section.heading, options)
    for group in chapter.groups:
        yield from _group(group, options)


def _group(group: Group, options: RenderOptions) -> Iterator[str]:
    if len(group.entries) == 1 or not group.operation:
        for entry in group.entries:
            joint = " " if names_operation(entry) else ": "
            yield from _entry(entry, f"{group.operation}{joint}" if group.operation else "", ("  - ", "    "), options)
        return
    yield f"  - {group.operation}"
    for entry in group.entries:
        yield from _entry(entry, "", ("    - ", "      "), options)


def _entry(entry: Entry, before: str, indents: tuple[str, str], options: RenderOptions) -> Iterator[str]:
    others = " and ".join(part for part in (", ".join(entry.also), entry.more) if part)
    yield from _wrapped(f"{before}{entry.text}" + (f" Also in {others}." if others else ""), *indents, options)
    if entry.why:
        yield from _wrapped(entry.why, indents[1], indents[1], options)
