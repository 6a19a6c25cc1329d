"""Python modules from the hand-written protocol descriptions in api/: messages only; methods are looked up in the descriptors."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
NAMES: Final = ("cvt", "registry")


def module(name: str) -> str:
    """The generated module of `api/<name>.proto`."""
    return _generated()[f"{name}_pb2.py"]


def types(name: str) -> str:
    """Its type stub."""
    return _generated()[f"{name}_pb2.pyi"]


@cache
def _generated() -> dict[str, str]:
    with tempfile.TemporaryDirectory() as folder:
        sources = [f"cvt_wire/{name}.proto" for name in NAMES]
        command = [sys.executable, "-m", "grpc_tools.protoc", "-Icvt_wire=api", f"--python_out={folder}", f"--pyi_out={folder}", *sources]
        subprocess.run(command, cwd=ROOT, check=True)
        return {path.name: path.read_text("utf-8") for path in (Path(folder) / "cvt_wire").iterdir()}
