"""Rules about schemas: one row of words per aspect, spelled out for both directions.

Requests break when the accepted set shrinks, responses break when the possible set grows; the other way round is compatible.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from cvt_engine.finding import Severity
from cvt_engine.rules.row import Area, Rule

_A: Final = Area.SCHEMAS
_REQUEST_WHY: Final = "Values that existing clients send, and that were valid, are now refused."
_RESPONSE_WHY: Final = "The API may now answer with values that existing clients were told they would never see."
_REQUEST_HINT: Final = "Keep accepting what was accepted; tighten in a new field, operation or version."
_RESPONSE_HINT: Final = "Keep answering within what was promised; use a new field, operation or version for the rest."
_FINE: Final = "Nothing to do."


class _Words(NamedTuple):
    """An aspect: the id's noun, how to say that it became narrower, wider, or both, and in which of these cases it may stay undecided."""

    aspect: str
    narrowed: str
    widened: str
    changed: str
    wire: tuple[str | None, str | None] = (None, "RESPONSE_SCHEMA_CHANGED")
    doubtful: str = ""


_CHANGE: Final = "{at} changed {name} from {before} to {after}"
_KEYWORDS: Final[tuple[_Words, ...]] = (
    _Words(
        "type",
        "{at} now takes fewer types: {before} became {after}",
        "{at} now takes more types: {before} became {after}",
        "{at} changed type from {before} to {after}",
        ("TYPE_CHANGED", "RESPONSE_SCHEMA_CHANGED"),
    ),
    _Words("nullable", "{at} may no longer be null", "{at} may now be null", "", ("TYPE_CHANGED", "RESPONSE_SCHEMA_CHANGED")),
    _Words(
        "enum",
        "{at} is now limited to {after}",
        "{at} is no longer limited to {before}",
        "{at} is now limited to {after}, in part new values",
        doubtful="changed",
    ),
    _Words("minimum", "{at} raised its minimum from {before} to {after}", "{at} lowered its minimum from {before} to {after}", ""),
    _Words("maximum", "{at} lowered its maximum from {before} to {after}", "{at} raised its maximum from {before} to {after}", ""),
    _Words(
        "multiple-of",
        "{at} must now be a multiple of {after}",
        "{at} need no longer be a multiple of {before}",
        "{at} must be a multiple of {after} instead of {before}",
    ),
    _Words("min-length", "{at} raised its minimum length from {before} to {after}", "{at} lowered its minimum length from {before} to {after}", ""),
    _Words("max-length", "{at} lowered its maximum length from {before} to {after}", "{at} raised its maximum length from {before} to {after}", ""),
    _Words("pattern", "{at} must now match {after}", "{at} need no longer match {before}", "{at} must match {after} instead of {before}", doubtful="changed"),
    _Words(
        "format",
        "{at} now has format {after} instead of {before}",
        "{at} now has format {after} instead of {before}",
        "{at} changed format from {before} to {after}",
        ("TYPE_CHANGED", "RESPONSE_SCHEMA_CHANGED"),
        doubtful="narrowed widened changed",
    ),
    _Words("content-encoding", "", "", "{at} changed content encoding from {before} to {after}", ("TYPE_CHANGED", "RESPONSE_SCHEMA_CHANGED")),
    _Words(
        "min-items", "{at} raised its minimum number of items from {before} to {after}", "{at} lowered its minimum number of items from {before} to {after}", ""
    ),
    _Words(
        "max-items", "{at} lowered its maximum number of items from {before} to {after}", "{at} raised its maximum number of items from {before} to {after}", ""
    ),
    _Words("unique-items", "{at} must now have unique items", "{at} may now have repeated items", ""),
    _Words(
        "contains",
        "{at} must now contain certain items ({after})",
        "{at} need no longer contain certain items ({before})",
        "{at} must contain other items than before",
        doubtful="changed",
    ),
    _Words(
        "min-properties",
        "{at} raised its minimum number of properties from {before} to {after}",
        "{at} lowered its minimum number of properties from {before} to {after}",
        "",
    ),
    _Words(
        "max-properties",
        "{at} lowered its maximum number of properties from {before} to {after}",
        "{at} raised its maximum number of properties from {before} to {after}",
        "",
    ),
    _Words(
        "additional-properties",
        "{at} restricts undeclared properties: {before} became {after}",
        "{at} frees undeclared properties: {before} became {after}",
        "",
    ),
    _Words("property-names", "{at} now restricts its property names", "{at} no longer restricts its property names", ""),
    _Words("pattern-property", "{at} now restricts properties that match {subject}", "{at} no longer restricts properties that match {subject}", ""),
    _Words("dependent-required", "{at} now demands more properties together ({subject})", "{at} demands fewer properties together ({subject})", ""),
    _Words("dependent-schemas", "{at} now demands more when {subject} is there", "{at} demands less when {subject} is there", ""),
    _Words(
        "not",
        "{at} now forbids more values (not)",
        "{at} forbids fewer values (not)",
        "{at} forbids other values than before (not)",
        doubtful="narrowed widened changed",
    ),
    _Words(
        "condition",
        "{at} has a new condition (if/then/else)",
        "{at} lost a condition (if/then/else)",
        "{at} changed a condition (if/then/else)",
        doubtful="narrowed widened changed",
    ),
    _Words("alternative", "", "", "{at} changed its alternatives", doubtful="changed"),
)


