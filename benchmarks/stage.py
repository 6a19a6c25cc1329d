"""One comparison in a process of its own: `stage.py facts|findings OLD NEW` prints the CPU seconds of the comparison and of the whole process.

`facts` is the bare diff: every difference with the places it shows up in. `findings` is all that `cvt compare` has before it prints: the same, judged,
with positions and witnesses. What only one of them needs is imported, and counted, where it is needed.
"""

from __future__ import annotations

import gc
import sys
import time
from pathlib import Path

# Started as a file, the folder of the file is on the path; the packages are beside it.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from cvt_engine.facade import Spec, comparison, load_spec  # noqa: E402


def facts(base: Spec, revision: Spec) -> int:
    from cvt_engine.diff import document
    from cvt_engine.schema.loc import Source

    return len(document.facts(Source(base), Source(revision)).facts)


def findings(base: Spec, revision: Spec) -> int:
    return len(comparison(base, revision).findings)


def _read(uri: str) -> bytes:
    return Path(uri).read_bytes()


def main(argv: list[str]) -> int:
    work = {"facts": facts, "findings": findings}[argv[0]]
    gc.disable()  # as the command does
    revision = load_spec(_read, argv[2])
    base = load_spec(_read, argv[1], like=revision)  # as the command does, too
    started = time.process_time()
    count = work(base, revision)
    ended = time.process_time()
    sys.stdout.write(f"{ended - started:.6f} {ended:.6f} {count}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
