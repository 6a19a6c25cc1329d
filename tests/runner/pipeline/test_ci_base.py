"""Which base a run takes, on real clones of every shape, with the checkout left alone."""

from __future__ import annotations

import json
import shlex
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from tests.runner.conftest import Done, Run
from tests.runner.scene import ORDERS, PETS, WITH_HEALTH, WITHOUT_POST, Pull, Repo, github_env, init, pull_request

SPEC = "openapi.yaml"


@pytest.fixture
def breaking(tmp_path: Path) -> Pull:
    """The pull request removes an operation; main meanwhile adds another one."""
    return pull_request(tmp_path / "origin", base={SPEC: ORDERS}, head={SPEC: WITHOUT_POST}, later={SPEC: WITH_HEALTH})


def rules(done: object) -> list[str]:
    return [finding["rule"] for spec in done.result["specs"] for finding in spec["findings"]]  # type: ignore[attr-defined]


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_merge_ref_is_compared_with_its_first_parent(breaking: Pull, tmp_path: Path, cvt: Run, depth: int) -> None:
    clone = breaking.origin.clone(tmp_path / "clone", ref="refs/pull/7/merge", depth=depth)
    before = clone.state()
    done = cvt("ci", cwd=clone.path, env=github_env(tmp_path, breaking.event()))
    assert done.code == 1, done.text
    assert done.result["base"]["sha"] == breaking.target
    assert f"base = {breaking.target} because it is the first parent" in done.err
    assert rules(done) == ["operation-removed"]
    assert clone.state() == before


@pytest.mark.parametrize("depth", [0, 1])
def test_pull_request_head_is_compared_with_the_merge_base(breaking: Pull, tmp_path: Path, cvt: Run, depth: int) -> None:
    clone = breaking.origin.clone(tmp_path / "clone", ref="refs/pull/7/head", depth=depth)
    before = clone.state()
    done = cvt("ci", cwd=clone.path, env=github_env(tmp_path, breaking.event()))
    assert done.code == 1, done.text
    assert done.result["base"]["sha"] == breaking.fork_point
    # Against the tip of main, /health would look removed too.
    assert rules(done) == ["operation-removed"]
    assert clone.state() == before


def test_complete_clone_stays_complete(breaking: Pull, tmp_path: Path, cvt: Run) -> None:
    clone = breaking.origin.clone(tmp_path / "clone", ref="refs/pull/7/head")
    clone.git("update-ref", "-d", "refs/remotes/origin/main")
    assert cvt("ci", cwd=clone.path, env=github_env(tmp_path, breaking.event())).code == 1
    assert clone.git("rev-parse", "--is-shallow-repository") == "false"


def test_pull_request_head_that_merged_main_is_no_merge_ref(tmp_path: Path, cvt: Run) -> None:
    pull = pull_request(tmp_path / "origin", base={SPEC: ORDERS}, head={"code.txt": "x"}, later={SPEC: WITH_HEALTH})
    origin = pull.origin
    origin.git("checkout", "--quiet", "feature")
    origin.git("merge", "--quiet", "--no-ff", "--message", "update", "main")
    head = origin.commit("remove", **{SPEC: WITH_HEALTH})
    origin.git("update-ref", "refs/pull/7/head", head)
    event = pull.event()
    event["pull_request"]["head"]["sha"] = head
    clone = origin.clone(tmp_path / "clone", ref="refs/pull/7/head", depth=1)
    done = cvt("ci", cwd=clone.path, env=github_env(tmp_path, event))
    assert done.result["base"]["sha"] == pull.target
    assert done.code == 0


def test_pull_request_with_the_base_checked_out_is_inconclusive(breaking: Pull, tmp_path: Path, cvt: Run) -> None:
    clone = breaking.origin.clone(tmp_path / "clone", ref="refs/heads/main")
    done = cvt("ci", cwd=clone.path, env=github_env(tmp_path, breaking.event(), name="pull_request_target", ref="refs/heads/main"))
    assert done.code == 3, done.text
    assert "not the pull request" in done.text
    assert done.result["verdict"] == "inconclusive"


