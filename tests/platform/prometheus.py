"""A real Prometheus on this machine, with the shipped configuration and rules, scraping one address every second."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.rig import ENV, ROOT, free_port, require_tool

SHIPPED: Final = ROOT / "deploy" / "prometheus"
START_S: Final = 30


@dataclass(frozen=True)
class Prometheus:
    """A running one. `url` has no slash at the end."""

    url: str

    def get(self, path: str, **query: str) -> Any:
        """The `data` of one call of its API; an error of the query is an AssertionError with Prometheus's text."""
        try:
            with urllib.request.urlopen(f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(query)}", timeout=10) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as problem:
            raise AssertionError(f"{query}: {problem.read().decode()}") from None

    def query(self, expression: str) -> list[float]:
        """The values of an instant query, without those that are not a number."""
        found = self.get("query", query=expression)
        rows = [found["result"]] if found["resultType"] == "scalar" else [row["value"] for row in found["result"]]
        return [float(value) for _, value in rows if value != "NaN"]

    def eventually(self, expression: str, seconds: float = 30) -> list[float]:
        """The values as soon as there are any; empty after the time."""
        end = time.monotonic() + seconds
        while not (found := self.query(expression)) and time.monotonic() < end:
            time.sleep(0.3)
        return found


def configuration(place: Path, target: str) -> Path:
    """The shipped configuration and rules in `place`, with the server's address and the pace of a test."""
    shutil.copy2(SHIPPED / "alerts.yml", place / "alerts.yml")
    text = (SHIPPED / "prometheus.yml").read_text()
    text, replaced = re.subn(r"server:9551", target, text)
    assert replaced == 1
    (place / "prometheus.yml").write_text(re.sub(r"_interval: 15s", "_interval: 1s", text))
    return place / "prometheus.yml"


@contextmanager
def scraping(target: str, place: Path) -> Iterator[Prometheus]:
    """Start one for an address; skips (fails on CI) where Prometheus is not installed."""
    program, port = require_tool("prometheus"), free_port()
    options = [f"--config.file={configuration(place, target)}", f"--storage.tsdb.path={place / 'data'}", f"--web.listen-address=127.0.0.1:{port}"]
    with (place / "prometheus.log").open("w") as log:
        process = subprocess.Popen([program, *options], env=ENV, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        _wait(process, f"http://127.0.0.1:{port}", place / "prometheus.log")
        yield Prometheus(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/-/ready", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"prometheus does not start: {log.read_text()[-1500:]}{os.linesep}")
