"""Regenerate the hashed requirement locks from pyproject.toml: `python -m tools.lock [--upgrade]`.

The locks hold names, versions and hashes and no download address, so they install from any index, mirror or wheel folder.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
LOCKS: Final[dict[str, tuple[str, ...]]] = {
    "base": (),
    "github": ("--extra", "github", "--constraint", "requirements/base.txt"),
    "server": ("--extra", "github", "--extra", "docker", "--extra", "server", "--constraint", "requirements/github.txt"),
    "image": ("--extra", "server", "--extra", "postgres", "--extra", "tracing", "--constraint", "requirements/server.txt"),
    "dev": ("--all-extras", "--group", "dev", "--constraint", "requirements/image.txt", "--constraint", "requirements/server.txt"),
}
HEADER: Final = "# Generated from pyproject.toml by `python -m tools.lock`. Install with --require-hashes --only-binary :all:\n"


def main(arguments: list[str]) -> int:
    """Write every lock; `--upgrade` takes newer versions, otherwise the locked ones are kept where they still fit."""
    for name, selection in LOCKS.items():
        path = ROOT / "requirements" / f"{name}.txt"
        command = [sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", *selection, *arguments, "--output-file", str(path.relative_to(ROOT))]
        options = ["--universal", "--python-version", "3.11", "--generate-hashes", "--only-binary", ":all:", "--no-annotate", "--no-header", "--quiet"]
        subprocess.run([*command, *options], cwd=ROOT, check=True)
        path.write_text(HEADER + path.read_text("utf-8"), "utf-8")
        sys.stdout.write(f"requirements/{name}.txt\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
