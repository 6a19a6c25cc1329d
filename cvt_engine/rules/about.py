"""Rules about what a description says beside the contract: told in a changelog, or left to the reader."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cvt_engine.finding import Severity
from cvt_engine.rules.row import Area, Rule

_NOTHING: Final = "Nothing to do."
_MEDIA: Final = "content-media-type"


def _told(rule_id: str, area: Area, message: str, why: str, on: tuple[str, str, str]) -> Rule:
    return Rule(rule_id, area, Severity.INFO, message, why, _NOTHING, on, silent=True)


def _sides(end: str, message: str, why: str, aspect: str, act: str) -> tuple[Rule, ...]:
    return tuple(_told(f"{side}-{end}", Area.SCHEMAS, message, why, (aspect, act, side)) for side in ("request", "response"))


def _content(side: str) -> Iterator[Rule]:
    """What a text holds: the media type is a promise like an encoding, the schema of its content is looked into by nobody."""
    wire = "TYPE_CHANGED" if side == "request" else "RESPONSE_SCHEMA_CHANGED"
    yield Rule(
        f"{side}-content-media-type-changed",
        Area.SCHEMAS,
        Severity.ERROR,
        "the text of {at} changed its media type from {before} to {after}",
        "The other side writes or reads the text in the old form.",
        "Keep contentMediaType; use a new field for the new form.",
        ("content-media-type", "changed", side),
        wire=wire,
    )
    for act in ("added", "removed"):
        text = "The text itself may be what it was; only its description became clearer, or less clear."
        yield _told(
            f"{side}-content-media-type-{act}", Area.SCHEMAS, "the media type of the text {at} went from {before} to {after}", text, (_MEDIA, act, side)
        )
    harmless = "removed" if side == "request" else "added"
    for act in ("added", "removed", "changed"):
        if act == harmless:
            text = "Every text that was handled before is handled still."
            yield _told(
                f"{side}-content-schema-{act}", Area.SCHEMAS, "what the text of {at} holds went from {before} to {after}", text, ("content-schema", act, side)
            )
            continue
        yield Rule(
            f"{side}-content-schema-{act}-unproved",
            Area.SCHEMAS,
            Severity.WARNING,
            "what the text of {at} holds went from {before} to {after}; it could not be proved whether this breaks",
            "contentSchema describes a document inside a text, which validators do not look into.",
            "Check by hand with values that your consumers use.",
            ("content-schema", act, side),
        )


def _overlap(side: str, act: str) -> Iterator[Rule]:
    """Alternatives of which exactly one must fit: an error where a value proves it, else only worth a line in a changelog."""
    on = ("overlap", act, side)
    yield Rule(
        f"{side}-alternatives-overlap-unproved",
        Area.SCHEMAS,
        Severity.INFO,
        "{at}: what fits one alternative of oneOf may fit another as well",
        "oneOf refuses what fits two alternatives; no value was found that this happens to.",
        "Use anyOf, or a discriminator that tells the alternatives apart.",
        on,
        when="unproved",
        silent=True,
    )
    yield Rule(
        f"{side}-alternatives-overlap",
        Area.SCHEMAS,
        Severity.ERROR,
        "{at}: what was valid now fits two alternatives of oneOf, which takes exactly one",
        "Values that were handled before are refused because two alternatives fit them.",
        "Use anyOf, or a discriminator that tells the alternatives apart.",
        on,
        wire="TYPE_CHANGED" if side == "request" else "RESPONSE_SCHEMA_CHANGED",
    )


ROWS: Final[tuple[Rule, ...]] = (
    _told(
        "operation-tag-added",
        Area.OPERATIONS,
        "{operation} got the tag {subject}",
        "Tags group operations in documents; they are not on the wire.",
        ("tag", "added", "none"),
    ),
    _told(
        "operation-tag-removed",
        Area.OPERATIONS,
        "{operation} lost the tag {subject}",
        "Tags group operations in documents; they are not on the wire.",
        ("tag", "removed", "none"),
    ),
    Rule(
        "version-decreased",
        Area.POLICY,
        Severity.INFO,
        "info.version went back from {before} to {after}",
        "Versions are expected to grow; a lower one points to a mistake or to an old branch.",
        "Write a version above the published one.",
        ("info-version", "changed", "none"),
        when="decreased",
    ),
    _told(
        "version-changed",
        Area.POLICY,
        "info.version went from {before} to {after}",
        "The version says how much a release changes; it is not on the wire.",
        ("info-version", "changed", "none"),
    ),
    Rule(
        "security-address-changed",
        Area.SECURITY,
        Severity.WARNING,
        "{subject} changed from {before} to {after}",
        "Clients fetch their tokens at the old address; whether these are still accepted depends on the server.",
        "Keep the old address working, or tell consumers when it stops.",
        ("security-address", "changed", "none"),
    ),
    _told(
        "security-scope-described",
        Area.SECURITY,
        "scope list of a security scheme: {subject} went from {before} to {after}",
        "What operations demand is judged where they demand it; the list only describes scopes.",
        ("security-scope", "changed", "none"),
    ),
    _told(
        "security-scheme-detail-changed",
        Area.SECURITY,
        "{subject} went from {before} to {after}",
        "What this means for an operation's clients is judged at the operation.",
        ("security-detail", "changed", "none"),
    ),
    _told(
        "security-scheme-added",
        Area.SECURITY,
        "security scheme {subject} was added",
        "No operation demands it by itself.",
        ("security-scheme", "added", "none"),
    ),
    _told(
        "security-scheme-removed",
        Area.SECURITY,
        "security scheme {subject} was removed",
        "What this means for an operation's clients is judged at the operation.",
        ("security-scheme", "removed", "none"),
    ),
    *_sides(
        "access-changed", "{at} went from {before} to {after}", "What this means for the value is judged as a property that came or went.", "access", "changed"
    ),
    *_sides("discriminator-added", "{at} is told apart by {after}", "The alternatives themselves are judged one by one.", "discriminator", "added"),
    *_sides(
        "discriminator-removed", "{at} is no longer told apart by {before}", "The alternatives themselves are judged one by one.", "discriminator", "removed"
    ),
    *(row for side in ("request", "response") for row in _content(side)),
    *_overlap("request", "narrowed"),
    *_overlap("response", "widened"),
)
