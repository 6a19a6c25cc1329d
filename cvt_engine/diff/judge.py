"""From facts to findings: one rule each, with positions looked up for what is reported."""

from __future__ import annotations

from msgspec import Struct, field
from msgspec.structs import replace

from cvt_engine.change import Change, Ref
from cvt_engine.diff.collect import Collector
from cvt_engine.diff.document import facts
from cvt_engine.diff.options import Comparison, Options
from cvt_engine.finding import Excerpt, Finding, Place, Severity, Witness, fingerprint, sort_key
from cvt_engine.load.spec import Spec
from cvt_engine.rules.row import Rule
from cvt_engine.rules.table import judging
from cvt_engine.schema.loc import Source
from cvt_engine.schema.overlap import SUPPOSED
from cvt_engine.schema.texts import spending
from cvt_engine.schema.values import show
from cvt_engine.schema.witness import Prover


def judge(base: Spec, revision: Spec, options: Options) -> Comparison:
    """Compare two descriptions and judge every difference."""
    sources = Source(base), Source(revision)
    collector = facts(*sources)
    court = _Court(base, revision, options, collector, Prover(*sources))
    found: dict[tuple[str, str], Finding] = {}
    with spending(collector.comparer.purse):
        for change, places in collector.facts.items():
            if (finding := court.judge(change, tuple(places))) is not None:
                key = (finding.fingerprint, finding.message)
                found[key] = _together(found[key], finding) if key in found else finding
    return Comparison(tuple(sorted(found.values(), key=sort_key)), frozenset(court.compatible))


class _Court(Struct, frozen=True):
    """All that judging one fact needs."""

    base: Spec
    revision: Spec
    options: Options
    collector: Collector
    prover: Prover
    compatible: set[str] = field(default_factory=set)

    def judge(self, change: Change, places: tuple[Place, ...]) -> Finding | None:
        """The finding for a fact, with its proof; None for compatible changes that were not asked for."""
        traits = _dated(change.traits, self.options.today)
        row = judging(change, traits)
        if row.silent and not (self.options.everything or "unproved" in traits):
            self.compatible.add(row.id)
            return None
        witness = self._prove(change, row)
        if witness is None and SUPPOSED in traits:
            return None
        if witness is not None and "unproved" in traits:
            row = judging(change, traits - {"unproved"})
        if row.silent:
            self.compatible.add(row.id)
        if row.silent and not self.options.everything:
            return None
        finding = _finding(row, change, places, (_excerpt(self.base, change.base), _excerpt(self.revision, change.revision)))
        return replace(finding, witness=witness) if witness else finding

    def _prove(self, change: Change, row: Rule) -> Witness | None:
        origin = self.collector.origins.get(change)
        if origin is None or not (row.severity is Severity.ERROR or "unproved" in change.traits):
            return None
        proof = self.prover.prove(change, origin.node)
        if proof is None:
            return None
        whole = self.prover.lift(proof, origin.root, origin.way, change.aspect)
        kind = change.side.value if whole is not None else "value"
        proof = whole or proof
        return Witness(kind, show(proof.value, limit=2_000), proof.accepted, proof.refused, proof.reason)


def _dated(traits: frozenset[str], today: str) -> frozenset[str]:
    passed = any(trait.startswith("sunset:") and trait[7:] <= today for trait in traits) if today else False
    return traits | {"sunset-passed"} if passed and "deprecated" in traits else traits


def _finding(row: Rule, change: Change, places: tuple[Place, ...], excerpts: tuple[Excerpt | None, Excerpt | None]) -> Finding:
    first = places[0]
    own = change.base or change.revision
    pointer = own.pointer if own else ""
    inline = pointer.startswith(("/paths/", "/webhooks/"))
    fields = {
        "operation": first.operation,
        "part": first.part or first.operation,
        "at": first.part or first.operation,
        "subject": change.subject,
        "before": "none" if change.before is None else change.before,
        "after": "none" if change.after is None else change.after,
        "instead": "" if change.after is None else f"; instead there is {change.after}",
    }
    return Finding(
        rule=row.id,
        severity=row.severity,
        message=row.message.format_map(fields),
        hint=row.hint,
        operation=first.operation,
        pointer=pointer,
        subject=change.subject,
        before=change.before,
        after=change.after,
        base=excerpts[0],
        revision=excerpts[1],
        places=places,
        wire_type=row.published,
        fingerprint=fingerprint(row.id, first.operation if inline else "", pointer, change.subject),
    )


def _excerpt(spec: Spec, ref: Ref | None) -> Excerpt | None:
    if ref is None or (document := spec.documents.get(ref.uri)) is None:
        return None
    return document.excerpt(ref.pointer)


def _together(first: Finding, second: Finding) -> Finding:
    return replace(first, places=tuple(dict.fromkeys((*first.places, *second.places))))
