from __future__ import annotations

from pathlib import Path

import pytest

from cvt_runner.model.outcome import PublishState
from cvt_runner.publish.base import publish_all
from cvt_runner.publish.summary import SUMMARY_LIMIT
from tests.runner.publish.samples import context

TEXTS = {"summary": "S" * 900_000, "markdown": "M" * 60_000, "status": "one line"}


@pytest.mark.parametrize(("used", "expected"), [(0, "S"), (100_000, "S"), (200_000, "M"), (SUMMARY_LIMIT - 100, "o")])
def test_appends_the_longest_text_that_fits(tmp_path: Path, used: int, expected: str) -> None:
    path = tmp_path / "summary"
    path.write_text("-" * used)
    outcome = publish_all(context(on="", summary_file=str(path), texts=TEXTS))[1]
    assert outcome.state is PublishState.DONE
    written = path.read_text()
    assert written.startswith("-" * used)
    assert written[used:].lstrip("\n").startswith(expected)
    assert path.stat().st_size <= SUMMARY_LIMIT


def test_says_so_when_the_step_has_no_room_left(tmp_path: Path) -> None:
    path = tmp_path / "summary"
    path.write_text("-" * SUMMARY_LIMIT)
    outcome = publish_all(context(on="", summary_file=str(path), texts=TEXTS))[1]
    assert outcome.state is PublishState.FAILED
    assert path.stat().st_size == SUMMARY_LIMIT


def test_bytes_count_and_not_characters(tmp_path: Path) -> None:
    path = tmp_path / "summary"
    publish_all(context(on="", summary_file=str(path), texts={"summary": "€" * 400_000, "markdown": "short"}))
    assert path.read_text() == "short\n"
