"""SARIF 2.1.0 (OASIS), within the limits of code scanning uploads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final

from cvt_engine.facade import RULES, Rule
from cvt_engine.finding import Excerpt, Finding, Position, Severity
from cvt_runner.model.report import Check, Item, Report, SpecStatus, State, Verdict
from cvt_runner.render import wording
from cvt_runner.render.annotations import text
from cvt_runner.render.budget import SARIF_LOCATIONS, SARIF_RESULTS, SARIF_SIZE, SARIF_TAGS, Unit, size
from cvt_runner.render.escape import brief, clip, uri_path, visible
from cvt_runner.render.links import in_tree
from cvt_runner.render.options import RenderOptions
from cvt_runner.render.order import Entry, entries

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_PORTION: Final = 200
_LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_PROBLEM: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "recommendation"}
_STATES: Final = {State.NEW: 0, State.WAIVED: 1, State.EXISTING: 2}


def render(report: Report, options: RenderOptions) -> str:
    """One run with every finding, new ones first; waived ones are suppressed, those already in the base are `unchanged`."""
    import msgspec

    found = sorted(entries(report), key=lambda entry: _STATES[entry.item.state])
    most = SARIF_RESULTS.aim if options.limit is None else min(SARIF_RESULTS.aim, options.limit)
    rules = list(dict.fromkeys(_rule_id(entry.item.finding) for entry in found[:most]))
    index = {rule: n for n, rule in enumerate(rules)}
    results = _within(_results(found[:most], index), SARIF_SIZE.aim)
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report, options, rules, results, total=len(found))]}
    return msgspec.json.encode(log).decode() + "\n"


def _within(results: Iterable[dict[str, Any]], room: int) -> list[dict[str, Any]]:
    """As many results as stay below the compressed size, in portions. Nothing is compressed before the plain size could exceed it."""
    import msgspec

    taken: list[dict[str, Any]] = []
    plain, packed, waiting = 0, 0, list[str]()
    source = iter(results)
    while portion := list(islice(source, _PORTION)):
        encoded = msgspec.json.encode(portion).decode()
        plain += len(encoded)
        waiting.append(encoded)
        if plain > room:
            packed, waiting = packed + size("".join(waiting), Unit.GZIP), []
            if packed > room:
                break
        taken += portion
    return taken


def _run(report: Report, options: RenderOptions, rules: list[str], results: list[dict[str, Any]], *, total: int) -> dict[str, Any]:
    cut = wording.cut_line(len(results), total, options.full_report)
    known = {rule.id: rule for rule in RULES}
    driver = {
        "name": "cvt",
        "version": brief(report.run.tool_version, 40) or "0",
        "rules": [_rule(name, known.get(name)) for name in rules],
    }
    group = brief(report.run.group, 100)
    return {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"cvt/{group}/" if group else "cvt/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report, cut)],
        "results": results,
    }


def _invocation(report: Report, cut: str) -> dict[str, Any]:
    notices = [wording.base_line(report), *([cut] if cut else []), *wording.notes(report)[:50]]
    notifications = [{"level": "note", "message": {"text": notice}} for notice in notices]
    doubt = report.verdict is Verdict.INCONCLUSIVE
    if doubt:
        notifications.insert(0, {"level": "error", "message": {"text": wording.headline(report)}})
    return {"executionSuccessful": not doubt, "exitCode": report.exit_code, "toolExecutionNotifications": notifications}


def _rule_id(finding: Finding) -> str:
    return brief(finding.rule, 200) or "unknown"


def _rule(name: str, known: Rule | None) -> dict[str, Any]:
    title = {"text": name.replace("-", " ").capitalize()}
    if known is None:
        return {"id": name, "shortDescription": title}
    tags = ["openapi", "contract", known.area.value][: SARIF_TAGS.aim]
    return {
        "id": name,
        "shortDescription": title,
        "fullDescription": {"text": known.why or name},
        "help": {"text": f"{known.why}\n\n{known.hint}".strip() or name},
        "defaultConfiguration": {"level": _LEVELS[known.severity]},
        "properties": {"tags": tags, "problem.severity": _PROBLEM[known.severity], "precision": "high"},
    }


def _results(found: list[Entry], index: dict[str, int]) -> Iterator[dict[str, Any]]:
    seen: Counter[str] = Counter()
    for entry in found:
        mark = brief(entry.item.finding.fingerprint, 100)
        seen[mark] += 1
        yield _result(entry, index, f"{mark}:{seen[mark]}")


def _result(entry: Entry, index: dict[str, int], mark: str) -> dict[str, Any]:
    finding = entry.item.finding
    rule = _rule_id(finding)
    result: dict[str, Any] = {
        "ruleId": rule,
        "ruleIndex": index[rule],
        "level": _LEVELS[finding.severity],
        "message": {"text": clip(visible(text(finding)), 2_000)},
        "locations": [_location(entry)],
        "partialFingerprints": {"cvt/v1": mark, "primaryLocationLineHash": mark},
        "baselineState": "unchanged" if entry.item.state is State.EXISTING else "new",
        "properties": {"check": entry.item.check.value, "proved": finding.proved},
    }
    return result | ({"suppressions": [_suppression(entry.item)]} if entry.item.state is State.WAIVED else {})


def _suppression(item: Item) -> dict[str, Any]:
    suppression: dict[str, Any] = {"kind": "external", "status": "accepted"}
    if item.waiver:
        waiver = item.waiver.waiver
        said = f"{brief(waiver.reason, wording.MAX_TEXT)} ({brief(waiver.owner, 80)}, until {waiver.until.isoformat()})"
        suppression["justification"] = said
    return suppression


def _location(entry: Entry) -> dict[str, Any]:
    """The head's line, else the file alone, else only the operation: a line of the base would point to something else in the head."""
    location: dict[str, Any] = {}
    revision = entry.item.finding.revision
    path = revision.position.file if revision else entry.spec.path
    if entry.item.check is not Check.TEST and in_tree(path) and (revision or entry.spec.status is not SpecStatus.DELETED):
        location["physicalLocation"] = {"artifactLocation": {"uri": uri_path(path)}} | _region(revision)
    names = dict.fromkeys(brief(place.operation, 200) for place in entry.item.finding.places if place.operation)
    logical = [{"fullyQualifiedName": name, "kind": "resource"} for name in list(names)[: SARIF_LOCATIONS.aim]]
    return location | ({"logicalLocations": logical} if logical else {})


def _region(excerpt: Excerpt | None) -> dict[str, Any]:
    at: Position | None = excerpt.position if excerpt else None
    if at is None or at.line < 1:
        return {}
    region = {"startLine": at.line, "startColumn": max(at.column, 1)}
    if at.end_line > at.line or (at.end_line == at.line and at.end_column > at.column):
        region |= {"endLine": at.end_line, "endColumn": max(at.end_column, 1)}
    return {"region": region}
