"""The terminal report: grouped by specification and operation, with the old and the new source lines."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final

from cvt_engine.finding import Finding
from cvt_runner.model.report import Item, Report, SpecReport, SpecStatus, State, Verdict
from cvt_runner.render import wording
from cvt_runner.render.escape import brief
from cvt_runner.render.fragments import Cell, Fragment, fragment
from cvt_runner.render.options import RenderOptions
from cvt_runner.render.order import entries

SIDE_BY_SIDE: Final = 96
FRAMES: Final = 50
_STYLES: Final = {"breaking": "1;31", "error": "1;31", "warning": "1;33", "info": "36", "dim": "2", "bold": "1", "-": "31", "+": "32", "ok": "1;32", " ": ""}
_VERDICTS: Final = {Verdict.OK: "ok", Verdict.BROKEN: "error", Verdict.INCONCLUSIVE: "warning", Verdict.NOTHING: "bold"}


def render(report: Report, options: RenderOptions) -> str:
    """The whole report. Every finding is listed unless `limit` says otherwise; code frames are drawn for the worst fifty."""
    found = entries(report, State.NEW)
    shown = found if options.limit is None else found[: options.limit]
    framed = {id(entry.item) for entry in shown[:FRAMES]}
    lines: list[str] = []
    for spec in (spec for spec in report.specs if spec.status is not SpecStatus.UNCHANGED or spec.items or wording.spec_notes(spec, report)):
        status = "" if wording.alone(report) else f"({_status(spec)})"
        lines += _spec(spec, (status, wording.spec_notes(spec, report)), [entry.item for entry in shown if entry.spec is spec], framed, options)
    lines += [_paint("dim", cut, options)] if (cut := wording.cut_line(len(shown), len(found), options.full_report)) else []
    lines += _foot(report, options)
    return "\n".join(lines) + "\n"


def _paint(style: str, text: str, options: RenderOptions) -> str:
    code = _STYLES[style]
    return f"\x1b[{code}m{text}\x1b[0m" if options.color and code and text else text


def _spec(spec: SpecReport, said: tuple[str, tuple[str, ...]], shown: list[Item], framed: set[int], options: RenderOptions) -> Iterator[str]:
    status, notes = said
    head = (_paint("bold", brief(spec.path, 500), options), wording.spec_title(spec), _paint("dim", status, options))
    yield " ".join(part for part in head if part)
    if spec.inconclusive:
        yield "  " + _paint("warning", "inconclusive", options) + " " + brief(spec.inconclusive, wording.MAX_TEXT)
    yield from (f"  {_paint('dim', 'note', options)} {note}" for note in notes)
    groups: dict[str, list[Item]] = {}
    for item in shown:
        groups.setdefault(wording.operation(item.finding), []).append(item)
    for name, items in groups.items():
        yield ""
        yield "  " + _paint("bold", name, options)
        for item in items:
            yield from _item(item, options, frame=id(item) in framed)
    yield from _waived(spec, options)
    yield ""


def _status(spec: SpecReport) -> str:
    return f"{spec.status.value} from {brief(spec.base_path, 500)}" if spec.base_path and spec.base_path != spec.path else spec.status.value


def _item(item: Item, options: RenderOptions, *, frame: bool) -> Iterator[str]:
    finding = item.finding
    word = wording.label(item)
    where = brief(str(finding.position), 500) if finding.position else ""
    yield f"    {_paint(word, word, options)}  {wording.message(finding)}"
    yield "      " + "  ".join(part for part in (where, _paint("dim", f"[{brief(finding.rule, 80)}]", options)) if part)
    drawn = fragment(finding) if frame else None
    if drawn:
        yield from _frame(drawn, options)
    yield from _details(item, options, told=drawn is not None and drawn.telling)


def _details(item: Item, options: RenderOptions, *, told: bool) -> Iterator[str]:
    finding = item.finding
    rows = (
        ("who", wording.met_by(item)),
        ("in", wording.part(finding)),
        ("value", "" if told else wording.change(finding)),
        ("also in", wording.elsewhere(finding)),
        ("proof", "\n          ".join(_proof(finding))),
        ("fix", wording.hint(finding)),
        ("more", f"cvt explain {brief(finding.rule, 80)}" + (f" · fingerprint {brief(finding.fingerprint, 80)}" if finding.fingerprint else "")),
    )
    for name, text in rows:
        if text:
            yield f"      {_paint('dim', name + ':', options)} {text}"


def _proof(finding: Finding) -> tuple[str, ...]:
    """What the witness shows; a long value follows in lines of its own."""
    found = finding.witness
    if found is None:
        return ()
    value = wording.example(found)
    said = wording.proof(found)
    return (f"{said}: {value[0]}",) if len(found.value) <= wording.LONG_VALUE else (f"{said}:", *value)


def _frame(drawn: Fragment, options: RenderOptions) -> Iterator[str]:
    if options.width >= SIDE_BY_SIDE and drawn.left and drawn.right:
        yield from _columns(drawn, options)
        return
    for title, cells in ((_title("base", drawn.base, exact=drawn.base_exact), drawn.left), (_title("head", drawn.head, exact=drawn.head_exact), drawn.right)):
        if cells:
            yield "      " + _paint("dim", title, options)
            yield from ("      " + _cell(cell, options.width - 6, options).rstrip() for cell in cells)


def _title(side: str, where: str, *, exact: bool) -> str:
    return f"{side} {where}" + ("" if exact else " (parent)")


def _columns(drawn: Fragment, options: RenderOptions) -> Iterator[str]:
    width = (options.width - 6 - 3) // 2
    titles = (_title("base", drawn.base, exact=drawn.base_exact), _title("head", drawn.head, exact=drawn.head_exact))
    yield "      " + _paint("dim", f"{_pad(titles[0], width)} | {_fit(titles[1], width)}", options)
    for left, right in drawn.rows:
        yield f"      {_cell(left, width, options)} | {_cell(right, width, options)}".rstrip()


def _cell(cell: Cell | None, width: int, options: RenderOptions) -> str:
    if cell is None:
        return " " * width
    return _paint(cell.mark, _pad(f"{cell.number:>5} {cell.mark} {cell.text}", width), options)


def _pad(text: str, width: int) -> str:
    fitted = _fit(text, width)
    return fitted + " " * (width - _columns_of(fitted))


def _fit(text: str, width: int) -> str:
    """At most `width` terminal columns."""
    if _columns_of(text) <= width:
        return text
    while text and _columns_of(text) > width - 1:
        text = text[:-1]
    return text + "…"


def _columns_of(text: str) -> int:
    """Terminal columns: wide characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _waived(spec: SpecReport, options: RenderOptions) -> Iterator[str]:
    for item in spec.items:
        if item.waiver is None:
            continue
        waiver = item.waiver.waiver
        added = " (waiver added by this change)" if item.waiver.added_here else ""
        who = f"{brief(waiver.owner, 80)}, until {waiver.until.isoformat()}: {brief(waiver.reason, 200)}"
        yield ""
        yield f"  {_paint('dim', 'waived', options)}  {wording.operation(item.finding)}: {wording.message(item.finding)} [{brief(item.finding.rule, 80)}]"
        yield f"    by {who}{added}"


def _foot(report: Report, options: RenderOptions) -> Iterator[str]:
    yield from (f"note: {note}" for note in wording.notes(report))
    yield from [_paint("dim", brief(report.discovered, wording.MAX_TEXT), options)] if report.discovered and report.specs else []
    yield from [_paint("dim", wording.base_line(report), options)] if report.base.sha or report.base.because else []
    verdict = report.verdict
    if verdict is Verdict.INCONCLUSIVE and (totals := wording.counts(wording.tally(report.items))):
        yield f"also found: {totals}"
    named = f"{verdict.value}: " if verdict in (Verdict.OK, Verdict.BROKEN) else ""
    yield f"{_paint(_VERDICTS[verdict], named + wording.headline(report), options)} {wording.aside(report)}".rstrip()
    if report.reproduce and verdict in (Verdict.BROKEN, Verdict.INCONCLUSIVE):
        yield f"reproduce: {brief(report.reproduce, 4_000)}"
