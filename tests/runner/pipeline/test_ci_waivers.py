"""Waivers in a whole run: what they cover, who added them, when they end."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.runner.conftest import Done, Run
from tests.runner.scene import ORDERS, WITH_HEALTH, WITHOUT_POST, Repo

SPEC = "openapi.yaml"
FILE = ".cvt-waivers.yaml"


def waiver(*, days: int = 30, target: dict[str, str] | None = None, **more: str) -> str:
    until = date.today() + timedelta(days=days)  # noqa: DTZ011 compared with what the command takes as today, a month away
    lines = [f'{key}: "{value}"' for key, value in {**(target or {}), **more, "reason": "agreed", "owner": "team", "until": until.isoformat()}.items()]
    return "  - " + "\n    ".join(lines) + "\n"


def waivers(*entries: str) -> str:
    return "waivers:\n" + "".join(entries)


def findings(done: Done) -> dict[str, Any]:
    return {finding["rule"]: finding for spec in done.result["specs"] for finding in spec["findings"]}


@pytest.fixture
def broken(repo: Repo) -> Repo:
    repo.commit(**{SPEC: ORDERS})
    repo.write(SPEC, WITHOUT_POST)
    return repo


@pytest.mark.parametrize(
    "target",
    [
        {"rule": "operation-removed"},
        {"operation": "POST /orders"},
        {"operation": "POST *", "rule": "operation-*"},
        {"spec": "*.yaml", "rule": "operation-removed"},
        {"pointer": "/paths/~1orders/*"},
    ],
)
def test_pattern_covers(cvt: Run, broken: Repo, target: dict[str, str]) -> None:
    broken.write(FILE, waivers(waiver(target=target)))
    done = cvt("ci", cwd=broken.path)
    assert done.code == 0, done.text
    finding = findings(done)["operation-removed"]
    assert finding["state"] == "waived"
    assert finding["waiver"]["added_here"] is True
    assert done.result["counts"]["waived"] == 1


def test_fingerprint_covers(cvt: Run, broken: Repo) -> None:
    fingerprint = findings(cvt("ci", cwd=broken.path))["operation-removed"]["fingerprint"]
    broken.write(FILE, waivers(waiver(fingerprint=fingerprint)))
    assert cvt("ci", cwd=broken.path).code == 0


@pytest.mark.parametrize(
    "target",
    [{"rule": "operation-added"}, {"rule": "operation-removed", "operation": "GET *"}, {"rule": "operation-removed", "spec": "other.yaml"}],
)
def test_pattern_does_not_cover(cvt: Run, broken: Repo, target: dict[str, str]) -> None:
    broken.write(FILE, waivers(waiver(target=target)))
    done = cvt("ci", cwd=broken.path)
    assert done.code == 1
    if "spec" not in target:
        unused = findings(done)["waiver-unused"]
        assert (unused["severity"], unused["revision"]["line"]) == ("warning", 2)


def test_expired_waiver_covers_nothing_and_is_said(cvt: Run, broken: Repo) -> None:
    broken.write(FILE, waivers(waiver(days=-2, rule="operation-removed")))
    done = cvt("ci", cwd=broken.path)
    assert done.code == 1
    assert findings(done)["operation-removed"]["state"] == "new"
    assert findings(done)["waiver-expired"]["severity"] == "warning"


def test_waiver_of_the_base_is_not_marked_as_added(cvt: Run, repo: Repo) -> None:
    repo.commit(**{SPEC: ORDERS, FILE: waivers(waiver(rule="operation-removed"))})
    repo.write(SPEC, WITHOUT_POST)
    repo.write(FILE, waivers(waiver(rule="no-such-finding"), waiver(rule="operation-removed")))
    done = cvt("ci", cwd=repo.path)
    assert done.code == 0, done.text
    assert findings(done)["operation-removed"]["waiver"]["added_here"] is False


def test_old_unused_waiver_is_only_a_note(cvt: Run, repo: Repo) -> None:
    repo.commit(**{SPEC: ORDERS, FILE: waivers(waiver(rule="operation-removed"))})
    repo.write(SPEC, WITH_HEALTH)
    done = cvt("ci", "--fail-on", "warning", cwd=repo.path)
    assert (done.code, findings(done)["waiver-unused"]["severity"]) == (0, "info")


def test_waivers_from_base_ignores_what_the_change_adds(cvt: Run, broken: Repo) -> None:
    broken.write(FILE, waivers(waiver(rule="operation-removed")))
    assert cvt("ci", cwd=broken.path).code == 0
    assert cvt("ci", "--waivers-from", "base", cwd=broken.path).code == 1
    broken.git("stash", "--quiet")
    broken.commit(**{FILE: waivers(waiver(rule="operation-removed"))})
    broken.write(SPEC, WITHOUT_POST)
    broken.write(FILE, "waivers: this is not even read")
    assert cvt("ci", "--waivers-from", "base", cwd=broken.path).code == 0


def test_waivers_do_not_cover_other_operations_of_a_shared_cause(cvt: Run, repo: Repo) -> None:
    shared = ORDERS + "components:\n  schemas:\n    Order:\n      type: object\n      required: [id]\n      properties:\n        id:\n          type: string\n"
    body = "          content:\n            application/json:\n              schema:\n                $ref: '#/components/schemas/Order'\n"
    for line in ("All orders", "One order"):
        shared = shared.replace(f"description: {line}\n", f"description: {line}\n{body}")
    repo.commit(**{SPEC: shared})
    repo.write(SPEC, shared.replace("      required: [id]\n", ""))
    assert cvt("ci", cwd=repo.path).code == 1
    repo.write(FILE, waivers(waiver(operation="GET /orders")))
    assert cvt("ci", cwd=repo.path).code == 1
    repo.write(FILE, waivers(waiver(operation="GET /orders*")))
    assert cvt("ci", cwd=repo.path).code == 0


def test_named_waiver_file_has_to_exist(cvt: Run, broken: Repo) -> None:
    done = cvt("ci", "--waivers", "exceptions.yaml", cwd=broken.path)
    assert done.code == 2
    assert "exceptions.yaml" in done.err


def test_broken_waiver_file_ends_the_run(cvt: Run, broken: Repo) -> None:
    broken.write(FILE, "waivers:\n  - rule: x\n    reasn: y\n")
    done = cvt("ci", cwd=broken.path)
    assert done.code == 2
    assert f"{FILE}:3" in done.err
    assert "did you mean 'reason'?" in done.err


def test_fingerprint_covers_one_specification_where_it_names_one(cvt: Run, broken: Repo) -> None:
    broken.commit(**{"v2/openapi.yaml": ORDERS, SPEC: ORDERS})
    broken.write(SPEC, WITHOUT_POST)
    broken.write("v2/openapi.yaml", WITHOUT_POST)
    fingerprint = findings(cvt("ci", cwd=broken.path))["operation-removed"]["fingerprint"]
    broken.write(FILE, waivers(waiver(fingerprint=fingerprint, spec="v2/*")))
    done = cvt("ci", cwd=broken.path)
    states = {spec["path"]: [finding["state"] for finding in spec["findings"]] for spec in done.result["specs"]}
    assert (done.code, states) == (1, {SPEC: ["new"], "v2/openapi.yaml": ["waived"]})


def test_waiving_what_cannot_be_read_is_not_green(cvt: Run, broken: Repo) -> None:
    broken.write(SPEC, "openapi: [")
    assert cvt("ci", cwd=broken.path).code == 1
    broken.write(FILE, waivers(waiver(rule="document-syntax")))
    done = cvt("ci", cwd=broken.path)
    assert (done.code, done.result["verdict"]) == (3, "inconclusive")
    assert "cannot be read, which is waived" in done.out


def test_missing_waiver_file_is_named_once(cvt: Run, broken: Repo) -> None:
    done = cvt("ci", "--waivers", "nope.yaml", cwd=broken.path)
    assert (done.code, done.err.count("nope.yaml"), "does not exist" in done.err) == (2, 1, True)
