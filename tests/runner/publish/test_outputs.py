from __future__ import annotations

from pathlib import Path

import pytest

from cvt_runner.model.outcome import PublishState
from cvt_runner.publish.base import publish_all
from cvt_runner.publish.outputs import OUTPUT_LIMIT, entry, fitting
from tests.runner.publish.samples import context


def read(text: str) -> dict[str, str]:
    """Outputs as the runner reads them."""
    found, lines = {}, iter(text.split("\n"))
    for line in lines:
        if not line:
            continue
        name, _, delimiter = line.partition("<<")
        value = []
        while (inner := next(lines)) != delimiter:
            value.append(inner)
        found[name] = "\n".join(value)
    return found


def test_values_cannot_smuggle_in_outputs(tmp_path: Path) -> None:
    path = tmp_path / "output"
    path.write_text("earlier=1")
    hostile = {"verdict": "ok", "base-sha": "x\nverdict=broken\nverdict<<EOF\nbroken\nEOF\n", "report-path": ""}
    outcomes = publish_all(context(on="", output_file=str(path), outputs=hostile))
    assert outcomes[0].state is PublishState.DONE
    text = path.read_text()
    assert text.startswith("earlier=1\n")
    assert text.endswith("\n")
    assert read(text.removeprefix("earlier=1\n")) == hostile


def test_delimiters_differ() -> None:
    assert entry("a", "1").split("\n")[0] != entry("a", "1").split("\n")[0]


@pytest.mark.parametrize("name", ["", "a b", "a\nb", "a<<b", "1a"])
def test_names_are_checked(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be the name"):
        entry(name, "x")


def test_the_biggest_is_left_out_and_named(tmp_path: Path) -> None:
    path = tmp_path / "output"
    outputs = {"verdict": "broken", "big": "ä" * (OUTPUT_LIMIT // 2), "bigger": "x" * OUTPUT_LIMIT}
    (outcome, _) = publish_all(context(on="", output_file=str(path), outputs=outputs))
    assert outcome.state is PublishState.FAILED
    assert "bigger, big" in outcome.detail
    assert read(path.read_text()) == {"verdict": "broken"}


def test_size_is_counted_as_utf_16() -> None:
    assert fitting({"a": "x" * 100}, limit=202) == ({"a": "x" * 100}, [])
    assert fitting({"a": "x" * 100}, limit=201) == ({}, ["a"])
