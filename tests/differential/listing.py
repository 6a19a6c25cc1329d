"""The listed disagreements: one row per pair, each with what the test checks it by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from cvt_engine.document import Document
from cvt_engine.finding import Finding
from tests.differential.ours import Compared
from tests.differential.search import search

LIST: Final = Path(__file__).with_name("listed.yaml")
TOLD: Final = Path(__file__).with_name("told_otherwise.yaml")


@dataclass(frozen=True, slots=True)
class Row:
    """One disagreement. `witness` is the rule whose finding proves the break that CVT reports; without it, no break is to be found by a search.

    `because` is the key of the ground it rests on.
    """

    base: str
    revision: str
    breaking: bool
    witness: str
    because: str


class Told(NamedTuple):
    """A fact that the peer tells: its check, and the pair."""

    check: str
    base: str
    revision: str


def told_otherwise() -> dict[Told, str]:
    """For each listed fact the rule that tells it, "" where it is not told. Raises ValueError for a row that is doubled or without a ground."""
    content = yaml.safe_load(TOLD.read_text("utf-8"))
    rows: dict[Told, str] = {}
    for item in content["rows"]:
        told = Told(item["id"], item["base"], item["revision"])
        if told in rows or ("as" in item) == (item.get("because") in content["grounds"]):
            raise ValueError(f"{told}: doubled, or neither told otherwise nor for a reason that exists")
        rows[told] = item.get("as", "")
    return rows


def load(path: Path = LIST) -> tuple[dict[str, str], dict[tuple[str, str], Row]]:
    """The grounds by key and the rows by pair. Raises ValueError for a row that is doubled or malformed."""
    content = yaml.safe_load(path.read_text("utf-8"))
    rows: dict[tuple[str, str], Row] = {}
    for item in content["rows"]:
        pair = (item["base"], item["revision"])
        if pair in rows or (item["ours"], item["theirs"]) not in (("breaking", "compatible"), ("compatible", "breaking")):
            raise ValueError(f"{pair}: doubled, or not a disagreement")
        proof = item.get("witness", "")
        if bool(proof) != (item["ours"] == "breaking") or (not proof and item.get("searched") != "no break found") or item["because"] not in content["grounds"]:
            raise ValueError(f"{pair}: a break needs a witness, its absence a search, and both a ground that exists")
        rows[pair] = Row(*pair, item["ours"] == "breaking", proof, item["because"])
    return content["grounds"], rows


def problem(row: Row, compared: Compared, operation: str = "") -> str:
    """What is wrong with a row that was checked, "" if nothing is. `operation` narrows the check to one operation of the documents."""
    if not row.breaking:
        found = next(search(compared.base, compared.revision, only=operation), None)
        return f"the search found a break: {found}" if found else ""
    findings = [item for item in compared.errors if item.rule == row.witness and (not operation or operation in {place.operation for place in item.places})]
    if not findings:
        return f"no error of rule {row.witness}"
    return "" if any(item.proved or _checked(item, compared) for item in findings) else f"the finding of rule {row.witness} is not proved"


def _checked(finding: Finding, compared: Compared) -> bool:
    """Does the rule's own check find in the documents what the finding says?"""
    check = CHECKS.get(finding.rule)
    return check is not None and check(_at(compared.base.entry, finding.pointer), _at(compared.revision.entry, finding.pointer))


def _at(document: Document, pointer: str) -> Any:
    try:
        return document.node(pointer)
    except KeyError:
        return None


def _gone(before: Any, after: Any) -> bool:
    return before is not None and after is None


def _no_longer(before: Any, after: Any) -> bool:
    return before is True and after is not True


def _anonymous_no_more(before: Any, after: Any) -> bool:
    """An operation's own requirement list that let everybody in, and is not there any more, or names credentials only."""
    return isinstance(before, list) and (not before or {} in before) and (after is None or (bool(after) and {} not in after))


CHECKS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "request-media-type-removed": _gone,
    "response-media-type-removed": _gone,
    "operation-removed": _gone,
    "callback-body-became-optional": _no_longer,
    "security-added": _anonymous_no_more,
}
"""For facts that no single value shows: what must be true of the element at the finding's pointer on both sides."""
