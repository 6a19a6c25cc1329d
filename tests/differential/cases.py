"""All pairs that both engines judge: the published fixtures, and generated changes of real operations."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cvt_engine.facade import load_spec
from tests import rig
from tests.differential import mutations, oasdiff
from tests.differential.oasdiff import Reported
from tests.differential.ours import Compared, compared, read
from tests.differential.pairs import pairs
from tests.stubs.prism import description

SEED: Final = 20
SOURCES: Final = (("github", "3.0.3", 110), ("shop", "3.1.0", 50))
"""Real descriptions that are mutated: name, OpenAPI version, and how many changes."""


@dataclass(frozen=True)
class Case:
    """One pair as both see it. `operation` is "" where the whole documents are meant."""

    base: str
    revision: str
    compared: Compared
    reported: tuple[Reported, ...]
    operation: str = ""

    @property
    def ours(self) -> bool:
        """Breaking, says CVT."""
        if not self.operation:
            return bool(self.compared.errors)
        return any(place.operation == self.operation for finding in self.compared.errors for place in finding.places)

    @property
    def theirs(self) -> bool:
        """Breaking, says the peer."""
        return any(row.breaks for row in self.reported if self.operation in ("", row.operation))


def published() -> Iterator[Case]:
    """Every pair of the peer's fixtures that both can read."""
    home = oasdiff.fixtures()
    found = pairs(str(path.relative_to(home)) for path in home.rglob("*") if path.is_file())
    answers = oasdiff.changelogs((home / base, home / revision) for base, revision in found)
    for (base, revision), answer in zip(found, answers, strict=True):
        both = compared(home / base, home / revision) if answer is not None else None
        if both is not None and answer is not None:
            yield Case(base, revision, both, answer)


def generated(folder: Path) -> Iterator[Case]:
    """Every mutation in both directions; the documents that hold them are written to `folder`."""
    files = {"github": description(), "shop": rig.ROOT / "examples" / "shop" / "base" / "openapi.yaml"}
    for name, version, count in SOURCES:
        changes = mutations.generate(mutations.operations(load_spec(read, str(files[name]))), count, SEED)
        sides = [folder / f"{name}-{side}.json" for side in ("before", "after")]
        for path, document in zip(sides, mutations.documents(changes, version), strict=True):
            path.write_text(json.dumps(document))
        for old, new in ((0, 1), (1, 0)):
            both, answer = compared(sides[old], sides[new]), oasdiff.changelog(sides[old], sides[new])
            if both is None or answer is None:
                raise AssertionError(f"{sides}: not read by both")
            for index, one in enumerate(changes):
                labels = [f"{name}: {one.name} ({side})" for side in ("before", "after")]
                yield Case(labels[old], labels[new], both, answer, f"{one.method.upper()} {mutations.home(index, one)}")
