"""Make the large inputs, in a process of its own: `make.py yaml SOURCE TARGET` or `make.py thousand TARGET`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

PATHS: Final = 540
SPECIFICATIONS: Final = 1_000
CHANGED: Final = 10
RESOURCES: Final = 22
"""Makes a description of about 50 KB."""


def yaml_from(source: Path, target: Path) -> None:
    """A part of a JSON description as YAML."""
    import yaml

    tree = json.loads(source.read_bytes())
    tree["paths"] = dict(list(tree["paths"].items())[:PATHS])
    part = target.with_suffix(".part")
    with part.open("w", encoding="utf-8") as sink:
        yaml.dump(tree, sink, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, width=100)
    part.rename(target)


def thousand(target: Path) -> None:
    """Commit all descriptions on main, then narrow ten of them on a branch."""
    building = target.with_name(target.name + ".part")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    git(building, "init", "--quiet", "--initial-branch=main")
    for number in range(SPECIFICATIONS):
        write(building, number, changed=False)
    commit(building, "All descriptions")
    git(building, "switch", "--quiet", "--create=narrower")
    for number in range(0, SPECIFICATIONS, SPECIFICATIONS // CHANGED):
        write(building, number, changed=True)
    commit(building, "Ten of them changed")
    building.rename(target)


def write(folder: Path, number: int, *, changed: bool) -> None:
    place = folder / "services" / f"service-{number:04}"
    place.mkdir(parents=True, exist_ok=True)
    (place / "openapi.json").write_text(json.dumps(description(number, changed=changed), indent=1), "utf-8")


def description(number: int, *, changed: bool) -> dict[str, Any]:
    """A description with one collection and one item path for each resource; `changed` makes one query parameter required."""
    names = [f"thing{index}" for index in range(RESOURCES)]
    paths: dict[str, Any] = {}
    for index, name in enumerate(names):
        body = {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}}
        limit = {"name": "limit", "in": "query", "required": changed and index == 0, "schema": {"type": "integer", "minimum": 1, "maximum": 100}}
        key = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
        answers = {"200": {"description": "Found.", **body}, "404": {"description": "Not there."}}
        paths[f"/{name}"] = {
            "get": {"operationId": f"list-{name}", "parameters": [limit], "responses": answers},
            "post": {"operationId": f"add-{name}", "requestBody": {"required": True, **body}, "responses": {"201": {"description": "Added.", **body}}},
        }
        paths[f"/{name}/{{id}}"] = {"parameters": [key], "get": {"operationId": f"get-{name}", "responses": answers}}
    info = {"title": f"Service {number}", "version": "1.0.0"}
    return {"openapi": "3.0.3", "info": info, "paths": paths, "components": {"schemas": {name: schema(name) for name in names}}}


def schema(name: str) -> dict[str, Any]:
    texts = {f"field{index}": {"type": "string", "maxLength": 10 * (index + 1), "description": f"Field {index} of {name}."} for index in range(6)}
    return {"type": "object", "required": ["id"], "properties": {"id": {"type": "string", "format": "uuid"}, **texts}}


def commit(folder: Path, message: str) -> None:
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", f"--message={message}")


def git(folder: Path, *arguments: str) -> None:
    person = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in {"NAME": "Bench", "EMAIL": "bench@example.com"}.items()}
    env = {**os.environ, **person, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", *arguments], cwd=folder, env=env, check=True)


def main(argv: list[str]) -> int:
    match argv:
        case ["yaml", source, target]:
            yaml_from(Path(source), Path(target))
        case ["thousand", target]:
            thousand(Path(target))
        case _:
            sys.stderr.write(f"{__doc__}\n")
            return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
