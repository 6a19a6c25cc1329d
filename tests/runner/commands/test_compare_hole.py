"""A part of the base that cannot be read leaves the question open, whatever else was found to be fine."""

from __future__ import annotations

from pathlib import Path

from cvt_runner.cli import main

API = """openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /x:
    get:
      responses:
        '200': {description: ok, content: {application/json: {schema: {$ref: 'part.yaml'}}}}
"""


def test_a_missing_part_of_the_base_is_inconclusive(tmp_path: Path) -> None:
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "api.yaml").write_text(API)
    (tmp_path / "new" / "part.yaml").write_text("type: string\n")
    pair = ["compare", "--old", str(tmp_path / "old" / "api.yaml"), "--new", str(tmp_path / "new" / "api.yaml")]
    assert main(pair) == 3
    (tmp_path / "old" / "part.yaml").write_text("type: string\n")
    assert main(pair) == 0
    (tmp_path / "old" / "part.yaml").write_text("type: integer\n")
    assert main(pair) == 1
