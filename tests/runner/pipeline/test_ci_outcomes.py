"""What a run says about every kind of change to a specification."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from cvt_runner.inputs import OUTPUTS
from tests.runner.conftest import Done, Run
from tests.runner.scene import LINT_ERROR, ORDERS, PETS, WITH_HEALTH, WITHOUT_POST, Repo, github_env, init, pull_request

SPEC = "openapi.yaml"


def rules(done: Done) -> list[str]:
    return sorted(finding["rule"] for spec in done.result["specs"] for finding in spec["findings"] if finding["state"] == "new")


def statuses(done: Done) -> dict[str, str]:
    return {spec["path"]: spec["status"] for spec in done.result["specs"]}


def test_compatible_change(cvt: Run, repo: Repo) -> None:
    repo.commit(**{SPEC: ORDERS})
    repo.write(SPEC, WITH_HEALTH)
    done = cvt("ci", cwd=repo.path)
    assert (done.code, done.result["verdict"], statuses(done)) == (0, "ok", {SPEC: "changed"})


def test_new_specification_is_only_linted(cvt: Run, repo: Repo) -> None:
    repo.commit(readme="x")
    repo.write(SPEC, ORDERS)
    done = cvt("ci", cwd=repo.path)
    assert (done.code, statuses(done), rules(done)) == (0, {SPEC: "new"}, [])
    assert "new API" in done.text


def test_new_specification_with_lint_errors(cvt: Run, repo: Repo) -> None:
    repo.commit(readme="x")
    repo.write(SPEC, LINT_ERROR)
    done = cvt("ci", cwd=repo.path)
    assert (done.code, statuses(done)) == (1, {SPEC: "new"})
    assert "operation-id-duplicate" in rules(done)


def test_lint_findings_of_the_base_do_not_count_again(cvt: Run, repo: Repo) -> None:
    repo.commit(**{SPEC: LINT_ERROR})
    repo.write(SPEC, LINT_ERROR + "  /health:\n    get:\n      responses:\n        '200':\n          description: Fine\n")
    done = cvt("ci", cwd=repo.path)
    assert done.code == 0, done.text
    assert done.result["counts"]["existing"] == 1


@pytest.mark.parametrize("named", [True, False])
def test_deleted_specification(cvt: Run, repo: Repo, named: bool) -> None:
    repo.commit(**{SPEC: ORDERS})
    (repo.path / SPEC).unlink()
    done = cvt("ci", *(["--schema", SPEC] if named else []), cwd=repo.path)
    assert (done.code, statuses(done), rules(done)) == (1, {SPEC: "deleted"}, ["api-removed"])
    assert "Orders" in done.text


@pytest.mark.parametrize("staged", [True, False])
def test_renamed_specification_is_one_pair(cvt: Run, repo: Repo, staged: bool) -> None:
    repo.commit(**{SPEC: ORDERS})
    (repo.path / SPEC).unlink()
    repo.write("api/orders.yaml", WITHOUT_POST)
    if staged:
        repo.git("add", "--all")
    done = cvt("ci", cwd=repo.path)
    assert (done.code, statuses(done), rules(done)) == (1, {"api/orders.yaml": "renamed"}, ["operation-removed"])
    assert done.result["specs"][0]["base_path"] == SPEC


def test_renamed_specification_that_was_named_by_its_old_path(cvt: Run, repo: Repo) -> None:
    repo.commit(**{SPEC: ORDERS})
    repo.git("mv", SPEC, "orders.yaml")
    done = cvt("ci", "--schema", SPEC, cwd=repo.path)
    assert (done.code, statuses(done)) == (0, {"orders.yaml": "renamed"})


def test_specification_with_the_same_id_is_one_pair(cvt: Run, repo: Repo) -> None:
    config = "apis:\n  - id: orders\n    schema: {}\n    owner: team-orders\n"
    repo.commit(**{SPEC: ORDERS, "cvt.yaml": config.format(SPEC)})
    (repo.path / SPEC).unlink()
    carts = {"/carts": {"get": {"responses": {"200": {"description": "ok"}}}}}
    rewritten = json.dumps({"openapi": "3.1.0", "info": {"title": "Shop", "version": "2"}, "paths": carts})
    repo.commit(**{"new.json": rewritten, "cvt.yaml": config.format("new.json")})
    done = cvt("ci", "--base", "HEAD~1", cwd=repo.path)
    assert (done.code, statuses(done)) == (1, {"new.json": "renamed"}), done.text
    assert done.result["specs"][0]["api"] == "orders"
    assert "api-removed" not in rules(done)


def test_unreadable_base_is_inconclusive_with_the_lint_of_the_head(cvt: Run, repo: Repo) -> None:
    repo.commit(**{SPEC: "openapi: 3.0.3\npaths: [\n"})
    repo.write(SPEC, ORDERS.replace("      responses:\n        '201':\n          description: Created\n", "      summary: no responses\n"))
    done = cvt("ci", cwd=repo.path)
    assert done.result["specs"][0]["inconclusive"]
    assert rules(done)
    repo.write(SPEC, ORDERS)
    assert cvt("ci", cwd=repo.path).code == 3


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"openapi: 3.0.3\n<<<<<<< HEAD\npaths: {}\n=======\n>>>>>>> x\n", "conflict"),
        (b"\xff\xfeo\x00p\x00", ""),
        (b"openapi: 3.0.3\npaths: [\n", ""),
        (b"name: something else\n", "openapi"),
    ],
)
def test_unreadable_head_is_a_finding(cvt: Run, repo: Repo, content: bytes, said: str) -> None:
    repo.commit(**{SPEC: ORDERS})
    repo.write(SPEC, content)
    for arguments in ([], ["--schema", SPEC]):
        done = cvt("ci", *arguments, cwd=repo.path)
        assert (done.code, statuses(done)) == (1, {SPEC: "changed"}), done.text
        finding = done.result["specs"][0]["findings"][0]
        assert finding["revision"]["file"] == SPEC
        assert said in finding["message"].lower()


def test_nothing_to_check(cvt: Run, repo: Repo) -> None:
    repo.commit(**{"package.json": '{"openapi": {"3": 1}}', "values.yaml": "api:\n  openapi: 3.0.0\n"})
    done = cvt("ci", cwd=repo.path)
    assert (done.code, done.result["verdict"], done.result["specs"]) == (0, "nothing", [])
    assert "nothing to check" in done.text


@pytest.mark.parametrize("name", ["openapi.yml", "apis/*.yaml", "**/*.json", "docs"])
def test_named_specification_that_does_not_exist(cvt: Run, repo: Repo, name: str) -> None:
    repo.commit(**{SPEC: ORDERS, "docs/readme.md": "x"})
    done = cvt("ci", "--schema", name, cwd=repo.path)
    assert done.code == 2
    assert name in done.err
    if name == "openapi.yml":
        assert f"did you mean '{SPEC}'?" in done.err


def test_broken_wins_over_inconclusive_and_inconclusive_over_ok(cvt: Run, repo: Repo) -> None:
    repo.commit(**{"a.yaml": ORDERS, "b.yaml": "openapi: 3.0.3\npaths: [\n", "c.yaml": PETS})
    repo.write("b.yaml", PETS)
    repo.write("c.yaml", PETS + "x-note: changed\n")
    assert cvt("ci", cwd=repo.path).code == 3
    repo.write("a.yaml", WITHOUT_POST)
    assert cvt("ci", cwd=repo.path).code == 1


def test_globs_and_lists(cvt: Run, repo: Repo) -> None:
    repo.commit(**{"apis/a/openapi.yaml": ORDERS, "apis/b/openapi.yaml": PETS, "apis/values.yaml": "a: 1\n", "other.yaml": PETS})
    for patterns in ("apis/**/*.yaml", "apis/a/openapi.yaml\n\n apis/b/openapi.yaml ", "./apis", "apis/{a,b}/openapi.yaml"):
        done = cvt("ci", cwd=repo.path, env={"CVT_SCHEMA": patterns})
        assert sorted(statuses(done)) == ["apis/a/openapi.yaml", "apis/b/openapi.yaml"], patterns


def test_ignored_and_installed_files_are_not_discovered(cvt: Run, repo: Repo) -> None:
    repo.commit(**{SPEC: ORDERS, ".gitignore": "build/\n", "node_modules/x/openapi.yaml": PETS})
    repo.write("build/openapi.yaml", PETS)
    assert sorted(statuses(cvt("ci", cwd=repo.path))) == [SPEC]


def test_fragments_are_not_specifications(cvt: Run, repo: Repo) -> None:
    body = "          content:\n            application/json:\n              schema:\n                $ref: common.yaml#/components/schemas/Order\n"
    user = ORDERS.replace("description: One order\n", f"description: One order\n{body}")
    common = "openapi: 3.0.3\ninfo: {title: Parts, version: 1.0.0}\npaths: {}\ncomponents:\n  schemas:\n    Order:\n      type: object\n"
    repo.commit(**{SPEC: user, "common.yaml": common})
    done = cvt("ci", cwd=repo.path)
    assert statuses(done) == {SPEC: "unchanged"}
    repo.write("common.yaml", common.replace("type: object", "type: string"))
    changed = cvt("ci", cwd=repo.path)
    assert statuses(changed) == {SPEC: "changed"}, "a part changed, so the specification changed"
    assert changed.code == 1
    (repo.path / "common.yaml").unlink()
    repo.write(SPEC, ORDERS)
    assert "api-removed" not in rules(cvt("ci", cwd=repo.path))


def test_working_directory(cvt: Run, repo: Repo) -> None:
    repo.commit(**{"one/openapi.yaml": ORDERS, "two/openapi.yaml": PETS})
    done = cvt("ci", cwd=repo.path, env={"CVT_WORKING_DIRECTORY": "one", "CVT_OUTPUT_DIRECTORY": "../.cvt"})
    assert sorted(statuses(done)) == ["one/openapi.yaml"]
    assert cvt("ci", "--working-directory", "one", "--schema", "openapi.yaml", "--output-directory", "../.cvt", cwd=repo.path).code == 0
    assert cvt("ci", "--working-directory", "three", cwd=repo.path).code == 2
    assert cvt("ci", "--working-directory", "..", cwd=repo.path).code == 2


def test_fail_on_warning(cvt: Run, repo: Repo) -> None:
    repo.commit(**{SPEC: ORDERS + "servers:\n  - url: https://one.example\n"})
    repo.write(SPEC, ORDERS + "servers:\n  - url: https://two.example\n")
    done = cvt("ci", cwd=repo.path)
    assert (done.code, done.result["counts"]["warning"]) == (0, 1), done.text
    assert cvt("ci", "--fail-on", "warning", cwd=repo.path).code == 1


def test_files_are_written_whole_and_ignored_by_git(cvt: Run, repo: Repo) -> None:
    repo.commit(**{SPEC: ORDERS})
    repo.write(SPEC, WITHOUT_POST)
    cvt("ci", cwd=repo.path)
    names = sorted(path.name for path in (repo.path / ".cvt").iterdir())
    assert names == [".gitignore", "comment.md", "cvt.sarif", "junit.xml", "report.html", "result.json", "summary.md"]
    assert repo.git("status", "--porcelain") == f"M {SPEC}"


def test_output_directory_that_is_a_link_out_of_the_repository(cvt: Run, repo: Repo, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    repo.commit(**{SPEC: ORDERS})
    (repo.path / ".cvt").symlink_to(outside)
    done = cvt("ci", cwd=repo.path)
    assert done.code == 2
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("side", ["base", "head"])
def test_unreadable_part_of_a_specification(cvt: Run, repo: Repo, side: str) -> None:
    user = ORDERS.replace("type: string", "$ref: types.yaml#/Id")
    good, bad = "Id:\n  type: string\n", "Id: [\n"
    repo.commit(**{SPEC: user, "types.yaml": bad if side == "base" else good})
    repo.write("types.yaml", good if side == "base" else bad)
    done = cvt("ci", cwd=repo.path)
    assert (done.code, statuses(done)) == (3 if side == "base" else 1, {SPEC: "changed"}), done.text


def test_outputs_and_summary_for_later_steps(cvt: Run, tmp_path: Path) -> None:
    pull = pull_request(tmp_path / "origin", base={SPEC: ORDERS}, head={SPEC: WITHOUT_POST})
    clone = pull.origin.clone(tmp_path / "clone", ref="refs/pull/7/merge", depth=1)
    done = cvt("ci", cwd=clone.path, env=github_env(tmp_path, pull.event()))
    outputs = dict(re.findall(r"^([a-z-]+)<<(?:cvt-[0-9a-f]+)\n(.*)\n", (tmp_path / "runner" / "output").read_text(), re.M))
    assert set(outputs) == {row.name for row in OUTPUTS}
    assert (outputs["verdict"], outputs["exit-code"], outputs["breaking-count"], outputs["base-sha"]) == ("broken", "1", "1", pull.target)
    assert json.loads(Path(outputs["result-path"]).read_bytes()) == done.result
    assert "POST /orders" in (tmp_path / "runner" / "summary").read_text()
    assert "::error " in done.out
    assert done.result["run"]["head_sha"] == pull.head
    assert f"git fetch origin {pull.target} {pull.merge}" in done.result["reproduce"]


def test_big_clone_keeps_its_depth(cvt: Run, tmp_path: Path) -> None:
    origin = init(tmp_path / "origin")
    origin.commit(**{SPEC: ORDERS})
    origin.git("checkout", "--quiet", "-b", "feature")
    for number in range(6):
        origin.commit(f"step {number}", other=str(number))
    origin.commit(**{SPEC: WITHOUT_POST})
    clone = origin.clone(tmp_path / "clone", ref="refs/heads/feature", depth=5)
    event = {"before": "0" * 40, "after": origin.head, "repository": {"default_branch": "main"}}
    done = cvt("ci", cwd=clone.path, env=github_env(tmp_path, event, name="push", ref="refs/heads/feature"))
    assert done.code == 1, done.text
    assert int(clone.git("rev-list", "--count", "HEAD")) >= 5


@pytest.mark.parametrize("change", [WITH_HEALTH, WITHOUT_POST])
def test_sparse_checkout_hides_nothing(cvt: Run, repo: Repo, tmp_path: Path, change: str) -> None:
    repo.commit(**{"api/orders.yaml": ORDERS, "web/readme": "x"})
    repo.git("checkout", "--quiet", "-b", "feature")
    head = repo.commit(**{"api/orders.yaml": change})
    copy = init(tmp_path / "sparse")
    copy.git("remote", "add", "origin", repo.path.as_uri())
    copy.git("fetch", "--quiet", "origin", "+refs/heads/*:refs/remotes/origin/*")
    copy.git("sparse-checkout", "set", "web")
    copy.git("checkout", "--quiet", "--detach", head)
    assert not (copy.path / "api").exists()
    done = cvt("ci", cwd=copy.path)
    broken = change is WITHOUT_POST
    assert (done.code, statuses(done), rules(done)) == (int(broken), {"api/orders.yaml": "changed"}, ["operation-removed"] * broken)


def test_ignored_specification_is_no_new_one(cvt: Run, repo: Repo) -> None:
    repo.commit(**{".gitignore": "build/\n"})
    repo.write("build/openapi.yaml", ORDERS)
    done = cvt("ci", "--schema", "build/openapi.yaml", cwd=repo.path)
    assert (done.code, done.result["verdict"]) == (3, "inconclusive")
    assert "git ignores this file" in done.out
    repo.write("build/openapi.yaml", LINT_ERROR)
    assert cvt("ci", "--schema", "build/openapi.yaml", cwd=repo.path).code == 1


def test_specification_behind_a_linked_folder_can_be_new(cvt: Run, repo: Repo) -> None:
    repo.commit(readme="x")
    repo.write("real/openapi.yaml", ORDERS)
    (repo.path / "api").symlink_to("real")
    done = cvt("ci", "--schema", "api/openapi.yaml", cwd=repo.path)
    assert (done.code, statuses(done)) == (0, {"api/openapi.yaml": "new"})
