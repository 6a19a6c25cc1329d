"""Severities, version advice, version policy and release notes through `cvt compare`, `cvt lint` and `cvt ci`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cvt_runner.render.registry import CHANGELOGS
from tests.runner.conftest import Run
from tests.runner.scene import LINT_ERROR, ORDERS, WITH_HEALTH, WITHOUT_POST, Repo, github_env

SPEC = "openapi.yaml"


def _at(text: str, version: str) -> str:
    return text.replace("version: 1.0.0", f"version: {version}")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    texts = {"old.yaml": ORDERS, "broken.yaml": WITHOUT_POST, "more.yaml": WITH_HEALTH, "lint.yaml": LINT_ERROR, "worded.yaml": ORDERS + "x-note: 1\n"}
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def _compare(cvt: Run, files: Path, new: str, *args: str, old: str = "old.yaml") -> tuple[int, Any]:
    done = cvt("compare", "--old", old, "--new", new, "-f", "json", *args, cwd=files)
    return done.code, json.loads(done.out) if done.out else done.err


def test_lowered_and_switched_off(cvt: Run, files: Path) -> None:
    code, result = _compare(cvt, files, "broken.yaml", "--severity", "operation-removed=warning")
    assert (code, result["counts"]["warning"]) == (0, 1)
    lowered = {"rule": "operation-removed", "was": "error", "level": "warning", "by": "--severity", "count": 1, "added_here": False}
    assert result["adjusted"] == [lowered]
    code, result = _compare(cvt, files, "broken.yaml", "--severity", "operation-*=off")
    assert (code, result["specs"][0]["findings"], result["adjusted"][0]["level"]) == (0, [], "off")
    assert _compare(cvt, files, "broken.yaml", "--severity", "*=off", "--severity", "operation-removed=error")[0] == 1
    assert _compare(cvt, files, "broken.yaml", "--severity", "operation-removed=warning", "--fail-on", "warning")[0] == 1


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_what_was_switched_off_is_said(cvt: Run, files: Path, form: str) -> None:
    done = cvt("compare", "--old", "old.yaml", "--new", "broken.yaml", "--severity", "operation-removed=off", "-f", form, cwd=files)
    said = done.out.replace("\\", "")
    assert "1 finding of operation-removed: switched off (it was error) by --severity" in said
    assert "(1 switched off)" in said
    assert done.code == 0


def test_a_compatible_change_can_be_made_an_error(cvt: Run, files: Path) -> None:
    assert _compare(cvt, files, "more.yaml")[0] == 0
    code, result = _compare(cvt, files, "more.yaml", "--severity", "operation-added=error")
    assert (code, [finding["rule"] for finding in result["specs"][0]["findings"]]) == (1, ["operation-added"])


def test_lint(cvt: Run, files: Path) -> None:
    assert cvt("lint", "lint.yaml", cwd=files).code == 1
    done = cvt("lint", "lint.yaml", "--severity", "operation-id-duplicate=info", cwd=files)
    assert (done.code, "lowered from error to info" in done.out) == (0, True)
    assert cvt("lint", "lint.yaml", "--severity", "operation-id-duplicated=info", cwd=files).code == 2


def test_unreadable_document_cannot_be_switched_off(cvt: Run, files: Path) -> None:
    (files / "bad.yaml").write_text("openapi: [\n")
    assert cvt("lint", "bad.yaml", "--severity", "*=off", cwd=files).code == 1
    assert _compare(cvt, files, "bad.yaml", "--severity", "document-syntax=off")[0] == 1
    assert _compare(cvt, files, "old.yaml", "--severity", "*=off", old="bad.yaml")[0] == 3


def test_configuration_file(cvt: Run, files: Path) -> None:
    (files / "cvt.yaml").write_text("rules:\n  operation-removed: warning\n")
    assert _compare(cvt, files, "broken.yaml")[0] == 1
    code, result = _compare(cvt, files, "broken.yaml", "--config", "cvt.yaml")
    assert (code, result["adjusted"][0]["by"]) == (0, "cvt.yaml:2")
    assert _compare(cvt, files, "broken.yaml", "--config", "cvt.yaml", "--severity", "operation-removed=error")[0] == 1
    (files / "cvt.yaml").write_text("fail-on: warning\nversion-policy: warn\nrules:\n  operation-removed: warning\napis: [{id: a, schema: ../../x.yaml}]\n")
    assert _compare(cvt, files, "broken.yaml", "--config", "cvt.yaml")[0] == 1
    for text, said in (("rules:\n\n  operation-remove: off\n", "cvt.yaml:3"), ("a: [\n", "cvt.yaml:"), ("rule: {}\n", "did you mean 'rules'?")):
        (files / "cvt.yaml").write_text(text)
        code, error = _compare(cvt, files, "broken.yaml", "--config", "cvt.yaml")
        assert (code, said in error) == (2, True), error
    assert _compare(cvt, files, "broken.yaml", "--config", "none.yaml")[0] == 2


@pytest.mark.parametrize(
    ("new", "version", "required", "announced"),
    [
        (WITHOUT_POST, "1.1.0", "major", False),
        (WITHOUT_POST, "2.0.0", "major", True),
        (WITH_HEALTH, "1.0.0", "minor", False),
        (WITH_HEALTH, "1.1.0", "minor", True),
        (ORDERS.replace("listOrders\n", "listOrders\n      deprecated: true\n"), "1.0.1", "minor", False),
        (ORDERS.replace("All orders", "Every order"), "1.0.0", "patch", False),
        (ORDERS + "# only a comment\n", "1.0.0", "none", True),
        (ORDERS, "1.3.0", "none", True),
        (ORDERS, "0.9.0", "none", True),
    ],
)
def test_version_advice(cvt: Run, tmp_path: Path, new: str, version: str, required: str, announced: bool) -> None:
    (tmp_path / "old.yaml").write_text(ORDERS)
    (tmp_path / "new.yaml").write_text(_at(new, version))
    _, result = _compare(cvt, tmp_path, "new.yaml")
    said = result["specs"][0]["version_advice"]
    assert (said["required"], said["announced"]) == (required, announced)
    text = cvt("compare", "--old", "old.yaml", "--new", "new.yaml", cwd=tmp_path).out
    assert (said["sentence"] in text) == (required != "none")


def test_equal_documents_in_several_files_in_two_folders(cvt: Run, tmp_path: Path) -> None:
    entry = ORDERS.replace("type: string", "$ref: parts/types.yaml#/Id")
    for folder, types in (("a", "Id: {type: string}\n"), ("b", "Id: {type: string} # the same\n"), ("c", "Id: {type: string, title: Other}\n")):
        (tmp_path / folder / "parts").mkdir(parents=True)
        (tmp_path / folder / SPEC).write_text(entry)
        (tmp_path / folder / "parts" / "types.yaml").write_text(types)
    for new, required in (("b", "none"), ("c", "patch")):
        _, result = _compare(cvt, tmp_path, f"{new}/{SPEC}", old=f"a/{SPEC}")
        assert result["specs"][0]["version_advice"]["required"] == required, new


@pytest.mark.parametrize("version", ["1.0", "2024-01-15", "'2024-01-15'", "[1]", "''", "v1", "1.0.0+build", '"' + "9" * 5000 + '"', "null"])
def test_odd_versions_end_in_a_verdict(cvt: Run, tmp_path: Path, version: str) -> None:
    (tmp_path / "old.yaml").write_text(_at(ORDERS, version))
    (tmp_path / "new.yaml").write_text(_at(WITHOUT_POST, version))
    for args in ((), ("--changelog",), ("--version-policy", "enforce")):
        assert cvt("compare", "--old", "old.yaml", "--new", "new.yaml", *args, cwd=tmp_path).code == 1


def test_version_policy(cvt: Run, files: Path) -> None:
    for policy, severity, code in (("warn", "warning", 0), ("enforce", "error", 1)):
        found_code, result = _compare(cvt, files, "more.yaml", "--version-policy", policy)
        (finding,) = result["specs"][0]["findings"]
        assert (found_code, finding["rule"], finding["severity"], finding["check"]) == (code, "version-bump-missing", severity, "policy")
        assert (finding["revision"]["file"], finding["revision"]["line"], finding["pointer"]) == ("more.yaml", 4, "/info/version")
        assert (finding["hint"], len(finding["fingerprint"])) == ("Set info.version to 1.1.0.", 16)
    assert _compare(cvt, files, "worded.yaml", "--version-policy", "enforce")[0] == 0
    assert _compare(cvt, files, "more.yaml", "--version-policy", "enforce", "--severity", "version-bump-missing=info")[0] == 0
    assert _compare(cvt, files, "more.yaml", "--version-policy", "of")[0] == 2


def test_every_format_takes_the_policy_finding(cvt: Run, files: Path) -> None:
    for form in ("text", "markdown", "summary", "github", "sarif", "junit", "html"):
        done = cvt("compare", "--old", "old.yaml", "--new", "more.yaml", "--version-policy", "enforce", "-f", form, cwd=files)
        assert (done.code, "info.version" in done.out) == (1, True), form


def test_policy_in_a_pull_request(cvt: Run, repo: Repo) -> None:
    base = repo.commit(**{SPEC: ORDERS, "cvt.yaml": "version-policy: enforce\n"})
    repo.write(SPEC, WITH_HEALTH)
    done = cvt("ci", "--base", base, cwd=repo.path)
    assert done.code == 1
    (finding,) = done.result["specs"][0]["findings"]
    assert finding["rule"] == "version-bump-missing"
    assert "--version-policy enforce" in done.result["reproduce"]
    assert cvt("ci", "--base", base, "--version-policy", "warn", cwd=repo.path).code == 0
    waiver = f"waivers:\n  - {{fingerprint: '{finding['fingerprint']}', reason: r, owner: o, until: 2099-01-01}}\n"
    repo.write(".cvt-waivers.yaml", waiver)
    assert cvt("ci", "--base", base, cwd=repo.path).code == 0
    (repo.path / ".cvt-waivers.yaml").unlink()
    repo.write(SPEC, _at(WITH_HEALTH, "1.1.0"))
    assert cvt("ci", "--base", base, cwd=repo.path).code == 0


def test_rules_in_a_pull_request(cvt: Run, repo: Repo) -> None:
    base = repo.commit(**{SPEC: ORDERS, "cvt.yaml": "rules:\n  operation-added: info\n"})
    repo.write(SPEC, WITHOUT_POST)
    assert cvt("ci", "--base", base, cwd=repo.path).code == 1
    repo.write("cvt.yaml", "rules:\n  operation-added: info\n  operation-*: warning\n")
    done = cvt("ci", "--base", base, cwd=repo.path)
    assert (done.code, done.result["adjusted"][0]["by"], done.result["adjusted"][0]["added_here"]) == (0, "cvt.yaml:3", True)
    assert "which this very change sets" in done.out
    wins = cvt("ci", "--base", base, "--severity", "operation-removed=error", cwd=repo.path)
    assert (wins.code, "--severity operation-removed=error" in wins.result["reproduce"]) == (1, True)
    assert cvt("ci", "--base", base, cwd=repo.path, env={"CVT_SEVERITY": "operation-removed=error\n"}).code == 1
    repo.write("cvt.yaml", "rules:\n  operation-adde: off\n")
    wrong = cvt("ci", "--base", base, cwd=repo.path)
    assert (wrong.code, "cvt.yaml:2" in wrong.err, "operation-added" in wrong.err) == (2, True, True)


def test_rules_about_waivers(cvt: Run, repo: Repo) -> None:
    waiver = "waivers:\n  - {rule: operation-removed, reason: r, owner: o, until: 2000-01-01}\n"
    base = repo.commit(**{SPEC: ORDERS, ".cvt-waivers.yaml": waiver})
    repo.write(SPEC, WITH_HEALTH)
    assert cvt("ci", "--base", base, "--severity", "waiver-expired=error", cwd=repo.path).code == 1
    done = cvt("ci", "--base", base, "--severity", "waiver-expired=off", cwd=repo.path)
    assert (done.code, done.result["specs"][0]["findings"], done.result["adjusted"][0]["rule"]) == (0, [], "waiver-expired")


def test_a_removed_api_can_be_lowered_but_not_in_silence(cvt: Run, repo: Repo) -> None:
    base = repo.commit(**{SPEC: ORDERS, "other.yaml": WITH_HEALTH})
    (repo.path / "other.yaml").unlink()
    done = cvt("ci", "--base", base, "--severity", "api-removed=off", cwd=repo.path)
    assert (done.code, done.result["adjusted"][0]["rule"]) == (0, "api-removed")


@pytest.mark.parametrize("form", sorted(CHANGELOGS))
def test_changelog(cvt: Run, files: Path, form: str) -> None:
    both = WITHOUT_POST + WITH_HEALTH[len(ORDERS) :]
    (files / "both.yaml").write_text(_at(both, "1.1.0"))
    done = cvt("compare", "--old", "old.yaml", "--new", "both.yaml", "--changelog", "-f", form, cwd=files)
    assert done.code == 1
    said = done.out.replace("\\", "").replace("\n", " ")
    for part in ("Orders 1.0.0 → 1.1.0", "Breaking changes", "POST /orders", "Added", "GET /health", "2.0.0 would say it"):
        assert part in said or part.replace("Orders ", "Orders <small>").replace("1.1.0", "1.1.0</small>") in said, part


def test_changelog_does_not_change_the_verdict(cvt: Run, files: Path) -> None:
    for new, args, code in (("more.yaml", (), 0), ("broken.yaml", ("--severity", "operation-removed=off"), 0), ("broken.yaml", ("-o", "notes.md"), 1)):
        done = cvt("compare", "--old", "old.yaml", "--new", new, "--changelog", *args, cwd=files)
        assert (done.code, done.out.startswith("# Orders") or bool(args)) == (code, True)
    assert (files / "notes.md").read_text().startswith("# Orders 1.0.0\n")
    wrong = cvt("compare", "--old", "old.yaml", "--new", "more.yaml", "--changelog", "-f", "sarif", cwd=files)
    assert (wrong.code, "markdown, html, text, json" in wrong.err) == (2, True)
    (files / "bad.yaml").write_text("openapi: [\n")
    assert cvt("compare", "--old", "bad.yaml", "--new", "more.yaml", "--changelog", cwd=files).code == 3
    assert cvt("compare", "--old", "old.yaml", "--new", "bad.yaml", "--changelog", cwd=files).code == 1


def test_the_input_is_named_as_the_user_knows_it(cvt: Run, repo: Repo, tmp_path: Path) -> None:
    base = repo.commit(**{SPEC: ORDERS})
    for env, said in (({}, "named by CVT_SCHEMA"), (github_env(tmp_path), "named by the input `schema`")):
        done = cvt("ci", "--base", base, cwd=repo.path, env={**env, "CVT_SCHEMA": SPEC})
        assert said in done.result["discovered"]
