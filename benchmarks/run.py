"""Measure everything, print one table: `make bench`, or `python benchmarks/run.py --only compare --runs 5`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Started as a file, the folder of the file is on the path; the packages are beside it.
sys.path[0] = str(ROOT)

from benchmarks import table  # noqa: E402
from benchmarks.figures import Count, Figures  # noqa: E402
from benchmarks.inputs import Place  # noqa: E402
from benchmarks.measure import Missing, measure  # noqa: E402
from benchmarks.rows import ROWS, Row  # noqa: E402


def main(argv: list[str] | None = None) -> int:
    """Measure the rows that were asked for. Exit 0 when every target that could be measured is met, 1 otherwise, 2 for a wrong option."""
    names = [row.name for row in ROWS]
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", action="append", metavar="NAME", choices=names, help=f"one row; may be repeated. Rows: {', '.join(names)}")
    parser.add_argument("--runs", type=_runs, default=5, metavar="N", help="runs of each program; slow peers run less often (default: 5)")
    parser.add_argument("--verbose", action="store_true", help="list what the counting rows found, such as each finding without a proof")
    options = parser.parse_args(argv)
    place = Place.standard()
    results = []
    for row in ROWS:
        if not options.only or row.name in options.only:
            result = _one(row, place, runs=options.runs)
            results.append(result)
            details = result.measured.details if options.verbose and isinstance(result.measured, Figures) else ()
            say("\n".join(f"  {line}" for line in (*details, table.short(result))))
    say("\n" + table.whole(results, runs=options.runs))
    return 0 if all(result.met is not False for result in results) else 1


def _one(row: Row, place: Place, *, runs: int) -> table.Result:
    say(f"{row.name}: {row.what}")
    try:
        match case := row.make(place):
            case Count():
                return table.Result(row, case.take(runs, _tell))
            case _:
                return table.Result(row, measure(case, runs=runs, tell=_tell))
    except Missing as problem:
        return table.Result(row, None, reason=str(problem))


def _tell(text: str) -> None:
    say(f"  {text}")


def _runs(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 100:
        raise ValueError(text)
    return number


def say(text: str) -> None:
    """One line, at once: a run takes minutes."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