def _keyword_rows(words: _Words) -> Iterator[Rule]:
    """Narrowed, widened and changed, each in both directions, the unproved variants first."""
    acts = (("narrowed", words.narrowed), ("widened", words.widened), ("changed", words.changed))
    for side, bad, why, hint, wire in (
        ("request", "narrowed", _REQUEST_WHY, _REQUEST_HINT, words.wire[0]),
        ("response", "widened", _RESPONSE_WHY, _RESPONSE_HINT, words.wire[1]),
    ):
        for act, text in acts:
            if not text:
                continue
            rule_id = f"{side}-{words.aspect}-{act}"
            on = (words.aspect, act, side)
            if act in (bad, "changed") and act in words.doubtful.split():
                yield Rule(
                    f"{rule_id}-unproved",
                    _A,
                    Severity.WARNING,
                    f"{text}; it could not be proved whether this breaks",
                    f"{why} This could be neither proved nor excluded, because the two sides cannot be compared as sets.",
                    "Check by hand with values that your consumers use.",
                    on,
                    when="unproved",
                )
            if act in (bad, "changed"):
                yield Rule(rule_id, _A, Severity.ERROR, text, why, hint, on, wire=wire)
            else:
                yield Rule(rule_id, _A, Severity.INFO, text, "Every value that was handled before is handled still.", _FINE, on, silent=True)


_SPELLED: Final[tuple[Rule, ...]] = tuple(
    Rule(
        f"{side}-type-{verb}",
        _A,
        Severity.WARNING,
        "{at} " + text + ": {before} became {after}",
        "By the letter the set of values changed; most likely only the description became " + clarity + ".",
        "Write the type on both sides.",
        ("type", act, side),
        when="implied",
    )
    for side, act, verb, text, clarity in (
        ("request", "narrowed", "stated", "now writes the type that its keywords spoke of", "clearer"),
        ("response", "widened", "unstated", "no longer writes the type that its keywords speak of", "less clear"),
    )
)