def test_push_is_compared_with_what_was_there_before(tmp_path: Path, cvt: Run) -> None:
    origin = init(tmp_path / "origin")
    before = origin.commit(**{SPEC: ORDERS})
    origin.commit(**{SPEC: WITHOUT_POST})
    after = origin.commit("more", other="x")
    clone = origin.clone(tmp_path / "clone", depth=1)
    event = {"before": before, "after": after, "repository": {"default_branch": "main"}}
    done = cvt("ci", cwd=clone.path, env=github_env(tmp_path, event, name="push", ref="refs/heads/main"))
    assert (done.code, done.result["base"]["sha"]) == (1, before), done.text


def test_push_of_a_new_branch_is_compared_with_the_merge_base(breaking: Pull, tmp_path: Path, cvt: Run) -> None:
    clone = breaking.origin.clone(tmp_path / "clone", ref="refs/heads/feature", depth=1)
    event = {"before": "0" * 40, "after": breaking.head, "repository": {"default_branch": "main"}}
    done = cvt("ci", cwd=clone.path, env=github_env(tmp_path, event, name="push", ref="refs/heads/feature"))
    assert (done.code, done.result["base"]["sha"]) == (1, breaking.fork_point), done.text


def test_merge_group_is_compared_with_its_base(breaking: Pull, tmp_path: Path, cvt: Run) -> None:
    clone = breaking.origin.clone(tmp_path / "clone", ref="refs/pull/7/merge", depth=1)
    event = {"merge_group": {"base_sha": breaking.target, "head_sha": breaking.merge, "base_ref": "refs/heads/main"}}
    done = cvt("ci", cwd=clone.path, env=github_env(tmp_path, event, name="merge_group", ref="refs/heads/queue"))
    assert (done.code, done.result["base"]["sha"]) == (1, breaking.target), done.text


def test_base_that_cannot_be_fetched_is_inconclusive_and_still_linted(tmp_path: Path, cvt: Run, repo: Repo) -> None:
    repo.commit(**{SPEC: ORDERS})
    event = {"before": "a" * 40, "after": repo.head, "repository": {"default_branch": "gone"}}
    done = cvt("ci", cwd=repo.path, env=github_env(tmp_path, event, name="push", ref="refs/heads/main"))
    assert done.code == 3, done.text
    assert "aaaaaaaaaaaa is neither here nor to be fetched" in done.text
    assert done.result["specs"][0]["path"] == SPEC
    neutral = cvt("ci", "--on-inconclusive", "neutral", cwd=repo.path, env=github_env(tmp_path, event, name="push"))
    assert (neutral.code, neutral.result["verdict"]) == (0, "inconclusive")


def test_no_base_and_no_specification_left_is_not_green(tmp_path: Path, cvt: Run, repo: Repo) -> None:
    repo.commit(readme="x")
    event = {"before": "a" * 40, "after": repo.head, "repository": {"default_branch": "gone"}}
    assert cvt("ci", cwd=repo.path, env=github_env(tmp_path, event, name="push")).code == 3


def test_local_run_takes_uncommitted_changes(cvt: Run, repo: Repo) -> None:
    base = repo.commit(**{SPEC: ORDERS})
    repo.write(SPEC, WITHOUT_POST)
    before = repo.state()
    done = cvt("ci", cwd=repo.path)
    assert (done.code, done.result["base"]["sha"]) == (1, base)
    assert done.result["reproduce"] == f"cvt ci --base {base} --schema {SPEC}"
    assert repo.state() == before


def again(cvt: Run, done: Done, *, cwd: Path) -> Done:
    """Run the command that a report gives to reproduce it, `git` parts included."""
    for command in done.result["reproduce"].split(" && "):
        words = shlex.split(command)
        if words[0] == "git":
            subprocess.run(words, cwd=cwd, check=True, capture_output=True)
        else:
            return cvt(*words[1:], cwd=cwd)
    raise AssertionError(done.result["reproduce"])


