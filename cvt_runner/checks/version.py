"""What the differences of two descriptions ask of info.version."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from typing import Any, Final

from cvt_engine.facade import RULES, Rule, Spec, rule
from cvt_engine.finding import Finding, Severity, fingerprint
from cvt_runner.model.report import Check, Item
from cvt_runner.model.version import Bump, VersionAdvice, VersionPolicy, advise

RULE: Final = "version-bump-missing"
_VERSION: Final = "info-version"
# What a description says beside the contract: no client can do more because of it.
_BESIDE: Final = frozenset(
    (_VERSION, "content-media-type", "content-schema", "default", "discriminator", "operation-id", "overlap", "security-scheme", "stability", "sunset", "tag")
)


def _adds(row: Rule) -> bool:
    """Whether clients may use or should know more than before: an addition, more that is accepted, a deprecation."""
    if not row.on or row.on[0] in _BESIDE:
        return False
    return row.on[1] in ("added", "widened") or (row.silent and row.on[1] == "removed" and row.on[2] == "request")


_ADDITIONS: Final = frozenset(row.id for row in RULES if _adds(row))
_VERSIONS: Final = frozenset(row.id for row in RULES if row.on and row.on[0] == _VERSION)


def info_of(spec: Spec, key: str) -> str:
    """A text of `info`, such as its title; "" where there is none."""
    info = spec.entry.tree.get("info") if isinstance(spec.entry.tree, dict) else None
    value = info.get(key) if isinstance(info, dict) else None
    return value if isinstance(value, str) else ""


def version_of(spec: Spec) -> str:
    """info.version where it is a text, else ""."""
    return info_of(spec, "version")


def required(base: Spec, head: Spec, items: Iterable[Item], compatible: frozenset[str]) -> Bump:
    """What the differences call for; `compatible` are the rules of the compatible ones."""
    found = [item.finding for item in items if item.check is Check.DIFF and item.finding.rule not in _VERSIONS]
    if any(finding.severity is Severity.ERROR for finding in found):
        return Bump.MAJOR
    if any(finding.severity is Severity.WARNING or finding.rule in _ADDITIONS for finding in found):
        return Bump.MINOR
    if not found and _same(base, head):
        return Bump.NONE
    return Bump.PATCH if compatible.isdisjoint(_ADDITIONS) else Bump.MINOR


def advice(base: Spec, head: Spec, bump: Bump) -> VersionAdvice:
    """Whether info.version announces a change of this size."""
    return advise(version_of(base), version_of(head), bump)


def policy_item(base: Spec, head: Spec, said: VersionAdvice, policy: VersionPolicy) -> Item | None:
    """The finding for a version that does not announce a break or an addition; other differences may go without a new version."""
    if policy is VersionPolicy.OFF or said.announced is not False or said.required.rank < Bump.MINOR.rank:
        return None
    row = rule(RULE)
    finding = Finding(
        rule=row.id,
        severity=Severity.ERROR if policy is VersionPolicy.ENFORCE else Severity.WARNING,
        message=row.message.format(required=said.required.value, went=said.went),
        hint=f"Set info.version to {said.suggested}." if said.suggested else row.hint,
        pointer="/info/version",
        subject=said.base,
        before=said.base,
        after=said.revision,
        base=base.entry.excerpt("/info/version"),
        revision=head.entry.excerpt("/info/version"),
        fingerprint=fingerprint(row.id, "", "/info/version", said.base),
    )
    return Item(finding, Check.POLICY)


def _same(base: Spec, head: Spec) -> bool:
    """Whether the documents say the same, apart from their version. Files are matched by their place beside the entry document."""
    sides = [{_beside(uri, spec): document for uri, document in spec.documents.items()} for spec in (base, head)]
    pairs = [(base.entry, head.entry), *((sides[0][name], sides[1][name]) for name in sides[0].keys() & sides[1].keys())]
    try:
        return all(old.data == new.data or _unversioned(old.tree) == _unversioned(new.tree) for old, new in pairs)
    except RecursionError:
        return False


def _beside(uri: str, spec: Spec) -> str:
    return posixpath.relpath(f"/{uri}", posixpath.dirname(f"/{spec.entry.uri}"))


def _unversioned(tree: Any) -> Any:
    info = tree.get("info") if isinstance(tree, dict) else None
    if not isinstance(info, dict):
        return tree
    return {**tree, "info": {key: value for key, value in info.items() if key != "version"}}
