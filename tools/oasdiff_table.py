"""docs/oasdiff.md: which rule of CVT tells what a check of oasdiff tells, from tools/oasdiff_rules.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from cvt_engine.facade import rule

SOURCE: Final = Path(__file__).with_name("oasdiff_rules.yaml")


@dataclass(frozen=True, slots=True)
class Mapping:
    """`rules` gives a check's rules of CVT, `unreported` the reason for checks that have none; `version` is oasdiff's."""

    version: str
    rules: dict[str, tuple[str, ...]]
    unreported: dict[str, str]


def mapping() -> Mapping:
    """The whole table as it stands in the file."""
    content = yaml.safe_load(SOURCE.read_text("utf-8"))
    return Mapping(content["version"], {check: tuple(names.split()) for check, names in content["rules"].items()}, content["not_reported"])


def oasdiff_md(notice: str) -> str:
    """The page: a row for every check, in alphabetical order."""
    found = mapping()
    head = (
        f"# CVT's rules for oasdiff's checks\n\n<!-- {notice} -->\n\n"
        f"Every check of oasdiff {found.version} ({len(found.rules) + len(found.unreported)} in all) with the rule of CVT that tells the same fact.\n"
        "Where several are named, it depends on what the change does to the accepted values: CVT compares sets of values, oasdiff compares keywords.\n"
        "A rule stands for its `-unproved` variant as well. The level is CVT's default; *changelog* marks compatible changes, which only\n"
        "`cvt compare --changelog` lists.\n\n"
        "| check of oasdiff | rule of CVT | level |\n|---|---|---|\n"
    )
    rows = {check: f"| `{check}` | {', '.join(map(_link, names))} | {', '.join(dict.fromkeys(map(_level, names)))} |\n" for check, names in found.rules.items()}
    rows |= {check: f"| `{check}` | not reported: {reason} | |\n" for check, reason in found.unreported.items()}
    return head + "".join(rows[check] for check in sorted(rows))


def _link(name: str) -> str:
    return f"[`{name}`](rules.md#{name})"


def _level(name: str) -> str:
    row = rule(name)
    return "changelog" if row.silent else row.severity.value
