"""How many error findings about schemas carry a proof: `proofs.py [GITHUB.json]` prints a JSON list with one sample of findings each.

The samples are the corpus (every rule's pair in every OpenAPI version), and real descriptions with changes made to them by the generators of the tests,
compared in both directions, so that each change narrows in one of them. A witness that a finding carries was verified by the engine with the compiled
validators of both sides; nothing is judged again here.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
if not __package__:  # Started as a file, the folder of the file is on the path; the packages are beside it.
    sys.path[0] = str(ROOT)

from cvt_engine.facade import compare, load_spec, rule  # noqa: E402
from cvt_engine.finding import Finding, Severity  # noqa: E402
from cvt_engine.rules.row import Area  # noqa: E402
from tests.differential import mutations  # noqa: E402
from tests.engine import refactors, test_corpus  # noqa: E402
from tests.stubs.cut_openapi import cut  # noqa: E402

Json = dict[str, Any]
SHOP: Final = ROOT / "examples" / "shop" / "base" / "openapi.yaml"
SEED: Final = 77
"""Another one than the tests': these are changes that nobody has looked at."""
MUTATIONS: Final = 300
STEP: Final = 40
"""Every so many paths of the large description make the cut."""
NARROWED: Final = 60
TRIES: Final = 8


@dataclass(frozen=True, slots=True)
class Sample:
    """A set of pairs: how many error findings about schemas there were, and `rule: message (place)` of those without a proof."""

    name: str
    total: int
    unproved: tuple[str, ...]


def sample(name: str, found: Iterable[tuple[str, Finding]]) -> Sample:
    """Count the findings that are errors about schemas; each comes with the pair it is from."""
    mine = [(pair, item) for pair, item in found if item.severity is Severity.ERROR and rule(item.rule).area is Area.SCHEMAS]
    unproved = (f"{item.rule}: {item.message} ({item.operation}, {pair})" for pair, item in mine if not item.proved)
    return Sample(name, len(mine), tuple(sorted(unproved)))


def corpus() -> Iterator[tuple[str, Finding]]:
    for rule_id, version in test_corpus.EACH:
        own = test_corpus.case(rule_id)
        for finding in test_corpus.judged(own["where"], version, own["base"], own["revision"]):
            yield f"{rule_id} {version}", finding


def compared(base: Json, revision: Json) -> tuple[Finding, ...]:
    files = {"base.json": json.dumps(base).encode(), "revision.json": json.dumps(revision).encode()}
    old, new = (load_spec(files.__getitem__, name) for name in files)
    return compare(old, new)


def mutated(file: Path, version: str) -> Iterator[tuple[str, Finding]]:
    """Changes to operations, each on a path of its own, all in one pair, there and back."""
    spec = load_spec(lambda uri: Path(uri).read_bytes(), str(file))
    before, after = mutations.documents(mutations.generate(mutations.operations(spec), MUTATIONS, SEED), version)
    yield from (("there", finding) for finding in compared(before, after))
    yield from (("back", finding) for finding in compared(after, before))


def narrowed(tree: Json) -> Iterator[tuple[str, Finding]]:
    """One narrowed schema in one pair, deep in shared components too: of requests as it is, of answers the other way round."""
    for seed in range(NARROWED):
        random, changed = Random(SEED + seed), refactors.fresh(tree)
        asked = seed % 2 == 0
        if what := _narrow(changed, random, asked=asked):
            for finding in compared(tree, changed) if asked else compared(changed, tree):
                yield f"{seed}: {what}", finding


def _narrow(tree: Json, random: Random, *, asked: bool) -> str:
    bodies = refactors.bodies(tree, asked=asked)
    for _ in range(TRIES):
        place = refactors.inner(tree, random.choice(bodies), random, "readOnly" if asked else "writeOnly")
        if refactors.is_plain(place) and (what := refactors.narrow(place, random)):
            return what
    return ""


def samples(github: Path | None) -> Iterator[Sample]:
    yield sample("the corpus", corpus())
    yield sample("changes made to the example", mutated(SHOP, "3.1.0"))
    if github is not None:
        whole = json.loads(github.read_bytes())
        yield sample("changes made to operations of GitHub's API description", mutated(github, whole["openapi"]))
        yield sample("narrowed schemas of a part of GitHub's API description", narrowed(cut(whole, list(whole["paths"])[::STEP])))


def main(argv: list[str]) -> int:
    json.dump([asdict(found) for found in samples(Path(argv[0]) if argv else None)], sys.stdout)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
