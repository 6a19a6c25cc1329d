"""Renew what README.md shows of a run: `python -m tools.readme` writes, `python -m tools.readme --check` only compares (exit 1 when it is stale)."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from tools.run_example import clean_environment, make_pull_request

ROOT: Final = Path(__file__).resolve().parent.parent
COMPARE: Final = ("compare", "--old", "examples/shop/base/openapi.yaml", "--new", "examples/shop/change/openapi.yaml")
SAMPLES: Final = ("8c1f0b7d2a6e4935b0c8d7f1e2a3946b5d7c8e90", "3e5a9d70c4b1f286a7d9e0b3c5f81246d8e7a9b1")
"""Stand in for the commits of a run, which differ from run to run: the base, then the head."""


def comment() -> str:
    """The comment of the example's pull request."""
    with tempfile.TemporaryDirectory(prefix="cvt-readme-") as folder:
        pull = make_pull_request(Path(folder))
        _cvt("ci", cwd=pull.folder, env=pull.environ)
        text = (pull.folder / ".cvt" / "comment.md").read_text("utf-8")
    return steady(text)


def terminal() -> str:
    """What `cvt compare` prints about the same change."""
    return _cvt(*COMPARE, cwd=ROOT, env={**clean_environment(), "COLUMNS": "120", "NO_COLOR": "1", "CVT_EXTRAS": os.environ.get("CVT_EXTRAS", "base")})


def steady(text: str) -> str:
    """The text with the first two commits it names replaced.

    >>> steady("a" * 40 + " " + "b" * 40) == " ".join(SAMPLES)
    True
    """
    for found, sample in zip(dict.fromkeys(re.findall(r"\b[0-9a-f]{40}\b", text)), SAMPLES, strict=False):
        text = text.replace(found, sample)
    return text


def renewed(text: str) -> str:
    """README.md with both blocks as they are today."""
    quoted = "".join(f"> {line}".rstrip() + "\n" for line in comment().strip().splitlines())
    text = replace_block(text, "comment", quoted)
    return replace_block(text, "terminal", f"```text\n$ ./cvt {' '.join(COMPARE)}\n{terminal().strip()}\n```\n")


def replace_block(text: str, name: str, body: str) -> str:
    """Put `body` between the two markers of a block; ValueError where they are missing or repeated."""
    begin, end = f"<!-- {name}: written by `python -m tools.readme` -->\n", f"<!-- {name}: end -->\n"
    if text.count(begin) != 1 or text.count(end) != 1:
        raise ValueError(f"the markers of block {name!r} are missing or repeated")
    head, _, rest = text.partition(begin)
    return f"{head}{begin}\n{body}\n{end}{rest.partition(end)[2]}"


def _cvt(*arguments: str, cwd: Path, env: dict[str, str]) -> str:
    """Standard output of a run that finds breaks. Raises CalledProcessError for any other outcome."""
    done = subprocess.run([str(ROOT / "cvt"), *arguments], cwd=cwd, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 1:
        raise subprocess.CalledProcessError(done.returncode, done.args, done.stdout, done.stderr)
    return done.stdout


def main(arguments: list[str]) -> int:
    """Write or compare."""
    path = ROOT / "README.md"
    old = path.read_text("utf-8")
    new = renewed(old)
    if arguments == ["--check"]:
        if new != old:
            sys.stderr.write("README.md shows another run than today's: `python -m tools.readme` renews it\n")
        return int(new != old)
    path.write_text(new, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
