"""Every sink's limit in one table, and the one way to stay within it: whole findings, worst first, until the room is used up."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final, assert_never

from msgspec import Struct


class Unit(StrEnum):
    """What a sink counts in. `characters` are Unicode code points; `gzip` is the compressed size in bytes."""

    CHARACTERS = "characters"
    BYTES = "bytes"
    UTF16 = "UTF-16 bytes"
    GZIP = "gzip bytes"
    COUNT = "count"


class Limit(Struct, frozen=True):
    """`hard` is where the platform refuses or drops; `aim` is where we stop. The rest is for markers and for how others count."""

    hard: int
    aim: int
    unit: Unit


# GitHub REST "create an issue comment": a longer body is answered with 422 and nothing is posted.
COMMENT: Final = Limit(65_536, 60_000, Unit.CHARACTERS)
# GitHub Actions, job summaries: 1 MiB per step; above it the whole summary of that step is dropped.
SUMMARY: Final = Limit(1_048_576, 1_000_000, Unit.BYTES)
# GitHub Actions, workflow commands: 10 error and 10 warning annotations per step; notices by observation. The rest is dropped without a word.
ANNOTATIONS: Final = Limit(10, 10, Unit.COUNT)
# Nothing documented for the text of a workflow command; a log line of this length is still readable.
ANNOTATION_TEXT: Final = Limit(65_536, 3_000, Unit.CHARACTERS)
# GitHub REST "create a check run": annotations per request, more by updating the run.
CHECK_BATCH: Final = Limit(50, 50, Unit.COUNT)
# Ours: 500 annotations are 10 requests, against 80 content-creating requests a minute.
CHECK_ANNOTATIONS: Final = Limit(500, 500, Unit.COUNT)
# The same page: summary and text 65,535 characters each, title 255, annotation message and raw details 64 KB each.
CHECK_TEXT: Final = Limit(65_535, 60_000, Unit.CHARACTERS)
CHECK_TITLE: Final = Limit(255, 250, Unit.CHARACTERS)
CHECK_MESSAGE: Final = Limit(65_536, 16_000, Unit.BYTES)
# GitHub REST "create a commit status": description.
STATUS: Final = Limit(140, 140, Unit.CHARACTERS)
# GitHub Actions, outputs: 1 MB per job and 50 MB per run, measured as UTF-16. Ours are short: a tenth for all of them.
OUTPUTS: Final = Limit(1_048_576, 100_000, Unit.UTF16)
# GitHub code scanning, SARIF upload: 10 MB compressed; results and rules per run; locations per result (100 are kept); tags per rule (10 are kept).
SARIF_SIZE: Final = Limit(10_000_000, 9_000_000, Unit.GZIP)
SARIF_RESULTS: Final = Limit(25_000, 25_000, Unit.COUNT)
SARIF_RULES: Final = Limit(25_000, 25_000, Unit.COUNT)
SARIF_LOCATIONS: Final = Limit(1_000, 100, Unit.COUNT)
SARIF_TAGS: Final = Limit(20, 10, Unit.COUNT)
# GitLab, unit test reports: 30 MB per file.
JUNIT: Final = Limit(30_000_000, 28_000_000, Unit.BYTES)
# Ours: what a browser opens without a pause.
HTML: Final = Limit(10_000_000, 6_000_000, Unit.BYTES)


def size(text: str, unit: Unit) -> int:
    """How much of a limit a text uses.

    >>> [size("aé😀", unit) for unit in (Unit.CHARACTERS, Unit.BYTES, Unit.UTF16, Unit.COUNT)]
    [3, 7, 8, 1]
    """
    match unit:
        case Unit.CHARACTERS:
            return len(text)
        case Unit.BYTES:
            return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
        case Unit.UTF16:
            return len(text.encode("utf-16-le", "replace"))
        case Unit.GZIP:
            return _compressed(text)
        case Unit.COUNT:
            return 1
        case _:
            assert_never(unit)


def _compressed(text: str) -> int:
    import zlib

    return len(zlib.compress(text.encode("utf-8", "replace"), 6))


def take(blocks: Iterable[str], *, room: int, unit: Unit, most: int | None = None) -> list[str]:
    """The first blocks that fit into `room` together, at most `most`; it stops at the first that does not fit, and never cuts one.

    >>> take(["aa", "bb", "cc"], room=5, unit=Unit.CHARACTERS)
    ['aa', 'bb']
    >>> take(["aa", "bb", "cc"], room=9, unit=Unit.CHARACTERS, most=1)
    ['aa']
    """
    taken: list[str] = []
    left = room
    for block in blocks:
        left -= size(block, unit)
        if left < 0 or (most is not None and len(taken) >= most):
            break
        taken.append(block)
    return taken
