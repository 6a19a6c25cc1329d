"""The sentences that several formats share: verdict, counts, places, the base line."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from cvt_engine.finding import Finding, Severity, Witness
from cvt_runner.model.levels import Adjustment, Level
from cvt_runner.model.report import Check, Item, Report, SpecReport, SpecStatus, State, Verdict
from cvt_runner.model.version import Bump, VersionAdvice
from cvt_runner.render.budget import STATUS
from cvt_runner.render.escape import brief, clip

MAX_TEXT: Final = 400
LONG_VALUE: Final = 60
"""Characters up to which an example stands in its sentence; a longer one gets lines of its own."""

_VALUE_LINES: Final = 30
_NOW_REFUSED: Final = "was valid, and is now refused"
_NOW_SENT: Final = "was excluded, and may now be sent"
_PROOFS: Final = {
    ("request", "base", "revision"): f"this request {_NOW_REFUSED}",
    ("response", "revision", "base"): f"this response {_NOW_SENT}",
    ("value", "base", "revision"): f"this value {_NOW_REFUSED}",
    ("value", "revision", "base"): f"this value {_NOW_SENT}",
}


class Tally(Struct, frozen=True):
    """How many findings of each kind. Breaking changes and errors of the document itself are counted apart; all but the last two are new."""

    breaking: int = 0
    errors: int = 0
    tests: int = 0
    warnings: int = 0
    infos: int = 0
    waived: int = 0
    existing: int = 0


def tally(items: tuple[Item, ...]) -> Tally:
    """Count items by kind."""
    kinds = ["failed test" if item.check is Check.TEST else kind(item) for item in items]
    names = ("breaking", "error", "failed test", "warning", "info", "waived", "existing")
    return Tally(*(kinds.count(name) for name in names))


def kind(item: Item) -> str:
    """`breaking`, `error`, `warning` or `info` for a new finding, else its state."""
    return label(item) if item.state is State.NEW else item.state.value


def label(item: Item) -> str:
    """The word for a finding's severity: an error found by comparing is `breaking`."""
    if item.check is Check.DIFF and item.finding.severity is Severity.ERROR:
        return "breaking"
    return item.finding.severity.value


