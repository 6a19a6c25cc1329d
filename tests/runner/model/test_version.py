"""What a version has to say, for every kind of version text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cvt_runner.model.version import Bump, Semantic, Step, advise

_NUMBERS = st.integers(0, 30)


@pytest.mark.parametrize(
    ("base", "revision", "required", "step", "announced", "suggested"),
    [
        ("1.4.0", "1.5.0", "major", "minor", False, "2.0.0"),
        ("1.4.0", "2.0.0", "major", "major", True, ""),
        ("1.4.0", "2.0.0-rc.1", "major", "major", True, ""),
        ("1.4.0", "1.4.0", "minor", "same", False, "1.5.0"),
        ("1.4.0", "1.4.1", "minor", "patch", False, "1.5.0"),
        ("1.4.0", "1.5.0", "minor", "minor", True, ""),
        ("1.4.0", "2.0.0", "patch", "major", True, ""),
        ("1.4.0", "1.4.0", "patch", "same", False, "1.4.1"),
        ("1.4.0", "1.4.0", "none", "same", True, ""),
        ("1.5.0", "1.4.0", "patch", "back", False, "1.5.1"),
        ("1.5.0", "1.5.0-rc.1", "minor", "back", False, "1.6.0"),
        ("0.4.1", "0.5.0", "major", "minor", True, ""),
        ("0.4.1", "0.4.2", "major", "patch", False, "0.5.0"),
        ("0.4.1", "0.4.2", "minor", "patch", True, ""),
        ("0.4.1", "1.0.0", "major", "major", True, ""),
        ("v1.4", "v1.5", "major", "minor", False, "v2.0"),
        ("v1", "v1", "minor", "same", False, "v1.1"),
        ("v1", "2", "major", "major", True, ""),
        ("1.4.0+1", "1.4.0+2", "patch", "build", False, "1.4.1"),
        ("1.4.0+1", "1.5.0+1", "minor", "minor", True, ""),
        ("2.0.0-rc.1", "2.0.0-rc.2", "major", "prerelease", True, ""),
        ("2.0.0-rc.9", "2.0.0-rc.10", "major", "prerelease", True, ""),
        ("2.0.0-rc.1", "2.0.0", "major", "prerelease", True, ""),
        ("2.0.0-rc.1", "2.0.0-rc.1", "major", "same", False, "2.0.0"),
        ("2024-01-15", "2024-02-01", "major", "other", True, ""),
        ("2024-01-15", "2024-01-15", "major", "same", False, ""),
        ("2024.1.0", "2024.2.0", "major", "other", True, ""),
        ("20240115", "20240116", "major", "other", True, ""),
        ("1.0.0", "2024-01-15", "major", "other", None, ""),
        ("latest", "1.0.0", "minor", "other", None, ""),
        ("1.2.3.4", "1.2.3.5", "minor", "other", True, ""),
        ("01.0.0", "1.0.0", "minor", "other", None, ""),
        ("", "1.0.0", "major", "missing", None, ""),
        ("1.0.0", " ", "major", "missing", None, ""),
    ],
)
def test_advice(base: str, revision: str, required: str, step: str, announced: bool | None, suggested: str) -> None:
    said = advise(base, revision, Bump(required))
    assert (said.step, said.announced, said.suggested) == (Step(step), announced, suggested)


@pytest.mark.parametrize(
    ("base", "revision", "required", "sentence"),
    [
        ("1.4.0", "1.5.0", "major", "this is a major change; info.version went 1.4.0 -> 1.5.0 (minor): 2.0.0 would say it"),
        ("1.4.0", "1.4.0", "minor", "this is a minor change; info.version stayed 1.4.0: 1.5.0 would say it"),
        ("1.4.0", "2.0.0", "major", "this is a major change; info.version went 1.4.0 -> 2.0.0 (major), which says it"),
        ("1.4.0", "1.3.0", "patch", "this is a patch change; info.version went 1.4.0 -> 1.3.0 (backwards): 1.4.1 would say it"),
        (
            "0.4.0",
            "0.5.0",
            "major",
            "this is a major change; info.version went 0.4.0 -> 0.5.0 (minor), which says it (before 1.0.0, a minor step announces a break)",
        ),
        ("a", "b", "major", "this is a major change; info.version went a -> b (not a semantic version), which says it"),
        ("", "b", "major", "this is a major change; info.version cannot be compared: it is not a text in both documents"),
        ("1", "1", "none", "nothing changed that a version has to announce; info.version stayed 1"),
    ],
)
def test_sentence(base: str, revision: str, required: str, sentence: str) -> None:
    assert advise(base, revision, Bump(required)).sentence == sentence


@given(st.text(max_size=30) | st.from_regex(r"[vV]?[0-9]+(\.[0-9]+){0,4}([-+.][0-9a-zA-Z.+-]*)?", fullmatch=True), st.text(max_size=30), st.sampled_from(Bump))
def test_any_text_is_a_version_of_some_kind(base: str, revision: str, required: Bump) -> None:
    said = advise(base, revision, required)
    assert said.sentence
    assert not said.suggested or advise(base, said.suggested, required).announced


@given(_NUMBERS, _NUMBERS, _NUMBERS, st.sampled_from((Bump.PATCH, Bump.MINOR, Bump.MAJOR)), st.sampled_from(("", "v")))
def test_what_is_suggested_is_enough(major: int, minor: int, patch: int, required: Bump, prefix: str) -> None:
    base = f"{prefix}{major}.{minor}.{patch}"
    said = advise(base, base, required)
    assert said.suggested.startswith(prefix)
    assert advise(base, said.suggested, required).announced is True


@pytest.mark.parametrize("text", ["9" * 5_000, "1." * 5_000, "1.0.0-" + "9" * 10_000, "1.0.0-" + "a." * 10_000, "١.٠.٠", "1.0.0\n2"])
def test_hostile_versions_are_cut_and_never_fail(text: str) -> None:
    said = advise(text, "1.0.0", Bump.MAJOR)
    assert len(said.sentence) < 300
    assert advise("1.0.0", text, Bump.MINOR).sentence


def test_precedence_is_that_of_the_specification() -> None:
    ordered = [
        "1.0.0-alpha",
        "1.0.0-alpha.1",
        "1.0.0-alpha.beta",
        "1.0.0-beta",
        "1.0.0-beta.2",
        "1.0.0-beta.11",
        "1.0.0-rc.1",
        "1.0.0",
        "1.0.1",
        "1.1.0",
        "2.0.0",
    ]
    found = [version.order for version in map(Semantic.parse, ordered) if version]
    assert len(found) == len(ordered)
    assert found == sorted(found)