_MEMBERS: Final[tuple[Rule, ...]] = (
    Rule(
        "request-property-added-required",
        _A,
        Severity.ERROR,
        "{at} has a new required property {subject}",
        "Existing clients do not send it, so their requests are now refused. A default does not help: a required property must be sent.",
        "Make it optional and have the server fall back to a default.",
        ("property", "added", "request"),
        when="required",
        wire="REQUIRED_FIELD_ADDED",
    ),
    Rule(
        "request-property-added",
        _A,
        Severity.INFO,
        "{at} has a new optional property {subject}",
        "Existing clients need not send it.",
        _FINE,
        ("property", "added", "request"),
        silent=True,
    ),
    Rule(
        "request-property-removed-closed",
        _A,
        Severity.ERROR,
        "{at} no longer takes property {subject}",
        "Clients that send it are refused, because undeclared properties are not allowed.",
        "Keep accepting the property.",
        ("property", "removed", "request"),
        when="closed",
    ),
    Rule(
        "request-property-became-read-only",
        _A,
        Severity.WARNING,
        "property {subject} of {at} became read-only",
        "Clients that send it are no longer heard.",
        "Keep accepting it, or make sure no consumer relies on its effect.",
        ("property", "removed", "request"),
        when="hidden",
    ),
    Rule(
        "request-property-removed",
        _A,
        Severity.WARNING,
        "property {subject} of {at} was removed",
        "Clients that still send it are no longer heard: servers ignore what they do not know, some refuse it.",
        "Keep accepting it, or make sure no consumer relies on its effect.",
        ("property", "removed", "request"),
    ),
    Rule(
        "request-property-became-required",
        _A,
        Severity.ERROR,
        "property {subject} of {at} became required",
        "Existing clients may leave it out, and their requests are now refused. A default does not help: a required property must be sent.",
        "Keep it optional and have the server fall back to a default.",
        ("required", "added", "request"),
        wire="REQUIRED_FIELD_ADDED",
    ),
    Rule(
        "request-property-became-optional",
        _A,
        Severity.INFO,
        "property {subject} of {at} became optional",
        "Clients that send it are still right.",
        _FINE,
        ("required", "removed", "request"),
        silent=True,
    ),
    Rule(
        "response-property-removed-required",
        _A,
        Severity.ERROR,
        "required property {subject} of {at} was removed",
        "Clients read a property that was promised always to be there, and find nothing.",
        "Keep sending it; mark it deprecated first.",
        ("property", "removed", "response"),
        when="required",
        wire="RESPONSE_SCHEMA_CHANGED",
    ),
    Rule(
        "response-property-became-write-only",
        Area.POLICY,
        Severity.WARNING,
        "optional property {subject} of {at} became write-only",
        "Clients that read it when it is there no longer find it.",
        "Keep sending it, or check that no consumer reads it.",
        ("property", "removed", "response"),
        when="hidden",
        if_used=True,
    ),
    Rule(
        "response-property-removed",
        Area.POLICY,
        Severity.WARNING,
        "optional property {subject} of {at} was removed",
        "Clients that read it when it is there no longer find it.",
        "Keep sending it, or check that no consumer reads it.",
        ("property", "removed", "response"),
        wire="RESPONSE_SCHEMA_CHANGED",
        if_used=True,
    ),
    Rule(
        "response-property-added-closed",
        _A,
        Severity.WARNING,
        "{at} has a new property {subject}, although undeclared properties were excluded",
        "Clients that hold the API to its word refuse objects with properties they do not know.",
        "Ask strict consumers to accept unknown properties.",
        ("property", "added", "response"),
        when="closed",
    ),
    Rule(
        "response-property-added",
        _A,
        Severity.INFO,
        "{at} has a new property {subject}",
        "Clients ignore properties they do not know.",
        _FINE,
        ("property", "added", "response"),
        silent=True,
    ),
    Rule(
        "response-property-became-optional",
        _A,
        Severity.ERROR,
        "property {subject} of {at} became optional",
        "Clients read a property that was promised always to be there, and may find nothing.",
        "Keep it required and always send it.",
        ("required", "removed", "response"),
        wire="RESPONSE_SCHEMA_CHANGED",
    ),
    Rule(
        "response-property-became-required",
        _A,
        Severity.INFO,
        "property {subject} of {at} is now always sent",
        "Clients that were ready for its absence are still right.",
        _FINE,
        ("required", "added", "response"),
        silent=True,
    ),
)

_VALUES: Final[tuple[Rule, ...]] = (
    Rule(
        "request-enum-value-removed",
        _A,
        Severity.ERROR,
        "{at} no longer takes {subject}",
        "Clients that send one of these values are now refused.",
        _REQUEST_HINT,
        ("enum-value", "removed", "request"),
        wire="ENUM_VALUE_REMOVED",
    ),
    Rule(
        "request-enum-value-added",
        _A,
        Severity.INFO,
        "{at} also takes {subject}",
        "Existing clients keep sending what they sent.",
        _FINE,
        ("enum-value", "added", "request"),
        silent=True,
    ),
    Rule(
        "response-enum-value-added",
        _A,
        Severity.ERROR,
        "{at} may now be {subject}",
        "Clients were promised a closed list and meet a value they have never seen.",
        _RESPONSE_HINT,
        ("enum-value", "added", "response"),
        wire="RESPONSE_SCHEMA_CHANGED",
    ),
    Rule(
        "response-enum-value-removed",
        _A,
        Severity.INFO,
        "{at} is never {subject} any more",
        "Clients that were ready for the value are still right.",
        _FINE,
        ("enum-value", "removed", "response"),
        silent=True,
    ),
    Rule(
        "request-alternative-removed",
        _A,
        Severity.ERROR,
        "{at} no longer takes {subject}",
        "Clients that send this alternative are now refused.",
        _REQUEST_HINT,
        ("alternative", "removed", "request"),
        wire="TYPE_CHANGED",
    ),
    Rule(
        "request-alternative-added",
        _A,
        Severity.INFO,
        "{at} also takes {subject}",
        "Existing clients keep sending what they sent.",
        _FINE,
        ("alternative", "added", "request"),
        silent=True,
    ),
    Rule(
        "response-alternative-added",
        _A,
        Severity.ERROR,
        "{at} may now be {subject}",
        "Clients meet an alternative they have never seen.",
        _RESPONSE_HINT,
        ("alternative", "added", "response"),
        wire="RESPONSE_SCHEMA_CHANGED",
    ),
    Rule(
        "response-alternative-removed",
        _A,
        Severity.INFO,
        "{at} is never {subject} any more",
        "Clients that were ready for the alternative are still right.",
        _FINE,
        ("alternative", "removed", "response"),
        silent=True,
    ),
)


