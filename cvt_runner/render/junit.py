"""JUnit XML: a suite for each specification, a case for each finding, or one passing case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from cvt_runner.model.report import Item, Report, SpecReport, State, Verdict
from cvt_runner.render import wording
from cvt_runner.render.annotations import text
from cvt_runner.render.budget import JUNIT, size, take
from cvt_runner.render.escape import brief, clip, xml
from cvt_runner.render.options import RenderOptions
from cvt_runner.render.order import Entry, entries

_ENVELOPE = 2_000


def render(report: Report, options: RenderOptions) -> str:
    """What counts towards the verdict fails, other new findings pass with their text, waived ones are skipped, inconclusive is an error."""
    found = entries(report, State.NEW, State.WAIVED)
    names = _Names()
    fixed = {id(spec): list(_fixed(spec, report, names)) for spec in report.specs}
    used = sum(size(part, JUNIT.unit) for parts in fixed.values() for part in parts)
    room = JUNIT.aim - used - _ENVELOPE * (len(report.specs) + 2) - size("".join(xml(brief(spec.path, 500)) for spec in report.specs), JUNIT.unit)
    cases = take((_case(entry, report, names) for entry in found), room=room, unit=JUNIT.unit, most=options.limit)
    for entry, case in zip(found, cases, strict=False):
        fixed[id(entry.spec)].append(case)
    suites = [_suite(spec.path, fixed[id(spec)]) for spec in report.specs] or [_suite("cvt", [_whole(report, names)])]
    if report.inconclusive and report.specs:
        suites.append(_suite("cvt", [_whole(report, names)]))
    cut = wording.cut_line(len(cases), len(found), options.full_report)
    said = f"<system-out>{xml(cut)}</system-out>" if cut else ""
    if said:
        suites.append(f'<testsuite name="{xml(cut)}" tests="0" failures="0" errors="0" skipped="0">{said}</testsuite>\n')
    totals = _totals("".join(suites))
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="cvt" {totals} time="{report.run.duration_ms / 1000:.3f}">\n'
    return f"{head}{''.join(suites)}</testsuites>\n"


class _Names:
    """Makes case names unique in the file: a second case of the same name would be dropped."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def unique(self, name: str) -> str:
        """The name, numbered from its second use on."""
        kept = xml(brief(name, 500))
        self._seen[kept] += 1
        return kept if self._seen[kept] == 1 else self.unique(f"{brief(name, 480)} #{self._seen[kept]}")


def _totals(cases: str) -> str:
    """The counters of a suite, taken from what was written."""
    kinds = (("tests", "<testcase "), ("failures", "<failure "), ("errors", "<error "), ("skipped", "<skipped "))
    return " ".join(f'{name}="{cases.count(tag)}"' for name, tag in kinds)


def _suite(name: str, cases: list[str]) -> str:
    written = "".join(cases)
    return f'<testsuite name="{xml(brief(name, 500))}" {_totals(written)} time="0">\n{written}</testsuite>\n'


def _fixed(spec: SpecReport, report: Report, names: _Names) -> Iterator[str]:
    """The cases that are always there: the reason of an inconclusive specification, or one case when nothing was found."""
    head = f'<testcase classname="{xml(brief(spec.path, 500))}" time="0" name='
    if spec.inconclusive:
        reason = brief(spec.inconclusive, wording.MAX_TEXT)
        yield f'{head}"{names.unique(f"{spec.path}: can be judged")}">{_doubt(reason, report)}</testcase>\n'
    elif not any(item.state is not State.EXISTING for item in spec.items):
        yield f'{head}"{names.unique(f"{spec.path}: no finding ({spec.status.value})")}"></testcase>\n'


def _whole(report: Report, names: _Names) -> str:
    head = f'<testcase classname="cvt" time="0" name="{names.unique(wording.headline(report))}">'
    doubt = _doubt(wording.headline(report), report) if report.verdict is Verdict.INCONCLUSIVE else ""
    return f"{head}{doubt}</testcase>\n"


def _doubt(reason: str, report: Report) -> str:
    if report.neutral_inconclusive:
        return f'<skipped message="{xml(reason)}"></skipped>'
    return f'<error type="inconclusive" message="{xml(reason)}"></error>'


def _case(entry: Entry, report: Report, names: _Names) -> str:
    finding = entry.item.finding
    path = xml(brief(entry.spec.path, 500))
    subject = f" {brief(finding.subject, 100)}" if finding.subject else ""
    name = names.unique(f"{brief(finding.rule, 100)}: {wording.operation(finding)}{subject} [{brief(finding.fingerprint, 40)}]")
    return f'<testcase classname="{path}" file="{path}" time="0" name="{name}">{_outcome(entry.item, report)}</testcase>\n'


def _outcome(item: Item, report: Report) -> str:
    finding = item.finding
    where = f"{brief(str(finding.position), 500)}\n" if finding.position else ""
    body = xml(f"{where}{clip(text(finding), 4_000)}")
    if item.state is State.WAIVED:
        reason = f"waived until {item.waiver.waiver.until.isoformat()}: {brief(item.waiver.waiver.reason, 200)}" if item.waiver else "waived"
        return f'<skipped message="{xml(reason)}"></skipped>'
    if finding.severity.rank <= report.fail_on.rank:
        return f'<failure type="{xml(wording.label(item))}" message="{xml(wording.message(finding))}">{body}</failure>'
    return f"<system-out>{body}</system-out>"