def plural(count: int, one: str, many: str = "") -> str:
    """A number with its noun.

    >>> plural(1, "place"), plural(1234, "breaking change")
    ('1 place', '1,234 breaking changes')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def counts(totals: Tally) -> str:
    """The counts of new findings that are not zero, in words, or "" when all are.

    >>> counts(Tally(breaking=2, warnings=1, waived=1))
    '2 breaking changes, 1 warning'
    """
    rows = (
        (totals.breaking, "breaking change", ""),
        (totals.errors, "document error", ""),
        (totals.tests, "failed contract test", ""),
        (totals.warnings, "warning", ""),
        (totals.infos, "note", ""),
    )
    return ", ".join(plural(count, one, many) for count, one, many in rows if count)


def aside(report: Report) -> str:
    """What does not count: `(1 waived, 12 already in the base)`, or ""."""
    totals = tally(report.items)
    off = sum(one.count for one in report.adjusted if one.level is Level.OFF)
    lowered = sum(one.count for one in report.adjusted if one.eased) - off
    rows = ((totals.waived, "waived"), (totals.existing, "already in the base"), (lowered, "lowered"), (off, "switched off"))
    words = ", ".join(f"{count:,} {word}" for count, word in rows if count)
    return f"({words})" if words else ""


def headline(report: Report) -> str:
    """The verdict in words, without the names of files: one line, safe for a terminal."""
    totals = tally(report.items)
    match report.verdict:
        case Verdict.BROKEN:
            return _broken(report, totals)
        case Verdict.INCONCLUSIVE:
            return f"inconclusive: {reason(report)}" + (" (passes: on-inconclusive is neutral)" if report.neutral_inconclusive else "")
        case Verdict.NOTHING:
            return "nothing to check: " + brief(report.discovered, MAX_TEXT) if report.discovered else "nothing to check: no OpenAPI document found"
        case Verdict.OK:
            return _fine(report, totals)


def breaks(report: Report, *, most: int = 5) -> str:
    """Who breaks by the registry: `breaks checkout-web (prod), billing (staging)`, or "" where nobody is known to."""
    names = list(dict.fromkeys(name for item in report.items if item.state is State.NEW and kind(item) == "breaking" for name in item.consumers))
    return _named("breaks", names, most) if names else ""


def met_by(item: Item, *, most: int = 10) -> str:
    """Which registered consumers meet a finding, or ""."""
    word = "breaks" if item.finding.severity is Severity.ERROR else "met by"
    return _named(word, list(item.consumers), most) if item.consumers else ""


def _named(word: str, names: list[str], most: int) -> str:
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return f"{word} {', '.join(brief(name, 80) for name in names[:most])}{more}"


def _broken(report: Report, totals: Tally) -> str:
    who = breaks(report)
    words = counts(totals) + (f": {who}" if who else "")
    only_warnings = not totals.breaking and not totals.errors and not totals.tests
    return f"{words} (fail-on: {report.fail_on.value})" if only_warnings else words


def _fine(report: Report, totals: Tally) -> str:
    rest = counts(totals)
    tail = f", {rest}" if rest else ""
    if alone(report):
        return f"no errors{tail}" if rest else "no problems found"
    statuses = {spec.status for spec in report.specs}
    if statuses == {SpecStatus.NEW}:
        return f"new API, nothing to compare with yet{tail}"
    if statuses == {SpecStatus.UNCHANGED}:
        return f"no contract change{tail}"
    return f"no breaking changes{tail}"


def alone(report: Report) -> bool:
    """Whether documents were checked on their own, so that nothing was to be compared."""
    return report.run.platform == "local" and report.run.event == "lint"


def reason(report: Report) -> str:
    """Why a run is inconclusive, in one line."""
    reasons = [report.inconclusive] if report.inconclusive else []
    reasons += [f"{spec.path}: {spec.inconclusive}" for spec in report.specs if spec.inconclusive and spec.inconclusive != report.inconclusive]
    more = f" (and {plural(len(reasons) - 1, 'more reason')})" if len(reasons) > 1 else ""
    return brief(reasons[0], MAX_TEXT) + more if reasons else "no reason given"


def told(report: Report) -> tuple[SpecReport, ...]:
    """The specifications with something new to say, or all when none has."""
    return tuple(spec for spec in report.specs if any(item.state is State.NEW for item in spec.items) or spec.inconclusive) or report.specs


def spec_names(report: Report, *, most: int = 3) -> str:
    """The paths of the specifications with something to say, or of all: the first few and a count, escaped for one line."""
    specs = told(report)
    names = ", ".join(brief(spec.path, 80) for spec in specs[:most])
    return f"{names} and {len(specs) - most:,} more" if len(specs) > most else names


def status_line(report: Report, limit: int = STATUS.aim) -> str:
    """One line for a commit status, at most `limit` characters."""
    names = spec_names(report)
    verdict = f"{headline(report)} in {names}" if names and report.verdict is not Verdict.INCONCLUSIVE else headline(report)
    return clip(" ".join(part for part in (verdict, aside(report)) if part), limit)


def notes(report: Report) -> tuple[str, ...]:
    """What the user's severities did, then the notes of the run: each one line of bounded length."""
    return (*map(adjustment, report.adjusted), *(brief(note, MAX_TEXT) for note in report.notes))


def adjustment(one: Adjustment) -> str:
    """`3 findings of operation-removed: lowered from error to warning by cvt.yaml:4`."""
    match one.level:
        case Level.OFF:
            what = f"switched off (they were {one.was.value})" if one.count != 1 else f"switched off (it was {one.was.value})"
        case _:
            what = f"{'lowered' if one.eased else 'raised'} from {one.was.value} to {one.level.value}"
    own = ", which this very change sets" if one.added_here else ""
    return f"{plural(one.count, 'finding')} of {brief(one.rule, 80)}: {what} by {brief(one.place, 200)}{own}"


def spec_notes(spec: SpecReport, report: Report) -> tuple[str, ...]:
    """What the version should say, then the notes of a specification: each one line of bounded length."""
    advice = spec.version_advice
    wanted = advice is not None and advice.required is not Bump.NONE and (_compared(report) or _misleading(advice))
    said = (brief(advice.sentence, MAX_TEXT),) if advice is not None and wanted else ()
    return (*said, *(brief(note, MAX_TEXT) for note in spec.notes))


def _compared(report: Report) -> bool:
    return report.run.platform == "local" and report.run.event == "compare"


def _misleading(advice: VersionAdvice) -> bool:
    """Pull requests often leave the version to the release; only a break that it hides is worth a line there."""
    return advice.required is Bump.MAJOR and advice.announced is False


def base_line(report: Report) -> str:
    """`base = <sha> because ...`, or why there is none."""
    because = brief(report.base.because, MAX_TEXT)
    if not report.base.sha:
        return f"base = none{': ' + because if because else ''}"
    return f"base = {brief(report.base.sha, 64)}{' because ' + because if because else ''}"


