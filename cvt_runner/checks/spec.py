"""Lint and diff of one specification: a SpecPair goes in, a SpecReport comes out."""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from cvt_engine.errors import EngineError, SourceMissing
from cvt_engine.facade import CompareOptions, Reader, Spec, comparison, lint, load_spec, parse_document, rule
from cvt_engine.finding import Excerpt, Finding, fingerprint
from cvt_runner.checks.levels import Levels, adjust, apart
from cvt_runner.checks.unreadable import unreadable
from cvt_runner.checks.version import advice, info_of, policy_item, required, version_of
from cvt_runner.model.levels import Adjustment
from cvt_runner.model.report import Check, Item, SpecReport, SpecStatus, State
from cvt_runner.model.spec import SpecPair
from cvt_runner.model.version import VersionAdvice, VersionPolicy

REMOVED: Final = "api-removed"


class Readers(Struct, frozen=True):
    """How both sides are read; `base` is None when there is no base. `today` is the ISO date that sunsets are measured by."""

    head: Reader
    base: Reader | None = None
    today: str = ""


class Judgement(Struct, frozen=True):
    """How findings are judged. `changelog` also gathers the compatible changes."""

    levels: Levels = Levels()
    version_policy: VersionPolicy = VersionPolicy.OFF
    changelog: bool = False


DEFAULT: Final = Judgement()


class _Difference(Struct, frozen=True):
    """What was found between two versions; `inconclusive` says why that cannot be told."""

    items: tuple[Item, ...] = ()
    changes: tuple[Finding, ...] = ()
    advice: VersionAdvice | None = None
    adjusted: tuple[Adjustment, ...] = ()
    inconclusive: str = ""


def check_spec(pair: SpecPair, readers: Readers, judgement: Judgement = DEFAULT) -> SpecReport:
    """Run every check that applies to this pair. Never raises for content."""
    match pair.status:
        case SpecStatus.UNCHANGED:
            return _report(pair)
        case SpecStatus.DELETED:
            return _deleted(pair, readers, judgement)
        case _:
            return _present(pair, readers, judgement)


def _present(pair: SpecPair, readers: Readers, judgement: Judgement) -> SpecReport:
    head = _load(readers.head, pair.head)
    if isinstance(head, EngineError):
        return _report(pair, items=(Item(unreadable(head, path=pair.head), Check.LINT),), readable=False)
    problems = lint(head)
    base = _load(readers.base, pair.base, like=head) if pair.base and readers.base else None
    old = frozenset(problem.fingerprint for problem in lint(base)) if problems and isinstance(base, Spec) else frozenset[str]()
    linted = adjust(_items(problems, Check.LINT, existing=old), judgement.levels)
    if not isinstance(base, Spec):
        doubt = pair.unknown if base is None else f"the base version cannot be read: {base}"
        return _report(pair, items=linted.items, adjusted=linted.adjusted, head=head, inconclusive=doubt)
    found = _differences(base, head, today=readers.today, judgement=judgement)
    return _compared(pair, replace(found, items=(*linted.items, *found.items), adjusted=(*linted.adjusted, *found.adjusted)), base=base, head=head)


def compare_only(pair: SpecPair, readers: Readers, judgement: Judgement = DEFAULT) -> SpecReport:
    """The differences alone. An unreadable head is a finding, an unreadable base leaves the question open."""
    head = _load(readers.head, pair.head)
    base = _load(readers.base or readers.head, pair.base, like=head)
    if isinstance(head, EngineError):
        return _report(pair, items=(Item(unreadable(head, path=pair.head), Check.LINT),), readable=False)
    if isinstance(base, EngineError):
        return _report(pair, head=head, inconclusive=f"the base version cannot be read: {base}")
    return _compared(pair, _differences(base, head, today=readers.today, judgement=judgement), base=base, head=head)


def _compared(pair: SpecPair, found: _Difference, *, base: Spec, head: Spec) -> SpecReport:
    more = {"changes": found.changes, "adjusted": found.adjusted, "version_advice": found.advice, "inconclusive": found.inconclusive}
    return _report(pair, items=found.items, head=head, base=base, **more)


def _differences(base: Spec, head: Spec, *, today: str, judgement: Judgement) -> _Difference:
    """The differences, or why they cannot be told: a file that only a reference reaches may be unreadable on either side."""
    whole = judgement.changelog or judgement.levels.names_silent
    try:
        compared = comparison(base, head, CompareOptions(today=today, everything=whole))
    except EngineError as error:
        return _Difference(inconclusive=f"the two versions cannot be compared: {error}")
    changes, loud = apart(compared.findings, judgement.levels)
    if loud and (hole := _hole(base, head)):
        return _Difference(inconclusive=hole)
    done = adjust(_items(loud, Check.DIFF), judgement.levels)
    said = advice(base, head, required(base, head, done.items, compared.compatible))
    policy = policy_item(base, head, said, judgement.version_policy)
    extra = adjust((policy,) if policy else (), judgement.levels)
    doubt = next((item.message for item in loud if item.rule in _UNREADABLE), "")
    return _Difference((*done.items, *extra.items), changes, said, (*done.adjusted, *extra.adjusted), inconclusive=doubt)


_UNREADABLE: Final = frozenset({"request-unreadable-changed", "response-unreadable-changed"})
"""Rules that say: here nobody can tell."""


def _hole(base: Spec, head: Spec) -> str:
    """A file of both sides that cannot be read on the base side: next to it, every difference is a guess."""
    for uri in head.documents.keys() - base.documents.keys() - {head.entry.uri}:
        try:
            parse_document(base.read(uri), uri)
        except SourceMissing:
            continue
        except EngineError as error:
            return f"a file of the base version cannot be read: {error}"
    return ""


def _deleted(pair: SpecPair, readers: Readers, judgement: Judgement) -> SpecReport:
    base = _load(readers.base, pair.base) if readers.base else None
    spec = base if isinstance(base, Spec) else None
    done = adjust((Item(removed(pair.base, spec), Check.DIFF),), judgement.levels)
    return _report(pair, items=done.items, adjusted=done.adjusted, base=spec)


def removed(path: str, base: Spec | None) -> Finding:
    """The one finding for a specification that is gone."""
    row = rule(REMOVED)
    title = _title(base)
    return Finding(
        rule=row.id,
        severity=row.severity,
        message=row.message.format(name=title or path, path=path),
        hint=row.hint,
        subject=path,
        before=path,
        base=_start_of(base),
        wire_type=row.published,
        fingerprint=fingerprint(row.id, "", "", path),
    )


def _start_of(spec: Spec | None) -> Excerpt | None:
    return spec.entry.excerpt("/info") if spec else None


def _load(read: Reader, path: str, *, like: Spec | EngineError | None = None) -> Spec | EngineError:
    try:
        return load_spec(read, path, like=like if isinstance(like, Spec) else None)
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
        title=_title(head or base),
        version=version_of(head) if head else "",
        base_version=version_of(base) if base else "",
        **more,
    )


def _title(spec: Spec | None) -> str:
    return info_of(spec, "title") if spec else ""
