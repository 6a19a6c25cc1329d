"""The pull request comment. Plain Python: a template engine would cost more than the rest of the rendering."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from cvt_engine.finding import Finding, Position
from cvt_runner.model.report import Item, Report, SpecReport, SpecStatus, State, Verdict
from cvt_runner.render import wording
from cvt_runner.render.budget import COMMENT, Limit, size, take
from cvt_runner.render.escape import brief, html, markdown, markdown_block, markdown_code, markdown_html
from cvt_runner.render.fragments import Fragment, fragment
from cvt_runner.render.links import base_link, head_link, plain_url
from cvt_runner.render.options import RenderOptions
from cvt_runner.render.order import Entry, entries

MOST: Final = 50
OPEN: Final = 2
_ICONS: Final = {Verdict.OK: "✅", Verdict.BROKEN: "❌", Verdict.INCONCLUSIVE: "⚠️", Verdict.NOTHING: "➖"}
_CUT_ROOM: Final = 8_000


def render(report: Report, options: RenderOptions) -> str:
    """The comment's body, at most 60,000 characters."""
    return compose(report, options, limit=COMMENT, most=MOST)


def compose(report: Report, options: RenderOptions, *, limit: Limit, most: int) -> str:
    """Verdict first, then the worst findings, then everything that is needed to act on them; at most `limit.aim` and `most` findings."""
    head = list(_head(report))
    foot = [*_foot(report, options, limit)]
    found = entries(report, State.NEW)
    most = most if options.limit is None else min(most, options.limit)
    room = limit.aim - size("\n\n".join((*head, *foot)), limit.unit) - _CUT_ROOM
    bodies = take(_bodies(found, report, options), room=room, unit=limit.unit, most=most)
    return "\n\n".join((*head, *_grouped(found, bodies), *_cut(len(bodies), len(found), options), *foot)) + "\n"


def _cut(shown: int, total: int, options: RenderOptions) -> Iterator[str]:
    where = f"<{options.full_report}>" if plain_url(options.full_report) else markdown(wording.report_place(options.full_report))
    if shown < total:
        yield f"**{wording.cut_count(shown, total)}, full report: {where}**"


def _head(report: Report) -> Iterator[str]:
    yield f"### {_ICONS[report.verdict]} CVT{_group(report)}: {_verdict(report)}"
    yield from [_base(report)] if report.verdict is Verdict.INCONCLUSIVE else []
    yield from ["\n".join(lines)] if (lines := take(_specs(report), room=10_000, unit=COMMENT.unit, most=20)) else []


def _base(report: Report) -> str:
    because = markdown(brief(report.base.because, wording.MAX_TEXT))
    sha = markdown_code(brief(report.base.sha, 64)) if report.base.sha else "none"
    return f"base = {sha}" + (f" because {because}" if because and report.base.sha else f": {because}" if because else "")


def _group(report: Report) -> str:
    return f" ({markdown(brief(report.run.group, 60))})" if report.run.group else ""


def _verdict(report: Report) -> str:
    words = markdown(wording.headline(report))
    aside = f" {wording.aside(report)}".rstrip()
    if report.verdict in (Verdict.INCONCLUSIVE, Verdict.NOTHING):
        return words + aside
    told = wording.told(report)
    names = ", ".join(markdown_code(brief(spec.path, 80)) for spec in told[:3])
    return f"{words} in {names}" + (f" and {len(told) - 3:,} more" if len(told) > 3 else "") + aside


def _specs(report: Report) -> Iterator[str]:
    """One line for each specification that the findings alone do not explain."""
    for spec in report.specs:
        notes = [brief(note, 300) for note in (*_doubt(report, spec), *wording.spec_notes(spec, report))]
        status = "" if wording.alone(report) else _status(spec)
        if status or notes:
            yield f"- {markdown_code(brief(spec.path, 200))}: " + "; ".join((*([status] if status else []), *map(markdown, notes)))


def _doubt(report: Report, spec: SpecReport) -> list[str]:
    return [f"inconclusive: {spec.inconclusive}"] if spec.inconclusive and spec.inconclusive != report.inconclusive else []


def _status(spec: SpecReport) -> str:
    match spec.status:
        case SpecStatus.NEW:
            return "new API, nothing to compare with yet"
        case SpecStatus.DELETED:
            return "deleted"
        case SpecStatus.RENAMED:
            return f"renamed from {markdown_code(brief(spec.base_path, 200))}"
        case SpecStatus.CHANGED | SpecStatus.UNCHANGED:
            return ""


