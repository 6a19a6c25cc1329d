"""Runs a workflow on a real engine (act, without containers) against a real git repository and reads back what a platform would have seen."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.rig import ENV, ROOT, unavailable
from tools import gotool

STUBS: Final = Path(__file__).resolve().parent / "actions"
SHIPPED: Final = ("cvt", "action.yml", "actions", "cvt_engine", "cvt_runner", "cvt_server", "cvt_wire", "requirements", "api")
WORKFLOW: Final = """
on: [pull_request, push, merge_group]
jobs:
  contract:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          ref: ${{ env.CVT_TEST_CHECKOUT }}
          fetch-depth: ${{ env.CVT_TEST_DEPTH }}
      - id: cvt
        uses: internal/cvt-action@v1
        with:
INPUTS
      - if: always()
        run: printf '%s\\n' "$OUTPUTS" >"$CVT_TEST_OUTPUTS"
        env:
          OUTPUTS: ${{ toJSON(steps.cvt.outputs) }}
      - if: always()
        run: test ! -d .cvt || cp -R .cvt "$CVT_TEST_FILES"
"""


@dataclass(frozen=True)
class Annotation:
    """One annotation as the engine understood it."""

    level: str
    message: str
    title: str
    file: str
    line: int


@dataclass(frozen=True)
class Ran:
    """What one workflow run left. `files` is the action's output directory, copied out; `log` is everything that was printed."""

    code: int
    annotations: list[Annotation]
    outputs: dict[str, str]
    summary: str
    log: str
    files: Path
    records: list[dict[str, Any]] = field(repr=False, default_factory=list)


def act_binary() -> Path:
    """The engine, built on first use; skips (fails on CI) when it cannot be had."""
    try:
        return gotool.ensure("act", ENV)
    except gotool.ToolUnavailableError as problem:
        unavailable(str(problem))


def export_action(place: Path) -> Path:
    """A copy of what a release of the action contains, as tracked or new files of this checkout."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *SHIPPED]
    for name in subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0"):
        if name and (ROOT / name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, place / name)
    return place


@dataclass(frozen=True)
class Engine:
    """act with a place of its own. `action` is the exported action, `environments` where its virtual environment is kept."""

    binary: Path
    action: Path
    environments: Path
    place: Path

    def run(
        self,
        event: str,
        payload: dict[str, Any],
        *,
        origin: Path,
        ref: str,
        depth: int = 1,
        checkout: str = "",
        inputs: dict[str, str] | None = None,
        token: str = "",
        env: dict[str, str] | None = None,
        workflow: str = WORKFLOW,
    ) -> Ran:
        """Run a workflow for an event. `ref` is what the event checks out, `checkout` an explicit `ref:` of the checkout step."""
        where = self._workflow(workflow, {"group": ""} if inputs is None else inputs)
        (where / "event.json").write_text(json.dumps(payload))
        settings = {
            "CVT_TEST_ORIGIN": str(origin),
            "CVT_TEST_REF": ref,
            "CVT_TEST_CHECKOUT": checkout,
            "CVT_TEST_DEPTH": str(depth),
            "CVT_TEST_OUTPUTS": str(where / "outputs.json"),
            "CVT_TEST_FILES": str(where / "files"),
            "CVT_VENV_DIR": str(self.environments),
            "GITHUB_REPOSITORY": "acme/orders",
            **(env or {}),
        }
        command = [str(self.binary), event, "--eventpath", "event.json", "--json", "--no-skip-checkout", "--platform", "ubuntu-latest=-self-hosted"]
        command += ["--local-repository", f"internal/cvt-action@v1={self.action}", "--local-repository", f"actions/checkout@v4={STUBS / 'checkout'}"]
        command += [part for name, value in settings.items() for part in ("--env", f"{name}={value}")]
        if token:
            command += ["--secret", f"GITHUB_TOKEN={token}"]
        done = subprocess.run(command, cwd=where, env=self._environ(), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False)
        return read(done, where)

    def _workflow(self, workflow: str, inputs: dict[str, str]) -> Path:
        where = self.place / str(len(list(self.place.iterdir())))
        (where / ".github" / "workflows").mkdir(parents=True)
        given = "\n".join(f"          {name}: {json.dumps(value)}" for name, value in inputs.items())
        (where / ".github" / "workflows" / "contract.yml").write_text(workflow.replace("INPUTS", given))
        subprocess.run(["git", "init", "--quiet", "."], cwd=where, check=True)
        subprocess.run(["git", "commit", "--quiet", "--allow-empty", "-m", "start"], cwd=where, check=True)
        return where

    def _environ(self) -> dict[str, str]:
        kept = {name: ENV[name] for name in ("PATH", "SSL_CERT_FILE", "PIP_CERT", "PIP_FIND_LINKS", "LANG") if name in ENV}
        own = {name: str(self.place.parent / name.lower()) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")}
        for folder in own.values():
            os.makedirs(folder, exist_ok=True)
        return {**kept, **own, "GIT_PAGER": "cat", "GIT_CONFIG_NOSYSTEM": "1"}


def read(done: subprocess.CompletedProcess[str], where: Path) -> Ran:
    """Turn the engine's JSON lines into what a platform keeps."""
    records = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    outputs = where / "outputs.json"
    return Ran(
        code=done.returncode,
        annotations=[annotation(record) for record in records if record.get("command") in {"notice", "warning", "error"}],
        outputs=json.loads(outputs.read_text()) if outputs.exists() else {},
        summary="".join(record.get("content", "") for record in records if record.get("command") == "summary"),
        log="\n".join(str(record.get("msg", "")) for record in records) + done.stderr,
        files=where / "files",
        records=records,
    )


def annotation(record: dict[str, Any]) -> Annotation:
    """One record of a workflow command."""
    pairs = record.get("kvPairs") or {}
    return Annotation(record["command"], record.get("arg", ""), pairs.get("title", ""), pairs.get("file", ""), int(pairs.get("line", 0)))
