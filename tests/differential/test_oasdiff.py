"""CVT and oasdiff on the same pairs.

Breaking or not: where they differ, a row of listed.yaml says why, and is checked. And what changed: every check of oasdiff has its rule of CVT, which is
reported where oasdiff reports the check; where it is not, a row of told_otherwise.yaml says by which rule CVT tells it, or why it does not.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from cvt_engine.facade import RULES
from tests.differential import oasdiff
from tests.differential.cases import Case, generated, published
from tests.differential.listing import Row, Told, load, problem, told_otherwise
from tests.differential.pairs import pairs
from tools import gotool
from tools.oasdiff_table import mapping

pytestmark = [pytest.mark.slow, pytest.mark.network]
FEWEST = {"published": 840, "generated": 300}
BY_THE_COMMAND = {"version-bump-missing"}
"""Rules that need more than two descriptions: the command that compares them reports them."""


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Case]]:
    """Every pair with both verdicts, by origin."""
    return {"published": list(published()), "generated": list(generated(tmp_path_factory.mktemp("mutations")))}


def _differing(cases: dict[str, list[Case]]) -> dict[tuple[str, str], Case]:
    return {(case.base, case.revision): case for found in cases.values() for case in found if case.ours != case.theirs}


def test_all_pairs_were_compared(cases: dict[str, list[Case]], capsys: pytest.CaptureFixture[str]) -> None:
    assert {origin: len(found) >= FEWEST[origin] for origin, found in cases.items()} == dict.fromkeys(FEWEST, True)
    differ = _differing(cases)
    with capsys.disabled():
        for origin, found in cases.items():
            listed = sum((case.base, case.revision) in differ for case in found)
            print(f"\n{origin}: {len(found)} pairs, {len(found) - listed} agree, {listed} listed", end="")


def test_both_verdicts_occur(cases: dict[str, list[Case]]) -> None:
    for found in cases.values():
        verdicts = [(case.ours, case.theirs) for case in found]
        assert min(verdicts.count((True, True)), verdicts.count((False, False))) > 60


def test_every_disagreement_is_listed(cases: dict[str, list[Case]]) -> None:
    rows = load()[1]
    unlisted = [f"{pair[0]} -> {pair[1]}: ours {case.ours}, theirs {case.theirs}" for pair, case in _differing(cases).items() if pair not in rows]
    assert unlisted == []


def test_every_row_is_a_disagreement_still(cases: dict[str, list[Case]]) -> None:
    differ = _differing(cases)
    stale = [pair for pair, row in load()[1].items() if pair not in differ or differ[pair].ours != row.breaking]
    assert stale == []


def test_every_row_is_proved(cases: dict[str, list[Case]]) -> None:
    differ = _differing(cases)
    found = {pair: problem(row, differ[pair].compared, differ[pair].operation) for pair, row in load()[1].items() if pair in differ}
    assert {pair: text for pair, text in found.items() if text} == {}


def test_every_ground_is_used() -> None:
    grounds, rows = load()
    assert set(grounds) == {row.because for row in rows.values()}


def test_a_wrong_row_is_found_out(cases: dict[str, list[Case]]) -> None:
    """The checks of rows can fail: a break that is proved is found by the search, and a rule that found nothing proves nothing."""
    case = next(case for case in cases["published"] if case.base == "checker/prefix_items_added_base.yaml")
    assert "found a break" in problem(Row(case.base, case.revision, False, "", ""), case.compared)
    assert "no error of rule" in problem(Row(case.base, case.revision, True, "operation-removed", ""), case.compared)


@pytest.mark.parametrize(("text", "message"), [("witness: a", "needs a witness"), ("searched: no break found", "needs a witness")])
def test_a_row_says_what_it_rests_on(text: str, message: str, tmp_path: Path) -> None:
    ours = "compatible, theirs: breaking" if "witness" in text else "breaking, theirs: compatible"
    path = tmp_path / "listed.yaml"
    path.write_text(f"grounds: {{g: why}}\nrows:\n  - {{base: a, revision: b, ours: {ours}, {text}, because: g}}\n")
    with pytest.raises(ValueError, match=message):
        load(path)


def test_names_tell_which_descriptions_belong_together() -> None:
    found = pairs(["a/x_base.yaml", "a/x_revision.yaml", "a/x_more_revision.yaml", "a/y.yaml", "b/base.yml", "b/z.json", "c/s1.yaml", "c/s2.yaml", "c/s3.yaml"])
    one_way = {pair for pair in found if "base" in pair[0] or pair[0] in ("c/s1.yaml", "c/s2.yaml")}
    assert {("a/x_base.yaml", "a/x_revision.yaml"), ("a/x_base.yaml", "a/x_more_revision.yaml"), ("b/base.yml", "b/z.json")} <= one_way
    assert ("c/s1.yaml", "c/s2.yaml") in found
    assert ("c/s1.yaml", "c/s3.yaml") not in found
    assert not any("a/y.yaml" in pair for pair in found)
    assert {(revision, base) for base, revision in found} == set(found)


def test_every_check_has_a_rule_that_exists() -> None:
    found = mapping()
    assert gotool.MODULES["oasdiff"].endswith(f"@v{found.version}")
    assert set(oasdiff.checks()) == set(found.rules) | set(found.unreported)
    assert not set(found.rules) & set(found.unreported)
    assert {name for names in found.rules.values() for name in names} <= {row.id for row in RULES}


def _missing(cases: list[Case]) -> dict[Told, set[str]]:
    """Checks that oasdiff reports on a pair where CVT reports none of their rules, each with what CVT does report."""
    rules = mapping().rules
    found = {}
    for case in cases:
        ours = {finding.rule.removesuffix("-unproved") for finding in case.compared.findings}
        for check in {row.id for row in case.reported} & rules.keys():
            wanted = {name.removesuffix("-unproved") for name in rules[check]}
            if not wanted & (ours | BY_THE_COMMAND):
                found[Told(check, case.base, case.revision)] = ours
    return found


def test_what_oasdiff_tells_is_told_by_its_rule(cases: dict[str, list[Case]], capsys: pytest.CaptureFixture[str]) -> None:
    missing, rows = _missing(cases["published"]), told_otherwise()
    reported = sum(len({row.id for row in case.reported}) for case in cases["published"])
    with capsys.disabled():
        print(f"\nfacts: {reported} told by the peer, {reported - len(missing)} by the rule that is mapped, {len(missing)} listed", end="")
    assert [told for told in missing if told not in rows] == []
    assert [told for told in rows if told not in missing] == []
    assert {told: rule for told, rule in rows.items() if rule and rule not in missing[told]} == {}


def test_most_checks_occur_in_the_fixtures(cases: dict[str, list[Case]]) -> None:
    """Checks that occur and are met by their rule at least once: the mapping is proved by examples for them."""
    occurring = {row.id for case in cases["published"] for row in case.reported}
    missing = {(told.base, told.revision, told.check) for told in _missing(cases["published"])}
    met = {row.id for case in cases["published"] for row in case.reported if (case.base, case.revision, row.id) not in missing}
    assert len(occurring) > 430
    assert len(met) > 370