def test_command_to_reproduce_works_below_the_root(cvt: Run, repo: Repo) -> None:
    repo.commit(**{"my api/" + SPEC: ORDERS})
    repo.write("my api/" + SPEC, WITHOUT_POST)
    done = cvt("ci", cwd=repo.path / "my api")
    assert done.code == 1
    assert again(cvt, done, cwd=repo.path / "my api").result["specs"] == done.result["specs"]


@pytest.mark.parametrize("settings", [{"CVT_WAIVERS_FROM": "base"}, {"CVT_WAIVERS": "other.yaml"}, {"CVT_FAIL_ON": "warning"}])
def test_command_to_reproduce_repeats_the_settings_of_the_run(cvt: Run, tmp_path: Path, settings: dict[str, str]) -> None:
    names = [f"api/{number}.yaml" for number in range(7)]
    waiver = "waivers:\n  - {rule: operation-removed, reason: a, owner: b, until: 2999-01-01}\n"
    base: dict[str, str | None] = {**dict.fromkeys(names, ORDERS), "other.yaml": ORDERS, "api/other.yaml": "", "other/x.yaml": ORDERS}
    head: dict[str, str | None] = {**dict.fromkeys(names, WITHOUT_POST), "api/.cvt-waivers.yaml": waiver, "other/x.yaml": WITHOUT_POST}
    pull = pull_request(tmp_path / "origin", base=base, head=head)
    clone = pull.origin.clone(tmp_path / "clone", ref="refs/pull/7/merge", depth=1)
    done = cvt("ci", cwd=clone.path, env={**github_env(tmp_path, pull.event()), **settings, "CVT_WORKING_DIRECTORY": "api"})
    result = json.loads((clone.path / "api" / ".cvt" / "result.json").read_bytes())
    here = pull.origin.clone(tmp_path / "laptop")
    same = again(cvt, replace(done, where=clone.path / "api"), cwd=here.path)
    second = json.loads((here.path / "api" / ".cvt" / "result.json").read_bytes())
    assert (same.code, second["specs"], second["verdict"]) == (done.code, result["specs"], result["verdict"])


def test_local_branch_is_compared_with_its_merge_base(cvt: Run, repo: Repo) -> None:
    base = repo.commit(**{SPEC: ORDERS})
    repo.git("checkout", "--quiet", "-b", "feature")
    repo.commit(**{SPEC: WITHOUT_POST})
    done = cvt("ci", cwd=repo.path)
    assert (done.code, done.result["base"]["sha"]) == (1, base)


def test_nothing_to_compare_is_said_loudly(cvt: Run, repo: Repo) -> None:
    repo.commit(**{SPEC: ORDERS})
    for _ in range(2):  # the second run finds the output folder of the first one
        done = cvt("ci", cwd=repo.path)
        assert done.code == 0
        assert "NOTHING TO COMPARE" in done.err
        assert any("NOTHING TO COMPARE" in note for note in done.result["notes"])


def test_named_base(cvt: Run, repo: Repo) -> None:
    first = repo.commit(**{SPEC: ORDERS})
    repo.git("tag", "v1")
    repo.commit(**{SPEC: WITHOUT_POST})
    repo.commit("more", other="x")
    for name in (first, "v1", "HEAD~2", first[:10]):
        done = cvt("ci", "--base", name, cwd=repo.path)
        assert (done.code, done.result["base"]["sha"]) == (1, first), name


def test_named_base_is_fetched(tmp_path: Path, cvt: Run) -> None:
    origin = init(tmp_path / "origin")
    old = origin.commit(**{SPEC: ORDERS})
    origin.git("tag", "-a", "-m", "one", "v1")
    origin.git("branch", "release")
    origin.commit(**{SPEC: WITHOUT_POST})
    for number, name in enumerate((old, "v1", "release")):
        clone = origin.clone(tmp_path / f"clone{number}", depth=1)
        done = cvt("ci", "--base", name, cwd=clone.path)
        assert (done.code, done.result["base"]["sha"]) == (1, old), done.text