def spec_title(spec: SpecReport) -> str:
    """`Shop API 1.4.0 -> 1.5.0`: title and versions, or "" when the document says neither."""
    versions = " -> ".join(dict.fromkeys(brief(v, 40) for v in (spec.base_version, spec.version) if v))
    return " ".join(part for part in (brief(spec.title, 80), versions) if part)


_WHOLE: Final = {"contract-test-failed": "the tests", "registration-refused": "the registry"}
"""What a finding is listed under that is about no part of a document."""


def operation(finding: Finding) -> str:
    """What a finding is listed under: its operation, else its pointer, else the whole document."""
    return brief(finding.operation or finding.pointer or _WHOLE.get(finding.rule, "the document"), 200)


def part(finding: Finding) -> str:
    """The part of the first place, such as `response 200 > items[].price`; "" where there is none or the message already names it."""
    named = finding.places[0].part if finding.places else ""
    return "" if named in finding.message else brief(named, 200)


def others(finding: Finding, *, most: int = 3) -> tuple[tuple[str, ...], str]:
    """The first few other operations a finding shows up in, and `299 more operations` for the rest, or ""."""
    names = [name for name in dict.fromkeys(place.operation for place in finding.places) if name and name != finding.operation]
    more = plural(len(names) - most, "more operation") if len(names) > most else ""
    return tuple(brief(name, 100) for name in names[:most]), more


def elsewhere(finding: Finding) -> str:
    """The other operations in one line: `PUT /orders, GET /carts and 299 more operations`, or ""."""
    names, more = others(finding)
    return " and ".join(part for part in (", ".join(names), more) if part)


def message(finding: Finding) -> str:
    """The finding's message as one line of bounded length."""
    return brief(finding.message, MAX_TEXT)


def remark(finding: Finding) -> str:
    """The message without its operation where it starts with it: for listings that have just named the operation."""
    said = message(finding)
    return said.removeprefix(f"{operation(finding)} ") if finding.operation else said


def hint(finding: Finding) -> str:
    """The fix hint as one line of bounded length."""
    return brief(finding.hint, MAX_TEXT)


def change(finding: Finding) -> str:
    """`was 100, is now 50` as one line of bounded length, or "" when the finding has neither value."""
    parts = [f"{word} {value}" for word, value in values(finding)]
    return ", ".join(parts)


def values(finding: Finding) -> tuple[tuple[str, str], ...]:
    """The two values, each with the words that go before it, as one line of bounded length each; a side without a value is left out."""
    sides = (("was", finding.before), ("is now", finding.after))
    return tuple((word, brief(value, 200)) for word, value in sides if value is not None)


def proof(found: Witness) -> str:
    """What a witness shows, who refuses it and why, as one line: the value follows.

    >>> proof(Witness("request", "51", "base", "revision", "51 is greater than the maximum of 50"))
    'this request was valid, and is now refused (the revision says: 51 is greater than the maximum of 50)'
    """
    accepts, refuses = brief(found.accepted_by, 40), brief(found.refused_by, 40)
    said = _PROOFS.get((found.kind, found.accepted_by, found.refused_by)) or f"this {brief(found.kind, 40)} is accepted by the {accepts}, and refused"
    return f"{said} (the {refuses} says: {brief(found.reason, 200)})" if found.reason else f"{said} (by the {refuses})"


def example(found: Witness) -> tuple[str, ...]:
    """The value of a witness: one line when it is short, else as indented JSON where it is JSON, cut at a sane length."""
    if len(found.value) <= LONG_VALUE:
        return (brief(found.value, LONG_VALUE * 4),)
    lines = _indented(found.value).split("\n")
    shown = tuple(brief(line, 160) for line in lines[:_VALUE_LINES])
    return (*shown, f"… {plural(len(lines) - _VALUE_LINES, 'more line')}") if len(lines) > _VALUE_LINES else shown


def _indented(value: str) -> str:
    import msgspec

    try:
        return msgspec.json.format(value, indent=2)
    except (msgspec.DecodeError, RecursionError, ValueError):
        return brief(value, 2_000)


def cut_line(shown: int, total: int, full_report: str) -> str:
    """`showing 12 of 340, full report: ...`, or "" when nothing was cut."""
    return f"{cut_count(shown, total)}, full report: {report_place(full_report)}" if shown < total else ""


def cut_count(shown: int, total: int) -> str:
    """`showing 12 of 340`."""
    return f"showing {shown:,} of {total:,}"


def report_place(full_report: str) -> str:
    """Where the uncut report is, in one line."""
    return brief(full_report, MAX_TEXT) or "the JSON result"
