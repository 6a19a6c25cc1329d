"""Release notes as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from cvt_runner.model.report import Report, SpecReport
from cvt_runner.render.changelog import Chapter, Entry, Group, advice, chapters, heading, names_operation, remarks, summary
from cvt_runner.render.escape import markdown, markdown_code
from cvt_runner.render.options import RenderOptions


def render(report: Report, _options: RenderOptions) -> str:
    """Everything that changed; nothing is cut, so no option applies."""
    blocks = [block for spec in report.specs for block in _spec(spec)]
    notes = "\n".join(f"> {markdown(note)}  " for note in remarks(report))
    return "\n\n".join(block for block in (*blocks, notes) if block) + "\n"


def _spec(spec: SpecReport) -> Iterator[str]:
    found = chapters(spec)
    title, versions = heading(spec)
    yield f"# {' '.join(part for part in (markdown(title), markdown(versions)) if part)}"
    yield " ".join(part for part in (markdown(summary(spec, found)), markdown(advice(spec))) if part)
    for chapter in found:
        yield from _chapter(chapter)


def _chapter(chapter: Chapter) -> Iterator[str]:
    yield f"## {chapter.section.heading}"
    yield "\n".join(line for group in chapter.groups for line in _group(group))


def _group(group: Group) -> Iterator[str]:
    name = markdown_code(group.operation) if group.operation else ""
    if len(group.entries) == 1 or not name:
        for entry in group.entries:
            joint = " " if names_operation(entry) else ": "
            yield from _entry(entry, f"- {name}{joint}" if name else "- ", indent="  ")
        return
    yield f"- {name}"
    for entry in group.entries:
        yield from _entry(entry, "  - ", indent="    ")


def _entry(entry: Entry, start: str, *, indent: str) -> Iterator[str]:
    others = " and ".join(part for part in (", ".join(map(markdown_code, entry.also)), entry.more) if part)
    yield f"{start}{markdown(entry.text)}" + (f" Also in {others}." if others else "")
    if entry.why:
        yield f"{indent}*{markdown(entry.why)}*"
