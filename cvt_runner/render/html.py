"""The HTML report: one file, nothing loaded from anywhere, readable and printable without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from cvt_engine.finding import Position
from cvt_runner.model.report import Report, SpecReport, State
from cvt_runner.render import wording
from cvt_runner.render.budget import HTML, take
from cvt_runner.render.escape import brief
from cvt_runner.render.fragments import fragment
from cvt_runner.render.links import base_link, head_link
from cvt_runner.render.options import RenderOptions
from cvt_runner.render.order import Entry, entries
from cvt_runner.render.page import asset, environment, policy

MOST: Final = 2_000
_MOST_WAIVED: Final = 500
_MOST_SPECS: Final = 500
_MOST_NOTES: Final = 200


def render(report: Report, options: RenderOptions) -> str:
    """The page, at most 6,000,000 bytes of findings; scripts and styles run only by their hash."""
    templates = environment()
    finding: Any = templates.get_template("finding.html.j2").module
    found = entries(report, State.NEW)
    most = MOST if options.limit is None else min(MOST, options.limit)
    bodies = take((str(finding.finding(_view(entry, report, options))) for entry in found), room=HTML.aim, unit=HTML.unit, most=most)
    waived = entries(report, State.WAIVED)
    page = templates.get_template("report.html.j2")
    return page.render(
        report=report,
        headline=wording.headline(report),
        aside=wording.aside(report),
        notes=wording.notes(report)[:_MOST_NOTES],
        groups=_groups(found, bodies),
        specs=[_spec(spec, report) for spec in report.specs[:_MOST_SPECS]],
        more_specs=max(len(report.specs) - _MOST_SPECS, 0),
        waived=[(entry, wording.operation(entry.item.finding), wording.remark(entry.item.finding)) for entry in waived[:_MOST_WAIVED]],
        more_waived=max(len(waived) - _MOST_WAIVED, 0),
        cut=wording.cut_line(len(bodies), len(found), options.full_report),
        kinds=[kind for kind in ("breaking", "error", "warning", "info") if any(wording.label(entry.item) == kind for entry in found)],
        style=asset("report.css"),
        script=asset("report.js"),
        policy=policy(style="report.css", script="report.js"),
    )


def _view(entry: Entry, report: Report, options: RenderOptions) -> dict[str, Any]:
    """What the template shows of a finding: everything as one line of bounded length."""
    finding = entry.item.finding
    base, head = finding.base, finding.revision
    drawn = fragment(finding)
    return {
        "kind": wording.label(entry.item),
        "rule": brief(finding.rule, 100),
        "fingerprint": brief(finding.fingerprint, 80),
        "operation": wording.operation(finding),
        "message": wording.remark(finding),
        "who": wording.met_by(entry.item),
        "part": wording.part(finding),
        "places": tuple(_places(entry)),
        "more_places": wording.plural(max(len(finding.places) - 20, 0), "more place") if len(finding.places) > 20 else "",
        "pairs": () if drawn and drawn.telling else wording.values(finding),
        "hint": wording.hint(finding),
        "fragment": drawn,
        "head": _side(head.position, head_link(head.position, report, options)) if head else None,
        "base": _side(base.position, base_link(base.position, report, options)) if base else None,
        "proof": wording.proof(finding.witness) if finding.witness else "",
        "example": wording.example(finding.witness) if finding.witness else (),
        "long": finding.witness is not None and len(finding.witness.value) > wording.LONG_VALUE,
    }


def _places(entry: Entry) -> Iterator[str]:
    for place in entry.item.finding.places[:20]:
        yield brief(" > ".join(part for part in (place.operation, place.part) if part), 200)


def _side(position: Position, url: str) -> dict[str, str]:
    return {"where": brief(str(position), 200), "url": url}


def _spec(spec: SpecReport, report: Report) -> dict[str, Any]:
    return {
        "path": brief(spec.path, 300),
        "from": brief(spec.base_path, 300) if spec.base_path != spec.path else "",
        "title": wording.spec_title(spec),
        "status": "linted" if wording.alone(report) else spec.status.value,
        "counts": wording.counts(wording.tally(spec.items)) or ("inconclusive" if spec.inconclusive else "nothing found"),
        "notes": [*([brief(spec.inconclusive, wording.MAX_TEXT)] if spec.inconclusive else []), *wording.spec_notes(spec, report)][:20],
    }


def _groups(found: tuple[Entry, ...], bodies: list[str]) -> list[tuple[str, list[Any]]]:
    from markupsafe import Markup

    groups: dict[str, list[Any]] = {}
    for entry, body in zip(found, bodies, strict=False):
        groups.setdefault(entry.spec.path, []).append(Markup(body))  # rendered by the autoescaping template just before
    return [(brief(path, 300), group) for path, group in groups.items()]
