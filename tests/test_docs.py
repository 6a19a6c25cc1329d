"""The documents say what is so: links lead somewhere, examples are accepted, the README shows a real run, the architecture is the one that is checked."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from cvt_runner.config.file import read_config
from cvt_runner.config.waivers import read_waivers
from cvt_runner.inputs import INPUTS, OUTPUTS
from tests.rig import ENV, ROOT
from tools import readme

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "benchmarks" / "README.md", *(ROOT / "examples").glob("*/README.md")])
OURS = "internal/cvt-action@"
CONFIG_KEYS = json.loads((ROOT / "api" / "config.schema.json").read_text("utf-8"))["properties"].keys()


def blocks(page: Path) -> Iterator[tuple[str, str]]:
    """Fenced blocks at the start of a line: language and text."""
    for match in re.finditer(r"^```(\w*)\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL):
        yield match[1], match[2]


def examples() -> list[tuple[str, str]]:
    """Every YAML example with the page it stands on."""
    return [(page.name, text) for page in PAGES for language, text in blocks(page) if language == "yaml"]


def steps(node: Any) -> Iterator[dict[str, Any]]:
    """Every mapping with `uses`, wherever it stands."""
    if isinstance(node, dict):
        if "uses" in node:
            yield node
        for child in node.values():
            yield from steps(child)
    elif isinstance(node, list):
        for child in node:
            yield from steps(child)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", re.sub(r"`[^`]*`", "", page.read_text("utf-8")))
    missing = [target for target in targets if "://" not in target and not (page.parent / target).exists()]
    assert missing == []


@pytest.mark.parametrize(("page", "text"), examples())
def test_yaml_examples_are_accepted(page: str, text: str) -> None:
    tree = yaml.load(text, yaml.BaseLoader)
    if isinstance(tree, dict) and "waivers" in tree and isinstance(tree["waivers"], list):
        assert read_waivers(text.encode(), page)
    elif isinstance(tree, dict) and tree.keys() & CONFIG_KEYS:
        read_config(text.encode(), page, root=str(ROOT), start=".")
    else:
        ours = [step for step in steps(tree) if step["uses"].startswith(OURS)]
        assert ours, f"{page}: an example that nobody checks"
        assert {name for step in ours for name in step.get("with", {})} <= {row.name for row in INPUTS}
        assert set(re.findall(r"steps\.cvt\.outputs\.([\w-]+)", text)) <= {row.name for row in OUTPUTS}


def test_there_are_examples_of_each_kind() -> None:
    texts = [text for _, text in examples()]
    assert [any(word in text for text in texts) for word in (OURS, "waivers:\n", "apis:\n", "fail-on:", "steps.cvt.outputs")] == [True] * 5


def test_readme_shows_a_real_run() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.readme", "--check"], cwd=ROOT, env={**ENV, "CVT_EXTRAS": "dev"}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_stale_block_is_noticed_and_mended() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert readme.replace_block(text, "terminal", "other\n") != text
    with pytest.raises(ValueError, match="missing"):
        readme.replace_block("no markers", "terminal", "other\n")


def test_architecture_is_the_one_that_is_checked() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    layers = {contract["id"]: " > ".join(contract["layers"]) for contract in settings["contracts"] if contract["type"] == "layers"}
    text = " ".join((ROOT / "ARCHITECTURE.md").read_text("utf-8").split())
    assert layers["packages"] in text
    assert f"cvt_engine: {layers['engine-layers']}" in text
    assert f"cvt_runner: {layers['runner-layers']}" in text


def test_architecture_fits_on_one_screen() -> None:
    assert len((ROOT / "ARCHITECTURE.md").read_text("utf-8").splitlines()) <= 60
