"""The benchmark runner tells the truth: what failed or is missing is said and never counted, and a missed target is a missed target."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

import pytest

from benchmarks import measure, table
from benchmarks.figures import STAGE, Spent, costs, shares
from benchmarks.inputs import ROOT, Place, call, program
from benchmarks.make import description
from benchmarks.measure import Absent, Case, Measured, Missing, Program, Sample, Series
from benchmarks.proofs import sample
from benchmarks.rows import ROWS, Row, Target
from benchmarks.validation import compared
from cvt_engine.finding import Finding, Severity, Witness


def python(code: str, *, name: str = "cvt", codes: tuple[int, ...] = (0,), said: str = "", most_runs: int = 1_000) -> Program:
    return Program(name, (sys.executable, "-I", "-S", "-c", code), codes=codes, said=said, most_runs=most_runs)


def quiet(_: str) -> None:
    """Progress is of no interest here."""


def series(name: str, *seconds: float, peak: int = 100) -> Series:
    return Series(name, tuple(Sample(second, peak) for second in seconds))


def result(target: Target, ours: Series, *peers: Series) -> table.Result:
    row = Row("row", "a thing", target, lambda _: Case(python("")))
    return table.Result(row, Measured(ours, peers, (0.0, 0.0)))


def test_programs_take_turns_and_slow_ones_run_less_often(tmp_path: Path) -> None:
    log = tmp_path / "log"

    def write(word: str) -> str:
        return f"open({str(log)!r}, 'a').write({word!r})"

    case = Case(python(write("a")), (python(write("b"), name="slow", most_runs=3),))
    found = measure.measure(case, runs=4, tell=quiet)
    assert log.read_text() == "a" + "ababab" + "a"
    assert (len(found.ours.samples), len(found.peers[0].samples)) == (4, 3)


def test_an_unexpected_exit_code_is_not_a_measurement() -> None:
    case = Case(python("print('fine')", said="last"), (python("import sys; sys.exit('no such thing')", name="peer"), Absent("other", "npm is not installed")))
    found = measure.measure(case, runs=2, tell=quiet)
    assert found.ours.said == "fine"
    assert [(peer.samples, peer.reason) for peer in found.peers] == [((), "exit code 1: no such thing"), ((), "npm is not installed")]


def test_memory_is_that_of_the_process_and_its_children() -> None:
    # A new process counts the memory of the one it was forked from until it starts its own program: this one may have grown.
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    small, _ = measure.once(python(""))
    large, _ = measure.once(python("x = bytearray(300_000_000)\nx[::4096] = b'1' * len(x[::4096])"))
    child, _ = measure.once(python("import subprocess, sys; subprocess.run([sys.executable, '-c', 'x = b\"1\" * 300_000_000'], check=True)"))
    assert small.peak <= max(own, 200_000_000)
    assert min(large.peak, child.peak) > 300_000_000


def test_a_run_starts_in_an_empty_home_without_the_settings_around_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CVT_FAIL_ON", "warning")
    code = "import os; print(sorted(os.listdir(os.environ['HOME'])), os.environ.get('CVT_FAIL_ON'))"
    assert measure.once(python(code, said="last"))[1] == "['output'] None"


def test_a_run_that_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "TIMEOUT_S", 1)
    with pytest.raises(Missing, match="ended after 1 s"):
        measure.once(python("while True: pass"))


def test_the_ratio_compares_runs_of_the_same_round() -> None:
    assert measure.faster(series("a", 1, 10, 2), series("b", 5, 50, 10)) == 5


@pytest.mark.parametrize(
    ("target", "met"),
    [
        (Target(times=4), True),
        (Target(times=6), False),
        (Target(seconds=2), True),
        (Target(seconds=0.5), False),
        (Target(less_memory=True), True),
        (Target(times=6, peers=0), None),
        (Target(), None),
    ],
)
def test_targets(target: Target, met: bool | None) -> None:
    assert result(target, series("cvt", 1), series("peer", 5, peak=200)).met is met


def test_less_memory_means_less() -> None:
    assert result(Target(less_memory=True), series("cvt", 1, peak=200), series("peer", 5, peak=200)).met is False


def test_the_table_says_what_was_not_measured() -> None:
    measured = result(Target(times=4), series("cvt", 1), Series("peer", reason="go is not installed"))
    absent = table.Result(measured.row, None, reason="npm is not installed")
    text = table.whole([measured, absent], runs=1)
    assert "not measured: go is not installed" in text
    assert "| not measured | npm is not installed |" in text
    assert "4x faster: not measured" in text
    assert "met" not in text.replace("4x faster: not measured", "")


def counted(*samples: tuple[int, list[str]], at_least: float = 0.9) -> table.Result:
    found = shares([{"name": f"s{index}", "total": total, "unproved": unproved} for index, (total, unproved) in enumerate(samples)])
    return table.Result(Row("row", "a thing", Target(at_least=at_least), lambda _: Case(python(""))), found)


@pytest.mark.parametrize(("samples", "met"), [([(10, ["a: b (c)"])], True), ([(10, []), (10, ["a: b", "a: b"])], False), ([(0, [])], False), ([], None)])
def test_every_share_must_reach_the_target(samples: list[tuple[int, list[str]]], met: bool | None) -> None:
    assert counted(*samples).met is met


def test_the_table_shows_shares_and_what_lacks_a_proof() -> None:
    found = counted((2_000, []), (1_999, ["rule-a: why", "rule-a: why", "rule-b: why"]))
    text = table.whole([found], runs=1)
    assert "| a thing | s0 | 100.0% (2000 of 2000) |  |  | at least 90%: met |" in text
    assert "|  | s1 | 99.8% (1996 of 1999) |  |  |  |" in text
    assert text.endswith("- row, without a proof: rule-a 2, rule-b 1")


def test_the_cost_of_proofs_is_that_of_the_comparison_alone() -> None:
    rounds = [(Spent(1.0, 10.0), Spent(1.2, 10.2)), (Spent(1.0, 10.0), Spent(1.5, 20.0)), (Spent(1.0, 10.0), Spent(1.1, 10.1))]
    row = Row("row", "a thing", Target(at_most=0.3), lambda _: Case(python("")))
    found = table.Result(row, costs(rounds))
    assert found.met is True
    assert "+20% (1000 ms bare, 1200 ms with them) |  |  | at most 30%: met |" in table.whole([found], runs=1)
    assert table.Result(row, costs([(Spent(1, 1), Spent(1.4, 1.4))])).met is False


@pytest.mark.parametrize(("work", "least"), [("facts", 3), ("findings", 2)])
def test_both_stages_compare(work: str, least: int) -> None:
    sides = [str(ROOT / "examples" / "shop" / side / "openapi.yaml") for side in ("base", "change")]
    _, line = measure.once(Program(work, (sys.executable, "-I", str(STAGE), work, *sides), said="last"))
    stage, whole, count = line.split()
    assert 0 < float(stage) < float(whole)
    assert int(count) >= least


def test_proofs_are_counted_where_findings_are_errors_about_schemas() -> None:
    def at(severity: Severity, rule: str, witness: Witness | None = None) -> tuple[str, Finding]:
        return "pair", Finding(rule, severity, "why", operation="GET /a", witness=witness)

    proof = Witness("value", "1", "base", "revision")
    found = sample(
        "s",
        [
            at(Severity.ERROR, "request-maximum-narrowed", proof),
            at(Severity.ERROR, "request-maximum-narrowed"),
            at(Severity.WARNING, "request-maximum-narrowed"),
            at(Severity.ERROR, "operation-removed"),
        ],
    )
    assert (found.total, found.unproved) == (2, ("request-maximum-narrowed: why (GET /a, pair)",))


def test_rows_have_names_of_their_own() -> None:
    assert len({row.name for row in ROWS}) == len(ROWS)


def test_what_cannot_be_prepared_is_missing(tmp_path: Path) -> None:
    with pytest.raises(Missing, match="no-such-program is not installed"):
        program("no-such-program")
    with pytest.raises(Missing, match="making it: exit code 3: why"):
        call([sys.executable, "-c", "print('why'); raise SystemExit(3)"], cwd=tmp_path, what="making it")
    assert Place(tmp_path).sub("inputs").is_dir()


def test_the_many_descriptions_differ_in_one_thing() -> None:
    before, after = description(1, changed=False), description(1, changed=True)
    before["paths"]["/thing0"]["get"]["parameters"][0]["required"] = True
    assert before == after


def test_validations_are_compared_turn_by_turn_and_an_absent_peer_is_no_success() -> None:
    row = Row("row", "a thing", Target(times=4), lambda _: Case(python("")))
    assert table.Result(row, compared([("cvt", [10.0, 20.0]), ("peer", [50.0, 80.0])])).met is True
    assert table.Result(row, compared([("cvt", [10.0]), ("peer", [39.0])])).met is False
    assert table.Result(row, compared([("cvt", [10.0]), ("peer", Absent("peer", "no go"))])).met is None
    with pytest.raises(Missing):
        compared([("cvt", Absent("cvt", "broken")), ("peer", [1.0])])
