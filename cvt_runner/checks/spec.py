"""Lint and diff of one specification: a SpecPair goes in, a SpecReport comes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from cvt_engine.errors import EngineError, SourceMissing
from cvt_engine.facade import CompareOptions, Reader, Spec, compare, lint, load_spec, parse_document, rule
from cvt_engine.finding import Excerpt, Finding, fingerprint
from cvt_runner.checks.unreadable import unreadable
from cvt_runner.model.report import Check, Item, SpecReport, SpecStatus, State
from cvt_runner.model.spec import SpecPair

REMOVED: Final = "api-removed"


@dataclass(frozen=True, slots=True)
class Readers:
    """How both sides are read; `base` is None when there is no base. `today` is the ISO date that sunsets are measured by."""

    head: Reader
    base: Reader | None = None
    today: str = ""


def check_spec(pair: SpecPair, readers: Readers) -> SpecReport:
    """Run every check that applies to this pair. Never raises for content."""
    match pair.status:
        case SpecStatus.UNCHANGED:
            return _report(pair, notes=("identical to the base: not read",))
        case SpecStatus.DELETED:
            return _deleted(pair, readers)
        case _:
            return _present(pair, readers)


def _present(pair: SpecPair, readers: Readers) -> SpecReport:
    head = _load(readers.head, pair.head)
    if isinstance(head, EngineError):
        return _report(pair, items=(Item(unreadable(head, path=pair.head), Check.LINT),))
    problems = lint(head)
    if not pair.base or readers.base is None:
        return _report(pair, items=_items(problems, Check.LINT), head=head)
    base = _load(readers.base, pair.base)
    if isinstance(base, EngineError):
        return _report(pair, items=_items(problems, Check.LINT), head=head, inconclusive=f"the base version cannot be read: {base}")
    old = frozenset(problem.fingerprint for problem in lint(base)) if problems else frozenset[str]()
    items, inconclusive = _differences(base, head, today=readers.today)
    return _report(pair, items=(*_items(problems, Check.LINT, existing=old), *items), head=head, base=base, inconclusive=inconclusive)


def compare_only(pair: SpecPair, readers: Readers) -> SpecReport:
    """The differences alone. An unreadable head is a finding, an unreadable base leaves the question open."""
    head, base = _load(readers.head, pair.head), _load(readers.base or readers.head, pair.base)
    if isinstance(head, EngineError):
        return _report(pair, items=(Item(unreadable(head, path=pair.head), Check.LINT),))
    if isinstance(base, EngineError):
        return _report(pair, head=head, inconclusive=f"the base version cannot be read: {base}")
    items, inconclusive = _differences(base, head, today=readers.today)
    return _report(pair, items=items, head=head, base=base, inconclusive=inconclusive)


def _differences(base: Spec, head: Spec, *, today: str) -> tuple[tuple[Item, ...], str]:
    """The differences, or why they cannot be told: a file that only a reference reaches may be unreadable on either side."""
    try:
        found = compare(base, head, CompareOptions(today=today))
    except EngineError as error:
        return (), f"the two versions cannot be compared: {error}"
    hole = _hole(base, head) if found else ""
    return ((), hole) if hole else (_items(found, Check.DIFF), "")


def _hole(base: Spec, head: Spec) -> str:
    """A file of both sides that cannot be read on the base side: next to it, every difference is a guess."""
    for uri in head.documents.keys() - base.documents.keys():
        try:
            parse_document(base.read(uri), uri)
        except SourceMissing:
            continue
        except EngineError as error:
            return f"a file of the base version cannot be read: {error}"
    return ""


def _deleted(pair: SpecPair, readers: Readers) -> SpecReport:
    base = _load(readers.base, pair.base) if readers.base else None
    spec = base if isinstance(base, Spec) else None
    return _report(pair, items=(Item(removed(pair.base, spec), Check.DIFF),), base=spec)


def removed(path: str, base: Spec | None) -> Finding:
    """The one finding for a specification that is gone."""
    row = rule(REMOVED)
    title = _info(base, "title")
    return Finding(
        rule=row.id,
        severity=row.severity,
        message=row.message.format(name=title or path, path=path),
        hint=row.hint,
        subject=path,
        before=path,
        base=_start_of(base),
        wire_type=row.wire,
        fingerprint=fingerprint(row.id, "", "", path),
    )


def _start_of(spec: Spec | None) -> Excerpt | None:
    return spec.entry.excerpt("/info") if spec else None


def _load(read: Reader, path: str) -> Spec | EngineError:
    try:
        return load_spec(read, path)
    except EngineError as error:
        return error


def _items(findings: tuple[Finding, ...], check: Check, *, existing: frozenset[str] = frozenset()) -> tuple[Item, ...]:
    return tuple(Item(finding, check, State.EXISTING if finding.fingerprint in existing else State.NEW) for finding in findings)


def _report(pair: SpecPair, *, items: tuple[Item, ...] = (), head: Spec | None = None, base: Spec | None = None, **more: Any) -> SpecReport:
    return SpecReport(
        path=pair.path,
        status=pair.status,
        items=items,
        base_path=pair.base,
        api=pair.api,
        title=_info(head or base, "title"),
        version=_info(head, "version"),
        base_version=_info(base, "version"),
        **more,
    )


def _info(spec: Spec | None, key: str) -> str:
    info = spec.entry.tree.get("info") if spec and isinstance(spec.entry.tree, dict) else None
    value = info.get(key) if isinstance(info, dict) else None
    return value if isinstance(value, str) else ""
