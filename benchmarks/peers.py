"""The peers, installed into the cache folder by their own package managers at first use."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Final

from benchmarks.inputs import ROOT, Place, call, program
from benchmarks.measure import SLOW_RUNS, Absent, Missing, Program

OASDIFF: Final = "github.com/oasdiff/oasdiff"
MAVEN_DEPENDENCY: Final = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1"
REDOCLY: Final = "@redocly/cli"
REDOCLY_ENV: Final = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "NO_COLOR": "1"}
FAILED_ITS_DOCUMENT: Final = (0, 1)


def or_absent(name: str, make: Callable[[], Program]) -> Program | Absent:
    """The peer, or why it cannot be had."""
    try:
        return make()
    except Missing as problem:
        return Absent(name, str(problem))


def oasdiff(place: Place, old: Path, new: Path) -> Program | Absent:
    """`oasdiff breaking`: errors and warnings as text. (Its `changelog` tells compatible changes too, and takes as long.)"""

    def make() -> Program:
        binary, version = _oasdiff(place)
        return Program(f"oasdiff {version}", (str(binary), "breaking", str(old), str(new)), said="first")

    return or_absent("oasdiff", make)


def _oasdiff(place: Place) -> tuple[Path, str]:
    folder = place.sub("oasdiff")
    go = program("go")
    if not (folder / "oasdiff").exists():
        call([go, "install", f"{OASDIFF}@latest"], cwd=folder, what=f"go install {OASDIFF}@latest", env={"GOBIN": str(folder), "GOTOOLCHAIN": "local"})
    modules = call([go, "version", "-m", str(folder / "oasdiff")], cwd=folder, what="go version -m").splitlines()
    versions = [line.split()[2] for line in modules if line.split()[:2] == ["mod", OASDIFF]]
    return folder / "oasdiff", versions[0].removeprefix("v") if versions else "(unknown version)"


def openapi_diff(place: Place, old: Path, new: Path) -> Program | Absent:
    """openapi-diff's library, started by a main class of ours: its own command is not on Maven Central."""

    def make() -> Program:
        java, version = program("java"), _openapi_diff(place)
        folder = place.sub("openapi-diff")
        classes = os.pathsep.join(map(str, (folder / "lib" / "*", folder)))
        return Program(f"openapi-diff {version} (Java)", (java, "-cp", classes, "OpenApiDiff", str(old), str(new)), said="last", most_runs=2)

    return or_absent("openapi-diff (Java)", make)


def _openapi_diff(place: Place) -> str:
    """Its version, after Maven has fetched what it needs and our main class is compiled."""
    folder, source = place.sub("openapi-diff"), ROOT / "benchmarks" / "java"
    if not (folder / "OpenApiDiff.class").exists():
        shutil.copyfile(source / "pom.xml", folder / "pom.xml")
        fetch = (program("mvn"), "-B", "-q", f"{MAVEN_DEPENDENCY}:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={folder / 'lib'}")
        call(fetch, cwd=folder, what="mvn dependency:copy-dependencies")
        call([program("javac"), "-cp", str(folder / "lib" / "*"), "-d", str(folder), str(source / "OpenApiDiff.java")], cwd=folder, what="javac")
    (core,) = (folder / "lib").glob("openapi-diff-core-*.jar")
    return core.stem.removeprefix("openapi-diff-core-")


def openapi_spec_validator(document: Path) -> Program | Absent:
    """Its command, from the development environment."""

    def make() -> Program:
        command = Path(sys.executable).parent / "openapi-spec-validator"
        try:
            version = metadata.version("openapi-spec-validator")
        except metadata.PackageNotFoundError:
            raise Missing("openapi-spec-validator is not in the development environment") from None
        return Program(f"openapi-spec-validator {version}", (str(command), str(document)), said="last", most_runs=SLOW_RUNS)

    return or_absent("openapi-spec-validator", make)


def redocly(place: Place, document: Path, *, rules: str = "") -> Program | Absent:
    """`redocly lint` as installed, or with a named set of its rules."""

    def make() -> Program:
        binary, version = _redocly(place)
        extends = f"--extends={rules}" if rules else ""
        name = f"Redocly CLI {version}" + (f" `{extends}`" if extends else "")
        return Program(name, (str(binary), "lint", *filter(None, [extends]), str(document)), codes=FAILED_ITS_DOCUMENT, env=REDOCLY_ENV, most_runs=SLOW_RUNS)

    return or_absent("Redocly CLI", make)


def _redocly(place: Place) -> tuple[Path, str]:
    folder = place.sub("redocly")
    package = folder / "node_modules" / REDOCLY
    if not (package / "package.json").exists():
        install = [program("npm"), "install", "--no-fund", "--no-audit", "--ignore-scripts", "--prefix", str(folder), f"{REDOCLY}@latest"]
        call(install, cwd=folder, what=f"npm install {REDOCLY}")
    return folder / "node_modules" / ".bin" / "redocly", str(json.loads((package / "package.json").read_bytes())["version"])


def yaml_loader(document: Path, *, collector: bool = True) -> Program:
    """PyYAML's loader in C, as it comes or, which is the stricter comparison, with the cycle collector off."""
    import yaml

    code = "import sys, yaml; yaml.load(open(sys.argv[1], 'rb'), yaml.CSafeLoader)"
    name = f"PyYAML {yaml.__version__} CSafeLoader" + ("" if collector else ", collector off")
    return Program(name, (sys.executable, "-I", "-c", code if collector else f"import gc; gc.disable(); {code}", str(document)), most_runs=SLOW_RUNS)


def nothing_but_python() -> Program:
    """The floor: an interpreter that starts and ends."""
    version = subprocess.run([sys.executable, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    return Program(f"{version}, doing nothing", (sys.executable, "-I", "-S", "-c", ""))
