"""Drift guards: what is stated once in code is the same in every file that repeats it, and the tools that hold it so do fail."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from cvt_engine.facade import RULES
from cvt_runner.config.file import FILE_INPUTS
from cvt_runner.inputs import INPUTS, OUTPUTS
from tests.rig import ENV, ROOT
from tools import check, gen, gotool, lock, run_example

ACTIONS = sorted((ROOT / "actions").glob("*/action.yml"))
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
NAMES = {row.name for row in INPUTS}


def load(path: Path) -> Any:
    return yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)


@pytest.fixture(scope="module")
def action() -> Any:
    return load(ROOT / "action.yml")


def test_generated_files_are_up_to_date() -> None:
    assert gen.stale(ROOT) == {}


def copy_generated(place: Path) -> None:
    for name in gen.GENERATED:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, place / name)


@pytest.mark.parametrize("name", gen.GENERATED)
def test_a_stale_file_is_noticed_and_mended(tmp_path: Path, name: str) -> None:
    copy_generated(tmp_path)
    right = (tmp_path / name).read_text("utf-8")
    stale = right.replace("fail-on", "fails-on", 2)
    for word in ("document-syntax", "endpoint-added", "path-undocumented"):
        stale = stale.replace(word, f"x{word}")
    if name.startswith(("cvt_wire/", "cvt_server/", "deploy/", "docs/settings")):  # generated as a whole
        stale = right + "\n"
    (tmp_path / name).write_text(stale, "utf-8")
    assert gen.stale(tmp_path) == {tmp_path / name: right}


@pytest.mark.parametrize("text", ["", "# x: generated\n", "# x: end\n", "# x: generated\n# x: generated\n# x: end\n"])
def test_blocks_without_their_markers_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="markers of block 'x'"):
        gen.replace_block(text, "x", "body\n")


def test_generator_refuses_unknown_options() -> None:
    assert gen.main(["--chek"]) == 2


def test_action_has_every_input_and_output(action: Any) -> None:
    assert set(action["inputs"]) == NAMES
    assert set(action["outputs"]) == {row.name for row in OUTPUTS}
    assert all(value["description"] for value in (*action["inputs"].values(), *action["outputs"].values()))


def test_inputs_that_are_not_given_never_override_the_configuration_file(action: Any) -> None:
    defaults = {name: value["default"] for name, value in action["inputs"].items() if value["default"]}
    assert defaults == {"token": "${{ github.token }}"}


def test_inputs_reach_the_script_through_the_environment_only(action: Any) -> None:
    (step,) = action["runs"]["steps"]
    expected = {row.env: f"${{{{ inputs.{row.name} }}}}" for row in INPUTS}
    assert step["env"] == {**expected, "CVT_MATRIX": "${{ toJSON(matrix) }}"}
    assert step["run"] == '"$GITHUB_ACTION_PATH/cvt" ci'


def steps_of(path: Path) -> list[dict[str, Any]]:
    tree = load(path)
    jobs = tree.get("jobs", {}).values()
    return [step for job in (*jobs, tree.get("runs", {})) for step in job.get("steps", [])]


@pytest.mark.parametrize("path", [ROOT / "action.yml", *ACTIONS, *WORKFLOWS], ids=lambda path: str(path.relative_to(ROOT)))
def test_no_expression_inside_a_script(path: Path) -> None:
    steps = steps_of(path)
    assert steps
    assert [step["run"] for step in steps if "${{" in step.get("run", "")] == []


@pytest.mark.parametrize("path", [ROOT / "action.yml", *ACTIONS, *WORKFLOWS], ids=lambda path: str(path.relative_to(ROOT)))
def test_foreign_actions_are_pinned_by_commit_with_the_version_beside_it(path: Path) -> None:
    lines = [line.strip() for line in path.read_text("utf-8").splitlines() if re.match(r"\s*-?\s*uses:", line)]
    foreign = [line for line in lines if not re.search(r"uses: \./", line)]
    assert [line for line in foreign if not re.search(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line)] == []


def test_documentation_names_every_input_output_and_rule() -> None:
    inputs, rules = ((ROOT / "docs" / name).read_text("utf-8") for name in ("inputs.md", "rules.md"))
    assert [row.name for row in INPUTS if f"| `{row.name}` | `{row.env}` |" not in inputs] == []
    assert [row.name for row in OUTPUTS if f"| `{row.name}` |" not in inputs] == []
    assert [row.id for row in RULES if f"### `{row.id}`\n" not in rules] == []


@pytest.fixture(scope="module")
def config_schema() -> Any:
    return json.loads((ROOT / "api" / "config.schema.json").read_text("utf-8"))


def test_configuration_schema_has_the_keys_that_the_reader_knows(config_schema: Any) -> None:
    assert set(config_schema["properties"]) == {*FILE_INPUTS, "apis", "rules"}


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        ({}, True),
        ({"schema": "openapi.yaml", "fail-on": "warning", "comment": False, "apis": [{"id": "orders", "schema": "a.yaml"}]}, True),
        ({"schema": ["a.yaml", "b/*.yaml"]}, True),
        ({"fail_on": "error"}, False),
        ({"fail-on": "eror"}, False),
        ({"comment": "yes"}, False),
        ({"token": "secret"}, False),
        ({"apis": [{"id": "orders"}]}, False),
    ],
)
def test_configuration_schema_judges(config_schema: Any, value: Any, fits: bool) -> None:
    assert jsonschema_rs.validator_for(config_schema).is_valid(value) is fits


def pinned(name: str) -> dict[str, str]:
    text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
    return dict(re.findall(r"^([a-z0-9.-]+)==([^ \\]+)", text, re.MULTILINE))


@pytest.mark.parametrize("name", lock.LOCKS)
def test_locks_hold_hashes_and_no_address(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text
    entries = re.split(r"\n(?=[a-z])", text.partition("\n")[2])
    assert len(entries) == len(pinned(name))
    assert [entry for entry in entries if not re.search(r"--hash=sha256:[0-9a-f]{64}", entry)] == []


def test_locks_agree_with_each_other() -> None:
    assert pinned("base").items() <= pinned("github").items() <= pinned("dev").items()


def test_locks_hold_every_declared_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    declared = {
        "base": project["project"]["dependencies"],
        "github": project["project"]["optional-dependencies"]["github"],
        "dev": project["dependency-groups"]["dev"],
    }
    for name, requirements in declared.items():
        names = {re.split(r"[^A-Za-z0-9_-]", requirement)[0].lower().replace("_", "-") for requirement in requirements}
        assert names - set(pinned(name)) == set()


def scripts() -> list[str]:
    """Every file of this repository that starts with `#!`."""
    listed = subprocess.check_output(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, text=True).splitlines()
    return [name for name in listed if (ROOT / name).is_file() and (ROOT / name).read_bytes().startswith(b"#!")]


def test_scripts_are_executable_and_linted() -> None:
    found = scripts()
    assert {"cvt", ".ci/run", "actions/setup/setup.sh"} <= set(found)
    assert [name for name in found if not os.access(ROOT / name, os.X_OK)] == []
    assert [name for name in found if name not in check.SHELL_SCRIPTS and not name.endswith(".sh")] == []


def test_makefile_has_the_five_tasks_and_no_more() -> None:
    text = (ROOT / "Makefile").read_text("utf-8")
    tasks = re.findall(r"^([A-Za-z][\w./-]*)\s*:(?!=)", text, re.MULTILINE)
    assert tasks == ["run", "test", "check", "bench", "gen"]
    assert ".PHONY: run test check bench gen\n" in text
    assert "include" not in text


def test_a_failing_check_fails_the_whole() -> None:
    good, bad = (check.run(check.Check("x", ("python", "-c", f"print('said'); raise SystemExit({code})"))) for code in (0, 3))
    assert (good.code, bad.code, bad.output) == (0, 3, "said\n")


def test_a_check_without_files_has_nothing_to_do() -> None:
    assert check.run(check.Check("x", ("python",), ("no/such/*.file",))).code is None


def test_a_check_whose_program_is_missing_says_so() -> None:
    done = check.run(check.Check("x", ("no-such-program",), system=True))
    assert (done.code, done.output) == (1 if check.IN_CI else None, "no-such-program is not installed")


def test_go_tools_say_why_they_cannot_be_had(tmp_path: Path) -> None:
    with pytest.raises(gotool.ToolUnavailableError, match="needs Go"):
        gotool.ensure("act", {"PATH": str(tmp_path), "CVT_TEST_CACHE": str(tmp_path)})
    assert gotool.main(["no-such-tool"]) == 2


def test_an_example_that_behaves_otherwise_is_said_to(tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    right = {"verdict": "broken", "places": ["GET /products", "POST /orders"]}
    assert len(run_example.problems(0, {}, report)) == 5
    report.touch()
    assert run_example.problems(1, right, report) == []
    assert run_example.problems(1, {**right, "places": ["GET /products"]}, report) == ["no finding names POST /orders"]


def test_the_example_runs_as_it_should() -> None:
    done = subprocess.run([sys.executable, "-m", "tools.run_example"], cwd=ROOT, env={**ENV, "CVT_EXTRAS": "dev"}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "breaks checkout-web and warehouse-sync" in done.stdout
