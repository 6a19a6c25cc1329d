"""One row per measurement: what is done, on what, against whom, and what is aimed at. A new measurement is a new row."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from benchmarks import figures, inputs, load, peers, validation
from benchmarks.figures import Count
from benchmarks.inputs import NEW, OLD, ROOT, Place
from benchmarks.measure import Case, Program
from tools.run_example import PullRequest, clean_environment, make_pull_request

BROKEN: Final = (1,)


@dataclass(frozen=True, slots=True)
class Target:
    """What is aimed at: this many times faster than every peer, at most so many seconds, less memory than every peer. 0 is no aim.

    `peers` limits the comparison to the first peers; further ones stand beside them for information. `at_least` and `at_most` hold for each figure of a row
    that counts instead of timing; they are shares of 1. In such a row `times` holds for each figure too: how many times as long the peer takes.
    """

    times: float = 0
    seconds: float = 0
    less_memory: bool = False
    peers: int = 100
    at_least: float = 0
    at_most: float = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement. `make` prepares the inputs and raises Missing when they cannot be had."""

    name: str
    what: str
    target: Target
    make: Callable[[Place], Case | Count]


def cvt(*words: str | Path, root: Path = ROOT, codes: tuple[int, ...] = (0,), said: str = "last") -> Program:
    """Our command as people start it: the `cvt` script. Its environment is found where it already is: making it is the bootstrap, not the run."""
    return Program("cvt", (str(root / "cvt"), *map(str, words)), codes=codes, env=_environments(), said=said)


def _environments() -> dict[str, str]:
    python = inputs.call([str(ROOT / "cvt")], cwd=ROOT, what="./cvt", env={"CVT_PRINT_PYTHON": "1", "CVT_EXTRAS": "base"}).strip()
    return {"CVT_VENV_DIR": str(Path(python).parents[2]), "CVT_EXTRAS": "base"}


def compare(place: Place) -> Case:
    old, new = inputs.github_description(place, OLD), inputs.github_description(place, NEW)
    return Case(cvt("compare", "--old", old, "--new", new, codes=BROKEN), (peers.oasdiff(place, old, new), peers.openapi_diff(place, old, new)))


def equal(place: Place) -> Case:
    old = inputs.github_description(place, NEW)
    new = inputs.copy_of(place, old)
    return Case(cvt("compare", "--old", old, "--new", new), (peers.oasdiff(place, old, new),))


def lint(place: Place) -> Case:
    document = inputs.github_description(place, NEW)
    others = (peers.openapi_spec_validator(document), peers.redocly(place, document), peers.redocly(place, document, rules="spec"))
    return Case(cvt("lint", document), others)


def load_yaml(place: Place) -> Case:
    document = inputs.yaml_description(place)
    code = "import sys; sys.path.insert(0, sys.argv[1]); from cvt_engine.facade import parse_document; parse_document(open(sys.argv[2], 'rb').read(), 'a.yaml')"
    ours = Program("cvt's loader", (sys.executable, "-I", "-c", code, str(ROOT), str(document)))
    return Case(ours, (peers.yaml_loader(document), peers.yaml_loader(document, collector=False)))


def ci(_: Place) -> Case:
    pull = _example()
    return Case(_in_pull_request(cvt("ci", codes=BROKEN), pull))


def ci_first_start(_: Place) -> Case:
    """The same from a copy of the checkout that holds no compiled modules, as on a runner that has just fetched the action."""
    pull = _example()
    copy = pull.folder.parent / "fresh"

    def fresh() -> None:
        shutil.rmtree(copy, ignore_errors=True)
        copy.mkdir()
        shutil.copy2(ROOT / "cvt", copy / "cvt")
        for name in ("requirements", "cvt_engine", "cvt_runner"):
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))

    return Case(_in_pull_request(cvt("ci", root=copy, codes=BROKEN), pull, also=fresh))


def thousand(place: Place) -> Case:
    folder = inputs.many_specifications(place)
    program = cvt("ci", "--base", "main", codes=BROKEN, said="")
    return Case(replace(program, cwd=folder, env={**clean_environment(), **program.env}, before=lambda: shutil.rmtree(folder / ".cvt", ignore_errors=True)))


def version(_: Place) -> Case:
    return Case(cvt("--version"), (peers.nothing_but_python(),))


def _example() -> PullRequest:
    """The example's pull request, in a folder that goes away with this process."""
    folder = tempfile.mkdtemp(prefix="cvt-bench-shop-")
    import atexit

    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return make_pull_request(Path(folder))


def _in_pull_request(program: Program, pull: PullRequest, *, also: Callable[[], None] | None = None) -> Program:
    """Run in the pull request's checkout, without what an earlier run left there."""

    def before() -> None:
        shutil.rmtree(pull.folder / ".cvt", ignore_errors=True)
        for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
            Path(pull.environ[name]).unlink(missing_ok=True)
        if also is not None:
            also()

    env: Mapping[str, str] = {name: value for name, value in pull.environ.items() if name not in {"HOME", "XDG_CACHE_HOME"} and os.environ.get(name) != value}
    return replace(program, cwd=pull.folder, env={**env, **program.env}, before=before, said="")


ROWS: Final[tuple[Row, ...]] = (
    Row("compare", f"`cvt compare` on GitHub's API description, {OLD} -> {NEW} (12 and 13 MB)", Target(times=8, less_memory=True, peers=1), compare),
    Row("equal", "`cvt compare` of the 13 MB description with a copy of itself", Target(seconds=0.35), equal),
    Row("lint", "`cvt lint` on the 13 MB description", Target(times=10, peers=2), lint),
    Row("ci", "`cvt ci` on the example's pull request, no network", Target(seconds=0.5), ci),
    Row("ci-first", "the same, nothing compiled yet", Target(), ci_first_start),
    Row("thousand", "`cvt ci` on 1,000 descriptions of 50 KB, ten changed", Target(seconds=2), thousand),
    Row("version", "`cvt --version`", Target(seconds=0.1), version),
    Row("yaml", "loading 8 MB of YAML", Target(times=5, peers=1), load_yaml),
    Row("validate", "one request and response validated in a process, on GitHub's description", Target(times=4), validation.against_kin),
    Row("validate-python", "the same in Python", Target(times=20), validation.against_openapi_core),
    Row("validate-first", "a process that reads the 13 MB description and validates once", Target(seconds=1), validation.first),
    Row(
        "serve-validate",
        f"`cvt serve`: ValidateInteraction over gRPC, {load.OPERATIONS} operations of GitHub's description, one in ten invalid",
        Target(at_least=1),
        load.validate_calls,
    ),
    Row("serve-deploy", f"`cvt serve`: CanIDeploy with {load.CONSUMERS:,} consumers of {load.USED} endpoints each", Target(at_least=1), load.deploy_calls),
    Row("proofs", "error findings about schemas that carry a verified witness", Target(at_least=0.9), figures.proofs),
    Row("proof-cost", "what positions and witnesses add to the bare diff of GitHub's two versions", Target(at_most=0.3), figures.proof_cost),
)
