"""`cvt.yaml` < environment < command line, and every mistake with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from cvt_engine.finding import Severity
from cvt_runner.config.merge import Sources, merge, unknown_variables
from cvt_runner.errors import UsageError
from cvt_runner.inputs import INPUTS
from cvt_runner.model.config import Api, Config, OnInconclusive, WaiversFrom
from cvt_runner.specs.source import WorkTree


def merged(root: Path, *, env: dict[str, str] | None = None, flags: dict[str, str] | None = None, cwd: Path | None = None) -> Config:
    return merge(Sources(env or {}, flags or {}), root=str(root), cwd=str(cwd or root), read=WorkTree(str(root)))


def test_defaults(tmp_path: Path) -> None:
    assert merged(tmp_path) == Config(output_directory=str(tmp_path / ".cvt"))


def test_every_input_is_a_field() -> None:
    assert {row.name.replace("-", "_") for row in INPUTS} - {"config", "severity"} <= set(Config.__dataclass_fields__)


def test_precedence(tmp_path: Path) -> None:
    (tmp_path / "cvt.yaml").write_text("fail-on: warning\ngroup: file\nbase: file\ncomment: false\n")
    config = merged(tmp_path, env={"CVT_GROUP": "env", "CVT_BASE": "env"}, flags={"base": "flag"})
    assert (config.fail_on, config.group, config.base, config.comment) == (Severity.WARNING, "env", "flag", False)
    assert config.sources == (("base", "--base"), ("comment", "cvt.yaml:4"), ("fail-on", "cvt.yaml:1"), ("group", "CVT_GROUP"))


def test_empty_environment_is_unset(tmp_path: Path) -> None:
    (tmp_path / "cvt.yaml").write_text("fail-on: warning\n")
    config = merged(tmp_path, env={row.env: "" for row in INPUTS} | {"CVT_SCHEMA": " \n"})
    assert (config.fail_on, config.schema) == (Severity.WARNING, ())


def test_typed_values(tmp_path: Path) -> None:
    env = {"CVT_ON_INCONCLUSIVE": "neutral", "CVT_WAIVERS_FROM": "base", "CVT_CHECK": "No", "CVT_SCHEMA": "a.yaml\r\n./b/../c.yaml\n"}
    config = merged(tmp_path, env=env)
    assert (config.on_inconclusive, config.waivers_from, config.check) == (OnInconclusive.NEUTRAL, WaiversFrom.BASE, False)
    assert config.schema == ("a.yaml", "c.yaml")


def test_paths_start_where_they_were_written(tmp_path: Path) -> None:
    (tmp_path / "service").mkdir()
    (tmp_path / "service" / "cvt.yaml").write_text("schema: [openapi.yaml, ../shared/*.yaml]\nwaivers: w.yaml\n")
    config = merged(tmp_path, env={"CVT_WORKING_DIRECTORY": "service"})
    assert (config.schema, config.waivers, config.file) == (("service/openapi.yaml", "shared/*.yaml"), "service/w.yaml", "service/cvt.yaml")
    assert config.output_directory == str(tmp_path / "service" / ".cvt")
    assert merged(tmp_path, cwd=tmp_path / "service", flags={"schema": "x.yaml"}).schema == ("service/x.yaml",)


def test_configuration_of_the_root_serves_subfolders(tmp_path: Path) -> None:
    (tmp_path / "service").mkdir()
    (tmp_path / "cvt.yaml").write_text("schema: service/openapi.yaml\n")
    assert merged(tmp_path, cwd=tmp_path / "service").schema == ("service/openapi.yaml",)


def test_apis(tmp_path: Path) -> None:
    (tmp_path / "cvt.yaml").write_text("apis:\n  - {id: orders, schema: ./api/orders.yaml, owner: team}\n  - id: pets\n    schema: pets.yaml\n")
    assert merged(tmp_path).apis == (Api("orders", "api/orders.yaml", "team"), Api("pets", "pets.yaml"))


def test_token_is_not_shown(tmp_path: Path) -> None:
    config = merged(tmp_path, env={"CVT_TOKEN": "s3cret"})
    assert config.token == "s3cret"
    assert "s3cret" not in repr(config)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("fail-on: warnin\n", ("cvt.yaml:1", "did you mean 'warning'?")),
        ("# comment\n\nfail_on: error\n", ("cvt.yaml:3", "did you mean 'fail-on'?")),
        ("token: abc\n", ("cvt.yaml:1", "there is no key 'token'")),
        ("schema: 5\n", ("cvt.yaml:1", "a text or a list of texts")),
        ("schema: [a.yaml, '']\n", ("cvt.yaml:1", "list of texts")),
        ("comment: maybe\n", ("cvt.yaml:1", "neither true nor false")),
        ("base: 1.5\n", ("cvt.yaml:1", "quotes")),
        ("- a\n", ("cvt.yaml:1", "mapping")),
        ("a: [\n", ("cvt.yaml:",)),
        ("group: a\ngroup: b\n", ("cvt.yaml:2", "group")),
        ("apis: x\n", ("cvt.yaml:1", "list")),
        ("apis:\n  - x\n", ("cvt.yaml:2", "id, schema, owner")),
        ("apis:\n  - {id: a, schema: b, ownr: c}\n", ("cvt.yaml:2", "did you mean 'owner'?")),
        ("apis:\n  - {id: a}\n", ("cvt.yaml:2", "schema")),
        ("apis:\n  - {id: a, schema: '*.yaml'}\n", ("cvt.yaml:2", "not a pattern")),
        ("apis:\n  - {id: a, schema: b}\n  - {id: a, schema: c}\n", ("cvt.yaml:3", "twice")),
        ("apis:\n  - {id: a, schema: ../b}\n", ("cvt.yaml:2", "leaves the repository")),
    ],
)
def test_mistakes_in_the_file(tmp_path: Path, text: str, said: tuple[str, ...]) -> None:
    (tmp_path / "cvt.yaml").write_text(text)
    with pytest.raises(UsageError) as caught:
        merged(tmp_path)
    for part in said:
        assert part in str(caught.value)


@pytest.mark.parametrize(
    ("env", "flags", "said"),
    [
        ({"CVT_FAIL_ON": "eror"}, {}, ("CVT_FAIL_ON", "did you mean 'error'?")),
        ({}, {"fail-on": "x"}, ("--fail-on", "valid: error, warning")),
        ({"CVT_COMMENT": "flase"}, {}, ("CVT_COMMENT", "did you mean 'false'?")),
        ({"CVT_CONFIG": "other.yaml"}, {}, ("CVT_CONFIG", "other.yaml")),
        ({"CVT_CONFIG": "../cvt.yaml"}, {}, ("leaves the repository",)),
        ({"CVT_WORKING_DIRECTORY": "nowhere"}, {}, ("CVT_WORKING_DIRECTORY", "does not exist")),
        ({}, {"schema": "/etc/passwd"}, ("--schema", "leaves the repository")),
        ({"CVT_WAIVERS": "../w.yaml"}, {}, ("CVT_WAIVERS", "leaves the repository")),
    ],
)
def test_mistakes_elsewhere(tmp_path: Path, env: dict[str, str], flags: dict[str, str], said: tuple[str, ...]) -> None:
    with pytest.raises(UsageError) as caught:
        merged(tmp_path, env=env, flags=flags)
    for part in said:
        assert part in str(caught.value)


def test_absolute_path_inside_the_repository(tmp_path: Path) -> None:
    assert merged(tmp_path, flags={"schema": str(tmp_path / "a" / "b.yaml")}).schema == ("a/b.yaml",)


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "\n\n"])
def test_empty_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "cvt.yaml").write_text(text)
    assert merged(tmp_path).file == "cvt.yaml"


def test_misspelt_variables_are_said() -> None:
    assert unknown_variables({"CVT_SCHEMAS": "x", "CVT_DEBUG": "1", "CVT_BASE": "x", "OTHER": "y"}) == (
        "the environment variable CVT_SCHEMAS is not an input; did you mean CVT_SCHEMA?",
    )
