"""How fast a large YAML description loads, against PyYAML's C loader.

    python benchmarks/yaml_load.py DESCRIPTION.json     (or CVT_BENCH_DESCRIPTION=DESCRIPTION.json)

The input is a large description in JSON, for example `generated/api.github.com.json` of the npm package `@octokit/openapi`; it is written out as about
8 MB of YAML first. Each figure is the median of five fresh processes and covers reading text into a tree, not starting Python or importing.
Ours covers everything a run does: encoding and conflict checks, parsing, keys as text, duplicate keys, alias and depth limits. The C loader is measured
as it comes, and once more with the cycle collector off, which is the stricter comparison.

For a runner: `run(path)` gives rows of (what, peer, our seconds, peer's seconds).
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import yaml

SIZE: Final = 8 * 1024 * 1024
RUNS: Final = 5
_CLOCK: Final = "import sys, time; data = open(sys.argv[1], 'rb').read(); "
_PRINT: Final = "started = time.perf_counter(); load(); print(time.perf_counter() - started)"
PROGRAMS: Final = {
    "cvt": _CLOCK
    + "import msgspec, ryml; from cvt_engine.load import parse, json_text, yaml_exact, yaml_text; load = lambda: parse.parse_document(data, 'a.yaml'); "
    + _PRINT,
    "CSafeLoader": _CLOCK + "import yaml; load = lambda: yaml.load(data, yaml.CSafeLoader); " + _PRINT,
    "CSafeLoader, collector off": _CLOCK + "import gc, yaml; gc.disable(); load = lambda: yaml.load(data, yaml.CSafeLoader); " + _PRINT,
}


def as_yaml(description: Path, target: Path) -> None:
    """Write about `SIZE` bytes of the description as block style YAML."""
    tree = json.loads(description.read_bytes())
    paths = list(tree["paths"].items())
    text = ""
    share = 1.0
    for _ in range(4):
        cut = {**tree, "paths": dict(paths[: round(len(paths) * share)])}
        text = yaml.dump(cut, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, width=100)
        if len(text) < SIZE * 1.1:
            break
        share *= SIZE / len(text)
    target.write_text(text, encoding="utf-8")


def seconds(program: str, source: Path) -> float:
    """Median over fresh processes."""
    root = Path(__file__).parents[1]
    command = [sys.executable, "-c", PROGRAMS[program], str(source)]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    times = [float(subprocess.run(command, check=True, capture_output=True, text=True, cwd=root, env=environment).stdout) for _ in range(RUNS)]
    return statistics.median(times)


def run(description: Path) -> list[tuple[str, str, float, float]]:
    """One row per comparison: what was measured, the peer, our seconds, the peer's seconds."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "description.yaml"
        as_yaml(description, source)
        what = f"load {source.stat().st_size / 1e6:.1f} MB of YAML"
        ours = seconds("cvt", source)
        return [(what, peer, ours, seconds(peer, source)) for peer in PROGRAMS if peer != "cvt"]


def main() -> int:
    """Print the rows with their ratios."""
    given = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("CVT_BENCH_DESCRIPTION", "")
    if not given:
        print("name a description: python benchmarks/yaml_load.py DESCRIPTION.json", file=sys.stderr)
        return 2
    for what, peer, ours, theirs in run(Path(given)):
        print(f"{what}: cvt {ours:.3f} s, {peer} {theirs:.3f} s, {theirs / ours:.1f} times faster")
    return 0


if __name__ == "__main__":
    sys.exit(main())
