"""schemathesis makes requests of the description, good and bad ones: nothing may end in a 5xx, and every answer is a described one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.rig import ROOT
from tests.server.running import serving

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance"


def test_schemathesis_finds_nothing(tmp_path: Path) -> None:
    with serving() as server:
        command = [
            str(Path(sys.executable).with_name("schemathesis")),
            "run",
            str(ROOT / "api" / "rest.yaml"),
            "--url",
            f"http://localhost:{server.http}/api/v1",
        ]
        limits = ["--checks", CHECKS, "--max-examples", "8", "--seed", "1", "--request-timeout", "10", "--phases", "examples,fuzzing", "--no-color"]
        done = subprocess.run([*command, *limits], cwd=tmp_path, capture_output=True, text=True, timeout=240, check=False)
        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
        assert server.get("/readyz").status == 200
        assert not any('"level": "error"' in line for line in server.lines), "".join(server.lines)[-3000:]