def _bodies(found: Iterable[Entry], report: Report, options: RenderOptions) -> Iterator[str]:
    return (_finding(entry.item, report, options, opened=n < OPEN) for n, entry in enumerate(found))


def _grouped(found: tuple[Entry, ...], bodies: list[str]) -> Iterator[str]:
    """The findings under a heading for each specification, where there are several."""
    groups: dict[str, list[str]] = {}
    for entry, body in zip(found, bodies, strict=False):
        groups.setdefault(entry.spec.path, []).append(body)
    for path, group in groups.items():
        yield from [f"#### {markdown_code(brief(path, 80))}"] if len(groups) > 1 else []
        yield "\n".join(group)


def _finding(item: Item, report: Report, options: RenderOptions, *, opened: bool) -> str:
    finding = item.finding
    parts = [f"<details{' open' if opened else ''}><summary>{_summary(item, report, options)}</summary>", _places(finding)]
    parts += [f"**{markdown(who[:1].upper() + who[1:])}**"] if (who := wording.met_by(item)) else []
    drawn = fragment(finding)
    if drawn:
        parts.append(markdown_block("\n".join(diff(drawn)), language="diff"))
    if not drawn or not drawn.telling:
        said = ", ".join(f"{word} {markdown_code(value)}" for word, value in wording.values(finding))
        parts.append(said[:1].upper() + said[1:])
    parts += [*_proof(finding), *([f"**Fix:** {markdown(wording.hint(finding))}"] if finding.hint else []), _reference(finding, report, options), "</details>"]
    return "\n\n".join(part for part in parts if part) + "\n"


def _summary(item: Item, report: Report, options: RenderOptions) -> str:
    finding = item.finding
    where = f" · {_anchor(finding.position, report, options, base=finding.revision is None)}" if finding.position else ""
    subject = f"<code>{html(wording.operation(finding))}</code> " if finding.operation or finding.pointer else ""
    return f"<b>{wording.label(item)}</b> {subject}{markdown_html(wording.remark(finding))}{where}"


def _anchor(position: Position, report: Report, options: RenderOptions, *, base: bool) -> str:
    """`file:line` as a link where one can be made, else as code; a line of the base says so."""
    text = f"<code>{html(brief(position.file, 120))}:{position.line}</code>" + (" (base)" if base else "")
    url = (base_link if base else head_link)(position, report, options)
    return f'<a href="{html(url)}">{text}</a>' if url else text


def _places(finding: Finding) -> str:
    here, (names, more) = wording.part(finding), wording.others(finding)
    also = " and ".join(part for part in (", ".join(map(markdown_code, names)), more) if part)
    parts = (f"In {markdown_code(here)}." if here else "", f"Also in {also}." if also else "")
    return " ".join(part for part in parts if part)


def diff(drawn: Fragment) -> tuple[str, ...]:
    """A fragment as the lines of a unified diff without common indent; of a removed or a new element only its own lines."""
    rows = tuple(_diff_rows(drawn))
    indent = min((len(text) - len(text.lstrip(" ")) for _, text in rows if text.strip()), default=0)
    return tuple(f"{mark} {text[indent:]}" for mark, text in rows)


def _diff_rows(drawn: Fragment) -> Iterator[tuple[str, str]]:
    both = drawn.base_exact and drawn.head_exact
    minus, plus = list[tuple[str, str]](), list[tuple[str, str]]()
    for left, right in drawn.rows:
        if both and left and right and left.mark == right.mark == " ":
            yield from (*minus, *plus, (" ", left.text))
            minus, plus = [], []
            continue
        minus += [("-", left.text)] if left and (drawn.base_exact or not drawn.head_exact) else []
        plus += [("+" if drawn.base else " ", right.text)] if right and drawn.head_exact else []
    yield from (*minus, *plus)


def _proof(finding: Finding) -> Iterator[str]:
    found = finding.witness
    if found is None:
        return
    value = wording.example(found)
    said = f"**Proved:** {markdown(wording.proof(found))}"
    if len(found.value) <= wording.LONG_VALUE:
        yield f"{said}: {markdown_code(value[0])}"
    else:
        yield f"{said}:"
        yield markdown_block("\n".join(value), language="json")


