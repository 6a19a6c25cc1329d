"""The published SDK drives every call, its adapters, its test kit and its middleware."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.server.running import description, serving

SUITE = Path(__file__).with_name("sdk_suite.py")
KEY = "a-key-for-the-sdk"


@pytest.mark.parametrize("key", ["", KEY])
def test_the_published_sdk_works_unchanged(tmp_path: Path, key: str) -> None:
    (tmp_path / "one.json").write_text(description("1.0.0"))
    (tmp_path / "two.json").write_text(description("2.0.0", field="number"))
    (tmp_path / "one.yaml").write_text(yaml.safe_dump(json.loads(description("1.0.0"))))
    motd = {"200": {"description": "today", "content": {"text/plain": {"schema": {"type": "string", "enum": ["hello"]}}}}}
    text = {"openapi": "3.0.3", "info": {"title": "Text", "version": "1"}, "paths": {"/motd": {"get": {"responses": motd}}}}
    (tmp_path / "text.json").write_text(json.dumps(text))
    (tmp_path / "bad.json").write_text('{"openapi": "3.0.0"}')
    keys = {"CVT_API_KEY_ENABLED": "true", "CVT_API_KEYS": f"{key}:sdk"} if key else {}
    with serving(env=keys) as server:
        command = [sys.executable, "-W", "ignore", str(SUITE), server.address, str(tmp_path), *([key] if key else [])]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr[-3000:]
        assert "all of the SDK works" in done.stdout
        assert key == "" or not any(key in line for line in server.lines)