def _both(noun: str, act: str, severity: tuple[Severity, Severity], text: str, why: str, hint: str, *, silent: bool = False, when: str = "") -> Iterator[Rule]:
    for side, level in zip(("request", "response"), severity, strict=True):
        name = f"{side}-{noun}-{act}" + (f"-{when}" if when else "")
        yield Rule(name, _A, level, text, why, hint, (noun, act, side), when=when, silent=silent)


_OTHER: Final[tuple[Rule, ...]] = (
    *_both(
        "discriminator",
        "changed",
        (Severity.ERROR, Severity.ERROR),
        "{at} is now told apart by {after} instead of {before}",
        "The other side looks for the old property to tell which alternative it has.",
        "Keep the discriminator property.",
    ),
    *_both(
        "discriminator-value",
        "removed",
        (Severity.WARNING, Severity.INFO),
        "discriminator values {subject} of {at} were removed",
        "The other side uses the value to say which alternative it means.",
        "Keep the old value in the mapping.",
        when="inherited",
    ),
    *_both(
        "discriminator-value",
        "added",
        (Severity.INFO, Severity.WARNING),
        "discriminator values {subject} of {at} were added",
        "The other side uses the value to tell which alternative it has, and does not know the new one.",
        "Tell consumers before sending it.",
        when="inherited",
    ),
    *_both(
        "discriminator-value",
        "removed",
        (Severity.ERROR, Severity.INFO),
        "discriminator values {subject} of {at} were removed",
        "The other side uses the value to say which alternative it means.",
        "Keep the old value in the mapping.",
    ),
    *_both(
        "discriminator-value",
        "added",
        (Severity.INFO, Severity.ERROR),
        "discriminator values {subject} of {at} were added",
        "The other side uses the value to tell which alternative it has, and does not know the new one.",
        "Keep the old value in the mapping.",
    ),
    *_both(
        "discriminator-value",
        "changed",
        (Severity.ERROR, Severity.ERROR),
        "discriminator value {subject} of {at} now stands for another alternative",
        "The other side uses the value to say which alternative it means.",
        "Keep what each value stands for.",
    ),
    *_both(
        "xml",
        "changed",
        (Severity.WARNING, Severity.WARNING),
        "{at} has another XML prefix for the same namespace: {before} became {after}",
        "Whoever reads namespaces sees no difference; whoever looks for the prefix no longer finds the name.",
        "Keep the prefix.",
        when="prefix",
    ),
    *_both(
        "xml",
        "changed",
        (Severity.ERROR, Severity.ERROR),
        "{at} is written differently in XML: {before} became {after}",
        "The other side looks for the old element or attribute, and does not find it.",
        "Keep the names, attributes and wrappers of existing values.",
    ),
    *_both(
        "unreadable",
        "changed",
        (Severity.WARNING, Severity.WARNING),
        "{at} could not be compared: {subject} leads to nothing that can be read on one side",
        "A reference is broken or points outside of the repository, so that nobody can tell what the schema behind it demands.",
        "Correct the reference, or keep a copy of the schema in the repository.",
    ),
    *_both(
        "default",
        "changed",
        (Severity.WARNING, Severity.INFO),
        "default of {at} changed from {before} to {after}",
        "Clients that leave the value out now get the effect of another one.",
        "Keep the default.",
    ),
    *_both(
        "default",
        "removed",
        (Severity.WARNING, Severity.INFO),
        "default of {at} was removed (it was {before})",
        "Clients that leave the value out may now get another effect.",
        "Keep the default.",
    ),
    *_both(
        "default",
        "added",
        (Severity.INFO, Severity.INFO),
        "{at} now has the default {after}",
        "Clients that leave the value out now know what it means.",
        _FINE,
        silent=True,
    ),
    *_both(
        "deprecated",
        "added",
        (Severity.INFO, Severity.INFO),
        "{at} is now deprecated",
        "It still works; consumers should plan to move on.",
        "Name the replacement in the description.",
    ),
    *_both(
        "deprecated",
        "removed",
        (Severity.INFO, Severity.INFO),
        "{at} is no longer deprecated",
        "Nothing changes for consumers.",
        _FINE,
        silent=True,
    ),
)

ROWS: Final[tuple[Rule, ...]] = (*_MEMBERS, *_VALUES, *_SPELLED, *(row for words in _KEYWORDS for row in _keyword_rows(words)), *_OTHER)