def _reference(finding: Finding, report: Report, options: RenderOptions) -> str:
    old = finding.base.position if finding.base and finding.revision else None
    parts = [markdown_code(f"cvt explain {brief(finding.rule, 80)}")]
    parts += [f"fingerprint {markdown_code(brief(finding.fingerprint, 80))}"] if finding.fingerprint else []
    if old:
        text = markdown_code(f"{brief(old.file, 120)}:{old.line}")
        url = base_link(old, report, options)
        parts.append(f"base {f'[{text}]({url})' if url else text}")
    return f"<sub>{' · '.join(parts)}</sub>"


def _foot(report: Report, options: RenderOptions, limit: Limit) -> Iterator[str]:
    yield from _waived(report, limit)
    yield from ["\n".join(notes)] if (notes := take((f"> {markdown(brief(n, 300))}  " for n in wording.notes(report)), room=8_000, unit=limit.unit)) else []
    yield from _reproduce(report)
    yield from _how_to_waive(report, options)
    yield f"<sub>{' · '.join(_origin(report))}</sub>"


def _origin(report: Report) -> Iterator[str]:
    if report.verdict is not Verdict.INCONCLUSIVE and (report.base.sha or report.base.because):
        yield _base(report)
    if report.discovered and report.specs:
        yield markdown(brief(report.discovered, 200))
    yield markdown(f"cvt {brief(report.run.tool_version, 40)}".strip())


def _waived(report: Report, limit: Limit) -> Iterator[str]:
    used = entries(report, State.WAIVED)
    if not used:
        return
    rows = take((_waiver_row(entry.item) for entry in used), room=min(limit.aim // 5, 100_000), unit=limit.unit, most=100)
    cut = wording.cut_line(len(rows), len(used), "")
    added = sum(1 for entry in used if entry.item.waiver and entry.item.waiver.added_here)
    title = wording.plural(len(used), "waived finding") + (f", {added:,} of them by waivers that this pull request adds" if added else "")
    opened = " open" if added else ""
    table = "\n".join(("| Finding | Reason | Owner | Until |", "|---|---|---|---|", *rows))
    yield f"<details{opened}><summary>{title}</summary>\n\n{table}\n\n" + (f"{cut}\n\n" if cut else "") + "</details>"


def _waiver_row(item: Item) -> str:
    finding = item.finding
    rule = markdown_code(brief(finding.rule, 80), cell=True)
    what = f"{markdown_code(wording.operation(finding), cell=True)} {markdown(wording.remark(finding))} ({rule})"
    if item.waiver is None:
        return f"| {what} | | | |"
    waiver = item.waiver.waiver
    added = " **added by this pull request**" if item.waiver.added_here else ""
    return f"| {what}{added} | {markdown(brief(waiver.reason, 200))} | {markdown(brief(waiver.owner, 80))} | {waiver.until.isoformat()} |"


def _reproduce(report: Report) -> Iterator[str]:
    if report.reproduce and report.verdict in (Verdict.BROKEN, Verdict.INCONCLUSIVE):
        command = markdown_block(brief(report.reproduce, 2_000), language="sh")
        yield f"<details><summary>Reproduce this locally</summary>\n\n{command}\n\n</details>"


def _how_to_waive(report: Report, options: RenderOptions) -> Iterator[str]:
    """A waiver entry for the worst finding, ready to paste once the date is filled in."""
    failing = [entry.item.finding for entry in entries(report, State.NEW) if entry.item.finding.severity.rank <= report.fail_on.rank]
    if report.verdict is not Verdict.BROKEN or not failing or not failing[0].fingerprint:
        return
    first = failing[0]
    entry = (
        "waivers:",
        f"  - fingerprint: {_quoted(first.fingerprint)}  # {brief(first.rule, 80)}",
        "    reason: why consumers can live with it",
        "    owner: who answers for it",
        "    until: YYYY-MM-DD",
    )
    block = markdown_block("\n".join(entry), language="yaml")
    file = markdown_code(brief(options.waivers_file, 200))
    how = f"Add to {file}, under its one `waivers:` line, and fill in the last three values:"
    yield f"<details><summary>Accept a finding for now</summary>\n\n{how}\n\n{block}\n\n</details>"


def _quoted(text: str) -> str:
    """A YAML single-quoted scalar: a fingerprint of digits only must stay a string."""
    return "'" + brief(text, 80).replace("'", "''") + "'"
