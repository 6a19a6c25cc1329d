"""Which golden files exist and how each is made. Rewrite them all, then read the difference: `python -m tests.runner.render.golden_files`."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Final

from cvt_runner.model.report import Report
from cvt_runner.render import wording
from cvt_runner.render.checkrun import check_run
from cvt_runner.render.outputs import outputs
from cvt_runner.render.registry import CHANGELOGS, RenderOptions, changelog, render
from tests.runner.render import sample

FOLDER: Final = Path(__file__).parent / "golden"
LINKED: Final = RenderOptions(repository_url="https://code.example/shop/api", full_report="artifact cvt-report", width=120)
_SUFFIXES: Final = {
    "text": "txt",
    "json": "json",
    "markdown": "md",
    "summary": "summary.md",
    "github": "annotations.txt",
    "sarif": "sarif",
    "junit": "xml",
    "html": "html",
}
_REPORTS: Final[dict[str, Callable[[], Report]]] = {
    "full": sample.full,
    "clean": sample.clean,
    "inconclusive": sample.inconclusive,
    "nothing": sample.nothing,
    "hostile": sample.hostile,
}
_NOTES: Final[dict[str, Callable[[], Report]]] = {
    "release": sample.release,
    "clean": sample.clean,
    "hostile": sample.hostile,
    "inconclusive": sample.inconclusive,
}


def texts() -> dict[str, str]:
    """File name to expected text."""
    made = {f"{name}.{suffix}": render(form, report(), LINKED) for name, report in _REPORTS.items() for form, suffix in _SUFFIXES.items()}
    made |= {name: _without_rule_texts(text) for name, text in made.items() if name.endswith(".sarif")}
    made |= {f"changelog.{name}.{_SUFFIXES[form]}": changelog(form, report(), LINKED) for name, report in _NOTES.items() for form in CHANGELOGS}
    made["color.txt"] = render("text", sample.full(), RenderOptions(color=True, width=80))
    made["limited.md"] = render("markdown", sample.full(), RenderOptions(limit=2))
    made["full.check.json"] = json.dumps(asdict(check_run(sample.full(), LINKED)), indent=2, ensure_ascii=False) + "\n"
    made["full.outputs.json"] = json.dumps(outputs(sample.full(), paths={"result-path": ".cvt/result.json"}), indent=2) + "\n"
    made["status.txt"] = "".join(f"{wording.status_line(report())}\n" for report in _REPORTS.values())
    return made


def _without_rule_texts(text: str) -> str:
    """SARIF, indented, with only the ids of its rules: their texts are the engine's, and change there."""
    log = json.loads(text)
    driver = log["runs"][0]["tool"]["driver"]
    driver["rules"] = [{"id": rule["id"]} for rule in driver["rules"]]
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def formats() -> frozenset[str]:
    """The registry's formats that have golden files."""
    return frozenset(_SUFFIXES)


def main() -> None:
    """Rewrite every golden file and remove those that are no longer made."""
    wanted = texts()
    FOLDER.mkdir(exist_ok=True)
    for stale in {path.name for path in FOLDER.iterdir()} - set(wanted):
        (FOLDER / stale).unlink()
    for name, text in wanted.items():
        (FOLDER / name).write_bytes(text.encode())


if __name__ == "__main__":
    main()