@pytest.mark.parametrize("name", ["--upload-pack=touch /tmp/x", "-h", "a..b", "a\nb"])
def test_base_that_is_no_revision_is_refused(cvt: Run, repo: Repo, name: str) -> None:
    repo.commit(**{SPEC: ORDERS})
    done = cvt("ci", cwd=repo.path, env={"CVT_BASE": name})
    assert done.code == 2
    assert "not a commit, branch or tag" in done.err


def test_base_that_does_not_exist_is_inconclusive(cvt: Run, repo: Repo) -> None:
    repo.commit(**{SPEC: ORDERS})
    done = cvt("ci", "--base", "nowhere", cwd=repo.path)
    assert done.code == 3
    assert "nowhere" in done.text


def test_repository_without_commits(cvt: Run, repo: Repo) -> None:
    repo.write(SPEC, PETS)
    done = cvt("ci", cwd=repo.path)
    assert done.code == 3
    assert "no commit yet" in done.text


def test_outside_a_repository(cvt: Run, tmp_path: Path) -> None:
    done = cvt("ci", cwd=tmp_path)
    assert done.code == 2
    assert "not inside a git repository" in done.err


def test_branch_name_that_looks_like_an_option(tmp_path: Path, cvt: Run) -> None:
    pull = pull_request(tmp_path / "origin", base={SPEC: ORDERS}, head={SPEC: WITHOUT_POST})
    event = pull.event()
    event["pull_request"]["base"]["ref"] = "--upload-pack=touch hacked"
    clone = pull.origin.clone(tmp_path / "clone", ref="refs/pull/7/head", depth=1)
    done = cvt("ci", cwd=clone.path, env=github_env(tmp_path, event))
    assert (done.code, done.result["base"]["sha"]) == (1, pull.fork_point), done.text
    assert not list(tmp_path.rglob("hacked"))


@pytest.mark.parametrize("ref", ["refs/pull/7/merge", "refs/pull/7/head"])
def test_pull_request_whose_event_cannot_be_read(cvt: Run, breaking: Pull, tmp_path: Path, ref: str) -> None:
    clone = breaking.origin.clone(tmp_path / "clone", ref=ref, depth=1)
    env = github_env(tmp_path)
    Path(env["GITHUB_EVENT_PATH"]).write_text("{")
    done = cvt("ci", cwd=clone.path, env={**env, "GITHUB_BASE_REF": "main"})
    assert (done.code, rules(done)) == (1, ["operation-removed"])
    assert "not JSON" in done.err


@pytest.mark.parametrize("name", ["pull_request", "merge_group"])
def test_event_about_something_that_is_not_checked_out_is_not_green(cvt: Run, breaking: Pull, tmp_path: Path, name: str) -> None:
    clone = breaking.origin.clone(tmp_path / "clone", depth=1)
    group = {"merge_group": {"head_sha": breaking.merge, "base_sha": breaking.target}}
    done = cvt("ci", cwd=clone.path, env=github_env(tmp_path, breaking.event() if name == "pull_request" else group, name=name, ref="refs/heads/main"))
    assert (done.code, done.result["verdict"]) == (3, "inconclusive")
    assert "HEAD is the base itself" in done.out


def test_branch_that_git_cannot_even_be_asked_about(cvt: Run, breaking: Pull, tmp_path: Path) -> None:
    clone = breaking.origin.clone(tmp_path / "clone", ref="refs/pull/7/head", depth=1)
    event = breaking.event()
    event["pull_request"]["base"]["ref"] = "main\0"
    assert cvt("ci", cwd=clone.path, env=github_env(tmp_path, event)).code in (1, 3)


def test_unchanged_specifications_are_counted_not_listed(cvt: Run, repo: Repo) -> None:
    names = [f"{number}.yaml" for number in range(30)]
    repo.commit(**dict.fromkeys(names, ORDERS))
    repo.write(names[0], WITHOUT_POST)
    done = cvt("ci", cwd=repo.path)
    assert "30 specifications, 29 of them unchanged" in done.out
    for text in (done.text, (repo.path / ".cvt" / "comment.md").read_text()):
        assert [name for name in names if name in text] == names[:1]
